"""Rules for every route."""

import inspect
import json
import re

import pytest
from kitsulite_process import CHECKOUT
from rules.calls import Filled, by_subject, routes
from support import UNKNOWN

from kitsulite.api.policies import Policy
from kitsulite.application import declared_routes
from kitsulite.models.fields import new_id

ROUTES = declared_routes()

CONTRACT = CHECKOUT.parent / "shared" / "contract" / "routes.json"
#: routes that Zou does not have -> their purpose
OWN = {
    ("GET", "/apidocs"): "the same page as /docs, where Zou has it",
    ("GET", "/apidocs/index.html"): "the same",
    ("GET", "/data/projects/<>/settings/task-types"): "the task types of a project, which gazu looks for there",
    ("GET", "/docs"): "the page that shows the API",
    ("GET", "/docs/<>"): "its style and script",
    ("GET", "/docs/list"): "the same with all events, where the page is one to try them on",
    ("GET", "/openapi-raw.json"): "the document without code samples, which Zou has under this name",
    ("GET", "/plugins/<>/frontend"): "the page of a plugin",
    ("GET", "/plugins/<>/frontend/<>"): "the files of that page",
}
ALL = routes("GET", "POST", "PUT", "DELETE")


def plain(path):
    return with_values(path, "<>").rstrip("/") or "/"


def with_values(rule, value):
    """The path of a rule with a value for all its parameters."""
    return re.sub(r"<[^>]+>", value, rule)


def test_every_route_has_a_permission():
    assert [route for route in ROUTES if not isinstance(route.allow, Policy) or not route.allow.name] == []


def test_every_route_says_in_a_sentence_what_it_does():
    assert [route for route in ROUTES if not re.match(r"[A-Z`].{8,}[.:`]", route.doc)] == []


def test_no_route_is_declared_twice():
    declared = [(route.method, plain(route.rule)) for route in ROUTES]
    assert {route for route in declared if declared.count(route) > 1} == set()


def test_parameters_of_the_path_are_those_of_the_function():
    for route in ROUTES:
        named = set(re.findall(r"<(\w+)", route.rule))
        taken = inspect.signature(route.callback).parameters
        assert named <= set(taken) or any(p.kind is p.VAR_KEYWORD for p in taken.values()), route


def test_ids_of_every_path_come_as_they_are_stored(application):
    row_id = new_id()
    for route in ROUTES:
        asked = with_values(route.rule, row_id.upper())
        _, path = application.match({"REQUEST_METHOD": route.method, "PATH_INFO": asked})
        assert set(path.values()) <= {row_id}, route


@pytest.mark.skipif(not CONTRACT.exists(), reason="the list of the API's routes is not part of the project")
def test_every_route_is_one_of_the_api():
    api = {(route["method"], plain(route["path"])) for route in json.loads(CONTRACT.read_text())}
    # what kitsulite has besides lies below a path of its own
    routes = [route for route in ROUTES if not route.rule.startswith("/kitsulite/")]
    declared = {(route.method, plain(route.rule)) for route in routes}
    assert declared - api == set(OWN) & declared


@pytest.fixture(scope="module")
def filled(application):
    return Filled(application)


def in_one_shape(answer, route=None):
    """Whether a refusal is one of the documented bodies."""
    body, status = json.loads(answer.content), answer.status
    if route and "template" in route.rule and set(body) == {"message"}:
        return True
    if status in (401, 422) and set(body) == {"msg"}:
        return True
    if status == 400 and set(body) in ({"message"}, {"login"}):
        return True
    has_message = isinstance(body.get("message"), str) and bool(body["message"])
    return body.get("error") is True and has_message and set(body) <= {"error", "message", "data"}


def test_a_route_that_is_not_public_wants_a_token(filled):
    token, filled.token = filled.token, "no.such.token"
    wrong = []
    for route in [route for route in ALL if not route.allow.public]:
        answer = filled.send(route.method, filled.path(route))
        if answer.status not in (401, 422) or not in_one_shape(answer, route):
            wrong.append((route, answer.status, answer.content[:200]))
    filled.token = token
    assert wrong == []


@pytest.mark.parametrize("group", by_subject(route for route in ALL if "_id>" in route.rule))
def test_an_unknown_id_is_reported_in_one_of_the_documented_shapes(filled, group):
    wrong = []
    for route in group:
        nothing = dict.fromkeys([name for name in filled.parameters(route) if name.endswith("_id")], UNKNOWN)
        answer = filled.send(route.method, filled.path(route, **nothing), body=json.dumps(filled.body(route)).encode())
        documented = answer.status < 400 or in_one_shape(answer, route)
        if answer.status == 404 and "error" in answer.json:
            documented = answer.json["message"].startswith("404 Not Found: ")
        if answer.status not in (200, 201, 204, 400, 403, 404, 415) or not documented:
            wrong.append((route, answer.status, answer.content[:200]))
    assert wrong == []


def test_unknown_paths_and_methods_are_reported_as_json(filled):
    missing = filled.send("GET", "/no/such/route")
    wrong = filled.send("DELETE", "/config")
    assert missing.status == 404
    assert wrong.status == 405
    assert {"DELETE"} & set(wrong.headers["Allow"].split(", ")) == set()
    assert in_one_shape(missing)
    assert in_one_shape(wrong)
