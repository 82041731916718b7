"""Restores a backup into a data folder, all or nothing.

The content is unpacked into `.restoring`, which is renamed to `.restored-<time>` once every checksum is right. From
then on the restoration counts: `finish` moves the previous content into `before-restore-<time>` and the new content
to its place; after a crash, opening the folder finishes it.
"""

import contextlib
import os
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Protocol

from kitsulite import clock
from kitsulite.errors import SetupError
from kitsulite.store.backups import manifest
from kitsulite.store.backups.making import Advance, require_room
from kitsulite.store.backups.manifest import Manifest
from kitsulite.store.files import sync_names
from kitsulite.store.folder import DATABASE, require_ours

MAKING, READY, BEFORE = ".restoring", ".restored-", "before-restore-"
#: errors while reading a damaged zip file
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error)
#: endings of the files that SQLite keeps beside an open database
LOGS = (f"{DATABASE}-wal", f"{DATABASE}-shm")


class Source(Protocol):
    """An opened backup."""

    def names(self) -> set[str]: ...

    def open(self, name: str) -> IO[bytes]: ...


class ZipSource:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive

    def names(self) -> set[str]:
        return {name for name in self.archive.namelist() if not name.endswith("/")}

    def open(self, name: str) -> IO[bytes]:
        return self.archive.open(name)


class FolderSource:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> set[str]:
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if not path.is_dir()}

    def open(self, name: str) -> IO[bytes]:
        return open(self.folder / name, "rb")


@contextlib.contextmanager
def opened(backup: Path, schema: int) -> Iterator[tuple[Source, Manifest]]:
    """A backup with its manifest; raises SetupError if it is none, damaged, or newer than `schema`."""
    try:
        with contextlib.ExitStack() as stack:
            source: Source = FolderSource(backup)
            if not backup.is_dir():
                source = ZipSource(stack.enter_context(zipfile.ZipFile(backup)))
            names = source.names()
            if manifest.NAME not in names:
                raise SetupError(f"{backup} is not a backup of kitsulite: it has no {manifest.NAME}.")
            with source.open(manifest.NAME) as file:
                text = file.read(manifest.MOST + 1)
            if len(text) > manifest.MOST:
                raise SetupError(f"{backup} is not a backup of kitsulite: its {manifest.NAME} is too large.")
            listed = manifest.read(text, schema)
            missing = set(listed.files) - names
            if missing:
                raise SetupError(f"{backup} is damaged: {min(missing)} is missing.")
            yield source, listed
    except FileNotFoundError:
        raise SetupError(f"There is no backup {backup}.") from None
    except OSError as error:
        # an offset that points nowhere is one too
        raise SetupError(f"{backup} is damaged or cannot be read ({error.strerror or error}).") from None
    except DAMAGE as error:
        raise SetupError(f"{backup} is damaged ({error}).") from None


def unpack(source: Source, listed: Manifest, folder: Path, advance: Advance) -> None:
    """Write the files of a manifest into a new folder; raises SetupError if a checksum is wrong."""
    for path, (size, checksum, _) in listed.files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with source.open(path) as content, open(descriptor, "wb") as file:
            if manifest.copy(content, file, advance, size) != (size, checksum):
                raise SetupError(f"The backup is damaged: {path} is not what was saved.")
            file.flush()
            os.fsync(file.fileno())
    require_ours(folder / DATABASE, thorough=True)


def verify(backup: Path, schema: int, progress: Callable[[int], Advance]) -> Manifest:
    """Compare every checksum of a backup; returns its manifest."""
    with opened(backup, schema) as (source, listed):
        advance = progress(listed.size)
        for path, (size, checksum, _) in listed.files.items():
            with source.open(path) as content:
                if manifest.copy(content, None, advance, size) != (size, checksum):
                    raise SetupError(f"The backup is damaged: {path} is not what was saved.")
        return listed


def restore(backup: Path, folder: Path, schema: int, progress: Callable[[int], Advance]) -> Path | None:
    """Restore a backup into a data folder without a running server; returns where the previous content is now."""
    with opened(backup, schema) as (source, listed):
        require_room(folder, listed.size)
        # one that a crash has cut would replace this one later
        finish(folder)
        making = folder / MAKING
        making.mkdir(mode=0o700)
        try:
            unpack(source, listed, making, progress(listed.size))
            if listed.with_files:
                # those that are there are not part of the backup, even if it has none
                (making / "files").mkdir(exist_ok=True)
        except OSError as error:
            shutil.rmtree(making, ignore_errors=True)
            raise SetupError(f"The backup cannot be unpacked into {folder} ({error.strerror or error}).") from None
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
    os.replace(making, folder / f"{READY}{free_moment(folder)}")
    sync_names(folder)
    return finish(folder)


def free_moment(folder: Path) -> str:
    """The time for a new name in a folder; a name that is taken, because the clock was set back, is avoided."""
    moment = name = clock.now()[:19].replace(":", "")
    number = 1
    while (folder / f"{BEFORE}{name}").exists():
        number += 1
        name = f"{moment}-{number}"
    return name


def finish(folder: Path) -> Path | None:
    """Move a restored backup that waits to its place; returns where the previous content is now.

    An incompletely unpacked one is removed. Nobody else may be opening the folder.
    """
    shutil.rmtree(folder / MAKING, ignore_errors=True)
    ready = next(folder.glob(f"{READY}*"), None)
    if ready is None:
        return None
    before = folder / ready.name.replace(READY, BEFORE)
    before.mkdir(exist_ok=True, mode=0o700)
    for new in sorted(ready.iterdir()):
        for name in (new.name, *(LOGS if new.name == DATABASE else ())):
            if (folder / name).exists():
                os.replace(folder / name, before / name)
        os.replace(new, folder / new.name)
    sync_names(before)
    sync_names(folder)
    ready.rmdir()
    if not any(before.iterdir()):
        before.rmdir()
        return None
    return before
