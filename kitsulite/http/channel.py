"""A connection: its requests, what is refused before the application is asked, and the way to WebSocket."""

import contextlib
import json
import logging
import socket
import threading
import time

from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import RequestEntityTooLarge

log = logging.getLogger("kitsulite")
#: seconds without a word after which a WebSocket is dead: event clients answer a ping every 5 seconds
SILENCE = 12
#: most bytes of a body of callers who show no token; guests of a shared playlist have theirs in the path
STRANGERS_MOST = 1 << 20
GUESTS = ("/shared/", "/api/shared/")


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


class Parser(HTTPRequestParser):
    """A request as it comes in. Strangers cannot fill the disk with bodies that nobody has asked for."""

    shows_token = False

    def received(self, data):
        consumed = super().received(data)
        if self.body_rcv is not None:
            self.shows_token = "AUTHORIZATION" in self.headers or "COOKIE" in self.headers
            size = max(self.content_length, self.body_bytes_received)
            if size > STRANGERS_MOST and not (self.shows_token or self.error or self.path.startswith(GUESTS)):
                self.error = RequestEntityTooLarge(f"without a token at most {STRANGERS_MOST} bytes are taken")
                self.completed = True
        return consumed


class Channel(HTTPChannel):
    task_class = Task
    error_task_class = RefusedRequest
    parser_class = Parser

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        #: since when the head of a request is awaited, None while none is: from the start, then from its first bytes
        self.head_awaited_since = self.creation_time
        #: whether a request of this connection has shown a token
        self.is_known = False

    def received(self, data):
        if self.request is None:
            self.head_awaited_since = time.time()
        answer = super().received(data)
        if self.request is None or self.request.headers_finished:
            self.head_awaited_since = None
        return answer

    def service(self):
        if self.requests:
            headers = self.requests[0].headers
            self.is_known = self.is_known or "AUTHORIZATION" in headers or "COOKIE" in headers
        super().service()

    def is_idle(self):
        """Whether it could be closed without harm to a request that has come in."""
        return not (self.requests or self.total_outbufs_len)
