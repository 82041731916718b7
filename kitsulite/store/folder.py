"""The data folder: its content, its owner, and the server that uses it.

kitsulite.db      the database, with kitsulite.db-wal and -shm while it is open
files/            stored files (see `store/files.py`)
secret.key        the key that signs tokens
outbox/           mails, if there is no mail server
backups/          automatic backups (see `store/backups`)
server.lock       locked by the running server, which server.json describes
opening.lock      locked while the database is created or upgraded
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
#: tables that identify files from before the application_id
OURS = {"person", "project", "entity"}
#: bytes up to which a file is checked at each start; a larger one only after a crash
QUICK = 64 << 20
#: free bytes below which a disk counts as full
LEAST = 1 << 20
FIX = "Put a backup in its place (kitsulite restore FILE), or choose another folder with --data-dir."


class Underway(SetupError):
    """Another operation must finish first."""


def is_new(folder: Path) -> bool:
    """Whether a folder contains no studio yet."""
    return not (folder / DATABASE).exists()


def open_folder(path: str | os.PathLike[str]) -> Path:
    """The data folder, which is created if necessary, checked to be writable, and closed to other users."""
    folder = Path(path).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # a temporary name, since others may open the folder at the same time
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SetupError(
            f"The data folder {folder} cannot be written ({error.strerror}): choose another with --data-dir."
        ) from None
    tighten(folder)
    return folder


def tighten(folder: Path) -> None:
    """Remove the rights of other users on the folder and its files, once: later files are inside the closed folder."""
    if os.name != "posix" or not folder.stat().st_mode & 0o077:
        return
    try:
        folder.chmod(0o700)
        for parent, folders, files in os.walk(folder):
            for name in (*folders, *files):
                path = Path(parent, name)
                if not path.is_symlink():
                    path.chmod(0o700 if name in folders else 0o600)
    except OSError as error:
        log.warning("%s stays open to other users of this machine: %s", folder, error)


@contextlib.contextmanager
def opening(folder: Path) -> Iterator[None]:
    """Keep other processes and threads from creating or upgrading the database meanwhile."""
    with filelock.FileLock(folder / "opening.lock", thread_local=False):
        yield


@contextlib.contextmanager
def backing_up(folder: Path) -> Iterator[None]:
    """Keep others from making a backup meanwhile; raises Underway if one is being made."""
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
    """The lock of a server on a data folder, which the system releases with the process, even after a crash."""

    def __init__(self, folder: Path) -> None:
        self.lock = filelock.FileLock(folder / "server.lock", timeout=0, thread_local=False)
        self.described = folder / "server.json"
        #: whether the previous server did not shut down
        self.was_killed = False

    def acquire(self) -> None:
        """Lock the folder; raises SetupError if a running server has it."""
        try:
            self.lock.acquire()
        except filelock.Timeout:
            raise SetupError(already_running(self.described.parent)) from None
        self.was_killed = self.described.exists()

    def describe(self, url: str) -> None:
        """Write where the server can be reached, for those who find the folder locked."""
        partial = self.described.with_suffix(".partial")
        partial.write_text(json.dumps({"pid": os.getpid(), "url": url}))
        os.replace(partial, self.described)

    def release(self) -> None:
        """Unlock the folder; a lock that is not held is not an error."""
        if self.lock.is_locked:
            self.described.unlink(missing_ok=True)
            self.lock.release()


def running_server(folder: Path) -> dict[str, Any] | None:
    """`{"pid", "url"}` of the server running on a data folder, or None."""
    lock = folder / "server.lock"
    if not lock.exists():
        return None
    try:
        with filelock.FileLock(lock, timeout=0, thread_local=False):
            return None
    except filelock.Timeout:
        pass
    except OSError:
        # opening the folder will report it
        return None
    try:
        return json.loads((folder / "server.json").read_text())
    except (OSError, ValueError):
        return {"pid": None, "url": None}


def already_running(folder: Path) -> str:
    """The message about a folder that another server uses."""
    server = running_server(folder) or {"pid": None, "url": None}
    where = f" at {server['url']}, pid {server['pid']}" if server["url"] else ""
    return (
        f"kitsulite is already running on {folder}{where}: "
        "use that server, stop it, or choose another folder with --data-dir."
    )


def unusable(path: Path, error: Exception) -> str:
    """The message about a database that cannot be opened, with the fix."""
    # without space for the index of the log, SQLite only reports an I/O error
    is_full = "disk I/O error" in str(error) and shutil.disk_usage(path.parent).free < LEAST
    if is_full or isinstance(error, DiskFull) or "disk is full" in str(error):
        return f"The disk of {path.parent} is full: make room and try again. Nothing was changed."
    return f"The database {path} cannot be used ({error}). {FIX}"


def require_no_log(path: Path) -> None:
    """Raise SetupError if the log of a missing database is there: SQLite would move it into a new one."""
    log_path = Path(f"{path}-wal")
    if log_path.exists() and log_path.stat().st_size:
        raise SetupError(
            f"{log_path} holds changes of a database that is missing: put {path.name} back beside it, "
            "or remove it if you want a new studio."
        )


def require_ours(path: Path, thorough: bool = False) -> None:
    """Raise SetupError if a database file is empty, damaged, or of another application.

    Small files are checked each time, large ones if `thorough`.
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
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0] if thorough or is_small else "ok"
    except sqlite3.OperationalError:
        # locked or unreadable: whoever uses it next will report it
        return
    except sqlite3.DatabaseError as error:
        raise SetupError(f"{path} cannot be used ({error}). {FIX}") from None
    if not tables:
        raise SetupError(
            f"{path} holds no studio: a copy of a running server's file lacks what is in {path.name}-wal. {FIX}"
        )
    if identity not in (0, APPLICATION_ID) or not tables >= OURS:
        raise SetupError(f"{path} belongs to another application. {FIX}")
    if verdict != "ok":
        raise SetupError(f"{path} is damaged ({verdict}). {FIX}")
