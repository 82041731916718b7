"""One thread waits for requests and answers them; what takes its time keeps no other request waiting."""

import itertools
import queue
import threading
import time

import pytest

from kitsulite.aside import aside, takes_long
from kitsulite.auth import passwords
from kitsulite.http import dispatcher
from kitsulite.http.dispatcher import Dispatcher
from kitsulite.store import writing

SECONDS = 20


class Loop:
    """What comes in, without connections."""

    def __init__(self):
        self.calls, self.turns = queue.SimpleQueue(), 0

    def turn(self, has_work):
        self.turns += 1
        try:
            self.calls.get(block=not has_work)()
            while True:
                self.calls.get_nowait()()
        except queue.Empty:
            pass

    def tell(self, call):
        self.calls.put(call)

    def is_told(self):
        return not self.calls.empty()

    def wake(self):
        self.calls.put(lambda: None)

    def is_busy(self):
        return False


class Quick:
    """A request that is answered at once."""

    def __init__(self):
        self.works, self.may_end, self.is_done = (threading.Event() for _ in range(3))

    def service(self):
        self.begin()

    def begin(self):
        self.thread = threading.current_thread()
        self.works.set()

    def go_on(self):
        self.is_done.set()


class Stubborn(Quick):
    """A request that does not say that it is slow."""

    def service(self):
        self.begin()
        self.may_end.wait(SECONDS)


class Aside(Stubborn):
    """A request that works aside, once or inside of itself."""

    def service(self):
        with aside(), aside():
            super().service()


class Long(Aside):
    """A request that takes long, and does a part of it aside."""

    begun = 0

    def service(self):
        self.begun += 1
        takes_long()
        takes_long()
        super().service()


class Writer(Quick):
    def __init__(self, db):
        super().__init__()
        self.db = db

    def service(self):
        with self.db.write():
            self.begin()


@pytest.fixture
def make(monkeypatch):
    """Starts a dispatcher in which nothing is answered beside a slow request, if nothing else is said."""
    monkeypatch.setattr(dispatcher, "SLOW", 0)
    monkeypatch.setattr(dispatcher, "LASTING", SECONDS)
    made = []

    def start(most=5, **options):
        made.append(Dispatcher(most, **options))
        made[-1].start(Loop())
        return made[-1]

    yield start
    for threads in made:
        threads.stop(SECONDS)
        assert (threads._threads, threads._slow, threads._long) == (0, [], 0)


def run(threads, *tasks):
    for task in tasks:
        threads._loop.tell(lambda task=task: threads.add_task(task))
    return tasks


def end(*tasks):
    for task in tasks:
        task.may_end.set()
    assert all(task.is_done.wait(SECONDS) for task in tasks)


def turn_twice(threads):
    """Let the loop turn until what has come in would have been begun with."""
    for _ in range(2):
        turned = threading.Event()
        threads._loop.tell(turned.set)
        assert turned.wait(SECONDS)


def until(condition):
    ends = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0)


def test_one_thread_answers_all_in_the_order_in_which_they_come(make):
    threads, order = make(), []
    first, *others = tasks = [Stubborn(), *(Quick() for _ in range(5))]
    for task in tasks:
        task.go_on = lambda task=task, done=task.go_on: (order.append(task), done())
    run(threads, *tasks)
    assert first.works.wait(SECONDS)
    end(*tasks)
    assert order == tasks
    assert {task.thread for task in others} == {others[0].thread}


def test_connections_are_looked_after_between_two_answers(make):
    threads, first, second, order = make(), Quick(), Quick(), []
    first.service = lambda: threads._loop.tell(lambda: order.append("connections"))
    second.service = lambda: order.append("answer")
    threads._loop.tell(lambda: (threads.add_task(first), threads.add_task(second)))
    assert second.is_done.wait(SECONDS)
    assert order == ["connections", "answer"]


