"""Slow work of a request keeps no other request waiting."""

import threading

import pytest

import kitsulite.aside
from kitsulite.aside import aside, in_turn
from kitsulite.http import dispatcher
from kitsulite.http.dispatcher import Dispatcher
from kitsulite.store import writing

LONG = 20


class Slow:
    """A request that works aside, once or inside of itself, until it is told to end."""

    def __init__(self):
        self.works, self.may_end = threading.Event(), threading.Event()

    def service(self):
        with aside(), aside():
            self.works.set()
            self.may_end.wait(LONG)


class Quick(Slow):
    def service(self):
        self.works.set()


class Long(Slow):
    """A request that takes turns with others of its kind, once or inside of its turn."""

    def service(self):
        with in_turn(), in_turn():
            self.works.set()
            self.may_end.wait(LONG)


class Writer(Slow):
    def __init__(self, db):
        super().__init__()
        self.db = db

    def service(self):
        with self.db.write():
            self.works.set()


def test_others_are_answered_meanwhile_and_no_more_at_once_than_before(monkeypatch):
    monkeypatch.setattr(dispatcher, "AT_ONCE", 1)
    found, slow = Dispatcher(5), [Slow(), Slow()]
    for task in slow:
        found.add_task(task)
    assert all(task.works.wait(LONG) for task in slow)
    quick = Quick()
    found.add_task(quick)
    assert quick.works.wait(LONG)
    for task in slow:
        task.may_end.set()
    for _ in range(3):
        last = Quick()
        found.add_task(last)
        assert last.works.wait(LONG)
    found.shutdown(LONG)
    assert (found._working, found._threads) == (0, 0)


def test_who_waits_to_write_does_so_aside(monkeypatch, application):
    monkeypatch.setattr(dispatcher, "AT_ONCE", 1)
    monkeypatch.setattr(writing, "A_WHILE", 0.001)
    found, writers, quick = Dispatcher(5), [Writer(application.db) for _ in range(3)], Quick()
    with application.db.write():
        for task in (*writers, quick):
            found.add_task(task)
        assert quick.works.wait(LONG)
        assert not any(task.works.is_set() for task in writers)
    assert all(task.works.wait(LONG) for task in writers)
    found.shutdown(LONG)
    assert (found._working, found._threads) == (0, 0)


@pytest.fixture
def few(monkeypatch):
    """One long answer is made at once, one more waits for that aside, and three threads do all."""
    monkeypatch.setattr(dispatcher, "AT_ONCE", 1)
    monkeypatch.setattr(kitsulite.aside, "_turns", threading.Semaphore(1))
    monkeypatch.setattr(kitsulite.aside, "_places", threading.Semaphore(2))
    found = Dispatcher(3)
    yield found
    found.shutdown(LONG)
    assert (found._working, found._threads) == (0, 0)


def test_long_answers_take_turns_and_small_ones_are_made_meanwhile(few):
    first, second, quick = Long(), Long(), Quick()
    few.add_task(first)
    assert first.works.wait(LONG)
    for task in (second, quick):
        few.add_task(task)
    assert quick.works.wait(LONG)
    assert not second.works.is_set()
    for task in (first, second):
        task.may_end.set()
    assert second.works.wait(LONG)


def test_more_long_answers_than_may_wait_aside_wait_like_any_other(few):
    tasks, quick = [Long(), Long(), Long()], Quick()
    for task in (*tasks, quick):
        few.add_task(task)
    assert tasks[0].works.wait(LONG)
    assert not quick.works.wait(0.02)
    for task in tasks:
        task.may_end.set()
    assert all(task.works.wait(LONG) for task in (*tasks, quick))


def test_outside_of_a_request_nothing_is_different():
    with aside(), aside(), in_turn(), in_turn():
        pass
