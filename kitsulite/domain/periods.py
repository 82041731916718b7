"""Spans of days in requests: years, months, ISO weeks, days.

A span is (first, last), both inclusive, as YYYY-MM-DD. Its numbers come as text, with or without leading zeros;
invalid ones raise BadParameter.
"""

import calendar
import datetime as dt
import re

from kitsulite import clock
from kitsulite.errors import BadParameter
from kitsulite.models.fields import is_day
from kitsulite.models.text_fields import time_zones

ONE_DAY = dt.timedelta(days=1)


def read_day(text):
    """Check a date of the form YYYY-MM-DD."""
    if not is_day(text):
        raise BadParameter("Invalid date format.")
    return text


def of_year(year):
    """The span of a calendar year."""
    year = read_year(year)
    return span(dt.date(year, 1, 1), dt.date(year, 12, 31))


def of_iso_year(year):
    """The span of the ISO weeks of a year, Monday to Sunday."""
    year = read_year(year)
    return span(dt.date.fromisocalendar(year, 1, 1), dt.date.fromisocalendar(year + 1, 1, 1) - ONE_DAY)


def of_month(year, month):
    """The span of a month."""
    year, month = read_year(year), read_number(month, most=12)
    return span(dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1]))


def of_week(year, week):
    """The span of an ISO week, Monday to Sunday; `year` is the ISO year."""
    year, week = read_year(year), read_number(week, most=53)
    try:
        monday = dt.date.fromisocalendar(year, week, 1)
    except ValueError:
        raise unknown() from None
    return span(monday, monday + 6 * ONE_DAY)


def of_day(year, month, day):
    """The span of one day."""
    year, month, day = read_year(year), read_number(month, most=12), read_number(day, most=31)
    try:
        return span(*[dt.date(year, month, day)] * 2)
    except ValueError:
        raise unknown() from None


def span(first, last):
    return first.isoformat(), last.isoformat()


def read_year(text):
    """A year of four digits, except the last one, after which no date is possible."""
    return read_number(text, least=1000, most=9998)


def read_number(text, most, least=1):
    number = int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else 0
    if not least <= number <= most:
        raise unknown()
    return number


def unknown():
    return BadParameter("Invalid month or year.")


def moments(days, zone):
    """The stored moments in UTC when a span begins and ends in a time zone; the end is the next midnight."""
    first, last = map(dt.date.fromisoformat, days)
    return midnight(first, zone), midnight(last + ONE_DAY, zone)


def midnight(day, zone):
    """The stored moment when a day begins in a time zone."""
    begin = dt.datetime.combine(day, dt.time(), zone)
    return clock.stored(begin.astimezone(dt.timezone.utc).replace(tzinfo=None))


def local(moment, zone):
    """A stored moment converted to a time zone, without the zone."""
    return dt.datetime.fromisoformat(moment).replace(tzinfo=dt.timezone.utc).astimezone(zone).replace(tzinfo=None)


def zone_of(ctx, person):
    """The time zone of a person, else that of the studio; UTC if this machine does not know it."""
    import zoneinfo  # loads slowly

    names = (name for name in (person["timezone"], ctx.settings.default_timezone) if name in time_zones())
    name = next(names, None)
    return zoneinfo.ZoneInfo(name) if name else dt.timezone.utc


def business_days(first, last):
    """1 plus the number of days from Monday to Friday after `first` up to `last` (dates)."""
    days = (last - first).days
    weeks, rest = divmod(max(days, 0), 7)
    return 1 + weeks * 5 + sum((first + n * ONE_DAY).weekday() < 5 for n in range(1, rest + 1))


def iso_week(day):
    """SQL of the ISO week number of a date."""
    return f"((CAST(strftime('%j', {day}, '-3 days', 'weekday 4') AS INTEGER) - 1) / 7 + 1)"


def queried_days(start, end):
    """The first and last day in the query of a listing, None without both; raises BadParameter for only one."""
    if not start and not end:
        return None
    if not start or not end:
        raise BadParameter("start_date and end_date go together.")
    return read_day(start), read_day(end)
