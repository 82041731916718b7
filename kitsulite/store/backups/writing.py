"""Writes a backup to a zip file or folder, and continues after an interruption.

An unfinished backup is NAME.partial beside its target; NAME.partial-list lists the complete stored files in it, one
line of JSON each. When the same backup is made again, those that have not changed, and whose content is as listed,
are kept. The database is copied again, as it is of another moment.
"""

import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kitsulite.store.backups import manifest
from kitsulite.store.backups.manifest import Manifest
from kitsulite.store.backups.portions import Portions, remove, to_disk
from kitsulite.store.folder import DATABASE

#: is called with the number of bytes copied since the last call
Advance = Callable[[int], object]
#: path below the data folder -> where its content is
Sources = dict[str, Path]
STORED = "files/"


@dataclass
class Whole:
    """A stored file that is complete in an unfinished backup."""

    path: str
    size: int
    checksum: str
    modified: int
    #: in a zip file: the positions of header and content, and the CRC-32
    header: int = 0
    begin: int = 0
    crc: int = 0

    @property
    def entry(self) -> tuple[int, str, int]:
        """Its entry in the manifest."""
        return self.size, self.checksum, self.modified


class Unfinished:
    """A backup that is not complete yet, perhaps from an earlier run."""

    def __init__(self, target: Path) -> None:
        self.path = target.with_name(f"{target.name}.partial")
        self.list = target.with_name(f"{target.name}.partial-list")

    def listed(self, sources: Sources) -> Iterator[Whole]:
        """The listed files that have not changed since."""
        try:
            lines = self.list.read_bytes().splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            try:
                whole = Whole(**json.loads(line))
            except (ValueError, TypeError):
                # the line at which it was cut
                continue
            if whole.path in sources and whole.path.startswith(STORED):
                stat = sources[whole.path].stat()
                if (whole.size, whole.modified) == (stat.st_size, stat.st_mtime_ns):
                    yield whole

    def size(self) -> int:
        """Its size in bytes."""
        if self.path.is_dir():
            return sum(path.stat().st_size for path in self.path.rglob("*") if path.is_file())
        return self.path.stat().st_size if self.path.exists() else 0

    def move(self, other: "Unfinished") -> None:
        """Turn it into the beginning of a backup with another name."""
        if self.list.exists():
            os.replace(self.list, other.list)
        os.replace(self.path, other.path)

    def remove(self) -> None:
        remove(self.path)
        self.list.unlink(missing_ok=True)

    def write_list(self, kept: list[Whole]) -> IO[str]:
        """Open the list for appending, starting with the kept files."""
        file = open(self.list, "w", encoding="utf-8")  # noqa: SIM115
        for whole in kept:
            note(file, whole)
        return file


def note(file: IO[str], whole: Whole) -> None:
    file.write(json.dumps(vars(whole)) + "\n")
    file.flush()


# Zip files


