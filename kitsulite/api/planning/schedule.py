"""Milestones and schedule items of a production."""

from kitsulite.api.policies import member_of, no_client, no_vendor
from kitsulite.domain.ids import path_id
from kitsulite.domain.planning import schedule
from kitsulite.web.route import declare, get

PROJECT = "/data/projects/<project_id>"
READERS = member_of("project_id") & no_vendor & no_client


@get(f"{PROJECT}/milestones", allow=member_of("project_id") & no_client)
def get_milestones(ctx, project_id):
    """List the milestones of a project."""
    return schedule.milestones(ctx, path_id(project_id))


@get(f"{PROJECT}/schedule-items", allow=READERS)
def get_schedule_items(ctx, project_id):
    """List the schedule items of a project."""
    return schedule.items(ctx, path_id(project_id))


@get(f"{PROJECT}/schedule-items/task-types", allow=READERS)
def get_task_type_items(ctx, project_id):
    """List the schedule items of the task types that have tasks; missing ones are created."""
    return schedule.task_type_items(ctx, path_id(project_id))


def declare_items(kind):
    """Declare the route of the schedule items that a task type has per `kind`."""

    def get_items(ctx, project_id, task_type_id):
        episode_id = ctx.request.query.get("episode_id")
        return schedule.items_of_task_type(ctx, kind, project_id, task_type_id, episode_id)

    name = kind.replace("-", " ")
    get_items.__doc__ = (
        f"List the schedule items of a task type for the {name} of a project; missing ones are created.\n\n"
        "`episode_id` keeps those of an episode."
    )
    declare("GET", f"{PROJECT}/schedule-items/<task_type_id>/{kind}", READERS)(get_items)


for kind in schedule.SCHEDULED:
    declare_items(kind)
