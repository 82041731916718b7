"""A studio per test: one application for the whole run, reset to its initial data each time."""

import contextlib
import email.policy
import functools
import gc
import os
import shutil
import sqlite3
import sys

import pytest
from board import Board
from breakdown import Breakdown
from chromium import browser, chromium  # noqa: F401 - fixtures
from clips import FFMPEG, clips, no_ffmpeg, quick, small_movies  # noqa: F401 - fixtures
from kitsulite_process import CHECKOUT
from recording import Recording
from rules.whole_run import RULES
from scene import Scene
from support import Studio

from kitsulite.application import Application
from kitsulite.store import migrations, search
from kitsulite.store.database import Database
from kitsulite.testing.plugin import (  # noqa: F401 - also where kitsulite is not installed
    kitsulite_fresh,
    kitsulite_gazu,
    kitsulite_server,
    kitsulite_settings,
)
from kitsulite.testing.server import Server
from kitsulite.testing.snapshots import Snapshots

if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    # hundreds of processes are started, and each would compile the package anew: three quarters of their start
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(CHECKOUT / ".pytest_cache" / "bytecode")
    sys.dont_write_bytecode = False


#: fixtures that start a browser, and a server with the demo studio
STARTED = {"browser", "demo"}


def pytest_collection_modifyitems(config, items):
    """Put the rules about the whole run last, and what needs a browser or the demo first: one process starts it."""

    def turn(item):
        return 0 if STARTED & {*item.fixturenames} else 2 if item.path.name == "test_whole_run.py" else 1

    items.sort(key=turn)


def pytest_collection_finish():
    """Spare all collected tests the garbage collection, which takes a sixth of the time, and let it run seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Let each process run tests that stand side by side, so that what these share is made once."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log) if config.option.dist == "load" else None


RECORDING = pytest.StashKey[Recording]()


@pytest.fixture(scope="session", autouse=True)
def recording(request):
    """The record of what the tests so far have called."""
    found = request.config.stash[RECORDING] = Recording()
    with pytest.MonkeyPatch.context() as patch:
        found.start(patch)
        yield found


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    """Add the record of one of several processes."""
    found = node.config.stash.setdefault(RECORDING, Recording())
    found.add(getattr(node, "workeroutput", {}).get("recording"))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """Hand over the record of this process; the last one checks the rules about the whole run."""
    config = session.config
    found = config.stash.get(RECORDING, None)
    if hasattr(config, "workeroutput"):
        config.workeroutput["recording"] = found and found.content()
    elif config.pluginmanager.hasplugin("dsession") and found and is_whole(config) and exitstatus == 0:
        for rule in RULES:
            try:
                rule(found)
            except AssertionError as error:
                config.get_terminal_writer().line(f"\nFAILED {rule.__name__}\n{error}", red=True)
                session.exitstatus = pytest.ExitCode.TESTS_FAILED


def is_whole(config):
    """Whether all tests run."""
    named = [arg for arg in config.invocation_params.args if not str(arg).startswith("-") and "test" in str(arg)]
    return not (named or config.option.keyword or config.option.markexpr)


@pytest.fixture(scope="session", autouse=True)
def empty_tables(tmp_path_factory):
    """New databases begin as a copy of one with empty tables: creating these takes half of the start of a studio."""
    upgrade, create = migrations.upgrade, migrations.create

    @functools.cache
    def empty():
        database = Database(tmp_path_factory.mktemp("empty") / "empty.db", "OFF")
        with database.write():
            create(database)
        database.close()
        return database.path

    def upgrade_copy(database, seed):
        with contextlib.closing(sqlite3.connect(":memory:")) as connection:
            if not os.path.exists(database.path) and search.available(connection):
                shutil.copyfile(empty(), database.path)
        return upgrade(database, seed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "create", lambda database: has_tables(database) or create(database))
        patch.setattr(migrations, "upgrade", upgrade_copy)
        yield


def has_tables(database):
    return bool(database.value("SELECT count(*) FROM sqlite_schema"))


@pytest.fixture(scope="session")
def application(tmp_path_factory):
    app = Application(
        data_dir=str(tmp_path_factory.mktemp("studio")),
        secret_key="a-secret-key-for-tests-0123456789",
        inline_jobs=True,
        ffmpeg=FFMPEG or "",
        synchronous="OFF",
    )
    app.resume()
    # a log that is emptied between two requests makes the second one read its caller again: tests count statements
    app.checkpoints.stop()
    app.bus.strict = True
    snapshots = Snapshots(app, tmp_path_factory.mktemp("snapshots") / "kept")
    snapshots.take("initial")
    app.restore_pristine = functools.partial(snapshots.restore, "initial")
    snapshots.take("studio", Studio(app).admin)
    app.snapshots = snapshots
    yield app
    snapshots.close()
    app.close()


@pytest.fixture
def studio(application):
    """The application with its initial data, and shortcuts to fill and call it."""
    return Studio(application, application.snapshots.restore("studio"))


@pytest.fixture
def admin(studio):
    """The API as the administrator sees it."""
    return studio.api(studio.admin)


@pytest.fixture(scope="session")
def demo_server():
    with Server(seed="demo", ffmpeg=FFMPEG or "") as server:
        yield server


@pytest.fixture(scope="module")
def demo(demo_server):
    """A server with the demo studio, shared by the tests of a file."""
    demo_server.reset()
    return demo_server


@pytest.fixture
def project(studio):
    """An open production without a team."""
    return studio.project()


@pytest.fixture
def scene(studio):
    """A production with a person of each role, and a commented task."""
    with studio.db.write():
        return Scene(studio)


@pytest.fixture
def board(studio):
    """A production with a manager, an artist with a task, and a colleague without one."""
    with studio.db.write():
        return Board(studio)


@pytest.fixture
def breakdown(studio):
    """A production with two shots of one episode, and three props."""
    with studio.db.write():
        return Breakdown(studio)


@pytest.fixture
def set_up(application, monkeypatch):
    """A function that changes settings for one test: set_up(name=value)."""

    def change(**settings):
        for name, value in settings.items():
            monkeypatch.setattr(application.settings, name, value)

    return change


@pytest.fixture
def outbox(application):
    """The sent mails, parsed, oldest first."""

    def read():
        files = sorted((application.folder / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]

    return read
