"""Files of every released schema are brought up to that of a new file, with all that was in them."""

import gzip
import sqlite3
from pathlib import Path

import pytest

from kitsulite.errors import SetupError
from kitsulite.models import TABLES
from kitsulite.store import derived, migrations
from kitsulite.store.database import Database

STORED = sorted(Path(__file__).with_name("schemas").glob("*.db.gz"), key=lambda file: int(file.name.partition(".")[0]))


@pytest.fixture
def new(tmp_path):
    """A database with the schema of a new file."""
    database = Database(tmp_path / "new.db", "OFF")
    assert migrations.upgrade(database, lambda: None)
    yield database
    database.close()


@pytest.fixture(params=STORED, ids=lambda file: file.name)
def old(request, tmp_path):
    """A database of an earlier schema, not upgraded yet."""
    yield from unpacked(request.param, tmp_path)


@pytest.fixture
def oldest(tmp_path):
    """A database that has all steps before it."""
    yield from unpacked(STORED[0], tmp_path)


def unpacked(stored, folder):
    path = folder / "old.db"
    path.write_bytes(gzip.decompress(stored.read_bytes()))
    database = Database(path, "OFF")
    yield database
    database.close()


def schema(database):
    found = database.rows("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")
    return sorted((row["type"], row["name"], row["tbl_name"], migrations.normal(row["sql"] or "")) for row in found)


def contents(database, columns):
    """All rows, in the given columns: table name -> names."""
    order = {table: ", ".join(f'"{name}"' for name in names) for table, names in columns.items()}
    return {
        table: database.execute(f'SELECT {names} FROM "{table}" ORDER BY rowid').fetchall()
        for table, names in order.items()
    }


def columns_of(database):
    named = "SELECT name FROM pragma_table_info(?)"
    return {table: database.column(named, [table]) for table in TABLES if database.has_table(table)}


def test_there_is_a_stored_file_of_the_schema_before_this_one():
    assert STORED[-1].name == f"{len(migrations.STEPS) - 1}.db.gz"


def test_a_new_file_runs_no_step(new, monkeypatch, tmp_path):
    def fail(_):
        raise AssertionError("a step ran")

    monkeypatch.setattr(migrations, "STEPS", (fail,) * 9)
    database = Database(tmp_path / "other.db", "OFF")
    assert migrations.upgrade(database, lambda: None)
    assert schema(database) == schema(new)
    assert database.value("PRAGMA user_version") == 9
    database.close()


def test_an_upgraded_file_has_the_schema_of_a_new_one_and_all_rows_and_leaves_a_copy(old, new):
    columns, version = columns_of(old), old.value("PRAGMA user_version")
    before = contents(old, columns)
    assert sum(map(len, before.values())) > 40
    assert migrations.upgrade(old, lambda: None) is False
    assert schema(old) == schema(new)
    after = contents(old, columns)
    changed = {table for table in before if before[table] != after[table]}
    assert changed <= {"comment"}
    assert old.column("SELECT checklist FROM comment") == ["[]"]
    assert old.value("PRAGMA integrity_check") == "ok"
    assert old.value("PRAGMA foreign_keys") == 1
    # in memory again
    assert old.value("PRAGMA temp_store") == 2
    assert old.value("SELECT count(*) FROM search_row") > 0
    assert old.column("SELECT validation_status FROM working_file") == []
    (copy,) = Path(old.path).parent.glob(f"old.db.before-{version + 1}-*")
    kept = Database(copy, "OFF")
    assert contents(kept, columns) == before
    assert kept.value("PRAGMA user_version") == version
    kept.close()


def test_a_failing_step_leaves_the_file_as_it_was(oldest, monkeypatch):
    def fail(database):
        database.execute("DELETE FROM comment")
        raise ValueError("a step failed")

    version, before = oldest.value("PRAGMA user_version"), schema(oldest)
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, fail))
    with pytest.raises(ValueError, match="a step failed"):
        migrations.upgrade(oldest, lambda: None)
    assert schema(oldest) == before
    assert oldest.value("PRAGMA user_version") == version
    assert oldest.value("SELECT count(*) FROM comment") == 1


def test_a_file_of_a_newer_schema_is_refused_untouched(oldest):
    oldest.execute("PRAGMA user_version = 9999")
    before = schema(oldest)
    with pytest.raises(SetupError, match="newer kitsulite"):
        migrations.upgrade(oldest, lambda: None)
    assert schema(oldest) == before


