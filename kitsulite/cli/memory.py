"""Memory of the process: glibc is told to give back to the system what large answers took."""

import contextlib
import ctypes
import sys

from kitsulite.jobs.memory import BIG

#: options of mallopt, from malloc.h
TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
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
            for option, value in ((ARENA_MAX, HEAPS), (MMAP_THRESHOLD, BIG), (TRIM_THRESHOLD, BIG)):
                mallopt(option, value)
