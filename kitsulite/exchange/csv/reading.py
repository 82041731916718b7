"""Reads the rows of an uploaded sheet, and collects everything that is wrong with them into one answer.

sheet = reading.sheet(stream, known=("Name", "Type"))
with ctx.db.write(), reading.importing(dry_run) as report:
    for row in sheet.rows:
        if report.required(row, "Name", "Type"):
            ...
"""

import contextlib
import csv
import io
import itertools
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypeAlias, TypeVar

from kitsulite.errors import Answer, BadParameter, NotFound, Refused, RowRejected, TooLarge
from kitsulite.exchange.csv.columns import label
from kitsulite.exchange.csv.sheets import unguarded
from kitsulite.models.accents import composed
from kitsulite.models.fields import BIGGEST_INTEGER, BadValue

Value = TypeVar("Value")
#: the name of a column, or its (meaning, name); see `columns`
Key: TypeAlias = "str | tuple[str, str]"
#: errors that are the fault of a row, not of the server
REFUSALS = (BadParameter, BadValue, NotFound, Refused, RowRejected)
#: in order of preference
DELIMITERS = (";", ",", "\t", "|", " ")
#: most problems that one answer lists
MOST_PROBLEMS = 1000
#: a first line that tells Excel the delimiter
STATED = re.compile(r"sep=([;,\t| ])\r?\n", re.IGNORECASE)
MEGABYTE = 2**20
#: limits of a sheet, whose rows are held in memory
MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 16 * MEGABYTE, 50_000, 1000
#: most characters of a cell that an answer shows
SHOWN = 200
WHOLE = re.compile(r"[+-]?\d{1,10}", re.ASCII)
# descriptions may be longer than Python's default of 128 KiB
csv.field_size_limit(MOST_BYTES)


@dataclass(slots=True)
class Row:
    """The cells of a row; `line` is where it ends in the file, whose header is line 1.

    `positions`: column -> number of its cell, the same for all rows of a sheet.
    """

    line: int
    positions: dict[Key, int]
    cells: list[str]

    def get(self, column: Key) -> str | None:
        """The cell of a column without surrounding spaces; None if the file or the row lacks the column."""
        cell = self.text(column)
        return cell if cell is None else cell.strip()

    def text(self, column: Key) -> str | None:
        """The cell of a column as it is; None if the file or the row lacks the column."""
        position = self.positions.get(column)
        return None if position is None or position >= len(self.cells) else unguarded(self.cells[position])


@dataclass
class Sheet:
    """The columns of a sheet in order, and its rows except blank ones."""

    header: list[str]
    rows: list[Row]
    columns: list[Key]
    #: the `positions` of all rows
    positions: dict[Key, int]

    def set_keys(self, keys: list[Key]) -> None:
        """Give the columns these keys, at first their names; if several have the same, the first one counts."""
        self.columns = keys
        self.positions.clear()
        self.positions.update({key: position for position, key in reversed(list(enumerate(keys)))})


def sheet(stream: BinaryIO, known: Collection[str] = ()) -> Sheet:
    """An uploaded sheet; `known`: columns that show its delimiter. Needs no database: others write meanwhile."""
    text = decoded(stream)
    try:
        lines = Lines(text)
        stated = STATED.match(text)
        reader = csv.reader(iter(lines), delimiter=stated[1] if stated else delimiter(text, set(known)))
        if stated:
            next(reader)
        header = [unguarded(name) for name in next(reader, [])]
        if len(header) > MOST_COLUMNS:
            raise Refused(f"A sheet may have {MOST_COLUMNS} columns.")
        positions: dict[Key, int] = {}
        filled = (Row(reader.line_num, positions, cells) for cells in lines.whole(reader) if any(map(str.strip, cells)))
        rows = list(itertools.islice(filled, MOST_ROWS + 1))
    except csv.Error as error:
        raise Refused(f"The file is no CSV: {error}") from None
    if len(rows) > MOST_ROWS:
        raise TooLarge(f"A sheet may have {MOST_ROWS} rows: split the file.")
    read = Sheet(header, rows, [], positions)
    read.set_keys(list(header))
    return read


class Lines:
    """Iterates over the lines of a text, and knows whether a reader wanted more."""

    def __init__(self, text: str) -> None:
        self.text, self.has_ended = text, False

    def __iter__(self) -> Iterator[str]:
        yield from io.StringIO(self.text, newline="")
        self.has_ended = True

    def whole(self, reader: Any) -> Iterator[list[str]]:
        """All rows of a reader over these lines; raises Refused if the file ends within quotes."""
        line = reader.line_num
        for cells in reader:
            if self.has_ended:
                raise Refused(f"The row of line {line + 1} has a quote that is never closed: is the file whole?")
            line = reader.line_num
            yield cells


