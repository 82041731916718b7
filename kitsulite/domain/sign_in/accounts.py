"""Accounts managed by the operator of the server, without a caller."""

from kitsulite.auth import accounts, passwords
from kitsulite.errors import SetupError
from kitsulite.events.bus import emit
from kitsulite.models.people import Person


def first_administrator(ctx, email, password="", pending=None):
    """Create the administrator of a studio without persons; `pending` is a password that is already being hashed.

    Returns the password, which is generated if none is given; None if there are persons already.
    """
    if ctx.db.exists(Person):
        return None
    password = pending.password if pending else password or passwords.new_password()
    check_password(ctx, password)
    stored = pending.stored() if pending else passwords.hash_password(password, ctx.app.password_cost)
    with ctx.db.write():
        # another process or thread may have been faster
        if ctx.db.exists(Person):
            return None
        names = {"first_name": "Super", "last_name": "Admin", "phone": "", "desktop_login": ""}
        person_id = ctx.db.add(Person, **names, email=email.strip().lower(), role="admin", password=stored)
        emit(ctx, "person:new", {"person_id": person_id})
    return password


def by_email(ctx, email):
    """The person with an email address (bots last); raises SetupError."""
    person = ctx.db.first(Person, "email = ?", [email.strip().lower()], order="is_bot, created_at")
    if person is None:
        raise SetupError(f"Nobody here has the address {email}: see `kitsulite user list`.")
    return person


def an_administrator(ctx):
    """The oldest active administrator, or None."""
    return ctx.db.first(Person, "role = 'admin' AND active AND NOT is_bot")


def set_password(ctx, person, password):
    """Give a person a new password, end their sessions and forget failed logins."""
    stored = hash_checked(ctx, password)
    with ctx.db.write():
        accounts.set_password(ctx, person, stored, login_failed_attemps=0, last_login_failed=None)


def check_password(ctx, password):
    """Raise SetupError for a password shorter than the setting allows; None means no password."""
    least = ctx.settings.min_password_length
    if password is not None and len(password) < least:
        raise SetupError(f"The password is too short: at least {least} characters are needed.")


def hash_checked(ctx, password):
    check_password(ctx, password)
    return passwords.hash_password(password, ctx.app.password_cost)
