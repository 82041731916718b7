"""Column types: how a value is stored, shown and read from a client.

Values are stored as the API writes them, so that showing a row needs no parsing:
uuid and choice as text, moments as 26 characters of UTC, days as 10, flags as 0 and 1,
JSON as JSON text. Three methods define the rest:

shown(column)   SQL expression of the value as json_object() takes it
clean(value)    a value of a request body -> the stored form, or BadValue
sought(text)    a value of a list filter -> the stored form, or BadValue
"""

import contextlib
import datetime as dt
import json
import os
import re
import time
from typing import Any

import peewee

from kitsulite import clock
from kitsulite.models.accents import composed

UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
#: the first digit of the fourth part of a UUID -> the digit of version 4
VARIANTS = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
INTEGER = re.compile(r"\s*[+-]?\d+\s*")
#: the form of moments in the API, and the forms of dates and moments that clients send
SHOWN_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)
ISO_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(?:[+-]\d\d:?\d\d)?)?")
BIGGEST_INTEGER = 2**31 - 1
#: largest float: floats are summed, and JSON has no infinity
BIGGEST_NUMBER = 1e15
YES = ("y", "yes", "t", "true", "on", "1")
NO = ("n", "no", "f", "false", "off", "0")


class BadValue(ValueError):
    """A value that is invalid in its column; the text is for the client."""


class Unreadable(BadValue):
    """The value of a filter that its column cannot contain."""


#: the source of random bits in ids, which the demo studio replaces
bits = os.urandom


def ticks():
    """The first 48 bits of consecutive ids: a time in steps of 4 microseconds, for 36 years."""
    return time.time_ns() >> 12 & 0xFFFFFFFFFFFF


def new_id():
    """A new id that cannot be guessed, as text."""
    return written(bits(16))


def next_id():
    """A new id greater than those before it, so that new rows share pages of an index; 74 of its bits are random."""
    return written(ticks().to_bytes(6, "big") + bits(10))


def written(number):
    """The text of a UUID of version 4 with these 16 bytes, in a third of the time that the class takes."""
    digits = number.hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{VARIANTS[digits[16]]}{digits[17:20]}-{digits[20:]}"


def is_day(value):
    """Whether a value is a date of the form YYYY-MM-DD."""
    try:
        return re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII) is not None and bool(dt.date.fromisoformat(value))
    except (TypeError, ValueError):
        return False


#: SQL of a new row id, for rows that a statement creates
NEW_ID = (
    "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)"
    " || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
)


def is_id(value):
    """Whether a value is a well-formed row id."""
    return isinstance(value, str) and UUID.fullmatch(value) is not None


def clean_ids(*ids):
    """The stored form of row ids; raises BadValue if one is malformed."""
    if not all(map(is_id, ids)):
        raise BadValue("Wrong UUID format.")
    return [row_id.lower() for row_id in ids]


class JsonText(str):
    """Text that is JSON already, and is stored and sent as it is."""


def encoder(default=None):
    """The function that encodes JSON; `JSONEncoder.encode` would create its C part each time, half of its work.

    `default` makes something of a value that JSON does not know.
    """
    plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=default)
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    quoted = getattr(json.encoder, "c_encode_basestring", None)
    try:
        parts = make(None, plain.default, quoted, None, ":", ",", False, False, True)
    except TypeError:
        # this Python has no C encoder, or a different one
        return plain.encode
    return lambda value: "".join(parts(value, 0))


encoded = encoder()


def dump(value):
    """The stored form of JSON: compact, not escaped to ASCII."""
    return JsonText(composed(encoded(value)))


#: SQL condition: a text contains more than ASCII
IS_OTHER = "{name} GLOB '*[^ -~]*'"


def as_object(value):
    """The metadata of a row as an object; null, and anything else that imported rows may contain, counts as empty."""
    return value if isinstance(value, dict) else {}


class Column(peewee.Field):
    """A column; `secret` ones are never shown, filtered or taken from a body."""

    #: type and format of the value in JSON, for the documentation; no type if any value is possible
    json_type: str | None = None
    json_format: str | None = None
    #: whether null in a new row is a value, instead of meaning the default
    keeps_null = False

    def __init__(self, secret=False, **options):
        self.secret = secret
        super().__init__(**options)

    def shown(self, column):
        return column

    def clean(self, value):
        return None if value is None else self.convert(value)

    def sought(self, text):
        try:
            return self.convert(text)
        except BadValue as error:
            raise Unreadable(f"One of the provided values has an invalid format. {error}") from None

    def convert(self, value):
        raise NotImplementedError

    def reject(self, value, kind):
        raise BadValue(f"Wrong value for {self.name}: {kind} expected, got {str(value)[:80]!r}.")


class Text(Column):
    """Text up to `max_length` characters; numbers are converted to text."""

    field_type = "TEXT"
    json_type = "string"

    def __init__(self, max_length=None, **options):
        self.max_length = max_length
        super().__init__(**options)

    def convert(self, value):
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            self.reject(value, "text")
        text = composed(str(value))
        if self.max_length and len(text) > self.max_length:
            raise BadValue(f"{self.name} is too long: at most {self.max_length} characters.")
        return text

    def sought(self, text):
        return composed(text)

    def db_value(self, value):
        return composed(value) if isinstance(value, str) else value


class Id(Text):
    """A uuid, as 36 characters in lower case."""

    json_format = "uuid"
    #: whether nearly all rows have one although it may be null
    filled = False

    def convert(self, value):
        if not is_id(value):
            self.reject(value, "a UUID")
        return value.lower()

    def sought(self, text):
        if not is_id(text):
            raise BadValue(f"Invalid UUID value: {text}")
        return text.lower()

    # ids need no composing
    db_value = peewee.Field.db_value


