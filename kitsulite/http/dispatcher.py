"""The threads that answer requests."""

import collections
import contextlib
import functools
import logging
import threading
import time

from kitsulite.aside import Later, answers_requests

log = logging.getLogger("kitsulite")
#: requests that are worked on beside the thread that leads: those that are known to take long, and that turn out to
LONG, SLOW = 3, 4
#: seconds that others wait for a request at most before it counts as slow
PATIENCE, MOMENT = 0.02, 0.001
#: idle threads that are kept besides the one that leads, by a busy server and by a quiet one
KEPT, KEPT_QUIET = LONG + SLOW, LONG
#: seconds without a request after which nobody looks for slow ones
QUIET = 1


class Worker(threading.Thread):
    """A thread that leads when it is called."""

    def __init__(self, dispatcher):
        super().__init__(name="kitsulite-request", daemon=True)
        self.dispatcher = dispatcher
        self._call = threading.Lock()
        self._call.acquire()
        #: whether it makes one of the few answers that take long, or one that others would have waited for
        self.has_turn = self.is_slow = False
        self.ends = False

    def run(self):
        answers_requests(self.dispatcher.leave, self.dispatcher.take_turn)
        self._call.acquire()
        while self.dispatcher.lead(self):
            self._call.acquire()
        self.dispatcher.end()

    def call(self):
        self._call.release()


