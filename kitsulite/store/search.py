"""Full-text search over what `models/searchable.py` names, kept up to date by triggers.

`search_row` numbers the indexed rows; `search_name` and `search_text` (FTS5) have the words of their names, and of all
their texts, under the same number. `scope` is two words, the kind of row and the id of its project, so that the index
itself filters by them; they begin with a 0, so that they are never the correction of a misspelt word. The triggers run
in the transaction of the change, in any program, and also update the shots of a renamed sequence or episode.
"""

import contextlib
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kitsulite.store.database import Database

import sqlite3

from kitsulite.errors import SetupError
from kitsulite.models import searchable
from kitsulite.store.derived.table import differ

UNAVAILABLE = "Searching needs a Python whose SQLite has FTS5."
#: words without accents, with an index of prefixes of two and three letters, without counts for ranking
HOW = "tokenize='unicode61 remove_diacritics 2', prefix='2 3', columnsize=0"

TABLES = f"""
CREATE TABLE search_row (number INTEGER PRIMARY KEY, row_id TEXT NOT NULL UNIQUE);
CREATE VIRTUAL TABLE search_name USING fts5(scope, name, {HOW});
CREATE VIRTUAL TABLE search_text USING fts5(scope, name, description, data, {HOW});
CREATE VIRTUAL TABLE search_word USING fts5vocab(search_text, row);
"""


#: the tables that are searched
INDEXES = ("search_name", "search_text")
#: the tables whose rows are indexed
follows = {table for _, _, table, *_ in searchable.TRIGGERS}
#: SQL condition: no `at_once` is active; the row that marks it exists only within a transaction
IS_WATCHED = "NOT EXISTS (SELECT 1 FROM search_row WHERE number = 0)"


def forget(which: str) -> str:
    """SQL that removes rows from the index; `which` is the end of a condition on their ids."""
    numbers = f"SELECT number FROM search_row WHERE row_id {which}"
    return (
        f"DELETE FROM search_name WHERE rowid IN ({numbers});"
        f"DELETE FROM search_text WHERE rowid IN ({numbers});"
        f"DELETE FROM search_row WHERE row_id {which};"
    )


def index(view: str, which: str) -> str:
    """SQL that adds rows of a view to the index; `which` is the end of a condition on their ids."""
    rows = f"FROM {view} v JOIN search_row r ON r.row_id = v.row_id WHERE v.row_id {which}"
    return (
        f"INSERT INTO search_row (row_id) SELECT row_id FROM {view} WHERE row_id {which};"
        f"INSERT INTO search_name (rowid, scope, name) SELECT r.number, v.scope, v.name {rows};"
        "INSERT INTO search_text (rowid, scope, name, description, data)"
        f" SELECT r.number, v.scope, v.name, v.description, v.data {rows};"
    )


def trigger(name: str, event: str, table: str, view: str, which: str) -> str:
    # INSERT OR REPLACE removes the old row without running triggers
    body = forget(which) + index(view, which) if which else forget("= OLD.id")
    columns = event.partition(" OF ")[2]
    condition = f"{differ(*columns.split(', '))} AND {IS_WATCHED}" if columns else IS_WATCHED
    return f"CREATE TRIGGER search_{name} AFTER {event} ON {table} WHEN {condition} BEGIN {body} END;"


def described(name: str, columns: Sequence[str], table: str, view: str) -> str:
    """SQL of the trigger that updates texts in place: half the work of indexing a row again."""
    texts = ", ".join(columns)
    return (
        f"CREATE TRIGGER search_{name} AFTER UPDATE OF {texts} ON {table} WHEN {differ(*columns)} AND {IS_WATCHED}"
        f" BEGIN UPDATE search_text SET ({texts}) = (SELECT {texts} FROM {view} WHERE row_id = NEW.id)"
        " WHERE rowid = (SELECT number FROM search_row WHERE row_id = NEW.id); END;"
    )


@contextlib.contextmanager
def at_once(db: "Database", view: str, ids: list[str]) -> Iterator[None]:
    """Inside, new rows of a view are indexed together at the end, in a third of the time; must be in a transaction."""
    if not db.has_table("search_row"):
        yield
        return
    db.execute("INSERT INTO search_row (number, row_id) VALUES (0, 'at once')")
    yield
    db.execute("DELETE FROM search_row WHERE number = 0")
    for statement in statements(index(view, "IN (SELECT value FROM json_each(?))")):
        db.execute(statement, [json.dumps(ids)])


