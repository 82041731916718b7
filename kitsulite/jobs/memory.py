"""The memory that decoded pictures take together, and giving free memory back to the system."""

import contextlib
import ctypes
import functools
import sys
import threading
from collections.abc import Iterator

from kitsulite.aside import aside
from kitsulite.errors import Busy, TooLarge

MEGABYTE = 1 << 20
#: seconds that a picture waits for others to release memory
PATIENCE = 30
#: most pictures that wait for memory, each occupying one of 64 threads
WAITING = 24
#: bytes from which on a block is returned to the system once it is free: larger than usual listings, as each page of
#: a new block costs a microsecond, which would make these a tenth slower
BIG = 4 * MEGABYTE
M_MMAP_THRESHOLD = -3


class Budget:
    """Grants memory to pictures while they are decoded."""

    def __init__(self) -> None:
        self._taken, self._waiting, self._freed = 0, 0, threading.Condition()

    @contextlib.contextmanager
    def take(self, need: int, total: int) -> Iterator[None]:
        """Hold `need` bytes of a total, once they are free; raises TooLarge if they cannot be, Busy after a while."""
        if need > total:
            raise TooLarge(
                f"The picture needs {need // MEGABYTE} MB of memory to be decoded, more than the limit of"
                f" {total // MEGABYTE} MB."
            )
        with aside():
            with self._freed:
                self._wait(need, total)
                self._taken += need
            try:
                yield
            finally:
                with self._freed:
                    self._taken -= need
                    self._freed.notify_all()

    def _wait(self, need: int, total: int) -> None:
        if self._taken + need <= total:
            return
        if self._waiting >= WAITING:
            raise Busy
        self._waiting += 1
        try:
            if not self._freed.wait_for(lambda: self._taken + need <= total, PATIENCE):
                raise Busy
        finally:
            self._waiting -= 1


budget = Budget()


@functools.cache
def return_big_blocks() -> None:
    """Make glibc return big blocks to the system as soon as they are free.

    By default it keeps ever larger ones, so that a server would keep the memory of its largest picture.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, BIG)


def give_back() -> None:
    """Return the free memory between what is still used, of which a burst of large answers leaves much."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
