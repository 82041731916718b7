"""Security keys through the API."""

import base64
import json
import sys

import jwt
import pytest
import time_machine
from support import PASSWORD

from .authenticator import Authenticator

NOON = "2026-05-01 12:00:00"
WRONG = {
    **{"error": True, "login": False, "wrong_OTP": True},
    "message": "Wrong two-factor authentication code.",
}
NOT_ON = {"error": True, "message": "FIDO not enabled."}


@pytest.fixture
def moment():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def anna(moment, studio):
    return studio.account("user", email="anna@studio.org", first_name="Anna", last_name="Lee")


@pytest.fixture
def api(studio, anna):
    """The API as Anna sees it, with the cookies of a browser."""
    return studio.api(anna)


def register(api, device, name="blue key", **changes):
    options = api.put("/auth/fido").json
    body = {"registration_response": device.register(options), "device_name": name, **changes}
    return api.post("/auth/fido", body)


def ask(studio, email="anna@studio.org"):
    return studio.nobody.get(f"/auth/fido?email={email}")


def log_in(studio, **proofs):
    return studio.nobody.post("/auth/login", {"email": "anna@studio.org", "password": PASSWORD, **proofs})


def account(studio):
    return studio.db.rows("SELECT * FROM person WHERE email = 'anna@studio.org'")[0]


def test_the_options_are_the_ones_that_a_browser_needs(anna, api):
    answer = api.put("/auth/fido")
    options = answer.json
    assert len(base64.urlsafe_b64decode(options.pop("challenge") + "=")) == 32
    assert {p.pop("type") for p in options["pubKeyCredParams"]} == {"public-key"}
    assert options == {
        "rp": {"name": "Kitsu", "id": "localhost"},
        "user": {
            "name": "anna@studio.org",
            "id": base64.urlsafe_b64encode(anna["id"].encode()).decode().rstrip("="),
            "displayName": "Anna Lee",
        },
        "pubKeyCredParams": [{"alg": alg} for alg in (-7, -8, -35, -36, -37, -257, -47)],
        "excludeCredentials": [],
        "authenticatorSelection": {
            "authenticatorAttachment": "cross-platform",
            "residentKey": "discouraged",
            "userVerification": "preferred",
            "requireResidentKey": False,
        },
    }
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("session=")
    assert "; HttpOnly; Path=/" in cookie


def test_a_device_is_registered_and_signs_in(studio, anna, api):
    device = Authenticator()
    answer = register(api, device)
    assert answer.status_int == 200
    assert set(answer.json) == {"otp_recovery_codes", "access_token", "refresh_token"}
    assert len(answer.json["otp_recovery_codes"]) == 16
    shown = studio.api(anna).get("/auth/authenticated").json["user"]
    assert shown["fido_devices"] == ["blue key"]
    assert shown["fido_enabled"] is True
    assert log_in(studio).json["two_factor_authentication_enabled"] == ["recovery_code", "fido"]
    asked = ask(studio)
    assert asked.json["rpId"] == "localhost"
    assert asked.json["allowCredentials"] == [{"type": "public-key", "id": device.credential_id()}]
    assert log_in(studio, fido_authentication_response=device.sign(asked.json)).status_int == 200


def test_a_challenge_is_good_once_and_for_minutes(studio, api, moment):
    device = Authenticator()
    register(api, device)
    options = ask(studio)
    kept = options.headers["Set-Cookie"].partition(";")[0]
    response = device.sign(options.json)
    assert log_in(studio, fido_authentication_response=response).status_int == 200
    app = studio.nobody._app
    body = {"email": "anna@studio.org", "password": PASSWORD, "fido_authentication_response": response}
    assert app.post_json("/auth/login", body, headers={"Cookie": kept}, expect_errors=True).json == WRONG
    options = ask(studio)
    moment.shift(301)
    assert log_in(studio, fido_authentication_response=device.sign(options.json)).json == WRONG


def test_a_challenge_registers_one_device(studio, api):
    answer = api.put("/auth/fido")
    kept = {"Cookie": answer.headers["Set-Cookie"].partition(";")[0], **api._headers}
    body = {"registration_response": Authenticator().register(answer.json), "device_name": "key"}
    again = [api._app.post_json("/auth/fido", body, headers=kept, expect_errors=True).status_int for _ in range(2)]
    assert again == [200, 400]
    assert len(json.loads(account(studio)["fido_credentials"])) == 1


def test_another_device_or_challenge_is_wrong(studio, api):
    device = Authenticator()
    register(api, device)
    stranger = Authenticator()
    stranger.id = device.id
    assert log_in(studio, fido_authentication_response=stranger.sign(ask(studio).json)).json == WRONG
    assert log_in(studio, fido_authentication_response=Authenticator().sign(ask(studio).json)).json == WRONG
    old = ask(studio).json
    ask(studio)
    assert log_in(studio, fido_authentication_response=device.sign(old)).json == WRONG
    assert account(studio)["login_failed_attemps"] == 3


@pytest.mark.parametrize("response", [{"id": "fake"}, {"id": 1, "rawId": None, "response": []}, {"": {"": []}}])
def test_nonsense_is_wrong(studio, api, response):
    register(api, Authenticator())
    ask(studio)
    assert log_in(studio, fido_authentication_response=response).json == WRONG
    api.put("/auth/fido")
    answer = api.post("/auth/fido", {"registration_response": response, "device_name": "x"})
    assert (answer.status_int, answer.json["message"]) == (400, "FIDO registration failed.")


