"""Caches what was read: per thread until the file changes, or for all threads until the setup of the studio changes."""

import sqlite3
from collections.abc import Callable
from typing import Any

from kitsulite.models.fields import JsonText
from kitsulite.store.derived.setup import SETUP

#: most values that a cache holds
MOST_REMEMBERED = 1000
#: bytes of the largest cached text, and of all texts together
LARGEST_KEPT, MOST_KEPT = 1 << 20, 2 << 20

#: the mark of the setup, see `derived/setup.py`, a number that changes with the schema, and whether a trigger that
#: marks changes is missing, unless this schema (the parameter) is known to have all
STATE_OF_SETUP = (
    f"SELECT mark, schema_version, CASE WHEN schema_version = ? THEN 0 ELSE {SETUP.lags} END"
    " FROM setup_mark, pragma_schema_version"
)


class Cache:
    """Values that were read in one state of what they depend on."""

    def __init__(self, state: Any = None) -> None:
        self.state = state
        self.values: dict[Any, Any] = {}
        self.size = 0

    def serves(self, state: Any) -> bool:
        """Whether the values are of this state, and there is room for more."""
        return self.state == state and len(self.values) < MOST_REMEMBERED and self.size <= MOST_KEPT


class Remembering:
    """The caching part of a database. `of_setup`: only tables of `derived/setup.py` are read."""

    _local: Any
    _replaced: int
    _of_setup: Cache
    #: the schema that is known to mark every change of the setup
    _marking: int | None
    connection: Callable[[], sqlite3.Connection]
    in_transaction: Callable[[], bool]
    execute: Callable[..., sqlite3.Cursor]

    def remembered(self, key: Any, read: Callable[[], Any], of_setup: bool = False) -> Any:
        """The result of `read()`, cached until what it is read from changes. Callers must not modify it."""
        if self.in_transaction():
            return read()
        known = self._cache(of_setup).values
        if key not in known:
            known[key] = read()
        return known[key]

    def kept(self, key: Any, write: Callable[[], Any], of_setup: bool = False) -> Any:
        """The result of `write()`, the JSON text of an answer that depends only on the file, cached if it is small."""
        if self.in_transaction():
            return write()
        cache = self._cache(of_setup)
        answer = cache.values.get(key)
        if answer is None:
            answer = write()
            if isinstance(answer, JsonText):
                answer = answer.encode()
            if isinstance(answer, bytes) and len(answer) <= LARGEST_KEPT:
                cache.values[key] = answer
                cache.size += len(answer)
        return answer

    def counted_log(self, table: str, where: str, params: list[Any]) -> int:
        """The number of rows of one of the `setup.LOGS` that meet a WHERE clause: once counted, only newer ones are.

        The last row that was counted must still be there: with a restored state, its mark comes back.
        """
        counts = {} if self.in_transaction() else self._cache(of_setup=True).values
        key = table, where, repr(params)
        last, last_id, amount = counts.get(key, (0, "", 0))
        newer = f"SELECT count(*) FROM {table} NOT INDEXED{where or ' WHERE 1'} AND rowid > ?"
        is_there = f"EXISTS (SELECT 1 FROM {table} WHERE rowid = ? AND id = ?)"
        sql = f"SELECT rowid, id, ({newer}) FROM {table} WHERE {is_there} ORDER BY rowid DESC LIMIT 1"
        found = self.execute(sql, [*params, last, last, last_id]).fetchone()
        if not found:
            amount, every = 0, f"SELECT count(*) FROM {table}{where}"
            sql = f"SELECT rowid, id, ({every}) FROM {table} ORDER BY rowid DESC LIMIT 1"
            found = self.execute(sql, params).fetchone() or (0, "", 0)
        last, last_id, more = found
        counts[key] = last, last_id, amount + more
        return amount + more

    def version(self) -> tuple[int, int, int]:
        """A value that differs after each change of the file by any program; only comparable within a thread."""
        connection = self.connection()
        return connection.execute("PRAGMA data_version").fetchone()[0], connection.total_changes, self._replaced

    def _cache(self, of_setup: bool) -> Cache:
        """The cache of this thread for the current state of the file, or that of all threads for the setup."""
        local, now = self._local, self.version()
        if not hasattr(local, "cache"):
            local.cache, local.seen, local.setup = Cache(now), None, None
        if of_setup and local.seen != now:
            local.setup, local.seen = self.setup_state(), now
        if not (of_setup and local.setup):
            if not local.cache.serves(now):
                local.cache = Cache(now)
            return local.cache
        cache = self._of_setup
        if not cache.serves(local.setup):
            cache = self._of_setup = Cache(local.setup)
        return cache

    def setup_state(self) -> tuple[int, int] | None:
        """A value that differs after each change of the setup; None while a tool has dropped what marks changes."""
        mark, schema, is_unmarked = self.connection().execute(STATE_OF_SETUP, [self._marking]).fetchone()
        if is_unmarked:
            return None
        self._marking = schema
        return mark, schema
