"""Brings back the rows of a small database by rewriting only the tables that differ.

After a copy of the whole file, every connection has to read the schema and prepare its statements again, which takes
longer than most tests.
"""

import functools
import sqlite3
from dataclasses import dataclass
from typing import Any

#: rows are compared up to this number of pages in the database, and of pages added since
MOST_PAGES, MOST_ADDED = 1000, 200
#: the first version of SQLite with pragma_table_list
LISTS_TABLES = (3, 37)
TABLES = """
    SELECT t.name, t.wr FROM pragma_table_list t JOIN sqlite_master m ON m.name = t.name
    WHERE t.schema = 'main' AND (t.type = 'table' OR m.sql LIKE '%USING fts5(%')
    ORDER BY t.name LIKE 'sqlite_%', NOT EXISTS (SELECT 1 FROM sqlite_master g WHERE g.type = 'trigger'
        AND g.tbl_name = t.name), t.name
"""


@dataclass
class TableRows:
    """The rows of one table, and the statements that read and write them."""

    reading: str
    deleting: str
    inserting: str
    rows: list[tuple[Any, ...]]


class Rows:
    """The rows of all tables at the time of a copy of the database, from which they are read when needed."""

    def __init__(self, connection: sqlite3.Connection, copy: sqlite3.Connection) -> None:
        self._schema, self._pages, self._copy = version_of_schema(connection), used_pages(connection), copy

    @functools.cached_property
    def _tables(self) -> list[TableRows]:
        """Empty for a large database. Those with triggers come first: what these write elsewhere is fixed later."""
        if self._pages > MOST_PAGES or sqlite3.sqlite_version_info < LISTS_TABLES:
            return []
        return [read(self._copy, name, not without) for name, without in self._copy.execute(TABLES)]

    def put_back(self, connection: sqlite3.Connection) -> bool:
        """Give all tables these rows again; returns False if the whole file has to be copied instead.

        The connection is in a transaction and does not enforce foreign keys.
        """
        if not self._tables or version_of_schema(connection) != self._schema:
            return False
        if used_pages(connection) > self._pages + MOST_ADDED:
            return False
        for table in self._tables:
            if connection.execute(table.reading).fetchall() != table.rows:
                connection.execute(table.deleting)
                connection.executemany(table.inserting, table.rows)
        return True

    def was_copied(self, connection: sqlite3.Connection) -> None:
        """Note that the whole file was copied, which changes the version of the schema."""
        self._schema = version_of_schema(connection)


def read(connection: sqlite3.Connection, name: str, has_numbers: bool) -> TableRows:
    columns = [f'"{row[1]}"' for row in connection.execute(f'PRAGMA table_info("{name}")')]
    if has_numbers:
        columns.insert(0, "rowid")
    listed, marks = ", ".join(columns), ", ".join("?" * len(columns))
    reading = f'SELECT {listed} FROM "{name}"'
    inserting = f'INSERT INTO "{name}" ({listed}) VALUES ({marks})'
    return TableRows(reading, f'DELETE FROM "{name}"', inserting, connection.execute(reading).fetchall())


def version_of_schema(connection: sqlite3.Connection) -> int:
    return connection.execute("PRAGMA schema_version").fetchone()[0]


def used_pages(connection: sqlite3.Connection) -> int:
    pages, free = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count"))
    return pages - free
