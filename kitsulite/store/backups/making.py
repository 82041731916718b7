"""Making a backup while a server goes on writing."""

import contextlib
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from kitsulite import __version__, clock
from kitsulite.errors import SetupError
from kitsulite.models.fields import new_id
from kitsulite.store.backups import manifest
from kitsulite.store.backups.manifest import Manifest
from kitsulite.store.files import BACKUP, FileStore, link_or_copy, sync_names
from kitsulite.store.folder import DATABASE

#: whether a stored file, given its path below `files`, has a row in a database
IsOwned = Callable[[sqlite3.Connection, Path], bool]
#: called with the bytes that were copied since the last call
Advance = Callable[[int], object]
#: bytes that stay free on the disk
RESERVE = 64 << 20


class Snapshot:
    """A moment of a data folder: a copy of its database, and second names of the files that its rows point at."""

    def __init__(self, folder: Path, database: Path, sources: dict[str, Path], with_files: bool) -> None:
        #: path below the data folder -> where the content lies
        self.sources = {DATABASE: database, **sources}
        self.with_files = with_files
        for name in manifest.TOP:
            if name != DATABASE and (folder / name).is_file():
                self.sources[name] = folder / name
        sizes = {name: path.stat().st_size for name, path in self.sources.items()}
        #: bytes of all, and of what a folder of hard links holds twice
        self.size = sum(sizes.values())
        self.size_of_copies = sum(size for name, size in sizes.items() if not name.startswith("files/"))

    def manifest(self) -> Manifest:
        """A manifest that names no file yet."""
        with contextlib.closing(sqlite3.connect(self.sources[DATABASE])) as connection:
            schema = connection.execute("PRAGMA user_version").fetchone()[0]
        return Manifest(__version__, schema, clock.now(), self.with_files)


@contextlib.contextmanager
def snapshot(folder: Path, files: FileStore, is_owned: IsOwned, with_files: bool = True) -> Iterator[Snapshot]:
    """A `Snapshot` of a data folder, gone at the end.

    Files are named before and after the copy of the database: one that a row of the copy points at was
    there at one of the two moments, also if it is deleted meanwhile.
    """
    with files.workspace(BACKUP) as place:
        named: dict[Path, Path] = {}
        if with_files:
            name_files(files, place, named)
        database = place / DATABASE
        copy_database(folder / DATABASE, database)
        if with_files:
            name_files(files, place, named)
        with contextlib.closing(sqlite3.connect(database)) as connection:
            sources = {f"files/{path.as_posix()}": kept for path, kept in named.items() if is_owned(connection, path)}
        for mail in sorted((folder / "outbox").glob("*.eml")):
            sources[f"outbox/{mail.name}"] = mail
        yield Snapshot(folder, database, sources, with_files)


def name_files(files: FileStore, place: Path, named: dict[Path, Path]) -> None:
    """Give the stored files that are not named yet a second name in a folder; where they lie if the disk has none."""
    for found in files.all():
        path = found.relative_to(files.folder)
        if path in named:
            continue
        kept = place / str(len(named))
        try:
            os.link(found, kept)
        except FileNotFoundError:
            continue
        except OSError:
            kept = found
        named[path] = kept


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy of a database in use; writers go on meanwhile."""
    try:
        with (
            contextlib.closing(sqlite3.connect(source, timeout=30)) as old,
            contextlib.closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
            # a copy has no log of its own beside it
            new.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise SetupError(f"The database cannot be copied ({error}): is the disk full?") from None


def require_room(folder: Path, size: int) -> None:
    """Raise SetupError if a disk has no room for so many bytes."""
    free = shutil.disk_usage(folder).free
    if free < size + RESERVE:
        raise SetupError(
            f"The backup needs {size / 2**20:.0f} MB, the disk of {folder} has {free / 2**20:.0f} MB free: "
            "make room, choose another place, or leave the files out with --no-files."
        )


def write_zip(found: Snapshot, target: IO[bytes], advance: Advance) -> None:
    """Write a backup as zip."""
    written = found.manifest()
    with zipfile.ZipFile(target, "w") as archive:
        for path, source in found.sources.items():
            size, checksum = add(archive, path, source, advance)
            written.files[path] = (size, checksum, source.stat().st_mtime_ns)
        archive.writestr(manifest.NAME, written.to_json(), zipfile.ZIP_DEFLATED)


def zip_folder(folder: Path, target: IO[bytes]) -> None:
    """Write a backup that is a folder as zip."""
    with zipfile.ZipFile(target, "w") as archive:
        for source in sorted(folder.rglob("*")):
            if source.is_file():
                add(archive, source.relative_to(folder).as_posix(), source, lambda size: None)


def add(archive: zipfile.ZipFile, path: str, source: Path, advance: Advance) -> tuple[int, str]:
    """Add a file to a zip file; returns (bytes, SHA-256)."""
    member = zipfile.ZipInfo.from_file(source, path, strict_timestamps=False)
    member.external_attr = 0o600 << 16
    # pictures and movies are compressed already
    member.compress_type = zipfile.ZIP_STORED if path.startswith("files/") else zipfile.ZIP_DEFLATED
    with open(source, "rb") as content, archive.open(member, "w", force_zip64=True) as entry:
        return manifest.copy(content, entry, advance)


def write_folder(found: Snapshot, target: Path, advance: Advance, before: Manifest | None = None) -> None:
    """Write a backup as folder, of hard links where the disk has them.

    `before` is the manifest of an earlier one: what has not changed since is not read for its checksum.
    """
    written = found.manifest()
    for path, source in found.sources.items():
        place, stat = target / path, source.stat()
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.startswith("files/"):
            shutil.copyfile(source, place)
        else:
            link_or_copy(source, place)
            known = before.files.get(path) if before else None
            if known and (known[0], known[2]) == (stat.st_size, stat.st_mtime_ns):
                written.files[path] = known
                advance(stat.st_size)
                continue
        with open(place, "rb") as content:
            size, checksum = manifest.copy(content, None, advance)
        written.files[path] = (size, checksum, stat.st_mtime_ns)
    (target / manifest.NAME).write_bytes(written.to_json())


def make(found: Snapshot, target: Path, progress: Callable[[int], Advance], before: Manifest | None = None) -> Path:
    """Write a backup to a path, a zip file or a folder, whole or not at all; returns the path.

    `progress(bytes in all)` returns what is called while it is written.
    """
    if target.exists():
        raise SetupError(f"{target} is there already: choose another name.")
    target.parent.mkdir(parents=True, exist_ok=True)
    is_zip = target.suffix.lower() == ".zip"
    links = not is_zip and can_link(found.sources[DATABASE], target.parent)
    require_room(target.parent, found.size_of_copies if links else found.size)
    partial = target.with_name(f"{target.name}.partial")
    remove(partial)
    try:
        if is_zip:
            with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                write_zip(found, file, progress(found.size))
                file.flush()
                os.fsync(file.fileno())
        else:
            partial.mkdir(mode=0o700)
            write_folder(found, partial, progress(found.size), before)
        os.replace(partial, target)
        sync_names(target.parent)
    except OSError as error:
        remove(partial)
        raise SetupError(f"The backup cannot be written to {target} ({error.strerror or error}).") from None
    except BaseException:
        remove(partial)
        raise
    return target


def can_link(source: Path, folder: Path) -> bool:
    """Whether a file can get a second name in a folder."""
    probe = folder / f".{new_id()}.probe"
    try:
        os.link(source, probe)
    except OSError:
        return False
    probe.unlink()
    return True


def remove(path: Path) -> None:
    """Remove a file or folder that was not finished; a missing one is no error."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
