"""Days off of persons and teams."""

from kitsulite.api.policies import Policy, human, member_of, no_client, no_vendor, person, signed_in
from kitsulite.domain import periods
from kitsulite.domain.people import day_offs
from kitsulite.models.projects import Project
from kitsulite.web.fields import Str
from kitsulite.web.route import get

OF_PERSON = "/data/persons/<person_id>/day-offs"
READER = human("person_id") & Policy(
    "the person, an admin, or who leads them in a team",
    lambda ctx, path: day_offs.require_reader(ctx, path["person_id"]),
)


@get(OF_PERSON, allow=READER)
def day_offs_of_person(ctx, person_id):
    """List the days off of a person."""
    return day_offs.of_person(ctx, person_id)


@get(OF_PERSON + "/year/<year>", allow=READER)
def day_offs_of_year(ctx, person_id, year):
    """List the days off of a person that overlap a year."""
    return day_offs.of_person(ctx, person_id, periods.of_year(year))


@get(OF_PERSON + "/month/<year>/<month>", allow=READER)
def day_offs_of_month(ctx, person_id, year, month):
    """List the days off of a person that overlap a month."""
    return day_offs.of_person(ctx, person_id, periods.of_month(year, month))


@get(OF_PERSON + "/week/<year>/<week>", allow=READER)
def day_offs_of_week(ctx, person_id, year, week):
    """List the days off of a person that overlap an ISO week."""
    return day_offs.of_person(ctx, person_id, periods.of_week(year, week))


@get(OF_PERSON + "/<date>", allow=READER)
def day_off_of_day(ctx, person_id, date):
    """Get the day off of a person that includes a day, or an empty object."""
    return day_offs.on_day(ctx, person_id, periods.read_day(date))


@get("/data/user/day-offs/<date>", allow=person)
def own_day_off(ctx, date):
    """Get the caller's day off that includes a day, or an empty object."""
    return day_offs.on_day(ctx, ctx.person_id, periods.read_day(date))


@get("/data/persons/day-offs/<year>", allow=signed_in)
def day_offs_of_everybody_in_year(ctx, year):
    """List the days off that overlap a year and that the caller may see: their own, and those of people they lead."""
    return day_offs.of_everybody(ctx, periods.of_year(year))


@get("/data/persons/day-offs/<year>/<month>", allow=signed_in)
def day_offs_of_everybody(ctx, year, month):
    """List the days off that overlap a month and that the caller may see: their own, and those of people they lead."""
    return day_offs.of_everybody(ctx, periods.of_month(year, month))


@get(
    "/data/projects/<project_id>/day-offs",
    allow=member_of("project_id") & no_client & no_vendor,
    args={"start_date": Str(), "end_date": Str()},
)
def day_offs_of_team(ctx, project_id, start_date, end_date):
    """List the days off of each team member that overlap the given days; only managers see the reasons."""
    return day_offs.of_team(ctx, ctx.db.require(Project, project_id), start_date, end_date)
