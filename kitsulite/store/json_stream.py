"""A long JSON list that is written while it is being sent, so that it is never in memory as a whole."""

import sqlite3
from collections.abc import Iterable, Iterator

from kitsulite.models.fields import JsonText

#: rows from which a list is written piece by piece, and rows per piece: larger ones cost fresh memory each
LONG, PIECE = 10_000, 300


def whole(rows: Iterable[tuple[str]]) -> JsonText:
    """One JSON list of rows whose only column is JSON text."""
    return JsonText("[" + ",".join([row[0] for row in rows]) + "]")


def listed(rows: Iterable[bytes]) -> bytes:
    """Rows of JSON in bytes as one JSON list."""
    return b"".join((b"[", b",".join(rows), b"]"))


class JsonStream:
    """The rows of a statement whose only column is JSON in bytes, as the pieces of one JSON list.

    The statement has begun, and sees the file as it was then until it ends: read it to its end, or close it, in the
    thread that has begun it.
    """

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.cursor = cursor

    def __iter__(self) -> Iterator[bytes]:
        mark = b"["
        try:
            while rows := self.cursor.fetchmany(PIECE):
                yield mark + b",".join([row[0] for row in rows])
                mark = b","
            yield b"]"
        finally:
            self.close()

    def close(self) -> None:
        self.cursor.close()
