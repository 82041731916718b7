"""Removes rows whose objects were removed on a Shotgun site."""

from kitsulite.domain.deletion import entities as entity_deletion
from kitsulite.domain.entities import casting
from kitsulite.domain.kinds import of_kind
from kitsulite.domain.projects import projects
from kitsulite.domain.removal import remove_row
from kitsulite.errors import RowRejected
from kitsulite.events.bus import emit
from kitsulite.models.entities import Entity
from kitsulite.models.people import Person
from kitsulite.models.previews import PreviewFile
from kitsulite.models.projects import Project, ProjectPersonLink
from kitsulite.models.tasks import Comment, Task, TaskStatus, TaskType

#: kind of Shotgun -> table
TABLES = {
    "project": Project,
    "person": Person,
    "step": TaskType,
    "status": TaskStatus,
    "task": Task,
    "version": PreviewFile,
    "note": Comment,
}
HAS_WORKING_FILES = "SELECT 1 FROM working_file w JOIN task t ON t.id = w.task_id WHERE t.entity_id = ? LIMIT 1"


def remove(ctx, kind, shotgun_id):
    """Remove the row of an object; returns (its id or None, whether it was removed)."""
    row = find(ctx, kind, shotgun_id)
    if row is None:
        return {"success": True}
    try:
        with ctx.db.write(), ctx.db.savepoint():
            remove_object(ctx, kind, row)
    except RowRejected:
        return {"removed_instance_id": row["id"], "success": False}
    return {"removed_instance_id": row["id"], "success": True}


def find(ctx, kind, shotgun_id):
    if kind in TABLES:
        return ctx.db.find(TABLES[kind], shotgun_id=shotgun_id)
    where = f"shotgun_id = ? AND {of_kind(kind.capitalize(), 'entity')}"
    return ctx.db.first(Entity, where, [shotgun_id])


def remove_object(ctx, kind, row):
    if kind == "asset":
        remove_asset(ctx, row)
        return
    if kind in TABLES:
        remove_row(ctx.db, TABLES[kind], row["id"])
    else:
        entity_deletion.remove_entity(ctx, row)
    if kind == "task":
        payload = {"task_id": row["id"], "entity_id": row["entity_id"], "task_type_id": row["task_type_id"]}
        emit(ctx, "task:delete", payload, row["project_id"])


def remove_asset(ctx, asset):
    """Remove an asset with its tasks; if there is work on them, it is only canceled."""
    if ctx.db.value(HAS_WORKING_FILES, [asset["id"]]):
        ctx.db.update(Entity, asset["id"], canceled=True)
        emit(ctx, "asset:delete", {"asset_id": asset["id"]}, asset["project_id"])
        casting.refresh_shots_of_asset(ctx, asset["id"])
    else:
        entity_deletion.erase(ctx, asset)


def remove_connection(ctx, shotgun_id):
    """Remove a person from the team; returns the project's id."""
    sql = "SELECT project_id, person_id FROM project_person_link WHERE shotgun_id = ? LIMIT 1"
    link = ctx.db.row(sql, [shotgun_id])
    if link is None:
        return {"success": True}
    project_id, person_id = link
    with ctx.db.write():
        ctx.db.delete(ProjectPersonLink, project_id=project_id, person_id=person_id)
        projects.changed(ctx, project_id)
    return {"removed_instance_id": project_id, "success": True}
