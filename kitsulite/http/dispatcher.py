"""The threads that answer requests."""

import collections
import contextlib
import logging
import queue
import threading

from kitsulite.aside import answers_requests

log = logging.getLogger("kitsulite")
#: requests that are worked on at once, and threads that a quiet server keeps: all share one interpreter
AT_ONCE = 8


class Dispatcher:
    """Threads that answer requests, in the order in which these came in.

    Not more than AT_ONCE work at a time, event clients and what is done `aside` not counted. Threads are started as
    they are needed, and the one that was idle last goes first: a quiet server keeps few of them, each with its
    database connection and what that has cached.
    """

    def __init__(self, most):
        self._most, self._threads, self._working, self._stopping = most, 0, 0, False
        self._waiting, self._idle = collections.deque(), []
        self._lock = threading.Lock()
        self._ended = threading.Condition(self._lock)

    def add_task(self, task):
        with self._lock:
            self._waiting.append(task)
            self._start()

    def has_time(self):
        """Whether no request waits for a thread."""
        return not (self._waiting or self._stopping)

    @contextlib.contextmanager
    def aside(self):
        """Work that takes its time and keeps nobody waiting, like that of an event client."""
        with self._lock:
            self._working -= 1
            self._start()
        try:
            yield
        finally:
            with self._lock:
                self._working += 1

    def _start(self):
        """Give what waits to threads, as far as there are some."""
        while self._waiting and self._working < AT_ONCE and (self._idle or self._threads < self._most):
            self._working += 1
            task = self._waiting.popleft()
            if self._idle:
                self._idle.pop().put(task)
            else:
                self._threads += 1
                threading.Thread(target=self._work, args=[task], name="kitsulite-request", daemon=True).start()

    def _work(self, task):
        inbox = queue.SimpleQueue()
        answers_requests(self.aside)
        while task:
            try:
                task.service()
            except Exception:
                log.exception("a request was not answered")
            task = self._next(inbox)

    def _next(self, inbox):
        """The next task of a thread; None: it ends."""
        with self._lock:
            self._working -= 1
            if self._waiting and self._working < AT_ONCE:
                self._working += 1
                return self._waiting.popleft()
            if self._stopping or len(self._idle) >= AT_ONCE:
                self._threads -= 1
                self._ended.notify_all()
                return None
            self._idle.append(inbox)
        task = inbox.get()
        if task is None:
            with self._lock:
                self._threads -= 1
                self._ended.notify_all()
        return task

    def shutdown(self, timeout):
        """Let all threads end that are not in the middle of something; waits for them so many seconds."""
        with self._lock:
            self._stopping = True
            self._waiting.clear()
            for inbox in self._idle:
                inbox.put(None)
            self._idle.clear()
            self._ended.wait_for(lambda: not self._threads, timeout)
