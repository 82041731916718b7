"""Memory of the process, where the C library is the one of GNU: what large answers took goes back to the system."""

import contextlib
import ctypes
import sys

#: numbers of options in malloc.h
TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
#: bytes from which on a piece of memory is asked of the system by itself, and goes back to it at once
LARGE = 1 << 19
#: heaps: each thread with one of its own would keep what its largest answer took
HEAPS = 2


def keep_small():
    """Let freed memory go back; for a process that is a server and nothing else."""
    if sys.platform == "linux":
        # another C library has no such function
        with contextlib.suppress(OSError, AttributeError):
            mallopt = ctypes.CDLL(None).mallopt
            for option, value in ((ARENA_MAX, HEAPS), (MMAP_THRESHOLD, LARGE), (TRIM_THRESHOLD, LARGE)):
                mallopt(option, value)
