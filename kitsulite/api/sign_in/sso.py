"""Signing in with an identity provider: SAML and OpenID Connect."""

from kitsulite.api.policies import public
from kitsulite.auth.sso import SsoFailed, SsoUnavailable, oidc, saml
from kitsulite.domain.sign_in import sso
from kitsulite.errors import Answer, ApiError
from kitsulite.web.browser import address_of, own_cookie, token_cookies
from kitsulite.web.reply import redirect
from kitsulite.web.route import get, post

STATE_COOKIE = "oidc_state"


def refuse(message):
    raise Answer(400, {"error": message}) from None


def require_saml(ctx):
    if not ctx.settings.saml_enabled:
        refuse("SAML is not enabled.")


def require_oidc(ctx):
    if not ctx.settings.oidc_enabled:
        refuse("OIDC is not enabled.")


@get("/auth/saml/login", allow=public)
def saml_login(ctx):
    """Redirect to the SAML identity provider."""
    require_saml(ctx)
    try:
        return redirect(saml.begin(ctx))
    except SsoUnavailable as error:
        refuse(str(error))


@post("/auth/saml/sso", allow=public, transaction=False)
def saml_sso(ctx):
    """Sign in after returning from the SAML identity provider."""
    require_saml(ctx)
    return enter(ctx, lambda: saml.finish(ctx, ctx.request.form.get("SAMLResponse", "")), ctx.settings.saml_skip_2fa)


@get("/auth/oidc/login", allow=public)
def oidc_login(ctx):
    """Redirect to the OpenID Connect provider."""
    require_oidc(ctx)
    try:
        url, state = oidc.begin(ctx)
    except SsoUnavailable as error:
        refuse(str(error))
    return redirect(url, [own_cookie(STATE_COOKIE, state)])


@get("/auth/oidc/callback", allow=public)
def oidc_callback(ctx):
    """Sign in after returning from the OpenID Connect provider."""
    require_oidc(ctx)
    state = ctx.request.cookies.get(STATE_COOKIE, "")
    reply = enter(ctx, lambda: oidc.finish(ctx, ctx.request.query, state), ctx.settings.oidc_skip_2fa)
    reply.add_header(*own_cookie(STATE_COOKIE, None))
    return reply


def enter(ctx, profile, skip_2fa):
    """Sign in the person that `profile()` returns, with cookies in any client; inactive persons get none."""
    try:
        answer = sso.sign_in(ctx, profile(), address_of(ctx.request), skip_2fa)
    except SsoFailed as error:
        refuse(str(error))
    except ApiError as error:
        refuse(error.message)
    cookies = token_cookies(answer["access_token"], answer["refresh_token"]) if answer else ()
    return redirect(f"{ctx.settings.domain_protocol}://{ctx.settings.domain_name}", cookies)
