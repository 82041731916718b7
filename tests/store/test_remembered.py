"""What a thread remembers of the file lives as long as nobody changes anything."""

import contextlib
import sqlite3

import pytest

from kitsulite.models.fields import JsonText
from kitsulite.models.people import Department, Person
from kitsulite.store import remembering


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
    assert len(db._local.known[0]) <= 2


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
    assert len(db._local.known[0]) <= 3


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
