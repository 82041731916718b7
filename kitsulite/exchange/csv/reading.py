"""The rows of an uploaded sheet, and how all that is wrong with them is answered at once.

rows = reading.rows(stream)
with reading.problems() as problems:
    for row in rows:
        problems.required(row, "Name")
"""

import contextlib
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from kitsulite.errors import Answer, Refused
from kitsulite.exchange.csv.sheets import unguarded

#: in the order in which they are preferred
DELIMITERS = (";", ",", "\t", "|", " ")
#: problems that one answer names at most
MOST_PROBLEMS = 1000


@dataclass
class Row:
    """The cells of a row by column; `line`: where it ends in the file, the header is on line 1."""

    line: int
    cells: dict[str, str]

    def get(self, column: str) -> str | None:
        """The cell of a column, without spaces around it; None if the file, or the row, has none."""
        cell = self.cells.get(column)
        return cell if cell is None else cell.strip()


def rows(stream: BinaryIO) -> list[Row]:
    """The rows of a sheet that are not blank."""
    try:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        reader = csv.reader(text, delimiter=delimiter(text))
        text.seek(0)
        header = [unguarded(name) for name in next(reader, [])]
        return [
            Row(reader.line_num, dict(zip(header, map(unguarded, cells), strict=False)))
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except UnicodeDecodeError:
        raise Refused("The file is not in UTF-8.") from None
    except csv.Error as error:
        raise Refused(f"The file is no CSV: {error}") from None


def delimiter(text: io.TextIOWrapper) -> str:
    """What splits the header into most columns."""
    start = text.read(8192)
    counted = {mark: len(next(csv.reader(io.StringIO(start, newline=""), delimiter=mark), [])) for mark in DELIMITERS}
    best = max(DELIMITERS[:-1], key=lambda mark: counted[mark])
    best = best if counted[best] > 1 else " "
    if counted[best] < 2:
        raise Refused("Could not determine delimiter")
    return best


@dataclass
class Problems:
    """What is wrong with the rows of a sheet, in their order."""

    found: list[dict[str, Any]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def add(self, row: Row, column: str, reason: str, message: str | None = None) -> None:
        """A cell cannot be taken; `message`: the text of the answer if this is the first problem."""
        self.found.append({"line": row.line, "column": column, "value": row.get(column), "reason": reason})
        self.messages.append(message or reason)

    def required(self, row: Row, *columns: str) -> bool:
        """Whether a row has cells in these columns."""
        missing = [column for column in columns if row.get(column) is None]
        for column in missing:
            self.add(row, column, "The column is missing.", f"A columns is missing: '{column}'")
        return not missing

    def whole(self, row: Row, column: str, default: int) -> int:
        """The whole number of a cell, the default for an empty one."""
        text = row.get(column) or ""
        if not text:
            return default
        if text.isascii() and text.isdigit() and len(text) < 10:
            return int(text)
        detail = f"invalid literal for int() with base 10: {text[:80]!r}"
        self.add(row, column, "It must be a whole number.", f"A value is invalid: {detail}")
        return default


@contextlib.contextmanager
def problems() -> Iterator[Problems]:
    """Collects what is wrong with the rows; at the end the file is refused if anything is."""
    collected = Problems()
    yield collected
    if collected.found:
        body = {
            "error": True,
            "message": collected.messages[0],
            "line_number": collected.found[0]["line"],
            "imported_rows": 0,
            "problems": collected.found[:MOST_PROBLEMS],
            "nb_problems": len(collected.found),
        }
        raise Answer(400, body)
