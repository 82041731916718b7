"""Signing in a program through the browser in which a person is signed in."""

from kitsulite.api.policies import person, public
from kitsulite.domain.sign_in import app_login
from kitsulite.web.browser import address_of
from kitsulite.web.fields import Str
from kitsulite.web.route import post


@post(
    "/auth/app-login/code",
    allow=person,
    status=201,
    body={"code_challenge": Str(required=True, min=43, max=43, pattern="[A-Za-z0-9_-]*")},
)
def offer_code(ctx, code_challenge):
    """Get a code with which a program signs in as the caller for a minute; `code_challenge` is S256 of a verifier."""
    return {"code": app_login.offer(ctx, code_challenge)}


@post(
    "/auth/app-login/token",
    allow=public,
    body={
        "code": Str(required=True, min=1, max=128),
        "code_verifier": Str(required=True, min=43, max=128, pattern="[A-Za-z0-9._~-]*"),
    },
)
def exchange_code(ctx, code, code_verifier):
    """Sign in with a code and the verifier of its challenge; a wrong verifier uses up the code."""
    return app_login.exchange(ctx, code, code_verifier, address_of(ctx.request))
