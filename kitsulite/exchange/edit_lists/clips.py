"""What is read of an edit list, whatever its format."""

import ntpath
import posixpath
from dataclasses import dataclass


class Unreadable(ValueError):
    """An edit list that cannot be read; the text says why."""


@dataclass(frozen=True)
class Clip:
    """A clip of a video track: its first frame in the track, which begins at 0, and its length; None if unknown."""

    name: str
    frame_in: int | None = None
    nb_frames: int | None = None


def without_extension(name: str) -> str:
    """A name up to its last dot."""
    before, dot, _ = name.strip().rpartition(".")
    return before if dot else name.strip()


def stem(path: str) -> str:
    """The last part of a path of any system, without its extension."""
    return without_extension(ntpath.basename(posixpath.basename(path.strip())))
