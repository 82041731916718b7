"""Instances of assets in scenes, shots and other assets."""

from kitsulite.api.policies import reader_of_entity
from kitsulite.domain.entities import asset_instances
from kitsulite.web.fields import Str, Uuid
from kitsulite.web.route import delete, get, post

ASSET_READER = reader_of_entity("asset_id", "Asset")
SCENE_READER = reader_of_entity("scene_id", "Scene")
SHOT_READER = reader_of_entity("shot_id", "Shot")


@get("/data/assets/<asset_id>/shot-asset-instances", allow=ASSET_READER)
def instances_by_shot(ctx, asset_id):
    """List the instances of an asset by the shots that they are in."""
    return asset_instances.of_asset_by_shot(ctx, asset_id)


@get("/data/assets/<asset_id>/scene-asset-instances", allow=ASSET_READER)
def instances_by_scene(ctx, asset_id):
    """List the instances of an asset by scene."""
    return asset_instances.of_asset_by_scene(ctx, asset_id)


@get("/data/assets/<asset_id>/asset-asset-instances", allow=ASSET_READER)
def instances_in_asset(ctx, asset_id):
    """List the instances within an asset by the assets they are instances of."""
    return asset_instances.in_asset(ctx, asset_id)


@post(
    "/data/assets/<asset_id>/asset-asset-instances",
    allow=ASSET_READER,
    status=201,
    body={"asset_to_instantiate_id": Uuid(required=True), "description": Str(max=200)},
)
def create_instance_in_asset(ctx, asset_id, asset_to_instantiate_id, description):
    """Create an instance of an asset within another one."""
    return asset_instances.create_in_asset(ctx, asset_id, asset_to_instantiate_id, description)


@get("/data/scenes/<scene_id>/asset-instances", allow=SCENE_READER)
def instances_in_scene(ctx, scene_id):
    """List the instances in a scene by asset."""
    return asset_instances.in_scene(ctx, scene_id)


@get("/data/scenes/<scene_id>/camera-instances", allow=SCENE_READER)
def cameras_in_scene(ctx, scene_id):
    """List the instances of cameras in a scene."""
    return asset_instances.cameras_in_scene(ctx, scene_id)


@post(
    "/data/scenes/<scene_id>/asset-instances",
    allow=SCENE_READER,
    status=201,
    body={"asset_id": Uuid(required=True), "description": Str(max=200)},
)
def create_instance_in_scene(ctx, scene_id, asset_id, description):
    """Create an instance of an asset in a scene."""
    return asset_instances.create_in_scene(ctx, scene_id, asset_id, description)


@get("/data/shots/<shot_id>/asset-instances", allow=SHOT_READER)
def instances_in_shot(ctx, shot_id):
    """List the instances in a shot by asset."""
    return asset_instances.in_shot(ctx, shot_id)


@post(
    "/data/shots/<shot_id>/asset-instances",
    allow=SHOT_READER,
    status=201,
    body={"asset_instance_id": Uuid(required=True)},
)
def add_instance_to_shot(ctx, shot_id, asset_instance_id):
    """Add an asset instance to a shot."""
    return asset_instances.add_to_shot(ctx, shot_id, asset_instance_id)


@delete("/data/shots/<shot_id>/asset-instances/<asset_instance_id>", allow=SHOT_READER)
def remove_instance_from_shot(ctx, shot_id, asset_instance_id):
    """Remove an asset instance from a shot."""
    asset_instances.remove_from_shot(ctx, shot_id, asset_instance_id)
