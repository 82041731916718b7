"""Sharing assets with other projects."""

from kitsulite import clock
from kitsulite.domain import access
from kitsulite.domain.entities import casting, entities
from kitsulite.domain.kinds import get_of_kind, of_kind
from kitsulite.models.entities import Entity
from kitsulite.models.fields import dump, is_id
from kitsulite.store.conditions import Condition
from kitsulite.store.database import JsonText

#: shots of other projects that cast assets `e`, which are ready for them while they are shared
SHOTS_ELSEWHERE = (
    "SELECT shot.id FROM entity e JOIN entity_link l ON l.entity_out_id = e.id"
    " JOIN entity shot ON shot.id = l.entity_in_id WHERE shot.project_id <> e.project_id"
)
IN_LIST = "e.id IN (SELECT value FROM json_each(?))"


def share(ctx, condition, is_shared):
    """Share the assets that meet a condition, or stop sharing them; returns them."""
    condition.add(of_kind("Asset"))
    ids = f"SELECT e.id FROM entity e WHERE {condition.sql}"
    sql = f"UPDATE entity SET is_shared = ?, updated_at = ? WHERE id IN ({ids})"
    ctx.db.execute(sql, [int(is_shared), clock.now(), *condition.params])
    casting.refresh(ctx, f"IN ({SHOTS_ELSEWHERE} AND {condition.sql})", condition.params)
    return entities.listing(ctx, entities.shown(ctx, "Asset"), condition)


def share_of_project(ctx, project_id, is_shared, asset_ids=None):
    """Share assets of a project: those in a list, or all if it is empty."""
    condition = Condition("e.project_id = ?", [Entity.project_id.sought(project_id)])
    if asset_ids:
        condition.add(IN_LIST, [dump(asset_ids)])
    return share(ctx, condition, is_shared)


def share_of_type(ctx, project_id, asset_type_id, is_shared):
    """Share all assets of a type in a project."""
    condition = Condition("e.project_id = ?", [Entity.project_id.sought(project_id)])
    condition.add("e.entity_type_id = ?", [Entity.entity_type_id.sought(asset_type_id)])
    return share(ctx, condition, is_shared)


def share_several(ctx, is_shared, asset_ids=None):
    """Share assets of any projects that the caller manages."""
    if not asset_ids:
        return JsonText("[]")
    assets = [get_of_kind(ctx, "Asset", asset_id) for asset_id in asset_ids]
    for project_id in {asset["project_id"] for asset in assets}:
        access.require_manager(ctx, project_id)
    return share(ctx, Condition(IN_LIST, [dump(asset_ids)]), is_shared)


def used(ctx, project_id, episode_id="all"):
    """The shared assets of other projects that shots of a project cast, in one episode or all."""
    shots = (
        "SELECT 1 FROM entity_link l JOIN entity shot ON shot.id = l.entity_in_id"
        " JOIN entity sequence ON sequence.id = shot.parent_id"
        f" WHERE l.entity_out_id = e.id AND shot.project_id = ? AND {of_kind('Shot', 'shot')}"
    )
    project_id = Entity.project_id.sought(project_id)
    params = [project_id]
    if episode_id not in ("all", "main"):
        if not is_id(episode_id):
            return JsonText("[]")
        shots += " AND sequence.parent_id = ?"
        params.append(episode_id)
    condition = Condition(f"EXISTS ({shots})", params)
    condition.add("e.is_shared = 1 AND COALESCE(e.canceled, 0) = 0 AND e.project_id <> ?", [project_id])
    return entities.listing(ctx, entities.shown(ctx, "Asset"), condition)
