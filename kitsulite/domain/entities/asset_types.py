"""Asset types: the entity types that are not temporal."""

from kitsulite.domain.kinds import IS_ASSET_TYPE, get_asset_type
from kitsulite.models.base import json_object, parts
from kitsulite.models.entities import Entity, EntityType
from kitsulite.store.conditions import Condition, add_filter

TYPE = {"type": "'AssetType'"}
BY_CREATION = "created_at, rowid"
#: condition with one parameter: a project has an entity of the type
IN_PROJECT = "EXISTS (SELECT 1 FROM entity e WHERE e.project_id = ? AND e.entity_type_id = entity_type.id)"


def listing(ctx, condition, relations=False):
    """The asset types that meet a condition, as JSON text."""
    condition.add(IS_ASSET_TYPE)
    row = json_object({**parts(EntityType, relations=relations), **TYPE})
    sql = f"SELECT {row} FROM entity_type WHERE {condition.sql} ORDER BY {BY_CREATION}"
    return ctx.db.json_list(sql, condition.params)


def requested(ctx, criteria):
    """The asset types selected by a query; `project_id` selects those of a project's assets."""
    condition = Condition()
    for name, value in criteria.items():
        if name == "project_id":
            condition.add(IN_PROJECT, [Entity.project_id.sought(value)])
        else:
            add_filter(EntityType, condition, name, value)
    return listing(ctx, condition, relations=True)


def of_project(ctx, project_id):
    """The types of the assets of a project."""
    return listing(ctx, Condition(IN_PROJECT, [Entity.project_id.sought(project_id)]))


def of_shot(ctx, shot_id):
    """The types of the assets that a shot casts."""
    cast = "SELECT e.entity_type_id FROM entity_link l JOIN entity e ON e.id = l.entity_out_id WHERE l.entity_in_id = ?"
    return listing(ctx, Condition(f"entity_type.id IN ({cast})", [shot_id]))


def single(ctx, asset_type_id):
    """An asset type with its task types."""
    asset_type = get_asset_type(ctx, asset_type_id)
    return {**ctx.db.get(EntityType, asset_type["id"], relations=True), "type": "AssetType"}
