"""The shots in a person's quota for a period, each with its weight.

A shot counts when its task ends (`feedback`: it waits for approval, `done`: it is done), or by the share of the work
on it in the period (`weighted`, `weighteddone`).
"""

import collections
import datetime as dt

from kitsulite.domain import periods
from kitsulite.domain.entities import names as entity_names
from kitsulite.domain.kinds import temporal_id
from kitsulite.domain.planning.count_modes import ENDS, WEIGHTED
from kitsulite.models.base import json_object, parts
from kitsulite.models.entities import Entity
from kitsulite.store.conditions import Condition
from kitsulite.store.statements import marks

ASSIGNED = "t.id IN (SELECT task_id FROM task_person_link WHERE person_id = ?)"
SHOWN = json_object({**parts(Entity, "e"), "full_name": entity_names.full_name("e")})


def shots(ctx, person_id, days, project_id, task_type_id, count_mode):
    """The shots of a span of days with `full_name` and `weight`, by full name; in the caller's time zone."""
    tasks = Tasks(ctx, project_id, task_type_id, ENDS[count_mode])
    if count_mode in WEIGHTED:
        weights = {**tasks.untimed(person_id, days), **tasks.timed(person_id, days)}
    else:
        weights = tasks.ended(person_id, days)
    sql = f"SELECT {SHOWN} FROM entity e WHERE e.id IN ({marks(weights)})"
    weighted = [{**shot, "weight": weights[shot["id"]]} for shot in ctx.db.objects(sql, list(weights))]
    return sorted(weighted, key=lambda shot: shot["full_name"])


class Tasks:
    """The tasks on shots that have ended, optionally of a project and a type."""

    def __init__(self, ctx, project_id, task_type_id, end):
        self.ctx, self.end = ctx, f"t.{end}"
        self.zone = periods.zone_of(ctx, ctx.person)
        self.scope = Condition("e.entity_type_id = ?", [temporal_id(ctx, "Shot")])
        for column, row_id in (("project_id", project_id), ("task_type_id", task_type_id)):
            if row_id:
                self.scope.add(f"t.{column} = ?", [row_id.lower()])

    def rows(self, columns, condition, params, join=""):
        sql = (
            f"SELECT t.entity_id, {columns} FROM task t JOIN entity e ON e.id = t.entity_id {join}"
            f" WHERE {self.scope.sql} AND {self.end} IS NOT NULL AND {condition}"
        )
        return self.ctx.db.execute(sql, [*self.scope.params, *params])

    def ended(self, person_id, days):
        """Weight 1 for each shot whose task, assigned to the person, ends within the days."""
        condition = f"{ASSIGNED} AND {self.end} BETWEEN ? AND ?"
        return dict(self.rows("1", condition, [person_id, *periods.moments(days, self.zone)]))

    def timed(self, person_id, days):
        """For each shot, the share of its time spents that is the person's within the days."""
        condition = "s.person_id = ? AND s.date BETWEEN ? AND ? AND t.duration > 0"
        join = "JOIN time_spent s ON s.task_id = t.id"
        weights = collections.Counter()
        for shot_id, share in self.rows("s.duration / t.duration", condition, [person_id, *days], join):
            weights[shot_id] += round(share, 2)
        return weights

    def untimed(self, person_id, days):
        """For each shot of the person without time spents, the share of its business days within the days."""
        begin, end = periods.moments(days, self.zone)
        condition = (
            f"{ASSIGNED} AND NOT EXISTS (SELECT 1 FROM time_spent s WHERE s.task_id = t.id)"
            f" AND t.real_start_date <= ? AND {self.end} >= ?"
        )
        weights = collections.Counter()
        for shot_id, *work in self.rows(f"t.real_start_date, {self.end}", condition, [person_id, end, begin]):
            weights[shot_id] += share_of([periods.local(moment, self.zone).date() for moment in work], days)
        return weights


def share_of(work, days):
    """The share of the business days of some work within a span of days, to two decimals.

    Work that begins before and ends after the span counts one day of it.
    """
    (start, end), (first, last) = work, map(dt.date.fromisoformat, days)
    if start >= first and end <= last:
        counted = periods.business_days(start, end)
    elif start >= first:
        counted = periods.business_days(start, last)
    elif end <= last:
        counted = periods.business_days(first, end)
    else:
        counted = 1
    return round(counted / periods.business_days(start, end), 2)
