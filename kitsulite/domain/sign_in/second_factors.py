"""Turning second factors on and off."""

import pyotp

from kitsulite.auth import accounts, one_time_codes, recovery_codes, second_factors, throttle, tokens
from kitsulite.auth.second_factors import METHODS, NoProof, enabled
from kitsulite.domain.people.organisations import the_organisation
from kitsulite.domain.sign_in import mails
from kitsulite.errors import Answer, Refused
from kitsulite.jobs import mail

ALREADY_ON = {"totp": "TOTP already enabled.", "email_otp": "OTP by email already enabled."}
NOT_ON = {"totp": "TOTP not enabled.", "email_otp": "OTP by email not enabled.", "fido": "FIDO not enabled."}
WRONG = {"totp": "TOTP verification failed.", "email_otp": "OTP by email verification failed."}
SECRETS = {"totp": "totp_secret", "email_otp": "email_otp_secret", "fido": "fido_credentials"}
#: the order in which another method becomes the preferred one
NEXT = {"totp": ("fido", "email_otp"), "email_otp": ("fido", "totp"), "fido": ("totp", "email_otp")}
#: most wrong proofs, and most mailed codes, per account and hour
MOST_PROOFS, MOST_MAILS = 20, 20


def caller(ctx):
    """The caller's account."""
    return accounts.get(ctx, ctx.person_id)


def require_off(account, method):
    if account[METHODS[method]]:
        raise Refused(ALREADY_ON[method])


def require_on(account, method):
    if not account[METHODS[method]]:
        raise Refused(NOT_ON[method])


def wrong_code(message):
    return Answer(400, {"error": True, "message": message, "wrong_OTP": True})


# Turning on


def prepare_totp(ctx):
    """A new secret for an app, also as the URL for a QR code."""
    account = caller(ctx)
    require_off(account, "totp")
    secret = pyotp.random_base32()
    accounts.change(ctx, account, totp_secret=secret)
    issuer = f"Kitsu {the_organisation(ctx)['name']}"
    uri = pyotp.TOTP(secret).provisioning_uri(name=account["email"] or "", issuer_name=issuer)
    return {"totp_provisionning_uri": uri, "otp_secret": secret}


def enable_totp(ctx, code):
    """Turn on codes from an app, with the first of them."""
    account = caller(ctx)
    require_off(account, "totp")
    if one_time_codes.step_of(account, code) is None:
        raise wrong_code(WRONG["totp"])
    return enable(ctx, account, "totp")


def prepare_mailed_codes(ctx, ip):
    """Create a secret for mailed codes, and mail the first of them."""
    account = caller(ctx)
    require_off(account, "email_otp")
    if not may_be_mailed(ctx, account):
        raise Refused("Too many codes were sent: try again later.")
    account["email_otp_secret"] = pyotp.random_base32()
    accounts.change(ctx, account, email_otp_secret=account["email_otp_secret"])
    mails.send(ctx, account, "code", ip, code=one_time_codes.new_mailed_code(ctx, account))


def enable_mailed_codes(ctx, code):
    """Turn on mailed codes, with the first of them."""
    account = caller(ctx)
    require_off(account, "email_otp")
    with ctx.db.write():
        right = one_time_codes.use_mailed_code(ctx, account, code)
    if not right:
        raise wrong_code(WRONG["email_otp"])
    return enable(ctx, account, "email_otp")


def mail_code(ctx, name, ip):
    """Mail a code to a person who signs in with codes; neither answer nor time reveal whether they do."""
    account = accounts.find(ctx, name)
    may_receive = account and account["active"] and account["email_otp_enabled"] and may_be_mailed(ctx, account)
    reader = account if may_receive else {**mails.stand_in(name), "email_otp_secret": pyotp.random_base32()}
    message = mails.written(ctx, reader, "code", ip, code=one_time_codes.new_mailed_code(ctx, reader))
    if may_receive:
        mail.queue(ctx, account, message)


def may_be_mailed(ctx, account):
    return throttle.count(ctx.db, "mailed-codes", account["id"], hours=1) <= MOST_MAILS


def enable(ctx, account, method, **columns):
    """Turn on a method; returns recovery codes if there were none, and unrestricted tokens."""
    codes = None
    if not recovery_codes.kept(account):
        codes, columns["otp_recovery_codes"] = recovery_codes.make()
    if not account["preferred_two_factor_authentication"]:
        columns["preferred_two_factor_authentication"] = method
    with ctx.db.write():
        accounts.change(ctx, account, **{METHODS[method]: True}, **columns)
    access, refresh = tokens.pair(ctx.settings, account["id"])
    return {"otp_recovery_codes": codes, "access_token": access, "refresh_token": refresh}


# Turning off


def disable(ctx, method, proofs):
    """Turn off a method, with a proof by any method that is on."""
    account = caller(ctx)
    require_on(account, method)
    require_proof(ctx, account, proofs, wrong_code("OTP verification failed."))
    with ctx.db.write():
        remaining = [other for other in enabled(account) if other != method]
        columns = {METHODS[method]: False, SECRETS[method]: None}
        accounts.change(ctx, account, **columns, **after_losing(account, method, remaining))


def after_losing(account, method, remaining):
    """The columns to change in an account that loses a method or a device, if these methods are left."""
    if not remaining:
        return {"otp_recovery_codes": None, "preferred_two_factor_authentication": None}
    if account["preferred_two_factor_authentication"] != method:
        return {}
    return {"preferred_two_factor_authentication": next((m for m in NEXT[method] if m in remaining), method)}


def require_proof(ctx, account, proofs, refusal):
    """Use up one of the proofs, or raise the refusal; after some wrong ones, none is accepted for a while."""
    try:
        use = second_factors.examine(ctx, account, **proofs)
    except NoProof:
        raise refusal from None
    with ctx.db.write():
        many = throttle.times(ctx.db, "wrong-proofs", account["id"]) >= MOST_PROOFS
        right = not many and use is not None and use(ctx)
        if not right:
            throttle.count(ctx.db, "wrong-proofs", account["id"], hours=1)
    if not right:
        raise refusal


def renew_recovery_codes(ctx, proofs):
    """Replace the recovery codes; returns the new ones."""
    account = caller(ctx)
    if not enabled(account):
        raise Refused("No two factor authentication enabled.")
    require_proof(ctx, account, proofs, wrong_code("OTP verification failed."))
    codes, stored = recovery_codes.make()
    with ctx.db.write():
        accounts.change(ctx, account, otp_recovery_codes=stored)
    return codes


def disable_for(ctx, person_id, ip):
    """Turn off all methods of another person who has lost them, and end their sessions.

    Only the operator of the machine, who has no row, may do so for another administrator.
    """
    account = accounts.get(ctx, person_id)
    if account["role"] == "admin" and ctx.person_id not in (None, account["id"]):
        raise Refused("The two factor authentication of another administrator cannot be disabled.")
    if not enabled(account):
        raise Refused("No two factor authentication enabled.")
    off = dict.fromkeys(METHODS.values(), False)
    accounts.change(ctx, account, **off, **dict.fromkeys(SECRETS.values()), **after_losing(account, None, []))
    tokens.end_sessions(ctx, account["id"])
    mails.send(ctx, account, "factors_off", ip)
