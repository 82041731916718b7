"""Signing in and out through the API."""

import datetime as dt

import bcrypt
import jwt
import pytest
import time_machine
from support import PASSWORD, Api

from kitsulite.auth import tokens
from kitsulite.auth.lockout import Lock
from kitsulite.models.people import Organisation, Person

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
WRONG = {"login": False, "message": "Wrong email or password."}
LOCKED = {
    **{"error": True, "login": False, "too_many_failed_login_attemps": True},
    "message": "Too many failed login attempts, retry in a minute.",
}


@pytest.fixture
def anna(studio):
    return studio.account("user", email="anna@studio.org", desktop_login="Anna")


def log_in(studio, email="anna@studio.org", password=PASSWORD, agent="gazu", **more):
    body = {"email": email, "password": password, **more}
    return studio.nobody.post("/auth/login", body, extra_environ={"HTTP_USER_AGENT": agent})


def account(studio, person):
    return studio.db.rows("SELECT * FROM person WHERE id = ?", [person["id"]])[0]


def tick(moment, seconds):
    moment.shift(dt.timedelta(seconds=seconds))


# Who is let in


@pytest.mark.parametrize("name", ["anna@studio.org", "ANNA@Studio.Org", "Anna"])
def test_address_and_desktop_login_let_in(studio, anna, name):
    answer = log_in(studio, name)
    assert answer.status_int == 200
    assert answer.json["login"] is True
    assert answer.json["user"]["id"] == anna["id"]
    assert answer.json["user"]["departments"] == []
    assert answer.json["organisation"]["type"] == "Organisation"
    claims = jwt.decode(answer.json["access_token"], options={"verify_signature": False})
    refresh = jwt.decode(answer.json["refresh_token"], options={"verify_signature": False})
    assert claims["sub"] == anna["id"]
    assert claims["identity_type"] == "person"
    assert claims["refresh_jti"] == refresh["jti"]
    assert claims["exp"] - claims["iat"] == 7 * 86400
    assert refresh["exp"] - refresh["iat"] == 15 * 86400
    assert Api(studio.app, answer.json["access_token"]).get("/auth/authenticated").json["user"]["id"] == anna["id"]


def test_no_secret_is_shown(studio, anna):
    answer = log_in(studio)
    secrets = {name for name, field in Person.columns().items() if field.secret}
    for user in (answer.json["user"], studio.api(anna).get("/auth/authenticated").json["user"]):
        assert not secrets & set(user)


@pytest.mark.parametrize("role", ["admin", "manager", "user"])
def test_chat_tokens_are_shown_to_admins_only(studio, role):
    studio.add(Organisation, name="Studio", chat_token_slack="secret")
    person = studio.account(role)
    shown = [log_in(studio, person["email"]).json, studio.api(person).get("/auth/authenticated").json]
    assert ["chat_token_slack" in answer["organisation"] for answer in shown] == [role == "admin"] * 2


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("anna@studio.org", "wrong password"),
        ("anna", PASSWORD),
        ("nobody@studio.org", PASSWORD),
        ("anna@studio.org", ""),
        ("anna@studio.org", PASSWORD + " "),
        ("anna@studio.org", None),
    ],
)
def test_anything_else_is_refused_alike(studio, anna, name, password):
    body = {"email": name} if password is None else {"email": name, "password": password}
    answer = studio.nobody.post("/auth/login", body)
    assert (answer.status_int, answer.json) == (400, WRONG)


def test_bots_guests_and_accounts_without_password_do_not_sign_in(studio):
    hashed = studio.account("user")
    stored = account(studio, hashed)["password"]
    bot = studio.person("user", is_bot=True, password=stored)
    guest = studio.person("client", is_guest=True, email="guest-1@guest.kitsu")
    for person in (bot, guest):
        assert log_in(studio, person["email"]).json == WRONG
    assert log_in(studio, guest["email"], "default").json == WRONG


def test_an_empty_desktop_login_is_none(studio):
    studio.account("user", desktop_login="")
    answer = studio.nobody.post("/auth/login", {"email": "", "password": PASSWORD})
    assert answer.json["data"]["errors"] == [{"field": "email", "message": "String should have at least 1 character"}]


