"""Quotas: the frames, seconds and drawings of finished shots, by day, week, month and year.

The mode defines what counts on which day: `feedback` and `done` count a whole task on its end date or done date for
each assignee; `weighted` and `weighteddone` spread it over the time spent on it.
"""

import datetime as dt

from kitsulite.domain import access
from kitsulite.domain.frame_rate import fps_of
from kitsulite.domain.kinds import of_kind
from kitsulite.domain.periods import business_days, local, zone_of
from kitsulite.domain.planning.count_modes import ENDS, WHOLE
from kitsulite.errors import BadParameter
from kitsulite.models.choices import SUPERVISORS
from kitsulite.models.fields import is_id
from kitsulite.models.people import Person
from kitsulite.models.projects import Project
from kitsulite.models.tasks import TaskType
from kitsulite.store.conditions import Condition

TOTAL = "total"
ONE_DAY = dt.timedelta(days=1)
#: the tasks `t` on shots `e` of a project
TASKS = f"FROM task t JOIN entity e ON e.id = t.entity_id AND {of_kind('Shot')}"
SIZE = "COALESCE(e.nb_frames, 0) AS frames, COALESCE(t.nb_drawings, 0) AS drawings"
ASSIGNED = "JOIN task_person_link l ON l.task_id = t.id"


class Quotas:
    """Sums by person or task type, and in total: `{key: {day, week, month, year}}`."""

    def __init__(self, fps):
        self.fps = fps
        self.sums = {}

    def add(self, key, day, frames, drawings, share=1):
        """Count frames and drawings on a date for a key and in total; `share` is the counted part of a task."""
        for name in (key, TOTAL):
            periods = self.sums.setdefault(name, {})
            for period, bucket, group in buckets(day):
                self.count(periods, period, bucket, group, frames, drawings, share)

    def count(self, periods, period, bucket, group, frames, drawings, share):
        sums = periods.setdefault(period, {"frames": {}, "seconds": {}, "count": {}, "entries": {}, "drawings": {}})
        if group is None:
            sums.pop("entries", None)
        elif bucket not in sums["count"]:
            sums["entries"][group] = sums["entries"].get(group, 0) + 1
        new = {"frames": frames, "seconds": frames / self.fps, "count": share, "drawings": drawings}
        for name, value in new.items():
            sums[name][bucket] = sums[name].get(bucket, 0) + value
        sums["count"][bucket] = round(sums["count"][bucket], 2)


def buckets(day):
    """The periods in which a date lies: name, key, and the key under which distinct ones are counted."""
    year, month = str(day.year), f"{day.year}-{day.month:02}"
    of_week = day.isocalendar()
    return (
        ("day", day.isoformat(), month),
        ("week", f"{of_week.year}-{of_week.week}", str(of_week.year)),
        ("month", month, year),
        ("year", year, None),
    )


def of_task_type(ctx, project_id, task_type_id, mode, studio_id=None):
    """The quotas for a task type in a project, by person."""
    task_type = ctx.db.get(TaskType, task_type_id)
    quotas, condition = start(ctx, project_id, mode, studio_id)
    condition.add("t.task_type_id = ?", [task_type["id"]])
    if mode in WHOLE:
        add_whole(ctx, quotas, condition, mode, "l.person_id")
    else:
        add_spent(ctx, quotas, condition, "s.person_id")
        add_unspent(ctx, quotas, condition, mode)
    return quotas.sums


def of_person(ctx, project_id, person_id, mode, studio_id=None):
    """The quotas of a person in a project, by task type; only managers and supervisors see those of others."""
    project_id = ctx.db.require(Project, project_id)
    require_person(access.on_project(ctx, project_id), person_id)
    quotas, condition = start(ctx, project_id, mode, studio_id)
    # from the work of the person, not from all of the project
    condition = condition.walked
    if mode in WHOLE:
        condition.add("l.person_id = ?", [ctx.db.require(Person, person_id)])
        add_whole(ctx, quotas, condition, mode, "t.task_type_id")
    else:
        condition.add("s.person_id = ?", [person_id])
        add_spent(ctx, quotas, condition, "t.task_type_id")
    return quotas.sums


def require_person(ctx, person_id):
    """Require a manager or supervisor of the context's project, or the person, who must not be a client."""
    ctx.require(ctx.role != "client")
    if ctx.role in SUPERVISORS:
        ctx.require(ctx.membership.is_member)
    else:
        ctx.require(ctx.person_id == person_id)


def start(ctx, project_id, mode, studio_id):
    """(empty quotas of a project, condition of the tasks that count in a mode)."""
    if mode not in ENDS:
        raise BadParameter(f"count_mode must be one of {', '.join(ENDS)}.")
    project = ctx.db.get(Project, project_id)
    condition = Condition()
    condition.add("t.project_id = ?", [project["id"]], walked="+t.project_id = ?")
    condition.add(f"t.{ENDS[mode]} IS NOT NULL")
    if studio_id:
        if not is_id(studio_id):
            raise BadParameter(f"Invalid UUID value: {studio_id[:80]}")
        persons = "SELECT id FROM person WHERE studio_id = ?"
        if ctx.db.value(persons, [studio_id.lower()]):
            of_studio = f"SELECT task_id FROM task_person_link WHERE person_id IN ({persons})"
            condition.add(f"t.id IN ({of_studio})", [studio_id.lower()])
    return Quotas(fps_of(project)), condition


def add_whole(ctx, quotas, condition, mode, key):
    """Count each task once for each assignee."""
    zone = zone_of(ctx, ctx.person)
    columns = f"{key} AS key, t.{ENDS[mode]} AS moment, {SIZE}"
    for row in ctx.db.rows(f"SELECT {columns} {TASKS} {ASSIGNED} WHERE {condition.sql}", condition.params):
        quotas.add(row["key"], local(row["moment"], zone).date(), row["frames"], row["drawings"])


def add_spent(ctx, quotas, condition, key):
    """Count for each time spent its share of the task, on its day."""
    columns = f"{key} AS key, s.date, s.duration / t.duration AS part, {SIZE}"
    spent = f"{TASKS} JOIN time_spent s ON s.task_id = t.id WHERE t.duration > 0 AND {condition.sql}"
    for row in ctx.db.rows(f"SELECT {columns} {spent}", condition.params):
        frames, drawings = round(row["frames"] * row["part"]), round(row["drawings"] * row["part"])
        quotas.add(row["key"], dt.date.fromisoformat(row["date"][:10]), frames, drawings, round(row["part"], 2))


def add_unspent(ctx, quotas, condition, mode):
    """Count the tasks without time spents, spread over the days that they took."""
    zone = zone_of(ctx, ctx.person)
    columns = f"l.person_id AS key, t.real_start_date AS first, t.{ENDS[mode]} AS moment, {SIZE}"
    unspent = "t.real_start_date IS NOT NULL AND NOT EXISTS (SELECT 1 FROM time_spent s WHERE s.task_id = t.id)"
    sql = f"SELECT {columns} {TASKS} {ASSIGNED} WHERE {unspent} AND {condition.sql}"
    for row in ctx.db.rows(sql, condition.params):
        first, last = local(row["first"], zone), local(row["moment"], zone)
        days = business_days(first.date(), last.date())
        frames, share = round(row["frames"] / days), round(1 / days, 2)
        for number in range((last - first).days + 1):
            day = first.date() + number * ONE_DAY
            if day.weekday() < 5:
                quotas.add(row["key"], day, frames, row["drawings"], share)
