"""The time spent by persons, per period."""

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
    """List the time spents of a person from one day to another that the caller may see; without both, none."""
    return time_sheets.visible_in_days(ctx, person_id, start_date, end_date)


@get(OF_PERSON + "/<date>", allow=READER)
def time_of_person_on_day(ctx, person_id, date):
    """List the time spents of a person on a day."""
    return time_sheets.of_day(ctx, person_id, periods.read_day(date))


@get(OF_PERSON + "/year/<year>", allow=READER, args=PROJECT)
def tasks_of_year(ctx, person_id, year, project_id):
    """List the tasks that a person worked on in a year, with minutes."""
    return time_sheets.by_task(ctx, person_id, periods.of_year(year), project_id)


@get(OF_PERSON + "/month/<year>/<month>", allow=READER, args=PROJECT)
def tasks_of_month(ctx, person_id, year, month, project_id):
    """List the tasks that a person worked on in a month, with minutes."""
    return time_sheets.by_task(ctx, person_id, periods.of_month(year, month), project_id)


@get(OF_PERSON + "/week/<year>/<week>", allow=READER, args=PROJECT)
def tasks_of_week(ctx, person_id, year, week, project_id):
    """List the tasks that a person worked on in an ISO week, with minutes."""
    return time_sheets.by_task(ctx, person_id, periods.of_week(year, week), project_id)


@get(OF_PERSON + "/day/<year>/<month>/<day>", allow=READER, args=PROJECT)
def tasks_of_day(ctx, person_id, year, month, day, project_id):
    """List the tasks that a person worked on on a day, with minutes."""
    return time_sheets.by_task(ctx, person_id, periods.of_day(year, month, day), project_id)


@get(OF_PERSON + "/month/all/<year>/<month>", allow=human("person_id") & self_or_admin("person_id"))
def time_of_month(ctx, person_id, year, month):
    """List the time spents of a person in a month."""
    return time_sheets.between(ctx, person_id, periods.of_month(year, month))


@get(TABLE + "/year-table", allow=signed_in, args=FILTERS)
def year_table(ctx, **filters):
    """Get the minutes per year and person, for all years."""
    return time_sheets.table(ctx, "year", **filters)


@get(TABLE + "/month-table/<year>", allow=signed_in, args=FILTERS)
def month_table(ctx, year, **filters):
    """Get the minutes per month and person, for a year."""
    return time_sheets.table(ctx, "month", periods.of_year(year), **filters)


@get(TABLE + "/week-table/<year>", allow=signed_in, args=FILTERS)
def week_table(ctx, year, **filters):
    """Get the minutes per ISO week and person, for an ISO year."""
    return time_sheets.table(ctx, "week", periods.of_iso_year(year), **filters)


@get(TABLE + "/day-table/<year>/<month>", allow=signed_in, args=FILTERS)
def day_table(ctx, year, month, **filters):
    """Get the minutes per day and person, for a month."""
    return time_sheets.table(ctx, "day", periods.of_month(year, month), **filters)
