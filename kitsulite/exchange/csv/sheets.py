"""The text of sheets, made piece by piece, with no cell that a spreadsheet would run.

A cell that a spreadsheet takes for a formula gets an apostrophe in front; `unguarded` takes it away again, so that
any text comes back as it was. Numbers with a sign stay as they are.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

#: rows of one piece
PIECE = 250
RUN = re.compile(r"'*[=+\-@\t\r]")
NUMBER = re.compile(r"[+-][\d .,]*\d", re.ASCII)
GUARDED = re.compile(r"''*[=+\-@\t\r]")


def guarded(cell: Any) -> Any:
    """A cell that no spreadsheet runs; what is no text stays as it is."""
    runs = isinstance(cell, str) and RUN.match(cell) and not NUMBER.fullmatch(cell)
    return f"'{cell}" if runs else cell


def unguarded(cell: str) -> str:
    """The text that `guarded` was given."""
    return cell[1:] if GUARDED.match(cell) else cell


def pieces(header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The text of a sheet: its header at once, then some hundred rows at a time."""
    yield text([header])
    rows = iter(rows)
    while some := list(islice(rows, PIECE)):
        yield text(some)


def text(rows: Iterable[Iterable[Any]]) -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet, delimiter=";", lineterminator="\r\n")
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return sheet.getvalue()
