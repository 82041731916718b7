"""The first start: a link, valid once and for 15 minutes, with which the administrator sets up the studio."""

import hashlib
import hmac
import secrets

from kitsulite.auth import accounts as auth_accounts
from kitsulite.domain.people.organisations import the_organisation
from kitsulite.domain.server import initial_data
from kitsulite.domain.sign_in import accounts, passwords, sign_in
from kitsulite.errors import BadParameter
from kitsulite.events.bus import emit
from kitsulite.models.people import Organisation
from kitsulite.models.projects import Project
from kitsulite.store import expiring

KEY = "first-start"
MINUTES = 15
OVER = "This link was used already, or it is older than a quarter of an hour: sign in with the printed password."


def make_token(ctx):
    """A new token, replacing a previous one; only its hash is stored."""
    token = secrets.token_urlsafe(32)
    with ctx.db.write():
        expiring.put(ctx.db, KEY, hashed(token), minutes=MINUTES)
    return token


def hashed(token):
    return hashlib.sha256(token.encode()).hexdigest()


def begin(ctx, token, password, confirmation, studio, kind, email, address):
    """Set the studio up and sign its administrator in, with the token; returns what a login answers. Good once."""
    if not hmac.compare_digest(expiring.get(ctx.db, KEY) or "", hashed(token)):
        raise BadParameter(OVER)
    if kind not in initial_data.TASK_TYPES:
        raise BadParameter(f"The kind of studio must be one of {', '.join(initial_data.TASK_TYPES)}.")
    if email and "@" not in email:
        raise BadParameter("The address needs an @.")
    stored = passwords.hash_checked(ctx, password, confirmation)
    with ctx.db.write():
        if not expiring.drop(ctx.db, KEY):
            raise BadParameter(OVER)
        administrator = accounts.an_administrator(ctx)
        chosen = {"email": email.lower()} if email else {}
        auth_accounts.set_password(ctx, administrator, stored, **chosen)
        emit(ctx, "person:update", {"person_id": administrator["id"]})
        if studio:
            ctx.db.update(Organisation, the_organisation(ctx)["id"], name=studio)
        if not ctx.db.exists(Project):
            initial_data.change(ctx, kind)
        return sign_in.open_session(ctx, administrator["id"], address, "web")
