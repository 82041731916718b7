"""Checkpoints: the content of the write-ahead log is moved into the database file.

A thread does so, so that no commit has to, the database file of an idle server is complete on its own, and the log
does not grow without bound. The log starts over only once all of it is in the database and no reader needs it.
"""

import contextlib
import logging
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from kitsulite.store.database import Database
from kitsulite.store.readers import readers

log = logging.getLogger("kitsulite.store")
#: seconds between two looks, and seconds without a write until the log is moved
PAUSE = 1.0
#: seconds without a write until the log is also emptied: commits that overwrite it cost less than those that extend it
LONG_PAUSE = 60.0
#: bytes of the log from which on it is moved even while there are writers
BUSY = 4 << 20
#: bytes from which on writers wait for it to start over, for at most so many milliseconds, and so many pages
LARGE = 32 << 20
WAIT, FEW, PAGE = 100, 1000, 4096
#: bytes, or share of the free disk, that only a program that keeps reading can explain
HUGE, SHARE = 1 << 30, 0.25


class Checkpoints:
    """The thread that keeps the log of a database small; it also calls `more` functions at each look."""

    def __init__(self, database: Database, *more: Callable[[], object]) -> None:
        self.looks = (self.look, *more)
        self.database = database
        self.path = Path(database.path)
        self.log_path = Path(f"{database.path}-wal")
        self._ended = threading.Event()
        #: when the last write was that has been moved
        self._moved: int | None = None
        self._has_warned = False
        self._failures: dict[Callable[[], object], str] = {}
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self.database.leave_log_to_others()
        self._thread = threading.Thread(target=self._run, name="kitsulite-checkpoints", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; the last connection to close empties the log."""
        self._ended.set()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(PAUSE):
            for look in self.looks:
                self.attempt(look)

    def attempt(self, look: Callable[[], object]) -> None:
        """Call a function; an error is logged only once while it stays the same."""
        try:
            look()
        except Exception as error:
            if self._failures.get(look) != str(error):
                log.exception("the look after the database failed")
            self._failures[look] = str(error)
        else:
            self._failures.pop(look, None)

    def look(self) -> bool:
        """Move the log into the database if the server is idle or it is large; returns whether nothing is left."""
        try:
            stat = self.log_path.stat()
        except FileNotFoundError:
            return True
        self.warn(stat.st_size)
        try:
            if stat.st_size and abs(time.time() - stat.st_mtime) >= PAUSE:
                return self.tidy(stat)
            if stat.st_size > BUSY:
                pages, left = copy_log(self.path)
                if pages * PAGE > LARGE and left < FEW:
                    start_over(self.path)
        except sqlite3.OperationalError:
            if self.path.exists():
                raise
            # the folder is being removed
            return True
        return not stat.st_size

    def tidy(self, stat: os.stat_result) -> bool:
        """Move the log of an idle server into the database, and later empty it; returns whether nothing is left."""
        if abs(time.time() - stat.st_mtime) >= LONG_PAUSE:
            return empty_log(self.path)
        if self._moved != stat.st_mtime_ns:
            _, left = copy_log(self.path)
            self._moved = None if left else stat.st_mtime_ns
        return self._moved is not None

    def warn(self, size: int) -> None:
        """Log, once, that a program keeps the log from starting over."""
        is_huge = fills_disk(self.log_path, size)
        if is_huge and not self._has_warned:
            log.warning("%s", held_back(self.path, size))
        self._has_warned = is_huge


def fills_disk(path: Path, size: int) -> bool:
    """Whether a log is so large that some program must be reading all the time."""
    return size > HUGE or (size > LARGE and size > shutil.disk_usage(path.parent).free * SHARE)


def held_back(path: Path, size: int) -> str:
    """The message about a log that grows because a program keeps reading the database."""
    who = ", ".join(readers(path)) or "a program (fuser or lsof names it)"
    return f"{path}-wal has {size >> 20} MB: {who} has been reading the database for long, end it to free the disk"


def beside(path: Path, timeout: float = 5) -> contextlib.closing[sqlite3.Connection]:
    """A separate connection to a database, which does not create the file if it was removed."""
    return contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", timeout=timeout, uri=True))


def copy_log(path: Path) -> tuple[int, int]:
    """Move into the database what no reader needs, while writers continue.

    Returns the number of pages in the log, and how many of them are not in the database yet.
    """
    with beside(path) as connection:
        _, pages, copied = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return pages, pages - copied


def start_over(path: Path) -> None:
    """Make the next writer start at the beginning of the log, if readers release it soon; the file keeps its size."""
    with beside(path, WAIT / 1000) as connection:
        connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()


def empty_log(path: Path) -> bool:
    """Move the log into the database and truncate it; returns False if readers or writers are in the way."""
    # writers wait for the rest alone
    copy_log(path)
    with beside(path, 0) as connection:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
