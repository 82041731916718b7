"""Caches what a thread has read from the file until anyone changes anything in it, or in the setup of the studio."""

import sqlite3
from collections.abc import Callable
from typing import Any

from kitsulite.models.fields import JsonText

#: most values that a cache holds
MOST_REMEMBERED = 1000
#: bytes of the largest cached text, and of all together
LARGEST_KEPT, MOST_KEPT = 1 << 20, 2 << 20

#: the mark of the setup, see `derived/setup.py`, and what changes if somebody takes one of its triggers away
STATE_OF_SETUP = "SELECT mark, schema_version FROM setup_mark, pragma_schema_version"


class Cache:
    """Values of one state of what they were read from."""

    def __init__(self) -> None:
        self.state: Any = None
        #: the state of the file when `state` was looked at
        self.seen: Any = None
        self.values: dict[Any, Any] = {}
        self.size = 0

    def at(self, state: Any) -> "Cache":
        """The same, empty if the state is another one now or there is no room."""
        if self.state != state or len(self.values) >= MOST_REMEMBERED or self.size > MOST_KEPT:
            self.state, self.values, self.size = state, {}, 0
        return self


class Remembering:
    """The part of a database with the caches; `of_setup`: only tables of `derived/setup.py` are read."""

    _local: Any
    _replaced: int
    connection: Callable[[], sqlite3.Connection]
    in_transaction: Callable[[], bool]

    def remembered(self, key: Any, read: Callable[[], Any], of_setup: bool = False) -> Any:
        """The result of `read()`, cached until anyone changes what it is read from. Callers must not change it."""
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
        found = cache.values.get(key)
        if found is None:
            found = write()
            if isinstance(found, JsonText):
                found = found.encode()
            if isinstance(found, bytes) and len(found) <= LARGEST_KEPT:
                cache.values[key] = found
                cache.size += len(found)
        return found

    def version(self) -> tuple[int, int, int]:
        """What is another value after each change of the file, whoever makes it; each thread has its own."""
        connection = self.connection()
        return connection.execute("PRAGMA data_version").fetchone()[0], connection.total_changes, self._replaced

    def _cache(self, of_setup: bool) -> Cache:
        """The cache of this thread for the current state of the file, or of the setup in it."""
        now = self.version()
        if not hasattr(self._local, "caches"):
            self._local.caches = (Cache(), Cache())
        cache = self._local.caches[of_setup]
        if not of_setup:
            return cache.at(now)
        if cache.seen != now:
            cache.at(self.connection().execute(STATE_OF_SETUP).fetchone())
            cache.seen = now
        return cache.at(cache.state)
