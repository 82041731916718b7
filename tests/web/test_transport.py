"""How requests are read and refused, whatever the route."""

import pytest

from kitsulite.errors import NotFound

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def api(studio):
    return studio.api(studio.admin)


def shape(answer):
    """The status and the body with its text left out."""
    return answer.status_int, {key: value for key, value in answer.json.items() if key not in ("message", "msg")}


@pytest.mark.parametrize("path", ["/nowhere", "/api/nowhere", "/api/data/nowhere", "/api/api/auth/logout", "/%ff%fe"])
def test_an_unknown_path_is_not_found(api, path):
    answer = api._app.get(path, expect_errors=True)
    assert shape(answer) == (404, {"error": True})
    assert answer.json["message"].startswith("404 Not Found: ")


def test_a_wrong_method_shows_the_right_ones(api):
    answer = api.put("/data/persons", {})
    assert shape(answer) == (405, {"error": True})
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_options_name_the_methods_without_a_token(studio):
    answer = studio.nobody._app.options("/api/data/persons")
    assert (answer.status_int, answer.body) == (200, b"")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert studio.nobody._app.options("/api/nowhere", expect_errors=True).status_int == 404


def test_head_is_get_without_a_body(api):
    headers = api._headers
    whole = api._app.get("/api/data/departments", headers=headers)
    answer = api._app.head("/api/data/departments", headers=headers)
    assert (answer.status_int, answer.body) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(whole.body))
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["/data/departments", "/data/departments/", "//data//departments//"])
@pytest.mark.parametrize("prefix", ["", "/api"])
def test_prefix_and_doubled_or_final_slashes_make_no_difference(api, prefix, path):
    assert api._app.get(prefix + path, headers=api._headers).status_int == 200


def test_the_token_is_asked_for_before_path_and_body(studio):
    for answer in (
        studio.nobody.get("/data/persons/nonsense"),
        studio.nobody.post("/data/persons", []),
        studio.nobody.put(f"/data/persons/{UNKNOWN}", {}),
        studio.nobody._app.post("/data/persons", "nonsense", content_type="text/plain", expect_errors=True),
    ):
        assert (answer.status_int, list(answer.json)) == (401, ["msg"])


def test_malformed_and_unknown_ids_of_rows(api):
    malformed = api.get("/data/departments/nonsense")
    assert (malformed.status_int, malformed.json) == (400, {"error": True, "message": "Malformed ID.", "data": None})
    assert shape(api.get(f"/data/departments/{UNKNOWN}")) == (404, {"error": True})


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/plain", b"{}", 415),
        ("application/x-www-form-urlencoded", b"name=x", 415),
        ("application/json", b"{nonsense", 400),
        ("application/json", b"null", 400),
        ("application/json", b"[]", 400),
        ("application/json", b"\xff\xfe", 400),
        ("application/json", b'{"name": "\\ud800"}', 400),
        ("application/json; charset=utf-8", b'{"name": "Clay", "color": "#000000"}', 201),
        ("application/vnd.api+json", b'{"name": "Clay", "color": "#000000"}', 201),
    ],
)
def test_rows_are_made_of_json_objects(api, content_type, body, status):
    headers = {**api._headers, "Content-Type": content_type}
    answer = api._app.post("/api/data/departments", body, headers=headers, expect_errors=True)
    assert answer.status_int == status
    assert status == 201 or answer.json["error"] is True


def test_text_that_is_no_json_has_no_data(api):
    assert shape(api.send("POST", "/data/departments", "{nonsense")) == (400, {"error": True})


def test_what_the_database_rejects_has_no_error_key(api):
    api.post("/data/departments", {"name": "Clay", "color": "#000000"})
    answer = api.post("/data/departments", {"name": "Clay", "color": "#000000"})
    assert (answer.status_int, list(answer.json)) == (400, ["message"])
    assert "UNIQUE" not in answer.text


def test_a_body_over_the_limit_is_refused(api, set_up):
    set_up(max_content_length=100)
    answer = api.post("/data/departments", {"name": "x" * 200})
    assert shape(answer) == (413, {"error": True})


def test_all_faults_of_a_validated_body_are_reported(studio):
    answer = studio.nobody.put("/auth/reset-password", {"email": "", "token": 3, "password": None})
    assert answer.status_int == 400
    assert {key: answer.json[key] for key in ("error", "message")} == {"error": True, "message": "Validation error."}
    errors = {error["field"]: error["message"] for error in answer.json["data"]["errors"]}
    assert errors == {
        "email": "String should have at least 1 character",
        "token": "Input should be a valid string",
        "password": "Input should be a valid string",
        "password2": "Field required",
    }


def test_a_missing_argument_is_named(studio):
    data = {"errors": [{"field": "email", "message": "Field required"}]}
    answer = studio.nobody.get("/auth/email-otp")
    assert answer.json == {"error": True, "message": "Missing required parameter: email", "data": data}


def test_a_failure_of_the_server_shows_nothing_of_itself(studio, api, monkeypatch, caplog):
    monkeypatch.setattr("kitsulite.domain.sign_in.sign_in.whoami", lambda ctx: 1 / 0)
    answer = api.get("/auth/authenticated")
    assert (answer.status_int, answer.json) == (500, {"error": True, "message": "Internal server error."})
    assert "ZeroDivisionError" in caplog.text


def test_nothing_comes_with_a_204(api):
    row = api.post("/data/departments", {"name": "Clay", "color": "#000000"}).json
    answer = api.delete(f"/data/departments/{row['id']}")
    assert (answer.status_int, answer.body) == (204, b"")


def test_a_subclass_of_an_error_is_answered_like_it(api, monkeypatch):
    class Missing(NotFound):
        """A special case of an error in the table."""

    def lost(*_, **__):
        raise Missing("Lost.")

    monkeypatch.setattr("kitsulite.store.database.Database.get", lost)
    answer = api.get(f"/data/tasks/{UNKNOWN}/full")
    assert (answer.status_int, answer.json["message"]) == (404, "404 Not Found: Lost.")
