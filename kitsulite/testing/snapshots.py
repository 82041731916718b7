"""Snapshots of the rows and stored files of an application, restored in milliseconds.

Only what has changed is written: rows if anything was committed since, and files that differ. The
content of a file is kept once, however many snapshots contain it.
"""

import contextlib
import itertools
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kitsulite.application import Application
from kitsulite.errors import SetupError
from kitsulite.store.files import MAKING, FileStore, link_or_copy
from kitsulite.testing.rows import Rows

#: bytes from which on a hard link replaces a copy; a test may write into smaller files
BIG = 1 << 20
#: seconds to wait for a writer of another process
PATIENCE = 30
#: inode, size and time of change: the same for content that is the same
Mark = tuple[int, int, int]


@dataclass
class Snapshot:
    """The database as a whole and as rows, the files (path in the store -> kept content), and a note of the caller."""

    database: sqlite3.Connection
    rows: Rows
    files: dict[str, Path]
    note: Any = None
    #: path -> mark of the stored file that has the kept content
    marks: dict[str, Mark] = field(default_factory=dict)


class WatchedFiles(FileStore):
    """A file store that notes what is stored: looking for new files would take longer than everything else."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        #: paths below the folder where there may be files
        self.seen: set[str] = set()

    def place(self, finished: Path, bucket: str, prefix: str, row_id: str) -> None:
        super().place(finished, bucket, prefix, row_id)
        self.seen.add(self.path(bucket, prefix, row_id).relative_to(self.folder).as_posix())


class Snapshots:
    """The snapshots of an application, by name; the content of files is kept in `folder`, on the same disk."""

    def __init__(self, app: Application, folder: Path) -> None:
        self.app, self.folder = app, folder
        self._files = app.files = WatchedFiles(app.files.folder)
        self._kept: dict[str, Snapshot] = {}
        self._numbers = itertools.count(1)
        #: (snapshot, version of the database) if at that version the rows were those of the snapshot
        self._rows_are: tuple[str, int] | None = None
        #: a connection that neither enforces foreign keys nor waits for the disk
        self._beside = sqlite3.connect(app.db.path, isolation_level=None, timeout=PATIENCE, check_same_thread=False)
        self._beside.execute("PRAGMA synchronous = OFF")

    def close(self) -> None:
        self._beside.close()
        for snapshot in self._kept.values():
            snapshot.database.close()

    def take(self, name: str, note: Any = None) -> None:
        """Save the rows and files, replacing a snapshot of that name; `restore` returns the note."""
        database = sqlite3.connect(":memory:", check_same_thread=False)
        with self.app.db.alone():
            self.app.db.connection().backup(database)
            self._rows_are = name, self._version()
            snapshot = Snapshot(database, Rows(self._beside, database), {}, note, marks_below(self._files.folder))
            self._keep_files(snapshot)
            self._files.seen = set(snapshot.files)
        self.drop(name)
        self._kept[name] = snapshot
        self._tidy()

    def restore(self, name: str) -> Any:
        """Restore the rows and files of a snapshot; returns its note."""
        if name not in self._kept:
            names = ", ".join(repr(name) for name in self._kept if name) or "none"
            raise SetupError(f"There is no snapshot {name!r}; there are: {names}.")
        snapshot = self._kept[name]
        with self.app.replacing():
            if self._rows_are != (name, self._version()):
                self._restore_rows(snapshot)
                self._rows_are = name, self._version()
            self._restore_files(snapshot)
        return snapshot.note

    def _restore_rows(self, snapshot: Snapshot) -> None:
        self._beside.execute("BEGIN IMMEDIATE")
        try:
            is_done = snapshot.rows.put_back(self._beside)
            self._beside.execute("COMMIT")
        except BaseException:
            self._beside.execute("ROLLBACK")
            raise
        if not is_done:
            snapshot.database.backup(self.app.db.connection())
            snapshot.rows.was_copied(self._beside)

    def adopt(self, other: Application) -> None:
        """Replace all rows and files with those of another application."""
        ours, theirs = self._files.folder, other.files.folder
        with self.app.replacing():
            other.db.connection().backup(self.app.db.connection())
            for path in marks_below(ours):
                remove(ours / path, ours)
            for path in marks_below(theirs):
                put(theirs / path, ours / path)
                self._files.seen.add(path)

    def drop(self, name: str) -> None:
        """Remove a snapshot, if it exists."""
        gone = self._kept.pop(name, None)
        if gone:
            gone.database.close()

    def _version(self) -> int:
        """A number that changes with every commit."""
        return self._beside.execute("PRAGMA data_version").fetchone()[0]

    # Files

    def _keep_files(self, snapshot: Snapshot) -> None:
        contents = {(path, mark): kept.files[path] for kept in self._kept.values() for path, mark in kept.marks.items()}
        for path, mark in snapshot.marks.items():
            snapshot.files[path] = contents.get((path, mark)) or self._keep(self._files.folder / path)

    def _keep(self, path: Path) -> Path:
        self.folder.mkdir(exist_ok=True)
        kept = self.folder / str(next(self._numbers))
        second(path, kept)
        return kept

    def _restore_files(self, snapshot: Snapshot) -> None:
        folder = self._files.folder
        for path in self._files.seen - snapshot.files.keys():
            remove(folder / path, folder)
        for path, kept in snapshot.files.items():
            if mark_of(f"{folder}/{path}") != snapshot.marks[path]:
                snapshot.marks[path] = put(kept, folder / path)
        self._files.seen = set(snapshot.files)

    def _tidy(self) -> None:
        """Remove kept content that no snapshot uses."""
        used = {kept.name for snapshot in self._kept.values() for kept in snapshot.files.values()}
        if self.folder.exists():
            for path in self.folder.iterdir():
                if path.name not in used:
                    path.unlink()


def marks_below(folder: Path) -> dict[str, Mark]:
    """The stored files below a folder: relative path -> mark."""
    marks: dict[str, Mark] = {}
    with contextlib.suppress(FileNotFoundError):
        for path, entry in entries(str(folder), ""):
            marks[path] = mark(entry.stat())
    return marks


def mark_of(path: str | Path) -> Mark | None:
    """The mark of a file, None if there is none."""
    try:
        return mark(os.stat(path))
    except FileNotFoundError:
        return None


def mark(stat: os.stat_result) -> Mark:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def entries(folder: str, prefix: str) -> Iterator[tuple[str, Any]]:
    with os.scandir(folder) as listing:
        for entry in listing:
            if entry.is_dir():
                if not entry.name.startswith(MAKING):
                    yield from entries(entry.path, f"{prefix}{entry.name}/")
            else:
                yield prefix + entry.name, entry


def second(path: Path, other: Path) -> None:
    """Give a file a second name: by a copy if it is small, else by a hard link."""
    if path.stat().st_size < BIG:
        shutil.copyfile(path, other)
    else:
        link_or_copy(path, other)


def put(kept: Path, path: Path) -> Mark:
    """Store kept content at a path; returns the new mark of the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    second(kept, path)
    return mark(path.stat())


def remove(path: Path, folder: Path) -> None:
    """Remove a file and the folders that it leaves empty."""
    path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        for parent in path.parents:
            if parent == folder:
                return
            parent.rmdir()
