"""Finds the processes that read a database: a log that a reader needs is kept, and grows with every write."""

import contextlib
import os
from pathlib import Path

LOCKS = Path("/proc/locks")
#: bytes in the index of the log that readers lock, see https://sqlite.org/walformat.html
FIRST, LAST = 123, 127


def readers(database: Path) -> list[str]:
    """The processes that are reading a database now, as `pid N (its command)`; only on Linux."""
    try:
        lines = LOCKS.read_text().splitlines()
        index = os.stat(f"{database}-shm")
    except OSError:
        return []
    pids = {int(lock[4]) for lock in map(str.split, lines) if is_reading(lock, index)}
    return [f"pid {pid} ({command_of(pid)})" for pid in sorted(pids)]


def is_reading(lock: list[str], index: os.stat_result) -> bool:
    """Whether the words of a line in /proc/locks are the lock of a reader on the index of a log."""
    if len(lock) != 8 or lock[1] not in ("POSIX", "OFDLCK"):
        return False
    *_, inode = lock[5].split(":")
    return int(inode) == index.st_ino and int(lock[6]) >= FIRST and lock[7] != "EOF" and int(lock[7]) <= LAST


def command_of(pid: int) -> str:
    """The command of a process, if it may be read."""
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").replace("\0", " ").strip()
        if words:
            return words[:100]
    return "unknown"
