"""Small writes for which no answer waits longer than a moment, however long another writer takes."""

import logging
import threading
from collections.abc import Callable
from typing import Any

log = logging.getLogger("kitsulite.store")
#: seconds that an answer waits for another writer
PATIENCE = 0.1


class LateWrites:
    """Makes changes at once if possible, else in a thread after the current writer.

    For changes on which no answer depends, and which nobody would miss after a crash: that a person has signed in.
    """

    def __init__(self, db: Any) -> None:
        self.db = db
        self._threads: set[threading.Thread] = set()

    def soon(self, change: Callable[[], object]) -> None:
        """Make a change in its own transaction; must be called outside of one."""
        with self.db.between_writes(PATIENCE) as is_alone:
            if is_alone:
                self._make(change)
                return
        thread = threading.Thread(target=self._make_late, args=[change], name="kitsulite-late-write")
        self._threads.add(thread)
        thread.start()

    def finish(self) -> None:
        """Wait for pending changes."""
        for thread in list(self._threads):
            thread.join()

    def _make(self, change: Callable[[], object]) -> None:
        with self.db.write():
            change()

    def _make_late(self, change: Callable[[], object]) -> None:
        try:
            self._make(change)
        except Exception:
            log.exception("a change was not made")
        finally:
            self.db.release()
            self._threads.discard(threading.current_thread())
