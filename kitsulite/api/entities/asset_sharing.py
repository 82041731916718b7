"""Sharing assets with other productions."""

from kitsulite.api.policies import inside, manager_of, member_of
from kitsulite.domain.entities import asset_sharing
from kitsulite.web.fields import Bool, List, Uuid
from kitsulite.web.route import get, post

IS_SHARED = {"is_shared": Bool(default=True, optional=True)}
SHARED = {**IS_SHARED, "asset_ids": List(Uuid(required=True))}


def shares(is_shared):
    """Whether assets are to be shared; null stands for true."""
    return is_shared is not False


@post("/actions/projects/<project_id>/assets/share", allow=manager_of("project_id"), body=SHARED)
def share_project_assets(ctx, project_id, is_shared, asset_ids):
    """Share assets of a project (by default all) with all others, or stop sharing them."""
    return asset_sharing.share_of_project(ctx, project_id, shares(is_shared), asset_ids)


@post(
    "/actions/projects/<project_id>/asset-types/<asset_type_id>/assets/share",
    allow=manager_of("project_id"),
    body=IS_SHARED,
)
def share_assets_of_type(ctx, project_id, asset_type_id, is_shared):
    """Share all assets of a type in a project with all others, or stop sharing them."""
    return asset_sharing.share_of_type(ctx, project_id, asset_type_id, shares(is_shared))


@post("/actions/assets/share", allow=inside("manager of the projects of all assets"), body=SHARED)
def share_assets(ctx, is_shared, asset_ids):
    """Share assets with all projects, or stop sharing them."""
    return asset_sharing.share_several(ctx, shares(is_shared), asset_ids)


@get("/data/projects/<project_id>/assets/shared-used", allow=member_of("project_id"))
def used_assets(ctx, project_id):
    """List the shared assets of other projects that shots of a project cast."""
    return asset_sharing.used(ctx, project_id)


@get("/data/projects/<project_id>/episodes/<episode_id>/assets/shared-used", allow=member_of("project_id"))
def used_assets_of_episode(ctx, project_id, episode_id):
    """List the shared assets of other projects that shots of an episode cast."""
    return asset_sharing.used(ctx, project_id, episode_id)