def test_without_a_challenge_nothing_is_registered(studio, api):
    device = Authenticator()
    options = api.put("/auth/fido").json
    body = {"registration_response": device.register(options), "device_name": "blue key"}
    verdict = {"error": True, "message": "No preregistration before."}
    answer = studio.api({"id": account(studio)["id"]}).post("/auth/fido", body)
    assert (answer.status_int, answer.json) == (400, verdict)
    other = studio.api(studio.person("user"))
    other._app.set_cookie("session", api._app.cookies["session"])
    assert other.post("/auth/fido", body).json == verdict
    assert api.post("/auth/fido", body).status_int == 200
    assert api.post("/auth/fido", body).json == verdict


def test_a_token_is_no_challenge_and_a_challenge_no_token(studio, anna, api):
    device = Authenticator()
    options = api.put("/auth/fido").json
    challenge = api._app.cookies["session"]
    token = studio.nobody.post("/auth/login", {"email": "anna@studio.org", "password": PASSWORD}).json["access_token"]
    headers = {"Authorization": f"Bearer {challenge}"}
    assert studio.nobody._app.get("/auth/authenticated", headers=headers, expect_errors=True).status_int == 422
    api._app.set_cookie("session", token)
    body = {"registration_response": device.register(options), "device_name": "blue key"}
    assert api.post("/auth/fido", body).json["message"] == "No preregistration before."


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://kitsu.studio.org", 200),
        ("https://evil.org", 400),
        ("http://kitsu.studio.org", 400),
        ("https://kitsu.studio.org.evil.org", 400),
    ],
)
def test_the_origin_is_that_of_the_studio(api, set_up, origin, status):
    set_up(domain_name="kitsu.studio.org:8443")
    assert register(api, Authenticator(origin)).status_int == status


def test_only_who_has_a_device_is_asked(studio, anna):
    studio.account(email="gone@studio.org", active=False, fido_enabled=True, fido_credentials=[])
    for email in ("anna@studio.org", "gone@studio.org", "nobody@studio.org", ""):
        answer = ask(studio, email)
        assert (answer.status_int, answer.json) == (400, NOT_ON)
    assert studio.nobody.get("/auth/fido").status_int == 400


def test_devices_are_removed_one_by_one(studio, anna, api):
    codes = register(api, Authenticator(), "blue key").json["otp_recovery_codes"]
    second = Authenticator()
    assert register(api, second, "red key").json["otp_recovery_codes"] is None
    assert len(ask(studio).json["allowCredentials"]) == 2
    wrong = {"error": True, "message": "OTP verification failed.", "wrong_OTP": True}
    for proof in ({}, {"recovery_code": "0000000000"}, {"totp": "123456"}):
        answer = api.delete("/auth/fido", {"device_name": "blue key", **proof})
        assert (answer.status_int, answer.json) == (400, wrong)
    for name, left in (("blue key", ["red key"]), ("no key", ["red key"]), ("red key", [])):
        answer = api.delete("/auth/fido", {"device_name": name, "recovery_code": codes.pop()})
        assert (answer.status_int, answer.json) == (200, {"success": True})
        assert api.get("/auth/authenticated").json["user"]["fido_devices"] == left
    stored = account(studio)
    assert [stored[c] for c in ("fido_enabled", "otp_recovery_codes", "fido_credentials")] == [0, None, "[]"]
    assert stored["preferred_two_factor_authentication"] is None
    answer = api.delete("/auth/fido", {"device_name": "red key"})
    assert (answer.status_int, answer.json) == (400, NOT_ON)
    assert api.delete("/auth/fido", {}).json["data"]["errors"][0]["field"] == "device_name"


def test_devices_that_come_from_zou_sign_in(studio, api):
    device = Authenticator()
    register(api, device)
    (stored,) = json.loads(account(studio)["fido_credentials"])
    del stored["attested"]
    with studio.db.write():
        studio.db.execute("UPDATE person SET fido_credentials = ?", [json.dumps([stored])])
    assert log_in(studio, fido_authentication_response=device.sign(ask(studio).json)).status_int == 200


def test_without_the_package_the_server_says_what_is_missing(studio, api, monkeypatch):
    device = Authenticator()
    codes = register(api, device).json["otp_recovery_codes"]
    options = ask(studio).json
    monkeypatch.setitem(sys.modules, "fido2.server", None)
    answer = api.put("/auth/fido")
    assert answer.status_int == 400
    assert "pip install fido2" in answer.json["message"]
    assert log_in(studio, fido_authentication_response=device.sign(options)).json == WRONG
    assert log_in(studio, recovery_code=codes[0]).status_int == 200


def test_strangers_and_bots_register_no_device(studio):
    assert studio.nobody.put("/auth/fido").status_int == 401
    assert studio.nobody.post("/auth/fido", {}).status_int == 401
    assert studio.nobody.delete("/auth/fido", {}).status_int == 401
    token = jwt.encode({"sub": "x", "type": "fido"}, studio.app.settings.secret_key)
    headers = {"Authorization": f"Bearer {token}"}
    assert studio.nobody._app.put("/auth/fido", headers=headers, expect_errors=True).status_int == 422
