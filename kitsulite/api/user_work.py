"""The caller's own work: tasks, and the entities that they belong to."""

from kitsulite.auth.policy import person
from kitsulite.domain import user_work
from kitsulite.web.route import get


@get("/data/user/tasks", allow=person)
def tasks(ctx):
    """My tasks that are not done, in the open projects of my teams."""
    return user_work.tasks(ctx)


@get("/data/user/done-tasks", allow=person)
def done_tasks(ctx):
    """My tasks that are done, in the open projects of my teams, the latest end first."""
    return user_work.tasks(ctx, done=True)


@get("/data/user/tasks-to-check", allow=person)
def tasks_to_check(ctx):
    """Tasks that wait for feedback: for admins, managers and supervisors (of their departments)."""
    return user_work.tasks_to_check(ctx)


@get("/data/user/assets/<asset_id>/tasks", allow=person)
def asset_tasks(ctx, asset_id):
    """My tasks of an asset."""
    return user_work.tasks_of(ctx, "Asset", asset_id)


@get("/data/user/shots/<shot_id>/tasks", allow=person)
def shot_tasks(ctx, shot_id):
    """My tasks of a shot."""
    return user_work.tasks_of(ctx, "Shot", shot_id)


@get("/data/user/scenes/<scene_id>/tasks", allow=person)
def scene_tasks(ctx, scene_id):
    """My tasks of a scene."""
    return user_work.tasks_of(ctx, "Scene", scene_id)


@get("/data/user/sequences/<sequence_id>/tasks", allow=person)
def sequence_tasks(ctx, sequence_id):
    """My tasks of a sequence itself."""
    return user_work.tasks_of(ctx, "Sequence", sequence_id)


@get("/data/user/assets/<asset_id>/task-types", allow=person)
def asset_task_types(ctx, asset_id):
    """The types of my tasks of an asset."""
    return user_work.task_types_of(ctx, "Asset", asset_id)


@get("/data/user/shots/<shot_id>/task-types", allow=person)
def shot_task_types(ctx, shot_id):
    """The types of my tasks of a shot."""
    return user_work.task_types_of(ctx, "Shot", shot_id)


@get("/data/user/scenes/<scene_id>/task-types", allow=person)
def scene_task_types(ctx, scene_id):
    """The types of my tasks of a scene."""
    return user_work.task_types_of(ctx, "Scene", scene_id)


@get("/data/user/sequences/<sequence_id>/task-types", allow=person)
def sequence_task_types(ctx, sequence_id):
    """The types of my tasks of a sequence itself."""
    return user_work.task_types_of(ctx, "Sequence", sequence_id)


@get("/data/user/projects/<project_id>/asset-types", allow=person)
def asset_types(ctx, project_id):
    """The types of the assets of a project that I have tasks on."""
    return user_work.asset_types(ctx, project_id)


@get("/data/user/projects/<project_id>/asset-types/<asset_type_id>/assets", allow=person)
def assets(ctx, project_id, asset_type_id):
    """The assets of a type in a project that I have tasks on."""
    return user_work.assets(ctx, project_id, asset_type_id)


@get("/data/user/projects/<project_id>/sequences", allow=person)
def sequences(ctx, project_id):
    """The sequences of a project in which I have tasks on a shot."""
    return user_work.sequences(ctx, project_id)


@get("/data/user/projects/<project_id>/episodes", allow=person)
def episodes(ctx, project_id):
    """The episodes of a project in which I have tasks on a shot."""
    return user_work.episodes(ctx, project_id)


@get("/data/user/sequences/<sequence_id>/shots", allow=person)
def shots(ctx, sequence_id):
    """The shots of a sequence that I have tasks on."""
    return user_work.children(ctx, "Shot", sequence_id)


@get("/data/user/sequences/<sequence_id>/scenes", allow=person)
def scenes(ctx, sequence_id):
    """The scenes of a sequence that I have tasks on."""
    return user_work.children(ctx, "Scene", sequence_id)
