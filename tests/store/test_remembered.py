"""What a thread remembers of the file lives as long as nobody changes anything."""

import contextlib
import sqlite3
from sqlite3 import SQLITE_READ as READ

import pytest

from kitsulite.models.activity import ApiEvent
from kitsulite.models.entities import Entity
from kitsulite.models.fields import JsonText
from kitsulite.models.people import Department, Person
from kitsulite.store import remembering
from kitsulite.store.conditions import Condition
from kitsulite.store.derived import setup as derived_setup


@pytest.fixture
def db(studio):
    return studio.app.db


@pytest.fixture
def count(db):
    """Counts the departments, remembered; `asked`: how often the file was asked."""

    def read():
        count.asked += 1
        return db.value("SELECT count(*) FROM department WHERE color = '#123456'")

    def count():
        return db.remembered("departments", read)

    count.asked = 0
    return count


def add(db, name):
    with db.write():
        db.add(Department, name=name, color="#123456")


def test_it_is_asked_for_once_while_nothing_changes(db, count):
    assert [count(), count()] == [0, 0]
    assert count.asked == 1
    with db.read():
        assert count() == 0
    assert count.asked == 1


def test_a_write_of_the_same_thread_counts(db, count):
    count()
    add(db, "New clay")
    assert count() == 1


def test_a_change_by_another_program_counts(db, count):
    count()
    other = sqlite3.connect(db.path)
    other.execute("INSERT INTO department (id, name, color, archived) VALUES ('x', 'New clay', '#123456', 0)")
    other.commit()
    other.close()
    assert count() == 1


def test_within_a_write_nothing_is_remembered(db, count):
    count()

    def fail():
        db.add(Department, name="New clay", color="#123456")
        assert count() == 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), db.write():
        fail()
    assert count() == 0


def test_rows_put_in_the_place_of_all_count(db, count):
    add(db, "New clay")
    kept = sqlite3.connect(":memory:")
    db.connection().backup(kept)
    add(db, "New sound")
    assert count() == 2
    with db.alone():
        kept.backup(db.connection())
    assert count() == 1


def test_only_so_much_is_remembered(db, monkeypatch):
    monkeypatch.setattr(remembering, "MOST_REMEMBERED", 2)
    asked = [db.remembered(key, lambda key=key: key) for key in (1, 2, 3, 3, 1)]
    assert asked == [1, 2, 3, 3, 1]
    assert len(db._local.cache.values) <= 2


@pytest.mark.parametrize(
    "change", ["UPDATE person SET active = 0", "DELETE FROM person", "UPDATE person SET role = 'user'"]
)
def test_a_request_sees_what_another_program_did_to_its_person(studio, change):
    api = studio.api(studio.person("manager"))
    body = {"name": "New clay", "color": "#123456"}
    assert api.get("/auth/authenticated").status_int == 200
    assert api.get("/data/persons").status_int == 200
    other = sqlite3.connect(studio.app.db.path)
    other.execute("PRAGMA foreign_keys = OFF")
    other.execute(change)
    other.commit()
    other.close()
    assert api.post("/data/departments", body).status_int in (401, 403)
    expected = 200 if "role" in change else 401
    assert api.get("/auth/authenticated").status_int == expected
    assert studio.app.db.exists(Person) is ("DELETE" not in change)


def test_counts_are_as_the_file_is_now(db):
    sql = "SELECT count(*) FROM department WHERE color = :color"
    assert db.unchanged(sql, {"color": "#123456"}) == [(0,)]
    add(db, "Paint")
    assert db.unchanged(sql, {"color": "#123456"}) == [(1,)]
    assert db.unchanged(sql, {"color": "#654321"}) == [(0,)]
    with db.write():
        db.add(Department, name="Roto", color="#123456")
        assert db.unchanged(sql, {"color": "#123456"}) == [(2,)]


@pytest.fixture
def text(db):
    """A text that is kept; `written`: how often it was written."""

    def write():
        text.written += 1
        return JsonText('["clay"]')

    def text(key="text"):
        return db.kept(key, write)

    text.written = 0
    return text


def test_a_small_text_is_kept_until_something_changes(db, text):
    assert text() == text() == b'["clay"]'
    assert text.written == 1
    add(db, "New clay")
    assert text() == b'["clay"]'
    assert text.written == 2


