"""Assets: entities of any type that is not temporal, listed with the episodes that cast them."""

from kitsulite.domain import access, visibility
from kitsulite.domain.entities import entities, vendor_view, with_tasks
from kitsulite.domain.kinds import get_asset_type, get_of_kind, of_kind
from kitsulite.events.bus import emit
from kitsulite.models.base import chosen
from kitsulite.models.entities import Entity
from kitsulite.models.projects import Project
from kitsulite.models.task_texts import IN_ASSET
from kitsulite.store.conditions import Condition, quoted

FIELDS = (
    *("id", "name", "preview_file_id", "description", "asset_type_name", "asset_type_id", "canceled", "ready_for"),
    *("episode_id", "casting_episode_ids", "is_casting_standby", "is_shared", "data"),
)
WITH_TYPE = "LEFT JOIN entity_type asset_type ON asset_type.id = e.entity_type_id"
BY_TYPE = "asset_type.name, e.name, e.created_at"
CAST_IN_EPISODE = "e.id IN (SELECT entity_out_id FROM entity_link WHERE entity_in_id = ?)"


def create(ctx, project_id, asset_type_id, name, episode_id=None, **columns):
    """Create an asset, even if one with the same name exists; returns the entity row."""
    project_id = ctx.db.require(Project, project_id)
    asset_type_id = get_asset_type(ctx, asset_type_id)["id"]
    entities.require_in_project(ctx, project_id, episode_id)
    asset = ctx.db.insert(
        Entity,
        name=name,
        project_id=project_id,
        entity_type_id=asset_type_id,
        source_id=episode_id,
        created_by=ctx.person_id,
        **columns,
    )
    emit(ctx, "asset:new", {"asset_id": asset["id"], "asset_type": asset_type_id}, project_id)
    return {**asset, "type": "Asset"}


def require_queried(ctx, criteria):
    """Require a member of the project in a query, or of the project of its episode; allows anyone without both."""
    project_id, episode_id = criteria.get("project_id"), criteria.get("episode_id")
    if project_id is None and episode_id is not None:
        project_id = get_of_kind(ctx, "Episode", episode_id)["project_id"]
    if project_id is not None:
        return access.require_member(ctx, project_id)
    return ctx


def listing(ctx, criteria):
    """The assets selected by a query; those whose source is the `episode_id` come before those cast in it.

    `assigned_to` selects the caller's work, except among the assets that an episode casts.
    """
    ctx = require_queried(ctx, criteria)
    condition = entities.of("Asset", {name: criteria[name] for name in criteria if name != "assigned_to"})
    own = f"e.id IN {visibility.assigned_entities(ctx)}" if "assigned_to" in criteria else "1"
    order = entities.BY_CREATION
    episode_id = narrow_to_episode(condition, criteria.get("episode_id"), own)
    if episode_id:
        order = f"NOT (e.source_id IS {quoted(episode_id)} AND {own}), {order}"
    else:
        condition.add(own)
    narrow_to_projects(ctx, condition)
    vendor_view.narrow(ctx, condition)
    return entities.listing(ctx, entities.shown(ctx, "Asset"), condition, order)


def narrow_to_episode(condition, episode_id, own="1"):
    """Keep the assets of an episode that fit the SQL `own`, and those cast in it; returns its id as rows hold it.

    `main`: those of no episode; `all` or None: any. A malformed id: BadValue.
    """
    if episode_id == "main":
        condition.add("e.source_id IS NULL")
    if episode_id in (None, "all", "main"):
        return None
    episode_id = Entity.source_id.sought(episode_id)
    condition.add(f"e.source_id = ? AND {own} OR {CAST_IN_EPISODE}", [episode_id, episode_id])
    return episode_id


def narrow_to_projects(ctx, condition):
    """Keep only the assets of projects with the caller in their team; admins see all."""
    if not ctx.is_admin:
        teams = f"SELECT project_id FROM project_person_link WHERE person_id = {visibility.caller(ctx)}"
        condition.add(f"e.project_id IN ({teams})")


def values(ctx, relations=False):
    """All parts of an asset: name -> SQL, without `casting_episode_ids`."""
    return {
        **with_tasks.entity_values(ctx, "Asset", relations),
        "asset_type_id": "asset_type.id",
        "asset_type_name": "asset_type.name",
        "preview_file_id": "COALESCE(e.preview_file_id, '')",
        "ready_for": "COALESCE(e.ready_for, 'None')",
        "episode_id": "COALESCE(e.source_id, '')",
    }


def listing_with_tasks(ctx, id=None, project_id=None, episode_id=None, assigned_to=None, compact=False):
    """Assets with their tasks and the episodes that cast them: a `with_tasks.Listing`."""
    ctx = require_queried(ctx, {"project_id": project_id, "episode_id": episode_id})
    condition = with_tasks.requested(ctx, "Asset", id=id, project_id=project_id, assigned_to=assigned_to)
    narrow_to_projects(ctx, condition)
    one_episode = narrow_to_episode(condition, episode_id)
    asset, joins = values(ctx), WITH_TYPE
    asset["casting_episode_ids"] = "json_array()"
    if project_id:
        asset["casting_episode_ids"] = "json(COALESCE(casting.episode_ids, '[]'))"
        joins += f" LEFT JOIN ({casting_episodes(project_id, one_episode)}) casting ON casting.asset_id = e.id"
    own = f"t.id IN {visibility.assigned_tasks(ctx)}" if assigned_to is not None else None
    tasks = with_tasks.Tasks(ctx, IN_ASSET, project_id, own)
    return with_tasks.listing(ctx, chosen(asset, FIELDS), tasks, condition, BY_TYPE, joins, compact)


def casting_episodes(project_id, episode_id=None):
    """SQL of the assets cast by the episodes of a project: asset_id, and episode_ids as a JSON list, by name."""
    one = f" AND episode.id = {quoted(episode_id)}" if episode_id else ""
    return (
        "SELECT entity_out_id AS asset_id, json_group_array(id) AS episode_ids FROM ("
        "SELECT l.entity_out_id, episode.id FROM entity episode JOIN entity_link l ON l.entity_in_id = episode.id"
        f" WHERE episode.project_id = {quoted(project_id)} AND {of_kind('Episode', 'episode')}{one}"
        " ORDER BY episode.name"
        ") GROUP BY entity_out_id"
    )


def single(ctx, asset_id):
    """An asset with its relations, type and tasks; only listings have its episodes."""
    asset = {**values(ctx, relations=True), "casting_episode_ids": "json_array()"}
    for name in ("source_id", "nb_frames", "fps", "frame_in", "frame_out"):
        del asset[name]
    task = chosen(with_tasks.task_values(ctx), IN_ASSET)
    return with_tasks.single(ctx, asset, task, with_tasks.with_id("Asset", asset_id), WITH_TYPE)


def of_project(ctx, project_id, criteria, asset_type_id=None):
    """The assets of a project selected by a query, of one type if it is given."""
    criteria = {**criteria, "project_id": project_id}
    if asset_type_id is not None:
        criteria["entity_type_id"] = asset_type_id
    return listing(ctx, criteria)


def cast_in(ctx, entity_id):
    """The assets that an entity casts, including canceled ones."""
    condition = Condition("e.id IN (SELECT entity_out_id FROM entity_link WHERE entity_in_id = ?)", [entity_id])
    return entities.listing(ctx, entities.shown(ctx, "Asset"), condition)