def test_a_file_whose_rows_refer_to_missing_ones_is_refused_untouched(oldest):
    other = sqlite3.connect(oldest.path)
    with other:
        other.execute("DELETE FROM project")
    other.close()
    with pytest.raises(SetupError, match="kitsulite verify"):
        migrations.upgrade(oldest, lambda: None)
    assert oldest.value("PRAGMA user_version") < len(migrations.STEPS)


def test_texts_with_accents_apart_are_composed_unless_their_place_is_taken(oldest):
    apart, whole = "cafe\u0301", "caf\u00e9"
    entity = oldest.value("SELECT id FROM entity LIMIT 1")
    set_columns(oldest, "entity", entity, name=apart, description=f"a {apart}", data=f'{{"place":"{apart}"}}')
    kinds = oldest.column("SELECT id FROM entity_type ORDER BY rowid LIMIT 2")
    set_columns(oldest, "entity_type", kinds[0], name=apart)
    set_columns(oldest, "department", oldest.value("SELECT id FROM department LIMIT 1"), name=whole)
    taken = oldest.column("SELECT id FROM department LIMIT 2")[1]
    set_columns(oldest, "department", taken, name=apart)
    migrations.upgrade(oldest, lambda: None)
    assert oldest.row("SELECT name, description, data FROM entity WHERE id = ?", [entity]) == (
        whole,
        f"a {whole}",
        f'{{"place":"{whole}"}}',
    )
    assert oldest.value("SELECT name FROM department WHERE id = ?", [taken]) == apart
    assert oldest.value("SELECT name FROM entity_type WHERE id = ?", [kinds[0]]) == whole


def set_columns(database, table, row_id, **columns):
    changes = ", ".join(f"{name} = ?" for name in columns)
    with database.write():
        database.execute(f"UPDATE {table} SET {changes} WHERE id = ?", [*columns.values(), row_id])


def test_a_step_that_changes_indexes_alone_leaves_the_search_and_the_news_as_they_are(new, monkeypatch):
    with new.write():
        new.execute("INSERT INTO news_group VALUES (1, 'p', 's', 't', 0, 5, 5)")
        new.execute("INSERT INTO search_row VALUES (1, 'r')")
        new.execute("DROP INDEX comment_object_id_created_at")
        migrations.match_models(new)
    assert new.value("SELECT sum(amount) FROM news_group") == 5
    assert new.value("SELECT count(*) FROM search_row") == 1
    assert new.value("SELECT count(*) FROM sqlite_schema WHERE name = 'comment_object_id_created_at'") == 1


@pytest.mark.parametrize(
    ("statement", "kept"),
    [
        ("DROP TRIGGER news_feed_gone", {"search"}),
        ("DROP TRIGGER search_person_gone", {"news"}),
        ("ALTER TABLE comment ADD COLUMN other TEXT", {"search"}),
        ("ALTER TABLE entity ADD COLUMN other TEXT", {"news"}),
    ],
)
def test_a_step_makes_again_what_follows_a_table_that_it_changes(new, statement, kept):
    with new.write():
        new.execute("INSERT INTO news_group VALUES (1, 'p', 's', 't', 0, 5, 5)")
        new.execute("INSERT INTO search_row VALUES (1, 'r')")
        before = new.value("SELECT count(*) FROM sqlite_schema")
        new.execute(statement)
        migrations.match_models(new)
    left = {"news": "news_group", "search": "search_row"}
    assert {name for name, table in left.items() if new.value(f"SELECT count(*) FROM {table}")} == kept
    assert new.value("SELECT count(*) FROM sqlite_schema") == before


@pytest.mark.parametrize("was_checked", [True, False])
def test_what_a_step_makes_again_is_not_checked_again_if_nothing_else_was_left_to_check(new, was_checked):
    derived.look(new)
    with new.write():
        new.execute("DROP TRIGGER kept_task_new")
        if was_checked:
            derived.check_off(new)
        new.execute(f"PRAGMA user_version = {len(migrations.STEPS) - 1}")
    migrations.upgrade(new, lambda: None)
    assert new.value("SELECT 1 FROM sqlite_schema WHERE name = 'kept_task_new'")
    assert derived.is_checked(new) is was_checked
