"""Which clients are browsers, and if requests come from."""

from types import SimpleNamespace

import pytest

from kitsulite.web.browser import address_of, is_browser
from kitsulite.web.request import Request

WEBKIT = "Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko) "
CHROME = "Chrome/126.0.0.0 Safari/537.36"
BROWSERS = {
    "Chrome": WEBKIT % "Windows NT 10.0; Win64; x64" + CHROME,
    "Chrome Mobile": WEBKIT % "Linux; Android 14; Pixel 8" + "Chrome/126.0.0.0 Mobile Safari/537.36",
    "Chrome Mobile iOS": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1",
    "Edge": WEBKIT % "Windows NT 10.0; Win64; x64" + CHROME + " Edg/126.0.0.0",
    "Firefox": "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mobile Safari": "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
    "Opera": WEBKIT % "X11; Linux x86_64" + CHROME + " OPR/111.0.0.0",
    "Safari": "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
    "Vivaldi": WEBKIT % "X11; Linux x86_64" + CHROME + " Vivaldi/6.8.3381.44",
}
SCRIPTS = {
    "gazu": "CGWire Gazu 1.0.0",
    "requests": "python-requests/2.32.3",
    "curl": "curl/8.5.0",
    "nothing": "",
    "Electron": WEBKIT % "X11; Linux x86_64" + "Slack/4 Chrome/124.0.0.0 Electron/30.0.0 Safari/537.36",
    "a web view": WEBKIT % "Linux; Android 14; Pixel 8; wv" + "Version/4.0 Chrome/126.0.0.0 Mobile Safari/537.36",
    "an application with Qt": WEBKIT % "X11; Linux x86_64" + "QtWebEngine/6.7.0 Chrome/118.0.5993.220 Safari/537.36",
    "Firefox Mobile": "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
    "a robot": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://google.com/bot.html) Chrome/126.0.0.0 Safari/537.36",
}


def request(agent="", peer="127.0.0.1", proxy="", **headers):
    environ = {"REQUEST_METHOD": "GET", "HTTP_USER_AGENT": agent, "REMOTE_ADDR": peer, **headers}
    return Request(environ, SimpleNamespace(max_content_length=0, trusted_proxy=proxy))


@pytest.mark.parametrize("name", BROWSERS)
def test_browsers_are_known(name):
    assert is_browser(request(BROWSERS[name]))


@pytest.mark.parametrize("name", SCRIPTS)
def test_everything_else_is_a_script(name):
    assert not is_browser(request(SCRIPTS[name]))


@pytest.mark.parametrize(
    ("peer", "proxy", "given", "address"),
    [
        ("203.0.113.9", "", "10.0.0.1", "203.0.113.9"),
        ("127.0.0.1", "", "10.0.0.1", "10.0.0.1"),
        ("::1", "", "10.0.0.1", "10.0.0.1"),
        ("192.168.1.2", "192.168.1.2", "10.0.0.1", "10.0.0.1"),
        ("192.168.1.3", "192.168.1.2", "10.0.0.1", "192.168.1.3"),
        ("127.0.0.1", "", "", "127.0.0.1"),
        ("127.0.0.1", "", "call 0800 123", "127.0.0.1"),
    ],
)
def test_only_known_proxies_say_where_a_request_comes_from(peer, proxy, given, address):
    assert address_of(request(peer=peer, proxy=proxy, HTTP_X_REAL_IP=given)) == address
