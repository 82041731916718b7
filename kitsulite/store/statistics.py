"""The statistics from which SQLite chooses between indexes: how many rows share a value.

They are measured again, from a sample, once a table has grown or shrunk a lot: after a migration, when a server stops
and while it is idle, never in a request.
"""

import logging
import sqlite3
from collections.abc import Mapping
from types import MappingProxyType

from kitsulite.errors import ApiError
from kitsulite.models import TABLES
from kitsulite.store.database import Database
from kitsulite.store.quiet import Quiet

log = logging.getLogger("kitsulite.store")
#: rows below which any plan will do, and the factor by which a number must change to be outdated
FEW = 1000
TIMES = 4
#: rows of an index in the sample
SAMPLE = 1000
NONE: Mapping[str, int] = MappingProxyType({})


class Statistics:
    """Keeps the statistics of a database up to date while nobody writes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._quiet = Quiet(database)
        #: the version of the database that was last measured
        self._measured: tuple[int, int, int] | None = None
        #: the number of rows per table when it was measured: the numbers that SQLite samples may be far off
        self._rows: dict[str, int] = {}

    def look(self) -> list[str]:
        """Measure if the file has changed since the last time, but not since the last look."""
        if not self._quiet.look() or self._quiet.seen == self._measured:
            return []
        self._measured = self._quiet.seen
        return self._refresh()

    def _refresh(self) -> list[str]:
        measured = refresh(self.database, self._rows)
        if measured:
            self._rows = numbers(self.database)
        return measured

    def finish(self) -> None:
        """Measure before the database is closed; errors must not keep it from being closed."""
        try:
            self._refresh()
        except (ApiError, sqlite3.Error):
            log.exception("the database was not measured")


def refresh(db: Database, rows: Mapping[str, int] = NONE) -> list[str]:
    """Measure all tables if the statistics of some are missing or far off; returns the names of those.

    `rows` are the numbers of rows when they were measured last, if known. Small tables are measured too, since SQLite
    assumes that a table without statistics is large.
    """
    tables = outdated(db, rows)
    if tables:
        measure(db)
    return tables


def measure(db: Database) -> None:
    """Measure all tables: SQLite would prefer indexes without statistics."""
    with db.write():
        db.execute(f"PRAGMA analysis_limit = {SAMPLE}")
        db.execute("ANALYZE")


def outdated(db: Database, measured: Mapping[str, int] = NONE) -> list[str]:
    """The tables whose statistics are missing or far off, except those unchanged since they were `measured`."""
    counted = {name: rows for name, rows in numbers(db).items() if rows >= FEW}
    estimated = dict.fromkeys(counted, 0)
    if counted and db.has_table("sqlite_stat1"):
        for table, rows in db.execute("SELECT tbl, CAST(stat AS INTEGER) FROM sqlite_stat1").fetchall():
            estimated[table] = max(estimated.get(table, 0), rows)
    return [
        name
        for name, rows in counted.items()
        if not (alike(rows, estimated[name]) or alike(rows, measured.get(name, 0)))
    ]


def alike(rows: int, estimate: int) -> bool:
    return estimate / TIMES < rows < estimate * TIMES


def numbers(db: Database) -> dict[str, int]:
    """The approximate number of rows of each table: the rowid of its last one."""
    last = [f'COALESCE((SELECT max(rowid) FROM "{table}"), 0)' for table in TABLES]
    return dict(zip(TABLES, db.row(f"SELECT {', '.join(last)}") or (), strict=True))
