"""Episodes: the parents of sequences and edits, and the source of their own assets."""

from kitsulite.domain import access, visibility
from kitsulite.domain.entities import entities, with_tasks
from kitsulite.domain.entities.sequences import of_vendor as sequences_of_vendor
from kitsulite.domain.kinds import get_of_kind, of_kind
from kitsulite.events.bus import emit
from kitsulite.models.choices import ENTITY_STATUSES
from kitsulite.models.fields import is_id
from kitsulite.store.conditions import Condition
from kitsulite.store.database import JsonText

OF_SHOT = (
    f"JOIN entity shot ON shot.id = t.entity_id AND {of_kind('Shot', 'shot')}"
    " JOIN entity sequence ON sequence.id = shot.parent_id"
)
OF_ASSET = f"JOIN entity asset ON asset.id = t.entity_id AND {of_kind('Asset', 'asset')}"


def create(ctx, project_id, name, status="running", **columns):
    """Create an episode, or return the one with the same name, as entity row; an unknown status becomes `running`."""
    status = status if status in ENTITY_STATUSES else "running"
    episode, is_new = entities.create(ctx, "Episode", project_id, name, status=status, **columns)
    if is_new:
        emit(ctx, "episode:new", {"episode_id": episode["id"]}, episode["project_id"])
    return episode


def with_own_shot(ctx):
    """SQL condition: the episode has a shot with a task of the caller."""
    return f"e.id IN {visibility.assigned_entities(ctx, 'sequence.parent_id', OF_SHOT)}"


def worked_on(ctx):
    """SQL condition: the episode has a shot with a task of the caller, or is the source of an asset with one."""
    return f"{with_own_shot(ctx)} OR e.id IN {visibility.assigned_entities(ctx, 'asset.source_id', OF_ASSET)}"


def listing(ctx, criteria):
    """Episodes by name; vendors see those in which they work."""
    ctx = access.require_member(ctx, criteria.get("project_id"))
    if ctx.role == "vendor":
        return of_vendor(ctx, criteria["project_id"])
    return entities.listing(
        ctx, entities.shown(ctx, "Episode"), entities.of("Episode", criteria, ctx), entities.BY_NAME
    )


def of_vendor(ctx, project_id):
    """The episodes in which a vendor works, on shots before on assets."""
    condition = entities.of("Episode", {"project_id": project_id})
    condition.add(worked_on(ctx))
    shown = {**entities.shown(ctx, "Episode"), "type": "'Entity'"}
    return entities.listing(ctx, shown, condition, f"NOT ({with_own_shot(ctx)}), {entities.BY_CREATION}")


def of_project(ctx, project_id):
    """The episodes of a project by name; vendors see those in which they work."""
    if ctx.role == "vendor":
        return of_vendor(ctx, project_id)
    return entities.in_project(ctx, "Episode", project_id)


def listing_with_tasks(ctx, **filters):
    """Episodes with their tasks; vendors see those in which they work."""
    return with_tasks.plain_listing(ctx, "Episode", worked_on, **filters)


def single(ctx, episode_id):
    """An episode with the name of its project; raises NotFound."""
    shown = {**entities.shown(ctx, "Episode"), "project_name": "project.name"}
    return entities.single(ctx, shown, with_tasks.with_id("Episode", episode_id))


def sequences(ctx, episode_id, criteria):
    """The sequences of an episode by name; none for a text that is not an id, such as `all`."""
    if not is_id(episode_id):
        return JsonText("[]")
    episode = get_of_kind(ctx, "Episode", episode_id)
    ctx = access.require_member(ctx, episode["project_id"])
    of_episode = {"parent_id": episode["id"]}
    if ctx.role == "vendor":
        return sequences_of_vendor(ctx, {"project_id": episode["project_id"], **of_episode})
    condition = entities.of("Sequence", {**criteria, **of_episode}, ctx)
    return entities.listing(ctx, entities.shown(ctx, "Sequence"), condition, entities.BY_NAME)


def shots(ctx, episode_id, relations=False):
    """The shots of an episode."""
    condition = Condition(of_kind("Shot"))
    condition.add("grand.id = ?", [episode_id])
    return entities.listing(ctx, entities.shown(ctx, "Shot", relations), condition)
