"""A Kitsu server for pytest; installed with kitsulite, nothing to import or to set up.

    def test_my_tool(kitsulite):
        my_tool.publish(kitsulite.api_url, kitsulite.admin_email, kitsulite.admin_password)
        assert kitsulite.api.get("/data/projects/open").json == []

One server runs for the whole session, on a free port of this machine and in a folder that is
removed at the end; each test finds it with its initial data. It is a complete server, no
mock, and it cannot be mistaken for the one of the studio.

Fixtures:

`kitsulite`           the server: `url`, `api_url`, `admin_email`, `admin_password`;
                      `api` calls it as the administrator (`kitsulite.client.Client`),
                      `client(email)` as another person, `token(email)` gives an access token
`kitsulite_gazu`      the module `gazu`, set to that server and logged in as the administrator;
                      the test is skipped if gazu is not installed
`kitsulite_settings`  settings of the server, {} by default; override it in your conftest.py:

    @pytest.fixture(scope="session")
    def kitsulite_settings():
        return {"domain": "vfx", "admin_password": "mysecretpassword"}

`kitsulite_server`    the server of the session as earlier tests left it; rarely what you want
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from kitsulite.testing.server import Server


@pytest.fixture(scope="session")
def kitsulite_settings() -> dict[str, Any]:
    """Settings of the server of the session; see `kitsulite settings`."""
    return {}


@pytest.fixture(scope="session")
def kitsulite_server(kitsulite_settings: dict[str, Any]) -> "Iterator[Server]":
    """The Kitsu server of the session, in the state in which earlier tests left it."""
    from kitsulite.testing.server import Server

    with Server(**kitsulite_settings) as server:
        yield server


@pytest.fixture(name="kitsulite")
def kitsulite_fresh(kitsulite_server: "Server") -> "Server":
    """A Kitsu server with its initial data and an administrator."""
    kitsulite_server.reset()
    return kitsulite_server


@pytest.fixture
def kitsulite_gazu(kitsulite: "Server") -> Any:
    """gazu, logged in to a fresh Kitsu server as its administrator."""
    gazu = pytest.importorskip("gazu")
    host, tokens = gazu.client.get_host(), gazu.client.default_client.tokens
    gazu.set_host(kitsulite.api_url)
    gazu.set_event_host(kitsulite.url)
    gazu.client.set_tokens(kitsulite.tokens())
    yield gazu
    gazu.set_host(host)
    gazu.set_event_host(host)
    gazu.client.default_client.tokens = tokens
