"""Sequences: entities that contain shots and scenes, and may belong to an episode."""

from kitsulite.domain import access, visibility
from kitsulite.domain.entities import entities, with_tasks
from kitsulite.domain.kinds import get_of_kind
from kitsulite.events.bus import emit
from kitsulite.store.conditions import Condition

OF_CHILD = "JOIN entity child ON child.id = t.entity_id"


def create(ctx, project_id, name, episode_id=None, **columns):
    """Create a sequence, or return the existing one with the same name in the same episode, as entity row."""
    entities.parent_of(ctx, "Episode", project_id, episode_id)
    sequence, is_new = entities.create(ctx, "Sequence", project_id, name, episode_id, **columns)
    if is_new:
        emit(ctx, "sequence:new", {"sequence_id": sequence["id"]}, sequence["project_id"])
    return sequence


def worked_on(ctx):
    """SQL condition: the sequence has a shot or scene with a task of the caller."""
    return f"e.id IN {visibility.assigned_entities(ctx, 'child.parent_id', OF_CHILD)}"


def listing(ctx, criteria):
    """Sequences by name; `episode_id` selects those of one episode."""
    criteria = dict(criteria)
    if "episode_id" in criteria:
        episode = get_of_kind(ctx, "Episode", criteria["episode_id"])
        criteria.update(project_id=episode["project_id"], parent_id=episode["id"])
    ctx = access.require_member(ctx, criteria.get("project_id"))
    if ctx.role == "vendor":
        return of_vendor(ctx, {"project_id": criteria["project_id"]})
    return entities.listing(
        ctx, entities.shown(ctx, "Sequence"), entities.of("Sequence", criteria, ctx), entities.BY_NAME
    )


def of_vendor(ctx, criteria):
    """The sequences in which a vendor works; filters other than these are ignored for vendors."""
    condition = entities.of("Sequence", criteria)
    condition.add(worked_on(ctx))
    return entities.listing(ctx, {**entities.shown(ctx, "Sequence"), "type": "'Entity'"}, condition)


def listing_with_tasks(ctx, **filters):
    """Sequences with their tasks; vendors see those in which they work."""
    return with_tasks.plain_listing(ctx, "Sequence", worked_on, **filters)


def single(ctx, sequence_id):
    """A sequence, with its episode if it has one."""
    sequence = get_of_kind(ctx, "Sequence", sequence_id)
    shown = {**entities.shown(ctx, "Sequence"), "project_name": "project.name"}
    if sequence["parent_id"]:
        shown.update(episode_id="parent.id", episode_name="parent.name")
    return entities.single(ctx, shown, Condition("e.id = ?", [sequence["id"]]))


def of_project(ctx, project_id):
    """The sequences of a project by name; vendors see those in which they work."""
    if ctx.role == "vendor":
        return of_vendor(ctx, {"project_id": project_id})
    return entities.in_project(ctx, "Sequence", project_id)
