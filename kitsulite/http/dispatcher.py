"""The threads that answer requests."""

import collections
import contextlib
import logging
import queue
import select
import socket
import threading
import time

from kitsulite.aside import Later, answers_requests

log = logging.getLogger("kitsulite")
#: requests that are worked on at once, as threads that share one interpreter hold each other up;
#: besides, those that are known to take long, and those that turn out to
AT_ONCE, LONG, SLOW = 1, 3, 4
#: seconds that others wait for a request before it counts as slow
PATIENCE = 0.02
#: threads that a quiet server keeps
KEPT = AT_ONCE + LONG
#: threads that stay with a connection while there is nothing to do, and for how many seconds
MOST_STAYING, STAY = 4, 5


class Worker(threading.Thread):
    """A thread with a place where its next task comes."""

    def __init__(self, dispatcher, task):
        super().__init__(name="kitsulite-request", daemon=True)
        self.dispatcher = dispatcher
        self.inbox = queue.SimpleQueue()
        self.inbox.put(task)
        #: whether it stays with a connection, and whether it was called from there
        self.stays = self.is_called = False
        #: whether it makes one of the few answers that take long, or one that others have waited for
        self.has_turn = self.is_slow = False
        self._bell = None

    def run(self):
        answers_requests(self.dispatcher.aside, self.dispatcher.take_turn)
        while task := self.inbox.get():
            try:
                task.service()
            except Exception:
                log.exception("a request was not answered")
            self.dispatcher.done(self)
        if self._bell:
            for end in self._bell:
                end.close()
        self.dispatcher.end()

    def give(self, task):
        """Let it take a task, or None: its end."""
        self.inbox.put(task)
        if self.stays:
            self.is_called = True
            self._bell[1].send(b"!")

    def hears(self, connection):
        """Whether something comes in on a connection before somebody calls, or it has stayed long enough."""
        ready = wait([connection, self._bell[0]], STAY)
        return connection in ready

    def hang_bell(self):
        self._bell = self._bell or socket.socketpair()

    def calm(self):
        """Forget the call from the connection."""
        self._bell[0].recv(1)
        self.is_called = False


