"""A page of the tasks in open projects: by project, by the place of their entity, by task type."""

import json

from kitsulite.domain.tasks.rows import JOINS
from kitsulite.models.fields import dump
from kitsulite.store.conditions import Condition

ORDER = (
    "p.name, p.rowid, place.episode_name, place.sequence_name, place.type_name, place.entity_name,"
    " tt.name, t.created_at, t.rowid"
)
#: joins the place of a task's entity
PLACE = "JOIN entity_place place ON place.entity_id = t.entity_id AND place.project_id = t.project_id"
#: reads tasks in order, from the projects in a parameter
IN_ORDER = (
    "FROM project p CROSS JOIN entity_place place ON place.project_id = p.id"
    " CROSS JOIN task t INDEXED BY task_entity_id"
    " ON t.entity_id = place.entity_id AND t.project_id = place.project_id"
    " CROSS JOIN task_type tt ON tt.id = t.task_type_id WHERE +p.id IN (SELECT value FROM json_each(?)) AND "
)
#: reads tasks to be sorted
ANY = f"FROM task t {PLACE} JOIN project p ON p.id = t.project_id JOIN task_type tt ON tt.id = t.task_type_id WHERE "
#: reads tasks to be sorted by their own columns
ALONE = "FROM task t WHERE "
#: condition on a task: it belongs to everything that a row shows
IS_WHOLE = (
    "t.project_id IS NOT NULL AND t.task_type_id IS NOT NULL AND t.task_status_id IS NOT NULL"
    " AND t.entity_id IS NOT NULL"
)


def rowids(ctx, condition, groups, limit, offset):
    """The rowids of the tasks of a page; `groups` are the counts of all tasks that meet the condition."""
    amount = sum(group["amount"] for group in groups)
    # reading in order also looks at tasks that do not meet the condition, sorting at all that do
    if (offset + limit) * ctx.db.value("SELECT max(rowid) FROM task") < amount * amount:
        projects = json.dumps(sorted({group["project_id"] for group in groups}))
        in_order = Condition(condition.sql, [projects, *condition.params])
        return some(ctx, in_order, limit, offset, source=IN_ORDER)
    return some(ctx, condition, limit, offset)


def some(ctx, condition, limit, offset, order=ORDER, source=ANY):
    """The rowids of a part of the tasks that meet a condition, in an order."""
    places = f"SELECT t.rowid {source} {condition.sql} AND {IS_WHOLE} ORDER BY {order} LIMIT ? OFFSET ?"
    return ctx.db.column(places, [*condition.params, limit, offset])


def page(ctx, shown, rowids, more):
    """The page of these tasks as JSON in bytes; `more` are its further members."""
    source = f"FROM json_each(?) listed CROSS JOIN task t ON t.rowid = listed.value {JOINS}"
    around = b'{"data":[', f"],{dump(more)[1:]}".encode()
    return ctx.db.json_array(shown, source, [json.dumps(rowids)], around, len(rowids))
