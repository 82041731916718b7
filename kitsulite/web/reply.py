"""Answers: JSON, nothing, text, files with ranges, CSV and line-wise streams."""

import email.utils
import json
import mimetypes
import os
import re
import time
from urllib.parse import quote

from kitsulite import clock
from kitsulite.errors import NotFound
from kitsulite.store.database import JsonText

SECURITY = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "SAMEORIGIN"),
    ("Content-Security-Policy", "frame-ancestors 'self'"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)
REASONS = {
    **{200: "OK", 201: "Created", 204: "No Content", 206: "Partial Content"},
    **{302: "Found", 304: "Not Modified", 308: "Permanent Redirect"},
    **{400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed"},
    **{409: "Conflict", 413: "Payload Too Large", 415: "Unsupported Media Type", 416: "Range Not Satisfiable"},
    **{422: "Unprocessable Entity", 429: "Too Many Requests"},
    **{500: "Internal Server Error", 503: "Service Unavailable", 507: "Insufficient Storage"},
}
CHUNK = 1 << 18
#: a text that may stand in a header without quotes
TOKEN = re.compile(r"[\w.!#$&+^`|~-]+", re.ASCII)


class Reply:
    """Status, headers and body of an answer."""

    def __init__(self, body=b"", status=200, headers=(), content_type="application/json"):
        self.body, self.status = body, status
        self.headers = [("Content-Type", content_type), *headers]

    def start(self, start_response, common=()):
        """Send status and headers; returns what WSGI iterates over."""
        bare = self.status in (204, 304)
        headers = [header for header in self.headers if not (bare and header[0] == "Content-Type")]
        named = {name.lower() for name, _ in headers}
        headers += [header for header in (*SECURITY, *common) if header[0].lower() not in named]
        body = [self.body] if isinstance(self.body, bytes) else self.body
        if isinstance(self.body, bytes) and not bare:
            headers.append(("Content-Length", str(len(self.body))))
        start_response(f"{self.status} {REASONS.get(self.status, 'Unknown')}", headers)
        return body


def to_json(value):
    """JSON as the API writes it: compact, UTF-8, keys in their order. JsonText and bytes are JSON already."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, JsonText):
        return value.encode()
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode()


def json_reply(value, status=200, headers=()):
    return Reply(to_json(value), status, headers)


def empty():
    return Reply(b"", 204, content_type="text/html; charset=utf-8")


def text(body, content_type="text/plain; charset=utf-8", status=200, headers=()):
    return Reply(body.encode(), status, headers, content_type)


def redirect(location, headers=()):
    return Reply(b"", 302, [("Location", location), *headers], "text/html; charset=utf-8")


def csv(name, lines, content_type="text/csv; charset=utf-8"):
    """A CSV attachment; `lines` yields its text piece by piece."""
    disposition = ("Content-Disposition", f"attachment; filename={name}")
    return Reply((line.encode() for line in lines), 200, [disposition], content_type)


def ndjson(lines):
    """JSON values, one to a line, sent as they come."""
    return Reply((to_json(line) + b"\n" for line in lines), 200, (), "application/x-ndjson")


def attachment(name, kind="attachment"):
    """The header that makes a browser download and never show a file; `inline` is the other kind."""
    plain = "".join(c if 32 <= ord(c) < 127 and c not in '"\\;,' else "_" for c in name)
    shown = plain if TOKEN.fullmatch(plain) else f'"{plain}"'
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name)}"
    return ("Content-Disposition", f"{kind}; filename={shown}{extended}")


def stored(ctx, path, content_type, row=None, disposition=None):
    """A stored file, as old as the row that it belongs to; a path of None is NotFound."""
    if path is None:
        raise NotFound("The file is not available.")
    modified = clock.seconds(row["updated_at"]) if row else None
    try:
        return file(ctx.request, path, content_type, disposition, modified, ctx.settings.client_cache_max_age)
    except FileNotFoundError:
        raise NotFound("The file is not available.") from None


def file(request, path, content_type=None, disposition=None, modified=None, max_age=604800):
    """A stored file with ETag, conditional and range requests.

    `modified` is the row's change in seconds since 1970, the file's own time by default;
    `max_age` the seconds that a browser may keep it, 0 makes it ask each time.
    """
    stat = os.stat(path)
    modified = int(modified or stat.st_mtime)
    tag = f'"{stat.st_mtime_ns}-{stat.st_size}"'
    headers = [
        ("Cache-Control", f"max-age={max_age}, private" if max_age else "no-cache, max-age=0"),
        ("Expires", email.utils.formatdate(time.time() + max_age, usegmt=True)),
        disposition or ("Content-Disposition", 'inline; filename=""'),
    ]
    content_type = content_type or mimetypes.guess_type(path)[0] or "application/octet-stream"
    return ranged(request, lambda: open(path, "rb"), stat.st_size, tag, modified, headers, content_type)


def made(request, stream, content_type, disposition):
    """A file that was made for this answer, a binary stream; it is closed once it is sent."""
    size, now = stream.seek(0, os.SEEK_END), time.time_ns()
    headers = [("Cache-Control", "no-cache"), disposition]
    return ranged(request, lambda: stream, size, f'"{now}-{size}"', now // 10**9, headers, content_type)


def ranged(request, opened, size, tag, modified, headers, content_type):
    """The content of a stream that `opened()` returns: whole, the asked range of it, or nothing where it is known."""
    headers = [
        *headers,
        ("ETag", tag),
        ("Last-Modified", email.utils.formatdate(modified, usegmt=True)),
        ("Accept-Ranges", "bytes"),
    ]
    if unchanged(request, tag, modified):
        return Reply(b"", 304, headers, content_type)
    span = asked_range(request, size, tag)
    if span is None:
        return Reply(pieces(opened, 0, size), 200, [*headers, ("Content-Length", str(size))], content_type)
    start, end = span
    if start >= end:
        error = {"error": True, "message": "The requested range is not satisfiable."}
        return Reply(to_json(error), 416, [("Content-Range", f"bytes */{size}")])
    part = [("Content-Range", f"bytes {start}-{end - 1}/{size}"), ("Content-Length", str(end - start))]
    return Reply(pieces(opened, start, end), 206, [*headers, *part], content_type)


def unchanged(request, tag, modified):
    asked = request.header("If-None-Match")
    if asked:
        return asked == "*" or tag in [part.strip().removeprefix("W/") for part in asked.split(",")]
    since = email.utils.parsedate_tz(request.header("If-Modified-Since"))
    return bool(since) and modified <= email.utils.mktime_tz(since)


def asked_range(request, size, tag):
    """The single byte range that a request asks for as (start, end), or None for the whole."""
    text = request.header("Range")
    condition = request.header("If-Range")
    if not text.startswith("bytes=") or "," in text or (condition and condition != tag):
        return None
    first, dash, last = text[6:].strip().partition("-")
    if not dash or not (first + last).isdigit():
        return None
    if not first:
        return max(0, size - int(last)), size if int(last) else 0
    return int(first), min(size, int(last) + 1 if last else size)


def pieces(opened, start, end):
    with opened() as stream:
        stream.seek(start)
        left = end - start
        while left > 0:
            piece = stream.read(min(CHUNK, left))
            if not piece:
                return
            left -= len(piece)
            yield piece
