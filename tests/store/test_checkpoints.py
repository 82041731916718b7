"""What is in the write-ahead log gets into the database file."""

import concurrent.futures
import contextlib
import functools
import os
import shutil
import sqlite3
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from kitsulite.models.people import Department
from kitsulite.store import checkpoints, migrations
from kitsulite.store.checkpoints import Checkpoints
from kitsulite.store.database import CHECKPOINT_PAGES, MOST_PAGES, UNSYNCED_PAGES, Database
from kitsulite.store.readers import LOCKS, readers


@pytest.fixture
def database(tmp_path):
    found = Database(tmp_path / "kitsulite.db", synchronous="NORMAL")
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
    looking = Checkpoints(database)
    for number, seconds in enumerate((10, 100, 10, 10)):
        write(database, number)
        age(database, seconds)
        assert looking.look()
        shutil.copy(database.path, tmp_path / "copy.db")
        with contextlib.closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
            assert copy.execute("SELECT count(*) FROM department").fetchone() == (number + 1,)


def test_the_log_of_an_idle_file_is_moved_once_and_then_overwritten(database, monkeypatch):
    looking, sizes = Checkpoints(database), []
    write(database, "1".ljust(20_000))
    for number in range(3):
        age(database, 10)
        assert looking.look()
        with monkeypatch.context() as patch:
            patch.setattr(checkpoints, "copy_log", None)
            assert looking.look()
        sizes.append(size(database))
        write(database, number)
    assert sizes[0] == sizes[1] == sizes[2] == size(database) > 0
    age(database, 100)
    assert looking.look()
    assert size(database) == 0


