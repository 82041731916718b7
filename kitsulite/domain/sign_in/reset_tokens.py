"""Tokens and links that let a person choose a password."""

import hmac
from urllib.parse import urlencode

from kitsulite.auth.codes import random_code
from kitsulite.store import expiring

LENGTH = 64


def renew(ctx, email, **lifetime):
    """A token for an address, instead of any former one; 2 hours good unless said otherwise."""
    token = random_code(LENGTH)
    expiring.put(ctx.db, key(email), token, **(lifetime or {"hours": 2}))
    return token


def current(ctx, email):
    """The token of an address that is still good, or None."""
    return expiring.get(ctx.db, key(email))


def is_current(ctx, email, token):
    return hmac.compare_digest((current(ctx, email) or "").encode(), token.encode())


def use_up(ctx, email):
    """End the token of an address; whether there was one."""
    return expiring.drop(ctx.db, key(email))


def key(email):
    return f"reset-token-{email.lower()}"


def link(ctx, email, token, **more):
    """The page of the user interface where the password is chosen."""
    query = urlencode({"email": email, "token": token, **more})
    return f"{ctx.site}/reset-change-password?{query}"
