"""Checkpoints: what the write-ahead log holds is put into the database file.

SQLite does so by itself while nobody reads, and the log starts anew only once all readers are past
it. So that a copy of the file of an idle server is whole, and the log never grows without bound,
a thread looks at it.
"""

import contextlib
import logging
import sqlite3
import threading
import time
from pathlib import Path

from kitsulite.store.database import Database

log = logging.getLogger("kitsulite.store")
#: seconds between two looks, and without a write until the log is emptied
PAUSE = 1.0
#: bytes of the log from which on writers wait for a checkpoint, and how many milliseconds at most
LARGE = 64 << 20
WAIT = 150


class Checkpoints:
    """The thread that keeps the log of a database small."""

    def __init__(self, database: Database) -> None:
        self.path = Path(database.path)
        self.log_path = Path(f"{database.path}-wal")
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="kitsulite-checkpoints", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let the thread end; the last connection that closes empties the log."""
        self._ended.set()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(PAUSE):
            try:
                self.look()
            except (OSError, sqlite3.Error):
                log.exception("the write-ahead log was not emptied")

    def look(self) -> bool:
        """Empty the log if nothing was written lately, or if it is large; whether it is empty now."""
        try:
            found = self.log_path.stat()
        except FileNotFoundError:
            return True
        is_large = found.st_size > LARGE
        if found.st_size and (is_large or abs(time.time() - found.st_mtime) >= PAUSE):
            return empty_log(self.path, WAIT if is_large else 0)
        return not found.st_size


def empty_log(path: Path, milliseconds: int = 0) -> bool:
    """Put the log into the database and cut it to nothing; False if readers or writers are in the way that long."""
    with contextlib.closing(sqlite3.connect(path, timeout=milliseconds / 1000)) as connection:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
