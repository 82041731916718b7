"""The shots in the quota of a person."""

from kitsulite.api.policies import human
from kitsulite.domain import access, periods
from kitsulite.domain.planning import count_modes, quota_shots
from kitsulite.web.fields import Str
from kitsulite.web.route import get

SHOTS = "/data/persons/<person_id>/quota-shots"
QUERY = {
    "allow": human("person_id"),
    "allow_first": True,
    "args": {
        "project_id": Str(),
        "task_type_id": Str(),
        "count_mode": Str(choices=tuple(count_modes.ENDS), default=count_modes.DEFAULT),
    },
}


def shots(ctx, person_id, period, numbers, project_id, **query):
    ctx = access.require_quota_reader(ctx, person_id, project_id)
    return quota_shots.shots(ctx, person_id, period(*numbers), project_id, **query)


@get(SHOTS + "/month/<year>/<month>", **QUERY)
def shots_of_month(ctx, person_id, year, month, **query):
    """List the shots that count for a person in a month; for managers of the production and the person."""
    return shots(ctx, person_id, periods.of_month, (year, month), **query)


@get(SHOTS + "/week/<year>/<week>", **QUERY)
def shots_of_week(ctx, person_id, year, week, **query):
    """List the shots that count for a person in an ISO week; for managers of the production and the person."""
    return shots(ctx, person_id, periods.of_week, (year, week), **query)


@get(SHOTS + "/day/<year>/<month>/<day>", **QUERY)
def shots_of_day(ctx, person_id, year, month, day, **query):
    """List the shots that count for a person on a day; for managers of the production and the person."""
    return shots(ctx, person_id, periods.of_day, (year, month, day), **query)
