"""Six digits from an app (TOTP) or a mail, each good once.

`examine_...` says how to use up a right code within a transaction, None for a wrong one;
using it up fails if another request was first, else it tells what was used up. The code of a
sign-in also confirms the next sensitive step of that session, once, while it is good.
"""

import hmac
import secrets

import pyotp

from kitsulite import clock
from kitsulite.auth.tokens import session_of
from kitsulite.store import expiring

STEP = 30
#: minutes that a code in a mail is good, and wrong answers that end it
MAIL_MINUTES, MAIL_TRIES = 5, 5


def step_of(account, code):
    """The 30-second step of a right TOTP code, the adjacent ones included, else None."""
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
    """Use up a step and all before it; later ones were used before the clock was set back."""
    key, latest = f"totp-step-{account['id']}", clock.unix() // STEP + 1
    if step <= int(expiring.get(ctx.db, key) or 0) <= latest:
        return confirms_again(ctx, account, lambda used: used == f"step {step}")
    expiring.put(ctx.db, key, str(step), minutes=2)
    return f"step {step}"


def keep_for_session(ctx, account, session, used):
    """Let the code that has just signed a person in confirm one step of this session too."""
    expiring.put(ctx.db, f"code-of-session-{account['id']}", f"{session} {used}", minutes=MAIL_MINUTES)


def confirms_again(ctx, account, is_it):
    """Whether a code signed the caller's session in and confirms its first sensitive step: then no other."""
    key = f"code-of-session-{account['id']}"
    session, _, used = (expiring.get(ctx.db, key) or "").partition(" ")
    return bool(session) and session == session_of(ctx.claims) and is_it(used) and expiring.drop(ctx.db, key)


def mailed_key(account):
    return f"email-otp-{account['id']}"


def new_mailed_code(ctx, account):
    """A code to mail, instead of any former one; only a counter is kept of it."""
    counter = secrets.randbelow(1 << 31)
    expiring.put(ctx.db, mailed_key(account), f"{counter}:0", minutes=MAIL_MINUTES)
    return pyotp.HOTP(account["email_otp_secret"]).at(counter)


def examine_mailed_code(account, code):
    return lambda ctx: use_mailed_code(ctx, account, code)


def use_mailed_code(ctx, account, code):
    """Use up the mailed code; a wrong one counts against it."""
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
    """Whether a code is the mailed one that was used."""
    kind, _, counter = used.partition(" ")
    return kind == "mail" and alike(codes.at(int(counter)), code)
