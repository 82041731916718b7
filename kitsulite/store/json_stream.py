"""A long JSON list that is written while it is being sent, so that it is never in memory as a whole."""

import itertools
import sqlite3
from collections.abc import Iterable, Iterator

from kitsulite.models.fields import JsonText

#: rows from which a list is written piece by piece, and rows per piece: larger ones cost fresh memory each
LONG, PIECE = 10_000, 300


def whole(rows: Iterable[tuple[str]]) -> JsonText:
    """One JSON list of rows whose only column is JSON text."""
    return JsonText("[" + ",".join([row[0] for row in rows]) + "]")


class JsonStream:
    """Rows of JSON in bytes, as the pieces of one JSON list.

    `rows` come from a statement that has begun, and sees the file as it was then until it ends: read them to the end,
    or close it, in the thread that has begun it. A piece has `piece` rows; `begin` and `end` enclose the list.
    """

    def __init__(
        self, cursor: sqlite3.Cursor, rows: Iterator[bytes], piece: int, begin: bytes = b"[", end: bytes = b"]"
    ) -> None:
        self.cursor, self.rows, self.piece, self.begin, self.end = cursor, rows, piece, begin, end

    def __iter__(self) -> Iterator[bytes]:
        mark = self.begin
        try:
            while rows := list(itertools.islice(self.rows, self.piece)):
                yield mark + b",".join(rows)
                mark = b","
            yield self.end
        finally:
            self.close()

    def close(self) -> None:
        self.cursor.close()
