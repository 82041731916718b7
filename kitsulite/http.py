"""HTTP by waitress: its threads, what it refuses, and the way from a request to WebSocket."""

import collections
import contextlib
import json
import logging
import queue
import select
import socket
import threading
import time

from waitress import wasyncore
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.server import create_server
from waitress.task import ErrorTask, WSGITask

log = logging.getLogger("kitsulite")
NO_LIMIT = 1 << 62
#: Windows selects over at most 512 sockets
MOST_CONNECTIONS = 1000 if hasattr(select, "poll") else 480
#: seconds that requests under way get to finish when the server stops
PATIENCE = 5
#: seconds without a word after which a WebSocket is dead: event clients answer a ping every 25 seconds
SILENCE = 45


class Http:
    """waitress around an application, serving from a thread until it is stopped."""

    def __init__(self, app, settings, listener):
        # A queue is normal where browsers open many connections: no line for each request of it.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._dispatcher = Dispatcher(settings.threads)
        self._waitress = create_server(
            app,
            sockets=[listener],
            _dispatcher=self._dispatcher,
            ident="kitsulite",
            connection_limit=MOST_CONNECTIONS,
            max_request_body_size=settings.max_content_length + 1 if settings.max_content_length else NO_LIMIT,
            # The application itself decides which proxy to believe.
            clear_untrusted_proxy_headers=False,
        )
        self._waitress.channel_class = Channel
        self._listener = listener
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kitsulite-http", daemon=True)
        self._thread.start()

    def stop(self):
        """Take no more requests, finish those under way, close."""
        self._stopping.set()
        self._waitress.pull_trigger()
        self._thread.join()
        # Not by the loop itself, which may end before the line above has woken it.
        wasyncore.close_all(self._waitress._map, ignore_all=True)

    def _run(self):
        while not self._stopping.is_set():
            self._turn(1)
        self._waitress.accepting = False
        self._listener.close()
        patience = time.monotonic() + PATIENCE
        while self._is_busy() and time.monotonic() < patience:
            self._turn(0.1)
        self._dispatcher.shutdown(timeout=1)

    def _turn(self, seconds):
        wasyncore.loop(timeout=seconds, use_poll=hasattr(select, "poll"), map=self._waitress._map, count=1)

    def _is_busy(self):
        channels = list(self._waitress.active_channels.values())
        return any(channel.requests or channel.total_outbufs_len for channel in channels)


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


class ConnectionCut(ClientDisconnected, ConnectionResetError):
    """Raised by an application to end the connection without an answer."""


class RefusedRequest(ErrorTask):
    """What waitress refuses without asking the application: answered as JSON, like every other error."""

    def execute(self):
        error = self.request.error
        body = json.dumps({"error": True, "message": f"{error.reason}: {error.body}"}).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", "application/json"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class WebSocketLine(socket.socket):
    """The socket of a connection that has become a WebSocket, of which threads send whole messages."""

    def __init__(self, connection):
        super().__init__(fileno=connection.dup().detach())
        self.settimeout(SILENCE)
        self._sending = threading.Lock()

    def send(self, data):
        try:
            with self._sending:
                self.sendall(data)
        except OSError as error:
            # what simple-websocket expects of a client that is gone
            raise BrokenPipeError from error

    def hang_up(self):
        """End the connection, also for the thread that waits for what the client says."""
        with contextlib.suppress(OSError):
            self.shutdown(socket.SHUT_RDWR)


class Task(WSGITask):
    """A request. One that asks for WebSocket gets the socket itself, which waitress leaves alone until it is done."""

    def execute(self):
        environ = self.get_environment()
        if environ.get("HTTP_UPGRADE", "").lower() != "websocket":
            return super().execute()
        line = WebSocketLine(self.channel.socket)
        # the name under which simple-websocket looks for the socket
        environ["werkzeug.socket"] = line
        try:
            super().execute()
        except Exception as error:
            # the end of a WebSocket, after which no answer is to be written
            self.wrote_header = self.close_on_finish = True
            line.hang_up()
            if not isinstance(error, OSError):
                log.warning("a WebSocket was closed for what it said: %s", error)
        finally:
            line.close()


class Channel(HTTPChannel):
    task_class = Task
    error_task_class = RefusedRequest
