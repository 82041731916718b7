"""Detects JPEG pictures that would be slow to decode: a few bytes can demand another pass over all pixels."""

import contextlib
import io
import mmap
import re
from collections.abc import Iterator
from typing import BinaryIO

SIGNATURE = b"\xff\xd8\xff"
#: most passes over the pixels of a picture: programs write about 10
MOST_SCANS = 100
#: most segments of a picture, of up to 64 KB each
MOST_SEGMENTS = 10_000
#: the start of a segment outside other segments; not the markers within pixels
MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])", re.DOTALL)
SCAN, END = 0xDA, 0xD9


def is_slow(stream: BinaryIO) -> bool:
    """Whether a stream is a JPEG picture with more scans or segments than any program writes; rewinds the stream."""
    start = stream.read(len(SIGNATURE))
    stream.seek(0)
    if start != SIGNATURE:
        return False
    with content_of(stream) as content:
        position = scans = 0
        for _ in range(MOST_SEGMENTS):
            match = MARKER.search(content, position)
            if match is None or match[1][0] == END:
                return False
            scans += match[1][0] == SCAN
            if scans > MOST_SCANS:
                return True
            position = match.end() + int.from_bytes(content[match.end() : match.end() + 2], "big")
        return True


@contextlib.contextmanager
def content_of(stream: BinaryIO) -> Iterator[bytes | mmap.mmap]:
    """The whole content of a stream; that of a file is mapped, not read into memory."""
    try:
        number = stream.fileno()
    except (AttributeError, io.UnsupportedOperation):
        yield stream.read()
        stream.seek(0)
        return
    with mmap.mmap(number, 0, access=mmap.ACCESS_READ) as content:
        yield content
