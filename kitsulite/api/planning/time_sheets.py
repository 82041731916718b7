"""The time that persons spent, per period."""

from kitsulite.api.policies import human, reader_of_time, self_or_admin, signed_in
from kitsulite.domain import periods
from kitsulite.domain.planning import time_sheets
from kitsulite.web.fields import Str
from kitsulite.web.route import get

OF_PERSON = "/data/persons/<person_id>/time-spents"
TABLE = "/data/persons/time-spents"
READER = human("person_id") & reader_of_time("person_id")
PROJECT = {"project_id": Str()}
FILTERS = {"project_id": Str(), "department_id": Str(), "studio_id": Str()}


@get(OF_PERSON, allow=READER, args={"start_date": Str(), "end_date": Str()})
def time_of_person(ctx, person_id, start_date, end_date):
    """List the time spents of a person from one day to another, as far as the caller may see; without both none."""
    return time_sheets.visible_in_days(ctx, person_id, start_date, end_date)


@get(OF_PERSON + "/<date>", allow=READER)
def time_of_person_on_day(ctx, person_id, date):
    """List the time spents of a person on a day."""
    return time_sheets.of_day(ctx, person_id, periods.read_day(date))


@get(OF_PERSON + "/year/<year>", allow=READER, args=PROJECT)
def tasks_of_year(ctx, person_id, year, project_id):
    """The tasks that a person worked on in a year, each with the minutes."""
    return time_sheets.by_task(ctx, person_id, periods.of_year(year), project_id)


@get(OF_PERSON + "/month/<year>/<month>", allow=READER, args=PROJECT)
def tasks_of_month(ctx, person_id, year, month, project_id):
    """The tasks that a person worked on in a month, each with the minutes."""
    return time_sheets.by_task(ctx, person_id, periods.of_month(year, month), project_id)


@get(OF_PERSON + "/week/<year>/<week>", allow=READER, args=PROJECT)
def tasks_of_week(ctx, person_id, year, week, project_id):
    """The tasks that a person worked on in an ISO week, each with the minutes."""
    return time_sheets.by_task(ctx, person_id, periods.of_week(year, week), project_id)


@get(OF_PERSON + "/day/<year>/<month>/<day>", allow=READER, args=PROJECT)
def tasks_of_day(ctx, person_id, year, month, day, project_id):
    """The tasks that a person worked on on a day, each with the minutes."""
    return time_sheets.by_task(ctx, person_id, periods.of_day(year, month, day), project_id)


@get(OF_PERSON + "/month/all/<year>/<month>", allow=human("person_id") & self_or_admin("person_id"))
def time_of_month(ctx, person_id, year, month):
    """List the time spents of a person in a month."""
    return time_sheets.between(ctx, person_id, periods.of_month(year, month))


@get(TABLE + "/year-table", allow=signed_in, args=FILTERS)
def year_table(ctx, **filters):
    """Minutes per year and person, of all years."""
    return time_sheets.table(ctx, "year", **filters)


@get(TABLE + "/month-table/<year>", allow=signed_in, args=FILTERS)
def month_table(ctx, year, **filters):
    """Minutes per month and person, of a year."""
    return time_sheets.table(ctx, "month", periods.of_year(year), **filters)


@get(TABLE + "/week-table/<year>", allow=signed_in, args=FILTERS)
def week_table(ctx, year, **filters):
    """Minutes per ISO week and person, of an ISO year."""
    return time_sheets.table(ctx, "week", periods.of_iso_year(year), **filters)


@get(TABLE + "/day-table/<year>/<month>", allow=signed_in, args=FILTERS)
def day_table(ctx, year, month, **filters):
    """Minutes per day and person, of a month."""
    return time_sheets.table(ctx, "day", periods.of_month(year, month), **filters)
