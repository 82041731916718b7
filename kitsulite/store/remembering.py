"""Caches what a thread has read from the file until anyone changes anything in it."""

import sqlite3
from collections.abc import Callable
from typing import Any

from kitsulite.models.fields import JsonText

#: most values that a thread caches
MOST_REMEMBERED = 1000
#: bytes of the largest cached text, and of all together
LARGEST_KEPT, MOST_KEPT = 1 << 20, 2 << 20


class Remembering:
    """The part of a database with the cache."""

    _local: Any
    _replaced: int
    connection: Callable[[], sqlite3.Connection]
    in_transaction: Callable[[], bool]

    def remembered(self, key: Any, read: Callable[[], Any]) -> Any:
        """The result of `read()`, cached until anyone changes the file. Callers must not change it."""
        if self.in_transaction():
            return read()
        known = self._known()
        if key not in known:
            known[key] = read()
        return known[key]

    def kept(self, key: Any, write: Callable[[], Any]) -> Any:
        """The result of `write()`, the JSON text of an answer that depends only on the file, cached if it is small."""
        if self.in_transaction():
            return write()
        known = self._known()
        found = known.get(key)
        if found is None:
            found = write()
            if isinstance(found, JsonText):
                found = found.encode()
            if isinstance(found, bytes) and len(found) <= LARGEST_KEPT:
                known[key] = found
                self._local.kept += len(found)
        return found

    def _known(self) -> dict[Any, Any]:
        """The cache of this thread for the current state of the file."""
        connection = self.connection()
        version = (connection.execute("PRAGMA data_version").fetchone()[0], connection.total_changes, self._replaced)
        known, seen = getattr(self._local, "known", ({}, None))
        if seen != version or len(known) >= MOST_REMEMBERED or self._local.kept > MOST_KEPT:
            known = {}
            self._local.known, self._local.kept = (known, version), 0
        return known