def write_zip(unfinished: Unfinished, sources: Sources, written: Manifest, advance: Advance) -> None:
    """Write a backup as a zip file; stored files come first, so that they can be kept after an interruption."""
    descriptor = os.open(unfinished.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    with open(descriptor, "rb+") as file:
        kept = {whole.path: whole for whole in unfinished.listed(sources) if is_in_zip(file, whole)}
        end = max((whole.begin + whole.size for whole in kept.values()), default=0)
        file.truncate(end)
        file.seek(0)
        advance = in_portions(file, advance)
        with unfinished.write_list(list(kept.values())) as listed, zipfile.ZipFile(file, "w") as archive:
            for whole in kept.values():
                member = member_of(sources[whole.path], whole.path)
                member.header_offset, member.CRC = whole.header, whole.crc
                member.file_size = member.compress_size = whole.size
                archive.filelist.append(member)
                archive.NameToInfo[whole.path] = member
                written.files[whole.path] = whole.entry
                advance(whole.size)
            archive.start_dir = end
            for path in sorted(sources.keys() - kept.keys(), key=lambda path: not path.startswith(STORED)):
                whole = add(archive, path, sources[path], advance)
                written.files[path] = whole.entry
                if path.startswith(STORED):
                    file.flush()
                    note(listed, whole)
            archive.writestr(manifest.NAME, written.to_json(), zipfile.ZIP_DEFLATED)
        file.flush()
        os.fsync(file.fileno())


def in_portions(file: IO[bytes], advance: Advance) -> Advance:
    """`advance`, extended to sync the file in portions."""
    portions = Portions(file)

    def advanced(size: int) -> None:
        portions.wrote(size)
        advance(size)

    return advanced


def is_in_zip(file: IO[bytes], whole: Whole) -> bool:
    """Whether the content of a stored file is where the list says."""
    file.seek(whole.begin)
    return manifest.checksum_of(file, whole.size) == whole.checksum


def add(archive: zipfile.ZipFile, path: str, source: Path, advance: Advance) -> Whole:
    """Add a file to a zip file."""
    member = member_of(source, path)
    modified = source.stat().st_mtime_ns
    with open(source, "rb") as content, archive.open(member, "w", force_zip64=True) as entry:
        begin = archive.fp.tell() if archive.fp else 0
        size, checksum = manifest.copy(content, entry, advance)
    return Whole(path, size, checksum, modified, member.header_offset, begin, member.CRC)


def member_of(source: Path, path: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo.from_file(source, path, strict_timestamps=False)
    member.external_attr = 0o600 << 16
    # what is slower saves little more
    member._compresslevel = 1  # type: ignore[attr-defined]
    # pictures and movies are compressed already
    member.compress_type = zipfile.ZIP_STORED if path.startswith(STORED) else zipfile.ZIP_DEFLATED
    return member


def zip_folder(folder: Path, target: IO[bytes]) -> None:
    """Write a backup folder as a zip file."""
    advance = in_portions(target, lambda size: None)
    with zipfile.ZipFile(target, "w") as archive:
        for source in sorted(folder.rglob("*")):
            if source.is_file():
                add(archive, source.relative_to(folder).as_posix(), source, advance)


# Folders


def write_folder(
    unfinished: Unfinished, sources: Sources, written: Manifest, advance: Advance, before: Manifest | None = None
) -> None:
    """Write a backup as a folder, with hard links if the disk has them.

    `before` is the manifest of an earlier one, from which checksums of unchanged files are taken.
    """
    folder = unfinished.path
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = {whole.path: whole for whole in unfinished.listed(sources) if is_in_folder(folder, sources, whole)}
    for place in [place for place in folder.rglob("*") if not place.is_dir()]:
        if place.relative_to(folder).as_posix() not in kept:
            place.unlink()
    with unfinished.write_list(list(kept.values())) as listed:
        for path, source in sources.items():
            if path in kept:
                written.files[path] = kept[path].entry
                advance(kept[path].size)
                continue
            whole = put(folder / path, path, source, advance, before)
            written.files[path] = whole.entry
            if path.startswith(STORED):
                note(listed, whole)
    with open(folder / manifest.NAME, "wb") as file:
        file.write(written.to_json())
        file.flush()
        os.fsync(file.fileno())


def is_in_folder(folder: Path, sources: Sources, whole: Whole) -> bool:
    """Whether a stored file is in a folder as listed."""
    place = folder / whole.path
    try:
        if os.path.samefile(place, sources[whole.path]):
            return True
        with open(place, "rb") as file:
            return place.stat().st_size == whole.size and manifest.checksum_of(file, whole.size) == whole.checksum
    except OSError:
        return False


def is_linked(path: str) -> bool:
    """Whether a folder gets a hard link to this path: to stored files, and to the copy of the database."""
    return path.startswith(STORED) or path == DATABASE


def put(place: Path, path: str, source: Path, advance: Advance, before: Manifest | None) -> Whole:
    """Put a file into a folder."""
    stat = source.stat()
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(source, "rb") as content:
        if is_linked(path) and link(source, place):
            earlier = before.files.get(path) if before else None
            if earlier and (earlier[0], earlier[2]) == (stat.st_size, stat.st_mtime_ns):
                advance(stat.st_size)
                return Whole(path, *earlier)
            size, checksum = manifest.copy(content, None, advance)
        else:
            with open(place, "wb") as copy:
                size, checksum = manifest.copy(content, copy, in_portions(copy, advance))
                to_disk(copy)
    return Whole(path, size, checksum, stat.st_mtime_ns)


def link(source: Path, place: Path) -> bool:
    """Hard-link a file; returns False on disks without hard links."""
    try:
        os.link(source, place)
    except OSError:
        return False
    return True
