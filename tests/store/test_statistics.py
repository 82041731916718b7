"""SQLite knows how the rows of large tables are spread."""

import pytest

from kitsulite import create_app
from kitsulite.models.people import Department
from kitsulite.store import migrations, statistics
from kitsulite.store.database import Database


@pytest.fixture
def database(tmp_path, monkeypatch):
    monkeypatch.setattr(statistics, "FEW", 10)
    found = Database(tmp_path / "kitsulite.db", synchronous="OFF")
    migrations.upgrade(found, lambda: None)
    yield found
    found.close()


def add(database, amount, start=0):
    with database.write():
        for number in range(start, start + amount):
            database.add(Department, name=f"Department {number}", color="#000000")


def test_tables_are_measured_once_they_have_grown_a_lot(database):
    assert statistics.refresh(database) == []
    add(database, 12)
    assert statistics.refresh(database) == ["department"]
    assert statistics.refresh(database) == []
    add(database, 30, start=12)
    assert statistics.refresh(database) == []
    add(database, 60, start=42)
    assert statistics.refresh(database) == ["department"]
    with database.write():
        database.execute("DELETE FROM department WHERE rowid > 15")
    assert statistics.refresh(database) == ["department"]


def test_few_rows_need_no_measure(database):
    add(database, 9)
    assert statistics.refresh(database) == []


def test_a_database_is_measured_once_nobody_writes(database):
    found = statistics.Statistics(database)
    add(database, 20)
    assert found.look() == []
    add(database, 1, start=20)
    assert found.look() == []
    assert found.look() == ["department"]
    for _ in range(3):
        assert found.look() == []


def test_a_sample_that_misleads_is_taken_once(database):
    found = statistics.Statistics(database)
    add(database, 20)
    assert [found.look() for _ in range(2)] == [[], ["department"]]
    for number in range(2):
        with database.write():
            database.execute("UPDATE sqlite_stat1 SET stat = '1000 1'")
        add(database, 1, start=20 + number)
        assert [found.look() for _ in range(2)] == [[], []]
    found.finish()
    assert "department" in statistics.outdated(database)
    add(database, 80, start=22)
    assert [found.look() for _ in range(2)] == [[], ["department"]]


def test_a_stop_measures(tmp_path, monkeypatch):
    monkeypatch.setattr(statistics, "FEW", 10)
    settings = {"data_dir": str(tmp_path), "secret_key": "a-secret-key-for-tests-0123456789", "synchronous": "OFF"}
    app = create_app(**settings)
    add(app.db, 20)
    app.close()
    app = create_app(**settings)
    assert "department" not in statistics.outdated(app.db)
    app.close()


def test_an_upgrade_measures(database, monkeypatch):
    add(database, 20)
    database.connection().execute("PRAGMA user_version = 8")
    migrations.upgrade(database, lambda: None)
    assert statistics.refresh(database) == []
