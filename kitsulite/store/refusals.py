"""Turns errors of SQLite into refusals that a client may read."""

import re
import sqlite3
from typing import Any

from kitsulite.errors import BadParameter, DiskFull, RowRejected, Unavailable

#: condition of a column -> the message about a value that violates it
CHECKS = {
    "difficulty BETWEEN 1 AND 5": "difficulty must be from 1 to 5.",
    "duration > 0": "duration must be more than 0.",
    "date <= end_date": "end_date must not be before date.",
}


def raise_refusal(error: Any) -> None:
    """Raise the refusal for an error of SQLite; returns for errors of the program."""
    if isinstance(error, sqlite3.IntegrityError):
        raise rejection(error) from error
    if isinstance(error, sqlite3.OperationalError):
        raise_unavailable(error)
    elif isinstance(error, (OverflowError, sqlite3.InterfaceError, sqlite3.ProgrammingError)):
        raise_unfit(error)


def rejection(error: Any) -> RowRejected:
    """The refusal for a violated constraint, with its columns; texts of SQLite are not shown."""
    text = str(error)
    if text.startswith("UNIQUE"):
        columns = re.findall(r"\w+\.(\w+)", text)
        return RowRejected(f"A row with the same {', '.join(columns) or 'values'} exists already.", "unique")
    if text.startswith("FOREIGN"):
        return RowRejected("A row that this one refers to is missing, or rows still refer to it.", "reference")
    if text.startswith("NOT NULL"):
        return RowRejected(f"A required field is missing: {text.rpartition('.')[2]}.", "required")
    return RowRejected(CHECKS.get(text.partition(": ")[2], "A value is outside of its allowed range."), "check")


def raise_unavailable(error: Any) -> None:
    """Raise the refusal if the database cannot work now; returns for errors of the program."""
    text = str(error)
    if "disk is full" in text:
        raise DiskFull() from error
    if "locked" in text:
        raise Unavailable("The database is in use by another program: try again.") from error
    if "too complex" in text or "too many SQL variables" in text:
        raise BadParameter("A text or list is too long to search for.") from error
    if "readonly" in text or "disk I/O" in text:
        raise Unavailable("The data folder of the server cannot be written.") from error


def raise_unfit(error: Any) -> None:
    """Raise the refusal if a value of the client cannot be a parameter of a statement."""
    if isinstance(error, OverflowError):
        raise BadParameter("A number is too large.") from error
    if "not supported" in str(error) or "unsupported type" in str(error):
        raise BadParameter("A list or an object stands in place of a text or a number.") from error
