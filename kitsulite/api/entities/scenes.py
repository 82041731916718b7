"""Scenes of a production."""

from kitsulite.api.entities import with_tasks
from kitsulite.api.policies import (
    manager_of,
    member_of,
    member_of_query,
    no_vendor,
    owner_of_entity,
    reader_of_entity,
)
from kitsulite.domain.deletion import entities as entity_deletion
from kitsulite.domain.entities import entities, scenes
from kitsulite.domain.tasks import of_entities as entity_tasks
from kitsulite.web.fields import Str, Uuid
from kitsulite.web.route import delete, get, post

READER = reader_of_entity("scene_id", "Scene")


@get("/data/scenes/all", allow=member_of_query() & no_vendor)
def all_scenes(ctx):
    """List scenes in sequences, filtered by columns and relations."""
    return scenes.listing(ctx, ctx.request.query)


@get("/data/scenes/with-tasks", allow=member_of_query() & no_vendor, args=with_tasks.PLAIN)
def scenes_with_tasks(ctx, **filters):
    """List scenes with their tasks."""
    return scenes.listing_with_tasks(ctx, **filters)


@get("/data/projects/<project_id>/scenes", allow=member_of("project_id"))
def project_scenes(ctx, project_id):
    """List all scenes of a project, including those without a sequence."""
    return entities.in_project(ctx, "Scene", project_id)


@post(
    "/data/projects/<project_id>/scenes",
    allow=manager_of("project_id"),
    status=201,
    body={"name": Str(required=True, max=160), "sequence_id": Uuid()},
)
def create_scene(ctx, project_id, **scene):
    """Create a scene in a project, or return the existing one with the same name and sequence."""
    return scenes.create(ctx, project_id, **scene)


@get("/data/scenes/<scene_id>", allow=READER)
def get_scene(ctx, scene_id):
    """Get a scene in a sequence."""
    return scenes.single(ctx, scene_id)


@get("/data/scenes/<scene_id>/tasks", allow=READER)
def scene_tasks(ctx, scene_id):
    """List the tasks of a scene."""
    return entity_tasks.listing(ctx, entity_tasks.OF_ENTITY, scene_id)


@get("/data/scenes/<scene_id>/task-types", allow=READER)
def scene_task_types(ctx, scene_id):
    """List the task types of a scene's tasks."""
    return entity_tasks.task_types(ctx, entity_tasks.OF_ENTITY, scene_id)


@delete("/data/scenes/<scene_id>", allow=owner_of_entity("scene_id", "Scene"))
def delete_scene(ctx, scene_id):
    """Delete a scene, or cancel it if something refers to it."""
    entity_deletion.delete_scene(ctx, ctx.row)


@get("/data/scenes/<scene_id>/shots", allow=READER)
def scene_shots(ctx, scene_id):
    """List the shots made from a scene."""
    return scenes.shots_of(ctx, scene_id)


@post(
    "/data/scenes/<scene_id>/shots",
    allow=READER,
    status=201,
    body={"shot_id": Uuid(required=True)},
)
def add_shot_to_scene(ctx, scene_id, shot_id):
    """Set a scene as the source of a shot."""
    return scenes.add_shot(ctx, scene_id, shot_id)


@delete("/data/scenes/<scene_id>/shots/<shot_id>", allow=READER)
def remove_shot_from_scene(ctx, scene_id, shot_id):
    """Clear the source of a shot."""
    scenes.remove_shot(ctx, scene_id, shot_id)
