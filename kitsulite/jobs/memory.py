"""The memory that decoded pictures take together."""

import contextlib
import threading
from collections.abc import Iterator

from kitsulite.aside import aside
from kitsulite.errors import Busy, TooLarge

MEGABYTE = 1 << 20
#: seconds that a picture waits for others to release memory
PATIENCE = 30
#: most pictures that wait for memory, each occupying one of 64 threads
WAITING = 24


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
