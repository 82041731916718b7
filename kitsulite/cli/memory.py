"""Memory of the process: glibc is told to give back to the system what large answers took."""

import contextlib
import ctypes
import sys

#: options of mallopt, from malloc.h
TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
#: bytes from which on a block is mapped on its own, and unmapped once it is freed
LARGE = 1 << 19
#: with one heap per thread, each would keep what its largest answer took
HEAPS = 2
#: seconds between two times at which free memory in the midst of what is used is given back too
EACH = 60


def keep_small():
    """Return freed memory to the system; for a process that is a server and nothing else."""
    if sys.platform == "linux":
        # other C libraries have no mallopt
        with contextlib.suppress(OSError, AttributeError):
            mallopt = ctypes.CDLL(None).mallopt
            for option, value in ((ARENA_MAX, HEAPS), (MMAP_THRESHOLD, LARGE), (TRIM_THRESHOLD, LARGE)):
                mallopt(option, value)


def give_back():
    """Return the free memory between what is still used, of which a burst of large answers leaves much."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
