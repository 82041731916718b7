"""Creating, reading and revoking access, refresh and API tokens.

HS256 JWTs with the claims of Zou, so that tokens of either server mean the same.
"""

import datetime as dt
import functools
import json
from types import MappingProxyType

from kitsulite import clock
from kitsulite.auth import lazy_jwt as jwt
from kitsulite.auth import preview_accounts
from kitsulite.auth.origins import SAFE_METHODS, require_own_page
from kitsulite.errors import Answer, Forbidden, TokenProblem
from kitsulite.models.base import shown
from kitsulite.models.fields import new_id
from kitsulite.models.people import Person
from kitsulite.models.server import RevokedToken
from kitsulite.store import expiring

ALGORITHM = "HS256"
ACCESS_COOKIE = "access_token_cookie"
REFRESH_COOKIE = "refresh_token_cookie"
#: key in the WSGI environment, which no client can set: the call comes from a command on this machine
OPERATOR = "kitsulite.operator"
#: paths allowed to a token whose person must first set up a second factor
SETUP_PATHS = (
    *("/auth/totp", "/auth/email-otp", "/auth/fido", "/auth/recovery-codes"),
    *("/auth/login", "/auth/logout", "/auth/authenticated", "/auth/refresh-token"),
)
IDENTITIES = ("person", "bot", "person_api")
#: beginning of the key of the moment when the sessions of a person were ended, before their id
ENDED = "sessions-ended-"
#: seconds by which clocks of two machines may differ
LEEWAY = 60
#: of the beginnings and ends of sessions
order = clock.Order()


def make(settings, person_id, kind, identity_type, expires=None, **claims):
    """(signed token, jti). `expires` is a moment in naive UTC, None for never."""
    moment = clock.utc_now()
    jti = new_id()
    payload = {
        "fresh": False,
        "iat": clock.since_1970(moment),
        # finer than a second: a session that begins right after others were ended counts
        "made_at": order.next(),
        "jti": jti,
        "type": kind,
        "sub": person_id,
        "nbf": clock.since_1970(moment),
        "identity_type": identity_type,
        **claims,
    }
    if expires:
        payload["exp"] = clock.since_1970(expires)
    return jwt.encode(payload, settings.secret_key, algorithm=ALGORITHM), jti


def pair(settings, person_id, **claims):
    """(new access token, its refresh token)."""
    expires = lifetime(settings.refresh_token_days)
    refresh, refresh_jti = make(settings, person_id, "refresh", "person", expires, **claims)
    return access(settings, person_id, refresh_jti, **claims), refresh


def access(settings, person_id, refresh_jti, **claims):
    """A new access token for a refresh token of a person."""
    expires = lifetime(settings.access_token_days)
    return make(settings, person_id, "access", "person", expires, refresh_jti=refresh_jti, **claims)[0]


def renew_api_token(ctx, person):
    """A new API token of a bot or person, valid until the end of `expiration_date`; it replaces the previous one."""
    day = person["expiration_date"]
    expires = dt.datetime.fromisoformat(f"{day}T23:59:59") if day else None
    identity_type = "bot" if person["is_bot"] else "person_api"
    token, jti = make(ctx.settings, person["id"], "access", identity_type, expires)
    ctx.db.update(Person, person["id"], jti=jti)
    return token


def lifetime(days):
    return clock.utc_now() + dt.timedelta(days=days)


def authenticate(ctx, kind="access"):
    """Set the caller of a request from its token, or raise TokenProblem."""
    if ctx.request.environ.get(OPERATOR):
        return ctx.set_caller(the_operator(), {"identity_type": "person"})
    token = presented(ctx.request, kind, ctx.settings)
    claims = read(ctx.settings, token, kind)
    known, counts = ctx.db.remembered(token, lambda: holder(ctx.db, claims), of_setup=True)
    # shared, so immutable
    person = dict(known) if known else known
    if not counts:
        raise TokenProblem("Token has been revoked")
    if person is None and ctx.request.path == "/auth/logout":
        raise TokenProblem(f"Error loading the user {claims['sub']}")
    if person is None:
        raise TokenProblem("The person of this token does not exist anymore.", shape="error")
    if not person["active"]:
        if claims["identity_type"] == "person":
            with ctx.db.write():
                revoke(ctx.db, claims["jti"], ctx.settings.refresh_token_days)
        raise TokenProblem("User is unactive.", shape="error")
    if not preview_accounts.lets_in(person, claims.get("iat", 0)):
        raise TokenProblem("This preview account is closed.", shape="error")
    if preview_accounts.is_preview(person) and ctx.request.method not in SAFE_METHODS:
        raise Forbidden("A preview account only reads.")
    if claims.get("requires_2fa_setup") and ctx.request.path not in SETUP_PATHS:
        message = "Two factor authentication must be set up first."
        raise Answer(403, {"error": True, "two_factor_authentication_required": True, "message": message})
    ctx.set_caller(person, claims)


