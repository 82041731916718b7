"""Browsers: which clients are one, the cookies that keep them signed in, where they call from."""

import re
from collections.abc import Iterable
from typing import Any

from kitsulite.auth.throttle import LOOPBACK
from kitsulite.auth.tokens import ACCESS_COOKIE, REFRESH_COOKIE
from kitsulite.web.reply import Header, Reply, json_reply
from kitsulite.web.request import Request

#: marks of other programs that call themselves by the name of a browser too
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
#: cookie -> path that it is sent to
PATHS = {ACCESS_COOKIE: "/", REFRESH_COOKIE: "/auth/refresh-token"}


#: what the pages of this server say of themselves; pages of other origins would have to ask whether they may
OWN_PAGES = "kitsulite"


def is_browser(request: Request) -> bool:
    """Whether a request comes from a browser, which is kept signed in by cookies."""
    if request.header("X-Requested-With") == OWN_PAGES:
        return True
    agent = request.header("User-Agent")
    return BROWSERS.search(agent) is not None and not OTHERS.search(agent)


def token_cookies(access: str, refresh: str | None = None) -> list[Header]:
    """Headers that keep a browser signed in."""
    tokens = {ACCESS_COOKIE: access, REFRESH_COOKIE: refresh}
    return [cookie(name, token, f"Max-Age={COOKIE_SECONDS}") for name, token in tokens.items() if token]


def with_tokens(request: Request, answer: dict[str, Any], headers: Iterable[Header] = ()) -> Reply:
    """An answer that holds a pair of tokens; a browser gets them as cookies too."""
    web = is_browser(request)
    cookies = token_cookies(answer["access_token"], answer["refresh_token"]) if web else ()
    return json_reply(answer, headers=[*cookies, *headers])


def no_cookies(*names: str) -> list[Header]:
    """Headers that take cookies away, by default both."""
    return [cookie(name, "", f"Expires={LONG_AGO}; Max-Age=0") for name in names or PATHS]


def cookie(name: str, value: str | None, life: str) -> Header:
    return ("Set-Cookie", f"{name}={value}; {life}; HttpOnly; Path={PATHS[name]}; SameSite=Lax")


def address_of(request: Request) -> str:
    """The address that a request comes from; a proxy of this machine or the trusted one is believed."""
    peer = request.environ.get("REMOTE_ADDR", "")
    forwarded = request.header("X-Real-IP").strip()
    return forwarded if forwarded and peer in (*LOOPBACK, request.settings.trusted_proxy) else peer


def own_cookie(name: str, value: str | None) -> Header:
    """The header that makes a browser bring a value back until it is closed, or forget it if it is None."""
    gone = "" if value else f"; Expires={LONG_AGO}; Max-Age=0"
    return ("Set-Cookie", f"{name}={value or ''}{gone}; HttpOnly; Path=/; SameSite=Lax")


def claimed_address(request: Request) -> str:
    """The address that mails name: whatever a proxy, or the client, says."""
    return request.header("X-Forwarded-For")
