"""Slow work of requests that keeps no other request waiting.

The server works on few requests at once, as all share one interpreter. One that waits for its turn, for
another program or for the disk does so aside, and the next is taken meanwhile:

    with aside():
        ...

What keeps the processor busy for long is done aside too, but little of it at once:

    with in_turn():
        ...
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

#: long answers that are made at once, and how many more wait for that aside: each holds a thread
LONG, MOST_WAITING = 3, 16
_turns = threading.Semaphore(LONG)
_places = threading.Semaphore(LONG + MOST_WAITING)


class Thread(threading.local):
    """What a thread knows: how it lets others work, if it answers requests and does not do so already."""

    leave: Callable[[], AbstractContextManager[None]] | None = None
    has_turn = False


_this = Thread()


def answers_requests(leave: Callable[[], AbstractContextManager[None]]) -> None:
    """Say of this thread that it answers requests, and how it lets the next one be answered meanwhile."""
    _this.leave = leave


@contextlib.contextmanager
def aside() -> Iterator[None]:
    """Let other requests be answered while the block lasts."""
    leave, _this.leave = _this.leave, None
    try:
        with leave() if leave else contextlib.nullcontext():
            yield
    finally:
        _this.leave = leave


@contextlib.contextmanager
def in_turn() -> Iterator[None]:
    """Do what takes long after others that do so, while small requests are answered."""
    if _this.has_turn:
        yield
        return
    is_aside = _places.acquire(blocking=False)
    try:
        with aside() if is_aside else contextlib.nullcontext(), _turns:
            _this.has_turn = True
            try:
                yield
            finally:
                _this.has_turn = False
    finally:
        if is_aside:
            _places.release()