def test_form_and_query_work_as_well(studio, anna):
    fields = {"email": "anna@studio.org", "password": PASSWORD}
    app = studio.nobody._app
    assert app.post("/auth/login", fields).json["login"] is True
    assert app.post("/api/auth/login/?email=anna%40studio.org&password=" + PASSWORD).json["login"] is True


def test_an_inactive_account_is_reported_so_after_the_right_password_only(studio):
    person = studio.account("user", active=False)
    assert log_in(studio, person["email"], "wrong password").json == WRONG
    answer = log_in(studio, person["email"])
    assert answer.status_int == 401
    assert answer.json == {
        "error": True,
        "login": False,
        "unactive": True,
        "message": "User is unactive, he cannot log in.",
    }


def test_a_hash_of_zou_is_replaced_at_the_first_login(studio):
    zou = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    person = studio.person("user", password=zou)
    before = account(studio, person)
    assert log_in(studio, person["email"], "wrong password").status_int == 400
    assert account(studio, person)["password"] == zou
    assert log_in(studio, person["email"]).status_int == 200
    after = account(studio, person)
    assert after["password"].startswith("scrypt$")
    assert after["created_at"] == before["created_at"]
    assert log_in(studio, person["email"]).status_int == 200
    assert account(studio, person)["password"] == after["password"]


def test_a_hash_that_was_replaced_meanwhile_is_not_renewed(studio, monkeypatch):
    zou = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    person = studio.person("user", password=zou)
    kept = []
    monkeypatch.setattr(studio.db.late, "soon", kept.append)
    assert log_in(studio, person["email"]).status_int == 200
    assert account(studio, person)["password"] == zou
    with studio.db.write():
        studio.db.update(Person, person["id"], password="another")
        for change in kept:
            change()
    assert account(studio, person)["password"] == "another"


def test_who_was_locked_out_while_their_password_was_checked_is_refused(studio, anna, monkeypatch):
    answers = iter([False, True])
    monkeypatch.setattr(Lock, "is_on", lambda lock: next(answers))
    assert log_in(studio).json == LOCKED
    assert studio.db.column("SELECT 1 FROM login_log") == []


@pytest.mark.parametrize(("agent", "origin"), [("gazu", "script"), (FIREFOX, "web")])
def test_each_login_is_logged_with_its_address(studio, anna, agent, origin):
    log_in(studio, password="wrong password")
    answer = studio.nobody._app.post_json(
        "/auth/login",
        {"email": "Anna", "password": PASSWORD},
        headers={"User-Agent": agent, "X-Real-IP": "10.1.2.3"},
        extra_environ={"REMOTE_ADDR": "127.0.0.1"},
    )
    assert answer.json["login"] is True
    assert studio.db.rows("SELECT person_id, ip_address, origin FROM login_log") == [
        {"person_id": anna["id"], "ip_address": "10.1.2.3", "origin": origin}
    ]


def test_a_stranger_cannot_choose_the_logged_address(studio, anna):
    studio.nobody._app.post_json(
        "/auth/login",
        {"email": "Anna", "password": PASSWORD},
        headers={"X-Real-IP": "10.1.2.3"},
        extra_environ={"REMOTE_ADDR": "203.0.113.9"},
    )
    assert studio.db.column("SELECT ip_address FROM login_log") == ["203.0.113.9"]


# The lockout


def test_five_wrong_passwords_lock_for_a_minute(studio, anna):
    with time_machine.travel("2026-05-01 10:00:00", tick=False) as moment:
        for _ in range(5):
            assert log_in(studio, password="wrong password").json == WRONG
        assert log_in(studio).json == LOCKED
        tick(moment, 59)
        assert log_in(studio).json == LOCKED
        tick(moment, 1)
        assert log_in(studio, password="wrong password").json == WRONG
        assert account(studio, anna)["login_failed_attemps"] == 1
        assert log_in(studio).status_int == 200
        assert account(studio, anna)["login_failed_attemps"] == 0


