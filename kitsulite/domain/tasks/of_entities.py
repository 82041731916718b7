"""The tasks of an entity or of its descendants, and the types of these tasks."""

from kitsulite.domain.access import IN_RELATED_PROJECT
from kitsulite.domain.entities import client_view
from kitsulite.domain.kinds import of_kind
from kitsulite.domain.tasks.rows import ASSIGNED_TO, FROM
from kitsulite.models.base import json_object, parts, shown
from kitsulite.models.tasks import Task, TaskType

#: conditions on a task's entity `e`, its `parent` and grandparent `grand`, each with one parameter
OF_ENTITY = "e.id = ?"
OF_CHILDREN = "parent.id = ?"
OF_GRANDCHILDREN = "grand.id = ?"
OF_EPISODE_ASSETS = f"e.source_id = ? AND {of_kind('Asset')}"
OF_EDITS = f"parent.id = ? AND {of_kind('Edit')}"

NAMES = {
    "project_name": "p.name",
    "task_type_name": "tt.name",
    "task_status_name": "ts.name",
    "entity_type_name": "et.name",
    "entity_name": "e.name",
}
BY_NAMES = "folded(t.name), folded(p.name), folded(tt.name), folded(et.name), folded(e.name), t.created_at"


def listing(ctx, where, entity_id, relations=False):
    """Tasks with the names of project, entity and type; `relations` adds the assignees."""
    row = json_object({**client_view.tasks(ctx, parts(Task, "t", relations)), **NAMES})
    return ctx.db.json_list(f"SELECT {row} {FROM} WHERE {where} ORDER BY {BY_NAMES}", [entity_id])


def of_type(ctx, entity_id, task_type_id):
    """The tasks of a type of an entity by name."""
    row = json_object(client_view.tasks(ctx, parts(Task, "t")))
    sql = f"SELECT {row} FROM task t WHERE t.entity_id = ? AND t.task_type_id = ? ORDER BY t.name, t.created_at"
    return ctx.db.json_list(sql, [entity_id, task_type_id])


def listing_of_sequence(ctx, entity_id, relations=False):
    """The tasks of a sequence or episode itself; vendors get their own, in open projects, as plain rows."""
    if ctx.role != "vendor":
        return listing(ctx, OF_ENTITY, entity_id, relations)
    own = f"{OF_ENTITY} AND {ASSIGNED_TO} AND t.project_id {IN_RELATED_PROJECT}"
    sql = f"SELECT {shown(Task, 't')} {FROM} WHERE {own} ORDER BY {BY_NAMES}"
    return ctx.db.json_list(sql, [entity_id, ctx.person_id, ctx.person_id])


def task_types(ctx, where, entity_id):
    """The task types of the tasks that `which` selects."""
    sql = (
        f"SELECT {shown(TaskType, 'tt')} FROM task_type tt WHERE tt.id IN"
        f" (SELECT t.task_type_id {FROM} WHERE {where}) ORDER BY tt.created_at, tt.rowid"
    )
    return ctx.db.json_list(sql, [entity_id])
