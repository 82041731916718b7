"""The callbacks of a transaction, which run once it is committed or rolled back."""

import logging
from collections.abc import Callable, Iterable

log = logging.getLogger("kitsulite.store")

Callback = Callable[[], object]


class Transaction:
    """The callbacks of the current write transaction."""

    def __init__(self, changes_before: int) -> None:
        """`changes_before`: the number of rows that its connection has changed so far."""
        self.changes_before = changes_before
        self._on_commit: list[Callback] = []
        self._on_rollback: list[Callback] = []

    def on_commit(self, callback: Callback) -> None:
        """Call this after the commit; dropped if the transaction, or its savepoint, is rolled back."""
        self._on_commit.append(callback)

    def on_rollback(self, callback: Callback) -> None:
        """Call this after the transaction, or its savepoint, is rolled back; dropped at the commit."""
        self._on_rollback.append(callback)

    def mark(self) -> tuple[int, int]:
        """The beginning of a savepoint, for `roll_back`."""
        return len(self._on_commit), len(self._on_rollback)

    def roll_back(self, mark: tuple[int, int] = (0, 0)) -> None:
        """Drop the callbacks since a mark, and run those for a rollback, the last one first."""
        committed, rolled_back = mark
        undoings = self._on_rollback[rolled_back:]
        del self._on_commit[committed:], self._on_rollback[rolled_back:]
        run(reversed(undoings))

    def committed(self) -> None:
        """Run the callbacks for a commit."""
        run(self._on_commit)


def run(callbacks: Iterable[Callback]) -> None:
    """Call all; an exception is logged and does not stop the others: the transaction has ended already."""
    for callback in callbacks:
        try:
            callback()
        except Exception:
            log.exception("a callback of a transaction failed")
