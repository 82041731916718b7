"""The clips of an edit list, in whatever format it came."""

import ntpath
import posixpath
from dataclasses import dataclass


class Unreadable(ValueError):
    """An edit list that cannot be read; the text says why."""


@dataclass(frozen=True)
class Clip:
    """A clip of a video track: its first frame, counted from 0, and its length in frames; None if unknown."""

    name: str
    frame_in: int | None = None
    nb_frames: int | None = None


def without_extension(name: str) -> str:
    """A name without what follows its last dot."""
    before, dot, _ = name.strip().rpartition(".")
    return before if dot else name.strip()


def stem(path: str) -> str:
    """The last part of a POSIX or Windows path, without its extension."""
    return without_extension(ntpath.basename(posixpath.basename(path.strip())))
