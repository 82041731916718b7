"""What must never be written down: passwords, codes and tokens in logs."""

import logging

import pyotp
from support import PASSWORD, Api


def test_no_secret_reaches_the_log(studio, outbox, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    anna = studio.account(email="anna@studio.org")
    answer = studio.nobody.post("/auth/login", {"email": "anna@studio.org", "password": PASSWORD}).json
    api = Api(studio.app, answer["access_token"])
    secret = api.put("/auth/totp").json["otp_secret"]
    codes = api.post("/auth/totp", {"totp": pyotp.TOTP(secret).now()}).json["otp_recovery_codes"]
    studio.nobody.post("/auth/reset-password", {"email": "anna@studio.org"})
    link = studio.api(studio.admin).post(f"/actions/persons/{anna['id']}/reset-password-link").json
    api.post("/auth/change-password", {"old_password": PASSWORD, "password": "x" * 9, "password_2": "x" * 9})
    monkeypatch.setattr("kitsulite.domain.sign_in.sign_in.session", lambda *_: 1 / 0)
    body = {"email": "anna@studio.org", "password": "x" * 9, "recovery_code": codes[0]}
    failed = studio.nobody.post("/auth/login", body)
    assert (failed.status_int, {**failed.json, "message": ""}) == (500, {"error": True, "login": False, "message": ""})
    hidden = [
        *(PASSWORD, "x" * 9, secret, answer["access_token"], answer["refresh_token"], codes[0]),
        link["reset_password_link"].partition("token=")[2],
    ]
    assert "ZeroDivisionError" in caplog.text
    assert [text for text in hidden if text in caplog.text] == []
