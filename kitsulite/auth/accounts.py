"""Accounts: rows of persons with their secrets, only for signing in; they are never shown.

An account is a row in its stored form: flags as 0 and 1, JSON as text.
"""

from kitsulite.auth import tokens
from kitsulite.models.people import Person

#: beginnings of the keys of counters of wrong answers, before the id of the account
FAILURES = "failures-"


def find(ctx, name):
    """The account with an email address or desktop login, or None; bots have none."""
    return by_email(ctx, name) or _first(ctx, "desktop_login = ? AND desktop_login != ''", name)


def by_email(ctx, email):
    """The account with an email address, in any case, or None."""
    return _first(ctx, "email = ?", email.lower())


def by_identity(ctx, identity):
    """The account linked to an identity at a provider (columns and values), or None."""
    condition = " AND ".join(f"{column} = ?" for column in identity)
    return _first(ctx, condition, *identity.values())


def get(ctx, person_id):
    """The account of a person, whose id may be in upper case."""
    return _first(ctx, "id = ?", person_id.lower())


def _first(ctx, condition, *values):
    rows = ctx.db.rows(f"SELECT * FROM person WHERE is_bot = 0 AND {condition} LIMIT 1", values)
    return rows[0] if rows else None


def set_password(ctx, account, stored, **columns):
    """Set the hashed password of an account, and end all its sessions except the current one."""
    change(ctx, account, password=stored, **columns)
    forget_failures(ctx, account["id"])
    tokens.end_sessions(ctx, account["id"])


def forget_failures(ctx, person_id):
    """Reset the counters of wrong answers for an account (see `auth/lockout.py`)."""
    ctx.db.execute("DELETE FROM expiring_value WHERE key GLOB ?", [f"{FAILURES}{person_id}-*"])


def change(ctx, account, **columns):
    """Write columns of an account."""
    ctx.db.update(Person, account["id"], **columns)
