"""Small writes that no answer waits for."""

import threading

import pytest
from support import PASSWORD

from kitsulite.models.people import Department, LoginLog
from kitsulite.store import late_writes

SECONDS = 20


@pytest.fixture
def db(studio):
    yield studio.app.db
    studio.app.db.late.finish()


@pytest.fixture
def login(studio):
    """The body of a login; the first one in a studio also makes its organisation."""
    body = {"email": studio.account("user")["email"], "password": PASSWORD}
    assert studio.nobody.post("/auth/login", body).status_int == 200
    return body


@pytest.fixture
def busy(db, monkeypatch):
    """Another writer, until `busy.set()`."""
    monkeypatch.setattr(late_writes, "PATIENCE", 0.01)
    begun, may_end = threading.Event(), threading.Event()

    def write():
        with db.write():
            begun.set()
            may_end.wait(SECONDS)
        db.release()

    thread = threading.Thread(target=write)
    thread.start()
    assert begun.wait(SECONDS)
    yield may_end
    may_end.set()
    thread.join()


def add(db, name):
    return lambda: db.add(Department, name=name, color="#000000")


def test_it_is_made_at_once_while_nobody_else_writes(db):
    db.late.soon(add(db, "Clay work"))
    assert db.exists(Department, name="Clay work")


def test_it_comes_after_a_writer_that_takes_its_time(db, busy):
    db.late.soon(add(db, "Clay work"))
    assert not db.exists(Department, name="Clay work")
    busy.set()
    db.late.finish()
    assert db.exists(Department, name="Clay work")


def test_a_failure_is_logged_and_changes_nothing(db, busy, caplog):
    def fail():
        add(db, "Clay work")()
        raise ZeroDivisionError

    db.late.soon(fail)
    busy.set()
    db.late.finish()
    assert not db.exists(Department, name="Clay work")
    assert "a change was not made" in caplog.text


def test_a_login_waits_for_no_writer(studio, db, login, busy):
    answer = studio.nobody.post("/auth/login", login)
    assert (answer.status_int, answer.json["login"]) == (200, True)
    assert len(db.all(LoginLog)) == 1
    busy.set()
    db.late.finish()
    assert len(db.all(LoginLog)) == 2
