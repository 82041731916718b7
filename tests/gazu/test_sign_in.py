"""Signing in with gazu: a phone with codes, its loss, a forgotten password."""

import re
from urllib.parse import parse_qs, urlsplit

import gazu
import pyotp
import pytest
import time_machine
from seats import hire

from kitsulite.cli import main

EMAIL = "anna@studio.com"
PASSWORD, NEW_PASSWORD = "correct-horse", "battery-staple"


@pytest.fixture
def anna(kitsulite):
    """A gazu client that nobody has signed in with yet, on a server that knows Anna."""
    hire(kitsulite, name="Anna", password=PASSWORD)
    return gazu.client.create_client(kitsulite.api_url)


def log_in(client, password=PASSWORD, **proof):
    return gazu.log_in(EMAIL, password, client=client, **proof)


def refused(client, *args, **proof):
    with pytest.raises(gazu.AuthFailedException):
        log_in(client, *args, **proof)


def signed_in(client):
    return gazu.client.get_current_user(client=client)["email"] == EMAIL


def enable_codes(client):
    """Sign in and turn codes on: (phone, recovery codes)."""
    log_in(client)
    phone = pyotp.TOTP(gazu.client.put("auth/totp", {}, client=client)["otp_secret"])
    enabled = gazu.client.post("auth/totp", {"totp": phone.now()}, client=client)
    gazu.client.set_tokens(enabled, client=client)
    return phone, enabled["otp_recovery_codes"]


def test_who_has_a_phone_needs_its_code(anna):
    with time_machine.travel("2026-05-01 12:00:00", tick=False) as moment:
        phone, _ = enable_codes(anna)
        assert signed_in(anna)
        gazu.log_out(client=anna)
        with pytest.raises(gazu.NotAuthenticatedException):
            gazu.client.get_current_user(client=anna)
        moment.shift(60)
        refused(anna)
        refused(anna, "wrong-password", totp=phone.now())
        log_in(anna, totp=phone.now())
        assert signed_in(anna)


def test_a_lost_phone_is_replaced_by_recovery_codes(anna):
    with time_machine.travel("2026-05-01 12:00:00", tick=False):
        _, (first, second, *_) = enable_codes(anna)
        gazu.log_out(client=anna)
        log_in(anna, recovery_code=first)
        refused(gazu.client.create_client(anna.host), recovery_code=first)
        assert gazu.client.delete("auth/totp", {"recovery_code": second}, client=anna)
        gazu.log_out(client=anna)
        log_in(anna)
        assert signed_in(anna)


def reset_link(capsys, folder):
    """The parameters of the link in the newest mail to Anna, as the command line shows it."""
    assert main(["outbox", "1", "--to", EMAIL, "--data-dir", str(folder)]) == 0
    link = urlsplit(re.search(r"\((http\S+)\)", capsys.readouterr().out)[1])
    return {name: values[0] for name, values in parse_qs(link.query).items()}


def test_a_forgotten_password_is_reset_with_the_mail_of_the_outbox(kitsulite, anna, capsys):
    gazu.client.post("auth/reset-password", {"email": EMAIL}, client=anna)
    link = reset_link(capsys, kitsulite.app.folder)
    choice = {**link, "password": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert gazu.client.put("auth/reset-password", choice, client=anna) == {"success": True}
    refused(anna)
    log_in(anna, NEW_PASSWORD)
    assert signed_in(anna)
    with pytest.raises(gazu.ParameterException, match="Wrong or expired token"):
        gazu.client.put("auth/reset-password", choice, client=anna)


def test_a_password_reset_keeps_the_second_factor(kitsulite, anna, capsys):
    with time_machine.travel("2026-05-01 12:00:00", tick=False) as moment:
        phone, _ = enable_codes(anna)
        gazu.client.post("auth/reset-password", {"email": EMAIL}, client=anna)
        choice = {**reset_link(capsys, kitsulite.app.folder), "password": NEW_PASSWORD, "password2": NEW_PASSWORD}
        gazu.client.put("auth/reset-password", choice, client=anna)
        moment.shift(60)
        refused(anna, NEW_PASSWORD)
        log_in(anna, NEW_PASSWORD, totp=phone.now())
