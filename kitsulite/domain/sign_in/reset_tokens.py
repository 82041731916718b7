"""Tokens and links with which a person sets a password."""

import hmac
from urllib.parse import urlencode

from kitsulite.auth.codes import random_code
from kitsulite.store import expiring

LENGTH = 64


def renew(ctx, email, **lifetime):
    """A new token for an email address, replacing a previous one; valid for 2 hours by default."""
    token = random_code(LENGTH)
    expiring.put(ctx.db, key(email), token, **(lifetime or {"hours": 2}))
    return token


def current(ctx, email):
    """The valid token of an email address, or None."""
    return expiring.get(ctx.db, key(email))


def is_current(ctx, email, token):
    return hmac.compare_digest((current(ctx, email) or "").encode(), token.encode())


def use_up(ctx, email):
    """Remove the token of an email address; returns whether there was one."""
    return expiring.drop(ctx.db, key(email))


def key(email):
    return f"reset-token-{email.lower()}"


def link(ctx, email, token, **more):
    """The URL of the page where the password is set."""
    query = urlencode({"email": email, "token": token, **more})
    return f"{ctx.site}/reset-change-password?{query}"
