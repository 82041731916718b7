"""Whatever a client sends, the answer is never a server error and never shows internals."""

import json
import random
import re
import uuid
from urllib.parse import quote

import pytest
from rules.calls import Filled, by_subject, crud_rule, routes

INSIDES = re.compile(r"Traceback|sqlite|peewee|SELECT |INSERT |UPDATE |syntax error|\.py\b|object at 0x")
ALL, WRITES = routes("GET", "POST", "PUT", "DELETE"), routes("POST", "PUT")
JSON = {
    "nothing": b"",
    "no JSON": b"{",
    "null": b"null",
    "a list": b"[]",
    "a list of lists": b"[[[]]]",
    "a text": b'"text"',
    "a number": b"1",
    "an object of nothing": b"{}",
    "an unknown field": b'{"no_such_field": 1}',
    "no UTF-8": b'{"name": "\xff\xfe"}',
    "a NUL": b'{"name": "a\\u0000b"}',
    "a lone surrogate": b'{"name": "\\ud800", "\\ud800": 1}',
    "NaN": b'{"name": NaN, "priority": Infinity}',
    "a huge number": b'{"priority": 1e999, "name": ' + b"9" * 5000 + b"}",
    "deep nesting": b'{"name": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "deep objects": b'{"data":' * 5_000 + b"1" + b"}" * 5_000,
}
FORMS = {
    "a form": (b"name=a&name=b&task_id=%00", "application/x-www-form-urlencoded"),
    "a form without parts": (b"", "multipart/form-data; boundary=x"),
    "a form without boundary": (b"--x\r\n\r\n", "multipart/form-data"),
    "a torn form": (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nabc',
        "multipart/form-data; boundary=x",
    ),
    "a file of nothing": (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--x--\r\n',
        "multipart/form-data; boundary=x",
    ),
    "a file that is no picture": (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="../a.png"\r\n\r\nabc\r\n--x--\r\n',
        "multipart/form-data; boundary=x",
    ),
    "plain text": (b"name", "text/plain"),
    "no type": (b"{}", ""),
}
BODIES = [
    *((what, body, "application/json") for what, body in JSON.items()),
    *((what, *form) for what, form in FORMS.items()),
]
VALUES = [None, True, -1, 10**30, "", "x" * 70_000, "é\u202e\U0001f4a5", [None], [[]], {"id": 1}, "' OR 1=1 --"]
PARAMETERS = ["0", "None", "é", "a" * 3000, "../secret.key", "\0", "\udcff", str(uuid.UUID(int=0)), "9" * 19, "-1"]
TEXTS = ["", "x", "-1", "9" * 20, "1.5", "[", "[[]]", "\0", "%ff", "2026-13-45", "é" * 500]
#: how many of the values a column, a parameter or a body that one piece of code reads for many routes is tried with
TRIED = 2
PAGING = ("page", "limit", "relations")


@pytest.fixture(scope="module")
def filled(application):
    return Filled(application)


@pytest.fixture
def ask(filled):
    """Send a request to the filled studio as its administrator, and note a forbidden answer."""
    problems = []

    def send(route, path, what, body=b"", content_type="application/json", query=""):
        answer = filled.send(route.method, path, query, body, content_type)
        refused = answer.status >= 400
        if answer.status >= 500 or (refused and (INSIDES.search(answer.content.decode()) or not is_error(answer))):
            problems.append(f"{route.method} {path[:200]} with {what}: {answer.status} {answer.content[:300]}")

    yield send
    filled.reset()
    assert not problems, "\n".join(problems[:20])


def tried(values, route, name):
    """The values to try a field of a route with: all, or some where one piece of code reads many, others each time."""
    is_shared = crud_rule(route) or name in PAGING or (name == "body" and route.body)
    return random.Random(f"{route} {name}").sample(values, TRIED) if is_shared else values


def is_error(answer):
    """Whether a refusal is JSON with a reason."""
    if answer.headers["Content-Type"] != "application/json":
        return False
    body = answer.json
    return isinstance(body, dict) and bool({"message", "msg", "error", "login"} & set(body))


@pytest.fixture
def each(filled):
    """The routes of a group, each with the studio as it was filled."""

    def each(group):
        for route in group:
            filled.reset()
            yield route

    return each


@pytest.mark.parametrize("group", by_subject(WRITES))
def test_a_body_that_is_none(filled, ask, each, group):
    for route in each(group):
        for what, body, content_type in tried(BODIES, route, "body"):
            ask(route, filled.path(route), what, body, content_type)


@pytest.mark.parametrize("group", by_subject(route for route in WRITES if crud_rule(route) or route.body or route.args))
def test_a_field_of_the_wrong_kind(filled, ask, each, group):
    for route in each(group):
        for name in filled.names(route):
            for value in tried(VALUES, route, name):
                body = {**filled.body(route), name: value}
                ask(route, filled.path(route), f"{name} = {str(value)[:50]!r}", json.dumps(body).encode())


@pytest.mark.parametrize("group", by_subject(route for route in ALL if "<" in route.rule))
def test_a_parameter_of_the_path_that_names_nothing(filled, ask, each, group):
    for route in each(group):
        for name in filled.parameters(route):
            for value in PARAMETERS:
                ask(route, filled.path(route, **{name: value}), f"{name} = {value[:50]}", b"{}")


@pytest.mark.parametrize("group", by_subject(routes("GET")))
def test_a_query_that_makes_no_sense(filled, ask, each, group):
    for route in each(group):
        for name in filled.read_by(route):
            for value in tried(TEXTS, route, name):
                ask(route, filled.path(route), f"?{name}={value[:50]}", query=f"{name}={quote(value, safe='%')}")


@pytest.mark.parametrize("value", ["1e999", "-1e999", "NaN", "[" * 900 + "]" * 900, '{"a":' * 900 + "1" + "}" * 900])
def test_no_value_is_stored_that_cannot_be_read_again(filled, ask, value):
    path = filled.path(next(route for route in routes("PUT") if route.rule == "/data/projects/<instance_id>"))
    stored = filled.send("GET", path).json["data"]
    assert filled.send("PUT", path, body=f'{{"data": {{"deep": {value}}}}}'.encode()).status == 400
    assert filled.send("GET", path).json["data"] == stored


def test_nesting_as_people_use_it_is_stored(filled, ask):
    path = filled.path(next(route for route in routes("PUT") if route.rule == "/data/projects/<instance_id>"))
    deep = json.loads("[" * 100 + "]" * 100)
    assert filled.send("PUT", path, body=json.dumps({"data": {"deep": deep}}).encode()).status == 200
    assert filled.send("GET", path).json["data"] == {"deep": deep}
