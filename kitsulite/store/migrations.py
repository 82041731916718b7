"""The schema of the database file, and the steps that upgrade older files.

`PRAGMA user_version` counts the steps that a file has been through. A new file gets the tables of the models and skips
the steps. To change the schema: change the models, add a step at the end of STEPS (`match_models`, with what must
happen to the rows), and store a file with the previous schema among the tests. A released step is never changed.
"""

import contextlib
import functools
import itertools
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import peewee

from kitsulite import clock
from kitsulite.errors import SetupError
from kitsulite.models import TABLES
from kitsulite.models.base import Table
from kitsulite.store import derived, search, statistics
from kitsulite.store.composing import compose
from kitsulite.store.database import Database
from kitsulite.store.files import sync_names
from kitsulite.store.folder import APPLICATION_ID, unusable
from kitsulite.store.statements import new_row

Step = Callable[[Database], None]


def create(database: Database) -> None:
    """Create all tables with their constraints and indexes, the search index and the derived tables."""
    for sql, params in statements():
        database.execute(sql, params)
    search.create(database.peewee)
    database.execute(derived.SEEN)
    for part in derived.ALL:
        part.create(database.peewee)


@functools.cache
def statements() -> list[tuple[str, list[Any]]]:
    """The SQL that creates all tables; cached, since composing it takes longer than running it."""
    managers: list[Any] = [peewee.SchemaManager(model, peewee.SqliteDatabase(None)) for model in TABLES.values()]
    tables = [[manager._create_table(safe=False), *manager._create_indexes(safe=False)] for manager in managers]
    return [query.query() for queries in tables for query in queries]


def match_models(database: Database) -> None:
    """Make every table match its model; rows keep the columns that exist in both, new columns get their default.

    The search index and the derived tables are rebuilt if their definitions differ, or the tables they follow do.
    """
    stored = set(map(normal, database.column("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")))
    differing = {table: model for table, model in TABLES.items() if normal(table_sql(model)) not in stored}
    followers = [
        part
        for part in (search, *derived.ALL)
        if part.follows & differing.keys() or not stored.issuperset(map(normal, part.definitions()))
    ]
    for part in followers:
        part.drop(database.peewee)
    for table, model in TABLES.items():
        if table not in differing:
            match_indexes(database, model)
        elif database.has_table(table):
            rebuild(database, model)
        else:
            peewee.SchemaManager(model, database.peewee).create_all()
    for part in followers:
        part.create(database.peewee)


@functools.cache
def table_sql(model: type[Table]) -> str:
    """The statement that creates a table, without its indexes."""
    manager: Any = peewee.SchemaManager(model, peewee.SqliteDatabase(None))
    return manager._create_table(safe=False).query()[0]


def match_indexes(database: Database, model: type[Table]) -> None:
    """Give a table exactly the indexes that its model declares; its rows are not rewritten."""
    sql = "SELECT name, sql FROM sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL AND type IN ('table', 'index')"
    stored = {normal(text): name for name, text in database.execute(sql, [model.table()]).fetchall()}
    declared = index_statements(model)
    for text in stored.keys() - declared.keys():
        if stored[text] != model.table():
            database.execute(f'DROP INDEX "{stored[text]}"')
    for text in declared.keys() - stored.keys():
        database.execute(*declared[text])


@functools.cache
def index_statements(model: type[Table]) -> dict[str, tuple[str, list[Any]]]:
    """The statements that create the indexes of a table, by their `normal` form."""
    manager: Any = peewee.SchemaManager(model, peewee.SqliteDatabase(None))
    indexes = [index.query() for index in manager._create_indexes(safe=False)]
    return {normal(sql): (sql, params) for sql, params in indexes}


def normal(sql: str) -> str:
    """A statement of a schema without spaces, quotes and what SQLite drops when it stores one."""
    return "".join(sql.replace('"', "").replace("IF NOT EXISTS ", "").split()).rstrip(";")


def rebuild(database: Database, model: type[Table]) -> None:
    """Rebuild a table with its rows, as described in https://sqlite.org/lang_altertable.html."""
    table, old = model.table(), f"{model.table()}_before"
    for name in database.column(
        "SELECT name FROM sqlite_schema WHERE type='index' AND tbl_name=? AND sql<>''", [table]
    ):
        database.execute(f'DROP INDEX "{name}"')
    database.execute(f'ALTER TABLE "{table}" RENAME TO "{old}"')
    peewee.SchemaManager(model, database.peewee).create_all()
    kept = set(database.column("SELECT name FROM pragma_table_info(?)", [old]))
    columns = ", ".join(f'"{name}"' for name in model.columns())
    values = ", ".join(f'"{name}"' if name in kept else "?" for name in model.columns())
    defaults = [value for name, value in new_row(model, {}).items() if name not in kept]
    database.execute(f'INSERT INTO "{table}" ({columns}) SELECT {values} FROM "{old}" ORDER BY rowid', defaults)
    database.execute(f'DROP TABLE "{old}"')


