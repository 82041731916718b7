"""Signing in with name, password and second factor, and the tokens of a session.

Passwords are compared outside of transactions, since that is slow on purpose.
"""

from kitsulite import clock
from kitsulite.auth import (
    accounts,
    lockout,
    one_time_codes,
    passwords,
    preview_accounts,
    second_factors,
    strategies,
    tokens,
    webauthn,
)
from kitsulite.auth.lockout import Lock
from kitsulite.auth.throttle import LOOPBACK, Guesses
from kitsulite.domain.people.organisations import the_organisation
from kitsulite.domain.people.persons import shown_person
from kitsulite.domain.sign_in import reset_tokens
from kitsulite.errors import Answer
from kitsulite.models.people import LoginLog

#: the password with which a new person is told to set one
DEFAULT_PASSWORD = "default"  # noqa: S105


class Refusal(Exception):
    """A failed sign-in; `reason` is a key of REFUSALS."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


#: reason -> status and body
REFUSALS = {
    "wrong": (400, {"login": False, "message": "Wrong email or password."}),
    "wrong proof": (
        400,
        {"error": True, "login": False, "wrong_OTP": True, "message": "Wrong two-factor authentication code."},
    ),
    "locked": (
        400,
        {
            **{"error": True, "login": False, "too_many_failed_login_attemps": True},
            "message": "Too many failed login attempts, retry in a minute.",
        },
    ),
    "inactive": (
        401,
        {"error": True, "login": False, "unactive": True, "message": "User is unactive, he cannot log in."},
    ),
}


def sign_in(ctx, name, password, proofs, address, origin):
    """Sign in a person by email address or desktop login, with a second factor if one is on; returns the answer."""
    account = accounts.find(ctx, name) or lockout.stand_in(name)
    guesses, lock = Guesses(ctx, name, address, has_come_from(ctx, account, address)), Lock(ctx, account, address)
    try:
        if guesses.are_many():
            raise Refusal("locked")
        account = verify_password(ctx, account, password, lock)
        used = verify_proof(ctx, account, proofs, lock) if second_factors.enabled(account) else None
    except Refusal as refusal:
        if refusal.reason in ("wrong", "wrong proof"):
            guesses.count()
        raise Answer(*REFUSALS[refusal.reason]) from None
    if password == DEFAULT_PASSWORD and ctx.settings.auth_strategy != "auth_local_no_password":
        with ctx.db.write():
            lock.clear(account)
            guesses.forget()
            token = reset_tokens.renew(ctx, name)
        raise Answer(400, {"login": False, "default_password": True, "token": token})
    moment = clock.now()

    def note():
        lock.clear(account)
        guesses.forget()
        log_session(ctx, account["id"], address, origin, moment)

    ctx.db.late.soon(note)
    with ctx.db.read():
        answer = session(ctx, account["id"])
    if isinstance(used, str):
        jti = tokens.read(ctx.settings, answer["refresh_token"], "refresh")["jti"]
        with ctx.db.write():
            one_time_codes.keep_for_session(ctx, account, jti, used)
    return answer


def has_come_from(ctx, account, address):
    """Whether a person has signed in from an IP address before; not if it is that of a proxy for everyone."""
    if not account["id"] or address in LOOPBACK:
        return False
    return ctx.db.exists(LoginLog, person_id=account["id"], ip_address=address[:50])


def verify_password(ctx, account, password, lock):
    """The account with this password; raises Refusal. Wrong passwords are counted, even for unknown names."""
    if lock.is_on():
        raise Refusal("locked")
    right = strategies.accept(ctx.settings, account, password)
    # a right password must not wait for another writer here
    with ctx.db.read() if right else ctx.db.write():
        account = lockout.fresh(ctx, account)
        refused = refusal_of(account, right, lock)
        if refused == "wrong":
            lock.count(account)
    if refused:
        raise Refusal(refused)
    renew_hash(ctx, account, password)
    return account


def renew_hash(ctx, account, password):
    """Store a current hash of a password, if that of the account is of an older kind."""
    renewed = passwords.renewed(password, account["password"], ctx.app.password_cost)

    def keep():
        now = lockout.fresh(ctx, account)
        if now["password"] == account["password"]:
            accounts.change(ctx, now, password=renewed, updated_at=now["updated_at"])

    if renewed:
        ctx.db.late.soon(keep)


def verify_proof(ctx, account, proofs, lock):
    """Use up the proof by a second factor; raises Refusal, which names the methods if it is missing.

    Returns what was used up, a text if it was a one-time code.
    """
    try:
        use = second_factors.examine(ctx, account, **proofs)
    except second_factors.NoProof:
        raise missing_proof(account) from None
    with ctx.db.write():
        account = lockout.fresh(ctx, account)
        used = not lock.is_on() and use and use(ctx)
        refused = None if used else "locked" if lock.is_on() else "wrong proof"
        if refused == "wrong proof":
            lock.count(account)
    if refused:
        raise Refusal(refused)
    return used


def missing_proof(account):
    body = {
        "error": True,
        "login": False,
        "missing_OTP": True,
        "message": "A two-factor authentication code is required.",
        "preferred_two_factor_authentication": account["preferred_two_factor_authentication"],
        "two_factor_authentication_enabled": ["recovery_code", *second_factors.enabled(account)],
    }
    return Answer(400, body)


def refusal_of(account, right, lock):
    """The reason to refuse an account, or None; other attempts may have locked it meanwhile."""
    if lock.is_on():
        return "locked"
    if not right:
        return "wrong"
    return None if account["active"] and preview_accounts.is_open(account) else "inactive"


def open_session(ctx, person_id, address, origin, skip_2fa=False):
    """Log a sign-in and return its answer. `origin` is web or script.

    With `skip_2fa`, these tokens, and those for which they are exchanged, need no second factor.
    """
    log_session(ctx, person_id, address, origin)
    return session(ctx, person_id, skip_2fa)


def log_session(ctx, person_id, address, origin, moment=None):
    ctx.db.add(LoginLog, person_id=person_id, ip_address=address[:50], origin=origin, created_at=moment)


def session(ctx, person_id, skip_2fa=False):
    """The answer to a sign-in: person, organisation and tokens."""
    person = shown_person(ctx, person_id)
    ctx.set_caller(person, {"identity_type": "person"})
    claims = {"skip_2fa_setup": True} if skip_2fa else restriction_of(ctx, person)
    access, refresh = tokens.pair(ctx.settings, person_id, **claims)
    return {
        "user": person,
        "organisation": the_organisation(ctx),
        "login": True,
        "access_token": access,
        "refresh_token": refresh,
        **({"two_factor_authentication_required": True} if "requires_2fa_setup" in claims else {}),
    }


def restriction_of(ctx, person):
    """The claim that restricts tokens to setting up a required second factor, if it is missing."""
    return {"requires_2fa_setup": True} if second_factors.must_be_set_up(ctx.settings, person) else {}


def whoami(ctx):
    """The caller, their devices, and the organisation."""
    stored = ctx.db.value("SELECT fido_credentials FROM person WHERE id = ?", [ctx.person_id])
    devices = [device["device_name"] for device in webauthn.devices(stored)]
    user = {**shown_person(ctx, ctx.person_id), "fido_devices": devices}
    return {"authenticated": True, "user": user, "organisation": the_organisation(ctx)}


def sign_out(ctx):
    """Revoke the caller's tokens; an API token stays valid until it is replaced."""
    if ctx.claims["identity_type"] != "person":
        return
    with ctx.db.write():
        tokens.revoke(ctx.db, ctx.claims["jti"], ctx.settings.access_token_days)
        if ctx.claims.get("refresh_jti"):
            tokens.revoke(ctx.db, ctx.claims["refresh_jti"], ctx.settings.refresh_token_days)


def refresh(ctx):
    """A new access token for the caller's refresh token."""
    skips = ctx.claims.get("skip_2fa_setup")
    claims = {"skip_2fa_setup": True} if skips else restriction_of(ctx, ctx.person)
    return tokens.access(ctx.settings, ctx.person_id, ctx.claims["jti"], **claims)
