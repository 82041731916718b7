"""A connection and its requests."""

import logging
import select
import time
from selectors import EVENT_READ, EVENT_WRITE

from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.utilities import InternalServerError

from kitsulite.aside import Later, aside
from kitsulite.http.parser import Parser
from kitsulite.http.task import RefusedRequest, Task

log = logging.getLogger("kitsulite")
#: seconds that it waits for a client to take more of a large answer: before others go on, each time, and in all;
#: the loop sends the rest
TAKEN_AT_ONCE, TAKEN_EACH, TAKEN = 0.002, 0.02, 0.1


class ConnectionCut(ClientDisconnected, ConnectionResetError):
    """Raised by an application to end the connection without an answer."""


class Channel(HTTPChannel):
    """A connection. Any thread may answer its request (`service`); the leading thread does everything else."""

    task_class = Task
    error_task_class = RefusedRequest
    parser_class = Parser

    def __init__(self, *args, **options):
        #: the events of the connection that the loop waits for
        self.watched = 0
        #: since when the head of a request is awaited: from the start, later from its first bytes; else None
        self.head_awaited_since = time.time()
        #: whether a request of this connection has carried a token
        self.is_known = False
        super().__init__(*args, **options)

    # By the leading thread

    def add_channel(self, map=None):
        super().add_channel(map)
        self.watch(EVENT_READ)

    def del_channel(self, map=None):
        self.watch(0)
        super().del_channel(map)

    def watch(self, events):
        """Let the loop wait for these events."""
        if events != self.watched:
            self.server.loop.watch(self, events)

    def handle_read_event(self):
        # a connection whose request is answered elsewhere need not be watched, which is left to when it has more to say
        if self.connected and self.readable():
            self.handle_read()
        else:
            self.wait()

    def handle_write_event(self):
        if self.connected:
            self.handle_write()
        self.wait()

    def wait(self):
        """Wait for the next data from the client, or until it accepts more of an answer."""
        if self.connected and (self.close_when_flushed or self.will_close):
            self.handle_write()
        if self.connected:
            self.watch((EVENT_READ if self.readable() else 0) | (EVENT_WRITE if self.writable() else 0))

    def handle_read(self):
        """Read incoming data."""
        try:
            data = self.socket.recv(self.adj.recv_bytes)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self.received(data)
        else:
            self.handle_close()

    def received(self, data):
        """Parse incoming data; complete requests are queued for their answer."""
        self.last_activity = time.time()
        if self.request is None:
            self.head_awaited_since = self.last_activity
        while data:
            self.request = self.request or self.parser_class(self.adj)
            data = data[self.request.received(data) :]
            self.offer_to_go_on()
            if self.request.completed:
                self.sent_continue = False
                if not self.request.empty:
                    self.requests.append(self.request)
                self.request = None
        if self.request is None or self.request.headers_finished:
            self.head_awaited_since = None
        if self.requests:
            self.server.add_task(self)

    def offer_to_go_on(self):
        """Send `100 Continue` to a client that waits for it, once its earlier requests are answered."""
        request = self.request
        asks = request and request.expect_continue and request.headers_finished
        if asks and not (self.requests or self.sent_continue):
            self.send_continue()
            self.wait()

    def go_on(self):
        """Go on after an answer, with the next request or the end of the connection."""
        self.last_activity = time.time()
        self.requests.pop(0).close()
        if self.current_outbuf_count:
            # the next answer starts a new buffer, so that this one is freed
            self.current_outbuf_count = self.adj.outbuf_high_watermark
        if self.close_when_flushed or not self.connected:
            while self.requests:
                self.requests.pop().close()
        elif self.requests:
            self.server.add_task(self)
        else:
            self.offer_to_go_on()
        self.wait()

    def is_idle(self):
        """Whether it can be closed without losing a request or an answer."""
        return not (self.requests or self.total_outbufs_len)

    # By any thread

    def service(self):
        """Answer the first request; `go_on` follows."""
        request = self.requests[0]
        self.is_known = self.is_known or "AUTHORIZATION" in request.headers or "COOKIE" in request.headers
        if self.run(request):
            self.close_when_flushed = True

    def run(self, request):
        """Answer a request; returns whether the connection ends afterwards."""
        task = self.error_task_class(self, request) if request.error else self.task_class(self, request)
        if not self.connected:
            return True
        try:
            task.service()
        except Later:
            raise
        except ClientDisconnected:
            return True
        except BaseException:
            # even SystemExit in the application ends the answer, not the server
            log.exception("a request was not answered: %s", request.path)
            if not task.wrote_header:
                request.error = InternalServerError("The server encountered an unexpected internal server error")
                self.run(request)
            return True
        return task.close_on_finish

    def write_soon(self, data):
        """Send what the client accepts at once; the loop sends the rest."""
        with self.outbuf_lock:
            if not self.connected:
                raise ClientDisconnected
            sent = 0
            if not (self.total_outbufs_len or isinstance(data, ReadOnlyFileBasedBuffer)):
                sent = self.send_now(data)
            if sent < len(data):
                super().write_soon(memoryview(data)[sent:] if sent else data)
                self.server.loop.tell(self.wait)
        return len(data)

    def send_now(self, data):
        """Send as much as the client accepts soon; returns the number of bytes."""
        sent = 0
        try:
            sent = self.socket.send(data)
            until = time.monotonic() + TAKEN
            while sent < len(data) and time.monotonic() < until and takes_more(self.socket):
                sent += self.socket.send(memoryview(data)[sent:])
        except BlockingIOError:
            pass
        except OSError:
            self.will_close = True
            raise ClientDisconnected from None
        return sent

    def _flush_outbufs_below_high_watermark(self):
        """Wait until the client has accepted some of its buffered data, which another thread sends."""
        if self.total_outbufs_len > self.adj.outbuf_high_watermark:
            with aside():
                super()._flush_outbufs_below_high_watermark()


def takes_more(connection):
    """Whether more can be sent soon; after a moment, other requests are answered while this waits."""
    if may_send(connection, TAKEN_AT_ONCE):
        return True
    with aside():
        return may_send(connection, TAKEN_EACH)


def may_send(connection, seconds):
    """Whether more can be sent within this time."""
    if not hasattr(select, "poll"):
        return bool(select.select([], [connection], [], seconds)[1])
    poll = select.poll()
    poll.register(connection, select.POLLOUT)
    return bool(poll.poll(seconds * 1000))
