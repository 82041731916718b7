"""Publishes events of other processes: a running server broadcasts what commands change in the same folder.

This process notes the rows of the log that it writes itself; every other new row was committed by another process.
`PRAGMA data_version` shows cheaply whether there is anything new.
"""

from kitsulite.events.bus import Bus, stored
from kitsulite.store.database import Database

#: seconds to wait for a writer; the next look comes soon
PATIENCE = 0.2


class Elsewhere:
    """Publishes what other processes add to the event log."""

    def __init__(self, db: Database, bus: Bus) -> None:
        self.db, self.bus = db, bus
        self._last = 0
        self._version: int | None = None

    def start(self) -> None:
        """Start with what is committed from now on."""
        self.bus.follows = True
        self.skip()

    def skip(self) -> None:
        """Ignore what is in the log now."""
        with self.db.between_writes(-1):
            self._last = self._newest()
            self.bus.take_published()

    def look(self) -> bool:
        """Publish what others added since the last look; returns whether there was anything."""
        version = self.db.value("PRAGMA data_version")
        if version == self._version:
            return False
        with self.db.between_writes(PATIENCE) as is_alone:
            if not is_alone:
                return False
            # writers in this process have noted their rows by now
            newest = self._newest()
            gaps = between(self._last, newest, self.bus.take_published())
            self._version, self._last = version, newest
        found = [event for gap in gaps for event in stored(self.db, *gap)]
        for event in found:
            self.bus.publish(*event)
        return bool(found)

    def _newest(self) -> int:
        return self.db.value("SELECT max(rowid) FROM api_event") or 0


def between(before: int, newest: int, published: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The ranges after a number, up to another one, that no published range covers."""
    gaps = []
    for first, last in [*sorted(published), (newest + 1, newest)]:
        if first > before + 1:
            gaps.append((before + 1, min(first - 1, newest)))
        before = max(before, last)
    return gaps
