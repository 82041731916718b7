"""The kinds of entities: seven temporal ones with fixed names, and the asset types."""

import functools
import re

from kitsulite.errors import NotFound
from kitsulite.models.base import parts
from kitsulite.models.entities import Entity, EntityType

#: kinds other than asset types; their rows are created when they are first needed
TEMPORAL = ("Shot", "Sequence", "Episode", "Scene", "Edit", "Concept", "ConceptFolder")
#: all kinds; an asset is an entity of any type that is not temporal
KINDS = (*TEMPORAL, "Asset")

TEMPORAL_NAMES = ", ".join(f"'{name}'" for name in TEMPORAL)
#: SQL condition on rows of entity_type
IS_ASSET_TYPE = f"name NOT IN ({TEMPORAL_NAMES})"
#: the parts of an asset type on its own routes: name -> SQL
AS_ASSET_TYPE = {**parts(EntityType), "type": "'AssetType'"}


def temporal_id(ctx, kind):
    """The id of the entity type of a temporal kind, created if it is missing."""
    sql = "SELECT id FROM entity_type WHERE name = ?"
    type_id = ctx.db.value(sql, [kind])
    if type_id:
        return type_id
    with ctx.db.write():
        # asked again: another request may have created it in the meantime
        return ctx.db.value(sql, [kind]) or ctx.db.add(EntityType, name=kind)


def kind_of(ctx, entity):
    """The kind of an entity in the names of events: one of the temporal kinds, else asset."""
    name = ctx.db.value("SELECT name FROM entity_type WHERE id = ?", [entity["entity_type_id"]])
    return noun(name) if name in TEMPORAL else "asset"


@functools.cache
def noun(kind):
    """A kind in lower case, with hyphens between words."""
    return re.sub("(?<=[a-z])(?=[A-Z])", "-", kind).lower()


def key_of(kind):
    """The key of an entity in payloads; `kind` as returned by `kind_of`."""
    return f"{kind.replace('-', '_')}_id"


def kind(alias="e"):
    """SQL of the kind of an entity: `Shot`, ..., `Asset`."""
    names = f"SELECT name FROM entity_type WHERE id = {alias}.entity_type_id AND name IN ({TEMPORAL_NAMES})"
    return f"COALESCE(({names}), 'Asset')"


def of_kind(kind, alias="e"):
    """SQL condition: the entity is of this kind."""
    if kind == "Asset":
        return f"{alias}.entity_type_id IN (SELECT id FROM entity_type WHERE {IS_ASSET_TYPE})"
    return f"{alias}.entity_type_id = (SELECT id FROM entity_type WHERE name = '{kind}')"


def get_of_kind(ctx, kind, entity_id):
    """The entity with an id; raises NotFound if it is of another kind."""
    entity = ctx.db.get(Entity, entity_id)
    if kind_of(ctx, entity) != noun(kind):
        raise NotFound(f"{kind} not found.")
    return entity


def get_asset_type(ctx, asset_type_id):
    """The asset type with an id; raises NotFound for a temporal type."""
    asset_type = ctx.db.get(EntityType, asset_type_id)
    if asset_type["name"] in TEMPORAL:
        raise NotFound("Asset type not found.")
    return asset_type
