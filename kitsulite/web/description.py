"""The routes as an OpenAPI 3.1 document for client generators.

It describes what a route declares (path, permission, body, arguments), what its function reads (`web/reads.py`), and
rows by the columns of their tables.
"""

import collections
import functools
import http
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import bottle

from kitsulite import ZOU_VERSION
from kitsulite.events.names import KINDS
from kitsulite.models import TABLES
from kitsulite.models.base import Row, Table
from kitsulite.models.entities import Entity
from kitsulite.models.fields import Moment
from kitsulite.web import fields, reads
from kitsulite.web.openapi import PARAMETER, code_samples, column_limits, first_line, typed
from kitsulite.web.route import DECLARED, Route

Json = dict[str, Any]
SCHEME = "token"
UUID: Json = {"type": "string", "format": "uuid"}
ANYTHING: Json = {}
#: path parameters that are texts, though they are named like ids
TEXT_IDS = {"plugin_id", "shotgun_id"}
#: modules with a part of their folder's routes, which are grouped by the folder
NO_NOUNS = {"creation", "of_projects", "work", "context", "shared", "types", "frames", "settings", "team", "templates"}
#: routes whose last word names a table, but whose answer is not its rows
UNLIKE = re.compile(
    r"/data/(?!entities|tasks|projects)[a-z]+/(entities/)?<entity_id>/preview-files"
    r"|/data/departments/(<department_id>/)?(hardware-items|software-licenses)(/<\w+>)?"
    r"|/data/projects/<project_id>/(task-types/<task_type_id>|budgets)/time-spents"
    r"|/data/projects/<project_id>/(day-offs|quotas/persons/<person_id>|entities/casting/\w+/<\w+>)"
    r"|/data/projects/<project_id>/task-types/<task_type_id>/softwares"
    r"|/data/(scenes|shots)/<\w+>/asset-instances|/data/entities/<entity_id>/tasks"
    # rows that may be missing
    r"|/data/(persons/<person_id>|user)/day-offs/<date>|/data/user/tasks/<task_id>/time-spents/<date>"
)
#: columns that are null for people who may not see them
MASKED = {"difficulty"}
#: routes that answer a page, and those that answer a list although their path ends with a parameter
PAGED = re.compile(r"/data/(entities/<entity_id>|projects|projects/<project_id>)/news")
LISTED = re.compile(r"/data/(persons/<person_id>|user)/time-spents/<date>|/data/persons/day-offs/<year>")
#: verbs of the functions of the generic routes
VERBS = {"list": "list", "get": "get", "create": "create", "update": "update", "delete": "delete"}
ERRORS = {
    "400": "A parameter or the body is wrong: `message` says how, `data` which field.",
    "401": "The token is missing or no longer valid.",
    "403": "The caller may not do this.",
    "404": "A row of the path does not exist.",
    "413": "The body is over the limit of the server.",
    "422": "The token is malformed.",
}
ERROR: Json = {
    "type": "object",
    "description": "What a refusal says, for people.",
    "properties": {
        "error": {"type": "boolean"},
        "message": {"type": "string"},
        "msg": {"type": "string", "description": "the message, of what is wrong with a token"},
        "data": {"description": "what is wrong with which field", **ANYTHING},
    },
}
PAGE_KEYS = ("total", "nb_pages", "limit", "offset", "page")
MOMENT: Json = {
    "type": "string",
    "description": "a moment in UTC: YYYY-MM-DDTHH:MM:SS",
    "examples": ["2026-11-29T08:00:00"],
}


def document(routes: Iterable[bottle.Route], origin: str, events: Mapping[str, Any]) -> Json:
    """The OpenAPI 3.1 document of routes; `events` are the `EVENTS` of `events/names.py`."""
    declared = sorted(
        (route for route in routes if isinstance(route, Route)), key=lambda route: (route.rule, route.method)
    )
    ids = operation_ids(declared)
    paths: dict[str, Json] = {}
    for route in declared:
        described = operation(route, ids[route])
        path = PARAMETER.sub(r"{\1}", route.rule)
        described["x-codeSamples"] = code_samples(route, origin, path)
        paths.setdefault(path, {})[route.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kitsu API",
            "version": ZOU_VERSION,
            "description": "The API of a Kitsu server, answered by kitsulite.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/api"}],
        "security": [{SCHEME: []}],
        "tags": tags(declared),
        "paths": paths,
        "components": {
            "securitySchemes": {SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "schemas": schemas(),
            "responses": {status: error_response(text) for status, text in ERRORS.items()},
        },
        "x-events": described_events(events),
    }


