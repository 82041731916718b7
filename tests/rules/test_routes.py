"""What holds for every route."""

import inspect
import json
import re

import pytest
from kitsulite_process import CHECKOUT
from rules.calls import Filled, routes
from support import Studio

from kitsulite.api.policies import Policy
from kitsulite.application import declared_routes
from kitsulite.models.fields import new_id

ROUTES = declared_routes()

CONTRACT = CHECKOUT.parent / "shared" / "contract" / "routes.json"
#: routes that the API does not have, and what they are for
OWN = {
    ("GET", "/apidocs"): "the same page as /docs, where Zou has it",
    ("GET", "/apidocs/index.html"): "the same",
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
    application.restore_pristine()
    return Filled(Studio(application))


def in_one_shape(answer, route=None):
    """Whether a refusal is one of the documented bodies."""
    body, status = json.loads(answer.content), answer.status
    if route and "template" in route.rule and set(body) == {"message"}:
        return True
    if status in (401, 422) and set(body) == {"msg"}:
        return True
    if status == 400 and set(body) in ({"message"}, {"login"}):
        return True
    told = isinstance(body.get("message"), str) and bool(body["message"])
    return body.get("error") is True and told and set(body) <= {"error", "message", "data"}


@pytest.mark.parametrize("route", [route for route in ALL if not route.allow.public], ids=str)
def test_a_route_that_is_not_public_wants_a_token(filled, route):
    token, filled.token = filled.token, "no.such.token"
    try:
        answer = filled.send(route.method, filled.path(route))
    finally:
        filled.token = token
    assert answer.status in (401, 422)
    assert in_one_shape(answer, route)


@pytest.mark.parametrize("route", [route for route in ALL if "_id>" in route.rule], ids=str)
def test_an_unknown_id_is_reported_in_one_of_the_documented_shapes(filled, route):
    nothing = {
        name: "00000000-0000-4000-8000-000000000000" for name in filled.parameters(route) if name.endswith("_id")
    }
    answer = filled.send(route.method, filled.path(route, **nothing), body=json.dumps(filled.body(route)).encode())
    assert answer.status in (200, 201, 204, 400, 403, 404, 415), answer.content
    assert answer.status < 400 or in_one_shape(answer, route), answer.content
    if answer.status == 404 and "error" in json.loads(answer.content):
        assert json.loads(answer.content)["message"].startswith("404 Not Found: ")


def test_unknown_paths_and_methods_are_reported_as_json(filled):
    missing = filled.send("GET", "/no/such/route")
    wrong = filled.send("DELETE", "/config")
    assert missing.status == 404
    assert wrong.status == 405
    assert {"DELETE"} & set(wrong.headers["Allow"].split(", ")) == set()
    assert in_one_shape(missing)
    assert in_one_shape(wrong)
