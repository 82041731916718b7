"""Sequences of a production."""

from kitsulite.api.entities import with_tasks
from kitsulite.api.policies import (
    inside,
    manager_of,
    member_of,
    member_of_entity,
    member_of_query,
    no_vendor,
    owner_of_entity,
    reader_of_entity,
    viewer_of_entity,
)
from kitsulite.domain.deletion import entities as entity_deletion
from kitsulite.domain.entities import scenes, sequences, shots
from kitsulite.domain.tasks import of_entities as entity_tasks
from kitsulite.web.fields import Object, Str, Uuid
from kitsulite.web.route import delete, get, post

READER = reader_of_entity("sequence_id", "Sequence")


@get("/data/sequences", allow=inside("member of the project that the query names, itself or by its episode"))
def all_sequences(ctx):
    """List sequences, filtered by columns and relations, or by `episode_id`."""
    return sequences.listing(ctx, ctx.request.query)


@get("/data/sequences/with-tasks", allow=member_of_query(), args=with_tasks.PLAIN)
def sequences_with_tasks(ctx, **filters):
    """List sequences with their tasks."""
    return sequences.listing_with_tasks(ctx, **filters)


@get("/data/projects/<project_id>/sequences", allow=member_of("project_id"))
def project_sequences(ctx, project_id):
    """List the sequences of a project."""
    return sequences.of_project(ctx, project_id)


@post(
    "/data/projects/<project_id>/sequences",
    allow=manager_of("project_id"),
    status=201,
    body={
        "name": Str(required=True, max=160),
        "episode_id": Uuid(),
        "description": Str(default="", optional=True),
        "data": Object(default=dict, optional=True),
    },
)
def create_sequence(ctx, project_id, **sequence):
    """Create a sequence in a project, or return the existing one with the same name and episode."""
    return sequences.create(ctx, project_id, **sequence)


@get("/data/sequences/<sequence_id>", allow=viewer_of_entity("sequence_id", "Sequence"))
def get_sequence(ctx, sequence_id):
    """Get a sequence."""
    return sequences.single(ctx, sequence_id)


@get("/data/sequences/<sequence_id>/shots", allow=member_of_entity("sequence_id", "Sequence"))
def sequence_shots(ctx, sequence_id):
    """List the shots of a sequence, filtered by columns and relations."""
    return shots.listing(ctx, {**ctx.request.query, "sequence_id": sequence_id})


@get("/data/sequences/<sequence_id>/scenes", allow=READER)
def sequence_scenes(ctx, sequence_id):
    """List the scenes of a sequence."""
    return scenes.of_sequence(ctx, sequence_id)


@get("/data/sequences/<sequence_id>/tasks", allow=READER)
def sequence_tasks(ctx, sequence_id):
    """List the tasks of a sequence itself."""
    return entity_tasks.listing_of_sequence(ctx, sequence_id, ctx.request.flag("relations"))


@get("/data/sequences/<sequence_id>/task-types", allow=READER)
def sequence_task_types(ctx, sequence_id):
    """List the task types of the shots and scenes of a sequence."""
    return entity_tasks.task_types(ctx, entity_tasks.OF_CHILDREN, sequence_id)


@get("/data/sequences/<sequence_id>/shot-tasks", allow=READER & no_vendor)
def sequence_shot_tasks(ctx, sequence_id):
    """List the tasks of the shots and scenes of a sequence."""
    return entity_tasks.listing(ctx, entity_tasks.OF_CHILDREN, sequence_id, ctx.request.flag("relations"))


@delete("/data/sequences/<sequence_id>", allow=owner_of_entity("sequence_id", "Sequence"))
def delete_sequence(ctx, sequence_id):
    """Delete a sequence; with `force`, also its shots, scenes and tasks."""
    entity_deletion.delete_sequence(ctx, ctx.row, ctx.request.flag("force"))