def test_the_lock_goes_by_account_however_it_is_named(studio, anna):
    other = studio.account("user")
    for name in ["Anna", "anna@studio.org"] * 3:
        log_in(studio, name, "wrong password")
    assert log_in(studio, "ANNA@studio.org").json == LOCKED
    assert log_in(studio, other["email"]).status_int == 200


# Browsers


def cookies(answer):
    return {header.partition("=")[0]: header for header in answer.headers.getall("Set-Cookie")}


def test_a_browser_is_kept_signed_in_by_cookies(studio, anna):
    answer = log_in(studio, agent=FIREFOX)
    common = "; Max-Age=31540000; HttpOnly; Path=%s; SameSite=Lax"
    assert cookies(answer) == {
        "access_token_cookie": f"access_token_cookie={answer.json['access_token']}" + common % "/",
        "refresh_token_cookie": f"refresh_token_cookie={answer.json['refresh_token']}" + common % "/auth/refresh-token",
    }
    cookie = {"Cookie": f"access_token_cookie={answer.json['access_token']}", "User-Agent": FIREFOX}
    app = studio.nobody._app
    app.reset()
    assert app.get("/auth/authenticated", headers=cookie).json["authenticated"] is True
    gone = cookies(app.get("/auth/logout", headers=cookie))
    assert set(gone) == {"access_token_cookie", "refresh_token_cookie"}
    assert all("=; Expires=Thu, 01 Jan 1970 00:00:00 GMT;" in header for header in gone.values())
    assert app.get("/auth/authenticated", headers=cookie, expect_errors=True).status_int == 401


def test_a_script_gets_no_cookie(studio, anna):
    answer = log_in(studio, agent="python-requests/2.32.0")
    assert cookies(answer) == {}
    assert cookies(Api(studio.app, answer.json["access_token"]).get("/auth/logout")) == {}


def test_a_cookie_wins_over_a_good_header(studio, anna):
    token = log_in(studio).json["access_token"]
    headers = {"Cookie": "access_token_cookie=nonsense", "Authorization": f"Bearer {token}"}
    answer = studio.nobody._app.get("/auth/authenticated", headers=headers, expect_errors=True)
    assert (answer.status_int, answer.json) == (422, {"msg": "Not enough segments"})


def test_a_cookie_that_was_cleared_is_none(studio, anna):
    headers = {"Cookie": "access_token_cookie=", "Authorization": f"Bearer {log_in(studio).json['access_token']}"}
    assert studio.nobody._app.get("/auth/authenticated", headers=headers).json["authenticated"]


def test_a_token_in_the_query_is_none(studio, anna):
    token = log_in(studio).json["access_token"]
    assert studio.nobody.get(f"/auth/authenticated?access_token={token}&jwt={token}").status_int == 401


# Tokens


def test_logging_out_ends_both_tokens(studio, anna):
    answer = log_in(studio).json
    api, refresher = Api(studio.app, answer["access_token"]), Api(studio.app, answer["refresh_token"])
    other = Api(studio.app, log_in(studio).json["access_token"])
    assert api.get("/auth/logout").json == {"logout": True}
    for dead, path in ((api, "/auth/logout"), (api, "/auth/authenticated"), (refresher, "/auth/refresh-token")):
        answer = dead.get(path)
        assert (answer.status_int, answer.json) == (401, {"msg": "Token has been revoked"})
    assert other.get("/auth/authenticated").status_int == 200


def test_a_refresh_token_gives_access_tokens_until_it_expires(studio, anna):
    with time_machine.travel("2026-05-01 10:00:00", tick=False) as moment:
        answer = log_in(studio).json
        access, refresher = Api(studio.app, answer["access_token"]), Api(studio.app, answer["refresh_token"])
        tick(moment, 8 * 86400)
        expired = access.get("/auth/authenticated")
        assert (expired.status_int, expired.json) == (401, {"error": True, "message": "Signature has expired"})
        for _ in range(2):
            fresh = refresher.get("/auth/refresh-token")
            assert list(fresh.json) == ["access_token"]
            assert Api(studio.app, fresh.json["access_token"]).get("/auth/authenticated").status_int == 200
        tick(moment, 8 * 86400)
        assert refresher.get("/auth/refresh-token").json["message"] == "Signature has expired"


