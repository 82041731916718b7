"""Transactions: one writer, callbacks that follow what happened, one state for a read."""

import itertools
import sqlite3
import subprocess
import sys
import threading
import time
import uuid

import pytest

from kitsulite.errors import DiskFull, Forbidden, RowRejected
from kitsulite.models import TABLES
from kitsulite.models.base import json_object
from kitsulite.models.fields import new_id, next_id
from kitsulite.models.people import Department
from kitsulite.store import migrations
from kitsulite.store.database import Database
from kitsulite.store.statements import new_row
from kitsulite.store.writing import BULK_CACHE


@pytest.fixture
def db(tmp_path):
    database = Database(tmp_path / "kitsulite.db", "OFF")
    migrations.upgrade(database, lambda: None)
    yield database
    database.close()


@pytest.fixture
def calls(db):
    """Writes a department and queues both callbacks; the list of the ones that ran."""
    ran = []

    def write(name="Animation"):
        db.add(Department, name=name, color="#000000")
        db.after_commit(lambda: ran.append(f"committed {name}"))
        db.after_rollback(lambda: ran.append(f"rolled back {name}"))

    write.ran = ran
    return write


def fail_at(monkeypatch, db, statement):
    """Let a statement fail as on a full disk."""
    execute = Database.execute

    def failing(self, sql, params=()):
        if sql == statement:
            raise DiskFull()
        return execute(self, sql, params)

    monkeypatch.setattr(Database, "execute", failing)


def names(db):
    return db.column("SELECT name FROM department ORDER BY name")


def test_a_commit_runs_its_callbacks_in_order(db, calls):
    with db.write():
        calls("Animation")
        with db.write():
            calls("Layout")
        assert calls.ran == []
    assert calls.ran == ["committed Animation", "committed Layout"]


def test_an_error_rolls_back_and_undoes_the_last_first(db, calls):
    def fail():
        with db.write():
            calls("Animation")
            calls("Layout")
            raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        fail()
    assert calls.ran == ["rolled back Layout", "rolled back Animation"]
    assert names(db) == []


def test_a_refusal_may_keep_its_changes(db, calls):
    def refuse():
        with db.write():
            calls()
            raise Forbidden(keeps_changes=True)

    with pytest.raises(Forbidden):
        refuse()
    assert calls.ran == ["committed Animation"]
    assert names(db) == ["Animation"]


@pytest.mark.parametrize("error", [None, Forbidden(keeps_changes=True)])
def test_a_failed_commit_rolls_back_and_the_next_write_works(db, calls, monkeypatch, error):
    def write():
        with db.write():
            calls()
            if error:
                raise error

    with monkeypatch.context() as patch:
        fail_at(patch, db, "COMMIT")
        with pytest.raises(DiskFull):
            write()
    assert calls.ran == ["rolled back Animation"]
    assert not db.in_transaction()
    assert not db.connection().in_transaction
    with db.write():
        calls("Layout")
    assert names(db) == ["Layout"]


def test_a_failing_callback_stops_neither_the_others_nor_the_write(db, calls, caplog):
    with db.write():
        db.after_commit(lambda: 1 / 0)
        calls()
    assert calls.ran == ["committed Animation"]
    assert names(db) == ["Animation"]
    assert "ZeroDivisionError" in caplog.text


def test_callbacks_of_a_savepoint_go_with_it(db, calls):
    def fail():
        with db.savepoint():
            calls("Layout")
            raise ValueError("wrong")

    with db.write():
        calls("Animation")
        with pytest.raises(ValueError, match="wrong"):
            fail()
        assert calls.ran == ["rolled back Layout"]
        with db.savepoint():
            calls("Editing")
    assert calls.ran == ["rolled back Layout", "committed Animation", "committed Editing"]
    assert names(db) == ["Animation", "Editing"]


def test_a_read_sees_one_state(db):
    def write():
        with db.write():
            db.add(Department, name="Layout", color="#000000")
        db.release()

    with db.read():
        assert names(db) == []
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        assert names(db) == []
    assert names(db) == ["Layout"]