#: what happens to a row when the row that it refers to is deleted
GONE = ("delete", "clear", "refuse")


class Pointer(Id):
    """The id of a row of another table, without a foreign key."""

    #: whether it may be a row that another project shares
    shared = False

    def __init__(self, table, **options):
        self.table = table
        super().__init__(**options)


class Ref(Pointer):
    """The id of a row of another table, enforced by a foreign key.

    The index of a reference that may be null contains only the rows with one, unless nearly all are `filled`.
    `gone` says what happens to this row when the row that it refers to is deleted with everything that depends on it:
    `delete` it too, `clear` the reference, or `refuse` the deletion until this row is gone. A row of a project refers
    to rows of the same project, or if `shared`, also to those that others share (`models/homes.py`).
    """

    def __init__(self, table, on_delete=None, index=True, gone="refuse", shared=False, filled=False, **options):
        if gone not in GONE:
            raise ValueError(f"a reference to {table}: {gone} is none of {', '.join(GONE)}")
        self.gone, self.shared, self.filled = gone, shared, filled
        rule = f'REFERENCES "{table}" ("id")' + (f" ON DELETE {on_delete}" if on_delete else "")
        super().__init__(table, constraints=[peewee.SQL(rule)], index=index, **options)


class Choice(Text):
    """One of a fixed set of codes."""

    def __init__(self, codes, **options):
        self.codes = tuple(codes)
        super().__init__(**options)

    def convert(self, value):
        if value not in self.codes:
            self.reject(value, "one of " + ", ".join(self.codes))
        return value


class Whole(Column):
    """An integer of 32 bits; numeric text is accepted, fractions are rounded."""

    field_type = "INTEGER"
    json_type = "integer"

    def convert(self, value):
        if isinstance(value, bool):
            self.reject(value, "an integer")
        if isinstance(value, float) and value == value and abs(value) <= BIGGEST_INTEGER:
            value = round(value)
        elif isinstance(value, str) and INTEGER.fullmatch(value):
            value = int(value[:40])
        if not isinstance(value, int) or abs(value) > BIGGEST_INTEGER:
            self.reject(value, "an integer")
        return value


class ShotgunId(Whole):
    """The id of the same row on a Shotgun site."""

    filled = False


class Number(Column):
    """A float."""

    field_type = "REAL"
    json_type = "number"

    def convert(self, value):
        try:
            number = float(value) if isinstance(value, (int, float, str)) else None
        except (ValueError, OverflowError):
            number = None
        if number is None or isinstance(value, bool) or not abs(number) <= BIGGEST_NUMBER:
            self.reject(value, "a number")
        return number


class Flag(Column):
    """A boolean, stored as 0 or 1."""

    field_type = "INTEGER"
    json_type = "boolean"

    def shown(self, column):
        # constants, which SQLite parses once for all rows
        return f"CASE {column} WHEN 1 THEN json('true') WHEN 0 THEN json('false') END"

    def convert(self, value):
        if isinstance(value, str) or value not in (True, False):
            self.reject(value, "true or false")
        return int(value)

    def sought(self, text):
        word = text.lower()
        if word not in YES + NO:
            raise BadValue(f"Invalid boolean value: {text}")
        return int(word in YES)

    def db_value(self, value):
        return None if value is None else int(value)


class Day(Column):
    """A date, YYYY-MM-DD; of a moment, its day."""

    field_type = "TEXT"
    json_type, json_format = "string", "date"

    def convert(self, value):
        moment = read_moment(value)
        if moment is None:
            self.reject(value, "an ISO 8601 date")
        return moment.date().isoformat()


class Moment(Column):
    """A moment, stored as 26 characters of UTC and shown as 19."""

    field_type = "TEXT"
    json_type, json_format = "string", "date-time"

    def shown(self, column):
        return f"substr({column},1,19)"

    def convert(self, value):
        moment = read_moment(value)
        if moment is None:
            self.reject(value, "an ISO 8601 date and time")
        return clock.stored(moment)


class Json(Column):
    """Any JSON value, stored as its text."""

    field_type = "TEXT"
    keeps_null = True

    def shown(self, column):
        return f"json({column})"

    def convert(self, value):
        return dump(value)

    def sought(self, text):
        """A JSON value never equals the text of a filter: no row is found."""
        return None

    def db_value(self, value):
        return value if value is None or isinstance(value, JsonText) else dump(value)


class Objects(Json):
    """A list of JSON objects."""

    json_type = "array"

    def convert(self, value):
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.reject(value, "a list of objects")
        return dump(value)


class Array(Json):
    """A list of texts, of the given codes if there are any."""

    json_type = "array"
    keeps_null = False

    def __init__(self, codes=None, **options):
        self.codes = codes
        super().__init__(**options)

    def convert(self, value):
        fits = isinstance(value, list) and all(isinstance(x, str) for x in value)
        if not fits or (self.codes and not set(value) <= set(self.codes)):
            self.reject(value, "a list of " + (", ".join(self.codes) if self.codes else "texts"))
        return dump(value)


def read_moment(value):
    """The moment in an ISO 8601 text, without its zone; None if it is not a moment."""
    if not isinstance(value, str) or len(value) < 8:
        return None
    if SHOWN_MOMENT.fullmatch(value):
        # by far the most common form, several times in each row of an import
        with contextlib.suppress(ValueError):
            return dt.datetime.fromisoformat(value)
        return None
    text = value.strip().replace("Z", "").replace("z", "")
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    match = ISO_MOMENT.fullmatch(text)
    if not match:
        return None
    day, time, fraction = match.groups()
    try:
        moment = dt.datetime.fromisoformat(f"{day}T{time or '00:00:00'}")
    except ValueError:
        return None
    return moment.replace(microsecond=int(f"{fraction or 0:0<6}"[:6]))
