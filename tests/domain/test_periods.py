"""Arithmetic of days: months, ISO weeks, time zones, business days."""

import datetime as dt
import sqlite3
import zoneinfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kitsulite import clock
from kitsulite.domain import periods
from kitsulite.errors import BadParameter
from kitsulite.models.text_fields import time_zones

DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2100, 12, 31))
MOMENTS = st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2100, 12, 31))
ZONES = st.sampled_from(sorted(time_zones()))
AROUND_NEW_YEAR = [dt.date(year, *day) for year in range(2015, 2027) for day in ((12, 28), (12, 31), (1, 1), (1, 4))]


def inside(day, span):
    return span[0] <= day.isoformat() <= span[1]


@given(DAYS)
def test_a_day_lies_in_its_own_year_month_week_and_day(day):
    year, week, _ = day.isocalendar()
    assert periods.of_day(str(day.year), str(day.month), str(day.day)) == (day.isoformat(), day.isoformat())
    assert inside(day, periods.of_month(str(day.year), f"{day.month:02}"))
    assert inside(day, periods.of_year(str(day.year)))
    assert inside(day, periods.of_week(str(year), f"{week:02}"))


@given(DAYS)
def test_periods_follow_each_other_without_gap_or_overlap(day):
    year, week, _ = day.isocalendar()
    for span in (
        periods.of_week(str(year), str(week)),
        periods.of_month(str(day.year), str(day.month)),
        periods.of_year(str(day.year)),
    ):
        first, last = map(dt.date.fromisoformat, span)
        assert first <= day <= last
        after = last + periods.ONE_DAY
        year_after, week_after, _ = after.isocalendar()
        assert after.isoformat() in (
            periods.of_week(str(year_after), str(week_after))[0],
            periods.of_month(str(after.year), str(after.month))[0],
        )


@given(DAYS)
def test_a_week_is_monday_to_sunday(day):
    year, week, _ = day.isocalendar()
    first, last = map(dt.date.fromisoformat, periods.of_week(str(year), str(week)))
    assert (first.weekday(), (last - first).days) == (0, 6)


@pytest.mark.parametrize("day", AROUND_NEW_YEAR)
def test_the_week_of_sqlite_is_the_iso_week_at_new_year(day):
    check_iso_week(day)


@given(DAYS)
def test_the_week_of_sqlite_is_the_iso_week(day):
    check_iso_week(day)


def check_iso_week(day):
    connection = sqlite3.connect(":memory:")
    found = connection.execute(f"SELECT {periods.iso_week('?')}", [day.isoformat()]).fetchone()[0]
    connection.close()
    assert found == day.isocalendar()[1]


@pytest.mark.parametrize(
    ("read", "numbers"),
    [
        (periods.of_year, ("0",)),
        (periods.of_year, ("999",)),
        (periods.of_year, ("9999",)),
        (periods.of_year, ("20x4",)),
        (periods.of_year, ("-2024",)),
        (periods.of_year, ("²024",)),
        (periods.of_year, ("99999999999999999999",)),
        (periods.of_month, ("2024", "0")),
        (periods.of_month, ("2024", "13")),
        (periods.of_month, ("2024", "")),
        (periods.of_month, ("2024", "june")),
        (periods.of_week, ("2024", "53")),
        (periods.of_week, ("2024", "0")),
        (periods.of_week, ("2026", "54")),
        (periods.of_day, ("2023", "2", "29")),
        (periods.of_day, ("2024", "6", "31")),
        (periods.of_day, ("2024", "6", "0")),
    ],
)
def test_what_names_no_period_is_refused(read, numbers):
    with pytest.raises(BadParameter, match=r"Invalid month or year."):
        read(*numbers)


def test_a_long_year_has_a_week_53():
    assert periods.of_week("2026", "53") == ("2026-12-28", "2027-01-03")


@pytest.mark.parametrize("text", ["2024-02-30", "2024-2-3", "20240203", "soon", "", None, "2024-02-03T10:00:00"])
def test_a_day_has_one_form(text):
    with pytest.raises(BadParameter):
        periods.read_day(text)
    assert periods.read_day("2024-02-29") == "2024-02-29"


@given(MOMENTS, ZONES)
@example(dt.datetime(2026, 3, 29, 0, 30), "Europe/Paris")
@example(dt.datetime(2026, 10, 25, 0, 30), "Europe/Paris")
@example(dt.datetime(2026, 11, 1, 5, 30), "America/New_York")
@example(dt.datetime(2018, 11, 4, 2, 30), "America/Sao_Paulo")
@example(dt.datetime(2018, 2, 18, 2, 30), "America/Sao_Paulo")
@example(dt.datetime(2020, 11, 1, 4, 30), "America/Havana")
@example(dt.datetime(2011, 12, 30, 10, 30), "Pacific/Apia")
def test_a_moment_lies_between_the_midnights_of_its_local_day(moment, zone):
    stored = clock.stored(moment)
    zone = zoneinfo.ZoneInfo(zone)
    day = periods.local(stored, zone).date().isoformat()
    begin, end = periods.moments((day, day), zone)
    assert begin <= stored <= end


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24), ("2026-12-31", 24)]
)
def test_a_day_is_shorter_or_longer_when_clocks_change(day, hours):
    begin, end = map(dt.datetime.fromisoformat, periods.moments((day, day), zoneinfo.ZoneInfo("Europe/Paris")))
    assert end - begin == dt.timedelta(hours=hours)


@pytest.mark.parametrize(
    ("zone", "begin"),
    [
        ("UTC", "2026-06-01T00:00:00.000000"),
        ("Europe/Paris", "2026-05-31T22:00:00.000000"),
        ("America/Los_Angeles", "2026-06-01T07:00:00.000000"),
        ("Asia/Kolkata", "2026-05-31T18:30:00.000000"),
    ],
)
def test_a_month_begins_at_local_midnight(zone, begin):
    zone = zoneinfo.ZoneInfo(zone)
    assert periods.moments(periods.of_month("2026", "6"), zone)[0] == begin


@pytest.mark.parametrize(
    ("own", "of_the_studio", "zone"),
    [
        ("Asia/Tokyo", "Asia/Kolkata", "Asia/Tokyo"),
        (None, "Asia/Kolkata", "Asia/Kolkata"),
        ("Nowhere", "Asia/Kolkata", "Asia/Kolkata"),
        (None, "Nowhere", "UTC"),
    ],
)
def test_who_has_no_time_zone_lives_in_that_of_the_studio(studio, set_up, own, of_the_studio, zone):
    set_up(default_timezone=of_the_studio)
    assert str(periods.zone_of(studio.context(), {"timezone": own})) == zone


@given(DAYS, st.integers(-30, 400))
def test_business_days_count_from_monday_to_friday(first, length):
    last = first + dt.timedelta(days=length)
    days = [first + n * periods.ONE_DAY for n in range(1, length + 1)]
    assert periods.business_days(first, last) == 1 + sum(day.weekday() < 5 for day in days)
