"""Tells the C library of GNU to return free memory to the system; elsewhere, nothing is done."""

import contextlib
import ctypes
import functools
import sys
from typing import Any

#: options of mallopt, from malloc.h
TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
#: bytes from which on a block is returned as soon as it is free. Usual listings are smaller: each page of a new block
#: costs a microsecond, which would make them a tenth slower
BIG = 4 << 20
#: with one heap per thread, each would keep what its largest answer took
HEAPS = 2


def call(name: str, *args: int) -> None:
    """Call a function of the C library, if it has it."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            library: Any = ctypes.CDLL(None)
            getattr(library, name)(*args)


def keep_small() -> None:
    """Return freed memory to the system; for a process that is a server and nothing else."""
    call("mallopt", ARENA_MAX, HEAPS)
    call("mallopt", TRIM_THRESHOLD, BIG)
    return_big_blocks()


@functools.cache
def return_big_blocks() -> None:
    """Return big blocks as soon as they are free.

    By default glibc keeps ever larger ones, so that a server would keep the memory of its largest picture.
    """
    call("mallopt", MMAP_THRESHOLD, BIG)


def give_back() -> None:
    """Return free memory that lies between blocks in use; a burst of large answers leaves much of it."""
    call("malloc_trim", 0)
