"""What a thread remembers of the file as long as nobody changes anything in it."""

import sqlite3
from collections.abc import Callable
from typing import Any

from kitsulite.models.fields import JsonText

#: most things that a thread remembers
MOST_REMEMBERED = 1000
#: bytes of a text that a thread keeps, and of all together
LARGEST_KEPT, MOST_KEPT = 1 << 20, 2 << 20


class Remembering:
    """The part of a database that remembers."""

    _local: Any
    _replaced: int
    connection: Callable[[], sqlite3.Connection]
    in_transaction: Callable[[], bool]

    def remembered(self, key: Any, read: Callable[[], Any]) -> Any:
        """What `read()` returns, asked again once anybody has changed anything in the file. Not to be changed."""
        if self.in_transaction():
            return read()
        known = self._known()
        if key not in known:
            known[key] = read()
        return known[key]

    def kept(self, key: Any, write: Callable[[], Any]) -> Any:
        """The same for the JSON text of an answer that `write()` makes of the file alone: a small one is kept."""
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
        """What this thread remembers of the file as it is now."""
        connection = self.connection()
        version = (connection.execute("PRAGMA data_version").fetchone()[0], connection.total_changes, self._replaced)
        known, seen = getattr(self._local, "known", ({}, None))
        if seen != version or len(known) >= MOST_REMEMBERED or self._local.kept > MOST_KEPT:
            known = {}
            self._local.known, self._local.kept = (known, version), 0
        return known
