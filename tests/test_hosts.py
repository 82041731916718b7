"""The names of this machine, and the targets of links in mails."""

import re
import socket

import pytest
import webtest

from kitsulite import hosts
from kitsulite.server import addresses_of
from kitsulite.testing.server import Server


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "127.0.0.1", "127.0.0.2", socket.gethostname()])
def test_own_names(name):
    assert hosts.is_own(name)


@pytest.mark.parametrize("name", ["example.com", "192.0.2.7", "0.0.0.0", "", "localhost.a.org", "::", "224.0.0.1"])
def test_other_names(name):
    assert not hosts.is_own(name)


def test_a_machine_without_a_network_has_no_address_there(monkeypatch):
    monkeypatch.setattr(hosts, "ELSEWHERE", ("::1", 9))
    assert hosts.network_address() is None


def test_the_name_in_a_host_header():
    names = map(hosts.name_of, ("a.b:80", "a.b", "[::1]:80", "[::1]"))
    assert list(names) == ["a.b", "a.b", "::1", "::1"]


def test_a_server_of_the_network_tells_its_address_there(monkeypatch):
    monkeypatch.setattr(hosts, "network_address", lambda: "192.168.7.7")
    here = "http://127.0.0.1:80"
    assert addresses_of("0.0.0.0", here) == [here, "http://192.168.7.7:80"]
    assert addresses_of("127.0.0.1", here) == [here]
    monkeypatch.setattr(hosts, "network_address", lambda: None)
    assert addresses_of("0.0.0.0", here) == [here]


@pytest.fixture
def server():
    with Server(listen=False) as server:
        yield server


def mailed_link(server, host, token=None):
    """The target of the link in a reset mail that is requested under this host name."""
    environ = {"HTTP_HOST": host, **({"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {})}

    app = webtest.TestApp(server.app, extra_environ=environ)
    if token:
        person = server.api.post("/data/persons", {"first_name": "A", "last_name": "B", "email": "b@example.com"}).json
        app.get(f"/api/actions/persons/{person['id']}/invite")
    else:
        app.post_json("/api/auth/reset-password", {"email": server.admin_email})
    return re.search(r"https?://([^/]+)/reset", server.mails[-1].text)[1]


def test_links_in_mails_lead_to_the_address_that_was_asked(server):
    assert mailed_link(server, "127.0.0.1:8099") == "127.0.0.1:8099"
    assert mailed_link(server, "localhost:8099") == "localhost:8099"


def test_samples_of_the_api_name_the_address_that_was_asked(server):
    app = webtest.TestApp(server.app)

    for asked, shown in (("127.0.0.1:8099", "127.0.0.1:8099"), ("evil.example", server.app.settings.domain_name)):
        samples = app.get("/api/openapi.json", headers={"Host": asked}).text
        assert f"http://{shown}/api" in samples
        assert shown == asked or asked not in samples


def test_a_stranger_cannot_make_them_lead_elsewhere(server):
    own = server.app.settings.domain_name
    for host in ("evil.example", "evil.example:80", "192.0.2.9", "127.0.0.1@evil.example", "127.0.0.1/evil", 'a"b'):
        assert mailed_link(server, host) == own


def test_the_name_that_an_administrator_uses_is_believed(server):
    assert mailed_link(server, "nas.studio:8080") == server.app.settings.domain_name
    assert mailed_link(server, "nas.studio:8080", server.token()) == "nas.studio:8080"
    assert mailed_link(server, "nas.studio:8080") == "nas.studio:8080"


def test_names_that_the_settings_allow_are_believed():
    with Server(listen=False, allowed_hosts=["nas.studio"]) as server:
        assert mailed_link(server, "nas.studio:8080") == "nas.studio:8080"
        assert mailed_link(server, "evil.example") == server.app.settings.domain_name


def test_a_name_in_the_settings_counts_for_all():
    with Server(listen=False, domain_name="kitsu.studio.org", domain_protocol="https") as server:
        assert mailed_link(server, "127.0.0.1:8099") == "kitsu.studio.org"
