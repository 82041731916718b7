"""The build of a web interface that is not part of kitsulite: a folder with an index.html, or an archive of one.

An archive is unpacked into the data folder file by file: no links, no paths that lead outside, and not more than a
build may contain.
"""

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from kitsulite.errors import SetupError

FIRST_PAGE = "index.html"
#: the names in a data folder of an interface, and of the note about it
FOLDER, NOTE = "ui", "installed.json"
MOST_FILES, MOST_BYTES = 20_000, 1 << 30


def installed(data_folder: Path) -> Path | None:
    """The folder of the interface installed in a data folder, or None."""
    folder = data_folder / FOLDER
    return folder if (folder / FIRST_PAGE).is_file() else None


def note(data_folder: Path) -> dict[str, Any]:
    """The note about the installed interface: `source`, `files`, `bytes`."""
    try:
        return json.loads((data_folder / FOLDER / NOTE).read_text())
    except (OSError, ValueError):
        return {}


def opened(path: str, data_folder: Path) -> Path | None:
    """The folder of the interface to serve: from a path to a folder or archive, else the installed one."""
    if not path:
        return installed(data_folder)
    source = Path(path).expanduser()
    if source.is_dir():
        return root_of(source)
    if not source.is_file():
        raise SetupError(f"There is no interface in {source}: a folder, a .zip or a .tgz of its released build.")
    mark = f"{source.resolve()} {source.stat().st_mtime_ns}"
    if installed(data_folder) is None or note(data_folder).get("source") != mark:
        install(source, data_folder, mark)
    return installed(data_folder)


def root_of(folder: Path) -> Path:
    """The folder with the first page of an interface: a folder itself, or the one below that has it."""
    for place in (folder, folder / "dist", *(sorted(p for p in folder.iterdir() if p.is_dir()))):
        if (place / FIRST_PAGE).is_file():
            return place
    raise SetupError(f"There is no {FIRST_PAGE} in {folder}: name the folder of a built interface.")


def install(archive: Path, data_folder: Path, source: str = "") -> dict[str, Any]:
    """Unpack an archive or copy a folder, replacing an installed interface; returns the note."""
    data_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".ui-", dir=data_folder) as making:
        target = Path(making) / "all"
        if archive.is_dir():
            shutil.copytree(root_of(archive), target)
        else:
            unpack(archive, target)
        root = root_of(target)
        files = [path for path in root.rglob("*") if path.is_file()]
        description = {
            "source": source or str(archive.resolve()),
            "files": len(files),
            "bytes": sum(path.stat().st_size for path in files),
        }
        (root / NOTE).write_text(json.dumps(description))
        place = data_folder / FOLDER
        if place.exists():
            os.replace(place, Path(making) / "former")
        os.replace(root, place)
    return description


def remove(data_folder: Path) -> bool:
    """Remove the installed interface; returns whether there was one."""
    existed = (data_folder / FOLDER).exists()
    shutil.rmtree(data_folder / FOLDER, ignore_errors=True)
    return existed


def unpack(archive: Path, target: Path) -> None:
    """Write the files in a .zip or .tgz into a folder; raises SetupError for any other file, or one too large."""
    import tarfile  # here and below: they load slowly
    import zipfile

    count = total = 0
    target.mkdir()
    try:
        for name, stream in members(archive):
            path = target / safe(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "wb") as file:
                while piece := stream.read(1 << 20):
                    total += len(piece)
                    if total > MOST_BYTES:
                        raise SetupError(f"{archive} holds more than {MOST_BYTES >> 20} MB: no interface is so big.")
                    file.write(piece)
            count += 1
            if count > MOST_FILES:
                raise SetupError(f"{archive} holds more than {MOST_FILES} files: no interface has so many.")
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError) as error:
        raise SetupError(f"{archive} cannot be unpacked: {error}.") from None


def members(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """(name, content) of the regular files in an archive."""
    import tarfile
    import zipfile

    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as packed:
            for info in packed.infolist():
                if not info.is_dir() and not stat.S_ISLNK(info.external_attr >> 16):
                    with packed.open(info) as stream:
                        yield info.filename, stream
        return
    with tarfile.open(archive) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if content:
                yield member.name, content


def safe(name: str) -> str:
    """The path of a member; raises SetupError if it leads outside the folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
        raise SetupError(f"The archive holds a file that would lie outside of its folder: {name!r}.")
    return str(path)
