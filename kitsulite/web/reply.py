"""Answers: JSON, empty, text, files with ranges, CSV, and streams of lines."""

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
#: headers that an answer has at most once
REPLACED = {name for name, _ in SECURITY} | {"Content-Type"}
#: status of answers without a body
NO_BODY = (204, 304)
Header = tuple[str, str]
JSON, NDJSON = "application/json", "application/x-ndjson"
#: lines from which on a stream is sent without a tag
MOST_KEPT = 2000
CHUNK = 1 << 18
#: bytes of a file that are read at once
SMALL = 1 << 16
SINGLE_RANGE = re.compile(r"bytes=\s*(\d{1,18}-\d{0,18}|-\d{1,18})\s*", re.ASCII)
#: texts that need no quotes in a header
TOKEN = re.compile(r"[\w.!#$&+^`|~-]+", re.ASCII)


class Reply(bottle.HTTPResponse):
    """Status, headers and body of an answer; the body is bytes or an iterable of bytes."""

    def __init__(
        self,
        body: bytes | Iterable[bytes] = b"",
        status: int = 200,
        headers: Iterable[Header] = (),
        content_type: str = JSON,
    ) -> None:
        # as Bottle does, but faster: most answers have only these headers
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
        """The headers in the form of WSGI: texts are limited to Latin-1."""
        bad = self.bad_headers.get(self.status_code, ())
        return [
            (name, value if value.isascii() else value.encode().decode("latin-1"))
            for name, values in self._headers.items()
            if name not in bad
            for value in values
        ]

    def own(self, name: str) -> str:
        """The header with exactly this name, or an empty text."""
        values = self._headers.get(name)
        return values[-1] if values else ""


def send(reply: Reply, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Send a ready answer to a WSGI request."""
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
    """JSON as the API writes it: compact, in UTF-8, keys in order. JsonText and bytes are JSON already."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, JsonText):
        return value.encode()
    return encoded(value).encode()


def json_reply(value: Any, status: int = 200, headers: Iterable[Header] = ()) -> Reply:
    return Reply(value if isinstance(value, JsonStream) else to_json(value), status, headers)


def tagged(request: Any, value: Any) -> Reply:
    """JSON with a tag, for clients that cache it and revalidate; a 304 if the client has this answer already.

    A long listing, which is sent while it is written, has none.
    """
    if isinstance(value, JsonStream):
        return json_reply(value)
    body = to_json(value)
    headers, is_known = kept_by_tag(request, [body])
    return Reply(b"", 304, headers) if is_known else Reply(body, 200, headers)


def tagged_lines(request: Any, lines: Iterable[Any]) -> Reply:
    """JSON values, one per line, with a tag unless there are too many to hold them back."""
    lines = iter(lines)
    first = list(itertools.islice(lines, MOST_KEPT))
    if len(first) == MOST_KEPT:
        return ndjson(itertools.chain(first, lines))
    pieces = [to_json(line) + b"\n" for line in first]
    headers, is_known = kept_by_tag(request, pieces)
    return Reply(b"", 304, headers, NDJSON) if is_known else Reply(iter(pieces), 200, headers, NDJSON)


def kept_by_tag(request: Any, pieces: Iterable[bytes]) -> tuple[list[Header], bool]:
    """(headers of an answer that clients cache, whether this client has it already)."""
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
    """JSON values, one per line, sent as they come."""
    return Reply((to_json(line) + b"\n" for line in lines), 200, (), NDJSON)


def attachment(name: str, kind: str = "attachment") -> Header:
    """The Content-Disposition header, with the name without its path; `attachment` makes browsers download a file."""
    name = name.replace("/", "_")
    plain = "".join(c if 32 <= ord(c) < 127 and c not in '"\\;,' else "_" for c in name)
    shown = plain if TOKEN.fullmatch(plain) else f'"{plain}"'
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name)}"
    return ("Content-Disposition", f"{kind}; filename={shown}{extended}")


def stored(
    ctx: Any, path: Any, content_type: str | None, row: dict[str, Any] | None = None, disposition: Header | None = None
) -> Reply:
    """A stored file, last modified when its row was changed; raises NotFound if the path is None."""
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
    """A stored file, with support for conditional and range requests.

    `modified` is when the row was changed, in seconds since 1970, by default the file's own time; `max_age` are the
    seconds for which a browser may cache it, 0 to make it revalidate each time.
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
        # uploads must not run as pages of this server; except for PDF, whose viewers do not work in a sandbox
        headers.append(SANDBOX)
    return ranged(request, lambda: open(path, "rb", buffering=0), stat.st_size, tag, modified, headers, content_type)


def made(request: Any, stream: BinaryIO, content_type: str, disposition: Header) -> Reply:
    """A file created for this answer, given as a binary stream, which is closed at the end."""
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
    """The content of the stream that `opened()` returns: all of it, the requested range, or a 304."""
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
    """A moment in seconds since 1970, in the form of headers."""
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

    Several ranges, and those of another version (If-Range), get the whole file.
    """
    text = request.header("Range")
    condition = request.header("If-Range")
    if not SINGLE_RANGE.fullmatch(text) or (condition and condition != tag):
        return None
    return next(iter(bottle.parse_range_header(text, size)), (0, 0))


def content(opened: Callable[[], BinaryIO], start: int, end: int) -> "bytes | FileBody":
    """A part of a stream, which is read at once if it is small."""
    body = FileBody(opened, start, end)
    return b"".join(body) if end - start <= SMALL else body


class FileBody:
    """A part of the stream that `opened()` returns, as the body of an answer."""

    def __init__(self, opened: Callable[[], BinaryIO], start: int, end: int) -> None:
        self.opened, self.start, self.end = opened, start, end

    def stream(self) -> BinaryIO:
        """The stream at the beginning of the part, for servers that can send files themselves."""
        stream = self.opened()
        stream.seek(self.start)
        return stream

    def __iter__(self) -> Iterator[bytes]:
        with self.stream() as stream:
            left = self.end - self.start
            while left > 0 and (piece := stream.read(min(CHUNK, left))):
                left -= len(piece)
                yield piece
