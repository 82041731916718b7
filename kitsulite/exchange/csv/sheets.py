"""Writes the text of sheets piece by piece, without cells that a spreadsheet would run.

A cell that a spreadsheet would take for a formula gets a leading apostrophe, which `unguarded` removes, so that any
text survives a round trip. Numbers with a sign stay as they are.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

#: rows per piece
PIECE = 250
RUN = re.compile(r"'*[=+\-@\t\r]")
#: first characters of what may match `RUN`: few cells have one
SUSPICIOUS = frozenset("'=+-@\t\r")
NUMBER = re.compile(r"[+-][\d .,]*\d", re.ASCII)
GUARDED = re.compile(r"''*[=+\-@\t\r]")


def guarded(cell: Any) -> Any:
    """A cell that no spreadsheet runs; values other than texts stay as they are."""
    runs = isinstance(cell, str) and RUN.match(cell) and not NUMBER.fullmatch(cell)
    return f"'{cell}" if runs else cell


def unguarded(cell: str) -> str:
    """The original text of a guarded cell."""
    return cell[1:] if GUARDED.match(cell) else cell


def pieces(header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The text of a sheet in pieces: the header first, then some hundred rows at a time."""
    yield text([header])
    rows = iter(rows)
    while some := list(islice(rows, PIECE)):
        yield text(some)


def text(rows: Iterable[Iterable[Any]]) -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet, delimiter=";", lineterminator="\r\n")
    writer.writerows([guarded(cell) if str(cell)[:1] in SUSPICIOUS else cell for cell in row] for row in rows)
    return sheet.getvalue()
