"""Signing in: who it is, by name and password, and the tokens that say so from then on.

Passwords are compared outside of any transaction, since that is slow on purpose.
"""

import json

from kitsulite.auth import accounts, lockout, passwords, strategies, tokens
from kitsulite.domain import reset_tokens
from kitsulite.domain.organisations import the_organisation
from kitsulite.domain.persons import shown_person
from kitsulite.errors import Answer
from kitsulite.models.people import LoginLog

#: what somebody gives as password to choose one
DEFAULT_PASSWORD = "default"  # noqa: S105


class Refusal(Exception):
    """Why somebody is not who he says: `reason` is wrong, locked or inactive."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


REFUSALS = {
    "wrong": Answer(400, {"login": False}),
    "locked": Answer(400, {"error": True, "login": False, "too_many_failed_login_attemps": True}),
    "inactive": Answer(
        401, {"error": True, "login": False, "unactive": True, "message": "User is unactive, he cannot log in."}
    ),
}


def sign_in(ctx, name, password, address, origin):
    """Sign somebody in by address or desktop login; the answer of the login."""
    try:
        account = verify_password(ctx, accounts.find(ctx, name), password)
    except Refusal as refusal:
        raise REFUSALS[refusal.reason] from None
    with ctx.db.write():
        lockout.clear(ctx, account)
        if password == DEFAULT_PASSWORD and ctx.settings.auth_strategy != "auth_local_no_password":
            token = reset_tokens.renew(ctx, name)
            raise Answer(400, {"login": False, "default_password": True, "token": token}, keeps_changes=True)
        return open_session(ctx, account["id"], address, origin)


def verify_password(ctx, account, password):
    """The account, where this is its password; else Refusal. Wrong ones are counted."""
    if account and lockout.is_locked(account):
        raise Refusal("locked")
    right = strategies.accept(ctx.settings, account, password)
    if account is None:
        raise Refusal("wrong")
    anew = passwords.renewed(password, account["password"]) if right else None
    with ctx.db.write():
        account = accounts.get(ctx, account["id"])
        refused = refusal_of(account, right)
        if refused == "wrong":
            lockout.count_failure(ctx, account)
        elif anew:
            accounts.change(ctx, account, password=anew, updated_at=account["updated_at"])
    if refused:
        raise Refusal(refused)
    return account


def refusal_of(account, right):
    """Why an account is refused, or None; other attempts may have locked it in the meantime."""
    if lockout.is_locked(account):
        return "locked"
    return None if right and account["active"] else "inactive" if right else "wrong"


def open_session(ctx, person_id, address, origin):
    """Log a sign-in and answer it: person, organisation and tokens. `origin` is web or script."""
    ctx.db.add(LoginLog, person_id=person_id, ip_address=address[:50], origin=origin)
    person = shown_person(ctx, person_id)
    ctx.set_caller(person, {"identity_type": "person"})
    access, refresh = tokens.pair(ctx.settings, person_id)
    return {
        "user": person,
        "organisation": the_organisation(ctx),
        "login": True,
        "access_token": access,
        "refresh_token": refresh,
    }


def whoami(ctx):
    """The caller, his devices and the organisation."""
    devices = ctx.db.value("SELECT fido_credentials FROM person WHERE id = ?", [ctx.person_id])
    names = [json.loads(device)["device_name"] for device in json.loads(devices or "[]")]
    user = {**shown_person(ctx, ctx.person_id), "fido_devices": names}
    return {"authenticated": True, "user": user, "organisation": the_organisation(ctx)}


def sign_out(ctx):
    """Stop the caller's tokens from counting; an API token goes on until it is replaced."""
    if ctx.claims["identity_type"] != "person":
        return
    with ctx.db.write():
        tokens.revoke(ctx.db, ctx.claims["jti"], ctx.settings.access_token_days)
        if ctx.claims.get("refresh_jti"):
            tokens.revoke(ctx.db, ctx.claims["refresh_jti"], ctx.settings.refresh_token_days)


def refresh(ctx):
    """A fresh access token for the caller's refresh token."""
    return tokens.access(ctx.settings, ctx.person_id, ctx.claims["jti"])
