"""Sending tasks to review by tools, and setting the main preview of an entity."""

from kitsulite.domain.entities import entities
from kitsulite.domain.files import file_trees
from kitsulite.domain.people.persons import visible_parts
from kitsulite.domain.previews import previews
from kitsulite.errors import Refused
from kitsulite.events.bus import emit
from kitsulite.models.base import json_object
from kitsulite.models.entities import EntityType
from kitsulite.models.fields import is_id
from kitsulite.models.previews import PreviewFile
from kitsulite.models.projects import Project
from kitsulite.models.tasks import Task, TaskStatus


def set_main_preview(ctx, task):
    """Set the first preview of a task's last revision as the main one of its entity; returns the entity, or None."""
    latest = ctx.db.first(PreviewFile, "task_id = ?", [task["id"]], "revision DESC, created_at, rowid")
    return latest and previews.set_entity_preview(ctx, task["entity_id"], latest["id"])


def send_to_review(ctx, task, person_id, comment, name, revision, change_status):
    """Emit that a task waits for review, with the path for its preview; returns the payload.

    Only the status of the task changes. Raises Refused for an unknown person.
    """
    person = visible_person(ctx, person_id) if person_id else None
    if change_status:
        ctx.db.update(Task, task["id"], task_status_id=review_status(ctx)["id"])
    project = ctx.db.get(Project, task["project_id"])
    entity = entities.row(ctx, task["entity_id"])
    entity_type = ctx.db.get(EntityType, entity["entity_type_id"])
    payload = {"comment": comment, "preview_path": preview_path(ctx, task, name, revision)}
    ids = {
        "task_id": task["id"],
        "task_shotgun_id": task["shotgun_id"],
        "entity_type_name": entity_type["name"],
        "previous_task_status_id": task["task_status_id"],
        "entity_shotgun_id": entity["shotgun_id"],
        "project_shotgun_id": project["shotgun_id"],
        "person_shotgun_id": person and person.get("shotgun_id"),
        "change_status": change_status,
    }
    emit(ctx, "task:to-review", {**ids, **payload}, about=project["id"])
    around = {"project": project, "entity": entity, "entity_type": entity_type, "person": person}
    return {**ctx.db.get(Task, task["id"], relations=True), **around, **payload}


def visible_person(ctx, person_id):
    """The person with an id as the caller may see them; raises Refused."""
    sql = f"SELECT {json_object(visible_parts(ctx, relations=True))} FROM person WHERE id = ?"
    rows = ctx.db.objects(sql, [person_id.lower()]) if is_id(person_id) else []
    if not rows:
        raise Refused("Cannot find given person.")
    return rows[0]


def review_status(ctx):
    """The task status for tasks that wait for review, which is created if the studio has none."""
    status = ctx.db.find(TaskStatus, name="To review") or ctx.db.find(TaskStatus, short_name="pndng")
    if status is None:
        status = ctx.db.insert(TaskStatus, name="To review", short_name="pndng", color="#f5f5f5")
        emit(ctx, "task-status:new", {"task_status_id": status["id"]})
    return status


def preview_path(ctx, task, name, revision):
    """The path for the preview of a task, empty if the project has no file tree for it."""
    try:
        place = file_trees.Place(task, name, revision)
        folder, file_name = file_trees.folder_and_name(ctx, place, "preview")
    except file_trees.MalformedTree:
        folder, file_name = "", ""
    return {"folder_path": folder, "file_name": file_name}
