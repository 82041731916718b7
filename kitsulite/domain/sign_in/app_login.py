"""Signing a program in through the browser: a code for the person there, tokens for the code (PKCE, RFC 7636)."""

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
    """A code that signs the caller in once, wherever the verifier of the challenge is known."""
    code = secrets.token_urlsafe(32)
    kept = [ctx.person_id, challenge, bool(ctx.claims.get("skip_2fa_setup"))]
    expiring.put(ctx.db, key(code), json.dumps(kept), seconds=SECONDS)
    return code


def exchange(ctx, code, verifier, address):
    """Use a code up; the answer of the login for the right verifier of an active person."""
    kept = expiring.get(ctx.db, key(code))
    expiring.drop(ctx.db, key(code))
    person_id, challenge, skip_2fa = json.loads(kept or '["", "", false]')
    account = accounts.get(ctx, person_id)
    if not hmac.compare_digest(challenge, challenge_of(verifier)) or not (account and account["active"]):
        raise Answer(400, REFUSAL, keeps_changes=True)
    return open_session(ctx, account["id"], address, "script", skip_2fa)


def challenge_of(verifier):
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def key(code):
    """What a code is kept under: nobody who reads the database can use it."""
    return f"app-login-{hashlib.sha256(code.encode()).hexdigest()}"
