"""Compresses answers for clients that accept gzip: JSON of more than a kilobyte.

Pictures, archives and movies are compressed already. Parts of files and downloads with a name, including sheets, are
sent as they are: gazu accepts gzip, but stores what comes. An answer with a secret is never compressed: somebody who
can add texts to it could guess the secret from the length. So only reads and bulk writes are compressed, not the paths
for signing in, and no answer marked by `Request.answers_secret()`.
"""

import functools
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from kitsulite.web.reply import Reply
from kitsulite.web.request import SECRET

#: content types that compress well
KINDS = ("application/json", "application/x-ndjson")
#: bytes below which compression is not worth it
LEAST = 1024
#: level 1 takes half the time of the default and makes listings a fifth larger
LEVEL = 1
#: window bits of zlib that select the gzip format
GZIP = 31


def compressed(reply: Reply, environ: dict[str, Any]) -> Reply:
    """Compress an answer in place if the client accepts it, and return it."""
    if not may_be(reply, environ):
        return reply
    reply.set_header("Vary", "Accept-Encoding")
    if not takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
        return reply
    tag = reply.own("Etag")
    if tag:
        # a weak tag, as the bytes differ from those of the uncompressed form
        reply.set_header("ETag", f"W/{tag.removeprefix('W/')}")
    if reply.status_code != 304:
        reply.set_header("Content-Encoding", "gzip")
        reply.body = b"".join(Packing([reply.body])) if isinstance(reply.body, bytes) else Packing(reply.body)
    return reply


def may_be(reply: Reply, environ: dict[str, Any]) -> bool:
    """Whether an answer may be compressed for clients that accept it."""
    if not reply.own("Content-Type").startswith(KINDS):
        return False
    if reply.own("Content-Range") or reply.own("Content-Disposition"):
        return False
    if isinstance(reply.body, bytes) and len(reply.body) < LEAST and reply.status_code != 304:
        return False
    route = environ.get("bottle.route")
    reads = environ["REQUEST_METHOD"] in ("GET", "HEAD") or (route is not None and route.config.get("bulk"))
    return bool(reads) and not environ["PATH_INFO"].startswith("/auth/") and SECRET not in environ


@functools.lru_cache(maxsize=256)
def takes_gzip(header: str) -> bool:
    """Whether a client accepts gzip, by its Accept-Encoding header."""
    weights = {}
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        weights[name.strip()] = weight(parameters)
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def weight(parameters: str) -> float:
    """The weight of a coding, 1 if none is given."""
    name, _, value = parameters.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


class Packing:
    """The compressed pieces of a stream; the first one comes once there is something to send."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
        for piece in self.pieces:
            if small := packer.compress(piece):
                yield small
        yield packer.flush()

    def close(self) -> None:
        if hasattr(self.pieces, "close"):
            self.pieces.close()
