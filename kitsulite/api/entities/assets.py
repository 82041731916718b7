"""Assets of a production and their types."""

from kitsulite.api.entities import with_tasks
from kitsulite.api.policies import inside, manager_of, member_of, owner_of_entity, reader_of_entity, viewer_of_entity
from kitsulite.domain.deletion import entities as entity_deletion
from kitsulite.domain.entities import assets
from kitsulite.domain.tasks import of_entities as entity_tasks
from kitsulite.web.fields import Bool, Object, Str, Uuid
from kitsulite.web.route import delete, get, post

READER = reader_of_entity("asset_id", "Asset")
READER_OF_QUERY = inside("member of the project that the query names, itself or by its episode")


@get("/data/assets", allow=READER_OF_QUERY)
@get("/data/assets/all", allow=READER_OF_QUERY)
def all_assets(ctx):
    """List assets, filtered by columns and relations, or cast in an `episode_id`."""
    return assets.listing(ctx, ctx.request.query)


@get("/data/projects/<project_id>/assets", allow=member_of("project_id"))
def project_assets(ctx, project_id):
    """List the assets of a project, filtered like all assets."""
    return assets.of_project(ctx, project_id, ctx.request.query)


@get("/data/projects/<project_id>/asset-types/<asset_type_id>/assets", allow=member_of("project_id"))
def project_assets_of_type(ctx, project_id, asset_type_id):
    """List the assets of one type in a project, filtered like all assets."""
    return assets.of_project(ctx, project_id, ctx.request.query, asset_type_id)


@get("/data/assets/with-tasks", allow=READER_OF_QUERY, args={**with_tasks.BY_EPISODE, **with_tasks.FORMS}, long=True)
def assets_with_tasks(ctx, stream, compact, **filters):
    """List assets with their tasks; as NDJSON with `stream`, as bare values with `compact`."""
    listing = assets.listing_with_tasks(ctx, **filters, compact=compact == "true")
    return with_tasks.answer(ctx, "asset", listing, stream, compact)


@get("/data/assets/<asset_id>", allow=viewer_of_entity("asset_id", "Asset"))
def get_asset(ctx, asset_id):
    """Get an asset with its tasks."""
    return assets.single(ctx, asset_id)


@post(
    "/data/projects/<project_id>/asset-types/<asset_type_id>/assets/new",
    allow=manager_of("project_id"),
    status=201,
    body={
        "name": Str(required=True, min=1, max=160),
        "description": Str(default="", optional=True),
        "data": Object(default=dict, optional=True),
        "is_shared": Bool(default=False, optional=True),
        "episode_id": Uuid(),
    },
)
def create_asset(ctx, project_id, asset_type_id, **asset):
    """Create an asset of a type in a project."""
    return assets.create(ctx, project_id, asset_type_id, **asset)


@get("/data/assets/<asset_id>/tasks", allow=READER)
def asset_tasks(ctx, asset_id):
    """List the tasks of an asset."""
    return entity_tasks.listing(ctx, entity_tasks.OF_ENTITY, asset_id, ctx.request.flag("relations"))


@get("/data/assets/<asset_id>/task-types", allow=READER)
def asset_task_types(ctx, asset_id):
    """List the task types of an asset's tasks."""
    return entity_tasks.task_types(ctx, entity_tasks.OF_ENTITY, asset_id)


@get("/data/assets/<asset_id>/assets", allow=READER)
def assets_in_asset(ctx, asset_id):
    """List the assets that an asset casts."""
    return assets.cast_in(ctx, asset_id)


@delete("/data/assets/<asset_id>", allow=owner_of_entity("asset_id", "Asset"))
def delete_asset(ctx, asset_id):
    """Delete an asset, or cancel it if it has tasks and is not `force`d."""
    entity_deletion.delete(ctx, ctx.row, ctx.request.flag("force"))
