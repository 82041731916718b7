"""Answers: JSON, nothing, text, files with ranges, CSV and line-wise streams."""

import email.utils
import functools
import hashlib
import itertools
import mimetypes
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO
from urllib.parse import quote

import bottle

from kitsulite import clock
from kitsulite.errors import NotFound
from kitsulite.models.fields import JsonText, encoder
from kitsulite.store.json_stream import JsonStream

SECURITY = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "SAMEORIGIN"),
    ("Content-Security-Policy", "frame-ancestors 'self'"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)
SANDBOX = ("Content-Security-Policy", "sandbox; frame-ancestors 'self'")
#: JSON of a value, what it does not know as text
encoded = encoder(str)
#: headers of which an answer has one
REPLACED = {name for name, _ in SECURITY} | {"Content-Type"}
#: status of answers without a body
NO_BODY = (204, 304)
Header = tuple[str, str]
JSON, NDJSON = "application/json", "application/x-ndjson"
#: lines from which on a stream is not held to see whether a client has it already
MOST_KEPT = 2000
CHUNK = 1 << 18
#: most bytes of a file that are read at once
SMALL = 1 << 16
SINGLE_RANGE = re.compile(r"bytes=\s*(\d{1,18}-\d{0,18}|-\d{1,18})\s*", re.ASCII)
#: a text that may stand in a header without quotes
TOKEN = re.compile(r"[\w.!#$&+^`|~-]+", re.ASCII)


class Reply(bottle.HTTPResponse):
    """Status, headers and body of an answer; the body is bytes or what yields them."""

    def __init__(
        self,
        body: bytes | Iterable[bytes] = b"",
        status: int = 200,
        headers: Iterable[Header] = (),
        content_type: str = JSON,
    ) -> None:
        # what Bottle would do, with less to look at: most answers have these headers and no others
        self._cookies = None
        self.body = body
        self.status = status
        self._headers: dict[str, list[str]] = {name: [value] for name, value in SECURITY}
        self._headers["Content-Type"] = [content_type]
        if content_type is not JSON:
            self.set_header("Content-Type", content_type)
        for name, value in headers:
            if name in REPLACED:
                self.set_header(name, value)
            else:
                self.add_header(name, value)

    @property
    def headerlist(self) -> list[Header]:
        """Its headers as WSGI wants them: no text beyond Latin-1."""
        bad = self.bad_headers.get(self.status_code, ())
        return [
            (name, value if value.isascii() else value.encode().decode("latin-1"))
            for name, values in self._headers.items()
            if name not in bad
            for value in values
        ]

    def own(self, name: str) -> str:
        """The header of this very name, empty without one."""
        values = self._headers.get(name)
        return values[-1] if values else ""


