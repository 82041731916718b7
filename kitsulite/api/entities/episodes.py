"""Episodes of a production."""

from kitsulite.api.entities import with_tasks
from kitsulite.api.policies import (
    inside,
    manager_of,
    member_of,
    member_of_query,
    no_vendor,
    owner_of_entity,
    reader_of_entity,
    viewer_of_entity,
)
from kitsulite.domain.deletion import entities as entity_deletion
from kitsulite.domain.entities import edits, episodes
from kitsulite.domain.tasks import of_entities as entity_tasks
from kitsulite.web.fields import Object, Str
from kitsulite.web.route import delete, get, post

READER = reader_of_entity("episode_id", "Episode")


@get("/data/episodes", allow=member_of_query())
def all_episodes(ctx):
    """List episodes, filtered by columns and relations."""
    return episodes.listing(ctx, ctx.request.query)


@get("/data/episodes/with-tasks", allow=member_of_query(), args=with_tasks.PLAIN)
def episodes_with_tasks(ctx, **filters):
    """List episodes with their tasks."""
    return episodes.listing_with_tasks(ctx, **filters)


@get("/data/projects/<project_id>/episodes", allow=member_of("project_id"))
def project_episodes(ctx, project_id):
    """List the episodes of a project."""
    return episodes.of_project(ctx, project_id)


@post(
    "/data/projects/<project_id>/episodes",
    allow=manager_of("project_id"),
    status=201,
    body={
        "name": Str(required=True, max=160),
        "status": Str(default="running", optional=True),
        "description": Str(default="", optional=True),
        "data": Object(default=dict, optional=True),
    },
)
def create_episode(ctx, project_id, **episode):
    """Create an episode in a project, or return the existing one with the same name."""
    return episodes.create(ctx, project_id, **episode)


@get("/data/episodes/<episode_id>", allow=viewer_of_entity("episode_id", "Episode"))
def get_episode(ctx, episode_id):
    """Get an episode."""
    return episodes.single(ctx, episode_id)


@get("/data/episodes/<episode_id>/sequences", allow=inside("member of the project of the episode"))
def episode_sequences(ctx, episode_id):
    """List the sequences of an episode, filtered by columns and relations."""
    return episodes.sequences(ctx, episode_id, ctx.request.query)


@get("/data/episodes/<episode_id>/shots", allow=READER)
def episode_shots(ctx, episode_id):
    """List the shots of an episode."""
    return episodes.shots(ctx, episode_id, ctx.request.flag("relations"))


@get("/data/episodes/<episode_id>/edits", allow=READER)
def episode_edits(ctx, episode_id):
    """List the edits of an episode."""
    return edits.of_episode(ctx, episode_id, ctx.request.flag("relations"))


@get("/data/episodes/<episode_id>/tasks", allow=READER)
def episode_tasks(ctx, episode_id):
    """List the tasks of an episode itself."""
    return entity_tasks.listing_of_sequence(ctx, episode_id)


@get("/data/episodes/<episode_id>/task-types", allow=READER)
def episode_task_types(ctx, episode_id):
    """List the task types of the shots and scenes of an episode."""
    return entity_tasks.task_types(ctx, entity_tasks.OF_GRANDCHILDREN, episode_id)


@get("/data/episodes/<episode_id>/shot-tasks", allow=READER & no_vendor)
def episode_shot_tasks(ctx, episode_id):
    """List the tasks of the shots and scenes of an episode."""
    return entity_tasks.listing(ctx, entity_tasks.OF_GRANDCHILDREN, episode_id, ctx.request.flag("relations"))


@get("/data/episodes/<episode_id>/asset-tasks", allow=READER & no_vendor)
def episode_asset_tasks(ctx, episode_id):
    """List the tasks of the assets whose source is an episode."""
    return entity_tasks.listing(ctx, entity_tasks.OF_EPISODE_ASSETS, episode_id, ctx.request.flag("relations"))


@get("/data/episodes/<episode_id>/edit-tasks", allow=READER & no_vendor)
def episode_edit_tasks(ctx, episode_id):
    """List the tasks of the edits of an episode."""
    return entity_tasks.listing(ctx, entity_tasks.OF_EDITS, episode_id, ctx.request.flag("relations"))


@delete("/data/episodes/<episode_id>", allow=owner_of_entity("episode_id", "Episode"))
def delete_episode(ctx, episode_id):
    """Delete an episode; with `force`, also its sequences, edits, assets, tasks and playlists."""
    entity_deletion.delete_episode(ctx, ctx.row, ctx.request.flag("force"))
