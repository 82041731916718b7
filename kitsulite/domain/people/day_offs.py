"""Days off: periods, both ends included, in which a person does not work."""

from kitsulite.domain import periods
from kitsulite.errors import BadParameter
from kitsulite.models.base import json_object, parts
from kitsulite.models.people import DayOff
from kitsulite.models.tasks import TimeSpent

OVERLAPS = "date <= ? AND end_date >= ?"
#: columns that say whose day off it is, and when
PLACE = ("person_id", "date", "end_date")
SHOWN = parts(DayOff)
#: what others see of a day off: not its reason
SAFE = {name: sql for name, sql in SHOWN.items() if name != "description"}


def require_free(ctx, person_id, date, end_date, but=None):
    """No day off of the person within a period, that of the id `but` aside."""
    sql = f"SELECT 1 FROM day_off WHERE person_id = ? AND {OVERLAPS} AND id IS NOT ?"
    if ctx.db.value(sql, [person_id, end_date, date, but]):
        raise BadParameter("Day off already exists for this period")


def clear_time_spents(ctx, day_off_id):
    """Delete the time that the person has spent in the period of a day off."""
    day_off = ctx.db.get(DayOff, day_off_id)
    period = [day_off["person_id"], day_off["date"], day_off["end_date"]]
    ctx.db.delete(TimeSpent, "person_id = ? AND date BETWEEN ? AND ?", period)


def of_person(ctx, person_id, days=None):
    """The days off of a person as JSON text, only the ones that touch a span of days if there is one."""
    if not days:
        return ctx.db.all_json(DayOff, "person_id = ?", [person_id], "date")
    return ctx.db.all_json(DayOff, f"person_id = ? AND {OVERLAPS}", [person_id, *reversed(days)], "date")


def on_day(ctx, person_id, day):
    """The day off of a person that holds a day, or an empty object."""
    return ctx.db.first(DayOff, f"person_id = ? AND {OVERLAPS}", [person_id, day, day]) or {}


def of_everybody(ctx, days):
    """The days off that touch a span of days as JSON text: an admin sees all, others their own."""
    if not ctx.is_admin:
        return of_person(ctx, ctx.person_id, days)
    return ctx.db.all_json(DayOff, OVERLAPS, [*reversed(days)], "date, created_at, rowid")


def of_team(ctx, project_id, start=None, end=None):
    """The days off of each member of a team as JSON text; the reason for managers and oneself only."""
    where, params = "person_id IN (SELECT person_id FROM project_person_link WHERE project_id = ?)", [project_id]
    for day, condition in ((end, " AND date <= ?"), (start, " AND end_date >= ?")):
        if day is not None:
            where += condition
            params.append(periods.read_day(day))
    whole, safe = json_object(SHOWN), json_object(SAFE)
    row = f"CASE WHEN ? OR person_id = ? THEN {whole} ELSE {safe} END"
    sql = f"SELECT person_id, {row} FROM day_off WHERE {where} ORDER BY date"
    return ctx.db.json_groups(sql, [ctx.is_manager, ctx.person_id, *params])
