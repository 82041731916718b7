"""Headers of every answer: security, and calls from pages of other origins."""

import pytest

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
HERE, THERE = "https://tools.studio.org", "https://elsewhere.org"


def headers_of(answer, prefix):
    return {name: value for name, value in answer.headers.items() if name.startswith(prefix)}


@pytest.mark.parametrize("path", ["/auth/authenticated", "/auth/oidc/login", "/nowhere", "/data/persons/nonsense"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_every_answer_is_guarded(studio, path, method):
    answer = getattr(studio.nobody, method)(path)
    assert {name: answer.headers[name] for name in SECURITY} == SECURITY


def test_no_other_origin_may_call_by_default(studio):
    app = studio.nobody._app
    answer = app.get("/auth/authenticated", headers={"Origin": HERE}, expect_errors=True)
    assert headers_of(answer, "Access-Control") == {}
    preflight = {"Origin": HERE, "Access-Control-Request-Method": "POST"}
    answer = app.options("/api/auth/login", headers=preflight, expect_errors=True)
    assert (answer.status_int, headers_of(answer, "Access-Control")) == (200, {})


@pytest.fixture
def app(studio, set_up):
    set_up(cors_allowed_origins=[HERE, "https://second.studio.org"])
    return studio.nobody._app


def test_listed_origins_may_call(app):
    for path in ("/api/auth/authenticated", "/api/nowhere"):
        answer = app.get(path, headers={"Origin": HERE}, expect_errors=True)
        assert headers_of(answer, "Access-Control") == {
            "Access-Control-Allow-Origin": HERE,
            "Access-Control-Allow-Credentials": "true",
        }
        assert answer.headers["Vary"] == "Origin"


def test_others_still_may_not(app):
    for origin in (THERE, "null", HERE + ".elsewhere.org", HERE.upper()):
        answer = app.get("/api/auth/authenticated", headers={"Origin": origin}, expect_errors=True)
        assert headers_of(answer, "Access-Control") == {}


def test_without_an_origin_the_first_one_is_named(app):
    answer = app.get("/api/auth/authenticated", expect_errors=True)
    assert answer.headers["Access-Control-Allow-Origin"] == HERE


def test_a_preflight_is_answered_without_a_token(app):
    asked = {
        "Origin": HERE,
        "Access-Control-Request-Method": "DELETE",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    answer = app.options("/api/data/persons", headers=asked)
    assert answer.body == b""
    assert headers_of(answer, "Access-Control") == {
        "Access-Control-Allow-Origin": HERE,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT",
        "Access-Control-Allow-Headers": "authorization, content-type",
    }