def in_first_files(database: Database) -> None:
    """A step of unreleased files; a later one does what it did."""


def zou_1_0_97(database: Database) -> None:
    """Add the columns of Zou 1.0.97, in which a checklist is never null."""
    match_models(database)
    database.execute("UPDATE comment SET checklist = '[]' WHERE checklist IS NULL")


def derived_tables(database: Database) -> None:
    """Add the order of entities and the counts of tasks, which are checked at each start like the news."""
    database.execute("DROP TABLE IF EXISTS news_counted")
    database.execute(derived.SEEN)
    match_models(database)


def task_texts(database: Database) -> None:
    """Add the JSON texts of tasks, which are rebuilt for another version of SQLite."""
    database.execute("DROP TABLE IF EXISTS derived_seen")
    database.execute(derived.SEEN)
    match_models(database)


#: What they bring: 5 the table of jobs; 6 a search without concept folders and preview accounts; 7 imports that index
#: many rows at once; 8 an index to count unread notifications; 9 news in order, with counts; 10 an index for the order
#: of every page; 11 composed accents, without a change of the schema; 12 an index to count tasks to do; 13 imports that
#: count many news at once; 14 indexes for the newest comment of a task, and for pages of links and news; 15 an index to
#: sum time sheets; 16 indexes with the whole order of pages, and of the places of entities; 17 fewer and smaller
#: indexes for a write to change, also in the search; 18 to 20 more derived tables; 21 places of entities that were
#: inserted before their project; 22 counts of tasks; 23 a mark for changes of the setup; 24 counts of tasks
#: by status, and of those without assignees; 25 counts of news by author; 26 cheaper triggers; 27 indexes of
#: ids without nulls, counts of tasks by priority and of news by month, texts of tasks without assignees; 28 a mark for
#: changes of events, sums of time spents, counts of tasks with the status before the type
STEPS: tuple[Step, ...] = (
    *(in_first_files, in_first_files, match_models, zou_1_0_97, *(match_models,) * 6),
    *(compose, *(match_models,) * 6, derived_tables, task_texts, *(match_models,) * 9),
)


def upgrade(database: Database, seed: Callable[[], object]) -> bool:
    """Upgrade the file of a database, after copying it.

    `seed()` fills a new file, in the transaction that creates its tables. Returns whether the file is new.
    """
    connection = database.connection()
    identify(connection)
    version = version_of(connection)
    if version > len(STEPS):
        raise SetupError(
            f"{database.path} was made by a newer kitsulite (schema {version}, this one knows {len(STEPS)}): "
            "install that version, or choose another data folder."
        )
    if version == len(STEPS):
        return False
    if version:
        copy(connection, f"{database.path}.before-{version + 1}-{clock.now()[:19].replace(':', '')}")
    # rebuilding a table would delete the rows of others that refer to it
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA legacy_alter_table = ON")
    try:
        with database.large_write():
            # another process may have been faster
            version = version_of(connection)
            is_checked = version and derived.is_checked(database)
            if version == 0:
                create(database)
                seed()
            # steps in a row that are the same do nothing after the first of them
            for step, _ in itertools.groupby(STEPS[version:] if version else ()):
                step(database)
            if database.row("SELECT 1 FROM pragma_foreign_key_check LIMIT 1"):
                raise SetupError(
                    f"{database.path} holds rows that refer to missing ones: `kitsulite verify` names them."
                )
            connection.execute(f"PRAGMA user_version = {len(STEPS)}")
    finally:
        connection.execute("PRAGMA legacy_alter_table = OFF")
        connection.execute("PRAGMA foreign_keys = ON")
    if version:
        statistics.measure(database)
    if is_checked:
        with database.write():
            derived.check_off(database)
    return version == 0


def identify(connection: sqlite3.Connection) -> None:
    """Mark a file as ours; those with the first schemas have no mark."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def version_of(connection: sqlite3.Connection) -> int:
    """The number of steps that a file has been through; 0 for a new one."""
    return connection.execute("PRAGMA user_version").fetchone()[0]


def schema_of(path: Path) -> int:
    """The number of steps that the file at a path has been through."""
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            return version_of(connection)
    except sqlite3.DatabaseError as error:
        raise SetupError(unusable(path, error)) from None


def copy(connection: sqlite3.Connection, path: str | os.PathLike[str]) -> None:
    """Copy a database in use consistently, in whole or not at all."""
    partial = Path(f"{os.fspath(path)}.partial")
    try:
        with contextlib.closing(sqlite3.connect(partial)) as target:
            connection.backup(target)
        os.replace(partial, path)
        sync_names(partial.parent)
    except BaseException:
        for left in partial.parent.glob(f"{partial.name}*"):
            left.unlink()
        raise


def tidy(folder: Path) -> None:
    """Remove unfinished copies in a data folder, which nobody else may be upgrading."""
    for left in folder.glob("*.before-*.partial*"):
        left.unlink()
