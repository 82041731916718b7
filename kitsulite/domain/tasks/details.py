"""A single task with its details."""

import functools

from kitsulite.domain.entities import client_view, vendor_view
from kitsulite.domain.kinds import kind
from kitsulite.domain.people.persons import visible_parts
from kitsulite.errors import NotFound
from kitsulite.models.base import json_object, parts, shown
from kitsulite.models.entities import Entity, EntityType
from kitsulite.models.fields import JsonText
from kitsulite.models.previews import PreviewFile
from kitsulite.models.projects import Project
from kitsulite.models.tasks import Task, TaskStatus, TaskType

#: a task with what it belongs to; shots, scenes and sequences may have a place in the story: sequence and episode
FROM = (
    "FROM task t JOIN project p ON p.id = t.project_id JOIN entity e ON e.id = t.entity_id"
    " JOIN task_status ts ON ts.id = t.task_status_id JOIN task_type tt ON tt.id = t.task_type_id"
    " JOIN entity_type et ON et.id = e.entity_type_id LEFT JOIN entity sequence ON e.parent_id IS NOT NULL"
    " AND sequence.id = CASE WHEN et.name IN ('Shot', 'Scene') THEN e.parent_id WHEN et.name = 'Sequence' THEN e.id END"
    " LEFT JOIN entity episode ON episode.id = sequence.parent_id"
)
IS_SUBSCRIBED = (
    "CASE WHEN EXISTS (SELECT 1 FROM subscription s WHERE s.task_id = t.id AND s.person_id = :person)"
    " THEN 'true' ELSE 'false' END"
)
ASSIGNEES = (
    # in the order of the index, which is oldest first
    "(SELECT json_group_array({person}) FROM task_person_link l INDEXED BY task_person_link_task_id"
    " CROSS JOIN person ON person.id = l.person_id WHERE l.task_id = t.id)"
)
ASSIGNER = "(SELECT {person} FROM person WHERE person.id = t.assigner_id)"


def full(ctx, task_id):
    """A task with its entity, project, type, status, persons and place in the story, as JSON text."""
    columns = around(ctx)
    row = ctx.db.row(around_sql(*columns.values()), {"task": task_id.lower(), "person": ctx.person_id})
    if row is None:
        raise NotFound("Task not found.")
    task, *more = row
    more = [f',"{name}":{text}' for name, text in zip([*columns][1:], more, strict=True) if text is not None]
    return JsonText(f"{task[:-1]}{''.join(more)}}}")


def around(ctx):
    """A task and what it belongs to, as the caller sees it: name -> SQL of JSON."""
    is_client = ctx.role == "client"
    return {
        "task": json_object(client_view.tasks(ctx, parts(Task, "t", relations=True))),
        "entity": entity(ctx, "e"),
        "entity_type": shown(EntityType, "et"),
        "is_subscribed": IS_SUBSCRIBED,
        "persons": "'[]'" if is_client else ASSIGNEES.format(person=json_object(visible_parts(ctx))),
        "project": shown(Project, "p"),
        "task_status": shown(TaskStatus, "ts"),
        "task_type": shown(TaskType, "tt"),
        "assigner": "NULL" if is_client else ASSIGNER.format(person=json_object(visible_parts(ctx, relations=True))),
        "sequence": entity(ctx, "sequence", "Sequence"),
        "episode": entity(ctx, "episode", "Episode"),
    }


def entity(ctx, alias, type_name="Entity"):
    """SQL of an entity with the metadata that the caller may see; null if there is none."""
    return entity_sql(alias, type_name, vendor_view.metadata_or_null(ctx, kind(alias), alias))


@functools.lru_cache(maxsize=100)
def entity_sql(alias, type_name, data):
    values = {**parts(Entity, alias), "data": data, "type": f"'{type_name}'"}
    return f"CASE WHEN {alias}.id IS NOT NULL THEN {json_object(values)} END"


@functools.lru_cache(maxsize=100)
def around_sql(*columns):
    return f"SELECT {', '.join(columns)} {FROM} WHERE t.id = :task"


def previews(ctx, task_id):
    """The previews of a task, latest revision first."""
    of_task = "task_id = ?"
    if ctx.role == "client":
        of_task += " AND COALESCE(validation_status, '') <> 'rejected'"
    return ctx.db.all_json(PreviewFile, of_task, [task_id], "revision DESC, position, created_at")
