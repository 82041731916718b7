"""What other processes commit is heard by the listeners of a running server."""

import concurrent.futures
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kitsulite import Server
from kitsulite.application import Application
from kitsulite.cli import main
from kitsulite.context import Context
from kitsulite.events import elsewhere
from kitsulite.events.bus import emit, emit_many
from kitsulite.events.elsewhere import between
from kitsulite.models.projects import Project
from kitsulite.store import checkpoints

BOSS = {"admin_email": "boss@studio.com", "admin_password": "boss-password"}


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A running server whose thread looks at nothing by itself."""
    monkeypatch.setattr(checkpoints, "PAUSE", 3600)
    with Server(tmp_path / "studio", synchronous="OFF", **BOSS) as found:
        yield found


@pytest.fixture
def other(server):
    """The same studio as another process has it."""
    found = Application({}, data_dir=server.app.folder, synchronous="OFF")
    yield found
    found.close()


@pytest.fixture
def look(server):
    """Look once, in the one thread that does so."""
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        yield lambda: thread.submit(server.app.elsewhere.look).result()


@pytest.fixture
def heard(server):
    """(name, name of the row, about) of the events that listeners of the server get."""
    found = []
    end = server.app.bus.listen(lambda name, payload, about: found.append((name, payload.get("n"), about)), True)
    yield found
    end()


def log_events(app, *numbers, project_id=None):
    with app.db.write():
        for number in numbers:
            emit(Context(app), "department:new", {"n": number, "department_id": "a"}, project_id)


def test_each_event_is_heard_once_whoever_commits(server, other, look, heard):
    assert not look()
    log_events(server.app, 1)
    log_events(other, 2, 3)
    log_events(server.app, 4)
    log_events(other, 5)
    with server.app.db.write():
        emit_many(Context(server.app), [("department:new", {"n": number}, None) for number in (6, 7)])
    assert [number for _, number, _ in heard] == [1, 4, 6, 7]
    assert look()
    assert [number for _, number, _ in heard] == [1, 4, 6, 7, 2, 3, 5]
    assert not look()
    log_events(server.app, 8)
    assert not look()
    assert len(heard) == 8


def test_what_was_rolled_back_is_not_heard(server, other, look, heard):
    def fail():
        with other.db.write():
            emit(Context(other), "department:new", {"n": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not look()
    assert heard == []


def test_the_project_is_known(server, other, look, heard):
    with server.app.db.write():
        project_id = server.app.db.add(Project, name="P")
    log_events(other, 1, project_id=project_id)
    look()
    assert heard == [("department:new", 1, project_id)]


def test_a_reset_is_no_news(server, other, look, heard):
    log_events(server.app, 1, 2)
    server.snapshot("more")
    server.reset()
    look()
    server.restore("more")
    assert not look()
    assert len(heard) == 2


def test_the_thread_of_a_server_looks(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "PAUSE", 0.001)
    with Server(tmp_path / "studio", synchronous="OFF", **BOSS) as server:
        other = Application({}, data_dir=server.app.folder, synchronous="OFF")
        heard = threading.Event()
        server.app.bus.listen(lambda name, payload: heard.set())
        log_events(other, 1)
        assert heard.wait(30)
        other.close()


def test_a_long_write_holds_no_look_up(server, other, look, heard, monkeypatch):
    monkeypatch.setattr(elsewhere, "PATIENCE", 0.001)
    log_events(other, 1)
    with server.app.db.write():
        assert not look()
    assert look()
    assert len(heard) == 1


def test_a_command_says_who_sees_its_change(server, look, heard, capsys):
    words = ["--data-dir", str(server.app.folder)]
    assert main(["user", "create", "ann@studio.com", *words]) == 0
    assert f"The server at {server.url}, pid " in capsys.readouterr().err
    assert look()
    assert [name for name, _, _ in heard if name == "person:new"] == ["person:new"]
    emails = [row["email"] for row in server.api.get("/data/persons").json]
    assert "ann@studio.com" in emails
    for reading in (["user", "list"], ["verify"]):
        assert main([*reading, *words]) == 0
        assert capsys.readouterr().err == ""


def test_without_a_server_nothing_is_said(tmp_path, capsys):
    Application({}, data_dir=tmp_path, synchronous="OFF", **BOSS).close()
    assert main(["user", "create", "ann@studio.com", "--data-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().err == ""


@given(some.integers(0, 5), some.lists(some.tuples(some.integers(1, 30), some.integers(0, 4)), max_size=6))
def test_gaps_are_what_is_not_published(before, starts):
    newest = 30
    ranges = [(first, min(newest, first + more)) for first, more in starts]
    covered = {number for first, last in ranges for number in range(first, last + 1)}
    found = [number for first, last in between(before, newest, ranges) for number in range(first, last + 1)]
    assert found == [number for number in range(before + 1, newest + 1) if number not in covered]