# Tags and names


def tag(route: Route) -> str:
    """The noun for a route: the name of its table, or of the module that declares it."""
    owner = owner_of(route)
    package, _, noun = route.module.rpartition(".")
    noun = owner.base.rpartition("/")[2] if owner else package if noun in NO_NOUNS else noun
    return noun.replace("_", " ").replace("-", " ").capitalize()


def tags(routes: Iterable[Route]) -> list[Json]:
    """The tags of all routes, described by the docstring of a module that declares them."""
    texts: dict[str, str] = {}
    for route in sorted(routes, key=lambda route: owner_of(route) is not None):
        words = first_line(sys.modules[route.callback.__module__].__doc__ or "")
        texts.setdefault(
            tag(route), f"Rows of the table {owner_of(route).model.table()}." if owner_of(route) else words
        )
    return [{"name": name, "description": text} for name, text in sorted(texts.items())]


def operation_ids(routes: list[Route]) -> dict[Route, str]:
    """A unique name for each route: that of its function, if necessary with the module or the path."""
    names = {route: short_name(route) for route in routes}
    for longer in (longer_name, path_name):
        number = collections.Counter(names.values())
        names = {route: name if number[name] == 1 else longer(route) for route, name in names.items()}
    counts: collections.Counter[str] = collections.Counter()
    for route, name in names.items():
        counts[name] += 1
        names[route] = f"{name}_{counts[name]}" if counts[name] > 1 else name
    return names


def short_name(route: Route) -> str:
    owner = owner_of(route)
    if owner:
        noun = re.sub(r"\W", "_", owner.base)
        return f"{VERBS[route.callback.__name__]}_{noun if route.callback.__name__ == 'list' else owner.model.table()}"
    return route.callback.__name__


def longer_name(route: Route) -> str:
    return f"{route.module.rpartition('.')[2]}_{route.callback.__name__}"


def path_name(route: Route) -> str:
    return f"{route.method.lower()}_{re.sub(r'[^a-z0-9]+', '_', route.rule.lower()).strip('_')}"


def owner_of(route: Route) -> Any:
    """The generic resource that a route belongs to, None for other routes."""
    owner = getattr(route.callback, "__self__", None)
    return owner if hasattr(owner, "model") and route.callback.__name__ in VERBS else None


# Routes


def operation(route: Route, operation_id: str) -> Json:
    """The parameters, body and answers of a route."""
    summary, _, rest = route.doc.partition("\n")
    read = reads.of(route.callback)
    described: Json = {
        "operationId": operation_id,
        "summary": summary,
        "description": f"{rest.strip()}\n\nWho: {route.allow}.".strip(),
        "tags": [tag(route)],
        "x-permission": str(route.allow),
        "parameters": parameters(route, read),
        "responses": responses(route, read),
    }
    body = request_body(route, read)
    if body:
        described["requestBody"] = body
    if route.allow.public:
        described["security"] = []
    return described


def parameters(route: Route, read: reads.Reads) -> list[Json]:
    by_name = {name: path_parameter(name) for name in PARAMETER.findall(route.rule)}
    for name, field in (route.args or {}).items():
        by_name.setdefault(name, query_parameter(name, field_shape(field, nullable=False), field.required))
    for name, kind in {**read.query, **listed(route)}.items():
        by_name.setdefault(name, query_parameter(name, {"type": kind}))
    return list(by_name.values())


def listed(route: Route) -> dict[str, str]:
    """The parameters of a generic listing: pages, and a filter for each column."""
    owner = owner_of(route)
    if owner is None or route.callback.__name__ != "list":
        return {}
    filters = {owner.model.shown_names.get(name, name): "string" for name in owner.model.shown_columns()}
    pages = {"page": "integer", "limit": "integer", "relations": "boolean", "fields": "string"}
    return {**filters, **dict.fromkeys(owner.list_parameters, "string"), **pages}


