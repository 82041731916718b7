"""OpenID Connect: the authorization code flow with PKCE, with the extra `oidc`."""

import json
import logging
import secrets

from kitsulite.auth import lazy_jwt as jwt
from kitsulite.auth.sso import Profile, SsoFailed, SsoUnavailable
from kitsulite.extras import how_to_install
from kitsulite.store import expiring

log = logging.getLogger("kitsulite.auth")
TIMEOUT = 10
MINUTES = 10
#: signatures by the provider's private key; neither shared secrets nor `none`
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
#: column -> setting with its claim
CLAIMS = {
    "email": "oidc_email_claim",
    "first_name": "oidc_given_name_claim",
    "last_name": "oidc_family_name_claim",
}


class Provider:
    """The provider in the settings, read again for each request."""

    def __init__(self, ctx):
        self.db, self.settings = ctx.db, ctx.settings
        try:
            from authlib.integrations.requests_client import OAuth2Session
        except ImportError:
            raise SsoUnavailable(f"OpenID Connect needs packages: {how_to_install('oidc')}") from None
        self.session = OAuth2Session(
            self.settings.oidc_client_id,
            self.settings.oidc_client_secret or None,
            scope=self.settings.oidc_scopes,
            redirect_uri=f"{ctx.settings.domain_protocol}://{ctx.settings.domain_name}/api/auth/oidc/callback",
            code_challenge_method="S256",
            default_timeout=TIMEOUT,
        )
        self.facts = self.read(self.settings.oidc_discovery_url)

    def read(self, url, **options):
        """The JSON object behind an address."""
        answer = self.session.request("GET", url, **{"withhold_token": True, **options})
        answer.raise_for_status()
        return answer.json()

    def begin(self):
        """(URL for the browser, state that it must send back)."""
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        endpoint = self.facts["authorization_endpoint"]
        url, state = self.session.create_authorization_url(endpoint, code_verifier=verifier, nonce=nonce)
        with self.db.write():
            expiring.put(self.db, key(state), json.dumps([nonce, verifier]), minutes=MINUTES)
        return url, state

    def finish(self, query, state):
        """The claims of the person who comes back, including those of the userinfo endpoint."""
        nonce, verifier = self.use_up(query, state)
        token = self.session.fetch_token(
            self.facts["token_endpoint"], grant_type="authorization_code", code=query["code"], code_verifier=verifier
        )
        claims = self.verified(token["id_token"], nonce)
        wanted = [getattr(self.settings, setting) for setting in CLAIMS.values()]
        if not set(wanted) <= set(claims) and "userinfo_endpoint" in self.facts:
            more = self.read(self.facts["userinfo_endpoint"], withhold_token=False)
            claims = {**more, **claims} if more.get("sub") == claims["sub"] else claims
        return claims

    def use_up(self, query, state):
        """(nonce, verifier) of a state, which is valid once and only in the same browser."""
        with self.db.write():
            kept = expiring.get(self.db, key(state))
            if not state or query.get("state") != state or not expiring.drop(self.db, key(state)):
                raise ValueError("the state is not the one that was given")
        return json.loads(kept)

    def verified(self, id_token, nonce):
        """The claims in an ID token, which the provider must have signed for this login."""
        keys = jwt.PyJWKSet.from_dict(self.read(self.facts["jwks_uri"])).keys
        kid = jwt.get_unverified_header(id_token).get("kid")
        signing_key = next(k for k in keys if kid in (None, k.key_id) and k.public_key_use in (None, "sig"))
        claims = jwt.decode(
            id_token,
            signing_key.key,
            algorithms=ALGORITHMS,
            audience=self.settings.oidc_client_id,
            issuer=self.facts["issuer"],
            leeway=60,
            options={"require": ["exp", "iat", "iss", "sub", "aud"]},
        )
        if claims.get("nonce") != nonce or claims.get("azp", self.settings.oidc_client_id) != self.session.client_id:
            raise ValueError("the ID token was made for another login")
        return claims


def key(state):
    return f"oidc-{state}"


def begin(ctx):
    """(URL of the provider, state that the browser must send back)."""
    try:
        return Provider(ctx).begin()
    except SsoUnavailable:
        raise
    except Exception as error:  # any error from an unreachable or misconfigured provider
        log.warning("OIDC: %s: %s", type(error).__name__, error)
        raise SsoUnavailable("OIDC authentication failed.") from None


def finish(ctx, query, state):
    """The profile of the person who comes back."""
    try:
        claims = Provider(ctx).finish(query, state)
    except Exception as error:  # as above
        log.warning("OIDC: %s: %s", type(error).__name__, error)
        raise SsoFailed("OIDC authentication failed.") from None
    found = {column: claims.get(getattr(ctx.settings, setting)) for column, setting in CLAIMS.items()}
    columns = {column: value for column, value in found.items() if isinstance(value, str)}
    identity = {"oidc_issuer": str(claims["iss"]), "oidc_subject": str(claims["sub"])}
    return Profile(columns.pop("email", ""), columns, identity, problem_of(ctx.settings, claims))


def problem_of(settings, claims):
    """Why the email address in the claims does not identify the person, or None."""
    email = claims.get(settings.oidc_email_claim)
    if not email or not isinstance(email, str):
        return "No email claim returned by the provider."
    verified = claims.get("email_verified")
    if verified is not True if settings.oidc_require_email_verified else verified is False:
        return "Email address is not verified."
    return None