def test_others_are_answered_beside_what_is_done_aside(make):
    threads = make()
    slow = run(threads, Aside(), Aside())
    assert all(task.works.wait(SECONDS) for task in slow)
    end(*run(threads, Quick()))
    end(*slow)
    until(lambda: len(threads._idle) == 2)
    end(*run(threads, Quick(), Quick(), Quick()))
    assert threads._threads == 3


def test_one_that_turns_out_to_be_slow_holds_up_nobody_for_long(make, monkeypatch):
    monkeypatch.setattr(dispatcher, "SLOW", 2)
    threads = make()
    *slow, quick = run(threads, Stubborn(), Stubborn(), Stubborn(), Stubborn(), Quick())
    assert all(task.works.wait(SECONDS) for task in slow[:3])
    until(lambda: len(threads._slow) == 3)
    turn_twice(threads)
    assert not slow[3].works.is_set()
    end(slow[0])
    assert slow[3].works.wait(SECONDS)
    end(slow[1])
    assert quick.works.wait(SECONDS)
    end(*slow)


def test_nobody_waits_for_slow_ones_that_last(make, monkeypatch):
    monkeypatch.setattr(dispatcher, "LASTING", 0.001)
    monkeypatch.setattr(dispatcher, "QUIET", 0)
    threads = make()
    *slow, quick = run(threads, Stubborn(), Stubborn(), Stubborn(), Quick())
    assert quick.is_done.wait(SECONDS)
    assert not any(task.is_done.is_set() for task in slow)
    end(*slow)


def test_a_slow_one_that_goes_aside_is_not_counted_any_more(make):
    class SlowThenAside(Stubborn):
        def service(self):
            super().service()
            with aside():
                self.is_aside.set()
                self.may_go.wait(SECONDS)

    threads, task = make(), SlowThenAside()
    task.is_aside, task.may_go = threading.Event(), threading.Event()
    run(threads, task)
    until(lambda: threads._slow)
    (quick,) = run(threads, Quick())
    turn_twice(threads)
    assert not quick.works.is_set()
    task.may_end.set()
    assert task.is_aside.wait(SECONDS)
    end(quick)
    task.may_go.set()


def test_where_no_thread_can_be_started_a_slow_one_is_waited_for(make, monkeypatch):
    def fail(thread):
        tried.set()
        raise RuntimeError("can't start new thread")

    threads, tried = make(), threading.Event()
    monkeypatch.setattr(dispatcher.Worker, "start", fail)
    slow, quick = run(threads, Stubborn(), Quick())
    assert tried.wait(SECONDS)
    assert not quick.works.is_set()
    end(slow, quick)


def test_where_no_thread_can_be_started_what_would_be_done_aside_is_done_all_the_same(make, monkeypatch):
    def fail(thread):
        raise RuntimeError("can't start new thread")

    threads = make()
    end(*run(threads, Quick()))
    monkeypatch.setattr(dispatcher.Worker, "start", fail)
    slow = run(threads, Aside(), Long())
    assert slow[0].works.wait(SECONDS)
    end(*slow)
    assert threads._threads == 1


def test_there_is_always_a_thread_that_leads(make):
    """Others than event clients wait once there are no more threads, and connections are looked after."""
    threads = make(2)
    clients = run(threads, Aside(), Aside(), Aside())
    assert all(task.works.wait(SECONDS) for task in clients[:2])
    turn_twice(threads)
    assert (threads._threads, clients[2].works.is_set()) == (3, False)
    end(clients[0])
    assert clients[2].works.wait(SECONDS)
    end(*clients)


def test_passwords_are_hashed_aside(make, monkeypatch):
    class SignIn(Stubborn):
        def service(self):
            passwords.hash_password("mysecretpassword")

    threads, sign_in, quick = make(), SignIn(), Quick()
    monkeypatch.setattr(passwords.hashlib, "scrypt", lambda *_, **options: Stubborn.service(sign_in) or b"")
    run(threads, sign_in, quick)
    assert sign_in.works.wait(SECONDS)
    end(quick)
    end(sign_in)