def decoded(stream: BinaryIO) -> str:
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise TooLarge(f"A sheet may have {MOST_BYTES // MEGABYTE} MB: split the file.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("The file is not in UTF-8: save it as CSV UTF-8.") from None
    if "\0" in text:
        raise Refused("The file is not text: save it as CSV UTF-8.")
    return composed(text)


def delimiter(text: str, known: set[str]) -> str:
    """The delimiter that splits the header into the most known columns, else into the most columns."""
    start = text[:8192]
    headers = {mark: next(csv.reader(io.StringIO(start, newline=""), delimiter=mark), []) for mark in DELIMITERS}
    ranks = {mark: (len(known.intersection(header)), len(header)) for mark, header in headers.items()}
    # a space also splits names of columns
    ranks[" "] = (ranks[" "][0], 0)
    best = max(DELIMITERS, key=lambda mark: ranks[mark])
    best = best if len(headers[best]) > 1 else " "
    if len(headers[best]) < 2:
        why = "the first line has one column only" if text.strip() else "the file is empty"
        raise Refused(f"Could not determine delimiter: {why}.")
    return best


@dataclass
class Report:
    """What an import does and what is wrong with its rows, in order."""

    dry_run: bool = False
    created: int = 0
    changed: int = 0
    #: line numbers of rows that change nothing
    skipped: list[int] = field(default_factory=list)
    #: what else is created, or may surprise
    more: dict[str, Any] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)

    @property
    def writes(self) -> bool:
        """Whether correct rows are written: not once the file will be refused anyway."""
        return self.dry_run or not self.problems

    def good(self, sheet: Sheet) -> Iterator[Row]:
        """The rows of a sheet, except those with cells beyond its columns, which are reported: cells may be shifted."""
        for row in sheet.rows:
            beyond = "".join(row.cells[len(sheet.columns) :]).strip()
            if beyond:
                self.add(row, "", "The row has more cells than the header.", value=beyond)
            else:
                yield row

    def add(self, row: Row, column: Key, reason: str, message: str | None = None, value: str | None = None) -> None:
        """Add a problem with a cell; `message` is the text of the answer if it is the first problem."""
        value = row.get(column) if value is None else value
        shown = value and value[:SHOWN]
        self.problems.append({"line": row.line, "column": label(column), "value": shown, "reason": reason})
        self.messages.append(message or reason)

    def required(self, row: Row, *columns: str) -> bool:
        """Whether a row has cells in these columns; a column that the sheet lacks is reported once."""
        missing = [column for column in columns if row.get(column) is None]
        for column in missing:
            if column not in self.missing:
                alike = [key for key in row.positions if isinstance(key, str) and same(key, column)]
                reason = (
                    f"The column is missing: '{alike[0]}' is written otherwise." if alike else "The column is missing."
                )
                self.add(row, column, reason, f"A columns is missing: '{column}'")
            self.missing.add(column)
        return not missing

    def filled(self, row: Row, *columns: str) -> bool:
        """Whether none of these columns is blank in a row."""
        is_filled = self.required(row, *columns)
        for column in columns:
            if row.get(column) == "":
                self.add(row, column, f"{column} cannot be empty")
                is_filled = False
        return is_filled

    def read(self, row: Row, column: Key, reader: Callable[[str], Value]) -> Value | None:
        """The value that `reader` makes of a cell; None if it is empty, or if the reader raises BadValue."""
        try:
            text = row.get(column)
            return reader(text) if text else None
        except BadValue as error:
            self.add(row, column, str(error))
            return None

    def whole(self, row: Row, column: Key, default: int) -> int:
        """The whole number in a cell, or the default if it is empty."""
        text = row.get(column) or ""
        if not text:
            return default
        if text.isascii() and text.isdigit() and len(text) < 10:
            return int(text)
        detail = f"invalid literal for int() with base 10: {text[:80]!r}"
        self.add(row, column, "It must be a whole number.", f"A value is invalid: {detail}")
        return default

    def finish(self) -> None:
        """End an import: a dry run is rolled back and reported, a file with problems is refused as a whole."""
        if self.dry_run:
            done = {"created": self.created, "changed": self.changed, "skipped": self.skipped, **self.more}
            refused = sorted(self.problems, key=lambda problem: problem["line"])[:MOST_PROBLEMS]
            raise Answer(200, {"dry_run": True, **done, "refused": refused, "nb_refused": len(self.problems)})
        if self.problems:
            body = {
                "error": True,
                "message": self.messages[0],
                "line_number": self.problems[0]["line"],
                "imported_rows": 0,
                "problems": self.problems[:MOST_PROBLEMS],
                "nb_problems": len(self.problems),
            }
            raise Answer(400, body)


def same(name: str, other: str) -> bool:
    """Whether two names differ only in case and spaces."""
    return name.strip().casefold() == other.casefold()


def integer(text: str) -> int | None:
    """The integer in a text; None if there is none, or if it does not fit into a column."""
    number = int(text) if WHOLE.fullmatch(text) else None
    return number if number is not None and abs(number) <= BIGGEST_INTEGER else None


@contextlib.contextmanager
def importing(dry_run: bool) -> Iterator[Report]:
    """Enclose an import: roll back and report a dry run, and refuse a file with problems as a whole."""
    report = Report(dry_run)
    yield report
    report.finish()
