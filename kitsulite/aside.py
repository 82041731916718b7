"""Slow work of requests that keeps no other request waiting.

The server answers one request after another, as all share one interpreter. One that waits for its turn, for
another program or for the disk does so aside, and the next is taken meanwhile:

    with aside():
        ...

What keeps the processor busy for long is done aside too, but little of it at once. Whoever begins with it says so:

    takes_long()
"""

import contextlib
import threading
from collections.abc import Callable, Iterator


class Later(BaseException):
    """Ends the work on a request that takes long: it is begun again when another one of these is done."""


class Thread(threading.local):
    """What a thread knows: how it lets others work, if it answers requests."""

    leave: Callable[[], None] | None = None
    take_turn: Callable[[], None] | None = None


_this = Thread()


def answers_requests(leave: Callable[[], None], take_turn: Callable[[], None]) -> None:
    """Say of this thread that it answers requests, and how it lets the next one be answered meanwhile."""
    _this.leave, _this.take_turn = leave, take_turn


@contextlib.contextmanager
def aside() -> Iterator[None]:
    """Let other requests be answered while the block lasts, and then beside the rest of this one."""
    if _this.leave:
        _this.leave()
    yield


def takes_long() -> None:
    """Let other requests be answered until this one is; Later if enough of those that take long are being answered."""
    if _this.take_turn:
        _this.take_turn()
