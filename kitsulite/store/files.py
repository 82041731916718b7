"""Stored files: pictures, movies and attachments in a directory tree.

A file is named only by its bucket (`pictures`, `movies`, `files`), a prefix and the id of its row: nothing that a
client sends becomes part of a path. The layout is that of Zou, so that an existing preview folder can be used.
"""

import contextlib
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, BinaryIO

from kitsulite.models.fields import is_id, new_id

log = logging.getLogger("kitsulite.files")
BUCKETS = ("pictures", "movies", "files")
#: the beginning of names of workspaces
MAKING = ".making-"
#: and of those for backups, which another process may be using
BACKUP = f"{MAKING}backup-"
DAY = 86_400


class FileStore:
    """The files below one folder."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def path(self, bucket: str, prefix: str, row_id: str) -> Path:
        """The path of a file, whether it exists or not."""
        if bucket not in BUCKETS or not is_id(row_id):
            raise ValueError(f"no stored file: {bucket} {row_id}")
        head, _, rest = f"{prefix}-{row_id.lower()}".partition("-")
        return self.folder / f"{bucket}/{head}/{rest[:3]}/{rest[3:6]}/{rest}"

    def find(self, bucket: str, prefix: str, row_id: str) -> Path | None:
        """The path of a stored file, None if it is absent or empty."""
        path = self.path(bucket, prefix, row_id)
        try:
            return path if path.stat().st_size > 0 else None
        except FileNotFoundError:
            return None

    def write(self, bucket: str, prefix: str, row_id: str, stream: BinaryIO) -> int:
        """Store the content of a binary stream, in whole or not at all; returns its size in bytes."""
        with self.workspace() as folder:
            path = spool(stream, folder)
            size = path.stat().st_size
            self.place(path, bucket, prefix, row_id)
        return size

    @contextlib.contextmanager
    def workspace(self, prefix: str = MAKING) -> Iterator[Path]:
        """A folder for unfinished files on the disk of the stored files, removed at the end."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=prefix, dir=self.folder, ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def scratch(self) -> IO[bytes]:
        """A temporary file on the disk of the stored files, gone when it is closed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryFile(prefix=MAKING, dir=self.folder)

    def all(self) -> Iterator[Path]:
        """The paths of all stored files, except those being written."""
        # unlike rglob, os.walk ignores folders that are removed meanwhile
        for place, folders, names in os.walk(self.folder):
            folders[:] = sorted(name for name in folders if not name.startswith(MAKING))
            yield from (Path(place, name) for name in sorted(names) if not name.startswith(MAKING))

    def unfinished_backups(self) -> list[Path]:
        """The workspaces of backups that are being made, or whose process ended before they were done."""
        return list(self.folder.glob(f"{BACKUP}*"))

    def tidy(self, at_once: bool = False) -> None:
        """Remove the workspaces of killed servers: those older than a day, or all if no other process has any.

        Those of backups, which any process may be making, stay.
        """
        for folder in self.folder.glob(MAKING + "*"):
            with contextlib.suppress(FileNotFoundError):
                is_old = folder.stat().st_mtime < time.time() - DAY
                if (at_once or is_old) and not folder.name.startswith(BACKUP):
                    shutil.rmtree(folder, ignore_errors=True)

    def place(self, finished: Path, bucket: str, prefix: str, row_id: str) -> None:
        """Move a finished file from a workspace to its place, synced to the disk."""
        path = self.path(bucket, prefix, row_id)
        make_folder(path.parent)
        sync([finished])
        os.replace(finished, path)
        sync_names(path.parent)

    def set_aside(self, bucket: str, prefix: str, row_id: str) -> Path | None:
        """Hard-link a stored file, to `put_back` or to `discard` later; None if there is no file."""
        path = self.path(bucket, prefix, row_id)
        if not path.exists():
            return None
        kept = Path(tempfile.mkdtemp(prefix=MAKING, dir=self.folder)) / "replaced"
        link_or_copy(path, kept)
        return kept

    def put_back(self, kept: Path, bucket: str, prefix: str, row_id: str) -> None:
        """Restore a file that was set aside."""
        os.replace(kept, self.path(bucket, prefix, row_id))
        self.discard(kept)

    def discard(self, kept: Path) -> None:
        """Remove the link of a file that was set aside."""
        shutil.rmtree(kept.parent, ignore_errors=True)

    def duplicate(self, bucket: str, prefix: str, row_id: str, other_id: str) -> bool:
        """Store the file of a row for another row too, as a hard link if the disk allows it.

        Returns whether there was such a file.
        """
        source = self.find(bucket, prefix, row_id)
        if source is None:
            return False
        with self.workspace() as folder:
            link = folder / "duplicate"
            link_or_copy(source, link)
            self.place(link, bucket, prefix, other_id)
        return True

    def remove(self, bucket: str, prefix: str, row_id: str) -> None:
        """Remove a stored file; a missing one is not an error, and a failure is logged."""
        path = self.path(bucket, prefix, row_id)
        try:
            path.unlink(missing_ok=True)
        except OSError:
            log.exception("%s could not be removed", path)


def link_or_copy(path: Path, other: Path) -> None:
    """Hard-link a file, or copy it on disks without hard links."""
    try:
        os.link(path, other)
    except OSError:
        shutil.copyfile(path, other)


def make_folder(folder: Path) -> None:
    """Create a folder and those above it, synced to the disk."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_names(folder.parent)


def sync_names(folder: Path) -> None:
    """Sync the names in a folder to the disk, if the system can."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sync(paths: Iterable[Path]) -> None:
    """Sync files to the disk; for large ones before a transaction, so that other writers need not wait."""
    for path in paths:
        with open(path, "rb+") as file:
            os.fsync(file.fileno())


def spool(stream: BinaryIO, folder: Path) -> Path:
    """Write a binary stream to a new file in a folder, synced to the disk; returns its path."""
    path = folder / new_id()
    with open(path, "wb") as target:
        shutil.copyfileobj(stream, target, 1 << 20)
        target.flush()
        os.fsync(target.fileno())
    return path
