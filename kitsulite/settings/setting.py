"""A setting: its name in every place where it can be given, and how its value is read and checked."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kitsulite.errors import SetupError, WrongSetting
from kitsulite.models.fields import NO, YES
from kitsulite.settings import checks
from kitsulite.settings.spelling import nearest

GIGABYTE = 1 << 30
MEGABYTE = 1 << 20
PREFIX = "KITSULITE_"


@dataclass(frozen=True)
class Setting:
    name: str
    kind: type
    default: Any
    help: str
    secret: bool = False
    choices: tuple = ()
    least: float = 0
    most: float = 1 << 53
    #: for sizes, which may be given as `10MB`: the bytes that a plain 1 stands for
    unit: int = 0
    #: raises ValueError with what is expected instead
    check: Callable[[Any], None] | None = None

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    @property
    def option(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def shown_default(self) -> str:
        """The default as one may write it; empty if there is none."""
        return "" if self.default is False else self.shown(self.default)

    def shown(self, value: Any) -> str:
        """A value as one may write it."""
        if self.unit:
            return shown_size(value * self.unit)
        return ";".join(value) if self.kind is list else str(value)

    def read(self, given: Any) -> Any:
        """Convert and check a value of code, of the file, or in text; an empty text stands for the default."""
        if given == "":
            return self.default
        try:
            value = self.converted(given)
        except (KeyError, ValueError, TypeError, OverflowError):
            raise self.refusal(given, self.expected) from None
        try:
            self.check_value(value)
        except ValueError as error:
            raise self.refusal(given, str(error)) from None
        return value

    def check_value(self, value: Any) -> None:
        """Raise ValueError with what is expected instead of this value."""
        if self.choices and value not in self.choices:
            raise ValueError(nearest(str(value), self.choices) or "one of " + ", ".join(self.choices))
        if self.kind in (int, float) and not self.least <= value <= self.most:
            raise ValueError(f"{self.least:g} or more" if value < self.least else f"at most {self.most:.0f}")
        if self.check and value != self.default:
            self.check(value)

    @property
    def expected(self) -> str:
        if self.unit:
            return "a size like 500MB or 10GB"
        kinds = {bool: "yes or no", int: "a whole number", float: "a number", list: "a list of texts"}
        return kinds.get(self.kind, "text")

    def converted(self, given: Any) -> Any:
        """The value in the type of the setting; raises ValueError or TypeError."""
        if isinstance(given, str):
            return self.converted_text(given)
        if self.kind is list:
            return checked_texts(given)
        if isinstance(given, (list, tuple, dict)) or (isinstance(given, bool) and self.kind is not bool):
            raise TypeError
        value = self.kind(given)
        if self.kind in (bool, int, float) and value != given:
            raise ValueError
        return value

    def converted_text(self, text: str) -> Any:
        if self.choices:
            return next((choice for choice in self.choices if choice.lower() == text.strip().lower()), text)
        if self.kind is str:
            return text
        if self.kind is bool:
            return {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}[text.strip().lower()]
        if self.kind is list:
            return [part.strip() for part in text.split(";") if part.strip()]
        value = checks.size(text, self.unit) if self.unit else self.kind(text)
        if math.isnan(value):
            raise ValueError
        return value

    def refusal(self, given: Any, expected: str) -> SetupError:
        """The error for a value, which is not repeated if it is a secret."""
        shown = "the given text" if self.secret else repr(given)
        return WrongSetting(f"{self.option} ({self.variable}): {expected.rstrip(',')} expected, got {shown}.")


def checked_texts(given: Any) -> list[str]:
    if not isinstance(given, (list, tuple, set)) or not all(isinstance(item, str) for item in given):
        raise TypeError
    return list(given)


def shown_size(number: int) -> str:
    """A number of bytes as one may write it: `10GB`."""
    for letter, unit in (("GB", GIGABYTE), ("MB", MEGABYTE)):
        if number and number % unit == 0:
            return f"{number // unit}{letter}"
    return str(number)
