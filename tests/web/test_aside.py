"""Slow work of a request keeps no other request waiting."""

import itertools
import threading

import pytest

from kitsulite.aside import Later, aside, takes_long
from kitsulite.auth import passwords
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


class Stubborn(Slow):
    """A request that does not say that it is slow."""

    def service(self):
        self.works.set()
        self.may_end.wait(LONG)


class Quick(Slow):
    def service(self):
        self.works.set()


class Long(Slow):
    """A request that takes long, and does a part of it aside."""

    def __init__(self, dispatcher):
        super().__init__()
        self.dispatcher, self.begun = dispatcher, 0

    def service(self):
        self.begun += 1
        try:
            takes_long()
        except Later:
            return self.dispatcher.put_off(self)
        takes_long()
        super().service()
        self.dispatcher.end_turn()


class Writer(Slow):
    def __init__(self, db):
        super().__init__()
        self.db = db

    def service(self):
        with self.db.write():
            self.works.set()


def test_others_are_answered_meanwhile_and_no_more_at_once_than_before(monkeypatch):
    monkeypatch.setattr(dispatcher, "AT_ONCE", 1)
    monkeypatch.setattr(dispatcher, "SLOW", 0)
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
    assert (found._working, found._threads) == ({}, 0)


def test_one_that_turns_out_to_be_slow_holds_up_nobody_for_long(monkeypatch):
    monkeypatch.setattr(dispatcher, "AT_ONCE", 1)
    monkeypatch.setattr(dispatcher, "SLOW", 2)
    found, slow, quick = Dispatcher(5), [Stubborn() for _ in range(4)], Quick()
    for task in (*slow, quick):
        found.add_task(task)
    assert all(task.works.wait(LONG) for task in slow[:3])
    # it would be the third of these, beside the one that works
    assert not slow[3].works.is_set()
    slow[0].may_end.set()
    assert slow[3].works.wait(LONG)
    slow[1].may_end.set()
    assert quick.works.wait(LONG)
    for task in slow:
        task.may_end.set()
    found.shutdown(LONG)
    assert (found._working, found._slow, found._threads) == ({}, 0, 0)


def test_passwords_are_hashed_aside(monkeypatch):
    class SignIn(Stubborn):
        def service(self):
            passwords.hash_password("mysecretpassword")

    monkeypatch.setattr(dispatcher, "AT_ONCE", 1)
    monkeypatch.setattr(dispatcher, "SLOW", 0)
    found, sign_in, quick = Dispatcher(5), SignIn(), Quick()
    monkeypatch.setattr(passwords.hashlib, "scrypt", lambda *_, **options: Stubborn.service(sign_in) or b"")
    for task in (sign_in, quick):
        found.add_task(task)
    assert quick.works.wait(LONG)
    assert sign_in.works.wait(LONG)
    sign_in.may_end.set()
    found.shutdown(LONG)


def test_who_waits_to_write_does_so_aside(monkeypatch, application):
    monkeypatch.setattr(dispatcher, "AT_ONCE", 1)
    monkeypatch.setattr(dispatcher, "SLOW", 0)
    monkeypatch.setattr(writing, "A_WHILE", 0.001)
    found, writers, quick = Dispatcher(5), [Writer(application.db) for _ in range(3)], Quick()
    with application.db.write():
        for task in (*writers, quick):
            found.add_task(task)
        assert quick.works.wait(LONG)
        assert not any(task.works.is_set() for task in writers)
    assert all(task.works.wait(LONG) for task in writers)
    found.shutdown(LONG)
    assert (found._working, found._threads) == ({}, 0)


@pytest.fixture
def few(monkeypatch):
    """Two threads: one answers requests, another one takes what takes long."""
    monkeypatch.setattr(dispatcher, "AT_ONCE", 1)
    monkeypatch.setattr(dispatcher, "LONG", 1)
    monkeypatch.setattr(dispatcher, "SLOW", 0)
    found = Dispatcher(2)
    yield found
    found.shutdown(LONG)
    assert (found._working, found._long, found._threads) == ({}, 0, 0)


def test_long_answers_are_made_one_after_another_and_small_ones_meanwhile(few):
    tasks = [Long(few) for _ in range(3)]
    for task in tasks:
        few.add_task(task)
    assert tasks[0].works.wait(LONG)
    quick = Quick()
    few.add_task(quick)
    assert quick.works.wait(LONG)
    assert not tasks[1].works.is_set()
    for before, task in itertools.pairwise(tasks):
        before.may_end.set()
        assert task.works.wait(LONG)
    tasks[2].may_end.set()
    assert [task.begun for task in tasks] == [1, 2, 2]


def test_what_is_put_off_when_a_turn_has_become_free_is_begun_at_once(few):
    task = Quick()
    few.put_off(task)
    assert task.works.wait(LONG)


def test_outside_of_a_request_nothing_is_different():
    takes_long()
    with aside(), aside():
        takes_long()
