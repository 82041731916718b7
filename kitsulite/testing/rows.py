"""Brings back the rows of a small database by rewriting only the tables that differ.

After a copy of the whole file, every connection has to read the schema and prepare its statements again, which takes
longer than most tests.
"""

import functools
import itertools
import operator
import sqlite3

#: rows are compared up to this number of pages in the database, and of pages added since
MOST_PAGES, MOST_ADDED = 1000, 200
#: the first version of SQLite with pragma_table_list
LISTS_TABLES = (3, 37)
#: (name, whether its rows have numbers, its turn): first those with triggers, whose writes elsewhere are fixed later
TABLES = """
    SELECT t.name, NOT t.wr, CASE
        WHEN t.name LIKE 'sqlite_%' THEN 2
        ELSE NOT EXISTS (SELECT 1 FROM sqlite_master g WHERE g.type = 'trigger' AND g.tbl_name = t.name) END AS turn
    FROM pragma_table_list t JOIN sqlite_master m ON m.name = t.name
    WHERE t.schema = 'main' AND (t.type = 'table' OR m.sql LIKE '%USING fts5(%')
    ORDER BY turn, t.name
"""


class TableRows:
    """The rows of one table at the time of a copy."""

    def __init__(self, copy: sqlite3.Connection, name: str, has_numbers: bool) -> None:
        columns = [f'"{row[1]}"' for row in copy.execute(f'PRAGMA table_info("{name}")')]
        if has_numbers:
            columns.insert(0, "rowid")
        listed, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self._has_numbers = has_numbers
        self._reading = f'SELECT {listed} FROM "{name}"'
        self._deleting = f'DELETE FROM "{name}"'
        self._inserting = f'INSERT INTO "{name}" ({listed}) VALUES ({marks})'
        self.rows = copy.execute(self._reading).fetchall()

    def put_back(self, connection: sqlite3.Connection) -> None:
        found = connection.execute(self._reading).fetchall()
        if found == self.rows:
            return
        if self._has_numbers:
            kept = set(self.rows)
            connection.executemany(f"{self._deleting} WHERE rowid = ?", [row[:1] for row in found if row not in kept])
            there = set(found)
            missing = [row for row in self.rows if row not in there]
        else:
            connection.execute(self._deleting)
            missing = self.rows
        connection.executemany(self._inserting, missing)


class Turn:
    """Tables that are brought back together: those that had rows, and those that had none."""

    def __init__(self, copy: sqlite3.Connection, tables: list[tuple[str, bool]]) -> None:
        all_rows = {name: TableRows(copy, name, has_numbers) for name, has_numbers in tables}
        self._filled = [table for table in all_rows.values() if table.rows]
        self._empty = [name for name, table in all_rows.items() if not table.rows]
        self._looking = "SELECT " + ", ".join(f'EXISTS (SELECT 1 FROM "{name}")' for name in self._empty)

    def put_back(self, connection: sqlite3.Connection) -> None:
        has_rows = connection.execute(self._looking).fetchone() if self._empty else ()
        for name in itertools.compress(self._empty, has_rows):
            connection.execute(f'DELETE FROM "{name}"')
        for table in self._filled:
            table.put_back(connection)


class Rows:
    """The rows of all tables at the time of a copy of the database, from which they are read when needed."""

    def __init__(self, connection: sqlite3.Connection, copy: sqlite3.Connection) -> None:
        self._schema, self._pages, self._copy = version_of_schema(connection), used_pages(connection), copy

    @functools.cached_property
    def _turns(self) -> list[Turn]:
        """None for a large database."""
        if self._pages > MOST_PAGES or sqlite3.sqlite_version_info < LISTS_TABLES:
            return []
        tables = self._copy.execute(TABLES).fetchall()
        turns = itertools.groupby(tables, key=operator.itemgetter(2))
        return [Turn(self._copy, [row[:2] for row in rows]) for _, rows in turns]

    def put_back(self, connection: sqlite3.Connection) -> bool:
        """Give all tables these rows again; returns False if the whole file has to be copied instead.

        The connection is in a transaction and does not enforce foreign keys.
        """
        if not self._turns or version_of_schema(connection) != self._schema:
            return False
        if used_pages(connection) > self._pages + MOST_ADDED:
            return False
        for turn in self._turns:
            turn.put_back(connection)
        return True

    def was_copied(self, connection: sqlite3.Connection) -> None:
        """Note that the whole file was copied, which changes the version of the schema."""
        self._schema = version_of_schema(connection)


def version_of_schema(connection: sqlite3.Connection) -> int:
    return connection.execute("PRAGMA schema_version").fetchone()[0]


def used_pages(connection: sqlite3.Connection) -> int:
    pages, free = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count"))
    return pages - free
