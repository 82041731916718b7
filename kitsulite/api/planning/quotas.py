"""Quotas of the persons of a production, and statistics of its episodes."""

from kitsulite.api.policies import inside, member_of, no_client
from kitsulite.domain.planning import count_modes, episode_stats, quotas
from kitsulite.models.projects import Project
from kitsulite.web.route import get

STUDIO = member_of("project_id") & no_client


def requested(ctx):
    """The mode and studio in a query."""
    return ctx.request.query.get("count_mode", count_modes.DEFAULT), ctx.request.query.get("studio_id")


@get("/data/projects/<project_id>/quotas/<task_type_id>", allow=STUDIO)
def task_type_quotas(ctx, project_id, task_type_id):
    """Count frames, seconds and drawings of shots per person for a task type; see `count_mode`, `studio_id`."""
    ctx.db.require(Project, project_id)
    return quotas.of_task_type(ctx, project_id, task_type_id, *requested(ctx))


@get(
    "/data/projects/<project_id>/quotas/persons/<person_id>",
    allow=inside("no client: the person; of the project: manager or supervisor"),
)
def person_quotas(ctx, project_id, person_id):
    """Count frames, seconds and drawings of shots per task type for a person; see `count_mode`, `studio_id`."""
    return quotas.of_person(ctx, project_id, person_id, *requested(ctx))


@get("/data/projects/<project_id>/episodes/stats", allow=member_of("project_id"))
def stats_of_episodes(ctx, project_id):
    """Count tasks, frames and drawings per episode, task type and status; for clients if the project allows it."""
    ctx.require(ctx.role != "client" or ctx.db.get(Project, project_id)["is_client_stats_visible"])
    return episode_stats.by_status(ctx, project_id)


@get("/data/projects/<project_id>/episodes/retake-stats", allow=STUDIO)
def retakes_of_episodes(ctx, project_id):
    """Count tasks, frames and drawings per episode and task type by the number of retakes."""
    return episode_stats.retakes(ctx, project_id)
