"""Reading castings: of one entity, of whole projects by entity, and where an asset is cast.

Canceled assets are left out. In the statements, `l` is the link, `asset` the cast asset, `e` the entity that casts it.
"""

import json

from kitsulite.domain.entities import links
from kitsulite.domain.ids import path_id
from kitsulite.domain.kinds import get_asset_type, get_of_kind, of_kind
from kitsulite.models.base import json_object
from kitsulite.models.entities import Entity
from kitsulite.models.fields import Flag, dump
from kitsulite.store.database import JsonText

ASSETS = (
    "JOIN entity asset ON asset.id = l.entity_out_id"
    " JOIN entity_type asset_type ON asset_type.id = asset.entity_type_id"
)
LINKED = f"JOIN entity_link l ON l.entity_in_id = e.id {ASSETS}"
NOT_CANCELED = "COALESCE(asset.canceled, 0) = 0"
BY_TYPE = "asset_type.name, asset.name, l.rowid"
LINK = {"preview_file_id": "asset.preview_file_id", "nb_occurences": "l.nb_occurences", "label": "l.label"}
OWNER = {"is_shared": Flag().shown("asset.is_shared"), "project_id": "asset.project_id"}
ITEM = {
    "asset_id": "asset.id",
    "asset_name": "asset.name",
    "asset_type_name": "asset_type.name",
    "ready_for": "asset.ready_for",
    "episode_id": "asset.source_id",
    **LINK,
    **OWNER,
}
TYPE_ITEM = {
    "asset_id": "asset.id",
    "name": "asset.name",
    "asset_name": "asset.name",
    "asset_type_name": "asset_type.name",
    **LINK,
}
GROUP_ITEM = {**TYPE_ITEM, **OWNER}
SEQUENCE_ITEM = {**GROUP_ITEM, "sequence_name": "parent.name"}
IN_SHOT = {
    "shot_id": "e.id",
    "shot_name": "e.name",
    "sequence_name": "parent.name",
    "episode_id": "COALESCE(episode.id, 'None')",
    "episode_name": "episode.name",
    "preview_file_id": "e.preview_file_id",
    "nb_occurences": "l.nb_occurences",
}
IN_ASSET = {
    "asset_id": "e.id",
    "asset_name": "e.name",
    "asset_type_name": "asset_type.name",
    "preview_file_id": "e.preview_file_id",
    "nb_occurences": "l.nb_occurences",
}


def of_entity(ctx, entity_id):
    """The casting of an entity, by type and name."""
    sql = f"SELECT {json_object(ITEM)} FROM entity e {LINKED} WHERE e.id = ? AND {NOT_CANCELED} ORDER BY {BY_TYPE}"
    return ctx.db.json_list(sql, [entity_id])


def grouped(ctx, item, where, params):
    """Castings of several entities as `{entity id: [item]}`."""
    sql = f"SELECT e.id, {json_object(item)} FROM entity e {LINKED} WHERE {where} AND {NOT_CANCELED} ORDER BY {BY_TYPE}"
    return ctx.db.json_groups(sql, params)


def of_entities(ctx, entity_ids):
    """The castings of several entities as `{entity id: [item]}`, including empty ones."""
    found = grouped(ctx, ITEM, "e.id IN (SELECT value FROM json_each(?))", [dump(entity_ids)])
    return {entity_id: [] for entity_id in entity_ids} | json.loads(found)


def of_project(ctx, project_id):
    """The castings of all entities of a project, of any kind."""
    return grouped(ctx, GROUP_ITEM, "e.project_id = ?", [path_id(project_id)])


def of_sequence(ctx, project_id, sequence_id):
    """The castings of the entities in a sequence."""
    sequence = get_of_kind(ctx, "Sequence", sequence_id)
    ctx.require(sequence["project_id"] == path_id(project_id))
    return of_children(ctx, "parent.id = ?", [sequence["id"]])


def of_sequences(ctx, project_id, episode_id="all"):
    """The castings of the entities in all sequences of a project, or of one of its episodes."""
    project_id = path_id(project_id)
    if episode_id == "main":
        return JsonText("{}")
    if episode_id == "all":
        return of_children(ctx, "e.project_id = ?", [project_id], links.total_of(ctx, project_id))
    # from the episode down: a condition on the joined sequence lets SQLite walk through all entities
    in_episode = "+e.project_id = ? AND e.parent_id IN (SELECT id FROM entity WHERE parent_id = ?)"
    return of_children(ctx, in_episode, [project_id, path_id(episode_id)])


def of_children(ctx, where, params, amount=0):
    """The castings of entities that have a parent, by parent and name: JSON in bytes; `amount` if they may be many."""
    items = (
        f"SELECT {json_object(SEQUENCE_ITEM)} AS item FROM entity_link l {ASSETS}"
        f" WHERE l.entity_in_id = e.id AND {NOT_CANCELED} ORDER BY {BY_TYPE} LIMIT -1"
    )
    # null without items
    row = f"""'"' || e.id || '":[' || (SELECT group_concat(item) FROM ({items})) || ']'"""
    children = (
        "SELECT e.rowid AS place, parent.rowid AS parent_place FROM entity e"
        f" JOIN entity parent ON parent.id = e.parent_id WHERE {where}"
        " ORDER BY parent.name, parent.id, e.name, e.id LIMIT -1"
    )
    source = (
        f"FROM ({children}) listed CROSS JOIN entity e ON e.rowid = listed.place"
        " CROSS JOIN entity parent ON parent.rowid = listed.parent_place"
    )
    return ctx.db.json_array(row, source, params, around=(b"{", b"}"), amount=amount)


def of_asset_type(ctx, project_id, asset_type_id):
    """The castings of the assets of a type in a project."""
    asset_type = get_asset_type(ctx, asset_type_id)
    params = [path_id(project_id), asset_type["id"]]
    return grouped(ctx, TYPE_ITEM, "e.project_id = ? AND e.entity_type_id = ?", params)


def in_project(ctx, project_id, entity_id):
    """The entity with an id; raises NotFound if it is unknown, Forbidden if it is in another project."""
    entity = ctx.db.get(Entity, entity_id)
    ctx.require(entity["project_id"] == project_id)
    return entity


def cast_in(ctx, asset_id):
    """Where an asset is cast: entities with a parent (mostly shots) by episode, sequence and name, then assets."""
    sql = (
        "SELECT {item} FROM entity_link l JOIN entity e ON e.id = l.entity_in_id"
        " LEFT JOIN entity parent ON parent.id = e.parent_id LEFT JOIN entity episode ON episode.id = parent.parent_id"
        " JOIN entity_type asset_type ON asset_type.id = e.entity_type_id"
        " WHERE l.entity_out_id = ? AND COALESCE(e.canceled, 0) = 0 AND {where} ORDER BY {order}"
    )
    shots = sql.format(
        item=json_object(IN_SHOT),
        where="parent.id IS NOT NULL",
        order="episode.name NULLS LAST, parent.name, e.name",
    )
    is_asset = f"parent.id IS NULL AND {of_kind('Asset')}"
    assets = sql.format(item=json_object(IN_ASSET), where=is_asset, order="asset_type.name, e.name")
    found = ctx.db.column(shots, [asset_id]) + ctx.db.column(assets, [asset_id])
    return JsonText("[" + ",".join(found) + "]")
