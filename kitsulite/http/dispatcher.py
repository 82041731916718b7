"""The threads that answer requests."""

import collections
import contextlib
import functools
import logging
import threading
import time

from kitsulite.aside import Later, answers_requests

log = logging.getLogger("kitsulite")
#: most requests beside the leading thread: those that declare that they take long, and those that turn out to be slow
LONG, SLOW = 3, 4
#: seconds after which a request counts as slow, those after which others no longer wait for slow ones, and the
#: shortest pause between two checks
PATIENCE, LASTING, MOMENT = 0.02, 1, 0.001
#: most idle threads that are kept besides the leading one, and those of them that are kept even if nobody needs them
KEPT, KEPT_QUIET = LONG + SLOW, LONG
#: seconds without a request after which the overseer sleeps, and after which further idle threads end
QUIET = 1


class Worker(threading.Thread):
    """A thread that takes the lead when it is called."""

    def __init__(self, dispatcher):
        super().__init__(name="kitsulite-request", daemon=True)
        self.dispatcher = dispatcher
        self._call = threading.Lock()
        self._call.acquire()
        #: whether it is making one of the few long answers, and since when it is known that its answer is slow
        self.has_turn, self.slow_since = False, 0.0
        self.ends, self.idle_since = False, 0.0

    def run(self):
        answers_requests(self.dispatcher.leave, self.dispatcher.take_turn)
        self._call.acquire()
        while self.dispatcher.lead(self):
            self._call.acquire()
        self.dispatcher.end()

    def call(self):
        self._call.release()


