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
    """A connection. Any thread answers its request (`service`), all else is done by the one that leads."""

    task_class = Task
    error_task_class = RefusedRequest
    parser_class = Parser

    def __init__(self, *args, **options):
        #: the events that the loop waits for on it
        self.watched = 0
        #: since when the head of a request is awaited, None while none is: from the start, then from its first bytes
        self.head_awaited_since = time.time()
        #: whether a request of this connection has shown a token
        self.is_known = False
        super().__init__(*args, **options)

    # What the thread does that leads

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
        """Wait for what the client says next, or for it to take the rest of an answer."""
        if self.connected and (self.close_when_flushed or self.will_close):
            self.handle_write()
        if self.connected:
            self.watch((EVENT_READ if self.readable() else 0) | (EVENT_WRITE if self.writable() else 0))

    def handle_read(self):
        """Take what has come in."""
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
        """Take what has come in; a request that is whole waits to be answered."""
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
        """Answer `100 Continue` to a client that waits for it, once its earlier requests are answered."""
        request = self.request
        asks = request and request.expect_continue and request.headers_finished
        if asks and not (self.requests or self.sent_continue):
            self.send_continue()
            self.wait()

    def go_on(self):
        """Do what follows an answer: the next request, or the end."""
        self.last_activity = time.time()
        self.requests.pop(0).close()
        if self.current_outbuf_count:
            # the next answer begins a buffer of its own, so that this one is let go
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
        """Whether it could be closed without harm to a request that has come in."""
        return not (self.requests or self.total_outbufs_len)

    # What any thread does

    def service(self):
        """Answer the first request; `go_on` follows."""
        request = self.requests[0]
        self.is_known = self.is_known or "AUTHORIZATION" in request.headers or "COOKIE" in request.headers
        if self.run(request):
            self.close_when_flushed = True

    def run(self, request):
        """Answer a request; whether the connection ends then."""
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
            # an application that asks to exit ends its answer, not the server
            log.exception("a request was not answered: %s", request.path)
            if not task.wrote_header:
                request.error = InternalServerError("The server encountered an unexpected internal server error")
                self.run(request)
            return True
        return task.close_on_finish

    def write_soon(self, data):
        """Send at once what the client takes; the loop sends the rest."""
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
        """Send as much as the client takes soon; returns the number of bytes."""
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
        """Wait for the client to take some of what is kept for it, which another thread sends."""
        if self.total_outbufs_len > self.adj.outbuf_high_watermark:
            with aside():
                super()._flush_outbufs_below_high_watermark()


def takes_more(connection):
    """Whether something may be sent soon; a client that takes it at once keeps nobody else waiting."""
    if may_send(connection, TAKEN_AT_ONCE):
        return True
    with aside():
        return may_send(connection, TAKEN_EACH)


def may_send(connection, seconds):
    """Whether something may be sent within so many seconds."""
    if not hasattr(select, "poll"):
        return bool(select.select([], [connection], [], seconds)[1])
    poll = select.poll()
    poll.register(connection, select.POLLOUT)
    return bool(poll.poll(seconds * 1000))
