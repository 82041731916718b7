"""Faults on demand: refusals, delays, cut connections, expired tokens, a full disk."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from kitsulite.errors import DiskFull, TokenProblem
from kitsulite.http import ConnectionCut
from kitsulite.testing.routes import matcher
from kitsulite.web import errors
from kitsulite.web.reply import Reply, send
from kitsulite.web.router import clean_path

Kind = Literal["cut", "cut after", "expired token", "full disk"]
KINDS = ("cut", "cut after", "expired token", "full disk")


@dataclass
class Fault:
    """What happens to the next requests to a route."""

    route: str
    #: status of the answer, or a kind of fault; None to answer as usual
    status: int | Kind | None
    #: number of requests it still applies to, None for all
    times: int | None
    delay: float
    message: str

    faults: "Faults"
    #: whether a request met it
    is_met: bool = False

    def __post_init__(self) -> None:
        if self.times is not None and self.times < 1:
            raise ValueError(f"A fault happens at least once, not {self.times} times.")
        self.fits = matcher(self.route)
        if not (
            self.status is None or self.status in KINDS or (isinstance(self.status, int) and 400 <= self.status <= 599)
        ):
            raise ValueError(
                f"{self.status!r} is not a fault: use a status from 400 to 599, or one of {', '.join(KINDS)}."
            )

    def end(self) -> None:
        """Remove the fault: requests are answered as usual."""
        self.faults.remove(self)

    def __enter__(self) -> "Fault":
        return self

    def __exit__(self, *error: object) -> None:
        self.end()


class Faults:
    """The faults of a server; the newest one applies first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        #: all since the last clear, those that are over too
        self._asked_for: list[Fault] = []
        self._lock = threading.Lock()
        self._over = threading.Event()

    def add(self, route: str, status: int | Kind | None, times: int | None, delay: float, message: str) -> Fault:
        if status is None and not delay:
            status = 503
        fault = Fault(route, status, times, delay, message, self)
        with self._lock:
            self._faults.insert(0, fault)
            self._asked_for.append(fault)
        return fault

    def unmet(self) -> list[str]:
        """The routes of those that no request met: they may be misspelt."""
        return [fault.route for fault in self._asked_for if not fault.is_met]

    def remove(self, fault: Fault) -> None:
        with self._lock, contextlib.suppress(ValueError):
            self._faults.remove(fault)

    def clear(self) -> None:
        """Remove all faults and end current delays."""
        with self._lock:
            self._faults.clear()
            self._asked_for.clear()
        self._over.set()
        self._over = threading.Event()

    def _next(self, method: str, path: str) -> Fault | None:
        """The fault that applies to a request; it is used up by one."""
        with self._lock:
            fault = next((one for one in self._faults if one.fits(method, path)), None)
            if fault:
                fault.is_met = True
            if fault and fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
            return fault

    def around(self, app: Any) -> Any:
        """Wrap a WSGI application with these faults."""

        def faulty(environ: dict[str, Any], start_response: Any) -> Any:
            over = self._over
            fault = self._next(environ["REQUEST_METHOD"], clean_path(environ.get("PATH_INFO", "")))
            if fault is None:
                return app(environ, start_response)
            if fault.delay:
                over.wait(fault.delay)
            if fault.status == "cut":
                raise ConnectionCut("The connection was cut, as a test asked for.")
            if fault.status == "cut after":
                finish(app, environ)
                raise ConnectionCut("The connection was cut, as a test asked for.")
            if fault.status is None:
                return app(environ, start_response)
            return send(refusal(fault), environ, start_response)

        return faulty


def finish(app: Any, environ: dict[str, Any]) -> None:
    """Let an application handle a request, and discard the answer."""
    pieces: Iterator[bytes] = app(environ, lambda *started: None)
    for _ in pieces:
        pass
    if hasattr(pieces, "close"):
        pieces.close()


def refusal(fault: Fault) -> Reply:
    """The same answer that the server itself would give."""
    if fault.status == "expired token":
        return errors.reply_to(TokenProblem("Signature has expired", 401, "error"))
    if fault.status == "full disk":
        return errors.reply_to(DiskFull())
    status: Any = fault.status
    return errors.problem(status, fault.message)
