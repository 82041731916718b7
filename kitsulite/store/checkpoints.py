"""Checkpoints: what the write-ahead log holds is put into the database file.

A thread does so, so that no commit has to, a copy of the file of an idle server is whole, and the log never
grows without bound. It starts over only once all of it is in the database and all readers are past it.
"""

import contextlib
import logging
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from kitsulite.store.database import Database
from kitsulite.store.readers import readers

log = logging.getLogger("kitsulite.store")
#: seconds between two looks, and without a write until the log is emptied
PAUSE = 1.0
#: bytes of the log from which on it is put into the database although there are writers
BUSY = 4 << 20
#: bytes from which on writers wait until it starts over, how many milliseconds at most, and for how many pages
LARGE = 32 << 20
WAIT, FEW, PAGE = 100, 1000, 4096
#: bytes that nothing but a program that reads without end explains, or a share of what is free on the disk
HUGE, SHARE = 1 << 30, 0.25


class Checkpoints:
    """The thread that keeps the log of a database small, and calls `besides` each time it looks."""

    def __init__(self, database: Database, *besides: Callable[[], object]) -> None:
        self.looks = (self.look, *besides)
        self.database = database
        self.path = Path(database.path)
        self.log_path = Path(f"{database.path}-wal")
        self._ended = threading.Event()
        self._has_warned = False
        self._failures: dict[Callable[[], object], str] = {}
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self.database.leave_log_to_others()
        self._thread = threading.Thread(target=self._run, name="kitsulite-checkpoints", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let the thread end; the last connection that closes empties the log."""
        self._ended.set()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(PAUSE):
            for look in self.looks:
                self.attempt(look)

    def attempt(self, look: Callable[[], object]) -> None:
        """Look; what fails is logged once, as long as it fails in the same way."""
        try:
            look()
        except Exception as error:
            if self._failures.get(look) != str(error):
                log.exception("the look after the database failed")
            self._failures[look] = str(error)
        else:
            self._failures.pop(look, None)

    def look(self) -> bool:
        """Put the log into the database, and empty it if nobody minds or it is large; whether it is empty now."""
        try:
            found = self.log_path.stat()
        except FileNotFoundError:
            return True
        self.warn(found.st_size)
        try:
            if found.st_size and abs(time.time() - found.st_mtime) >= PAUSE:
                return empty_log(self.path)
            if found.st_size > BUSY:
                pages, left = copy_log(self.path)
                if pages * PAGE > LARGE and left < FEW:
                    start_over(self.path)
        except sqlite3.OperationalError:
            if self.path.exists():
                raise
            # the folder is being removed
            return True
        return not found.st_size

    def warn(self, size: int) -> None:
        """Say once that a program keeps the log from starting over."""
        is_huge = fills_disk(self.log_path, size)
        if is_huge and not self._has_warned:
            log.warning("%s", held_back(self.path, size))
        self._has_warned = is_huge


def fills_disk(path: Path, size: int) -> bool:
    """Whether a log has become so large that only a program that reads without end explains it."""
    return size > HUGE or (size > LARGE and size > shutil.disk_usage(path.parent).free * SHARE)


def held_back(path: Path, size: int) -> str:
    """What to do about a log that grows because somebody reads the database at a path."""
    who = ", ".join(readers(path)) or "a program (fuser or lsof names it)"
    return f"{path}-wal has {size >> 20} MB: {who} has been reading the database for long, end it to free the disk"


def beside(path: Path, timeout: float = 5) -> contextlib.closing[sqlite3.Connection]:
    """A connection of its own to a database; where its file was removed it makes no other one."""
    return contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", timeout=timeout, uri=True))


def copy_log(path: Path) -> tuple[int, int]:
    """Put into the database what no reader needs any more, while writers go on.

    Returns how many pages the log holds, and how many of them are not in the database.
    """
    with beside(path) as connection:
        _, pages, copied = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return pages, pages - copied


def start_over(path: Path) -> None:
    """Let the next writer begin at the start of the log, if readers let go of it soon; the file keeps its size."""
    with beside(path, WAIT / 1000) as connection:
        connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()


def empty_log(path: Path) -> bool:
    """Put the log into the database and cut it to nothing; False if readers or writers are in the way."""
    # writers wait for the rest alone
    copy_log(path)
    with beside(path, 0) as connection:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
