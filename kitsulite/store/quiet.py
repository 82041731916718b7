"""Whether nobody is writing: what costs, and can wait, is done then."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kitsulite.store.database import Database


class Quiet:
    """Tells at each look whether a database is as it was at the last one; all looks are of one thread."""

    def __init__(self, database: "Database") -> None:
        self._database = database
        #: the version at the last look
        self.seen: tuple[int, int, int] | None = None

    def look(self) -> bool:
        found = self._database.version()
        is_quiet, self.seen = found == self.seen, found
        return is_quiet
