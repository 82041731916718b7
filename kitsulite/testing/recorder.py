"""The record of a test server: requests, events, mails."""

import collections
import datetime as dt
import email
import email.policy
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from kitsulite import clock
from kitsulite.client import message_in
from kitsulite.testing.routes import matcher
from kitsulite.web.observer import Exchange

#: how many requests and events are kept, and how many requests with their bodies
MOST, MOST_BODIES = 20_000, 500
#: bytes of the largest body that is kept
KEPT = 1 << 16
LINK = re.compile(r"https?://[^\s)>\"]+")


@dataclass
class Call:
    """A request and its answer. `body` and `answer` are JSON values or bytes; None for files and large ones."""

    method: str
    path: str
    query: dict[str, str]
    #: rule of the route: `/data/projects/<project_id>/shots`; None if no route matches
    route: str | None
    #: email address of the caller
    person: str | None
    body: Any
    #: 0 if the connection was cut
    status: int
    answer: Any
    milliseconds: float
    #: message of a refusal
    message: str

    @property
    def is_refused(self) -> bool:
        return not 0 < self.status < 400

    def __str__(self) -> str:
        who = f" {self.person}" if self.person else ""
        said = f": {self.message}" if self.message else ""
        return f"{self.method} {self.path} {self.status or 'cut'} ({self.milliseconds:.0f} ms){who}{said}"


class Calls(Sequence[Call]):
    """The requests since the last reset, oldest first, without those of the event stream."""

    def __init__(self) -> None:
        self._calls: collections.deque[Call] = collections.deque(maxlen=MOST)

    def note(self, exchange: Exchange) -> None:
        refused = not 0 < exchange.status < 400
        call = Call(
            exchange.method,
            exchange.path,
            dict(parse_qsl(exchange.query, keep_blank_values=True)),
            exchange.route,
            exchange.who,
            content(exchange.body),
            exchange.status,
            content(exchange.answer),
            exchange.milliseconds,
            message_in(exchange.answer) if refused and exchange.answer else "",
        )
        self._calls.append(call)
        if len(self._calls) > MOST_BODIES:
            old = self._calls[-MOST_BODIES - 1]
            old.body = old.answer = None

    def clear(self) -> None:
        self._calls.clear()

    def to(self, route: str) -> list[Call]:
        """The requests to a route: `POST /data/projects`, `/data/projects/<project_id>/shots`, a path, or with `*`."""
        fits = matcher(route)
        return [call for call in self if fits(call.method, call.path)]

    def assert_called(self, route: str, times: int | None = None) -> None:
        """Fail unless a route was called, if `times` is given exactly that often."""
        count = len(self.to(route))
        if count == 0 if times is None else count != times:
            expected = "at least once" if times is None else f"{times} times"
            raise AssertionError(f"{route} was called {count} times, not {expected}. All requests:\n{self}")

    def assert_none_refused(self) -> None:
        """Fail if a request was refused or its connection was cut."""
        refused = [str(call) for call in self if call.is_refused]
        if refused:
            raise AssertionError("\n".join(["Requests were refused:", *refused]))

    def __getitem__(self, index: Any) -> Any:
        return list(self._calls)[index]

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Call]:
        return iter(list(self._calls))

    def __str__(self) -> str:
        return "\n".join(map(str, self)) or "none"


class Event(NamedTuple):
    """An event as listeners received it."""

    name: str
    payload: dict[str, Any]
    moment: dt.datetime


class Events(collections.deque[Event]):
    """The events since the last reset, oldest first."""

    def __init__(self) -> None:
        super().__init__(maxlen=MOST)

    def note(self, name: str, payload: dict[str, Any]) -> None:
        self.append(Event(name, payload, clock.utc_now()))

    def named(self, name: str) -> list[dict[str, Any]]:
        """The payloads of the events with this name."""
        return [event.payload for event in list(self) if event.name == name]


@dataclass(frozen=True)
class Mail:
    """A mail that the server sent; it is only recorded."""

    to: str
    subject: str
    text: str
    message: EmailMessage

    @property
    def links(self) -> list[str]:
        """The addresses in the text."""
        return LINK.findall(self.text)


def mails_in(outbox: Path) -> list[Mail]:
    """The mails in a folder, oldest first."""
    files = sorted(outbox.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [read_mail(file.read_bytes()) for file in files]


def read_mail(content: bytes) -> Mail:
    message: Any = email.message_from_bytes(content, policy=email.policy.default)
    text = message.get_body(("plain",)).get_content()
    return Mail(str(message["To"]), str(message["Subject"]), text, message)


def content(data: bytes | None) -> Any:
    """The value of JSON; other bytes as they are."""
    try:
        return json.loads(data) if data else None
    except ValueError:
        return data