def test_a_read_inside_a_write_is_part_of_it(db, calls):
    with db.write():
        calls()
        with db.read():
            assert names(db) == ["Animation"]
        assert db.in_transaction
    assert calls.ran == ["committed Animation"]


def test_a_refusal_of_many_rows_is_one_that_a_client_may_read(db):
    with pytest.raises(RowRejected), db.write():
        db.execute_many("INSERT INTO department_link VALUES (?, ?)", [("x", "y")])


def test_a_write_inside_a_read_is_committed(db, calls):
    with db.read():
        with db.write():
            calls()
        assert names(db) == ["Animation"]
    assert calls.ran == ["committed Animation"]


def test_writes_of_several_processes_wait_for_each_other(db):
    """Reads and then writes: with a deferred BEGIN one of the two would fail with `database is locked`."""
    code = (
        "import sys; from kitsulite.store.database import Database; from kitsulite.models.people import Department\n"
        "db = Database(sys.argv[1], 'OFF')\n"
        "for number in range(60):\n"
        "    with db.write():\n"
        "        count = db.value('SELECT count(*) FROM department')\n"
        "        db.add(Department, name=f'{sys.argv[2]} {number}', color='#000000')\n"
        "print('done', flush=True)\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, db.path, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for name in ("one", "two")
    ]
    assert [writer.communicate(timeout=60)[0] for writer in writers] == [b"done\n", b"done\n"]
    assert len(names(db)) == 120


def test_a_second_connection_waits_while_a_write_is_open(db, calls):
    other = sqlite3.connect(db.path, timeout=0, isolation_level=None)
    with db.write(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_connections_of_ended_threads_are_closed(db):
    found = []
    thread = threading.Thread(target=lambda: found.append(db.connection()))
    thread.start()
    thread.join()
    other = threading.Thread(target=db.connection)
    other.start()
    other.join()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        found[0].execute("SELECT 1")


@pytest.mark.parametrize("make", [new_id, next_id])
def test_ids_are_of_version_4_and_no_two_are_alike(make):
    ids = {make() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(uuid.UUID(row_id).version == 4 and uuid.UUID(row_id).variant == uuid.RFC_4122 for row_id in ids)


def test_new_rows_follow_each_other_in_the_index_of_their_ids(db, monkeypatch):
    times = itertools.count(time.time_ns(), 4096)
    monkeypatch.setattr(time, "time_ns", lambda: next(times))
    ids = [db.add(Department, name=f"Department {number}", color="#000") for number in range(300)]
    assert ids == sorted(ids)


@pytest.mark.parametrize("count", [0, 1, 500])
def test_many_rows_come_and_change_at_once(db, count):
    """In statements of some hundred rows, and of one for those that remain."""
    ids = [new_id() for _ in range(count)]
    rows = [tuple(new_row(Department, {"id": row_id, "name": row_id, "color": "#000"}).values()) for row_id in ids]
    with db.write():
        db.insert_many(Department, rows)
        db.update_many(Department, ["color", "name"], [(row_id, "#aaa", f"{row_id}!") for row_id in ids])
    found = db.execute("SELECT id, color, name FROM department ORDER BY rowid").fetchall()
    assert found == [(row_id, "#aaa", f"{row_id}!") for row_id in ids]


@pytest.mark.parametrize(
    "model", [model for model in TABLES.values() if model.relations], ids=lambda model: model.table()
)
def test_relations_are_read_by_indexes_that_there_are(db, model):
    values = {name: many.ids("'x'") for name, many in model.relations.items()}
    assert db.objects(f"SELECT {json_object(values)}") == [{key: [] for key in values}]


def test_a_bulk_write_holds_more_pages_until_its_end(db):
    before = db.value("PRAGMA cache_size")
    with db.bulk_write():
        during = db.value("PRAGMA cache_size")
    assert (during, db.value("PRAGMA cache_size")) == (BULK_CACHE, before)
