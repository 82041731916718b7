"""What SQLite knows of how many rows share a value: by that it chooses between indexes.

It is measured again, from a sample, once a table has grown or shrunk a lot: after a migration, at the
stop of a server and while it is idle, never in a request.
"""

import logging
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from kitsulite.errors import ApiError
from kitsulite.models import TABLES
from kitsulite.store.database import Database

log = logging.getLogger("kitsulite.store")
#: rows below which any plan will do, and how many times more or fewer are a lot
FEW = 1000
TIMES = 4
#: rows of an index that are looked at
SAMPLE = 1000
NONE: Mapping[str, int] = MappingProxyType({})


class Statistics:
    """Keeps the statistics of a database near the truth while nobody writes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._paths = [Path(f"{database.path}{end}") for end in ("", "-wal")]
        #: what the files were like at the last look, and when they were measured last
        self._seen: list[tuple[int, int]] = []
        self._measured: list[tuple[int, int]] = []
        #: rows of the tables when they were measured here: what SQLite tells of a sample may be far off right then
        self._rows: dict[str, int] = {}

    def look(self) -> list[str]:
        """Measure, if the file has changed since the last time and not since the last look."""
        found = [(stat.st_mtime_ns, stat.st_size) for stat in (path.stat() for path in self._paths if path.exists())]
        is_idle, self._seen = found == self._seen, found
        measured = self._refresh() if is_idle and found != self._measured else []
        if is_idle:
            self._measured = found
        return measured

    def _refresh(self) -> list[str]:
        measured = refresh(self.database, self._rows)
        if measured:
            self._rows = numbers(self.database)
        return measured

    def finish(self) -> None:
        """Measure before the database is closed, which nothing is to keep from being closed."""
        try:
            self._refresh()
        except (ApiError, sqlite3.Error):
            log.exception("the database was not measured")


def refresh(db: Database, rows: Mapping[str, int] = NONE) -> list[str]:
    """Measure all tables if the statistics of one are missing or far off; returns the names of these.

    `rows`: how many the tables had when they were measured last, if that is known.

    SQLite takes a table without statistics for a large one, so that small ones are measured too.
    """
    tables = outdated(db, rows)
    if tables:
        with db.write():
            db.execute(f"PRAGMA analysis_limit = {SAMPLE}")
            db.execute("ANALYZE")
    return tables


def outdated(db: Database, measured: Mapping[str, int] = NONE) -> list[str]:
    """The tables whose statistics are missing or far off; those that still are as they were `measured` are not."""
    counted = {name: rows for name, rows in numbers(db).items() if rows >= FEW}
    known = dict.fromkeys(counted, 0)
    if counted and db.has_table("sqlite_stat1"):
        for table, rows in db.execute("SELECT tbl, CAST(stat AS INTEGER) FROM sqlite_stat1").fetchall():
            known[table] = max(known.get(table, 0), rows)
    return [
        name for name, rows in counted.items() if not (alike(rows, known[name]) or alike(rows, measured.get(name, 0)))
    ]


def alike(rows: int, known: int) -> bool:
    return known / TIMES < rows < known * TIMES


def numbers(db: Database) -> dict[str, int]:
    """About how many rows each table has: the number of its last one."""
    last = [f'COALESCE((SELECT max(rowid) FROM "{table}"), 0)' for table in TABLES]
    return dict(zip(TABLES, db.row(f"SELECT {', '.join(last)}") or (), strict=True))
