"""Asset types."""

from kitsulite.api.policies import member_of, member_of_entity, signed_in
from kitsulite.domain.entities import asset_types
from kitsulite.web.route import get


@get("/data/asset-types", allow=signed_in)
def all_asset_types(ctx):
    """List asset types, filtered by columns, or by `project_id`."""
    return asset_types.requested(ctx, ctx.request.query)


@get("/data/asset-types/<asset_type_id>", allow=signed_in)
def get_asset_type(ctx, asset_type_id):
    """Get an asset type."""
    return asset_types.single(ctx, asset_type_id)


@get("/data/projects/<project_id>/asset-types", allow=member_of("project_id"))
def project_asset_types(ctx, project_id):
    """List the types of the assets of a project."""
    return asset_types.of_project(ctx, project_id)


@get("/data/shots/<shot_id>/asset-types", allow=member_of_entity("shot_id", "Shot"))
def shot_asset_types(ctx, shot_id):
    """List the types of the assets that a shot casts."""
    return asset_types.of_shot(ctx, shot_id)
