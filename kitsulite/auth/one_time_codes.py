"""One-time codes of six digits, from an app (TOTP) or a mail.

`examine_...` returns how to use up a right code within a transaction, None for a wrong one; using it up fails if
another request was first, otherwise it returns what was used up. The code of a sign-in also confirms the next
sensitive step of that session, once, while it is valid.
"""

import hmac
import secrets

import pyotp

from kitsulite import clock
from kitsulite.auth.tokens import session_of
from kitsulite.store import expiring

STEP = 30
#: minutes for which a mailed code is valid, and wrong answers that invalidate it
MAIL_MINUTES, MAIL_TRIES = 5, 5


def step_of(account, code):
    """The 30-second step of a right TOTP code, including the adjacent ones, else None."""
    if not account["totp_secret"]:
        return None
    totp, now = pyotp.TOTP(account["totp_secret"]), clock.unix() // STEP
    return next((step for step in (now, now - 1, now + 1) if alike(totp.generate_otp(step), code)), None)


def alike(wanted, code):
    return hmac.compare_digest(wanted.encode(), "".join(code.split()).encode())


def examine_totp(account, code):
    step = step_of(account, code)
    return step and (lambda ctx: use_step(ctx, account, step))


def use_step(ctx, account, step):
    """Use up a step and all before it; later ones in the store are from before the clock was set back."""
    key, latest = f"totp-step-{account['id']}", clock.unix() // STEP + 1
    if step <= int(expiring.get(ctx.db, key) or 0) <= latest:
        return confirms_again(ctx, account, lambda used: used == f"step {step}")
    expiring.put(ctx.db, key, str(step), minutes=2)
    return f"step {step}"


def keep_for_session(ctx, account, session, used):
    """Allow the code of a sign-in to confirm one step of its session too."""
    expiring.put(ctx.db, f"code-of-session-{account['id']}", f"{session} {used}", minutes=MAIL_MINUTES)


def confirms_again(ctx, account, is_it):
    """Whether a code is that of the session's sign-in and confirms its first sensitive step; it cannot confirm more."""
    key = f"code-of-session-{account['id']}"
    session, _, used = (expiring.get(ctx.db, key) or "").partition(" ")
    return bool(session) and session == session_of(ctx.claims) and is_it(used) and expiring.drop(ctx.db, key)


def mailed_key(account):
    return f"email-otp-{account['id']}"


def new_mailed_code(ctx, account):
    """A new code to mail, replacing a previous one; only its counter is stored."""
    counter = secrets.randbelow(1 << 31)
    expiring.put(ctx.db, mailed_key(account), f"{counter}:0", minutes=MAIL_MINUTES)
    return pyotp.HOTP(account["email_otp_secret"]).at(counter)


def examine_mailed_code(account, code):
    return lambda ctx: use_mailed_code(ctx, account, code)


def use_mailed_code(ctx, account, code):
    """Use up the mailed code; wrong ones count against it."""
    kept = expiring.get(ctx.db, mailed_key(account))
    if not account["email_otp_secret"]:
        return False
    codes = pyotp.HOTP(account["email_otp_secret"])
    if not kept:
        return confirms_again(ctx, account, lambda used: is_mailed(codes, used, code))
    counter, tries = map(int, kept.split(":"))
    right = alike(codes.at(counter), code)
    if right or tries + 1 == MAIL_TRIES:
        expiring.drop(ctx.db, mailed_key(account))
    else:
        sql = "UPDATE expiring_value SET value = ? WHERE key = ?"
        ctx.db.execute(sql, [f"{counter}:{tries + 1}", mailed_key(account)])
    return right and f"mail {counter}"


def is_mailed(codes, used, code):
    """Whether a code is the mailed one that was used up."""
    kind, _, counter = used.partition(" ")
    return kind == "mail" and alike(codes.at(int(counter)), code)
