"""Scenes: layouts in a sequence, from which shots are made."""

from kitsulite.domain import access, belonging
from kitsulite.domain.entities import entities, shots, with_tasks
from kitsulite.domain.kinds import get_of_kind
from kitsulite.errors import NotFound
from kitsulite.events.bus import emit
from kitsulite.models.entities import Entity
from kitsulite.store.conditions import Condition

WITH_SEQUENCE = {"project_name": "project.name", "sequence_name": "parent.name"}


def create(ctx, project_id, name, sequence_id=None):
    """Create a scene, or return the existing one with the same name in the same sequence, as entity row."""
    entities.parent_of(ctx, "Sequence", project_id, sequence_id)
    scene, is_new = entities.create(ctx, "Scene", project_id, name, sequence_id, data={})
    if is_new:
        emit(ctx, "scene:new", {"scene_id": scene["id"]}, scene["project_id"])
    return scene


def listing(ctx, criteria):
    """Scenes in a sequence."""
    condition = entities.of("Scene", criteria, ctx)
    condition.add("parent.id IS NOT NULL")
    return entities.listing(ctx, {**entities.shown(ctx, "Scene"), **WITH_SEQUENCE}, condition)


def listing_with_tasks(ctx, **filters):
    """Scenes with their tasks; their `episode` fields are those of their sequence."""
    return with_tasks.plain_listing(ctx, "Scene", None, **filters)


def single(ctx, scene_id):
    """A scene with its sequence, and the episode of that; raises NotFound for one without a sequence."""
    scene = get_of_kind(ctx, "Scene", scene_id)
    sequence = scene["parent_id"] and ctx.db.find(Entity, id=scene["parent_id"])
    if not sequence:
        raise NotFound("Scene not found.")
    shown = {**entities.shown(ctx, "Scene"), **WITH_SEQUENCE, "sequence_id": "parent.id"}
    if sequence["parent_id"]:
        shown.update(episode_id="grand.id", episode_name="grand.name")
    return entities.single(ctx, shown, Condition("e.id = ?", [scene["id"]]))


def of_sequence(ctx, sequence_id):
    """The scenes of a sequence by name."""
    condition = entities.of("Scene", {"parent_id": sequence_id})
    return entities.listing(ctx, entities.shown(ctx, "Scene"), condition, entities.BY_NAME)


def shots_of(ctx, scene_id):
    """The shots made from a scene, as in lists of shots."""
    scene = ctx.db.get(Entity, scene_id)
    return shots.listing(ctx, {"project_id": scene["project_id"], "source_id": scene["id"]})


def add_shot(ctx, scene_id, shot_id):
    """Set a scene as the source of a shot of the same project; returns the shot."""
    scene = ctx.db.get(Entity, scene_id)
    shot = shot_of_project(ctx, scene, shot_id)
    belonging.check_above(ctx.db, Entity, "source_id", {shot["id"]: scene["id"]})
    return set_source(ctx, "add-to-scene", scene, shot, scene["id"])


def remove_shot(ctx, scene_id, shot_id):
    """Clear the source of a shot of the same project, whatever it was."""
    scene = ctx.db.get(Entity, scene_id)
    shot = shot_of_project(ctx, scene, shot_id)
    set_source(ctx, "remove-from-scene", scene, shot, None)


def shot_of_project(ctx, scene, shot_id):
    """The shot with an id in the project of a scene, which is that of the context, for those who see it."""
    shot = get_of_kind(ctx, "Shot", shot_id)
    if shot["project_id"] != scene["project_id"]:
        raise NotFound("Shot not found in the project of the scene.")
    ctx.require(access.sees_entity(ctx, shot["id"]))
    return shot


def set_source(ctx, action, scene, shot, source_id):
    ctx.db.update(Entity, shot["id"], source_id=source_id)
    emit(ctx, "shot:update", {"shot_id": shot["id"]}, shot["project_id"])
    emit(ctx, f"shot:{action}", {"scene_id": scene["id"], "shot_id": shot["id"]}, shot["project_id"])
    return entities.bare(ctx, shot["id"])
