"""Answers a request: the WSGI environment, and the head of the answer."""

import contextlib
import functools
import json
import logging
import sys
import time

from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.task import ErrorTask, WSGITask, hop_by_hop, rename_headers
from waitress.utilities import build_http_date

from kitsulite.aside import Later, aside, takes_long
from kitsulite.http.websocket import WebSocketLine

log = logging.getLogger("kitsulite")
#: the path of the event stream, where each client occupies a thread
STREAM = "/socket.io"
#: bytes up to which the first piece of a body is copied behind the head, to be sent together
SMALL = 1 << 16
#: the part of the environment that is the same for all requests
COMMON = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
    "wsgi.input_terminated": True,
}


class FileToSend(ReadOnlyFileBasedBuffer):
    """A file that the loop sends; the connection is cut if the file has become shorter."""

    def get(self, numbytes=-1, skip=False):
        data = super().get(numbytes, skip)
        if self.remain and not data:
            raise OSError("the file has become shorter")
        return data


class RefusedRequest(ErrorTask):
    """A request that is refused without calling the application, with a JSON answer like every other error."""

    def execute(self):
        error = self.request.error
        body = json.dumps({"error": True, "message": f"{error.reason}: {error.body}"}).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", "application/json"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Task(WSGITask):
    """A request. For a WebSocket, the application gets the socket itself; waitress does not touch it meanwhile."""

    has_body = True
    #: status line and headers from the application
    head = ""

    def execute(self):
        environ = self.get_environment()
        if not environ["PATH_INFO"].removeprefix("/api").startswith(STREAM):
            return self.answer(environ)
        with aside():
            if environ.get("HTTP_UPGRADE", "").lower() != "websocket":
                return self.answer(environ)
            return self.talk(environ)

    def talk(self, environ):
        """Hand the socket of the connection to the application."""
        line = WebSocketLine(self.channel.socket)
        # simple-websocket looks for the socket under this name
        environ["werkzeug.socket"] = line
        try:
            self.answer(environ)
        except Exception as error:
            # no answer may be written to a WebSocket
            self.wrote_header = self.close_on_finish = True
            line.hang_up()
            if not isinstance(error, OSError):
                log.warning("a WebSocket was closed for what it said: %s", error)
        finally:
            line.close()

    def answer(self, environ):
        """Send the answer of the application; the loop sends files, as fast as the client accepts them."""
        pieces = self.channel.server.application(environ, self.start_response)
        if hasattr(pieces, "stream"):
            return self.send_file(FileToSend(pieces.stream()))
        try:
            if not isinstance(pieces, list):
                # the answer has begun, so it cannot be put off: without a turn it is made like any other
                with contextlib.suppress(Later):
                    takes_long()
            elif self.content_length is None:
                self.content_length = sum(map(len, pieces))
            for piece in pieces:
                if piece:
                    self.write(piece)
        except BaseException:
            self.close(pieces)
            raise
        self.close(pieces)
        if self.content_length not in (None, self.content_bytes_written) and self.request.command != "HEAD":
            # the client would wait for what is missing
            self.set_close_on_finish()

    def send_file(self, file):
        file.prepare(self.content_length)
        self.write(b"")
        self.channel.write_soon(file)

    def close(self, pieces):
        if hasattr(pieces, "close"):
            pieces.close()

    def get_environment(self):
        request, channel = self.request, self.channel
        server = channel.server
        path = request.path
        environ = {
            **COMMON,
            "REMOTE_ADDR": channel.addr[0],
            "REMOTE_HOST": channel.addr[0],
            "REMOTE_PORT": str(channel.addr[1]),
            "REQUEST_METHOD": request.command,
            "SERVER_PORT": str(server.effective_port),
            "SERVER_NAME": server.server_name,
            "SERVER_SOFTWARE": server.adj.ident,
            "SERVER_PROTOCOL": f"HTTP/{self.version}",
            "PATH_INFO": "/" + path.lstrip("/") if path.startswith("//") else path,
            "REQUEST_URI": request.request_uri,
            "QUERY_STRING": request.query,
            "wsgi.url_scheme": request.url_scheme,
            "wsgi.errors": sys.stderr,
            "wsgi.input": request.get_body_stream(),
            "waitress.client_disconnected": channel.check_client_disconnected,
        }
        for name, value in request.headers.items():
            environ.setdefault(rename_headers.get(name) or "HTTP_" + name, value)
        return environ

    def start_response(self, status, headers, exc_info=None):
        if self.wrote_header or (self.complete and not exc_info):
            raise exc_info[1] if exc_info else AssertionError("start_response was called twice")
        lines = [f"HTTP/{self.version} {status}", *[f"{name}: {value}" for name, value in headers], ""]
        self.head = "\r\n".join(lines)
        if not self.head.count("\r") == self.head.count("\n") == len(lines) - 1:
            raise ValueError("a header of the answer holds a line end")
        lengths = [value for name, value in headers if plain(name) == "content-length"]
        self.content_length = int(lengths[0]) if lengths else None
        self.has_length_line = bool(lengths)
        self.has_body = self.request.command != "HEAD" and status[:3] not in ("204", "304") and status[0] != "1"
        self.complete, self.status = True, status
        return self.write

    def build_response_header(self):
        """The head, completed by the headers that the server sets."""
        asked = self.request.headers.get("CONNECTION", "").lower()
        more = f"Server: {self.channel.server.adj.ident}\r\nDate: {date(int(time.time()))}\r\n"
        has_length = self.content_length is not None or not self.has_body
        if self.has_body and has_length and not self.has_length_line:
            more += f"Content-Length: {self.content_length}\r\n"
        if self.version == "1.1":
            self.close_on_finish = self.close_on_finish or asked == "close"
            if not has_length:
                more += "Transfer-Encoding: chunked\r\n"
                self.chunked_response = True
        elif asked == "keep-alive" and has_length:
            more += "Connection: Keep-Alive\r\n"
        else:
            self.close_on_finish = True
        if self.close_on_finish:
            more += "Connection: close\r\n"
        return (self.head + more + "\r\n").encode("latin-1")

    def write(self, data):
        """Send a piece of the answer, with the head before the first one."""
        if not self.complete:
            raise RuntimeError("start_response was not called before the body")
        head = b""
        if not self.wrote_header:
            head = self.build_response_header()
            self.wrote_header = True
        data = self.framed(data) if data and self.has_body else b""
        if head and len(data) > SMALL:
            self.channel.write_soon(head)
            head = b""
        self.channel.write_soon(head + data if head else data)

    def framed(self, data):
        """A piece of the body as sent: in a chunk, or cut to the announced length."""
        if self.chunked_response:
            return b"%X\r\n%b\r\n" % (len(data), data)
        if self.content_length is not None:
            data = data[: self.content_length - self.content_bytes_written]
            self.content_bytes_written += len(data)
        return data


@functools.lru_cache(maxsize=256)
def plain(name):
    """The name of a header in lower case; raises AssertionError for one that only the server may set."""
    name = name.lower()
    if name in hop_by_hop:
        raise AssertionError(f"{name} is not a header of an application")
    return name


@functools.lru_cache(maxsize=1)
def date(second):
    return build_http_date(second)