def test_who_waits_to_write_does_so_aside(make, monkeypatch, application):
    monkeypatch.setattr(writing, "A_WHILE", 0.001)
    threads, writers, quick = make(), [Writer(application.db) for _ in range(3)], Quick()
    with application.db.write():
        run(threads, *writers, quick)
        assert quick.works.wait(SECONDS)
        assert not any(task.works.is_set() for task in writers)
    end(*writers, quick)


def test_long_answers_are_made_one_after_another_and_small_ones_meanwhile(make, monkeypatch):
    monkeypatch.setattr(dispatcher, "LONG", 1)
    threads = make(2)
    tasks = run(threads, Long(), Long(), Long())
    assert tasks[0].works.wait(SECONDS)
    end(*run(threads, Quick()))
    turn_twice(threads)
    assert not tasks[1].works.is_set()
    for before, task in itertools.pairwise(tasks):
        before.may_end.set()
        assert task.works.wait(SECONDS)
    end(*tasks)
    assert [task.begun for task in tasks] == [1, 2, 2]


def test_what_is_put_off_when_a_turn_has_become_free_is_begun_at_once(make):
    threads, task = make(), Quick()
    threads._loop.tell(lambda: threads._put_off(task))
    end(task)


def test_a_quiet_server_keeps_few_threads_and_looks_for_nothing(make, monkeypatch):
    monkeypatch.setattr(dispatcher, "QUIET", 0)
    monkeypatch.setattr(dispatcher, "KEPT_QUIET", 1)
    ended = queue.SimpleQueue()
    threads = make(at_end=lambda: ended.put(threading.current_thread().name))
    tasks = run(threads, Aside(), Aside(), Aside())
    assert all(task.works.wait(SECONDS) for task in tasks)
    assert threads._threads == 4
    end(*tasks)
    # who looks for slow ones has fallen asleep already, or does so after this
    end(*run(threads, Quick()))
    assert [ended.get(timeout=SECONDS) for _ in range(2)] == ["kitsulite-request"] * 2
    until(lambda: threads._threads == 2 and not threads._is_overseen)
    turns = threads._loop.turns
    end(*run(threads, Quick()))
    assert threads._loop.turns <= turns + 2


def test_threads_that_nobody_needs_end_though_the_server_is_busy(make, monkeypatch):
    monkeypatch.setattr(dispatcher, "KEPT_QUIET", 1)
    monkeypatch.setattr(dispatcher, "QUIET", 2 * SECONDS)
    threads = make()
    tasks = run(threads, Aside(), Aside(), Aside())
    assert all(task.works.wait(SECONDS) for task in tasks)
    end(*tasks)
    until(lambda: len(threads._idle) == 3)
    for worker in threads._idle:
        worker.idle_since -= 2 * SECONDS
    until(lambda: threads._threads == 2)


def test_a_busy_server_keeps_only_so_many(make, monkeypatch):
    monkeypatch.setattr(dispatcher, "KEPT", 1)
    monkeypatch.setattr(dispatcher, "QUIET", SECONDS)
    threads = make()
    tasks = run(threads, Aside(), Aside(), Aside())
    assert all(task.works.wait(SECONDS) for task in tasks)
    end(*tasks)
    until(lambda: threads._threads == 2)


def test_a_thread_outlives_what_it_fails_at(make, caplog):
    class Failing(Quick):
        def service(self):
            super().service()
            raise ZeroDivisionError

        def go_on(self):
            super().go_on()
            raise ZeroDivisionError

    first, second = run(make(), Failing(), Failing())
    end(first, second)
    assert first.thread is second.thread
    assert caplog.text.count("a request was not answered") == 2
    assert "connections were not looked after" in caplog.text


def test_the_end_waits_for_nobody_for_ever(make):
    threads = make()
    (task,) = run(threads, Stubborn())
    assert task.works.wait(SECONDS)
    until(lambda: threads._slow)
    assert not threads.stop(0, more=0)
    until(lambda: threads._threads == 1)
    task.may_end.set()
    until(lambda: threads._threads == 0)
    assert threads.stop(0)


def test_outside_of_a_request_nothing_is_different():
    takes_long()
    with aside(), aside():
        takes_long()
