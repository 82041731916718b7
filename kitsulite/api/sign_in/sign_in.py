"""Signing in and out."""

import logging

from kitsulite.api.policies import person, public, refresher, signed_in
from kitsulite.api.sign_in.fields import PROOFS, Email
from kitsulite.auth.tokens import REFRESH_COOKIE
from kitsulite.domain.sign_in import sign_in
from kitsulite.errors import Answer, ApiError
from kitsulite.models.fields import dump
from kitsulite.web.browser import address_of, is_browser, no_cookies, token_cookies, with_tokens
from kitsulite.web.fields import Str
from kitsulite.web.reply import json_reply
from kitsulite.web.route import get, post

log = logging.getLogger("kitsulite")


@post(
    "/auth/login",
    allow=public,
    transaction=False,
    body={
        "email": Email,
        "password": Str(default=sign_in.DEFAULT_PASSWORD),
        **PROOFS,
    },
)
def log_in(ctx, email, password, **proofs):
    """Sign in with email address or desktop login; browsers get cookies, scripts only the tokens."""
    origin = "web" if is_browser(ctx.request) else "script"
    try:
        answer = sign_in.sign_in(ctx, email, password, proofs, address_of(ctx.request), origin)
    except ApiError:
        raise
    except Exception:
        log.exception("login")
        raise Answer(500, {"error": True, "login": False, "message": "Internal server error."}) from None
    return with_tokens(ctx.request, answer)


@get("/auth/authenticated", allow=signed_in)
def authenticated(ctx):
    """Get the caller and the organisation."""
    return ctx.db.kept(("whoami", ctx.person_id), lambda: dump(sign_in.whoami(ctx)), of_setup=True)


@get("/auth/logout", allow=person)
def log_out(ctx):
    """Revoke the access token and its refresh token."""
    sign_in.sign_out(ctx)
    return json_reply({"logout": True}, headers=no_cookies() if is_browser(ctx.request) else ())


@get("/auth/refresh-token", allow=refresher)
def refresh_token(ctx):
    """Get a new access token for a refresh token."""
    token = sign_in.refresh(ctx)
    if is_browser(ctx.request):
        return json_reply({"refresh": True}, headers=[*token_cookies(token), *no_cookies(REFRESH_COOKIE)])
    return {"access_token": token}
