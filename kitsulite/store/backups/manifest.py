"""The manifest of a backup: the versions it was made with, and the size and checksum of each file."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import IO, Any

from kitsulite.errors import SetupError

NAME = "manifest.json"
FORMAT = 1
#: the possible content of a backup: files at the top, and folders
TOP, FOLDERS = ("kitsulite.db", "secret.key", "kitsulite.toml"), ("files", "outbox")
PIECE = 1 << 20
#: most bytes of a manifest: a million files
MOST = 256 << 20


@dataclass
class Manifest:
    """`files`: path below the data folder -> (bytes, SHA-256, mtime in ns); `missing`: rows without their file."""

    kitsulite: str
    schema: int
    made_at: str
    with_files: bool
    format: int = FORMAT
    files: dict[str, tuple[int, str, int]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The size of all files in bytes."""
        return sum(size for size, _, _ in self.files.values())

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()


def read(text: bytes, schema: int) -> Manifest:
    """Parse and check a manifest; raises SetupError if it is none, or newer than this `schema`."""
    try:
        fields = json.loads(text)
        manifest = Manifest(
            **{**fields, "files": {path: checked(path, entry) for path, entry in fields["files"].items()}}
        )
        version, made_with = int(manifest.format), int(manifest.schema)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SetupError(f"This is not a backup of kitsulite: its {NAME} cannot be read ({error}).") from None
    if version > FORMAT or made_with > schema:
        raise SetupError(
            f"This backup was made by a newer kitsulite ({manifest.kitsulite}, schema {made_with}; "
            f"this one knows {schema}): install that version."
        )
    if "kitsulite.db" not in manifest.files:
        raise SetupError("This backup has no database.")
    return manifest


def checked(path: str, entry: Any) -> tuple[int, str, int]:
    """Check an entry, whose path must stay below the data folder."""
    parts = PurePosixPath(path).parts
    is_plain = "/".join(parts) == path and ".." not in parts and not {"\\", ":", "\0"} & set(path)
    if not is_plain or not (path in TOP or (len(parts) > 1 and parts[0] in FOLDERS)):
        raise ValueError(f"the name {path!r}")
    size, checksum, modified = entry
    if size < 0 or len(checksum) != 64:
        raise ValueError(f"the entry of {path!r}")
    return int(size), str(checksum), int(modified)


def copy(
    source: IO[bytes], target: IO[bytes] | None, advance: Callable[[int], object], most: int | None = None
) -> tuple[int, str]:
    """Copy a stream in pieces, calling `advance(bytes)` after each; returns (bytes, SHA-256).

    Raises SetupError for more than `most` bytes: the file is not the one in the manifest.
    """
    checksum, size = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        size += len(piece)
        if most is not None and size > most:
            raise SetupError("The backup is damaged: a file is larger than its manifest says.")
        checksum.update(piece)
        if target is not None:
            target.write(piece)
        advance(len(piece))
    return size, checksum.hexdigest()


def checksum_of(source: IO[bytes], size: int) -> str:
    """The SHA-256 of the next `size` bytes of a stream, or of those up to its end."""
    checksum = hashlib.sha256()
    while size and (piece := source.read(min(PIECE, size))):
        size -= len(piece)
        checksum.update(piece)
    return checksum.hexdigest()
