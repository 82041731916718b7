"""The pages for browsers: the built-in ones, or those of another interface in a folder.

Browsers ask for `text/html`; all other clients get the API. The built-in pages are below /kitsulite/, and without
another interface also at the paths that mails link to. Another interface has all paths except those of the API: its
files, and its first page for every other path that a browser requests.
"""

import functools
import gzip
import hashlib
import mimetypes
import re
from importlib import resources
from pathlib import Path
from typing import Any

from kitsulite.web import reply
from kitsulite.web.reply import Header, Reply

BUILT_IN = resources.files("kitsulite") / "ui" / "pages"
#: the built-in pages and their parts
NAME = re.compile(r"[\w-]+\.(?:html|css|js|svg)", re.ASCII)
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
}
COMPRESSED = (".html", ".css", ".js", ".mjs", ".json", ".map", ".svg", ".webmanifest", ".wasm", ".txt")
#: beginnings of the paths that mails link to
OF_MAILS = ("/reset-change-password", "/productions/", "/playlists/shared/", "/login")
#: beginnings of paths that never belong to an interface
OF_THE_API = ("/api/", "/socket.io/", "/kitsulite/")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self';"
    " connect-src 'self' ws: wss:; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
#: a hash of the content in a file name: such a file never changes
HASHED = re.compile(r"[.-](?=[^./]*[0-9A-Z])[A-Za-z0-9_-]{8,}\.\w+(?:\.map)?$")
FOREVER = "public, max-age=31536000, immutable"
#: makes a browser ask each time for a newer version
ASK = "no-cache"
#: bytes of the largest file to compress, and of all compressed files to keep
MOST_COMPRESSED = 16 << 20
#: seconds for which browsers may cache other files of an interface
AN_HOUR = "public, max-age=3600"


class Pages:
    """The pages of a server; `client` is the folder of another interface, with an index.html, or None."""

    def __init__(self, client: Path | None = None) -> None:
        self.client = client.resolve() if client else None

    @property
    def has_client(self) -> bool:
        return self.client is not None

    def answer(self, environ: dict[str, Any]) -> Reply | None:
        """The answer to a request for a page; None if the request is for the API, or for an outer application."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("SCRIPT_NAME"):
            return None
        path = environ.get("PATH_INFO", "") or "/"
        wants_page = "text/html" in environ.get("HTTP_ACCEPT", "")
        if path.startswith("/kitsulite/pages/"):
            return built_in(environ, path.removeprefix("/kitsulite/pages/"))
        if path in ("/kitsulite", "/kitsulite/"):
            return built_in(environ, "index.html")
        if self.client:
            return self.of_client(environ, path, wants_page)
        if wants_page and (path == "/" or path.startswith(OF_MAILS)):
            return built_in(environ, "index.html")
        return None

    def of_client(self, environ: dict[str, Any], path: str, wants_page: bool) -> Reply | None:
        """A file of the interface, or its first page for other paths."""
        if path == "/api" or path.startswith(OF_THE_API):
            return None
        assert self.client is not None
        file = inside(self.client, path)
        if file is not None:
            return client_file(environ, file, path)
        return client_file(environ, self.client / "index.html", "/") if wants_page else None


def built_in(environ: dict[str, Any], name: str) -> Reply:
    """A built-in page, or a part of one."""
    if name not in built_in_names():
        return reply.text("There is no such page.\n", status=404)
    content = built_in_content(name)
    headers = [("Content-Security-Policy", POLICY), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer")]
    return from_memory(environ, content, Path(name).suffix, ASK, headers)


@functools.cache
def built_in_names() -> frozenset[str]:
    return frozenset(file.name for file in BUILT_IN.iterdir() if NAME.fullmatch(file.name))


@functools.cache
def built_in_content(name: str) -> tuple[bytes, bytes | None]:
    return packed((BUILT_IN / name).read_bytes())


def inside(folder: Path, path: str) -> Path | None:
    """The file at a path inside a folder, with links resolved; None if there is none."""
    try:
        text = path.encode("latin-1").decode("utf-8")
        file = (folder / text.lstrip("/")).resolve()
        return file if file.is_relative_to(folder) and file.is_file() else None
    except (OSError, ValueError, RuntimeError):
        return None


def client_file(environ: dict[str, Any], file: Path, path: str) -> Reply:
    """A file of an interface; browsers may cache it for ever if its name has a hash, the first page never."""
    cache = ASK if file.suffix == ".html" else FOREVER if HASHED.search(path) else AN_HOUR
    stat = file.stat()
    if file.suffix in COMPRESSED and stat.st_size <= MOST_COMPRESSED:
        return from_memory(environ, client_content(str(file), stat.st_mtime_ns, stat.st_size), file.suffix, cache)
    answer = reply.file(Conditions(environ), file, kind_of(file.suffix, file.name))
    answer.set_header("Cache-Control", cache)
    return answer


class Conditions:
    """The part of a request that `reply.file` needs: its headers."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self.environ = environ

    def header(self, name: str, default: str = "") -> str:
        return self.environ.get("HTTP_" + name.upper().replace("-", "_"), default)


@functools.lru_cache(maxsize=256)
def client_content(file: str, changed: int, size: int) -> tuple[bytes, bytes | None]:
    """The content of a file with this time and size, plain and compressed."""
    return packed(Path(file).read_bytes())


def packed(content: bytes) -> tuple[bytes, bytes | None]:
    """A content, plain and, if it is worth it, compressed."""
    small = gzip.compress(content, 6, mtime=0)
    return content, small if len(small) < 0.95 * len(content) else None


def kind_of(suffix: str, name: str) -> str:
    return KINDS.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def from_memory(
    environ: dict[str, Any],
    content: tuple[bytes, bytes | None],
    suffix: str,
    cache: str,
    more: list[Header] | None = None,
) -> Reply:
    """A content in memory, compressed if the browser accepts it; a 304 if the browser has this version."""
    plain, small = content
    tag = f'"{hashlib.sha256(plain).hexdigest()[:20]}"'
    headers = [("Cache-Control", cache), ("ETag", tag), ("Vary", "Accept, Accept-Encoding"), *(more or [])]
    kind = kind_of(suffix, "")
    if tag in environ.get("HTTP_IF_NONE_MATCH", ""):
        return Reply(b"", 304, headers, kind)
    if small and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        return Reply(small, 200, [*headers, ("Content-Encoding", "gzip")], kind)
    return Reply(plain, 200, headers, kind)
