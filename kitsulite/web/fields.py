"""The fields of a validated body, with lax conversions and messages for clients.

A field is declared once, in the route: `body={"name": Str(required=True, min=1)}`.
"""

import math
import re
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from typing import NoReturn

from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing

from kitsulite import clock
from kitsulite.errors import InvalidBody
from kitsulite.models.accents import composed
from kitsulite.models.fields import BIGGEST_INTEGER, BIGGEST_NUMBER, is_id, read_moment
from kitsulite.web.request import boolean, parse_json

INTEGER = re.compile(r"[+-]?\d{1,18}(\.0*)?")


class Field(fields.Field):
    """A field with a `default`; null is accepted only if it is `optional`."""

    def __init__(
        self, required: bool = False, default: t.Any = missing, optional: bool = False, **options: t.Any
    ) -> None:
        if not required and default is missing:
            default, optional = None, True
        super().__init__(
            required=required,
            allow_none=optional,
            load_default=missing if required else default,
            error_messages={"required": "Field required", "null": self.wrong},
            **options,
        )

    #: the message for a value of the wrong type in a body, and for any invalid one in a query
    wrong = "Input should be valid"
    #: type and format of the value in JSON, for the documentation; no type if any value is possible
    json_type: str | None = None
    json_format: str | None = None
    #: the message for an invalid parameter; if it is the general one, `data.errors` has the details
    refusal = "Wrong value for parameter {name}."

    def fail(self, message: str | None = None) -> NoReturn:
        raise ValidationError(message or self.wrong)


class Any(Field):
    """Any JSON value."""

    def _deserialize(self, value: t.Any, attr: t.Any, data: t.Any, **kwargs: t.Any) -> t.Any:
        return value


class Str(Field):
    """Text, but no number; with at least `min` characters, and limited by `choices` or a `pattern`."""

    wrong = "Input should be a valid string"
    json_type = "string"

    def __init__(
        self,
        min: int = 0,
        max: int | None = None,
        choices: Sequence[t.Any] | None = None,
        pattern: str | None = None,
        **options: t.Any,
    ) -> None:
        super().__init__(**options)
        self.min, self.max, self.choices, self.pattern = min, max, choices, pattern

    def _deserialize(self, value: t.Any, attr: t.Any, data: t.Any, **kwargs: t.Any) -> t.Any:
        if self.choices and value not in self.choices:
            *first, last = [f"'{choice}'" for choice in self.choices]
            self.fail("Input should be " + " or ".join([", ".join(first), last] if first else [last]))
        if not isinstance(value, str):
            self.fail()
        if len(value) < self.min:
            self.fail(f"String should have at least {self.min} character{'s' if self.min > 1 else ''}")
        if self.max and len(value) > self.max:
            self.fail(f"String should have at most {self.max} characters")
        if self.pattern and not re.fullmatch(self.pattern, value):
            self.fail(f"String should match pattern '{self.pattern}'")
        return composed(value)


class Truth(Str):
    """A flag in a query: true if its text is `true` (in any case), else false."""

    json_type = "boolean"

    def _deserialize(self, value: t.Any, attr: t.Any, data: t.Any, **kwargs: t.Any) -> t.Any:
        return str(value).lower() == "true"


class Uuid(Field):
    """The id of a row; with `blank`, an empty text counts as none."""

    wrong = "Input should be a valid UUID"
    json_type, json_format = "string", "uuid"

    def __init__(self, blank: bool = False, **options: t.Any) -> None:
        super().__init__(**options)
        self.blank = blank

    def _deserialize(self, value: t.Any, attr: t.Any, data: t.Any, **kwargs: t.Any) -> t.Any:
        if self.blank and value == "":
            return None
        if not is_id(value):
            self.fail()
        return value.lower()


class FilterId(Uuid):
    """The id of a row in a query, refused with the message that clients know."""

    refusal = "Wrong UUID format."


class Int(Field):
    """An integer of 32 bits, of at least `ge`; numeric text is accepted, a fraction is not."""

    wrong = "Input should be a valid integer"
    json_type = "integer"

    def __init__(self, ge: int | None = None, **options: t.Any) -> None:
        super().__init__(**options)
        self.ge = ge

    def _deserialize(self, value: t.Any, attr: t.Any, data: t.Any, **kwargs: t.Any) -> t.Any:
        number = self.number(value)
        if abs(number) > BIGGEST_INTEGER:
            self.fail()
        if self.ge is not None and number < self.ge:
            self.fail(f"Input should be greater than or equal to {self.ge}")
        return number

    def number(self, value: t.Any) -> int:
        if isinstance(value, str) and INTEGER.fullmatch(value.strip()):
            return int(value.strip().partition(".")[0])
        if isinstance(value, (bool, str)) or not isinstance(value, (int, float)):
            self.fail("Input should be a valid integer, unable to parse string as an integer")
        if isinstance(value, float) and not value.is_integer():
            self.fail("Input should be a valid integer, got a number with a fractional part")
        return int(value)


class Float(Field):
    """A number greater than `gt`; numeric text is accepted."""

    wrong = "Input should be a valid number"
    json_type = "number"

    def __init__(self, gt: float | None = None, **options: t.Any) -> None:
        super().__init__(**options)
        self.gt = gt

    def _deserialize(self, value: t.Any, attr: t.Any, data: t.Any, **kwargs: t.Any) -> t.Any:
        try:
            number = float(value) if isinstance(value, (int, float, str)) else math.nan
        except (ValueError, OverflowError):
            number = math.nan
        if not abs(number) <= BIGGEST_NUMBER:
            self.fail("Input should be a valid number, unable to parse string as a number")
        if self.gt is not None and not number > self.gt:
            self.fail(f"Input should be greater than {self.gt}")
        return number


