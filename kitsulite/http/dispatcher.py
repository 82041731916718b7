"""The threads that answer requests."""

import collections
import logging
import queue
import threading

log = logging.getLogger("kitsulite")


class Dispatcher:
    """Threads that answer requests: started as they are needed, and the one that was idle last goes first.

    So a quiet server keeps few of them, each with its database connection and what that has cached.
    """

    def __init__(self, most):
        self._most, self._running, self._stopping = most, 0, False
        self._waiting, self._idle = collections.deque(), []
        self._lock = threading.Lock()
        self._ended = threading.Condition(self._lock)

    def add_task(self, task):
        with self._lock:
            if self._idle:
                self._idle.pop().put(task)
            elif self._running < self._most:
                self._running += 1
                threading.Thread(target=self._work, args=[task], name="kitsulite-request", daemon=True).start()
            else:
                self._waiting.append(task)

    def _work(self, task):
        inbox = queue.SimpleQueue()
        while task:
            try:
                task.service()
            except Exception:
                log.exception("a request was not answered")
            task = self._next(inbox) or inbox.get()
        with self._lock:
            self._running -= 1
            self._ended.notify_all()

    def _next(self, inbox):
        """A task that waits; without one the inbox is where the next comes, or the end."""
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            if self._stopping:
                inbox.put(None)
            else:
                self._idle.append(inbox)

    def shutdown(self, timeout):
        """Let all threads end that are not in the middle of something; waits for them so many seconds."""
        with self._lock:
            self._stopping = True
            self._waiting.clear()
            for inbox in self._idle:
                inbox.put(None)
            self._idle.clear()
            self._ended.wait_for(lambda: not self._running, timeout)
