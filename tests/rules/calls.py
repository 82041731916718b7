"""Requests to every route: paths with ids of a filled studio, and plausible bodies."""

import io
import re
import uuid

import pytest
from rules.crud_rules import RULES, World
from support import ROLES, Studio

from kitsulite.application import declared_routes, load_routes
from kitsulite.auth import tokens
from kitsulite.client import Answer
from kitsulite.domain.kinds import TEMPORAL, key_of, noun
from kitsulite.web import fields, request

ROUTES = declared_routes()

load_routes()
PARAMETER = re.compile(r"<([^>:]+)(?::path)?>")
CRUD = {rule.base: rule for rule in RULES}


def crud_rule(route):
    """The row of the permission table behind a generic route, None for other routes."""
    return CRUD.get(route.rule.split("/")[2]) if route.tag == "crud" and route.rule.count("/") <= 3 else None


class Filled:
    """A studio in which every table has a row, and requests that refer to them."""

    def __init__(self, application):
        self.snapshots = application.snapshots
        application.restore_pristine()
        self.studio = studio = Studio(application)
        self.world = World(studio, ROLES)
        self.admin = self.world.people["admin"]
        self.token = tokens.pair(studio.app.settings, self.admin["id"])[0]
        self.rows = {rule.base: self._made(rule) for rule in RULES}
        entities = {kind: self._entity(kind) for kind in TEMPORAL}
        asset, task = self.world.entity(True), self.world.task(True)
        self.values = {
            **{key_of(noun(kind)): row["id"] for kind, row in entities.items()},
            **{f"{base.rstrip('s').replace('-', '_')}_id": row["id"] for base, row in self.rows.items()},
            **{"project_id": self.world.project_id(True), "task_id": task["id"], "entity_id": asset["id"]},
            **{"asset_id": asset["id"], "asset_type_id": asset["entity_type_id"], "person_id": self.admin["id"]},
            **{"comment_id": self.world.comment(True)["id"], "task_type_id": task["task_type_id"]},
            **{"task_status_id": task["task_status_id"], "entry_id": self.rows["budget-entries"]["id"]},
            **{"version_id": self.rows["production-schedule-versions"]["id"], "reply_id": str(uuid.uuid4())},
            **{"filter_id": self.rows["search-filters"]["id"]},
            **{"filter_group_id": self.rows["search-filter-groups"]["id"]},
            **{"year": "2026", "month": "1", "week": "1", "day": "1", "date": "2026-01-01", "month_date": "2026-01"},
            **{"entity_type": "asset", "field_name": "field", "extension": "png", "file_name": "notes.txt"},
            **{"name": "docs.css", "path": "index.html", "plugin_id": "plugin"},
        }
        self.snapshots.take("filled")

    def reset(self):
        """Restore the rows if a call has changed any."""
        self.snapshots.restore("filled")

    def _made(self, rule):
        return self.world.add(rule.table, self.world.row(rule.table, True, self.admin))

    def _entity(self, kind):
        return self.studio.entity(self.world.projects[True], kind)

    def parameters(self, route):
        """Values of the path parameters of a route."""
        return {name: self.value(route, name) for name in PARAMETER.findall(route.rule)}

    def value(self, route, name):
        if name == "instance_id":
            nouns = [part.rpartition("/")[2] for part in route.rule.partition("/<")[0].split("/")]
            return self.rows.get(nouns[-1], self.rows["preview-files"])["id"]
        return self.values.get(name) or str(uuid.uuid4())

    def path(self, route, **changed):
        """The path of a route, with some parameters replaced."""
        values = {**self.parameters(route), **changed}
        return PARAMETER.sub(lambda match: values[match[1]], route.rule)

    def body(self, route):
        """A body for a route, whose fields have the right types."""
        rule = crud_rule(route)
        if rule:
            return self.world.row(rule.table, True, self.admin) if route.method == "POST" else dict(rule.change)
        declared = {**(route.body or {}), **(route.args or {})}
        return {name: self.plausible(name, field) for name, field in declared.items() if field.required}

    def plausible(self, name, field):
        if isinstance(field, fields.List):
            return [self.plausible(name.rstrip("s"), field.item)]
        if isinstance(field, fields.Nested):
            return {key: self.plausible(key, inner) for key, inner in field.schema.fields.items() if inner.required}
        if isinstance(field, fields.Uuid):
            return self.values.get(name) or str(uuid.uuid4())
        if isinstance(field, fields.Str):
            return (getattr(field, "choices", None) or ["2026-01-01" if "date" in name else "name"])[0]
        kinds = {fields.Int: 1, fields.Float: 1.0, fields.Bool: True, fields.Object: {}}
        return next((value for kind, value in kinds.items() if isinstance(field, kind)), "name")

    def names(self, route):
        """Names of the possible fields in the body of a route."""
        rule = crud_rule(route)
        if rule:
            return [name for name in [*rule.model.columns(), *rule.model.relations] if name != "id"]
        return [*(route.body or {}), *(route.args or {})]

    def send(self, method, path, query="", body=b"", content_type="application/json", **headers):
        """The Answer to a request of the administrator, straight from the application."""
        answer = Answer(0, {}, b"")

        def start_response(status, headers, exc_info=None):
            answer.status, answer.headers = int(status[:3]), dict(headers)

        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": f"/api{path}".encode("utf-8", "surrogateescape").decode("latin-1"),
            "QUERY_STRING": query,
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_AUTHORIZATION": f"Bearer {self.token}",
            "wsgi.input": io.BytesIO(body),
            **{name: value.encode("utf-8", "replace").decode("latin-1") for name, value in headers.items()},
        }
        answer.content = b"".join(self.studio.app(environ, start_response))
        return answer

    def read_by(self, route):
        """Names of the query parameters that a GET route reads."""
        rule = crud_rule(route)
        found = set(rule.model.columns()) | set(rule.model.relations) if rule and "<" not in route.rule else set()

        class Watched(dict):
            def get(self, name, default=None):
                found.add(name)
                return default

            def __contains__(self, name):
                found.add(name)
                return False

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(request, "first_of", lambda items: Watched())
            self.send("GET", self.path(route))
        return sorted(found)


def routes(*methods):
    """The declared routes with these methods, by path."""
    return sorted((route for route in ROUTES if route.method in methods), key=lambda r: (r.rule, r.method))


def by_subject(routes):
    """Test parameters: the routes of each subject, and of each generic table."""
    found = {}
    for route in routes:
        rule = crud_rule(route)
        found.setdefault(f"crud.{rule.base}" if rule else route.module, []).append(route)
    return [pytest.param(group, id=subject) for subject, group in sorted(found.items())]
