"""Signing in a program through the browser (PKCE, RFC 7636): a code for the person there, tokens for the code."""

import base64
import hashlib
import hmac
import json
import secrets

from kitsulite.auth import accounts
from kitsulite.domain.sign_in.sign_in import open_session
from kitsulite.errors import Answer
from kitsulite.store import expiring

SECONDS = 60
REFUSAL = {"login": False, "message": "Wrong or expired code."}


def offer(ctx, challenge):
    """A code that signs the caller in once, for whoever knows the verifier of the challenge."""
    code = secrets.token_urlsafe(32)
    login = [ctx.person_id, challenge, bool(ctx.claims.get("skip_2fa_setup"))]
    expiring.put(ctx.db, key(code), json.dumps(login), seconds=SECONDS)
    return code


def exchange(ctx, code, verifier, address):
    """Use up a code; returns the answer of a login if the verifier is right and the person active."""
    login = expiring.get(ctx.db, key(code))
    expiring.drop(ctx.db, key(code))
    person_id, challenge, skip_2fa = json.loads(login or '["", "", false]')
    account = accounts.get(ctx, person_id)
    if not hmac.compare_digest(challenge, challenge_of(verifier)) or not (account and account["active"]):
        raise Answer(400, REFUSAL, keeps_changes=True)
    return open_session(ctx, account["id"], address, "script", skip_2fa)


def challenge_of(verifier):
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def key(code):
    """The key under which a code is stored, from which the code cannot be computed."""
    return f"app-login-{hashlib.sha256(code.encode()).hexdigest()}"