def test_a_log_that_a_reader_holds_is_moved_later(database):
    looking = Checkpoints(database)
    with contextlib.closing(sqlite3.connect(database.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM department").fetchone()
        write(database, 1)
        age(database, 10)
        assert not looking.look()
    assert looking.look()


def test_a_busy_file_is_left_alone(database):
    write(database, 1)
    assert not Checkpoints(database).look()


def test_no_other_file_is_made_where_the_folder_is_being_removed(database):
    write(database, 1)
    age(database, 10)
    path = Path(database.path)
    away = path.rename(path.with_name("away.db"))
    assert Checkpoints(database).look()
    assert not path.exists()
    away.rename(path)


@pytest.fixture
def small(monkeypatch):
    """Limits that a test reaches."""
    monkeypatch.setattr(checkpoints, "BUSY", 10_000)
    monkeypatch.setattr(checkpoints, "LARGE", 100_000)
    monkeypatch.setattr(checkpoints, "HUGE", 200_000)


def size(database):
    return os.path.getsize(f"{database.path}-wal")


def test_a_flood_of_writes_beside_readers_keeps_the_log_small(database, small):
    looking, ended, largest, written = Checkpoints(database), threading.Event(), 0, 0

    def read():
        while not ended.is_set():
            database.value("SELECT length(name) FROM department ORDER BY rowid DESC LIMIT 1")

    readers = [threading.Thread(target=read) for _ in range(2)]
    [reader.start() for reader in readers]
    try:
        for number in range(100):
            before = size(database)
            write(database, f"{number}".ljust(100_000))
            written += 100_000
            largest = max(largest, before, size(database))
            if number % 5 == 0:
                looking.look()
    finally:
        ended.set()
        [reader.join() for reader in readers]
    assert largest < 5_000_000 < written


def test_no_commit_puts_a_log_of_some_size_into_the_database(database):
    write(database, "a".ljust(6 << 20))
    before = os.path.getsize(database.path)
    write(database, 2)
    assert os.path.getsize(database.path) == before
    age(database, 0)
    Checkpoints(database).look()
    assert os.path.getsize(database.path) > before


def test_commits_leave_the_log_to_the_thread_of_a_server(database):
    def pages():
        with concurrent.futures.ThreadPoolExecutor(1) as thread:
            return thread.submit(database.value, "PRAGMA wal_autocheckpoint").result()

    assert pages() == CHECKPOINT_PAGES
    looking = Checkpoints(database)
    looking.start()
    looking.stop()
    assert pages() == MOST_PAGES


def test_commits_keep_the_log_small_where_nothing_waits_for_the_disk(tmp_path):
    database = Database(tmp_path / "kitsulite.db", synchronous="OFF")
    database.leave_log_to_others()
    assert database.value("PRAGMA wal_autocheckpoint") == UNSYNCED_PAGES
    database.close()


def test_a_long_reader_holds_the_log_only_as_long_as_it_reads(database, small, monkeypatch, caplog):
    monkeypatch.setattr(checkpoints, "WAIT", 1)
    looking = Checkpoints(database)
    with contextlib.closing(sqlite3.connect(database.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM department").fetchone()
        for number in range(20):
            write(database, f"{number}".ljust(20_000))
            assert not looking.look()
        assert size(database) > 300_000
        assert ["has been reading" in record.message for record in caplog.records] == [True]
    looking.look()
    before = size(database)
    for number in range(20):
        write(database, f"again {number}".ljust(20_000))
        looking.look()
    assert size(database) == before
    age(database, 100)
    assert looking.look()
    assert size(database) == 0


@pytest.fixture
def held(database, small):
    """A log that grows because a program reads the database."""
    with contextlib.closing(sqlite3.connect(database.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM department").fetchone()
        write(database, "a".ljust(250_000))
        yield Path(f"{database.path}-wal")


@pytest.mark.skipif(not LOCKS.exists(), reason="this system does not say who reads a file")
def test_who_holds_the_log_is_named(database, held, caplog):
    Checkpoints(database).look()
    assert f"pid {os.getpid()} (" in caplog.text
    [named] = readers(held.with_name("kitsulite.db"))
    assert "pytest" in named or "python" in named


def test_where_nobody_says_who_reads_the_message_says_how_to_find_out(held, monkeypatch):
    monkeypatch.setattr("kitsulite.store.readers.LOCKS", held.with_name("missing"))
    assert "a program (fuser or lsof names it)" in checkpoints.held_back(held.with_name("kitsulite.db"), 5)


def test_a_log_is_too_large_sooner_on_a_disk_that_fills(held, monkeypatch):
    monkeypatch.setattr(checkpoints, "HUGE", 1 << 30)
    assert not checkpoints.fills_disk(held, 250_000)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=900_000))
    assert checkpoints.fills_disk(held, 250_000)
    assert not checkpoints.fills_disk(held, 200_000)


def test_readers_that_have_ended_are_not_named(database, held):
    with contextlib.closing(sqlite3.connect(database.path)) as idle:
        idle.execute("SELECT 1 FROM department").fetchall()
    assert len(readers(held.with_name("kitsulite.db"))) <= 1
    assert readers(held.with_name("other.db")) == []


def test_the_thread_looks_until_it_is_stopped(database, monkeypatch):
    monkeypatch.setattr(checkpoints, "PAUSE", 0.001)
    monkeypatch.setattr(checkpoints, "LONG_PAUSE", 0.001)
    write(database, 1)
    found = Checkpoints(database)
    found.start()
    while os.path.getsize(f"{database.path}-wal"):
        pass
    found.stop()
    assert not found._thread.is_alive()


def test_a_program_that_copies_the_log_is_in_nobodys_way(database, small):
    """What Litestream does: tables of its own, a read that does not end, writes now and then."""
    assert database.value("PRAGMA journal_mode") == "wal"
    assert database.value("PRAGMA locking_mode") == "normal"
    connect = functools.partial(sqlite3.connect, database.path, isolation_level=None, timeout=0)
    with contextlib.closing(connect()) as reader, contextlib.closing(connect()) as writer:
        writer.execute("CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM _litestream_seq").fetchone()
        for number in range(10):
            write(database, f"{number}".ljust(20_000))
            Checkpoints(database).look()
            writer.execute("INSERT OR REPLACE INTO _litestream_seq VALUES (1, ?)", [number])
            assert reader.execute("SELECT count(*) FROM department").fetchone() == (0,)
    assert migrations.upgrade(database, lambda: None) is False
    assert database.value("SELECT count(*) FROM department") == 10


def test_where_there_is_no_log_there_is_nothing_to_do(tmp_path):
    assert Checkpoints(SimpleNamespace(path=tmp_path / "kitsulite.db")).look()


def test_a_database_that_cannot_be_looked_after_is_logged_once_for_each_reason(database, monkeypatch, caplog):
    def refuse(path):
        raise sqlite3.OperationalError(reasons[0])

    write(database, 1)
    age(database, 100)
    looking, reasons = Checkpoints(database), ["disk I/O error"]
    monkeypatch.setattr(checkpoints, "empty_log", refuse)
    for _ in range(3):
        looking.attempt(looking.look)
    assert caplog.text.count("the look after the database failed") == 1
    reasons[0] = "database is locked"
    looking.attempt(looking.look)
    assert caplog.text.count("the look after the database failed") == 2
    monkeypatch.undo()
    looking.attempt(looking.look)
    assert size(database) == 0
    monkeypatch.setattr(checkpoints, "empty_log", refuse)
    write(database, 2)
    age(database, 100)
    looking.attempt(looking.look)
    assert caplog.text.count("the look after the database failed") == 3
