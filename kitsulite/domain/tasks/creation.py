"""Creating tasks for entities."""

from kitsulite.domain.entities import assets, entities
from kitsulite.domain.kinds import kind
from kitsulite.domain.tasks import tasks
from kitsulite.errors import BadParameter, NotFound
from kitsulite.events.bus import emit, event_rows, write_rows
from kitsulite.models.base import json_object, parts, shown
from kitsulite.models.entities import Entity, EntityType
from kitsulite.models.fields import JsonText, dump
from kitsulite.models.projects import ProjectTaskTypeLink
from kitsulite.models.tasks import Task, TaskType
from kitsulite.store.conditions import Condition, add_filter
from kitsulite.store.statements import new_row

#: the parts of a new task: name -> SQL
CREATED = {
    **parts(Task, "t", relations=True),
    "task_status_name": "ts.name",
    "task_status_short_name": "ts.short_name",
    "task_status_color": "ts.color",
    "task_type_name": "tt.name",
    "task_type_color": "tt.color",
    "task_type_priority": "tt.priority",
}


def create(ctx, task_type_id, chosen):
    """Create a task of a type for each chosen entity without one; returns the new ones as JSON text.

    Must be called outside of a transaction: everything is prepared before it, since it blocks all other writers.
    """
    task_type = ctx.db.get(TaskType, task_type_id)
    taken = with_task(ctx, task_type["id"], chosen)
    without = [entity for entity in chosen if entity["id"] not in taken]
    if not without:
        return JsonText("[]")
    status = tasks.default_status(ctx, tasks.is_concept(ctx, without[0]["id"]))
    rows = [new_row(Task, columns(ctx, entity, task_type["id"], status["id"])) for entity in without]
    task_ids = store(ctx, task_type["id"], without, rows)
    with ctx.db.read():
        return listing(ctx, task_ids)


def store(ctx, task_type_id, chosen, rows):
    """Store new tasks of a type with their events, except for entities that got one meanwhile; returns their ids."""
    events = event_rows(ctx, [("task:new", {"task_id": row["id"]}, row["project_id"]) for row in rows])
    values = [tuple(row.values()) for row in rows]
    with ctx.db.bulk_write():
        if taken := with_task(ctx, task_type_id, chosen):
            remaining = [number for number, row in enumerate(rows) if row["entity_id"] not in taken]
            rows, events, values = ([part[number] for number in remaining] for part in (rows, events, values))
        ctx.db.insert_many(Task, values)
        write_rows(ctx, events)
    return [row["id"] for row in rows]


def with_task(ctx, task_type_id, chosen):
    """Ids of the entities among these that have a task of a type."""
    sql = "SELECT entity_id FROM task WHERE task_type_id = ? AND entity_id IN (SELECT value FROM json_each(?))"
    return set(ctx.db.column(sql, [task_type_id, dump([entity["id"] for entity in chosen])]))


def columns(ctx, entity, task_type_id, status_id):
    return {
        "name": "main",
        "project_id": entity["project_id"],
        "entity_id": entity["id"],
        "task_type_id": task_type_id,
        "task_status_id": status_id,
        "assigner_id": ctx.person_id,
    }


def add(ctx, entity, task_type_id, status_id):
    """Create one task; returns its id."""
    task_id = ctx.db.add(Task, **columns(ctx, entity, task_type_id, status_id))
    emit(ctx, "task:new", {"task_id": task_id}, entity["project_id"])
    return task_id


def listing(ctx, task_ids):
    """New tasks with the names of their type and status, in the order of the ids, as JSON text."""
    sql = (
        f"SELECT {json_object(CREATED)} FROM json_each(?) j JOIN task t ON t.id = j.value"
        " JOIN task_type tt ON tt.id = t.task_type_id JOIN task_status ts ON ts.id = t.task_status_id ORDER BY j.key"
    )
    return ctx.db.json_list(sql, [dump(task_ids)])


# Choosing entities