def rename(db: "Database", row_id: str, new_id: str) -> None:
    """Index a row under its new id."""
    if db.has_table("search_row"):
        db.execute("UPDATE search_row SET row_id = ? WHERE row_id = ?", [new_id, row_id])


def create(database: Any) -> None:
    """Create the index of all rows and its triggers, replacing an older one; does nothing without FTS5."""
    if not available(database.connection()):
        return
    drop(database)
    for statement in (*statements(TABLES), *views(), *triggers(), *filling()):
        database.execute_sql(statement)


def definitions() -> list[str]:
    """SQL of all parts of the index in the schema."""
    return [*statements(TABLES), *views(), *triggers()]


def views() -> list[str]:
    """SQL that creates the views of what is indexed."""
    return [f"CREATE VIEW {name} AS {select}" for name, select in searchable.VIEWS.items()]


def triggers() -> list[str]:
    """SQL that creates the triggers that update the index."""
    return [*(trigger(*parts) for parts in searchable.TRIGGERS), described(*searchable.DESCRIBED)]


def drop(database: Any) -> None:
    """Remove the index, if there is one."""
    parts = ("search_row", "search_name", "search_text", "search_word", *searchable.VIEWS)
    ours = f"name IN {parts} OR type = 'trigger' AND name GLOB 'search_*'"
    existing = database.execute_sql(f"SELECT type, name FROM sqlite_master WHERE {ours}").fetchall()
    for kind, name in existing:
        database.execute_sql(f"DROP {kind} {name}")


def filling() -> Iterator[str]:
    """SQL that adds all rows to an empty index."""
    for view in searchable.VIEWS:
        yield from statements(index(view, "IS NOT NULL"))
    for table in ("search_name", "search_text"):
        yield f"INSERT INTO {table} ({table}) VALUES ('optimize')"


def statements(text: str) -> list[str]:
    return [part for part in text.split(";") if part.strip()]


def available(connection: sqlite3.Connection) -> bool:
    """Whether this SQLite has FTS5."""
    try:
        connection.execute("CREATE VIRTUAL TABLE temp.search_probe USING fts5(x)")
        connection.execute("DROP TABLE temp.search_probe")
    except sqlite3.OperationalError:
        return False
    return True


def is_damaged(db: "Database") -> bool:
    """Whether the index is inconsistent, so that searches fail or miss rows."""
    if not db.has_table("search_row"):
        return False
    if sqlite3.sqlite_version_info >= (3, 44):
        return any(db.value(f"PRAGMA integrity_check({table})") != "ok" for table in INDEXES)
    # FTS5 is asked to check itself by an INSERT
    with contextlib.closing(sqlite3.connect(db.path, timeout=30)) as connection:
        try:
            for table in INDEXES:
                connection.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
        except sqlite3.DatabaseError as error:
            return "malformed" in str(error)
    return False


def lagging(db: "Database") -> int:
    """The number of rows that differ from the index; 0 without an index."""
    if not db.has_table("search_row"):
        return 0
    number = 0
    for view in searchable.VIEWS:
        number += db.value(
            f"SELECT count(*) FROM {view} v LEFT JOIN search_row r ON r.row_id = v.row_id"
            " LEFT JOIN search_text t ON t.rowid = r.number LEFT JOIN search_name n ON n.rowid = r.number"
            " WHERE t.rowid IS NULL OR (t.scope, t.name, t.description, t.data)"
            " IS NOT (v.scope, v.name, v.description, v.data) OR (n.scope, n.name) IS NOT (v.scope, v.name)"
        )
    indexable = " UNION ALL ".join(f"SELECT row_id FROM {view}" for view in searchable.VIEWS)
    return number + db.value(f"SELECT count(*) FROM search_row WHERE row_id NOT IN ({indexable})")


def rebuild(db: "Database") -> int:
    """Rebuild the index from the rows; returns their number."""
    if not available(db.connection()):
        raise SetupError(UNAVAILABLE)
    with db.large_write():
        create(db.peewee)
        return db.value("SELECT count(*) FROM search_row")
