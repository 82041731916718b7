"""Second factors through the API: codes of an app, codes by mail, recovery codes."""

import json
import re
import time

import bcrypt
import jwt
import pyotp
import pytest
import time_machine
from support import PASSWORD, Api

from kitsulite.auth import recovery_codes, tokens
from kitsulite.models.people import Person

NOON = "2026-05-01 12:00:00"
WRONG = {
    **{"error": True, "login": False, "wrong_OTP": True},
    "message": "Wrong two-factor authentication code.",
}
LOCKED = {
    **{"error": True, "login": False, "too_many_failed_login_attemps": True},
    "message": "Too many failed login attempts, retry in a minute.",
}
WRONG_PROOF = {"error": True, "message": "OTP verification failed.", "wrong_OTP": True}


@pytest.fixture
def moment():
    """Noon, until the test moves on."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def anna(moment, studio):
    return studio.account("user", email="anna@studio.org")


@pytest.fixture
def api(studio, anna):
    return studio.api(anna)


def log_in(studio, **proofs):
    return studio.nobody.post("/auth/login", {"email": "anna@studio.org", "password": PASSWORD, **proofs})


def account(studio):
    return studio.db.rows("SELECT * FROM person WHERE email = 'anna@studio.org'")[0]


def change(studio, **columns):
    with studio.db.write():
        studio.db.update(Person, account(studio)["id"], **columns)


def enable_totp(api):
    """Turn codes of an app on; returns the app and the answer."""
    app = pyotp.TOTP(api.put("/auth/totp").json["otp_secret"])
    return app, api.post("/auth/totp", {"totp": app.now()}).json


def enable_mailed_codes(api, outbox):
    api.put("/auth/email-otp")
    return api.post("/auth/email-otp", {"email_otp": code_in(outbox()[-1])}).json


def code_in(mail):
    return re.search(r"\b\d{6}\b", mail.get_body(("plain",)).get_content()).group()


def send_code(studio, email="anna@studio.org"):
    answer = studio.nobody.get(f"/auth/email-otp?email={email}")
    assert (answer.status_int, answer.json) == (200, {"success": True})


def other_than(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


# Codes of an app


def test_an_app_is_set_up_with_a_secret_and_its_first_code(studio, anna, api):
    prepared = api.put("/auth/totp").json
    secret = prepared["otp_secret"]
    assert re.fullmatch("[A-Z2-7]{32}", secret)
    assert prepared["totp_provisionning_uri"] == (
        f"otpauth://totp/Kitsu%20Kitsu:anna%40studio.org?secret={secret}&issuer=Kitsu%20Kitsu"
    )
    assert log_in(studio).status_int == 200
    answer = api.post("/auth/totp", {"totp": pyotp.TOTP(secret).now()}).json
    assert len(set(answer["otp_recovery_codes"])) == 16
    assert all(re.fullmatch("[A-Z0-9]{10}", code) for code in answer["otp_recovery_codes"])
    assert Api(studio.app, answer["access_token"]).get("/auth/authenticated").json["user"]["totp_enabled"] is True
    stored = account(studio)
    assert stored["preferred_two_factor_authentication"] == "totp"
    assert not set(answer["otp_recovery_codes"]) & set(json.loads(stored["otp_recovery_codes"]))
    again = api.put("/auth/totp"), api.post("/auth/totp", {"totp": pyotp.TOTP(secret).now()})
    assert [(a.status_int, a.json["message"]) for a in again] == [(400, "TOTP already enabled.")] * 2


def test_a_recovery_code_is_used_up_by_the_first_of_two_at_once(studio, api):
    code = enable_totp(api)[1]["otp_recovery_codes"][0]
    ctx = studio.context(account(studio))
    both = [recovery_codes.examine(account(studio), code) for _ in range(2)]
    with studio.db.write():
        assert [use_up(ctx) for use_up in both] == [True, False]


def test_an_app_is_not_set_up_with_a_wrong_code(api):
    verdict = {"error": True, "message": "TOTP verification failed.", "wrong_OTP": True}
    without_secret = api.post("/auth/totp", {"totp": "123456"})
    assert (without_secret.status_int, without_secret.json) == (400, verdict)
    app = pyotp.TOTP(api.put("/auth/totp").json["otp_secret"])
    for code in (other_than(app.now()), "nonsense", "\uff11\uff12\uff13\uff14\uff15\uff16"):
        answer = api.post("/auth/totp", {"totp": code})
        assert (answer.status_int, answer.json) == (400, verdict)
    assert api.post("/auth/totp", {"totp": ""}).json["data"]["errors"][0]["field"] == "totp"
    assert api.post("/auth/totp", {"totp": app.now()}).status_int == 200


def test_who_has_an_app_needs_its_code(studio, api, moment):
    app, _ = enable_totp(api)
    missing = log_in(studio)
    assert (missing.status_int, missing.json) == (
        400,
        {
            "error": True,
            "login": False,
            "missing_OTP": True,
            "message": "A two-factor authentication code is required.",
            "preferred_two_factor_authentication": "totp",
            "two_factor_authentication_enabled": ["recovery_code", "totp"],
        },
    )
    assert account(studio)["login_failed_attemps"] == 0
    wrong = log_in(studio, totp=other_than(app.now()))
    assert (wrong.status_int, wrong.json) == (400, WRONG)
    assert account(studio)["login_failed_attemps"] == 1
    assert log_in(studio, totp=app.now(), email_otp=None, recovery_code=None).status_int == 200
    assert account(studio)["login_failed_attemps"] == 0


@pytest.mark.parametrize(("seconds", "status"), [(-60, 400), (-30, 200), (0, 200), (30, 200), (60, 400)])
def test_the_steps_before_and_after_count_too(studio, api, moment, seconds, status):
    app, _ = enable_totp(api)
    assert log_in(studio, totp=app.at(int(time.time()) + seconds)).status_int == status


def test_a_code_is_good_once(studio, api, moment):
    app, _ = enable_totp(api)
    code = app.now()
    assert log_in(studio, totp=code).status_int == 200
    assert log_in(studio, totp=code).json == WRONG
    moment.shift(30)
    assert log_in(studio, totp=code).json == WRONG
    assert log_in(studio, totp=app.now()).status_int == 200


def session(studio, answer):
    return Api(studio.app, answer.json["access_token"])


def test_the_code_of_a_sign_in_confirms_the_next_step_of_its_session_once(studio, api):
    app, _ = enable_totp(api)
    code = app.now()
    mine = session(studio, log_in(studio, totp=code))
    assert api.put("/auth/recovery-codes", {"totp": code}).status_int == 400, "another session"
    assert mine.put("/auth/recovery-codes", {"totp": code}).status_int == 200
    assert mine.put("/auth/recovery-codes", {"totp": code}).status_int == 400, "a second time"
    assert mine.delete("/auth/totp", {"totp": code}).status_int == 400
    assert log_in(studio, totp=code).json == WRONG


def test_the_code_of_a_sign_in_confirms_nothing_once_it_is_over(studio, api, moment):
    app, _ = enable_totp(api)
    code = app.now()
    mine = session(studio, log_in(studio, totp=code))
    moment.shift(90)
    assert mine.put("/auth/recovery-codes", {"totp": code}).status_int == 400


def test_the_code_of_a_later_sign_in_ends_what_the_former_could_confirm(studio, api, moment):
    app, _ = enable_totp(api)
    code = app.now()
    first = session(studio, log_in(studio, totp=code))
    moment.shift(30)
    log_in(studio, totp=app.now())
    assert first.put("/auth/recovery-codes", {"totp": code}).status_int == 400


def test_a_mailed_code_of_a_sign_in_confirms_the_next_step_of_its_session_once(studio, api, outbox, moment):
    enable_mailed_codes(api, outbox)
    send_code(studio)
    code = code_in(outbox()[-1])
    mine = session(studio, log_in(studio, email_otp=code))
    moment.shift(200)
    assert mine.put("/auth/recovery-codes", {"email_otp": other_than(code)}).status_int == 400
    assert api.put("/auth/recovery-codes", {"email_otp": code}).status_int == 400
    assert mine.put("/auth/recovery-codes", {"email_otp": code}).status_int == 200
    assert mine.delete("/auth/email-otp", {"email_otp": code}).status_int == 400
    assert log_in(studio, email_otp=code).json == WRONG


def test_a_right_password_is_asked_for_first(studio, api):
    app, _ = enable_totp(api)
    answer = studio.nobody.post("/auth/login", {"email": "anna@studio.org", "password": "wrong", "totp": app.now()})
    assert answer.json == {"login": False, "message": "Wrong email or password."}


def test_wrong_codes_lock_like_wrong_passwords(studio, api, moment):
    app, _ = enable_totp(api)
    for _ in range(5):
        log_in(studio, totp=other_than(app.now()))
    assert log_in(studio, totp=app.now()).json == LOCKED
    moment.shift(60)
    assert log_in(studio, totp=app.now()).status_int == 200


def test_an_app_is_turned_off_with_a_code_only(studio, api, moment):
    app, _ = enable_totp(api)
    for proof in ({}, {"totp": other_than(app.now())}, {"email_otp": app.now()}, {"recovery_code": "0000000000"}):
        answer = api.delete("/auth/totp", proof)
        assert (answer.status_int, answer.json) == (400, WRONG_PROOF)
    answer = api.delete("/auth/totp", {"totp": app.now()})
    assert (answer.status_int, answer.json) == (200, {"success": True})
    stored = account(studio)
    assert [stored[c] for c in ("totp_enabled", "totp_secret", "otp_recovery_codes")] == [0, None, None]
    assert stored["preferred_two_factor_authentication"] is None
    assert log_in(studio).status_int == 200
    answer = api.delete("/auth/totp", {"totp": app.now()})
    assert (answer.status_int, answer.json) == (400, {"error": True, "message": "TOTP not enabled."})


def test_guessing_with_a_stolen_token_ends(studio, api, moment):
    app, _ = enable_totp(api)
    for _ in range(20):
        assert api.delete("/auth/totp", {"totp": other_than(app.now())}).json == WRONG_PROOF
    assert api.delete("/auth/totp", {"totp": app.now()}).json == WRONG_PROOF
    assert log_in(studio, totp=app.now()).status_int == 200
    moment.shift(3600)
    assert api.delete("/auth/totp", {"totp": app.now()}).status_int == 200


# Codes by mail


def test_mailed_codes_are_set_up_with_the_first_one(studio, api, outbox):
    assert api.put("/auth/email-otp").json == {"success": True}
    (mail,) = outbox()
    assert mail["To"] == "anna@studio.org"
    assert mail["Subject"] == "Kitsu - Kitsu: verification code"
    code = code_in(mail)
    answer = api.post("/auth/email-otp", {"email_otp": other_than(code)})
    assert (answer.status_int, answer.json) == (
        400,
        {"error": True, "message": "OTP by email verification failed.", "wrong_OTP": True},
    )
    answer = api.post("/auth/email-otp", {"email_otp": code})
    assert len(answer.json["otp_recovery_codes"]) == 16
    assert set(answer.json) == {"otp_recovery_codes", "access_token", "refresh_token"}
    for again in (api.put("/auth/email-otp"), api.post("/auth/email-otp", {"email_otp": code})):
        assert (again.status_int, again.json["message"]) == (400, "OTP by email already enabled.")


def test_a_mailed_code_is_good_once_and_for_five_minutes(studio, api, outbox, moment):
    enable_mailed_codes(api, outbox)
    assert log_in(studio).json["two_factor_authentication_enabled"] == ["recovery_code", "email_otp"]
    send_code(studio, "ANNA@studio.org")
    code = code_in(outbox()[-1])
    assert log_in(studio, email_otp=other_than(code)).json == WRONG
    assert log_in(studio, email_otp=code).status_int == 200
    assert log_in(studio, email_otp=code).json == WRONG
    send_code(studio)
    moment.shift(300)
    assert log_in(studio, email_otp=code_in(outbox()[-1])).json == WRONG


def test_a_new_mailed_code_replaces_the_former_one(studio, api, outbox):
    enable_mailed_codes(api, outbox)
    send_code(studio)
    first = code_in(outbox()[-1])
    while code_in(outbox()[-1]) == first:
        send_code(studio)
    assert log_in(studio, email_otp=first).json == WRONG
    assert log_in(studio, email_otp=code_in(outbox()[-1])).status_int == 200


def test_five_wrong_answers_end_a_mailed_code(studio, api, outbox, moment):
    enable_mailed_codes(api, outbox)
    send_code(studio)
    code = code_in(outbox()[-1])
    for _ in range(5):
        assert log_in(studio, email_otp=other_than(code)).json == WRONG
    moment.shift(60)
    assert log_in(studio, email_otp=code).json == WRONG


def test_nothing_shows_who_signs_in_by_mailed_codes(studio, anna, outbox):
    gone = studio.account(email="gone@studio.org", active=False, email_otp_enabled=True, email_otp_secret="A" * 32)
    for email in ("anna@studio.org", gone["email"], "nobody@studio.org", "", "%00"):
        send_code(studio, email)
    assert outbox() == []
    missing = studio.nobody.get("/auth/email-otp")
    assert (missing.status_int, missing.json["message"]) == (400, "Missing required parameter: email")


def test_an_address_is_not_flooded_with_codes(studio, api, outbox):
    enable_mailed_codes(api, outbox)
    for _ in range(30):
        send_code(studio)
    assert len(outbox()) == 20


def test_mailed_codes_are_turned_off_with_one(studio, api, outbox):
    enable_mailed_codes(api, outbox)
    send_code(studio)
    assert api.delete("/auth/email-otp", {"email_otp": code_in(outbox()[-1])}).json == {"success": True}
    assert account(studio)["email_otp_secret"] is None
    answer = api.delete("/auth/email-otp", {})
    assert (answer.status_int, answer.json["message"]) == (400, "OTP by email not enabled.")


# Several methods


def test_the_second_method_keeps_codes_and_preference(studio, api, outbox):
    first = enable_mailed_codes(api, outbox)
    app, second = enable_totp(api)
    assert second["otp_recovery_codes"] is None
    assert account(studio)["preferred_two_factor_authentication"] == "email_otp"
    assert log_in(studio).json["two_factor_authentication_enabled"] == ["recovery_code", "totp", "email_otp"]
    assert api.delete("/auth/email-otp", {"totp": app.now()}).status_int == 200
    assert account(studio)["preferred_two_factor_authentication"] == "totp"
    assert log_in(studio, recovery_code=first["otp_recovery_codes"][0]).status_int == 200


def test_the_first_given_proof_decides(studio, api, outbox):
    enable_mailed_codes(api, outbox)
    app, _ = enable_totp(api)
    send_code(studio)
    mailed = code_in(outbox()[-1])
    assert log_in(studio, totp=other_than(app.now()), email_otp=mailed).json == WRONG
    assert log_in(studio, email_otp=mailed).status_int == 200


# Recovery codes


def test_each_recovery_code_is_good_once(studio, api):
    _, answer = enable_totp(api)
    code, other = answer["otp_recovery_codes"][:2]
    assert log_in(studio, recovery_code=code).status_int == 200
    assert log_in(studio, recovery_code=code).json == WRONG
    assert log_in(studio, recovery_code=other).status_int == 200
    assert len(json.loads(account(studio)["otp_recovery_codes"])) == 14


def test_recovery_codes_are_renewed_with_a_proof(studio, api):
    answer = api.put("/auth/recovery-codes", {"totp": "123456"})
    assert (answer.status_int, answer.json["message"]) == (400, "No two factor authentication enabled.")
    app, enabled = enable_totp(api)
    for proof in ({}, {"totp": other_than(app.now())}):
        refused = api.put("/auth/recovery-codes", proof)
        assert (refused.status_int, refused.json) == (400, WRONG_PROOF)
    codes = api.put("/auth/recovery-codes", {"totp": app.now()}).json["otp_recovery_codes"]
    assert len(codes) == 16
    assert log_in(studio, recovery_code=enabled["otp_recovery_codes"][0]).json == WRONG
    assert log_in(studio, recovery_code=codes[0]).status_int == 200


def test_recovery_codes_of_zou_are_accepted(studio, api):
    enable_totp(api)
    hashed = bcrypt.hashpw(b"ABCDEFGHIJ", bcrypt.gensalt(4)).hex()
    change(studio, otp_recovery_codes=["\\x" + hashed])
    assert log_in(studio, recovery_code="ABCDEFGHIJ").status_int == 200
    assert account(studio)["otp_recovery_codes"] == "[]"


def test_codes_that_are_used_up_come_again_with_the_next_method(studio, api, outbox):
    enable_totp(api)
    change(studio, otp_recovery_codes=[])
    assert len(enable_mailed_codes(api, outbox)["otp_recovery_codes"]) == 16


# By an admin


def test_an_admin_turns_lost_factors_off(studio, anna, api, outbox):
    path = f"/actions/persons/{anna['id']}/disable-two-factor-authentication"
    admin = studio.api(studio.admin)
    assert admin.delete(path).status_int == 400
    enable_totp(api)
    assert admin.delete(path).json == {"success": True}
    stored = account(studio)
    assert [stored[c] for c in ("totp_enabled", "totp_secret", "otp_recovery_codes")] == [0, None, None]
    assert stored["preferred_two_factor_authentication"] is None
    assert outbox()[-1]["Subject"] == "Kitsu - Kitsu: two-factor authentication disabled"
    assert api.get("/auth/authenticated").status_int == 401
    assert log_in(studio).status_int == 200


def test_only_admins_do_so_and_not_to_each_other(studio, anna, api):
    enable_totp(api)
    path = f"/actions/persons/{anna['id']}/disable-two-factor-authentication"
    for role in ("manager", "supervisor", "user", "client", "vendor"):
        assert studio.api(studio.person(role)).delete(path).status_int == 403
    assert studio.nobody.delete(path).status_int == 401
    change(studio, role="admin")
    assert studio.api(studio.admin).delete(path).status_int == 400
    assert account(studio)["totp_enabled"] == 1


def test_bots_have_no_second_factor(studio):
    bot = studio.person("admin", is_bot=True)
    token, jti = tokens.make(studio.app.settings, bot["id"], "access", "bot")
    with studio.db.write():
        studio.db.update(Person, bot["id"], jti=jti)
    api = Api(studio.app, token)
    for path in ("/auth/totp", "/auth/email-otp", "/auth/recovery-codes"):
        assert api.put(path, {}).status_int == 403
        assert studio.nobody.put(path, {}).status_int == 401
    path = f"/actions/persons/{bot['id']}/disable-two-factor-authentication"
    assert studio.api(studio.admin).delete(path).status_int == 403


# Where everybody needs one


@pytest.fixture
def enforced(set_up):
    set_up(enforce_2fa=True, two_factor_exempt_users=["Boss@studio.org"])


def test_a_login_without_a_factor_only_lets_set_one_up(studio, anna, enforced):
    answer = log_in(studio).json
    assert answer["two_factor_authentication_required"] is True
    restricted = Api(studio.app, answer["access_token"])
    for path in ("/data/projects/open", "/data/persons", "/auth/nowhere"):
        refused = restricted.get(path)
        assert refused.status_int in (403, 404)
    refused = restricted.post("/auth/change-password", {})
    assert refused.status_int == 403
    assert {**refused.json, "message": ""} == {
        "error": True,
        "two_factor_authentication_required": True,
        "message": "",
    }
    assert restricted.get("/auth/authenticated").status_int == 200
    refreshed = Api(studio.app, answer["refresh_token"]).get("/auth/refresh-token").json["access_token"]
    assert Api(studio.app, refreshed).get("/data/persons").status_int == 403
    _, enabled = enable_totp(restricted)
    assert Api(studio.app, enabled["access_token"]).get("/data/persons").status_int == 200
    refreshed = Api(studio.app, answer["refresh_token"]).get("/auth/refresh-token").json["access_token"]
    assert Api(studio.app, refreshed).get("/data/persons").status_int == 200


def test_the_exempt_and_those_with_a_factor_sign_in_as_ever(studio, anna, api, enforced):
    studio.account(email="boss@studio.org")
    boss = studio.nobody.post("/auth/login", {"email": "boss@studio.org", "password": PASSWORD}).json
    assert "two_factor_authentication_required" not in boss
    app, _ = enable_totp(api)
    answer = log_in(studio, totp=app.now()).json
    assert "two_factor_authentication_required" not in answer
    assert "requires_2fa_setup" not in jwt.decode(answer["access_token"], options={"verify_signature": False})


def test_api_tokens_are_not_restricted(studio, anna, enforced):
    token, jti = tokens.make(studio.app.settings, anna["id"], "access", "person_api")
    change(studio, jti=jti)
    assert Api(studio.app, token).get("/data/persons").status_int == 200


def test_a_method_that_is_not_preferred_goes_without_a_change_of_preference(studio, api, outbox):
    enable_mailed_codes(api, outbox)
    app, _ = enable_totp(api)
    assert api.delete("/auth/totp", {"totp": app.now()}).status_int == 200
    assert account(studio)["preferred_two_factor_authentication"] == "email_otp"
    assert account(studio)["otp_recovery_codes"] is not None


def test_nobody_is_flooded_with_codes_to_begin_with(api, outbox):
    answers = [api.put("/auth/email-otp") for _ in range(25)]
    assert [answer.status_int for answer in answers].count(200) == len(outbox()) == 20
    assert "Too many codes" in answers[-1].json["message"]
