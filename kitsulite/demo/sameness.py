"""The same ids each time, and a clock set to the past."""

import contextlib
import datetime as dt
import itertools
import random
import threading
from collections.abc import Iterator

from kitsulite import clock
from kitsulite.models import fields

#: of random numbers
SEED = 1895
#: days since the demo studio started
DAYS = 70


@contextlib.contextmanager
def beginning() -> Iterator[None]:
    """Inside, what this thread creates gets the date when the demo studio started, and the same ids each time."""
    past = PastClock()
    past.moment -= dt.timedelta(days=DAYS + 1)
    with same_ids(), past.counting():
        yield


@contextlib.contextmanager
def same_ids(seed: int = SEED) -> Iterator[None]:
    """Inside, the rows that this thread creates get the same ids each time; other threads are not affected."""
    numbers, count, thread = random.Random(seed), itertools.count(), threading.get_ident()  # noqa: S311
    bits, ticks = fields.bits, fields.ticks
    fields.bits = lambda size: numbers.randbytes(size) if threading.get_ident() == thread else bits(size)
    fields.ticks = lambda: next(count) if threading.get_ident() == thread else ticks()
    try:
        yield
    finally:
        fields.bits, fields.ticks = bits, ticks


class PastClock:
    """A clock for this thread that shows `moment`, while the demo studio is being filled."""

    def __init__(self) -> None:
        self.moment: dt.datetime = clock.of_machine()

    @contextlib.contextmanager
    def counting(self) -> Iterator["PastClock"]:
        thread, before = threading.get_ident(), clock.source
        clock.source = lambda: self.moment if threading.get_ident() == thread else before()
        try:
            yield self
        finally:
            clock.source = before
