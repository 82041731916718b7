"""Days off: periods, both ends included, in which a person does not work."""

from kitsulite.errors import BadParameter
from kitsulite.models.people import DayOff
from kitsulite.models.tasks import TimeSpent


def require_free(ctx, person_id, start, end, but=None):
    """No day off of the person within a period, that of the id `but` aside."""
    sql = "SELECT 1 FROM day_off WHERE person_id = ? AND date <= ? AND end_date >= ? AND id IS NOT ?"
    if ctx.db.value(sql, [person_id, end, start, but]):
        raise BadParameter("Day off already exists for this period")


def clear_time_spents(ctx, day_off_id):
    """Delete the time that the person has spent in the period of a day off."""
    day_off = ctx.db.get(DayOff, day_off_id)
    period = [day_off["person_id"], day_off["date"], day_off["end_date"]]
    ctx.db.delete(TimeSpent, "person_id = ? AND date BETWEEN ? AND ?", period)