def the_operator():
    """The caller of commands on the machine itself: an administrator without a row."""
    return dict.fromkeys(Person.columns()) | {"role": "admin", "active": True, "departments": []}


def presented(request, kind, settings):
    """The token of a request: from the cookie if there is one, else from the bearer header."""
    cookie = request.cookies.get(ACCESS_COOKIE if kind == "access" else REFRESH_COOKIE)
    if cookie:
        require_own_page(request, settings)
        return cookie
    word, _, token = request.header("Authorization").strip().partition(" ")
    if word != "Bearer":
        raise TokenProblem('Missing JWT in cookies or headers (Missing cookie "access_token_cookie"; Missing header)')
    if not token.strip() or " " in token.strip():
        raise TokenProblem("Bad Authorization header. Expected 'Authorization: Bearer <JWT>'", 422)
    return token.strip()


def read(settings, token, kind):
    """The claims of a valid token of this kind. Callers must not change them."""
    try:
        claims = verified(token, settings.secret_key)
        check_times(claims)
    except jwt.ExpiredSignatureError:
        raise TokenProblem("Signature has expired", 401, "error") from None
    except jwt.MissingRequiredClaimError as error:
        raise TokenProblem(f"Missing claim: {error.claim}", 422) from None
    except jwt.InvalidTokenError as error:
        raise TokenProblem(str(error) or "Invalid token", 422) from None
    if claims.get("type", "access") != kind:
        allowed = "Only refresh tokens are allowed" if kind == "refresh" else "Only non-refresh tokens are allowed"
        raise TokenProblem(allowed, 422)
    return claims


@functools.lru_cache(maxsize=4096)
def verified(token, secret_key):
    """The claims of a token with a valid signature; cached by token, as verifying is expensive."""
    options = {"require": ["sub"], "verify_sub": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False}
    claims = jwt.decode(token, secret_key, algorithms=[ALGORITHM], options=options)
    for name in ("exp", "nbf", "iat"):
        if not isinstance(claims.get(name, 0), (int, float)):
            raise jwt.DecodeError(f"The {name} claim must be a number.")
    return MappingProxyType(claims)


def check_times(claims):
    """Refuse a token that has expired or is not valid yet, with some tolerance for different clocks."""
    now = clock.unix()
    if "exp" in claims and claims["exp"] <= now - LEEWAY:
        raise jwt.ExpiredSignatureError("Signature has expired")
    begins = claims.get("nbf", 0)
    # a token from the future is one of ours, from before the clock was set back
    if begins > now + LEEWAY and begins > max(clock.since_1970(clock.of_machine()), claims.get("iat", 0)) + LEEWAY:
        raise jwt.ImmatureSignatureError("The token is not yet valid.")


def holder(db, claims):
    """(person of a token or None, whether the token is valid).

    Tokens of a login are valid until they are revoked, API tokens while the row of the person names them.
    """
    jti, identity_type = claims.get("jti"), claims.get("identity_type")
    if not jti or identity_type not in IDENTITIES:
        return None, False
    row = db.row(holder_sql(), [jti, session_of(claims), str(claims["sub"])])
    if row is None:
        return None, identity_type == "person" and not db.exists(RevokedToken, jti=jti)
    text, api_jti, is_revoked, ended = row
    is_over = is_revoked or (ended and has_ended(claims, ended))
    return json.loads(text), not is_over if identity_type == "person" else api_jti == jti


@functools.cache
def holder_sql():
    # signing out ends all tokens of the session
    revoked = "EXISTS (SELECT 1 FROM revoked_token WHERE jti IN (?, ?))"
    ended = f"(SELECT value FROM expiring_value WHERE key = '{ENDED}' || person.id)"
    return f"SELECT {shown(Person)}, jti, {revoked}, {ended} FROM person WHERE id = ?"


def session_of(claims):
    """The id that the tokens of a session share: the jti of its refresh token."""
    return claims.get("refresh_jti") or claims.get("jti")


def has_ended(claims, ended):
    """Whether a token belongs to an ended session; `ended` is what `end_sessions` stores."""
    moment, kept = json.loads(ended)
    return str(claims.get("made_at", "")) < moment and session_of(claims) != kept


def end_sessions(ctx, person_id):
    """End all sessions of a person except the current one, including event streams; API tokens stay valid."""
    is_own = ctx.person_id == person_id and ctx.claims
    ended = [order.next(), session_of(ctx.claims) if is_own else None]
    days = max(ctx.settings.access_token_days, ctx.settings.refresh_token_days)
    expiring.put(ctx.db, f"{ENDED}{person_id}", json.dumps(ended), days=days)
    ctx.db.after_commit(ctx.app.drop_ended_streams)


def revoke(db, jti, days):
    """Revoke a token, for as long as it could be valid."""
    db.execute("DELETE FROM revoked_token WHERE expires_at < ?", [clock.now()])
    db.execute("INSERT OR IGNORE INTO revoked_token (jti, expires_at) VALUES (?, ?)", [jti, clock.ahead(days=days)])
