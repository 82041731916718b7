"""Observes requests and answers, for the log and for tests."""

import io
import logging
import re
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kitsulite.aside import Later
from kitsulite.web.compression import GZIP
from kitsulite.web.plugins.caller import PERSON
from kitsulite.web.router import clean_path

log = logging.getLogger("kitsulite.requests")
#: query parameters whose values a log must not show
SECRET = re.compile(r"((?:token|password|secret|code|key)[^=&]*=)[^&]+", re.IGNORECASE)


@dataclass
class Exchange:
    """A request and its answer; `status` is 0 if the connection was cut. Not all observers keep the bodies."""

    method: str
    path: str
    query: str
    #: rule of the route, None if there is none
    route: str | None = None
    #: row of the caller
    person: dict[str, Any] | None = None
    status: int = 0
    milliseconds: float = 0.0
    body: bytes | None = None
    answer: bytes | None = None

    @property
    def who(self) -> str | None:
        """Email address of the caller, or their name if they have none."""
        return (self.person["email"] or self.person["full_name"]) if self.person else None


def log_exchange(exchange: Exchange) -> None:
    """Log a request as one line."""
    query = SECRET.sub(r"\1***", exchange.query)
    path = f"{exchange.path}?{query}" if query else exchange.path
    status, milliseconds = exchange.status or "cut", exchange.milliseconds
    log.info("%s %s %s %.1f ms %s", exchange.method, path, status, milliseconds, exchange.who or "-")


class Observer:
    """A WSGI wrapper that calls `note(exchange)` for every request except those of the event stream.

    Bodies and answers of at most `keep` bytes are included.
    """

    def __init__(self, app: Any, note: Callable[[Exchange], object], keep: int = 0) -> None:
        self.app, self.note, self.keep = app, note, keep

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        path = clean_path(environ.get("PATH_INFO", ""))
        if path == "/socket.io":
            return self.app(environ, start_response)
        exchange = Exchange(environ["REQUEST_METHOD"], path, environ.get("QUERY_STRING", ""))
        exchange.body = self._body(environ)
        is_packed = is_put_off = False

        def started(status: str, headers: Any, *more: Any) -> Any:
            nonlocal is_packed
            exchange.status = int(status[:3])
            is_packed = ("Content-Encoding", "gzip") in headers
            return start_response(status, headers, *more)

        began = time.perf_counter()
        try:
            pieces = self.app(environ, started)
            # before the client has the answer, since it may look at the records at once
            if self.keep and isinstance(pieces, list):
                answer = b"".join(pieces)
                if is_packed and len(answer) <= self.keep:
                    answer = zlib.decompress(answer, GZIP)
                exchange.answer = answer if len(answer) <= self.keep else None
            return pieces
        except Later:
            is_put_off = True
            raise
        finally:
            exchange.milliseconds = (time.perf_counter() - began) * 1000
            route = environ.get("bottle.route")
            exchange.route = route.rule if route else None
            exchange.person = environ.get(PERSON)
            if not is_put_off:
                self.note(exchange)

    def _body(self, environ: dict[str, Any]) -> bytes | None:
        length = environ.get("CONTENT_LENGTH") or "0"
        if not (length.isdigit() and 0 < int(length) <= self.keep):
            return None
        body = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = io.BytesIO(body)
        return body