class Dispatcher:
    """The threads, of which one leads: it waits for requests and answers them itself, in order of arrival.

    Threads that share one interpreter slow each other down, and handing a request over costs more than a small answer.
    A thread gives the lead to another before slow work (`leave`, `take_turn`), or loses it when other requests would
    wait too long, and finishes its answer beside the new leader. At most LONG of the answers that declare that they
    take long are made at once; further ones are interrupted and started again later, without occupying a thread. If
    more than SLOW others are slow, the leader only looks after connections until one is done or has lasted too long.

    Threads are started as needed, and the one that became idle last leads next: a quiet server keeps few of them, each
    with its database connection and caches.
    """

    def __init__(self, most, at_end=lambda: None):
        """`most`: the most threads besides the leading one; `at_end()` is called in each before it ends."""
        self._most, self._at_end = most, at_end
        self._threads = self._long = 0
        self._leader = None
        #: threads with an answer that others wait for because it is slow, the one that has waited longest first
        self._slow = []
        self._waiting, self._later, self._idle = collections.deque(), collections.deque(), []
        #: whether the leading thread is making an answer, and when it began the current or last one
        self._answers, self._since = False, 0.0
        #: whether the overseer is looking for slow answers, and the event that wakes it
        self._is_overseen, self._alarm = False, threading.Event()
        self._is_stopping = self._is_over = False
        self._lock = threading.Lock()
        self._ended = threading.Condition(self._lock)

    def start(self, loop):
        """Begin: `loop.turn(has_work)` reads requests and adds tasks, `loop.tell` has something called before a turn.

        A task has `service()`, and `go_on()`, which the leading thread calls afterwards.
        """
        self._loop = loop
        with self._lock:
            self._pass_on()
        threading.Thread(target=self._oversee, name="kitsulite-overseer", daemon=True).start()

    def add_task(self, task):
        """Queue a task; only for the leading thread."""
        self._waiting.append(task)

    # By the leading thread

    def lead(self, worker):
        """Wait for requests and answer them as long as this thread leads; returns whether it may lead again later."""
        while self._leader is worker and not self._is_over:
            try:
                self._loop.turn(self._may_answer())
                self._answer_all(worker)
            except Exception:
                log.exception("connections were not looked after")
            if self._is_stopping and self._leader is worker and not self._loop.is_busy():
                self._finish()
        while task := self._next_long(worker):
            self._serve(worker, task)
        with self._lock:
            if self._is_over or worker.ends or len(self._idle) >= KEPT:
                return False
            worker.idle_since = time.monotonic()
            self._idle.append(worker)
            was_missing = len(self._idle) == 1
        if was_missing:
            self._loop.wake()
        return True

    def _may_answer(self):
        """Whether a request is waiting, and another thread could take the lead."""
        return bool(self._waiting) and len(self._slow) <= SLOW and (self._idle or self._threads <= self._most)

    def _answer_all(self, worker):
        """Answer the requests that are waiting now, until this thread loses the lead or connections need it."""
        until = time.monotonic() + PATIENCE
        for _ in range(len(self._waiting)):
            if self._since > until or self._loop.is_told() or not self._may_answer():
                break
            if not self._answer(worker, self._waiting.popleft()):
                break

    def _answer(self, worker, task):
        """Answer a request as the leading thread; returns whether this thread still leads."""
        self._since = time.monotonic()
        self._answers = True
        if not self._is_overseen:
            self._is_overseen = True
            self._alarm.set()
        return self._serve(worker, task)

    def _serve(self, worker, task):
        """Make an answer; returns whether this thread leads afterwards."""
        follows = task.go_on
        try:
            task.service()
        except Later:
            follows = functools.partial(self._put_off, task)
        except BaseException:
            log.exception("a request was not answered")
        with self._lock:
            leads = self._leader is worker
            if leads:
                self._answers = False
            else:
                self._let_go(worker)
        if leads:
            follows()
        else:
            self._loop.tell(follows)
        return leads

    def _put_off(self, task):
        """Queue an interrupted task, to start again once there is a turn for it."""
        with self._lock:
            (self._later if self._long >= LONG else self._waiting).append(task)

    # By a thread that has lost the lead

    def _next_long(self, worker):
        """The next task that was put off, for a thread with a turn; if there is none, the turn ends."""
        with self._lock:
            if worker.has_turn and self._later and not self._is_over:
                return self._later.popleft()
            self._long -= worker.has_turn
            worker.has_turn = False
            return None

    # By a thread that is making an answer

    def leave(self):
        """Give up the lead before slow work, so that it keeps nobody waiting."""
        # if no more threads can be started, others have to wait
        with self._lock, contextlib.suppress(RuntimeError):
            self._let_go(threading.current_thread())

    def take_turn(self):
        """Let this thread make an answer that takes long; raises Later if LONG of them are already being made."""
        worker = threading.current_thread()
        with self._lock:
            if worker is not self._leader and worker not in self._slow:
                return
            if self._long >= LONG:
                raise Later
            with contextlib.suppress(RuntimeError):
                self._let_go(worker)
                worker.has_turn = True
                self._long += 1

    def _let_go(self, worker):
        """Let other requests be answered without waiting for this thread."""
        if worker is self._leader:
            self._pass_on()
        elif worker in self._slow:
            self._slow.remove(worker)
            self._loop.wake()

    def _pass_on(self):
        """Give the lead to another thread."""
        if self._idle:
            worker = self._idle.pop()
        else:
            worker = Worker(self)
            worker.start()
            self._threads += 1
        self._leader, self._answers = worker, False
        worker.call()

    # By the overseer

    def _oversee(self):
        """While there are requests, take the lead from a thread whose answer would keep others waiting."""
        pause = PATIENCE
        while not self._is_over:
            time.sleep(pause)
            self._dismiss(KEPT_QUIET, QUIET)
            self._wait_no_longer()
            seconds = time.monotonic() - self._since
            pause = max(PATIENCE - seconds, MOMENT) if self._answers else PATIENCE
            if self._answers and seconds >= PATIENCE:
                self._pass_slow_one()
            elif seconds >= QUIET:
                self._dismiss(KEPT_QUIET)
                self._is_overseen = False
                if not (self._answers or self._slow):
                    self._alarm.wait()
                self._alarm.clear()
                self._is_overseen = True

    def _pass_slow_one(self):
        with self._lock:
            if self._answers and time.monotonic() - self._since >= PATIENCE:
                slow = self._leader
                # if no more threads can be started, all requests wait for this one
                with contextlib.suppress(RuntimeError):
                    self._pass_on()
                    slow.slow_since = time.monotonic()
                    self._slow.append(slow)

    def _wait_no_longer(self):
        """Let other requests be answered beside those that have been slow for too long."""
        with self._lock:
            while self._slow and self._slow[0].slow_since <= time.monotonic() - LASTING:
                self._let_go(self._slow[0])

    # The end

    def _dismiss(self, kept, seconds=0):
        """Let threads end that have been idle for this time, except for this number."""
        before = time.monotonic() - seconds
        with self._lock:
            while len(self._idle) > kept and self._idle[0].idle_since <= before:
                worker = self._idle.pop(0)
                worker.ends = True
                worker.call()

    def stop(self, seconds, more=1):
        """Answer the remaining requests within this time and end all threads, waiting for them `more` seconds.

        Returns whether all have ended.
        """
        self._is_stopping = True
        self._loop.wake()
        with self._lock:
            self._ended.wait_for(lambda: self._is_over, seconds)
        self._finish()
        self._loop.wake()
        with self._lock:
            return self._ended.wait_for(lambda: not self._threads, more)

    def _finish(self):
        """End all threads that are not making an answer."""
        self._is_over = True
        self._dismiss(0)
        self._alarm.set()
        with self._lock:
            self._ended.notify_all()

    def end(self):
        """Clean up at the end of this thread."""
        try:
            self._at_end()
        finally:
            with self._lock:
                self._threads -= 1
                self._ended.notify_all()
