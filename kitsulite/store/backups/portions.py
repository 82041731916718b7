"""Large files in portions: whoever commits meanwhile waits for the disk no longer than a portion takes.

A commit waits until the journal of the file system is on the disk, with all that others have written or freed.
"""

import contextlib
import os
import shutil
import time
from pathlib import Path
from typing import IO

from kitsulite.store.folder import DATABASE

#: bytes that are written until they are put on the disk, at first and at least, and at most
LEAST, MOST = 1 << 20, 16 << 20
#: seconds that putting a portion on the disk should take at most
PATIENCE = 0.02
#: bytes of a file that are freed at once
FREED = 64 << 20


class Portions:
    """Syncs a file portion by portion while it is written; a slow disk is given smaller portions."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.size, self._waiting = LEAST, 0

    def wrote(self, size: int) -> None:
        """Count bytes that were written since the last call."""
        self._waiting += size
        if self._waiting >= self.size:
            self._waiting = 0
            began = time.monotonic()
            to_disk(self.file)
            is_slow = time.monotonic() - began > PATIENCE
            self.size = max(LEAST, self.size // 2) if is_slow else min(MOST, self.size * 2)


def to_disk(file: IO[bytes]) -> None:
    """Put what was written to a file on the disk."""
    file.flush()
    getattr(os, "fdatasync", os.fsync)(file.fileno())


def remove(path: Path) -> None:
    """Remove a backup, whole or not, a file or a folder; a missing one is no error."""
    if path.is_dir():
        # all others are perhaps the studio's own files, by another name
        free(path / DATABASE)
        shutil.rmtree(path, ignore_errors=True)
    else:
        free(path)
        path.unlink(missing_ok=True)


def free(path: Path) -> None:
    """Free the bytes of a large file that has no other name, before it is removed."""
    with contextlib.suppress(OSError), open(path, "rb+") as file:
        stat = os.fstat(file.fileno())
        for size in range(stat.st_size - FREED, 0, -FREED) if stat.st_nlink == 1 else ():
            file.truncate(size)
            os.fsync(file.fileno())
