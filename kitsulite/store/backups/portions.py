"""Writes and removes large files in portions, so that commits of other threads wait no longer than one portion takes.

A commit waits until the journal of the file system is on disk, with everything that others have written or freed.
"""

import contextlib
import os
import shutil
import time
from pathlib import Path
from typing import IO

from kitsulite.store.folder import DATABASE

#: bytes to write before a sync: at first and at least, and at most
LEAST, MOST = 1 << 20, 16 << 20
#: most seconds that the sync of a portion should take
PATIENCE = 0.02
#: bytes of a file that are freed per step
FREED = 64 << 20


class Portions:
    """Syncs a file in portions while it is being written; smaller ones on a slow disk."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.size, self._waiting = LEAST, 0

    def wrote(self, size: int) -> None:
        """Count bytes that were just written."""
        self._waiting += size
        if self._waiting >= self.size:
            self._waiting = 0
            began = time.monotonic()
            to_disk(self.file)
            is_slow = time.monotonic() - began > PATIENCE
            self.size = max(LEAST, self.size // 2) if is_slow else min(MOST, self.size * 2)


def to_disk(file: IO[bytes]) -> None:
    """Sync a file to the disk."""
    file.flush()
    getattr(os, "fdatasync", os.fsync)(file.fileno())


def remove(path: Path) -> None:
    """Remove a finished or unfinished backup, a file or a folder; a missing one is not an error."""
    if path.is_dir():
        # any other file may be a hard link to one of the studio
        free(path / DATABASE)
        shutil.rmtree(path, ignore_errors=True)
    else:
        free(path)
        path.unlink(missing_ok=True)


def free(path: Path) -> None:
    """Truncate a large file without other hard links step by step, before it is removed."""
    with contextlib.suppress(OSError), open(path, "rb+") as file:
        stat = os.fstat(file.fileno())
        for size in range(stat.st_size - FREED, 0, -FREED) if stat.st_nlink == 1 else ():
            file.truncate(size)
            os.fsync(file.fileno())
