"""Columns for texts of a certain form: email addresses, countries, locales, time zones, links."""

import functools
import json
import re

from kitsulite.models import locales
from kitsulite.models.accents import composed
from kitsulite.models.fields import Array, Text

#: schemes of links that run code
SCRIPTS = ("javascript", "vbscript", "data")


class Email(Text):
    """An email address, stored in lower case."""

    def convert(self, value):
        return super().convert(value).lower()

    def sought(self, text):
        return composed(text).lower()


class Trimmed(Text):
    """Text without surrounding spaces; empty text becomes null."""

    def clean(self, value):
        return super().clean((value.strip() or None) if isinstance(value, str) else value)


class Country(Trimmed):
    """The two-letter code of a country, in upper case."""

    def convert(self, value):
        code = super().convert(value)
        if not re.fullmatch("[A-Za-z]{2}", code):
            self.reject(value, "two letters")
        return code.upper()


class Locale(Trimmed):
    """A locale in the form of the Unicode CLDR: `zh_CN` is stored as `zh_Hans_CN`."""

    def convert(self, value):
        name = locales.canonical(super().convert(value))
        if name is None:
            self.reject(value, "a locale like en_US")
        return super().convert(name)


class TimeZone(Text):
    """The name of a time zone."""

    def convert(self, value):
        if not isinstance(value, str) or value not in time_zones():
            self.reject(value, "a time zone like Europe/Paris")
        return value


@functools.cache
def time_zones():
    """The names of all time zones, from the package tzdata if the system has none."""
    import zoneinfo  # loads slowly

    return zoneinfo.available_timezones()


class Link(Text):
    """A URL for people to follow."""

    def db_value(self, value):
        require_harmless(self, value)
        return super().db_value(value)


class Links(Array):
    """A list of URLs for people to follow."""

    def db_value(self, value):
        for link in value if isinstance(value, list) else json.loads(value or "[]"):
            require_harmless(self, link)
        return super().db_value(value)


def require_harmless(column, link):
    """Refuse a link that would run code in the page that shows it."""
    # browsers ignore spaces and control characters in a scheme
    scheme = "".join(c for c in str(link or "") if c > " ").partition(":")[0].lower()
    if scheme in SCRIPTS:
        column.reject(link, "a link that runs no script")
