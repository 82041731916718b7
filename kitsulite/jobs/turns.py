"""Limits how many requests do heavy work at once: some wait for their turn, others are told to retry later."""

import contextlib
import threading
from collections.abc import Iterator

from kitsulite.aside import aside
from kitsulite.errors import Busy

#: seconds that a request waits for its turn
PATIENCE = 30


class Turns:
    """At most `at_work` requests do heavy work and `waiting` more wait, each occupying a thread."""

    def __init__(self, at_work: int, waiting: int) -> None:
        self._free, self._may_wait = at_work, waiting
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def take(self) -> Iterator[None]:
        """Wait for one's turn. Raises Busy if too many wait already, or after a while."""
        with aside():
            with self._changed:
                self._wait()
                self._free -= 1
            try:
                yield
            finally:
                with self._changed:
                    self._free += 1
                    self._changed.notify()

    def _wait(self) -> None:
        if self._free:
            return
        if not self._may_wait:
            raise Busy
        self._may_wait -= 1
        try:
            if not self._changed.wait_for(lambda: self._free, PATIENCE):
                raise Busy
        finally:
            self._may_wait += 1