def test_logging_out_with_one_token_ends_all_that_the_session_was_given(studio, anna):
    answer = log_in(studio).json
    first, refresher = Api(studio.app, answer["access_token"]), Api(studio.app, answer["refresh_token"])
    fresh, last = (Api(studio.app, refresher.get("/auth/refresh-token").json["access_token"]) for _ in range(2))
    fresh.get("/auth/logout")
    assert refresher.get("/auth/refresh-token").json == {"msg": "Token has been revoked"}
    for api in (first, last):
        assert api.get("/auth/authenticated").json == {"msg": "Token has been revoked"}


def test_a_browser_refreshes_by_cookie_and_loses_the_refresh_cookie(studio, anna):
    token = log_in(studio, agent=FIREFOX).json["refresh_token"]
    app = studio.nobody._app
    app.reset()
    answer = app.get("/auth/refresh-token", headers={"Cookie": f"refresh_token_cookie={token}", "User-Agent": FIREFOX})
    assert answer.json == {"refresh": True}
    assert "=; Expires=Thu, 01 Jan 1970" in cookies(answer)["refresh_token_cookie"]
    assert "Max-Age=31540000" in cookies(answer)["access_token_cookie"]


def test_each_token_has_its_place(studio, anna):
    answer = log_in(studio).json
    wrong = Api(studio.app, answer["access_token"]).get("/auth/refresh-token")
    assert (wrong.status_int, wrong.json) == (422, {"msg": "Only refresh tokens are allowed"})
    wrong = Api(studio.app, answer["refresh_token"]).get("/auth/authenticated")
    assert (wrong.status_int, wrong.json) == (422, {"msg": "Only non-refresh tokens are allowed"})


@pytest.mark.parametrize(
    ("header", "status", "message"),
    [
        (None, 401, "Missing JWT in cookies or headers"),
        ("Basic abc", 401, "Missing JWT in cookies or headers"),
        ("bearer abc", 401, "Missing JWT in cookies or headers"),
        ("Bearer", 422, ""),
        ("Bearer abc", 422, "Not enough segments"),
        ("Bearer a b", 422, ""),
    ],
)
def test_a_bad_header_is_reported(studio, header, status, message):
    headers = {"Authorization": header} if header else {}
    answer = studio.nobody._app.get("/auth/authenticated", headers=headers, expect_errors=True)
    assert answer.status_int == status
    assert list(answer.json) == ["msg"]
    assert answer.json["msg"].startswith(message)


def forged(studio, key=None, **claims):
    base = {"sub": studio.admin["id"], "jti": "1", "type": "access", "identity_type": "person", "exp": 4e9}
    claims = {name: value for name, value in {**base, **claims}.items() if value is not None}
    return jwt.encode(claims, key or studio.app.settings.secret_key, algorithm="HS256")


@pytest.mark.parametrize(
    ("changes", "status", "body"),
    [
        ({}, 200, None),
        ({"type": None}, 200, None),
        ({"key": "another-key-another-key-another-key"}, 422, {"msg": "Signature verification failed"}),
        ({"sub": None}, 422, {"msg": "Missing claim: sub"}),
        ({"nbf": 9_999_999_999}, 422, {"msg": "The token is not yet valid."}),
        ({"nbf": "soon"}, 422, {"msg": "The nbf claim must be a number."}),
        ({"jti": None}, 401, {"msg": "Token has been revoked"}),
        ({"identity_type": "ghost"}, 401, {"msg": "Token has been revoked"}),
        ({"identity_type": "bot"}, 401, {"msg": "Token has been revoked"}),
    ],
)
def test_only_tokens_of_this_server_with_all_their_claims_count(studio, changes, status, body):
    answer = Api(studio.app, forged(studio, **changes)).get("/auth/authenticated")
    assert answer.status_int == status
    assert body is None or answer.json == body