class Bool(Field):
    """A boolean; the usual words and 0 and 1 are accepted."""

    wrong = "Input should be a valid boolean"
    json_type = "boolean"

    def _deserialize(self, value: t.Any, attr: t.Any, data: t.Any, **kwargs: t.Any) -> t.Any:
        if isinstance(value, (list, dict)):
            self.fail()
        truth = boolean(int(value) if isinstance(value, float) and value == int(value) else value)
        if truth is None:
            self.fail("Input should be a valid boolean, unable to interpret input")
        return truth


class Moment(Field):
    """A date or a date and time (UTC), converted to the stored form of 26 characters."""

    wrong = "Wrong date format."
    refusal = "Wrong date format for {name} argument. Expected format: 2020-01-05T13:23:10 or 2020-01-05"
    json_type, json_format = "string", "date-time"

    def _deserialize(self, value: t.Any, attr: t.Any, data: t.Any, **kwargs: t.Any) -> t.Any:
        moment = read_moment(value)
        if moment is None:
            self.fail()
        return clock.stored(moment)


class Object(Field):
    """A JSON object."""

    wrong = "Input should be a valid dictionary"
    json_type = "object"

    def _deserialize(self, value: t.Any, attr: t.Any, data: t.Any, **kwargs: t.Any) -> t.Any:
        if not isinstance(value, dict):
            self.fail()
        return value


class List(Field):
    """A JSON list of `item` fields, at least `min` of them."""

    wrong = "Input should be a valid list"
    json_type = "array"

    def __init__(self, item: Field, min: int = 0, **options: t.Any) -> None:
        super().__init__(**options)
        self.item, self.min = item, min

    def _deserialize(self, value: t.Any, attr: t.Any, data: t.Any, **kwargs: t.Any) -> t.Any:
        if not isinstance(value, list):
            self.fail()
        if len(value) < self.min:
            self.fail(f"List should have at least {self.min} item after validation, not {len(value)}")
        read, errors = [], {}
        for position, element in enumerate(value):
            try:
                if element is None:
                    raise ValidationError(self.item.wrong)
                read.append(self.item.deserialize(element))
            except ValidationError as error:
                errors[position] = error.messages
        if errors:
            raise ValidationError(errors)
        return read


class ListOrText(Field):
    """A JSON list or the text of one, as in forms; an empty text is the empty list. `texts`: items must be texts."""

    json_type = "array"
    wrong = "Input should be a valid list"

    def __init__(self, texts: bool = False, **options: t.Any) -> None:
        super().__init__(default=None, optional=True, **options)
        self.texts = texts

    def _deserialize(self, value: t.Any, attr: t.Any, data: t.Any, **kwargs: t.Any) -> t.Any:
        if value == "":
            return []
        is_text = isinstance(value, str)
        try:
            value = parse_json(value.encode()) if is_text else value
        except ValueError:
            self.fail("Input should be the text of a JSON list")
        if (value is not None or is_text) and not isinstance(value, list):
            self.fail()
        if self.texts and not all(isinstance(item, str) for item in value or []):
            self.fail("Input should be a list of valid strings")
        return value or []

    def deserialize(self, *args: t.Any, **options: t.Any) -> t.Any:
        return super().deserialize(*args, **options) or []


class Nested(Field):
    """A JSON object with its own fields."""

    wrong = "Input should be a valid dictionary or object to extract fields from"
    json_type = "object"

    def __init__(self, declared: Mapping[str, t.Any], **options: t.Any) -> None:
        super().__init__(**options)
        self.schema = schema_of(declared)

    def _deserialize(self, value: t.Any, attr: t.Any, data: t.Any, **kwargs: t.Any) -> t.Any:
        if not isinstance(value, dict):
            self.fail()
        return self.schema.load(value)


def schema_of(declared: Mapping[str, t.Any]) -> Schema:
    """The marshmallow schema of declared fields, which ignores unknown keys."""
    return Schema.from_dict(dict(declared), name="Body")(unknown=EXCLUDE)


def load(schema: Schema, body: t.Any) -> dict[str, t.Any]:
    """The validated fields of a body; raises InvalidBody with one error per faulty field."""
    if not isinstance(body, dict):
        wrong = "Input should be a valid dictionary or object to extract fields from"
        raise InvalidBody([{"field": "", "message": wrong}])
    try:
        return schema.load(body)
    except ValidationError as error:
        raise InvalidBody(list(flat(error.messages))) from None


def load_list(item: Field, body: t.Any) -> list[t.Any]:
    """The validated items of a body that is a list; raises InvalidBody with one error per faulty field."""
    try:
        return List(item).deserialize(body)
    except ValidationError as error:
        raise InvalidBody(list(flat(error.messages))) from None


def flat(messages: t.Any, path: str = "") -> Iterator[dict[str, str]]:
    """Nested marshmallow messages as a list of `{field, message}`, with dotted field names."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from flat(inner, path if key == "_schema" else f"{path}.{key}" if path else str(key))
    else:
        for message in messages:
            yield {"field": path, "message": message}
