"""Shots of a production."""

from kitsulite.api.entities import with_tasks
from kitsulite.api.policies import (
    inside,
    manager_of,
    manager_of_entity,
    member_of,
    member_of_query,
    owner_of_entity,
    reader_of_entity,
)
from kitsulite.domain.deletion import entities as entity_deletion
from kitsulite.domain.entities import assets, changes, entities, shots
from kitsulite.domain.tasks import of_entities as entity_tasks
from kitsulite.web.fields import Bool, Int, Object, Str, Uuid, load, schema_of
from kitsulite.web.route import delete, get, post, put

READER = reader_of_entity("shot_id", "Shot")
#: the fields of a change of a shot, each of which may be null
SHOT = {
    "name": Str(min=1),
    "description": Str(),
    "nb_frames": Int(),
    "data": Object(),
    "parent_id": Uuid(),
    "canceled": Bool(),
}
READER_OF_QUERY = inside("member of the project that the query names, itself or by its sequence")


@get("/data/shots", allow=READER_OF_QUERY)
@get("/data/shots/all", allow=READER_OF_QUERY)
def all_shots(ctx):
    """List shots in sequences, filtered by columns and relations."""
    return shots.listing(ctx, ctx.request.query)


@get("/data/shots/with-tasks", allow=member_of_query(), args={**with_tasks.BY_EPISODE, **with_tasks.FORMS}, long=True)
def shots_with_tasks(ctx, stream, compact, **filters):
    """List shots in sequences with their tasks; as NDJSON with `stream`, as bare values with `compact`."""
    listing = shots.listing_with_tasks(ctx, **filters, compact=compact == "true")
    return with_tasks.answer(ctx, "shot", listing, stream, compact)


@get("/data/shots/<shot_id>", allow=READER)
def get_shot(ctx, shot_id):
    """Get a shot with its tasks."""
    return shots.single(ctx, shot_id)


@get("/data/projects/<project_id>/shots", allow=member_of("project_id"))
def project_shots(ctx, project_id):
    """List all shots of a project, including those without a sequence."""
    return entities.in_project(ctx, "Shot", project_id)


@post(
    "/data/projects/<project_id>/shots",
    allow=manager_of("project_id"),
    status=201,
    body={
        "name": Str(required=True, min=1, max=160),
        "sequence_id": Uuid(),
        "data": Object(default=dict, optional=True),
        "nb_frames": Int(),
        "description": Str(),
    },
)
def create_shot(ctx, project_id, **shot):
    """Create a shot in a project, or return the existing one with the same name and sequence."""
    return shots.create(ctx, project_id, **shot)


@get("/data/shots/<shot_id>/assets", allow=READER)
def shot_assets(ctx, shot_id):
    """List the assets that a shot casts."""
    return assets.cast_in(ctx, shot_id)


@get("/data/shots/<shot_id>/tasks", allow=READER)
def shot_tasks(ctx, shot_id):
    """List the tasks of a shot."""
    return entity_tasks.listing(ctx, entity_tasks.OF_ENTITY, shot_id, ctx.request.flag("relations"))


@get("/data/shots/<shot_id>/task-types", allow=READER)
def shot_task_types(ctx, shot_id):
    """List the task types of a shot's tasks."""
    return entity_tasks.task_types(ctx, entity_tasks.OF_ENTITY, shot_id)


@delete("/data/shots/<shot_id>", allow=owner_of_entity("shot_id", "Shot"))
def delete_shot(ctx, shot_id):
    """Delete a shot, or cancel it if it has tasks and is not `force`d."""
    entity_deletion.delete(ctx, ctx.row, ctx.request.flag("force"))


@get("/data/shots/<shot_id>/versions", allow=READER)
def shot_versions(ctx, shot_id):
    """List the versions of a shot, newest first."""
    return changes.versions(ctx, shot_id, "Shot")


@put("/data/shots/<shot_id>", allow=manager_of_entity("shot_id", "Shot"))
def change_shot(ctx, shot_id):
    """Change columns of a shot; its metadata is replaced."""
    body = ctx.request.loose_json
    changes = {} if body is None else body
    cleaned = load(schema_of(SHOT), changes)
    return shots.change(ctx, shot_id, {**changes, **{name: cleaned[name] for name in SHOT if name in changes}})


@post(
    "/actions/projects/<project_id>/task-types/<task_type_id>/set-shot-nb-frames",
    allow=manager_of("project_id"),
)
def set_nb_frames(ctx, project_id, task_type_id):
    """Set the number of frames of shots to the length of their newest preview for a task type, in an `episode_id`."""
    episode_id = ctx.request.query.get("episode_id")
    return shots.set_nb_frames(ctx, project_id, task_type_id, episode_id)
