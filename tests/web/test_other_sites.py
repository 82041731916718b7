"""Pages of other sites, and other names of the server, reach nothing."""

import http.client

import pytest
from support import UNKNOWN

from kitsulite import Server
from kitsulite.auth import tokens
from kitsulite.web import known_hosts

DEPARTMENT = {"name": "Lighting", "color": "#000000"}


@pytest.fixture
def by_cookie(studio):
    """Ask as a browser in which the administrator is signed in; returns the status."""
    token = tokens.pair(studio.app.settings, studio.admin["id"])[0]

    def ask(method="post", path="/api/data/departments", **headers):
        sent = {"Cookie": f"access_token_cookie={token}", **{name.replace("_", "-"): v for name, v in headers.items()}}
        call = getattr(studio.nobody._app, f"{method}_json" if method != "get" else "get")
        body = () if method == "get" else (DEPARTMENT,)
        return call(path, *body, headers=sent, expect_errors=True).status_int

    return ask


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Sec_Fetch_Site": "same-origin"}, 201),
        ({"Sec_Fetch_Site": "none"}, 201),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site", "Origin": "http://localhost:9999"}, 403),
        ({"Sec_Fetch_Site": "same-origin", "Origin": "http://dev.studio:8081"}, 201),
        ({"Origin": "http://localhost:80"}, 201),
        ({"Origin": "http://localhost:9999"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://kitsu.studio", "X_Forwarded_Host": "kitsu.studio"}, 201),
        ({"Origin": "http://pages.studio", "Sec_Fetch_Site": "cross-site"}, 201),
    ],
)
def test_a_page_of_another_origin_changes_nothing(by_cookie, set_up, headers, status):
    set_up(cors_allowed_origins=["http://pages.studio"])
    assert by_cookie(**headers) == status


@pytest.mark.parametrize("method", ["put", "delete"])
def test_no_method_of_another_origin_changes_anything(by_cookie, method):
    assert by_cookie(method, "/api/data/departments/x", Origin="http://evil.example") == 403


def test_what_a_page_may_read_is_left_to_the_browser(by_cookie):
    assert by_cookie("get", Origin="http://evil.example", Sec_Fetch_Site="cross-site") == 200


@pytest.mark.parametrize(
    "path", ["auth/logout", f"actions/persons/{UNKNOWN}/invite", f"data/playlists/{UNKNOWN}/build/mp4"]
)
def test_what_changes_something_is_refused_although_it_is_only_got(by_cookie, path):
    assert by_cookie("get", f"/api/{path}", Sec_Fetch_Site="cross-site") == 403
    assert by_cookie("get", "/api/auth/authenticated") == 200
    assert by_cookie("get", f"/api/{path}", Sec_Fetch_Site="same-origin") in (200, 404)


def test_scripts_with_a_token_of_their_own_are_no_pages(admin):
    admin._headers["Origin"] = "http://evil.example"
    assert admin.post("/data/departments", DEPARTMENT).status_int == 201


def status_for(server, host):
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"))
    try:
        connection.putrequest("GET", "/api/status", skip_host=True)
        if host is not None:
            connection.putheader("Host", host)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_on_loopback_only_its_own_names_are_answered():
    with Server(domain_name="kitsu.studio") as server:
        port = server.url.rpartition(":")[2]
        for host in (f"127.0.0.1:{port}", f"localhost:{port}", "LOCALHOST", "[::1]:80", "kitsu.studio", "localhost."):
            assert status_for(server, host)[0] == 200, host
        strangers = ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", "192.168.0.1", "x" * 500)
        for host in (*strangers, "localhost:80@evil.example", f"localhost:{port}, evil.example"):
            status, body = status_for(server, host)
            assert (status, b"--allowed-hosts" in body) == (421, True)


def test_on_other_addresses_all_names_are_answered_unless_some_are_given():
    class Given:
        host, domain_name, allowed_hosts = "0.0.0.0", "localhost:8080", []

    assert known_hosts.names(Given) is None
    Given.allowed_hosts = ["Kitsu.Studio:8080", "[fe80::1]:80"]
    assert known_hosts.names(Given) == {"localhost", "127.0.0.1", "::1", "kitsu.studio", "fe80::1"}
