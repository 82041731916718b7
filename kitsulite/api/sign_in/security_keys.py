"""Security keys (FIDO2, WebAuthn)."""

from kitsulite.api.policies import person, public
from kitsulite.api.sign_in.fields import DONE, OWN, PROOFS
from kitsulite.domain.sign_in import security_keys
from kitsulite.web.browser import own_cookie, with_tokens
from kitsulite.web.fields import Object, Str
from kitsulite.web.reply import json_reply
from kitsulite.web.route import delete, get, post, put

CHALLENGE_COOKIE = "session"


@get("/auth/fido", allow=public, args={"email": Str(required=True, max=255)})
def challenge(ctx, email):
    """Get a challenge for a device of a person who is signing in."""
    options, state = security_keys.challenge(ctx, email)
    return json_reply(options, headers=[own_cookie(CHALLENGE_COOKIE, state)])


@put("/auth/fido", allow=person)
def prepare(ctx):
    """Get a challenge to register a device."""
    options, state = security_keys.prepare(ctx)
    return json_reply(options, headers=[own_cookie(CHALLENGE_COOKIE, state)])


@post(
    "/auth/fido", body={"registration_response": Object(required=True), "device_name": Str(required=True, min=1)}, **OWN
)
def register(ctx, registration_response, device_name):
    """Register a device."""
    answer = security_keys.register(ctx, registration_response, device_name)
    return with_tokens(ctx.request, answer, [own_cookie(CHALLENGE_COOKIE, None)])


@delete("/auth/fido", status=200, body={"device_name": Str(required=True, min=1), **PROOFS}, **OWN)
def remove(ctx, device_name, **proofs):
    """Remove a device."""
    security_keys.remove(ctx, device_name, proofs)
    return DONE
