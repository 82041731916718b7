"""Imports episodes, sequences, scenes, shots and assets of a Shotgun site."""

from kitsulite.domain.kinds import IS_ASSET_TYPE, of_kind
from kitsulite.errors import RowRejected
from kitsulite.events.bus import emit
from kitsulite.exchange.shotgun.reading import (
    Skipped,
    cleaned,
    custom,
    entity_id,
    find_entity,
    find_id,
    need,
    part,
    parts,
    store,
    store_entity,
)
from kitsulite.models.entities import Entity, EntityType
from kitsulite.models.projects import Project

#: fields of shots that are stored elsewhere than in their metadata
OF_SHOTS = ("sg_cut_in", "sg_cut_out", "sg_sequence")


def project_named(ctx, entry):
    """The id of the project named in an entry."""
    name = need(entry, "project", "name")
    project_id = ctx.db.value("SELECT id FROM project WHERE name = ?", [name]) if isinstance(name, str) else None
    if project_id is None:
        raise Skipped
    return project_id


def import_episode(ctx, entry):
    columns = {
        "name": need(entry, "code"),
        "shotgun_id": need(entry, "id"),
        "description": need(entry, "description"),
        "project_id": project_named(ctx, entry),
    }
    return store_entity(ctx, "Episode", find_entity(ctx, "Episode", entry["id"]), columns)


def import_sequence(ctx, entry):
    described = {"shotgun_id": need(entry, "id"), "description": need(entry, "description")}
    columns = cleaned(Entity, {"name": need(entry, "code"), "project_id": project_named(ctx, entry)})
    columns["parent_id"] = entity_id(ctx, "Episode", part(entry, "episode", "id"))
    sequence = find_entity(ctx, "Sequence", entry["id"])
    alike = f"name = ? AND project_id = ? AND parent_id IS ? AND {of_kind('Sequence', 'entity')}"
    if ctx.db.first(Entity, alike, list(columns.values())):
        # one with that name exists: it gets the description, unless it belongs to another object of the site
        if sequence is None:
            raise Skipped
        columns = {}
    return store_entity(ctx, "Sequence", sequence, {**columns, **described})


def import_scene(ctx, entry):
    sequences = parts(entry, "sequence_sg_scenes_1_sequences")
    columns = {
        "name": need(entry, "code"),
        "shotgun_id": need(entry, "id"),
        "project_id": project_named(ctx, entry),
        "parent_id": entity_id(ctx, "Sequence", sequences[0].get("id")) if sequences else None,
    }
    return store_entity(ctx, "Scene", find_entity(ctx, "Scene", entry["id"]), columns)


def import_shot(ctx, entry):
    """Import a shot with its casting; what the entry does not name is emptied."""
    columns = {
        "name": need(entry, "code"),
        "shotgun_id": need(entry, "id"),
        "project_id": project_named(ctx, entry),
        "parent_id": entity_id(ctx, "Sequence", part(entry, "sg_sequence", "id")),
        "source_id": entity_id(ctx, "Scene", part(entry, "sg_scene", "id")),
        "data": {**custom(entry, *OF_SHOTS), **frames(entry)},
    }
    shot_id = store_entity(ctx, "Shot", find_entity(ctx, "Shot", entry["id"]), columns)
    cast = [entity_id(ctx, "Asset", asset.get("id")) for asset in parts(entry, "assets")]
    ctx.db.relate(Entity, shot_id, "entities_out", [asset_id for asset_id in cast if asset_id])
    return shot_id


def frames(entry):
    first, duration = need(entry, "sg_cut_in"), need(entry, "sg_cut_duration")
    is_counted = isinstance(first, (int, float)) and isinstance(duration, (int, float))
    return {"frame_in": first, "frame_out": first + duration if is_counted else first}


def import_asset(ctx, entry):
    asset = find_entity(ctx, "Asset", need(entry, "id"))
    columns = {
        "name": need(entry, "code"),
        "shotgun_id": entry["id"],
        "description": need(entry, "description"),
        "project_id": find_id(ctx, Project, need(entry, "project", "id")),
    }
    type_name = need(entry, "sg_asset_type")
    if type_name:
        columns["entity_type_id"] = asset_type_named(ctx, type_name)
    elif asset is None:
        raise Skipped
    try:
        return store(ctx, Entity, asset, columns, created_by=ctx.person_id)
    except RowRejected:
        raise Skipped from None


def asset_type_named(ctx, name):
    """The id of the asset type with a name, which is created if it is missing."""
    name = cleaned(EntityType, {"name": name})["name"]
    existing_id = ctx.db.value(f"SELECT id FROM entity_type WHERE name = ? AND {IS_ASSET_TYPE}", [name])
    if existing_id:
        return existing_id
    type_id = ctx.db.add(EntityType, name=name)
    emit(ctx, "asset-type:new", {"asset_type_id": type_id})
    return type_id


def cast_in_parents(ctx, entries):
    """Set the casting of the parents that assets name to exactly the assets that name them."""
    cast = {}
    for entry in entries:
        asset_id = entity_id(ctx, "Asset", entry.get("id"))
        for parent in parts(entry, "parents"):
            parent_id = entity_id(ctx, "Asset", parent.get("id"))
            if asset_id and parent_id:
                cast.setdefault(parent_id, []).append(asset_id)
    for parent_id, ids in cast.items():
        ctx.db.relate(Entity, parent_id, "entities_out", ids)
        shown = [{**ctx.db.get(Entity, asset_id), "type": "Entity"} for asset_id in dict.fromkeys(ids)]
        project_id = ctx.db.get(Entity, parent_id)["project_id"]
        emit(ctx, "asset:update", {"asset_id": parent_id, "data": {"entities_out": shown}}, project_id)
