"""A SQLite without FTS5: everything works but searching, which says so."""

import sqlite3

import pytest

from kitsulite.errors import SetupError
from kitsulite.models.people import Person
from kitsulite.store import migrations, search
from kitsulite.store.database import Database


@pytest.fixture
def database(tmp_path, monkeypatch):
    monkeypatch.setattr(search, "available", lambda connection: False)
    found = Database(tmp_path / "kitsulite.db", synchronous="OFF")
    migrations.upgrade(found, lambda: None)
    yield found
    found.close()


def test_rows_are_written_without_an_index(database):
    with database.write(), search.at_once(database, "search_person", []):
        database.add(Person, first_name="Anna", last_name="Bo", email="anna@studio.org")
    assert database.value("SELECT first_name FROM person") == "Anna"
    assert not database.has_table("search_row")
    assert (search.is_damaged(database), search.lagging(database)) == (False, 0)


def test_an_index_cannot_be_made(database):
    with pytest.raises(SetupError, match="FTS5"):
        search.rebuild(database)


def test_the_index_is_made_once_there_is_fts5(database, monkeypatch):
    with database.write():
        database.add(Person, first_name="Anna", last_name="Bo", email="anna@studio.org")
    monkeypatch.undo()
    assert search.rebuild(database) == 1
    assert search.lagging(database) == 0


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 44, 0)])
def test_an_index_in_order_is_found_so_by_old_and_new_sqlite(studio, monkeypatch, version):
    studio.entity(studio.project(), "Prop", name="Rabbit")
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    assert not search.is_damaged(studio.db)


def test_what_sqlite_lacks_is_found_out():
    class Lacking:
        def execute(self, sql):
            raise sqlite3.OperationalError("no such module: fts5")

    assert search.available(sqlite3.connect(":memory:"))
    assert not search.available(Lacking())


def test_searching_through_the_api_says_what_is_missing(studio, monkeypatch):
    monkeypatch.setattr(type(studio.db), "has_table", lambda self, name: False)
    answer = studio.api(studio.admin).post("/data/search", {"query": "rabbit"})
    assert (answer.status_int, "FTS5" in answer.json["message"]) == (503, True)
