"""The schedule of a project: milestones, and items, which are created when they are first read."""

import datetime as dt

from kitsulite import clock
from kitsulite.domain.kinds import IS_ASSET_TYPE, of_kind
from kitsulite.events.bus import emit
from kitsulite.models.base import json_object, parts
from kitsulite.models.fields import clean_ids
from kitsulite.models.projects import Milestone, ScheduleItem
from kitsulite.models.tasks import TaskType

MILESTONE = {name: parts(Milestone)[name] for name in ("id", "date", "name", "project_id", "task_type_id")}
ITEM_COLUMNS = ("id", "start_date", "end_date", "man_days", "project_id", "task_type_id", "object_id")
ITEM = {name: parts(ScheduleItem, "i")[name] for name in ITEM_COLUMNS}

_ENTITIES = "SELECT e.id, e.name FROM entity e WHERE e.project_id = :project"
#: last part of the path -> (SQL of the objects with an item below a task type, condition on the episode)
SCHEDULED = {
    "asset-types": (
        "SELECT DISTINCT et.id, et.name FROM entity_type et JOIN entity e ON e.entity_type_id = et.id"
        f" WHERE e.project_id = :project AND et.{IS_ASSET_TYPE}",
        "e.source_id = :episode",
    ),
    "sequences": (f"{_ENTITIES} AND {of_kind('Sequence')}", "e.parent_id = :episode"),
    "episodes": (f"{_ENTITIES} AND {of_kind('Episode')}", "e.id = :episode"),
    "edits": (f"{_ENTITIES} AND {of_kind('Edit')} AND e.canceled IS NOT 1", "e.parent_id = :episode"),
}
_OWN_TYPES = "SELECT task_type_id FROM project_task_type_link WHERE project_id = :project"
#: task types for scheduled kinds of entities with a task in the project, limited to the project's own if it has any
TASK_TYPES = (
    "SELECT id, name FROM task_type WHERE for_entity IN ('Asset', 'Shot', 'Sequence', 'Episode', 'Edit')"
    " AND EXISTS (SELECT 1 FROM task t WHERE t.project_id = :project AND t.task_type_id = task_type.id)"
    f" AND (id IN ({_OWN_TYPES}) OR NOT EXISTS ({_OWN_TYPES}))"
)


def milestones(ctx, project_id):
    """The milestones of a project as JSON text."""
    sql = f"SELECT {json_object(MILESTONE)} FROM milestone WHERE project_id = ? ORDER BY created_at, rowid"
    return ctx.db.json_list(sql, [project_id])


def items(ctx, project_id):
    """All schedule items of a project as JSON text."""
    return ctx.db.all_json(ScheduleItem, "project_id = ?", [project_id])


def task_type_items(ctx, project_id):
    """The items of whole task types by start date as JSON text; missing ones are created."""
    params = {"project": project_id}
    own = "i.project_id = :project AND i.task_type_id = o.id AND i.object_id IS NULL"
    create_missing(ctx, TASK_TYPES, own, params, lambda task_type_id: (task_type_id, None))
    sql = (
        f"SELECT {json_object(ITEM)} FROM ({TASK_TYPES}) o JOIN schedule_item i ON {own} ORDER BY i.start_date, i.rowid"
    )
    return ctx.db.json_list(sql, params)


def items_of_task_type(ctx, kind, project_id, task_type_id, episode_id=None):
    """The items below a task type by name as JSON text; missing ones are created."""
    project_id, task_type_id, episode = clean_ids(project_id, task_type_id, episode_id or project_id)
    params = {"project": project_id, "task_type": task_type_id, "episode": episode}
    objects, in_episode = SCHEDULED[kind]
    objects = f"{objects} AND {in_episode}" if episode_id else objects
    own = "i.project_id = :project AND i.task_type_id = :task_type AND i.object_id = o.id"
    create_missing(ctx, objects, own, params, lambda object_id: (params["task_type"], object_id))
    values = {**ITEM, "name": "o.name"}
    sql = f"SELECT {json_object(values)} FROM ({objects}) o JOIN schedule_item i ON {own} ORDER BY o.name, i.rowid"
    return ctx.db.json_list(sql, params)


def create_missing(ctx, objects, own, params, key_of):
    """Create the missing items of the objects `o`; `place(id)` returns their task type and object."""
    sql = f"SELECT o.id FROM ({objects}) o WHERE NOT EXISTS (SELECT 1 FROM schedule_item i WHERE {own})"
    if not ctx.db.column(sql, params):
        return
    start = clock.utc_now().date()
    dates = {"start_date": start.isoformat(), "end_date": (start + dt.timedelta(days=1)).isoformat()}
    with ctx.db.write():
        # selected again, since another reader may have created them meanwhile
        for row_id in ctx.db.column(f"{sql} ORDER BY o.name", params):
            task_type_id, object_id = key_of(row_id)
            key = {"task_type_id": ctx.db.require(TaskType, task_type_id), "object_id": object_id}
            item_id = ctx.db.add(ScheduleItem, project_id=params["project"], **key, **dates)
            emit(ctx, "schedule-item:new", {"schedule_item_id": item_id}, params["project"])
