"""Browsers: how they are recognized, the cookies that keep them signed in, and the address of a client."""

import ipaddress
import re
from collections.abc import Iterable
from typing import Any

from kitsulite.auth.throttle import LOOPBACK
from kitsulite.auth.tokens import ACCESS_COOKIE, REFRESH_COOKIE
from kitsulite.web.reply import Header, Reply, json_reply
from kitsulite.web.request import Request

#: words in the user agents of other programs that claim to be a browser
OTHERS = re.compile(
    r"Electron/|QtWebEngine/|HeadlessChrome/|; wv\)|SamsungBrowser/|YaBrowser/|UCBrowser/|EdgA/|EdgiOS/|FxiOS/"
    r"|OPiOS/|OPT/|DuckDuckGo/|Seamonkey/|PhantomJS/|(?:Android|Mobile|Tablet).* Firefox/|OPR/.*Mobile|Mobile.* OPR/"
    r"|compatible;|bot\b",
    re.IGNORECASE,
)
BROWSERS = re.compile(
    r"^Opera/|^Mozilla/5\.0 .*(?:Chrome/|CriOS/|Firefox/|Edge?/|OPR/|Vivaldi/|Brave/|Version/[\d.]+ .*Safari/)"
)
COOKIE_SECONDS = 31_540_000
LONG_AGO = "Thu, 01 Jan 1970 00:00:00 GMT"
#: cookie -> the path for which browsers send it
PATHS = {ACCESS_COOKIE: "/", REFRESH_COOKIE: "/auth/refresh-token"}


#: a header that pages of this server send; those of other origins would need a preflight for it
OWN_PAGES = "kitsulite"


def is_browser(request: Request) -> bool:
    """Whether a request comes from a browser, which stays signed in with cookies."""
    if request.header("X-Requested-With") == OWN_PAGES:
        return True
    agent = request.header("User-Agent")
    return BROWSERS.search(agent) is not None and not OTHERS.search(agent)


def token_cookies(access: str, refresh: str | None = None) -> list[Header]:
    """Headers that keep a browser signed in."""
    tokens = {ACCESS_COOKIE: access, REFRESH_COOKIE: refresh}
    return [cookie(name, token, f"Max-Age={COOKIE_SECONDS}") for name, token in tokens.items() if token]


def with_tokens(request: Request, answer: dict[str, Any], headers: Iterable[Header] = ()) -> Reply:
    """An answer with a pair of tokens, for browsers also as cookies."""
    web = is_browser(request)
    cookies = token_cookies(answer["access_token"], answer["refresh_token"]) if web else ()
    return json_reply(answer, headers=[*cookies, *headers])


def no_cookies(*names: str) -> list[Header]:
    """Headers that delete cookies, by default both."""
    return [cookie(name, "", f"Expires={LONG_AGO}; Max-Age=0") for name in names or PATHS]


def cookie(name: str, value: str | None, life: str) -> Header:
    return ("Set-Cookie", f"{name}={value}; {life}; HttpOnly; Path={PATHS[name]}; SameSite=Lax")


def address_of(request: Request) -> str:
    """The IP address of the client, as told by a trusted proxy if there is one."""
    peer = request.environ.get("REMOTE_ADDR", "")
    if peer not in (*LOOPBACK, request.settings.trusted_proxy):
        return peer
    try:
        return str(ipaddress.ip_address(request.header("X-Real-IP").strip()))
    except ValueError:
        return peer


def own_cookie(name: str, value: str | None) -> Header:
    """The header that sets a session cookie, or deletes it if the value is None."""
    gone = "" if value else f"; Expires={LONG_AGO}; Max-Age=0"
    return ("Set-Cookie", f"{name}={value or ''}{gone}; HttpOnly; Path=/; SameSite=Lax")
