"""One task with everything around it."""

from kitsulite.domain.entities import client_view, entities
from kitsulite.domain.people.persons import visible_parts
from kitsulite.models.activity import Subscription
from kitsulite.models.base import json_object, parts
from kitsulite.models.entities import EntityType
from kitsulite.models.fields import dump
from kitsulite.models.previews import PreviewFile
from kitsulite.models.projects import Project
from kitsulite.models.tasks import Task, TaskStatus, TaskType


def full(ctx, task_id):
    """A task with its entity, project, type, status, persons and place in the story."""
    task = shown(ctx, task_id)
    entity = entities.row(ctx, task["entity_id"])
    entity_type = ctx.db.get(EntityType, entity["entity_type_id"])
    assigner = persons(ctx, [task["assigner_id"]], relations=True)
    return {
        **task,
        "entity": entity,
        "entity_type": entity_type,
        "is_subscribed": ctx.db.exists(Subscription, person_id=ctx.person_id, task_id=task["id"]),
        "persons": persons(ctx, task["assignees"]),
        "project": ctx.db.get(Project, task["project_id"]),
        "task_status": ctx.db.get(TaskStatus, task["task_status_id"]),
        "task_type": ctx.db.get(TaskType, task["task_type_id"]),
        **({"assigner": assigner[0]} if assigner else {}),
        **place(ctx, entity, entity_type["name"]),
    }


def shown(ctx, task_id):
    """A task with its relations as the caller sees it."""
    row = json_object(client_view.tasks(ctx, parts(Task, "t", relations=True)))
    return ctx.db.objects(f"SELECT {row} FROM task t WHERE t.id = ?", [task_id])[0]


def persons(ctx, person_ids, relations=False):
    """Persons as the caller may see them, in the order of their ids."""
    row = json_object(visible_parts(ctx, relations))
    sql = f"SELECT {row} FROM json_each(?) j JOIN person ON person.id = j.value ORDER BY j.key"
    return ctx.db.objects(sql, [dump(person_ids)])


def place(ctx, entity, kind):
    """The sequence and the episode of a shot, a scene or a sequence, as far as there are any."""
    if entity["parent_id"] is None or kind not in ("Shot", "Scene", "Sequence"):
        return {}
    sequence = entity if kind == "Sequence" else entities.row(ctx, entity["parent_id"])
    found = {"sequence": {**sequence, "type": "Sequence"}}
    if sequence["parent_id"]:
        found["episode"] = {**entities.row(ctx, sequence["parent_id"]), "type": "Episode"}
    return found


def previews(ctx, task_id):
    """The previews of a task, the last revision first."""
    of_task = "task_id = ?"
    if ctx.role == "client":
        of_task += " AND COALESCE(validation_status, '') <> 'rejected'"
    return ctx.db.all_json(PreviewFile, of_task, [task_id], "revision DESC, position, created_at")
