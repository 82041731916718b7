"""Makes a backup while a server keeps writing."""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from kitsulite import __version__, clock
from kitsulite.errors import NO_SPACE, SetupError
from kitsulite.models.fields import new_id
from kitsulite.store.backups import manifest
from kitsulite.store.backups.manifest import Manifest
from kitsulite.store.backups.portions import LEAST, Portions, free
from kitsulite.store.backups.writing import Advance, Unfinished, is_linked, write_folder, write_zip
from kitsulite.store.files import BACKUP, FileStore, sync_names
from kitsulite.store.folder import DATABASE, Underway, backing_up

#: tells whether a stored file, given its path below `files`, has a row in a database
IsOwned = Callable[[sqlite3.Connection, Path], bool]
#: bytes to leave free on the disk
RESERVE = 64 << 20
#: pages of a database that are copied per step
PAGES = LEAST // 4096


class Snapshot:
    """A data folder at one moment: a copy of its database, and hard links to the files of its rows."""

    def __init__(self, folder: Path, database: Path, sources: dict[str, Path], with_files: bool) -> None:
        #: path below the data folder -> where its content is
        self.sources = {DATABASE: database, **sources}
        self.with_files = with_files
        for name in manifest.TOP:
            if name != DATABASE and (folder / name).is_file():
                self.sources[name] = folder / name
        sizes = {name: path.stat().st_size for name, path in self.sources.items()}
        #: bytes of everything, and of what a folder of hard links has to copy
        self.size = sum(sizes.values())
        self.size_of_copies = sum(size for name, size in sizes.items() if not is_linked(name))

    def manifest(self) -> Manifest:
        """A manifest without files."""
        with contextlib.closing(sqlite3.connect(self.sources[DATABASE])) as connection:
            schema = connection.execute("PRAGMA user_version").fetchone()[0]
        return Manifest(__version__, schema, clock.now(), self.with_files)


@contextlib.contextmanager
def snapshot(folder: Path, files: FileStore, is_owned: IsOwned, with_files: bool = True) -> Iterator[Snapshot]:
    """A `Snapshot` of a data folder, removed at the end. Raises Underway if another one is being taken.

    Files are linked before and after the database is copied: a file of a row in the copy existed at one of the two
    moments, even if it was deleted meanwhile.
    """
    with backing_up(folder), files.workspace(BACKUP) as place:
        # the studio itself needs space on the disk with the copy
        require_room(folder, (folder / DATABASE).stat().st_size)
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
    """Hard-link stored files that are not in `named` yet into a folder; without hard links, note their own paths."""
    for stored in files.all():
        path = stored.relative_to(files.folder)
        if path in named:
            continue
        kept = place / str(len(named))
        try:
            os.link(stored, kept)
        except FileNotFoundError:
            continue
        except OSError:
            kept = stored
        named[path] = kept


def copy_database(source: Path, target: Path) -> None:
    """Copy a database in use consistently, while writers continue."""
    try:
        with (
            contextlib.closing(sqlite3.connect(source, timeout=30, isolation_level=None)) as old,
            contextlib.closing(sqlite3.connect(target)) as new,
            open(target, "rb+") as file,
        ):
            # in one read transaction: a write between two steps would restart the copy
            old.execute("BEGIN")
            old.execute("SELECT 1 FROM sqlite_schema").fetchone()
            portions = Portions(file)
            old.backup(new, pages=PAGES, progress=lambda *pages: portions.wrote(LEAST))
            # the copy needs no log file beside it
            new.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise SetupError(f"The database cannot be copied ({error}): is the disk full?") from None


def require_room(folder: Path, size: int) -> None:
    """Raise SetupError if the disk of a folder lacks space for `size` bytes."""
    free = shutil.disk_usage(folder).free
    if free < size + RESERVE:
        raise SetupError(
            f"The backup needs {size / 2**20:.0f} MB, the disk of {folder} has {free / 2**20:.0f} MB free: "
            "make room, choose another place, or leave the files out with --no-files."
        )


def make(content: Snapshot, target: Path, progress: Callable[[int], Advance], before: Manifest | None = None) -> Path:
    """Write a backup to a path, a zip file or a folder, in whole or not at all; returns the path.

    An unfinished one is continued. `progress(total bytes)` returns a function to call with the bytes written.
    """
    if target.exists():
        raise SetupError(f"{target} is there already: choose another name.")
    target.parent.mkdir(parents=True, exist_ok=True)
    is_zip = target.suffix.lower() == ".zip"
    links = not is_zip and can_link(content.sources[DATABASE], target.parent)
    unfinished = Unfinished(target)
    if unfinished.path.is_dir() == is_zip:
        unfinished.remove()
    require_room(
        target.parent, (content.size_of_copies if links else content.size) - (0 if links else unfinished.size())
    )
    try:
        if is_zip:
            write_zip(unfinished, content.sources, content.manifest(), progress(content.size))
        else:
            write_folder(unfinished, content.sources, content.manifest(), progress(content.size), before)
        unfinished.list.unlink()
        os.replace(unfinished.path, target)
        sync_names(target.parent)
        if not links:
            free(content.sources[DATABASE])
    except OSError as error:
        if error.errno in NO_SPACE:
            # it is needed now
            unfinished.remove()
        raise SetupError(f"The backup cannot be written to {target} ({error.strerror or error}).") from None
    return target


def tidy(folder: Path, files: FileStore) -> None:
    """Remove what aborted backups left in a data folder, unless one is being made."""
    left = files.unfinished_backups()
    if left:
        with contextlib.suppress(Underway), backing_up(folder):
            for place in left:
                shutil.rmtree(place, ignore_errors=True)


def can_link(source: Path, folder: Path) -> bool:
    """Whether a file can be hard-linked into a folder."""
    probe = folder / f".{new_id()}.probe"
    try:
        os.link(source, probe)
    except OSError:
        return False
    probe.unlink()
    return True
