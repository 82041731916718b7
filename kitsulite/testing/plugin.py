"""A Kitsu server for pytest, available wherever kitsulite is installed; nothing to import or set up.

    def test_my_tool(kitsulite):
        my_tool.publish(kitsulite.api_url, kitsulite.admin_email, kitsulite.admin_password)
        kitsulite.requests.assert_called("POST /actions/tasks/<task_id>/comment", times=1)

One server runs for the whole session, on a free local port and in a temporary folder; it is reset
before each test. README.md in this folder is the manual. Fixtures:

`kitsulite`           the server, reset to its initial state
`kitsulite_class`     the same, shared by the tests of a class: rows stay from test to test
`kitsulite_module`    the same, shared by the tests of a file
`kitsulite_gazu`      the module `gazu`, connected to that server and logged in as the administrator;
                      skips the test if gazu is not installed
`kitsulite_settings`  settings of the server, {} by default; override it in your conftest.py
`kitsulite_server`    the server as earlier tests left it; rarely what you want

A test that uses both `kitsulite` and a shared fixture starts from the shared state and is undone at its end.
The initial state is prepared once, by a function in conftest.py:

    def kitsulite_seed(server):
        server.make.shots(server.make.project("Caminandes"), 3)
"""

import contextlib
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from kitsulite.testing.server import Server

#: fixture -> those that share the server with more tests
BROADER = {
    "kitsulite": {"kitsulite_class", "kitsulite_module"},
    "kitsulite_class": {"kitsulite_module"},
    "kitsulite_module": set[str](),
}
#: the server of the session
SERVER = pytest.StashKey["Server"]()
#: names of the fixtures in use, the broadest first
IN_USE = pytest.StashKey[list[str]]()
#: number of requests in the report of a failed test
SHOWN = 20


@pytest.fixture(scope="session")
def kitsulite_settings() -> dict[str, Any]:
    """Settings of the server of the session; see `kitsulite settings`."""
    return {}


@pytest.fixture(scope="session")
def kitsulite_server(
    request: pytest.FixtureRequest, kitsulite_settings: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[Server]":
    """The Kitsu server of the session, as earlier tests left it."""
    from kitsulite.testing import workers
    from kitsulite.testing.server import Server

    seed, settings = workers.shared(request.config, tmp_path_factory, seed_of(request.config), kitsulite_settings)
    with Server(seed=seed, **settings) as server:
        request.config.stash[SERVER] = server
        yield server
        del request.config.stash[SERVER]


@pytest.fixture(scope="module")
def kitsulite_module(request: pytest.FixtureRequest, kitsulite_server: "Server") -> "Iterator[Server]":
    """A Kitsu server shared by the tests of a file."""
    yield from lent(request, kitsulite_server, "kitsulite_module")


@pytest.fixture(scope="class")
def kitsulite_class(request: pytest.FixtureRequest, kitsulite_server: "Server") -> "Iterator[Server]":
    """A Kitsu server shared by the tests of a class."""
    yield from lent(request, kitsulite_server, "kitsulite_class")


@pytest.fixture(name="kitsulite")
def kitsulite_fresh(request: pytest.FixtureRequest, kitsulite_server: "Server") -> "Iterator[Server]":
    """A Kitsu server in its initial state."""
    yield from lent(request, kitsulite_server, "kitsulite")


def lent(request: pytest.FixtureRequest, server: "Server", name: str) -> "Iterator[Server]":
    """Lend the server to a fixture, and afterwards give it back unchanged to the fixtures that already use it."""
    in_use = request.config.stash.setdefault(IN_USE, [])
    with server.scratch() if in_use else contextlib.nullcontext():
        if BROADER[name] & set(request.fixturenames):
            server.requests.clear()
            server.events.clear()
        else:
            server.reset()
        in_use.append(name)
        try:
            yield server
        finally:
            in_use.remove(name)


@pytest.fixture
def kitsulite_gazu(kitsulite: "Server") -> Any:
    """The module gazu, logged in to a fresh Kitsu server as its administrator."""
    gazu = pytest.importorskip("gazu")
    host, tokens = gazu.client.get_host(), gazu.client.default_client.tokens
    gazu.set_host(kitsulite.api_url)
    gazu.set_event_host(kitsulite.url)
    gazu.client.set_tokens(kitsulite.tokens())
    yield gazu
    gazu.set_host(host)
    gazu.set_event_host(host)
    gazu.client.default_client.tokens = tokens


def seed_of(config: pytest.Config) -> Any:
    """The seed of the conftest files of a project, each adding to those above it; None if there is none."""
    seeds = [
        vars(plugin)["kitsulite_seed"]
        for _, plugin in config.pluginmanager.list_name_plugin()
        if isinstance(plugin, types.ModuleType) and "kitsulite_seed" in vars(plugin)
    ]
    if any(hasattr(seed, "_pytestfixturefunction") or "Fixture" in type(seed).__name__ for seed in seeds):
        raise pytest.UsageError("kitsulite_seed(server) is a plain function: remove @pytest.fixture above it.")

    if len(seeds) < 2:
        return seeds[0] if seeds else None

    def sow(server: "Server") -> None:
        for seed in seeds:
            if callable(seed):
                seed(server)
            else:
                server.load(seed)

    return sow


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Add the last requests, and the faults that no request met, to the report of a failed test."""
    outcome = yield
    report = outcome.get_result()
    server = item.config.stash.get(SERVER, None)
    if report.failed and server and "kitsulite_server" in getattr(item, "fixturenames", ()):
        calls = [str(call) for call in server.requests]
        left_out = [f"... {len(calls) - SHOWN} before"] if len(calls) > SHOWN else []
        unmet = [f"No request met the fault of {route}" for route in server.unmet_faults()]
        report.sections.append(("Kitsu calls", "\n".join([*left_out, *(calls[-SHOWN:] or ["none"]), *unmet])))