class Dispatcher:
    """Threads that answer requests, in the order in which these came in.

    Not more than AT_ONCE work at a time, event clients and what is done `aside` not counted, nor what takes long, of
    which LONG are worked on: the next ones are begun again, which holds no thread. A request that others have waited
    for long enough is not counted any more either, up to SLOW of them, so that one cannot hold up all.

    Threads are started as they are needed, and the one that was idle last goes first: a quiet server keeps few of
    them, each with its database connection and what that has cached. An idle one may stay with the connection that it
    has answered last, whose next request needs no turn of the loop then; it is called from there if all others work.
    """

    def __init__(self, most, at_end=lambda: None):
        """`most`: threads at most; `at_end()` is called in each that ends."""
        self._at_end = at_end
        self._most, self._threads, self._staying, self._long, self._slow = most, 0, 0, 0, 0
        #: the threads that work, and since when
        self._working = {}
        self._stopping = self._is_overseen = False
        self._waiting, self._later, self._idle = collections.deque(), collections.deque(), []
        self._lock = threading.Lock()
        self._ended, self._crowd = threading.Condition(self._lock), threading.Condition(self._lock)
        threading.Thread(target=self._oversee, name="kitsulite-overseer", daemon=True).start()

    def add_task(self, task):
        with self._lock:
            self._waiting.append(task)
            self._start()

    @contextlib.contextmanager
    def aside(self):
        """Work that takes its time and keeps nobody waiting, like that of an event client."""
        worker = threading.current_thread()
        with self._lock:
            is_counted = self._rest(worker)
            self._start()
        try:
            yield
        finally:
            if is_counted:
                with self._lock:
                    self._work(worker)

    def take_turn(self):
        """Let the thread that calls this make an answer that takes long; Later if enough of them are being made."""
        worker = threading.current_thread()
        with self._lock:
            if worker not in self._working:
                return
            if self._long >= LONG:
                raise Later
            worker.has_turn = True
            self._long += 1
            del self._working[worker]
            self._start()

    def end_turn(self):
        """The thread that calls this has made its answer, and one of those that were put off is begun again."""
        worker = threading.current_thread()
        if not worker.has_turn:
            return
        with self._lock:
            worker.has_turn = False
            self._long -= 1
            self._work(worker)
            if self._later:
                self._waiting.appendleft(self._later.popleft())
                self._start()

    def put_off(self, task):
        """Begin a task again once there is a turn for it."""
        with self._lock:
            if self._long >= LONG:
                self._later.append(task)
            else:
                self._waiting.append(task)
                self._start()

    def _start(self):
        """Give what waits to threads, as far as there are some."""
        while self._waiting and len(self._working) < AT_ONCE and (self._idle or self._threads < self._most):
            task = self._waiting.popleft()
            if self._idle:
                worker = self._idle.pop()
                worker.give(task)
            else:
                self._threads += 1
                worker = Worker(self, task)
                worker.start()
            self._work(worker)
        if self._waiting and not self._is_overseen:
            self._is_overseen = True
            self._crowd.notify()

    def _oversee(self):
        """While requests wait, look after those that are worked on."""
        with self._lock:
            while not self._stopping:
                self._is_overseen = bool(self._waiting)
                self._crowd.wait(PATIENCE if self._waiting else None)
                self._pass_slow_ones()

    def _pass_slow_ones(self):
        """Begin with requests that wait, instead of letting them wait for those that turn out to be slow."""
        before = time.monotonic() - PATIENCE
        for worker in [worker for worker, since in self._working.items() if since <= before]:
            if self._waiting and self._slow < SLOW:
                worker.is_slow = True
                self._slow += 1
                del self._working[worker]
                self._start()

    def _work(self, worker):
        """Count a thread among those that work, from now on."""
        self._working[worker] = time.monotonic()

    def _rest(self, worker):
        """Count a thread no more among those that work; whether it was."""
        if worker.is_slow:
            worker.is_slow = False
            self._slow -= 1
            return True
        return self._working.pop(worker, None) is not None

    def stay(self, connection):
        """Let the thread that calls this stay with a connection; whether this says more, and the thread may listen."""
        worker = threading.current_thread()
        with self._lock:
            if self._waiting or self._stopping or self._staying >= MOST_STAYING:
                return False
            worker.hang_bell()
            worker.stays = True
            self._rest(worker)
            self._staying += 1
            # the last to be called
            self._idle.insert(0, worker)
        hears = worker.hears(connection)
        with self._lock:
            worker.stays = False
            self._staying -= 1
            if worker.is_called:
                return False
            self._idle.remove(worker)
            self._work(worker)
            return hears and len(self._working) <= AT_ONCE

    def done(self, worker):
        """Give a thread that has finished its next task, if one waits."""
        with self._lock:
            if worker.is_called:
                worker.calm()
                return
            self._rest(worker)
            if self._waiting and len(self._working) < AT_ONCE:
                self._work(worker)
                worker.give(self._waiting.popleft())
            elif self._stopping or len(self._idle) >= KEPT:
                worker.give(None)
            else:
                self._idle.append(worker)

    def end(self):
        """The thread that calls this ends."""
        try:
            self._at_end()
        finally:
            with self._lock:
                self._threads -= 1
                self._ended.notify_all()
                self._start()

    def shutdown(self, timeout):
        """Let all threads end that are not in the middle of something; waits for them so many seconds."""
        with self._lock:
            self._stopping = True
            self._crowd.notify()
            self._waiting.clear()
            self._later.clear()
            while self._idle:
                self._idle.pop().give(None)
            self._ended.wait_for(lambda: not self._threads, timeout)


def wait(connections, seconds, to_send=False):
    """Those of some connections on which something comes in, or may be sent, within so many seconds."""
    if not hasattr(select, "poll"):
        lists = ([], connections, []) if to_send else (connections, [], [])
        return [connection for ready in select.select(*lists, seconds) for connection in ready]
    poll = select.poll()
    for connection in connections:
        poll.register(connection, select.POLLOUT if to_send else select.POLLIN)
    ready = {number for number, _ in poll.poll(seconds * 1000)}
    return [connection for connection in connections if connection.fileno() in ready]