def send(reply: Reply, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a WSGI request by a ready answer, as it is."""
    body, headers = reply.body, reply.headerlist
    has_body = reply.status_code not in NO_BODY
    if isinstance(body, bytes):
        if has_body and not reply.own("Content-Length"):
            headers.append(("Content-Length", str(len(body))))
        body = [body]
    start_response(reply.status_line, headers)
    if has_body and environ["REQUEST_METHOD"] != "HEAD":
        return body
    reply.close()
    return []


def to_json(value: Any) -> bytes:
    """JSON as the API writes it: compact, UTF-8, keys in their order. JsonText and bytes are JSON already."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, JsonText):
        return value.encode()
    return encoded(value).encode()


def json_reply(value: Any, status: int = 200, headers: Iterable[Header] = ()) -> Reply:
    return Reply(value if isinstance(value, JsonStream) else to_json(value), status, headers)


def tagged(request: Any, value: Any) -> Reply:
    """JSON that a client may keep and asks about each time; nothing if it has this very answer already."""
    body = to_json(value)
    headers, is_known = kept_by_tag(request, [body])
    return Reply(b"", 304, headers) if is_known else Reply(body, 200, headers)


def tagged_lines(request: Any, lines: Iterable[Any]) -> Reply:
    """The same for JSON values, one to a line; without a tag if they are more than are worth holding."""
    lines = iter(lines)
    first = list(itertools.islice(lines, MOST_KEPT))
    if len(first) == MOST_KEPT:
        return ndjson(itertools.chain(first, lines))
    pieces = [to_json(line) + b"\n" for line in first]
    headers, is_known = kept_by_tag(request, pieces)
    return Reply(b"", 304, headers, NDJSON) if is_known else Reply(iter(pieces), 200, headers, NDJSON)


def kept_by_tag(request: Any, pieces: Iterable[bytes]) -> tuple[list[Header], bool]:
    """The headers of an answer that clients keep, and whether this one has it already."""
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    tag = f'"{found.hexdigest()}"'
    known = request.header("If-None-Match")
    is_known = bool(known) and tag in [part.strip().removeprefix("W/") for part in known.split(",")]
    return [("ETag", tag), ("Cache-Control", "private, no-cache")], is_known


def empty() -> Reply:
    return Reply(b"", 204, content_type="text/html; charset=utf-8")


def text(
    body: str, content_type: str = "text/plain; charset=utf-8", status: int = 200, headers: Iterable[Header] = ()
) -> Reply:
    return Reply(body.encode(), status, headers, content_type)


def redirect(location: str, headers: Iterable[Header] = ()) -> Reply:
    return Reply(b"", 302, [("Location", location), *headers], "text/html; charset=utf-8")


def csv(name: str, lines: Iterable[str], content_type: str = "text/csv; charset=utf-8") -> Reply:
    """A CSV attachment; `lines` yields its text piece by piece."""
    disposition = ("Content-Disposition", f"attachment; filename={name}")
    return Reply((line.encode() for line in lines), 200, [disposition], content_type)


def ndjson(lines: Iterable[Any]) -> Reply:
    """JSON values, one to a line, sent as they come."""
    return Reply((to_json(line) + b"\n" for line in lines), 200, (), NDJSON)


def attachment(name: str, kind: str = "attachment") -> Header:
    """The header that makes a browser download and never show a file; `inline` is the other kind. No path gets out."""
    name = name.replace("/", "_")
    plain = "".join(c if 32 <= ord(c) < 127 and c not in '"\\;,' else "_" for c in name)
    shown = plain if TOKEN.fullmatch(plain) else f'"{plain}"'
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name)}"
    return ("Content-Disposition", f"{kind}; filename={shown}{extended}")


def stored(
    ctx: Any, path: Any, content_type: str | None, row: dict[str, Any] | None = None, disposition: Header | None = None
) -> Reply:
    """A stored file, as old as the row that it belongs to; a path of None is NotFound."""
    if path is None:
        raise NotFound("The file is not available.")
    modified = clock.seconds(row["updated_at"]) if row else None
    try:
        return file(ctx.request, path, content_type, disposition, modified, ctx.settings.client_cache_max_age)
    except FileNotFoundError:
        raise NotFound("The file is not available.") from None


def file(
    request: Any,
    path: Any,
    content_type: str | None = None,
    disposition: Header | None = None,
    modified: float | None = None,
    max_age: int = 604800,
) -> Reply:
    """A stored file with ETag, conditional and range requests.

    `modified` is the row's change in seconds since 1970, the file's own time by default;
    `max_age` the seconds that a browser may keep it, 0 makes it ask each time.
    """
    stat = os.stat(path)
    modified = int(modified or stat.st_mtime)
    tag = f'"{stat.st_mtime_ns}-{stat.st_size}"'
    content_type = content_type or mimetypes.guess_type(path)[0] or "application/octet-stream"
    headers = [
        ("Cache-Control", f"max-age={max_age}, private" if max_age else "no-cache, max-age=0"),
        ("Expires", http_date(clock.unix() + max_age)),
        disposition or ("Content-Disposition", 'inline; filename=""'),
    ]
    if content_type != "application/pdf":
        # nothing that was uploaded runs as a page of this server; viewers of PDF do not work in a sandbox
        headers.append(SANDBOX)
    return ranged(request, lambda: open(path, "rb", buffering=0), stat.st_size, tag, modified, headers, content_type)


