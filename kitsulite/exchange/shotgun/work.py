"""Imports tasks of a Shotgun site, with their versions and notes."""

from kitsulite.domain.kinds import KINDS
from kitsulite.exchange.shotgun.reading import (
    Skipped,
    cleaned,
    entity_id,
    find,
    find_id,
    need,
    part,
    parts,
    store,
)
from kitsulite.models.people import Person
from kitsulite.models.previews import PreviewFile
from kitsulite.models.projects import Project
from kitsulite.models.tasks import Comment, Task, TaskStatus, TaskType

#: columns that identify a task
KEY = ("name", "project_id", "task_type_id", "entity_id")


def import_task(ctx, entry):
    step, project, entity = need(entry, "step"), need(entry, "project"), need(entry, "entity")
    if step is None or project is None:
        raise Skipped
    assignees = [find_id(ctx, Person, person.get("id")) for person in parts(entry, "task_assignees")]
    if None in assignees:
        raise Skipped
    status = ctx.db.find(TaskStatus, **cleaned(TaskStatus, {"short_name": need(entry, "sg_status_list")}))
    columns = {
        "name": need(entry, "cached_display_name"),
        "project_id": find_id(ctx, Project, part(project, "id")),
        "task_type_id": find_id(ctx, TaskType, part(step, "id")),
        "entity_id": entity_of(ctx, entity),
        "shotgun_id": need(entry, "id"),
        "start_date": need(entry, "start_date"),
        "due_date": need(entry, "due_date"),
        "sort_order": need(entry, "sg_sort_order"),
        "duration": need(entry, "duration"),
        "task_status_id": status and status["id"],
        "assigner_id": find_id(ctx, Person, part(entry, "created_by", "id")),
    }
    columns = cleaned(Task, columns)
    alike = ctx.db.find(Task, **{name: columns[name] for name in KEY})
    task = find(ctx, Task, entry["id"]) or alike
    if alike:
        columns = {name: value for name, value in columns.items() if name not in KEY}
    task_id = store(ctx, Task, task, columns)
    ctx.db.relate(Task, task_id, "assignees", assignees)
    return task_id


def entity_of(ctx, entity):
    """The id of the entity that a link points to, or None."""
    kind = part(entity, "type")
    return entity_id(ctx, kind, entity.get("id")) if kind in KINDS else None


def import_version(ctx, entry):
    """Import a version as a preview whose movie stays on the site."""
    if need(entry, "sg_task") is None:
        raise Skipped
    columns = {
        "name": need(entry, "code"),
        "shotgun_id": need(entry, "id"),
        "description": need(entry, "description"),
        "source": "Shotgun",
        "person_id": find_id(ctx, Person, part(entry, "user", "id")),
        "task_id": find_id(ctx, Task, part(entry, "sg_task", "id")),
        "uploaded_movie_url": part(entry, "sg_uploaded_movie", "url"),
        "uploaded_movie_name": part(entry, "sg_uploaded_movie", "name"),
    }
    columns = cleaned(PreviewFile, columns)
    alike = ctx.db.find(PreviewFile, name=columns["name"], task_id=columns["task_id"])
    return store(ctx, PreviewFile, find(ctx, PreviewFile, entry["id"]) or alike, columns)


def import_note(ctx, entry):
    """Import a note as a comment; its task does not change."""
    tasks = parts(entry, "tasks")
    task_id = find_id(ctx, Task, tasks[0].get("id")) if tasks else None
    person_id = find_id(ctx, Person, need(entry, "user", "id"))
    if task_id is None or person_id is None:
        raise Skipped
    columns = {
        "text": need(entry, "content"),
        "shotgun_id": need(entry, "id"),
        "object_id": task_id,
        "object_type": "Task",
        "person_id": person_id,
        "created_at": str(need(entry, "created_at"))[:19],
    }
    return store(ctx, Comment, find(ctx, Comment, entry["id"]), columns)
