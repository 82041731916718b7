"""The application is one of Bottle: it shows its routes, takes plugins and routes of others, and can be mounted."""

import io

import bottle
import pytest
import webtest
from support import Studio

import kitsulite
from kitsulite.api.policies import admin


@pytest.fixture
def app(tmp_path):
    """An application of its own, which tests may add to."""
    app = kitsulite.create_app(data_dir=tmp_path, synchronous="OFF")
    yield app
    app.close()


def test_its_routes_show_what_they_declare(app):
    assert isinstance(app, bottle.Bottle)
    (route,) = [r for r in app.routes if (r.method, r.rule) == ("POST", "/data/projects/<project_id>/shots")]
    assert str(route.config["allow"]) == "manager of the project"
    assert route.config["status"] == 201
    assert route.config["body"]["name"].required


def test_a_new_studio_has_an_administrator_who_can_sign_in(app):
    login = {"email": app.admin_email, "password": app.admin_password}
    assert webtest.TestApp(app).post_json("/api/auth/login", login).json["login"] is True


def test_a_plain_route_is_one_of_bottle(app):
    @app.get("/hello/<name>")
    def hello(name):
        return {"hello": name, "page": bottle.request.query.page}

    assert webtest.TestApp(app).get("/hello/ann?page=2").json == {"hello": "ann", "page": "2"}
    assert webtest.TestApp(app).get("/api/hello/ann").json["hello"] == "ann"


def test_paths_lead_to_routes_whatever_their_ids(app):
    one, other = "0A4A7B42-0F5E-4C4B-9D5B-6F1E8E0A4F11", "b7c1a1de-7a57-4a3c-8f0d-2f6f0b7d9e22"

    @app.get("/hello/<first>/and/<second>")
    def both(first, second):
        return {"both": [first, second]}

    @app.post("/hello/<first>/and/<second>")
    def posted(first, second):
        return {"posted": [first, second]}

    client = webtest.TestApp(app)
    for first, second in ((one, other), (other, one), (one, one), (one, "x"), ("x", one), ("x", "y")):
        found = [first.lower() if first == one else first, second.lower() if second == one else second]
        assert client.get(f"/hello/{first}/and/{second}").json == {"both": found}
        assert client.post(f"/hello/{first}/and/{second}").json == {"posted": found}
        assert client.delete(f"/hello/{first}/and/{second}", status=405).headers["Allow"] == "GET, HEAD, OPTIONS, POST"

    @app.get("/hello/<first:re:0a.*>/and/<second>")
    def choosy(first, second):
        return {"choosy": [first, second]}

    for _ in range(2):
        assert client.get(f"/hello/{other}/and/{one}").json == {"both": [other, one.lower()]}
        assert client.get(f"/hello/{one.lower()}/and/{other}").json == {"choosy": [one.lower(), other]}


def test_a_route_with_a_permission_gets_context_and_caller(app):
    @app.post("/hello", allow=admin, status=201)
    def hello(ctx):
        return {"hello": ctx.person["role"]}

    studio = Studio(app)
    assert studio.api(studio.admin).post("/hello", {}).json == {"hello": "admin"}
    assert studio.api(studio.person("user")).post("/hello", {}).status_int == 403
    assert studio.nobody.post("/hello", {}).status_int == 401


def test_a_plugin_is_around_every_route(app):
    seen = []

    def counting(callback):
        def counted(*args, **options):
            seen.append(callback)
            return callback(*args, **options)

        return counted

    app.install(counting)
    assert webtest.TestApp(app).get("/api/config").status_int == 200
    assert len(seen) == 1


def test_it_can_be_mounted(app):
    parent = bottle.Bottle()
    parent.mount("/api/", app)
    parent.route("/", callback=lambda: "a site of its own")
    site = webtest.TestApp(parent)
    assert site.get("/").text == "a site of its own"
    assert site.get("/api/status").json["name"]
    refused = site.get("/api/data/projects", expect_errors=True)
    assert refused.status_int == 401
    assert refused.headers["X-Content-Type-Options"] == "nosniff"
    studio = Studio(app)
    token = studio.api(studio.admin)._headers
    assert site.get("/api/data/projects", headers=token).json == []


def test_an_error_of_a_plain_route_shows_no_details(app):
    @app.get("/broken")
    def broken():
        raise ValueError("a secret of the server")

    answer = webtest.TestApp(app).get("/broken", expect_errors=True, extra_environ={"wsgi.errors": io.StringIO()})
    assert answer.status_int == 500
    assert answer.json["error"] is True
    assert "secret" not in answer.text


def test_a_path_of_a_route_can_be_built(app):
    assert app.get_url("/data/projects/<project_id>/shots", project_id="p1").endswith("/data/projects/p1/shots")
    with pytest.raises(bottle.RouteBuildError):
        app.get_url("/no/such/rule")


def test_bottles_own_refusals_are_json(app):
    @app.get("/gone")
    def gone():
        bottle.abort(410, "This page has gone.")

    answer = webtest.TestApp(app).get("/gone", expect_errors=True)
    assert (answer.status_int, answer.json) == (410, {"error": True, "message": "This page has gone."})