def made(request: Any, stream: BinaryIO, content_type: str, disposition: Header) -> Reply:
    """A file that was made for this answer, a binary stream; it is closed once it is sent."""
    size, now = stream.seek(0, os.SEEK_END), time.time_ns()
    headers = [("Cache-Control", "no-cache"), disposition]
    return ranged(request, lambda: stream, size, f'"{now}-{size}"', now // 10**9, headers, content_type)


def ranged(
    request: Any,
    opened: Callable[[], BinaryIO],
    size: int,
    tag: str,
    modified: int,
    headers: Iterable[Header],
    content_type: str,
) -> Reply:
    """The content of a stream that `opened()` returns: whole, the asked range of it, or nothing if it is known."""
    headers = [
        *headers,
        ("ETag", tag),
        ("Last-Modified", http_date(modified)),
        ("Accept-Ranges", "bytes"),
    ]
    if unchanged(request, tag, modified):
        return Reply(b"", 304, headers, content_type)
    span = requested_range(request, size, tag)
    if span is None:
        return Reply(content(opened, 0, size), 200, [*headers, ("Content-Length", str(size))], content_type)
    start, end = span
    if start >= end:
        error = {"error": True, "message": "The requested range is not satisfiable."}
        return Reply(to_json(error), 416, [("Content-Range", f"bytes */{size}")])
    part = [("Content-Range", f"bytes {start}-{end - 1}/{size}"), ("Content-Length", str(end - start))]
    return Reply(content(opened, start, end), 206, [*headers, *part], content_type)


@functools.lru_cache(maxsize=1000)
def http_date(seconds: int) -> str:
    """The text of a moment, in seconds since 1970, in headers."""
    return email.utils.formatdate(seconds, usegmt=True)


def unchanged(request: Any, tag: str, modified: int) -> bool:
    """Whether the client has this version already."""
    wanted = request.header("If-None-Match")
    if wanted:
        return wanted == "*" or tag in [part.strip().removeprefix("W/") for part in wanted.split(",")]
    since = bottle.parse_date(request.header("If-Modified-Since"))
    return since is not None and modified <= since


def requested_range(request: Any, size: int, tag: str) -> tuple[int, int] | None:
    """The single byte range that a request asks for as (start, end); None for the whole, (0, 0) beyond the end.

    Several ranges, and those of another version (If-Range), are answered by the whole file.
    """
    text = request.header("Range")
    condition = request.header("If-Range")
    if not SINGLE_RANGE.fullmatch(text) or (condition and condition != tag):
        return None
    return next(iter(bottle.parse_range_header(text, size)), (0, 0))


def content(opened: Callable[[], BinaryIO], start: int, end: int) -> "bytes | FileBody":
    """A part of a stream; it is read at once if it is small."""
    body = FileBody(opened, start, end)
    return b"".join(body) if end - start <= SMALL else body


class FileBody:
    """A part of a stream that `opened()` returns, as the body of an answer."""

    def __init__(self, opened: Callable[[], BinaryIO], start: int, end: int) -> None:
        self.opened, self.start, self.end = opened, start, end

    def stream(self) -> BinaryIO:
        """The stream where the part begins, for a server that sends files by itself."""
        stream = self.opened()
        stream.seek(self.start)
        return stream

    def __iter__(self) -> Iterator[bytes]:
        with self.stream() as stream:
            left = self.end - self.start
            while left > 0 and (piece := stream.read(min(CHUNK, left))):
                left -= len(piece)
                yield piece