class Dispatcher:
    """Threads of which one leads: it waits for requests and answers them itself, in the order in which they came in.

    Threads that share one interpreter hold each other up, and handing over costs more than a small answer. A thread
    gives the lead to another one when it begins with what takes its time (`leave`, `take_turn`), or has it taken away
    when others would wait too long for its answer, and finishes that beside the one that leads. Of answers that
    take long, LONG are made at once, and the next ones are begun again, which holds no thread; of those that turn out
    to be slow SLOW, and while there is one more nothing is answered but connections are looked after.

    Threads are started as they are needed, and the one that was idle last leads first: a quiet server keeps few of
    them, each with its database connection and what that has cached.
    """

    def __init__(self, most, at_end=lambda: None):
        """`most`: threads at most besides the one that leads; `at_end()` is called in each that ends."""
        self._most, self._at_end = most, at_end
        self._threads = self._long = self._slow = 0
        self._leader = None
        self._waiting, self._later, self._idle = collections.deque(), collections.deque(), []
        #: whether the thread that leads makes an answer, and since when it or the last one does
        self._answers, self._since = False, 0.0
        #: whether somebody looks for slow answers
        self._is_overseen, self._alarm = False, threading.Event()
        self._is_stopping = self._is_over = False
        self._lock = threading.Lock()
        self._ended = threading.Condition(self._lock)

    def start(self, loop):
        """Begin: `loop.turn(has_work)` reads what comes in and adds tasks, `loop.tell` does something before one.

        A task has `service()`, and `go_on()` for the thread that leads once it is done.
        """
        self._loop = loop
        with self._lock:
            self._pass_on()
        threading.Thread(target=self._oversee, name="kitsulite-overseer", daemon=True).start()

    def add_task(self, task):
        """Let a task wait for its turn; by the thread that leads."""
        self._waiting.append(task)

    # What the thread does that leads

    def lead(self, worker):
        """Wait for requests and answer them as long as this thread leads; whether it may do so again later."""
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
            self._idle.append(worker)
            was_missing = len(self._idle) == 1
        if was_missing:
            self._loop.wake()
        return True

    def _may_answer(self):
        """Whether something waits, and another thread could take the lead."""
        return bool(self._waiting) and self._slow <= SLOW and (self._idle or self._threads <= self._most)

    def _answer_all(self, worker):
        """Answer what waits by now, as long as this thread leads and connections may wait."""
        until = time.monotonic() + PATIENCE
        for _ in range(len(self._waiting)):
            if self._since > until or self._loop.is_told() or not self._may_answer():
                break
            if not self._answer(worker, self._waiting.popleft()):
                break

    def _answer(self, worker, task):
        """Answer a request that has come in; whether this thread still leads."""
        self._since = time.monotonic()
        self._answers = True
        if not self._is_overseen:
            self._is_overseen = True
            self._alarm.set()
        return self._serve(worker, task)

    def _serve(self, worker, task):
        """Make an answer; whether this thread leads."""
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
        """Begin a task again once there is a turn for it."""
        with self._lock:
            (self._later if self._long >= LONG else self._waiting).append(task)

    # What a thread does that does not lead any more

    def _next_long(self, worker):
        """The next of those that were put off, for a thread that has a turn; without one its turn ends."""
        with self._lock:
            if worker.has_turn and self._later and not self._is_over:
                return self._later.popleft()
            self._long -= worker.has_turn
            worker.has_turn = False
            return None

    # What a thread does that answers

    def leave(self):
        """Let another thread lead, if this one does: what it does next takes its time and keeps nobody waiting."""
        with self._lock:
            self._let_go(threading.current_thread())

    def take_turn(self):
        """Let the thread that calls this make an answer that takes long; Later if enough of them are being made."""
        worker = threading.current_thread()
        with self._lock:
            if worker is not self._leader and not worker.is_slow:
                return
            if self._long >= LONG:
                raise Later
            self._let_go(worker)
            worker.has_turn = True
            self._long += 1

    def _let_go(self, worker):
        """Let others be answered without waiting for what this thread does."""
        if worker is self._leader:
            self._pass_on()
        elif worker.is_slow:
            worker.is_slow = False
            self._slow -= 1
            self._loop.wake()

    def _pass_on(self):
        """Let another thread lead."""
        if self._idle:
            worker = self._idle.pop()
        else:
            worker = Worker(self)
            worker.start()
            self._threads += 1
        self._leader, self._answers = worker, False
        worker.call()

    # Who looks after them

    def _oversee(self):
        """While requests come in, take the lead from a thread whose answer would keep others waiting."""
        pause = PATIENCE
        while not self._is_over:
            time.sleep(pause)
            seconds = time.monotonic() - self._since
            pause = max(PATIENCE - seconds, MOMENT) if self._answers else PATIENCE
            if self._answers and seconds >= PATIENCE:
                self._pass_slow_one()
            elif seconds >= QUIET:
                self._dismiss(KEPT_QUIET)
                self._is_overseen = False
                if not self._answers:
                    self._alarm.wait()
                self._alarm.clear()
                self._is_overseen = True

    def _pass_slow_one(self):
        with self._lock:
            if self._answers and time.monotonic() - self._since >= PATIENCE:
                slow = self._leader
                # if the system gives no more threads all wait for it
                with contextlib.suppress(RuntimeError):
                    self._pass_on()
                    slow.is_slow = True
                    self._slow += 1

    # The end

    def _dismiss(self, kept):
        """Let idle threads end but so many."""
        with self._lock:
            while len(self._idle) > kept:
                worker = self._idle.pop(0)
                worker.ends = True
                worker.call()

    def stop(self, seconds, more=1):
        """Answer what has come in within so many seconds, and let all threads end; waits for them some `more`."""
        self._is_stopping = True
        self._loop.wake()
        with self._lock:
            self._ended.wait_for(lambda: self._is_over, seconds)
        self._finish()
        self._loop.wake()
        with self._lock:
            self._ended.wait_for(lambda: not self._threads, more)

    def _finish(self):
        """Let all threads end that are not in the middle of something."""
        self._is_over = True
        self._dismiss(0)
        self._alarm.set()
        with self._lock:
            self._ended.notify_all()

    def end(self):
        """The thread that calls this ends."""
        try:
            self._at_end()
        finally:
            with self._lock:
                self._threads -= 1
                self._ended.notify_all()
