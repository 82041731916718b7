"""What a thread remembers of the file as long as nobody changes anything in it."""

import sqlite3
from collections.abc import Callable
from typing import Any

#: most things that a thread remembers
MOST_REMEMBERED = 1000


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
        connection = self.connection()
        version = (connection.execute("PRAGMA data_version").fetchone()[0], connection.total_changes, self._replaced)
        known, seen = getattr(self._local, "known", ({}, None))
        if seen != version or len(known) >= MOST_REMEMBERED:
            known = {}
            self._local.known = known, version
        if key not in known:
            known[key] = read()
        return known[key]