def of_ids(ctx, project_id, is_kind, entity_ids):
    """The entities with these ids, except those of other projects; raises NotFound if unknown or of another kind.

    `is_kind` is an SQL condition on entity `e`.
    """
    sql = (
        "SELECT e.id, e.project_id FROM json_each(?) j LEFT JOIN entity e"
        f" ON e.id = j.value AND {is_kind} ORDER BY j.key"
    )
    rows = ctx.db.rows(sql, [dump(list(dict.fromkeys(entity_ids)))])
    if any(entity["id"] is None for entity in rows):
        raise NotFound("Entity not found.")
    return [entity for entity in rows if entity["project_id"] == project_id]


def requested(ctx, project_id, kind_name, query):
    """The entities of a kind in a project that match a query by columns, assets also by `episode_id`."""
    columns = {name: value for name, value in query.items() if name in Entity.columns()}
    condition = entities.of(kind_name, columns)
    condition.add("e.project_id = ?", [project_id])
    if kind_name == "Shot":
        condition.add("e.parent_id IS NOT NULL")
    if kind_name == "Asset":
        assets.narrow_to_episode(condition, query.get("episode_id"))
    sql = f"SELECT {shown(Entity, 'e')} FROM entity e WHERE {condition.sql} ORDER BY {entities.BY_CREATION}"
    return ctx.db.objects(sql, condition.params)


def of_type(ctx, name):
    """The entity type with a name as in a path: `sequence` stands for Sequence."""
    entity_type = ctx.db.find(EntityType, name=name.capitalize())
    if entity_type is None:
        raise NotFound("Entity type not found.")
    return entity_type


def typed(ctx, project_id, entity_type_id, episode_id=None):
    """The entities of a type in a project by name, optionally only direct children of an episode."""
    condition = Condition("project_id = ? AND entity_type_id = ?", [project_id, entity_type_id])
    if episode_id:
        add_filter(Entity, condition, "parent_id", episode_id)
    return ctx.db.all(Entity, condition.sql, condition.params, "name, created_at, rowid")


# For one entity


def create_for_entity(ctx, entity, task_type_ids=()):
    """Create the missing tasks of an entity: of these types, or of all that the project has for it.

    Raises BadParameter for a type of another kind or not used in the project, NotFound for an unknown one.
    """
    kind_name = ctx.db.value(f"SELECT {kind()} FROM entity e WHERE e.id = ?", [entity["id"]])
    workflow = ctx.db.related(EntityType, entity["entity_type_id"], "task_types") if kind_name == "Asset" else []
    if task_type_ids:
        task_types = [ctx.db.get(TaskType, task_type_id) for task_type_id in dict.fromkeys(task_type_ids)]
        for task_type in task_types:
            require_use(ctx, entity, kind_name, workflow, task_type)
    else:
        task_types = [t for t in enabled(ctx, entity["project_id"], kind_name) if not workflow or t["id"] in workflow]
    status = tasks.default_status(ctx, kind_name == "Concept")
    task_ids = []
    for task_type in task_types:
        if not ctx.db.exists(Task, entity_id=entity["id"], task_type_id=task_type["id"], name="main"):
            task_ids.append(add(ctx, entity, task_type["id"], status["id"]))
    return listing(ctx, task_ids)


def require_use(ctx, entity, kind_name, workflow, task_type):
    """Refuse a task type for another kind of entity, or not used in the project or the workflow."""
    name = task_type["name"]
    if task_type["for_entity"] not in (kind_name, "", None):
        raise BadParameter(f"Task type {name} is for {task_type['for_entity']} entities, got {kind_name}.")
    if not ctx.db.exists(ProjectTaskTypeLink, project_id=entity["project_id"], task_type_id=task_type["id"]):
        raise BadParameter(f"Task type {name} is not enabled in the project of the entity.")
    if workflow and task_type["id"] not in workflow:
        raise BadParameter(f"Task type {name} is not in the workflow of the asset type.")


def enabled(ctx, project_id, kind_name):
    """The task types that a project uses for a kind of entity, including those for any kind."""
    used = (
        "id IN (SELECT task_type_id FROM project_task_type_link WHERE project_id = ?)"
        " AND COALESCE(for_entity, '') IN ('', ?)"
    )
    return ctx.db.all(TaskType, used, [project_id, kind_name], "priority, name")
