"""Instances of assets: numbered copies in a scene, a shot or another asset."""

from kitsulite.domain import belonging
from kitsulite.domain.entities import entities
from kitsulite.domain.kinds import of_kind
from kitsulite.domain.slugs import slug
from kitsulite.errors import NotFound
from kitsulite.events.bus import emit
from kitsulite.models.base import shown
from kitsulite.models.entities import AssetInstance, AssetInstanceLink, Entity, EntityType

CAMERA = "Camera"
#: most characters of the asset's name in that of an instance, before the number
NAME_LENGTH = 70
BY_ASSET = "i.asset_id, i.number, i.rowid"


def usable_asset(ctx, project_id, asset_id):
    """The asset with an id, of the project or shared; raises NotFound."""
    asset = ctx.db.get(Entity, asset_id)
    if asset["project_id"] != project_id and not asset["is_shared"]:
        raise NotFound("Asset not found.")
    return asset


def create(ctx, asset, description=None, **place):
    """Create the next instance of an asset in a `scene_id` or `target_asset_id`."""
    ((column, place_id),) = place.items()
    highest = f"SELECT max(number) FROM asset_instance WHERE asset_id = ? AND {column} = ?"
    number = (ctx.db.value(highest, [asset["id"], place_id]) or 0) + 1
    name = f"{slug(asset['name'], lowercase=False, max_length=NAME_LENGTH)}_{number:04}"
    columns = {"asset_id": asset["id"], "name": name, "number": number, "description": description}
    return ctx.db.insert(AssetInstance, **columns, **place)


def create_in_asset(ctx, target_id, asset_id, description=None):
    """Create an instance of an asset within another asset."""
    target = ctx.db.get(Entity, target_id)
    asset = usable_asset(ctx, target["project_id"], asset_id)
    instance = create(ctx, asset, description, target_asset_id=target["id"])
    payload = {"asset_id": target["id"], "asset_instantiated": asset["id"], "asset_instance_id": instance["id"]}
    emit(ctx, "asset_instance:new", payload, about=target["project_id"])
    return instance


def create_in_scene(ctx, scene_id, asset_id, description=None):
    """Create an instance of an asset in a scene."""
    scene = ctx.db.get(Entity, scene_id)
    asset = usable_asset(ctx, scene["project_id"], asset_id)
    instance = create(ctx, asset, description, scene_id=scene["id"])
    payload = {"scene_id": scene["id"], "asset_id": asset["id"], "asset_instance_id": instance["id"]}
    emit(ctx, "asset_instance:new", payload, about=scene["project_id"])
    return instance


def add_to_shot(ctx, shot_id, instance_id):
    """Add an instance to a shot, unless it is there already; returns the shot."""
    shot = ctx.db.get(Entity, shot_id)
    instance = ctx.db.get(AssetInstance, instance_id)
    usable_asset(ctx, shot["project_id"], instance["asset_id"])
    belonging.check(ctx, AssetInstanceLink, {}, {"entity_id": shot["id"], "asset_instance_id": instance["id"]})
    if ctx.db.link(AssetInstanceLink, entity_id=shot["id"], asset_instance_id=instance["id"]):
        emit_shot_change(ctx, "add-to-shot", shot, instance)
    return entities.bare(ctx, shot["id"])


def remove_from_shot(ctx, shot_id, instance_id):
    """Remove an instance from a shot; raises NotFound if it is not in it."""
    shot, instance = ctx.db.get(Entity, shot_id), ctx.db.get(AssetInstance, instance_id)
    if not ctx.db.delete(AssetInstanceLink, entity_id=shot["id"], asset_instance_id=instance["id"]):
        raise NotFound("The shot does not have this asset instance.")
    emit_shot_change(ctx, "remove-from-shot", shot, instance)


def emit_shot_change(ctx, action, shot, instance):
    """Mark a shot as changed, and emit which instance was added or removed."""
    ctx.db.update(Entity, shot["id"])
    payload = {"shot_id": shot["id"], "asset_instance_id": instance["id"]}
    emit(ctx, f"asset_instance:{action}", payload, about=shot["project_id"])


# Lists, each as `{id: [instance]}`


def listing(ctx, key, where, params, order=BY_ASSET, joins=""):
    sql = f"SELECT {key}, {shown(AssetInstance, 'i')} FROM asset_instance i {joins} WHERE {where} ORDER BY {order}"
    return ctx.db.json_groups(sql, params)


def of_asset_by_shot(ctx, asset_id):
    """The instances of an asset that are in shots, by shot."""
    link = "JOIN asset_instance_link l ON l.asset_instance_id = i.id"
    return listing(ctx, "l.entity_id", "i.asset_id = ?", [asset_id], "i.number, i.rowid", link)


def of_asset_by_scene(ctx, asset_id):
    """All instances of an asset, by scene; those without a scene under `None`."""
    return listing(ctx, "COALESCE(i.scene_id, 'None')", "i.asset_id = ?", [asset_id], "i.number, i.rowid")


def in_asset(ctx, asset_id):
    """The instances within an asset, by what they are instances of."""
    return listing(ctx, "i.asset_id", "i.target_asset_id = ?", [asset_id])


def in_scene(ctx, scene_id):
    """The instances in a scene, by asset."""
    return listing(ctx, "i.asset_id", "i.scene_id = ?", [scene_id])


def cameras_in_scene(ctx, scene_id):
    """The instances of cameras in a scene, by camera; the asset type is created if it is missing."""
    if not ctx.db.exists(EntityType, name=CAMERA):
        with ctx.db.write():
            # asked again: another request may have created it in the meantime
            if not ctx.db.exists(EntityType, name=CAMERA):
                emit(ctx, "asset-type:new", {"asset_type_id": ctx.db.add(EntityType, name=CAMERA)})
    cameras = f"i.asset_id IN (SELECT e.id FROM entity e WHERE {of_kind(CAMERA)})"
    return listing(ctx, "i.asset_id", f"i.scene_id = ? AND {cameras}", [scene_id])


def in_shot(ctx, shot_id):
    """The instances in a shot, by asset."""
    link = "JOIN asset_instance_link l ON l.asset_instance_id = i.id"
    return listing(ctx, "i.asset_id", "l.entity_id = ?", [shot_id], joins=link)