def test_a_large_text_is_not_kept(text, monkeypatch):
    monkeypatch.setattr(remembering, "LARGEST_KEPT", 7)
    assert text() == text() == b'["clay"]'
    assert text.written == 2


def test_only_so_many_bytes_are_kept(db, text, monkeypatch):
    monkeypatch.setattr(remembering, "MOST_KEPT", 20)
    for key in range(9):
        text(key)
    assert len(db._local.cache.values) <= 3


def test_within_a_write_no_text_is_kept(db, text):
    with db.write():
        text()
    text()
    assert text.written == 2


KEPT = ("/data/user/context", "/data/projects/open", "/data/persons", "/auth/authenticated", "/data/task-types")


@pytest.mark.parametrize("path", KEPT)
def test_an_answer_that_is_kept_follows_what_another_program_changes(studio, path):
    studio.project()
    studio.task_type("Modeling")
    api = studio.api(studio.admin)
    first = api.get(path).body
    assert api.get(path).body == first
    with contextlib.closing(sqlite3.connect(studio.app.db.path)) as other:
        other.execute("UPDATE project SET name = 'Other'")
        other.execute("UPDATE person SET first_name = 'Other'")
        other.execute("UPDATE task_type SET name = 'Other' WHERE name = 'Modeling'")
        other.commit()
    after = api.get(path).body
    assert after != first
    assert b'"Other"' in after


@pytest.mark.parametrize("path", KEPT[:4])
def test_nobody_gets_the_answer_that_is_kept_for_another(studio, path):
    studio.project()
    admin, artist = studio.api(studio.admin), studio.api(studio.person("user"))
    kept = [admin.get(path).body, artist.get(path).body]
    assert kept[0] != kept[1]
    assert [admin.get(path).body, artist.get(path).body] == kept


@pytest.fixture
def setup(db):
    """Counts the departments, remembered until the setup changes; `asked`: how often the file was asked."""

    def read():
        setup.asked += 1
        return db.value("SELECT count(*) FROM department")

    def setup():
        return db.remembered("departments", read, of_setup=True)

    setup.asked = 0
    return setup


def test_what_is_read_of_the_setup_outlives_other_changes(scene, db, setup):
    before = setup()
    with db.write():
        db.execute("UPDATE comment SET text = text || 'x'")
    with contextlib.closing(sqlite3.connect(db.path)) as other:
        other.execute("UPDATE task SET priority = 3")
        other.execute("UPDATE entity SET name = name || 'x'")
        other.commit()
    assert (setup(), setup.asked) == (before, 1)
    add(db, "Paint")
    assert (setup(), setup.asked) == (before + 1, 2)


def mark(db):
    return db.value("SELECT mark FROM setup_mark")


