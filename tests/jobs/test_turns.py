"""Heavy work that requests wait for: so many at once, so many more that wait, the others are asked to come again."""

import threading

import pytest

from kitsulite.errors import Busy
from kitsulite.jobs import turns

LONG = 20


class Worker(threading.Thread):
    """A request that holds its turn until it may end."""

    def __init__(self, found):
        super().__init__(daemon=True)
        self.turns, self.works, self.may_end, self.refused = found, threading.Event(), threading.Event(), False
        self.start()

    def run(self):
        try:
            with self.turns.take():
                self.works.set()
                self.may_end.wait(LONG)
        except Busy:
            self.refused = True

    def end(self):
        self.may_end.set()
        self.join(LONG)


def waiting(found, count):
    """Wait until so many wait for their turn."""
    for _ in range(2000):
        if len(found._changed._waiters) == count:
            return
        threading.Event().wait(0.005)
    raise AssertionError("nobody waits")


def test_one_works_and_one_waits_and_the_next_is_refused():
    found = turns.Turns(1, 1)
    first = Worker(found)
    assert first.works.wait(LONG)
    second = Worker(found)
    waiting(found, 1)
    with pytest.raises(Busy), found.take():
        pass
    assert not second.works.is_set()
    first.end()
    assert second.works.wait(LONG)
    second.end()
    with found.take():
        pass


def test_who_waits_too_long_is_refused_and_makes_room(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    found = turns.Turns(1, 1)
    with found.take():
        for _ in range(3):
            late = Worker(found)
            late.join(LONG)
            assert late.refused


def test_work_that_fails_gives_its_turn_back():
    found = turns.Turns(1, 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), found.take():
            raise ZeroDivisionError
