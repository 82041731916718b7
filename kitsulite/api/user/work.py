"""The caller's work: tasks, and their entities."""

from kitsulite.api.policies import person
from kitsulite.domain.user import checks, work
from kitsulite.web.fields import FilterId, Int, Moment, Str
from kitsulite.web.route import declare, get


@get("/data/user/tasks", allow=person)
def tasks(ctx):
    """List my unfinished tasks in the open projects of my teams."""
    return work.tasks(ctx)


@get("/data/user/done-tasks", allow=person)
def done_tasks(ctx):
    """List my done tasks in the open projects of my teams, latest end first."""
    return work.tasks(ctx, done=True)


@get(
    "/data/user/tasks-to-check",
    allow=person,
    args={
        "project_id": FilterId(),
        "task_type_id": FilterId(),
        "task_status_id": FilterId(),
        "episode_id": FilterId(),
        "person_id": Str(),
        "due_date_since": Moment(),
        "due_date_until": Moment(),
        "order_by": Str(),
        "page": Int(),
        "limit": Int(default=100),
    },
)
def tasks_to_check(ctx, **filters):
    """Tasks that wait for feedback: for admins, managers and supervisors (of their departments).

    `person_id`: ids separated by commas, or `unassigned`; `order_by`: priority, due_date, estimation or
    entity_name; with `page` the answer holds counts and sums too.
    """
    return checks.listing(ctx, **filters)


@get("/data/user/tasks-to-check/filter-values", allow=person)
def values_to_check(ctx):
    """List the productions, types, statuses, episodes and assignees of all tasks that wait for my feedback."""
    return checks.filter_values(ctx)


def declare_work_on(kind):
    """Declare the routes of the caller's tasks on an entity of a kind, and of their types."""
    noun = kind.lower()
    rule = f"/data/user/{noun}s/<{noun}_id>"

    def tasks_of(ctx, **path):
        return work.tasks_of(ctx, kind, path[f"{noun}_id"])

    def task_types_of(ctx, **path):
        return work.task_types_of(ctx, kind, path[f"{noun}_id"])

    tasks_of.__doc__ = f"List my tasks on the {noun} itself."
    task_types_of.__doc__ = f"List the types of my tasks on the {noun} itself."
    declare("GET", f"{rule}/tasks", person)(tasks_of)
    declare("GET", f"{rule}/task-types", person)(task_types_of)


for kind in ("Asset", "Shot", "Scene", "Sequence"):
    declare_work_on(kind)


@get("/data/user/projects/<project_id>/asset-types", allow=person)
def asset_types(ctx, project_id):
    """List the types of a project's assets on which I have tasks."""
    return work.asset_types(ctx, project_id)


@get("/data/user/projects/<project_id>/asset-types/<asset_type_id>/assets", allow=person)
def assets(ctx, project_id, asset_type_id):
    """List the assets of a type in a project on which I have tasks."""
    return work.assets(ctx, project_id, asset_type_id)


@get("/data/user/projects/<project_id>/sequences", allow=person)
def sequences(ctx, project_id):
    """List the sequences of a project in which I have tasks on a shot."""
    return work.sequences(ctx, project_id)


@get("/data/user/projects/<project_id>/episodes", allow=person)
def episodes(ctx, project_id):
    """List the episodes of a project in which I have tasks on a shot."""
    return work.episodes(ctx, project_id)


@get("/data/user/sequences/<sequence_id>/shots", allow=person)
def shots(ctx, sequence_id):
    """List the shots of a sequence on which I have tasks."""
    return work.children(ctx, "Shot", sequence_id)


@get("/data/user/sequences/<sequence_id>/scenes", allow=person)
def scenes(ctx, sequence_id):
    """List the scenes of a sequence on which I have tasks."""
    return work.children(ctx, "Scene", sequence_id)
