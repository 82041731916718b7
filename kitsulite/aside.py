"""Slow work of a request, during which other requests are answered.

The server answers one request after another, as all share one interpreter. A request that waits for a lock, another
program, another server or the disk steps aside, so that the next ones are answered meanwhile:

    with aside():
        ...

A request that keeps the processor busy for long steps aside too, but only few of these run at once. Its code calls
this before it begins:

    takes_long()
"""

import contextlib
import threading
from collections.abc import Callable, Iterator


class Later(BaseException):
    """Interrupts a request that takes long; the server starts it again once another one of these is done."""


class Thread(threading.local):
    """How the current thread lets other requests be answered; None in threads that answer none."""

    leave: Callable[[], None] | None = None
    take_turn: Callable[[], None] | None = None


_this = Thread()


def answers_requests(leave: Callable[[], None], take_turn: Callable[[], None]) -> None:
    """Declare that this thread answers requests, and how `aside` and `takes_long` let others be answered."""
    _this.leave, _this.take_turn = leave, take_turn


@contextlib.contextmanager
def aside() -> Iterator[None]:
    """Let other requests be answered during the block and the rest of this request."""
    if _this.leave:
        _this.leave()
    yield


def takes_long() -> None:
    """Let other requests be answered during the rest of this one; raises Later if too many long ones are running."""
    if _this.take_turn:
        _this.take_turn()
