"""What is in the write-ahead log gets into the database file."""

import contextlib
import os
import shutil
import sqlite3

import pytest

from kitsulite.models.people import Department
from kitsulite.store import checkpoints, migrations
from kitsulite.store.checkpoints import Checkpoints
from kitsulite.store.database import Database


@pytest.fixture
def database(tmp_path):
    found = Database(tmp_path / "kitsulite.db", synchronous="OFF")
    migrations.upgrade(found, lambda: None)
    yield found
    found.close()


def write(database, number):
    with database.write():
        database.add(Department, name=f"Department {number}", color="#000000")


def age(database, seconds):
    """Let the log look as if the last write lay so many seconds back."""
    log = f"{database.path}-wal"
    moment = os.stat(log).st_mtime - seconds
    os.utime(log, (moment, moment))


def test_a_plain_copy_of_an_idle_file_is_whole(database, tmp_path):
    write(database, 1)
    age(database, 10)
    assert Checkpoints(database).look()
    assert os.path.getsize(f"{database.path}-wal") == 0
    shutil.copy(database.path, tmp_path / "copy.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT count(*) FROM department").fetchone() == (1,)


def test_a_busy_file_is_left_alone(database):
    write(database, 1)
    assert not Checkpoints(database).look()


def test_a_large_log_is_emptied_between_writes(database, monkeypatch):
    monkeypatch.setattr(checkpoints, "LARGE", 10_000)
    for number in range(20):
        write(database, number)
        Checkpoints(database).look()
        assert os.path.getsize(f"{database.path}-wal") < 200_000
    assert Checkpoints(database).look()


def test_a_long_reader_holds_the_log_only_as_long_as_it_reads(database, monkeypatch):
    monkeypatch.setattr(checkpoints, "LARGE", 10_000)
    monkeypatch.setattr(checkpoints, "WAIT", 1)
    looking = Checkpoints(database)
    with contextlib.closing(sqlite3.connect(database.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM department").fetchone()
        write(database, 1)
        write(database, 2)
        assert not looking.look()
        write(database, 3)
    assert looking.look()
    assert os.path.getsize(f"{database.path}-wal") == 0


def test_the_thread_looks_until_it_is_stopped(database, monkeypatch):
    monkeypatch.setattr(checkpoints, "PAUSE", 0.001)
    write(database, 1)
    found = Checkpoints(database)
    found.start()
    while os.path.getsize(f"{database.path}-wal"):
        pass
    found.stop()
    assert not found._thread.is_alive()
