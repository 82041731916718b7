"""One person's way through signing in, from the first code to a forgotten password."""

import re
from urllib.parse import parse_qs, urlsplit

import pyotp
import time_machine
from support import PASSWORD, Api


def test_a_phone_is_lost_and_then_the_password(studio, outbox):
    anna = studio.account("user", email="anna@studio.org")
    with time_machine.travel("2026-05-01 12:00:00", tick=False) as moment:

        def log_in(**more):
            return studio.nobody.post("/auth/login", {"email": "anna@studio.org", "password": PASSWORD, **more})

        session = Api(studio.app, log_in().json["access_token"])
        phone = pyotp.TOTP(session.put("/auth/totp").json["otp_secret"])
        enabled = session.post("/auth/totp", {"totp": phone.now()}).json
        assert session.get("/auth/logout").json == {"logout": True}
        assert session.get("/auth/authenticated").status_int == 401

        moment.shift(60)
        assert log_in().json["missing_OTP"] is True
        assert log_in(totp=phone.now()).json["user"]["id"] == anna["id"]

        moment.shift(86400)
        recovery, spare = enabled["otp_recovery_codes"][:2]
        recovered = log_in(recovery_code=recovery)
        session = Api(studio.app, recovered.json["access_token"])
        assert session.delete("/auth/totp", {"recovery_code": recovery}).status_int == 400
        assert session.delete("/auth/totp", {"recovery_code": spare}).json == {"success": True}
        assert log_in().status_int == 200

        studio.nobody.post("/auth/reset-password", {"email": "anna@studio.org"})
        text = outbox()[-1].get_body(("plain",)).get_content()
        link = urlsplit(re.search(r"https?://\S+?(?=\)|\s)", text).group())
        query = {name: values[0] for name, values in parse_qs(link.query).items()}
        new = {"password": "staple battery", "password2": "staple battery"}
        moment.shift(60)
        assert studio.nobody.put("/auth/reset-password", {**query, **new}).json == {"success": True}
        assert log_in().json == {"login": False, "message": "Wrong email or password."}
        assert log_in(password="staple battery").json["login"] is True
        assert session.get("/auth/authenticated").status_int == 401