def test_every_change_of_the_setup_is_marked(db):
    """Whoever makes it: rows that come, are replaced, change and go, and triggers that somebody takes away."""
    with contextlib.closing(sqlite3.connect(db.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for table in derived_setup.TABLES:
            columns = [row[1] for row in other.execute(f"PRAGMA table_info({table})")]
            values = ", ".join(["1"] * len(columns))
            other.execute(f"DELETE FROM {table}")
            marks = [other.execute(remembering.STATE_OF_SETUP, [None]).fetchone()]
            for change in (
                f"INSERT INTO {table} VALUES ({values})",
                f"INSERT OR REPLACE INTO {table} VALUES ({values})",
                *(f"UPDATE {table} SET {column} = 2" for column in columns),
                f"DELETE FROM {table}",
                f"DROP TRIGGER setup_mark_{table}_new",
            ):
                assert other.execute(change).rowcount, change
                marks.append(other.execute(remembering.STATE_OF_SETUP, [None]).fetchone())
                assert marks[-1] not in marks[:-1], change


def test_nobody_gets_in_for_whom_no_trigger_marks_the_change(studio):
    """A tool that changes a table drops its triggers: what follows is read anew, again and again."""
    api = studio.api(studio.person("manager"))
    assert api.get("/auth/authenticated").status_int == 200
    with contextlib.closing(sqlite3.connect(studio.db.path)) as other:
        other.execute("DROP TRIGGER setup_mark_person_changed")
        other.commit()
        assert api.get("/auth/authenticated").status_int == 200
        other.execute("UPDATE person SET active = 0")
        other.commit()
    assert api.get("/auth/authenticated").status_int == 401


def test_an_episode_is_of_the_setup_and_a_shot_is_not(studio, db):
    project = studio.project()
    shot = studio.entity(project, "Shot")
    kind = db.value("SELECT entity_type_id FROM entity WHERE id = ?", [shot["id"]])
    before = mark(db)
    studio.entity(project, "Shot")
    with db.write():
        db.update(Entity, shot["id"], name="Another")
    assert mark(db) == before
    episode = studio.entity(project, "Episode")
    for columns in ({"name": "E2"}, {"status": "standby"}, {"entity_type_id": kind}):
        before = mark(db)
        with db.write():
            db.update(Entity, episode["id"], **columns)
        assert mark(db) != before


def test_what_outlives_other_changes_is_read_of_the_setup_alone(studio, scene, db, monkeypatch):
    """For every role: what SQLite reads while it answers, of a connection that has prepared no statement yet."""
    read, asked = set(), []
    known = {*derived_setup.TABLES, "setup_mark", "pragma_schema_version", "sqlite_master"}

    def note(action, table, *_):
        if asked and asked[-1] and action == READ:
            read.add(table)
        return sqlite3.SQLITE_OK

    def watched(keep):
        def keeping(key, make, of_setup=False):
            asked.append(of_setup)
            try:
                return keep(key, make, of_setup)
            finally:
                asked.append(False)

        return keeping

    monkeypatch.setattr(db, "kept", watched(db.kept))
    monkeypatch.setattr(db, "remembered", watched(db.remembered))
    paths = {route.rule for route in studio.app.routes if route.rule in KEPT or is_setup(route)}
    for role in ("admin", "manager", "supervisor", "user", "vendor", "client"):
        for path in paths:
            db.release()
            db.connection().set_authorizer(note)
            assert scene.api(role).get(path).status_int in (200, 403)
            # a project shows its first episode
            assert read <= known | ({"entity"} if path in KEPT else set()), path
            read.clear()
    assert len(paths) > len(KEPT)
    assert any(asked)


def is_setup(route):
    """Whether a route lists the rows of a table of the setup."""
    owner = getattr(route.callback, "__self__", None)
    return route.method == "GET" and "<" not in route.rule and owner and owner.model.table() in derived_setup.TABLES


def note(db, name, number=1):
    with db.write():
        for _ in range(number):
            db.add(ApiEvent, name=name)


def noted(db, name="shot:new"):
    return db.count("api_event", Condition("name = ?", [name]))


@pytest.fixture
def log(db):
    """A log whose events were counted by name."""
    note(db, "shot:new", 3)
    assert (noted(db), noted(db, "task:new")) == (3, 0)
    return db


def test_of_a_log_only_what_came_after_the_last_count_is_counted(log):
    note(log, "task:new")
    asked = []
    log.connection().set_trace_callback(asked.append)
    assert (noted(log), noted(log, "task:new")) == (3, 1)
    log.connection().set_trace_callback(None)
    counted = [sql for sql in asked if "count(*) FROM api_event" in sql]
    assert len(counted) == 2
    assert all("NOT INDEXED" in sql and "AND rowid >" in sql for sql in counted)


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ("DELETE FROM api_event WHERE rowid = 2", 3),
        ("DELETE FROM api_event", 1),
        ("UPDATE api_event SET name = 'shot:delete' WHERE rowid IN (1, 2)", 2),
        ("UPDATE api_event SET rowid = rowid + 100 WHERE rowid = 3", 4),
    ],
)
def test_a_log_that_another_program_changed_is_counted_anew(log, change, left):
    with contextlib.closing(sqlite3.connect(log.path)) as other, other:
        other.execute(change)
    note(log, "shot:new")
    assert noted(log) == left


def test_a_log_is_counted_anew_in_a_state_that_was_restored_and_goes_on(log, application):
    before = mark(log)
    application.snapshots.restore("studio")
    note(log, "task:new", 5)
    assert mark(log) == before
    assert noted(log) == 0


def test_within_a_write_a_log_is_counted_as_it_is(log):
    with log.write():
        log.add(ApiEvent, name="shot:new")
        assert noted(log) == 4
    assert noted(log) == 4