def path_parameter(name: str) -> Json:
    is_id = name.endswith("_id") and name not in TEXT_IDS
    return {"name": name, "in": "path", "required": True, "schema": UUID if is_id else {"type": "string"}}


def query_parameter(name: str, shape: Json, required: bool = False) -> Json:
    return {"name": name, "in": "query", "required": required, "schema": shape}


def request_body(route: Route, read: reads.Reads) -> Json | None:
    """The body of a route, None if it has none."""
    if route.method == "GET":
        return None
    if "files" in read.bodies:
        form = {name: field_shape(field) for name, field in (route.body or {}).items()}
        shape = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}, **form}}
        return {"required": True, "content": {"multipart/form-data": {"schema": shape}}}
    if "form" in read.bodies:
        shape = {"type": "object", "additionalProperties": {"type": "string"}}
        return {"content": {"application/x-www-form-urlencoded": {"schema": shape}}}
    json_shape = body_shape(route, read)
    if json_shape is None:
        return None
    return {"required": route.method != "DELETE", "content": {"application/json": {"schema": json_shape}}}


def body_shape(route: Route, read: reads.Reads) -> Json | None:
    owner = owner_of(route)
    if owner and route.method in ("POST", "PUT"):
        return row_body(owner, is_new=route.method == "POST")
    if route.body is not None:
        return fields_shape(route.body)
    for kind, shape in (
        ("ids", {"type": "array", "items": UUID}),
        ("list", {"type": "array", "items": {"type": "object"}}),
        ("object", {"type": "object"}),
        ("any", ANYTHING),
    ):
        if kind in read.bodies:
            return shape
    return None


def row_body(owner: Any, is_new: bool) -> Json:
    """The columns and relations in the body that creates or changes a row."""
    model = owner.model
    hidden = set(owner.ignored_on_create) if is_new else {*owner.protected, "project_id"}
    names = [*model.shown_columns(), *owner.writable_secrets]
    properties = {name: column_shape(model.columns()[name]) for name in names if name not in hidden}
    properties.update({name: {"type": "array", "items": UUID} for name in model.relations if name not in hidden})
    return {"type": "object", "properties": properties}


def responses(route: Route, read: reads.Reads) -> Json:
    phrase = http.HTTPStatus(route.status).phrase
    answers: Json = {str(route.status): {"description": phrase}}
    if route.status != 204:
        answers[str(route.status)]["content"] = content(route, read)
    refusals = {"400"} if route.method != "GET" or route.args or read.query else set()
    refusals |= set() if route.allow.public else {"401", "403", "422"}
    refusals |= {"404"} if PARAMETER.search(route.rule) else set()
    refusals |= {"413"} if read.bodies or route.body is not None else set()
    answers.update({status: {"$ref": f"#/components/responses/{status}"} for status in sorted(refusals)})
    return answers


def content(route: Route, read: reads.Reads) -> Json:
    for kind in sorted(read.answers):
        if kind == "file":
            return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        return {kind: {"schema": {"type": "string"}}}
    return {"application/json": {"schema": answer(route, read)}}


def answer(route: Route, read: reads.Reads) -> Json:
    """The JSON of an answer: rows if the last word of the path names a table."""
    owner = owner_of(route)
    words = route.rule.strip("/").split("/")
    is_one = words[-1].startswith("<")
    name = owner.model.type_name() if owner else row_names().get(words[-2] if is_one else words[-1])
    if name is None or (owner is None and (UNLIKE.fullmatch(route.rule) or words[0] not in ("data", "shared"))):
        return ANYTHING
    row: Json = {"$ref": f"#/components/schemas/{name}"}
    rows, page = {"type": "array", "items": row}, {"$ref": f"#/components/schemas/{name}Page"}
    if PAGED.fullmatch(route.rule):
        return page
    if (owner and route.callback.__name__ == "list") or "page" in read.query:
        return {"oneOf": [rows, page]}
    return rows if route.method == "GET" and (not is_one or LISTED.fullmatch(route.rule)) else row


