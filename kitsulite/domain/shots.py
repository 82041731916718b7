"""Shots: entities below a sequence, below an episode or none."""

from kitsulite.domain.entity_types import temporal_id
from kitsulite.errors import NotFound
from kitsulite.events.bus import emit
from kitsulite.models.entities import Entity


def create(ctx, project_id, name, sequence_id=None, **columns):
    """Create a shot, or return the one of the same name in the same place, as entity row."""
    kind = temporal_id(ctx, "Shot")
    episode_id = sequence_of(ctx, project_id, sequence_id)["parent_id"] if sequence_id else None
    place = {"name": name, "project_id": project_id, "entity_type_id": kind, "parent_id": sequence_id}
    shot = ctx.db.find(Entity, **place)
    if shot is None:
        shot = ctx.db.insert(Entity, **place, created_by=ctx.person_id, **columns)
        emit(ctx, "shot:new", {"shot_id": shot["id"], "episode_id": episode_id}, project_id)
    return {**shot, "type": "Shot"}


def sequence_of(ctx, project_id, sequence_id):
    """The sequence of an id in this project, or NotFound."""
    sequence = ctx.db.get(Entity, sequence_id)
    if sequence["project_id"] != project_id or sequence["entity_type_id"] != temporal_id(ctx, "Sequence"):
        raise NotFound("Sequence not found in this project.")
    return sequence
