"""Folders of concepts: entities that contain concepts of their project."""

from kitsulite.domain import belonging
from kitsulite.domain.entities import entities
from kitsulite.domain.kinds import of_kind
from kitsulite.domain.removal import remove_row
from kitsulite.errors import BadParameter
from kitsulite.events.bus import emit
from kitsulite.models.entities import Entity
from kitsulite.models.fields import dump

KIND = "ConceptFolder"


def create(ctx, project_id, name):
    """Create a folder, or return the existing one with the same name."""
    folder, is_new = entities.create(ctx, KIND, project_id, name)
    if is_new:
        emit_change(ctx, "new", folder)
    return folder


def rename(ctx, folder, name):
    """Give a folder a name that no other folder of its project has."""
    like = {column: folder[column] for column in ("project_id", "entity_type_id")}
    if name != folder["name"] and ctx.db.exists(Entity, name=name, **like):
        raise BadParameter("A concept folder with this name already exists.")
    ctx.db.update(Entity, folder["id"], name=name)
    emit_change(ctx, "update", folder)
    return {**ctx.db.get(Entity, folder["id"]), "type": KIND}


def remove(ctx, folder):
    """Delete a folder; its concepts are in no folder then."""
    concepts = ctx.db.column("SELECT id FROM entity WHERE parent_id = ? ORDER BY created_at, rowid", [folder["id"]])
    place(ctx, folder["project_id"], concepts, None)
    remove_row(ctx.db, Entity, folder["id"])
    emit_change(ctx, "delete", folder)


def move(ctx, project_id, concept_ids, folder_id):
    """Move concepts of a project into one of its folders, or out of all; returns the ids of the moved ones."""
    entities.parent_of(ctx, KIND, project_id, folder_id)
    of_project = (
        f"SELECT e.id FROM entity e WHERE {of_kind('Concept')} AND e.project_id = ?"
        " AND e.id IN (SELECT value FROM json_each(?)) ORDER BY e.created_at, e.rowid"
    )
    concepts = ctx.db.column(of_project, [project_id, dump(concept_ids)])
    place(ctx, project_id, concepts, folder_id)
    return concepts


def place(ctx, project_id, concept_ids, folder_id):
    if folder_id:
        belonging.check_above(ctx.db, Entity, "parent_id", dict.fromkeys(concept_ids, folder_id))
    for concept_id in concept_ids:
        ctx.db.update(Entity, concept_id, parent_id=folder_id)
        emit(ctx, "concept:update", {"concept_id": concept_id}, project_id)


def emit_change(ctx, action, folder):
    emit(ctx, f"concept-folder:{action}", {"concept_folder_id": folder["id"]}, folder["project_id"])