def test_a_token_without_a_refresh_token_ends_alone(studio):
    api = Api(studio.app, forged(studio))
    assert [api.get(path).status_int for path in ("/auth/logout", "/auth/authenticated")] == [200, 401]


def test_an_unsigned_token_is_refused(studio):
    token = jwt.encode({"sub": studio.admin["id"], "jti": "1", "identity_type": "person"}, None, algorithm="none")
    assert Api(studio.app, token).get("/auth/authenticated").status_int == 422


def test_the_token_of_a_deleted_person_is_refused(studio):
    token = forged(studio, sub="00000000-0000-4000-8000-000000000000")
    for path in ("/auth/authenticated", "/data/departments"):
        answer = Api(studio.app, token).get(path)
        assert answer.status_int == 401
        assert set(answer.json) == {"error", "message"}
    answer = Api(studio.app, token).get("/auth/logout")
    assert (answer.status_int, answer.json) == (
        401,
        {"msg": "Error loading the user 00000000-0000-4000-8000-000000000000"},
    )


def test_deactivating_ends_the_tokens_of_a_person_for_good(studio, anna):
    api = studio.api(anna)
    set_active(studio, anna, False)
    answer = api.get("/auth/authenticated")
    assert (answer.status_int, set(answer.json)) == (401, {"error", "message"})
    set_active(studio, anna, True)
    assert api.get("/auth/authenticated").json == {"msg": "Token has been revoked"}
    assert studio.api(anna).get("/auth/authenticated").status_int == 200


def test_the_refresh_token_of_an_inactive_person_ends_for_good_too(studio, anna):
    with time_machine.travel("2026-05-01 10:00:00", tick=False) as moment:
        refresher = Api(studio.app, log_in(studio).json["refresh_token"])
        set_active(studio, anna, False)
        assert refresher.get("/auth/refresh-token").status_int == 401
        set_active(studio, anna, True)
        tick(moment, 14 * 86400)
        log_in(studio)
        Api(studio.app, log_in(studio).json["access_token"]).get("/auth/logout")
        assert refresher.get("/auth/refresh-token").json == {"msg": "Token has been revoked"}


@pytest.mark.parametrize("kind", ["bot", "person_api"])
def test_an_api_token_counts_while_its_person_names_it(studio, kind):
    person = studio.person("manager", is_bot=kind == "bot")
    token, jti = tokens.make(studio.app.settings, person["id"], "access", kind)
    api = Api(studio.app, token)
    assert api.get("/auth/authenticated").json == {"msg": "Token has been revoked"}
    set_jti(studio, person, jti)
    assert api.get("/auth/authenticated").json["user"]["id"] == person["id"]
    set_active(studio, person, False)
    assert api.get("/auth/authenticated").status_int == 401
    set_active(studio, person, True)
    assert api.get("/auth/authenticated").status_int == 200
    set_jti(studio, person, "another")
    assert api.get("/auth/authenticated").json == {"msg": "Token has been revoked"}


def test_an_api_token_of_a_person_survives_logging_out(studio, anna):
    token, jti = tokens.make(studio.app.settings, anna["id"], "access", "person_api")
    set_jti(studio, anna, jti)
    api = Api(studio.app, token)
    assert api.get("/auth/logout").json == {"logout": True}
    assert api.get("/auth/authenticated").status_int == 200


def test_a_bot_neither_logs_out_nor_changes_a_password(studio):
    bot = studio.person("admin", is_bot=True)
    token, jti = tokens.make(studio.app.settings, bot["id"], "access", "bot")
    set_jti(studio, bot, jti)
    api = Api(studio.app, token)
    assert api.get("/auth/logout").status_int == 403
    assert api.post("/auth/change-password", {}).status_int == 403
    assert api.get("/auth/authenticated").status_int == 200


def set_active(studio, person, active):
    with studio.db.write():
        studio.db.update(Person, person["id"], active=active)


def set_jti(studio, person, jti):
    with studio.db.write():
        studio.db.update(Person, person["id"], jti=jti)
