"""The data folder: what lies in it, whose it is, and which server has it.

kitsulite.db      the database, with kitsulite.db-wal and -shm while it is open
files/            stored files (see `store/files.py`)
secret.key        the key that signs tokens
outbox/           mails that were not sent
backups/          automatic copies (see `store/backups.py`)
server.lock       locked by the server that runs on the folder, which server.json describes
opening.lock      locked while the database is made or upgraded
backup.lock       locked while a backup is made
"""

import contextlib
import json
import logging
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import filelock

from kitsulite.errors import DiskFull, SetupError

log = logging.getLogger("kitsulite")
DATABASE = "kitsulite.db"
#: PRAGMA application_id of our files: "KITS"
APPLICATION_ID = 0x4B495453
#: tables of a kitsulite that set no application_id yet
OURS = {"person", "project", "entity"}
#: bytes of a file that is checked at each start; a larger one only after a crash
QUICK = 64 << 20
#: free bytes below which a disk is full
LEAST = 1 << 20
FIX = "Put a backup in its place (kitsulite restore FILE), or choose another folder with --data-dir."


class Underway(SetupError):
    """Something else is under way that must end first."""


def is_new(folder: Path) -> bool:
    """Whether a folder holds no studio yet."""
    return not (folder / DATABASE).exists()


def open_folder(path: str | os.PathLike[str]) -> Path:
    """The data folder, made if it is missing, able to be written, and closed to other users of the machine."""
    folder = Path(path).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # a name of its own: others may open the folder at the same time
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SetupError(
            f"The data folder {folder} cannot be written ({error.strerror}): choose another with --data-dir."
        ) from None
    tighten(folder)
    return folder


def tighten(folder: Path) -> None:
    """Take the folder and all in it from other users of the machine, once: later files are behind its door."""
    if os.name != "posix" or not folder.stat().st_mode & 0o077:
        return
    try:
        folder.chmod(0o700)
        for place, folders, files in os.walk(folder):
            for name in (*folders, *files):
                found = Path(place, name)
                if not found.is_symlink():
                    found.chmod(0o700 if name in folders else 0o600)
    except OSError as error:
        log.warning("%s stays open to other users of this machine: %s", folder, error)


@contextlib.contextmanager
def opening(folder: Path) -> Iterator[None]:
    """Keep all other processes and threads from making or upgrading the database meanwhile."""
    with filelock.FileLock(folder / "opening.lock", thread_local=False):
        yield


@contextlib.contextmanager
def backing_up(folder: Path) -> Iterator[None]:
    """Keep all others from making a backup meanwhile; Underway if one is being made."""
    lock = filelock.FileLock(folder / "backup.lock", timeout=0, thread_local=False)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise Underway("A backup of this studio is being made: ask again once it is done.") from None
    try:
        yield
    finally:
        lock.release()


class ServerLock:
    """The claim of a server on a data folder. The system ends it with the process, also after a crash."""

    def __init__(self, folder: Path) -> None:
        self.lock = filelock.FileLock(folder / "server.lock", timeout=0, thread_local=False)
        self.described = folder / "server.json"
        #: whether the server before this one ended without a word
        self.was_killed = False

    def acquire(self) -> None:
        """Claim the folder; SetupError if a running server has it."""
        try:
            self.lock.acquire()
        except filelock.Timeout:
            raise SetupError(already_running(self.described.parent)) from None
        self.was_killed = self.described.exists()

    def describe(self, url: str) -> None:
        """Say where the server answers, for those who find the folder locked."""
        partial = self.described.with_suffix(".partial")
        partial.write_text(json.dumps({"pid": os.getpid(), "url": url}))
        os.replace(partial, self.described)

    def release(self) -> None:
        """Give the folder up; a claim that is not held is no error."""
        if self.lock.is_locked:
            self.described.unlink(missing_ok=True)
            self.lock.release()


def running_server(folder: Path) -> dict[str, Any] | None:
    """`{"pid", "url"}` of the server that runs on a data folder, None if none does."""
    lock = folder / "server.lock"
    if not lock.exists():
        return None
    try:
        with filelock.FileLock(lock, timeout=0, thread_local=False):
            return None
    except filelock.Timeout:
        pass
    except OSError:
        # said by whoever opens the folder
        return None
    try:
        return json.loads((folder / "server.json").read_text())
    except (OSError, ValueError):
        return {"pid": None, "url": None}


def already_running(folder: Path) -> str:
    """What to do about a folder that another server has."""
    found = running_server(folder) or {"pid": None, "url": None}
    where = f" at {found['url']}, pid {found['pid']}" if found["url"] else ""
    return (
        f"kitsulite is already running on {folder}{where}: "
        "use that server, stop it, or choose another folder with --data-dir."
    )


def unusable(path: Path, error: Exception) -> str:
    """Why a database cannot be opened, and the fix."""
    # where there is no room for the index of the log, SQLite speaks of the disk in general
    is_full = "disk I/O error" in str(error) and shutil.disk_usage(path.parent).free < LEAST
    if is_full or isinstance(error, DiskFull) or "disk is full" in str(error):
        return f"The disk of {path.parent} is full: make room and try again. Nothing was changed."
    return f"The database {path} cannot be used ({error}). {FIX}"


def require_ours(path: Path, thorough: bool = False) -> None:
    """Raise SetupError if a database file is empty, damaged, or of another application.

    Small files are looked through each time, large ones if `thorough`.
    """
    if path.is_symlink():
        raise SetupError(
            f"{path} is a link to {path.resolve()}, whose folder others may be using: "
            "name that folder with --data-dir, or link the whole folder."
        )
    if path.stat().st_size == 0:
        raise SetupError(f"{path} is empty. {FIX}")
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=30)) as connection:
            identity = connection.execute("PRAGMA application_id").fetchone()[0]
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            is_small = path.stat().st_size <= QUICK
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0] if thorough or is_small else "ok"
    except sqlite3.OperationalError:
        # locked, or not to be opened: said by whoever uses it next
        return
    except sqlite3.DatabaseError as error:
        raise SetupError(f"{path} cannot be used ({error}). {FIX}") from None
    if not tables:
        raise SetupError(
            f"{path} holds no studio: a copy of a running server's file lacks what is in {path.name}-wal. {FIX}"
        )
    if identity not in (0, APPLICATION_ID) or not tables >= OURS:
        raise SetupError(f"{path} belongs to another application. {FIX}")
    if found != "ok":
        raise SetupError(f"{path} is damaged ({found}). {FIX}")
