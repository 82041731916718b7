"""A connection and its requests."""

import logging
import time

from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.utilities import InternalServerError

from kitsulite.aside import Later
from kitsulite.http.dispatcher import wait
from kitsulite.http.parser import Parser
from kitsulite.http.task import RefusedRequest, Task

log = logging.getLogger("kitsulite")
#: seconds that it waits, each time and in all, for a client to take a large answer; the loop sends the rest
TAKEN_EACH, TAKEN = 0.02, 0.1


class ConnectionCut(ClientDisconnected, ConnectionResetError):
    """Raised by an application to end the connection without an answer."""


class Channel(HTTPChannel):
    task_class = Task
    error_task_class = RefusedRequest
    parser_class = Parser

    def __init__(self, *args, **options):
        #: whether a thread that has answered waits for the next request, and the loop does not
        self.lingers = False
        #: since when the head of a request is awaited, None while none is: from the start, then from its first bytes
        self.head_awaited_since = time.time()
        #: whether a request of this connection has shown a token
        self.is_known = False
        super().__init__(*args, **options)

    # What the loop does

    def readable(self):
        return not self.lingers and super().readable()

    def received(self, data):
        """Take what has come in; a request that is whole waits for a thread."""
        if self.take(data):
            self.server.add_task(self)

    def take(self, data):
        """Read what has come in; whether it completes a request that none is answered before."""
        if self.request is None:
            self.head_awaited_since = time.time()
        with self.requests_lock:
            if self.will_close or self.close_when_flushed:
                return False
            was_idle = not self.requests
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
        return was_idle and bool(self.requests)

    def offer_to_go_on(self):
        """Answer `100 Continue` to a client that waits for it, once its earlier requests are answered."""
        request = self.request
        asks = request and request.expect_continue and request.headers_finished
        if asks and not (self.requests or self.sent_continue):
            self.send_continue()

    def is_idle(self):
        """Whether it could be closed without harm to a request that has come in."""
        return not (self.requests or self.lingers or self.total_outbufs_len)

    # What the threads do

    def service(self):
        """Answer the request that has come in, and those that follow while the thread stays with the connection."""
        try:
            while self.answer():
                if not self.hears_more():
                    self.lingers = False
                    break
        except Later:
            self.lingers = False
            self.server.task_dispatcher.put_off(self)
            return
        self.last_activity = time.time()
        if self.connected:
            self.server.pull_trigger()

    def answer(self):
        """Answer the first request; whether this thread may wait for the next one."""
        request = self.requests[0]
        self.is_known = self.is_known or "AUTHORIZATION" in request.headers or "COOKIE" in request.headers
        try:
            closes = self.run(request)
        finally:
            self.server.task_dispatcher.end_turn()
        with self.requests_lock:
            if closes:
                self.close_when_flushed, self.lingers = True, False
                for waiting in self.requests:
                    waiting.close()
                self.requests = []
                return False
            request.close()
            if self.current_outbuf_count:
                # the next answer begins a buffer of its own, so that this one is let go
                self.current_outbuf_count = self.adj.outbuf_high_watermark
            self.lingers = len(self.requests) == 1 and not self.total_outbufs_len
            self.requests.pop(0)
            if self.connected and self.requests:
                self.server.add_task(self)
            else:
                self.offer_to_go_on()
            return self.lingers

    def run(self, request):
        """Answer a request; whether the connection ends then."""
        task = self.error_task_class(self, request) if request.error else self.task_class(self, request)
        if not self.connected:
            return True
        try:
            task.service()
        except ClientDisconnected:
            return True
        except Exception:
            log.exception("a request was not answered: %s", request.path)
            if not task.wrote_header:
                request.error = InternalServerError("The server encountered an unexpected internal server error")
                self.run(request)
            return True
        return task.close_on_finish

    def hears_more(self):
        """Whether the connection brings its next request before the thread is needed elsewhere."""
        self.last_activity = time.time()
        if not self.server.task_dispatcher.stay(self.socket):
            return False
        try:
            data = self.socket.recv(self.adj.recv_bytes)
        except OSError:
            data = b""
        if not data:
            self.will_close = True
        return self.take(data)

    def write_soon(self, data):
        """Send at once what the client takes; the loop sends the rest."""
        if self.total_outbufs_len or isinstance(data, ReadOnlyFileBasedBuffer):
            return super().write_soon(data)
        if not self.connected:
            raise ClientDisconnected
        with self.outbuf_lock:
            sent = self.send_now(data)
            if sent < len(data):
                super().write_soon(memoryview(data)[sent:])
        return len(data)

    def send_now(self, data):
        """Send as much as the client takes soon; returns the number of bytes."""
        sent, until = 0, time.monotonic() + TAKEN
        try:
            while True:
                sent += self.socket.send(memoryview(data)[sent:])
                if sent == len(data) or time.monotonic() > until or not wait([self.socket], TAKEN_EACH, to_send=True):
                    return sent
        except BlockingIOError:
            return sent
        except OSError:
            self.will_close = True
            raise ClientDisconnected from None
