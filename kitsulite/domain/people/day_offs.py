"""Days off: periods, including both ends, in which a person does not work."""

import json

from kitsulite.domain import periods
from kitsulite.errors import BadParameter
from kitsulite.models.base import json_object, parts
from kitsulite.models.people import DayOff
from kitsulite.models.tasks import TimeSpent

OVERLAPS = "date <= ? AND end_date >= ?"
#: the columns of person and period
PERIOD = ("person_id", "date", "end_date")
SHOWN = parts(DayOff)
#: the columns that others see, without the reason
SAFE = {name: sql for name, sql in SHOWN.items() if name != "description"}


#: SQL conditions on the person of a day off: in a team that the caller `:me` manages, or supervises, leading the
#: person's department or having none; an empty role means the global one
_IN_TEAM = (
    "person_id IN (SELECT l.person_id FROM project_person_link l JOIN project_person_link mine"
    " ON mine.project_id = l.project_id WHERE mine.person_id = :me"
    " AND COALESCE(NULLIF(mine.role, 'admin'), :role) = '{}')"
)
_OF_DEPARTMENT = (
    "(NOT EXISTS (SELECT 1 FROM department_link WHERE person_id = :me) OR person_id IN (SELECT l.person_id"
    " FROM department_link l JOIN department_link mine ON mine.department_id = l.department_id"
    " WHERE mine.person_id = :me))"
)
WHOLE = f"(:role = 'admin' OR person_id = :me OR {_IN_TEAM.format('manager')})"
SEEN = f"({WHOLE} OR {_IN_TEAM.format('supervisor')} AND {_OF_DEPARTMENT})"


def caller(ctx):
    return {"me": ctx.person_id, "role": ctx.global_role}


def require_reader(ctx, person_id):
    """Require an admin, the person, or somebody who leads them in the team of a project."""
    sql = f"SELECT 1 FROM (SELECT :person AS person_id) WHERE {SEEN}"
    ctx.require(ctx.db.value(sql, {**caller(ctx), "person": str(person_id).lower()}))


def listed(ctx, where, params, order="date, created_at, rowid"):
    """Days off that the caller sees as JSON text, with the reason if they may see it."""
    shown = f"CASE WHEN {WHOLE} THEN {json_object(SHOWN)} ELSE {json_object(SAFE)} END"
    sql = f"SELECT {shown} FROM day_off WHERE {where} AND {SEEN} ORDER BY {order}"
    return ctx.db.json_list(sql, {**caller(ctx), **params})


def shown_to(ctx, day_off):
    """A day off that the caller sees, with the reason if they may see it."""
    (row,) = json.loads(listed(ctx, "id = :id", {"id": day_off["id"]}))
    return row


def require_free(ctx, person_id, date, end_date, but=None):
    """Refuse a period that overlaps a day off of the person other than `but`."""
    sql = f"SELECT 1 FROM day_off WHERE person_id = ? AND {OVERLAPS} AND id IS NOT ?"
    if ctx.db.value(sql, [person_id, end_date, date, but]):
        raise BadParameter("Day off already exists for this period")


def clear_time_spents(ctx, day_off_id):
    """Delete the person's time spents in the period of a day off."""
    day_off = ctx.db.get(DayOff, day_off_id)
    period = [day_off["person_id"], day_off["date"], day_off["end_date"]]
    ctx.db.delete(TimeSpent, "person_id = ? AND date BETWEEN ? AND ?", period)


def of_person(ctx, person_id, days=None):
    """The days off of a person as JSON text, optionally only those that overlap a span of days."""
    where, params = touching(days)
    return listed(ctx, f"person_id = :person AND {where}", {**params, "person": person_id}, "date")


def touching(days):
    """(condition, parameters) for days off that overlap a span of days, if one is given."""
    if not days:
        return "1", {}
    return "date <= :last AND end_date >= :first", {"first": days[0], "last": days[1]}


def on_day(ctx, person_id, day):
    """The day off of a person that includes a day, or an empty object."""
    rows = json.loads(of_person(ctx, person_id, (day, day)))
    return rows[0] if rows else {}


def of_everybody(ctx, days):
    """The days off that overlap a span of days and that the caller sees, as JSON text."""
    return listed(ctx, *touching(days))


def of_team(ctx, project_id, start=None, end=None):
    """The days off of each team member as JSON text; only managers and the person see the reason."""
    where, params = "person_id IN (SELECT person_id FROM project_person_link WHERE project_id = ?)", [project_id]
    for day, condition in ((end, " AND date <= ?"), (start, " AND end_date >= ?")):
        if day is not None:
            where += condition
            params.append(periods.read_day(day))
    whole, safe = json_object(SHOWN), json_object(SAFE)
    row = f"CASE WHEN ? OR person_id = ? THEN {whole} ELSE {safe} END"
    sql = f"SELECT person_id, {row} FROM day_off WHERE {where} ORDER BY date"
    return ctx.db.json_groups(sql, [ctx.is_manager, ctx.person_id, *params])
