"""Whether nobody is writing: what costs, and can wait, is done then."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kitsulite.store.database import Database


class Quiet:
    """Tells at each look whether the file of a database is as it was at the last one."""

    def __init__(self, database: "Database") -> None:
        self._paths = [Path(f"{database.path}{end}") for end in ("", "-wal")]
        #: what the files were like at the last look
        self.seen: list[tuple[int, int]] = []

    def look(self) -> bool:
        found = [(stat.st_mtime_ns, stat.st_size) for stat in (path.stat() for path in self._paths if path.exists())]
        is_quiet, self.seen = found == self.seen, found
        return is_quiet
