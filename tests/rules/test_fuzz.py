"""Odd requests to every route, as a machine makes them up: none is an error of the server."""

import json
import sqlite3
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from rules.calls import Filled, routes
from rules.test_bad_input import INSIDES
from support import Studio

ALL = routes("GET", "POST", "PUT", "DELETE")
#: together a good ten thousand calls
CALLS = 13
QUICK = settings(
    max_examples=CALLS,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
NUMBERS = some.one_of(
    some.integers(), some.sampled_from([10**400, -(10**30), 2**31, 2**63, 0, -1]), some.floats(allow_nan=False)
)
TEXTS = some.one_of(
    some.text(max_size=30),
    some.sampled_from(
        ["", "\0", "٣", "²", "e\u0301", "\u202e", "a" * 5000, "true", "None", "[]", "2026-02-30", "..", "%"]
    ),
)
VALUES = some.recursive(
    some.one_of(some.none(), some.booleans(), NUMBERS, TEXTS),
    lambda inner: some.one_of(some.lists(inner, max_size=3), some.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
RANGES = some.sampled_from(
    ["bytes=²-³", "bytes=0-", "bytes=-1", "bytes=5-2", "bytes=9999999999999999999-", "x", "bytes=0-1,3-4"]
)
HEADERS = some.fixed_dictionaries(
    {},
    optional={
        "HTTP_RANGE": RANGES,
        "HTTP_IF_MODIFIED_SINCE": TEXTS,
        "HTTP_IF_NONE_MATCH": TEXTS,
        "HTTP_ACCEPT": TEXTS,
        "HTTP_COOKIE": TEXTS,
        "HTTP_USER_AGENT": TEXTS,
    },
)
CHARSETS = some.sampled_from(["utf-8", "rot13", "zlib", "utf-16", "idna", "latin-1", "none"])


@pytest.fixture(scope="module")
def filled(application):
    application.restore_pristine()
    found = Filled(Studio(application))
    found.kept = sqlite3.connect(":memory:")
    found.studio.db.connection().backup(found.kept)
    return found


def part(name, value, charset):
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{value[:9]}"'
    return f"{head}\r\nContent-Type: text/plain; charset={charset}\r\n\r\n{value}\r\n".encode("utf-8", "replace")


@some.composite
def requests(draw, filled, route):
    """(path, query, body, content type, headers)"""
    path = filled.path(
        route, **{name: quote(draw(TEXTS) or "x", safe="") for name in draw_some(draw, filled.parameters(route))}
    )
    names = [*filled.names(route), "page", "limit", "relations", "project_id", draw(TEXTS)]
    query = "&".join(
        f"{quote(draw(some.sampled_from(names)))}={quote(draw(TEXTS))}" for _ in range(draw(some.integers(0, 3)))
    )
    kind = draw(some.sampled_from(["json", "json", "list", "form", "parts"]))
    if kind == "parts":
        made = [
            part(draw(some.sampled_from(["file", "a"])), draw(TEXTS), draw(CHARSETS))
            for _ in range(draw(some.integers(0, 2)))
        ]
        body, content_type = b"".join(made) + b"--x--\r\n", "multipart/form-data; boundary=x"
    elif kind == "form":
        body = "&".join(f"{quote(draw(some.sampled_from(names)))}={quote(draw(TEXTS))}" for _ in range(3)).encode()
        content_type = "application/x-www-form-urlencoded"
    else:
        fields = {**filled.body(route), **{name: draw(VALUES) for name in draw_some(draw, filled.names(route))}}
        value = draw(some.one_of(VALUES, some.just([fields]))) if kind == "list" else fields
        body, content_type = json.dumps(value).encode(), "application/json"
    return path, query, body, content_type, draw(HEADERS)


def draw_some(draw, names):
    names = sorted(names)
    return draw(some.lists(some.sampled_from(names), max_size=3, unique=True)) if names else []


@pytest.mark.parametrize("route", ALL, ids=str)
def test_no_request_is_an_error_of_the_server(filled, route):
    filled.kept.backup(filled.studio.db.connection())

    @QUICK
    @given(requests(filled, route))
    def ask(request):
        path, query, body, content_type, headers = request
        answer = filled.send(route.method, path, query, body, content_type, **headers)
        shown = answer.content[:300]
        assert answer.status < 500, f"{route} {path} ?{query} {body[:300]} {headers}: {answer.status} {shown}"
        if answer.status >= 400:
            assert not INSIDES.search(answer.content.decode()), f"{route} {path} ?{query} {body[:300]}: {shown}"

    ask()