@functools.cache
def row_names() -> dict[str, str]:
    """The last word in the path of rows -> the name of their schema."""
    resources = (getattr(function, "__self__", None) for _, _, function, _ in DECLARED)
    owners = {}
    for owner in resources:
        if owner is not None and hasattr(owner, "base"):
            owners[owner.base.rpartition("/")[2]] = owner.model.type_name()
    return {**owners, **{f"{kind}s": kind.capitalize() for kind in KINDS}}


def error_response(text: str) -> Json:
    shape = {"$ref": "#/components/schemas/Error"}
    return {"description": text, "content": {"application/json": {"schema": shape}}}


# Rows, columns, fields


def schemas() -> Json:
    shapes: Json = {"Error": ERROR, **{kind.capitalize(): row_shape(Entity) for kind in KINDS}}
    for model in TABLES.values():
        if issubclass(model, Row):
            name = model.type_name()
            shapes[name] = row_shape(model)
            rows = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
            numbers = {key: {"type": "integer"} for key in PAGE_KEYS}
            shapes[f"{name}Page"] = {"type": "object", "required": ["data"], "properties": {"data": rows, **numbers}}
    return shapes


def row_shape(model: type[Table]) -> Json:
    """The shape of a row in answers."""
    properties: Json = {}
    for name in model.shown_columns():
        shape = column_shape(model.columns()[name])
        properties[model.shown_names.get(name, name)] = with_null(shape) if name in MASKED else shape
    # lists of ids, or on some routes of rows
    properties.update({name: {"type": "array", "items": ANYTHING} for name in model.relations})
    properties["type"] = {"type": "string"}
    return {"type": "object", "required": ["id"], "properties": properties}


def column_shape(column: Any) -> Json:
    shape = (dict(MOMENT) if isinstance(column, Moment) else typed(column)) | column_limits(column)
    if column.json_type == "array":
        shape["items"] = ANYTHING
    # objects and lists may contain the null of JSON
    return with_null(shape) if column.null or column.json_type in ("object", "array") else shape


def fields_shape(declared: Mapping[str, Any]) -> Json:
    """The shape of an object of validated fields."""
    required = [name for name, field in declared.items() if field.required]
    shape: Json = {"type": "object", "properties": {name: field_shape(field) for name, field in declared.items()}}
    return {**shape, "required": required} if required else shape


def field_shape(field: Any, nullable: bool = True) -> Json:
    """The shape of a validated field."""
    shape: Json = {"type": field.json_type, "format": field.json_format}
    if isinstance(field, fields.Moment):
        shape = {"type": "string", "description": "a date, or a moment in UTC"}
    elif isinstance(field, fields.Nested):
        shape = fields_shape(field.schema.declared_fields)
    elif isinstance(field, fields.List):
        shape["items"] = field_shape(field.item)
    elif field.json_type == "array":
        shape["items"] = ANYTHING
    if getattr(field, "choices", None):
        shape["enum"] = list(field.choices)
    shape.update(limits(field))
    if field.load_default is not fields.missing and isinstance(field.load_default, (str, int, float)):
        shape["default"] = field.load_default
    shape = {key: value for key, value in shape.items() if value is not None}
    return with_null(shape) if nullable and field.allow_none else shape


def limits(field: Any) -> Json:
    """The limits of lengths and values of a field, in JSON Schema."""
    lengths = {"string": ("minLength", "maxLength"), "array": ("minItems", "maxItems")}.get(field.json_type, ())
    values = (getattr(field, "min", None), getattr(field, "max", None))
    bounds = {name: value for name, value in zip(lengths, values, strict=False) if value}
    for name, key in (("minimum", "ge"), ("exclusiveMinimum", "gt")):
        if getattr(field, key, None) is not None:
            bounds[name] = getattr(field, key)
    return bounds


def with_null(shape: Json) -> Json:
    """The shape of a value that may also be null."""
    if "type" not in shape:
        return shape
    nullable = {**shape, "type": [shape["type"], "null"]}
    return {**nullable, "enum": [*shape["enum"], None]} if "enum" in shape else nullable


# Events


def described_events(events: Mapping[str, Any]) -> list[Json]:
    """The events with the keys of their payloads, and whether the log keeps them."""
    return [
        {"name": name, "keys": sorted(form.keys), "kept": not form.live}
        for name, forms in sorted(events.items())
        for form in forms
    ]
