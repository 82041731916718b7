"""Choosing passwords: by oneself, by a link in a mail, by an admin."""

from kitsulite.auth import accounts, passwords
from kitsulite.domain.sign_in import Refusal, verify_password
from kitsulite.errors import Answer, Refused

OLD_PASSWORD_REFUSED = {
    "wrong": Refused("Old password is wrong."),
    "inactive": Refused("User is unactive."),
    "locked": Answer(
        400, {"error": True, "message": "Too many failed login attempts.", "too_many_failed_login_attemps": True}
    ),
}


def change(ctx, old_password, password, again):
    """Replace the caller's own password."""
    try:
        account = verify_password(ctx, accounts.get(ctx, ctx.person_id), old_password)
    except Refusal as refusal:
        raise OLD_PASSWORD_REFUSED[refusal.reason] from None
    store(ctx, account, checked(ctx, password, again))
    return {"success": True}


def checked(ctx, password, again):
    """The password, long enough and typed twice alike, else Refused."""
    if len(password) < ctx.settings.min_password_length:
        raise Refused("Password is too short.")
    if password != again:
        raise Refused("Confirmation password doesn't match.")
    return password


def store(ctx, account, password):
    """Make this the password of an account; slow, so not within a transaction."""
    stored = passwords.hash_password(password)
    with ctx.db.write():
        accounts.change(ctx, account, password=stored)
