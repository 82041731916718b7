"""Tells whether nobody is writing, which is the time for expensive work that can wait."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kitsulite.store.database import Database


class Quiet:
    """Tells at each look whether a database has been left alone since the last one; only for a single thread."""

    def __init__(self, database: "Database") -> None:
        self._database = database
        #: the version at the last look
        self.seen: tuple[int, int, int] | None = None

    def look(self) -> bool:
        version = self._database.version()
        is_quiet, self.seen = version == self.seen, version
        return is_quiet
