"""Permissions on working files, and on asset instances within entities."""

from kitsulite.api.policies import Policy
from kitsulite.domain import access
from kitsulite.domain.files.output_files import Owner
from kitsulite.models.entities import AssetInstance, Entity
from kitsulite.models.files import WorkingFile


def working_file(ctx, path, check):
    file = ctx.db.get(WorkingFile, path["working_file_id"])
    return access.with_row(check(ctx, file["task_id"]), file)


reader_of_working_file = Policy(
    "member of the project who may see the task", lambda ctx, path: working_file(ctx, path, access.require_task)
)
actor_on_working_file = Policy(
    "a person who works on the task or leads it", lambda ctx, path: working_file(ctx, path, access.require_task_action)
)


def instance(ctx, path, require):
    """Require a permission on the project of the instance's asset, and membership in that of the containing entity.

    `row` is the owner of the files.
    """
    row = ctx.db.get(AssetInstance, path["asset_instance_id"])
    scoped = require(ctx, row["asset_id"])
    entity = ctx.db.get(Entity, path["temporal_entity_id"])
    if entity["project_id"] != scoped.row["project_id"]:
        access.require_member(ctx, entity["project_id"])
    return access.with_row(scoped, Owner(entity, row, scoped.row))


member_of_instance = Policy(
    "member of the project of the asset", lambda ctx, path: instance(ctx, path, access.require_entity_member)
)
reader_of_instance = Policy(
    "member of the project who may see the asset", lambda ctx, path: instance(ctx, path, access.require_entity)
)
reader_of_instance_anywhere = Policy(
    "member of the project who may see the asset",
    lambda ctx, path: access.require_entity(ctx, ctx.db.get(AssetInstance, path["asset_instance_id"])["asset_id"]),
)
