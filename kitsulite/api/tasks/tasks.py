"""Tasks: details, tasks of persons, tasks of the open productions."""

from kitsulite.api.policies import inside, no_client, reader_of_entity, reader_of_task, signed_in
from kitsulite.domain import access
from kitsulite.domain.ids import path_id
from kitsulite.domain.tasks import burndown, details, of_entities, of_persons, open_tasks, reviews
from kitsulite.errors import BadParameter, step_by_step
from kitsulite.models.choices import SUPERVISORS
from kitsulite.models.fields import is_id
from kitsulite.web.fields import Bool, FilterId, Int, List, Moment, Str
from kitsulite.web.route import get, put

PERSON = "/data/persons/<person_id>"
WORKER = inside("anybody; vendors for themselves")


@get("/data/tasks/<task_id>/full", allow=reader_of_task("task_id"))
def get_full_task(ctx, task_id):
    """Get a task with its entity, production, type, status and persons."""
    return details.full(ctx, task_id)


@get("/data/tasks/<task_id>/previews", allow=reader_of_task("task_id"))
def get_task_previews(ctx, task_id):
    """List the previews of a task, latest revision first."""
    return details.previews(ctx, task_id)


@get("/data/entities/<entity_id>/task-types/<task_type_id>/tasks", allow=reader_of_entity("entity_id"))
def get_entity_tasks_of_type(ctx, entity_id, task_type_id):
    """List the tasks of a type of an entity by name."""
    return of_entities.of_type(ctx, entity_id, path_id(task_type_id))


# Of persons


@get(f"{PERSON}/tasks", allow=WORKER)
def get_person_tasks(ctx, person_id):
    """List the tasks of a person that are not done, in the caller's open projects."""
    return of_persons.of_person(ctx, person_id)


@get(f"{PERSON}/done-tasks", allow=WORKER)
def get_person_done_tasks(ctx, person_id):
    """List the tasks of a person that are done, in the caller's open projects."""
    return of_persons.of_person(ctx, person_id, done=True)


@get(f"{PERSON}/related-tasks/<task_type_id>", allow=WORKER)
def get_person_related_tasks(ctx, person_id, task_type_id):
    """List the tasks of a type on the entities that a person works on."""
    return of_persons.related_tasks(ctx, person_id, task_type_id)


@get("/data/persons/task-dates", allow=inside("admin, manager or supervisor; for a project a member of it"))
def get_task_dates(ctx):
    """List the first and last date of the tasks of each person, in a `project_id` or all open projects."""
    project_id = ctx.request.query.get("project_id", "").strip()
    ctx.require(ctx.global_role in SUPERVISORS)
    if project_id and not is_id(project_id):
        raise BadParameter("Invalid project_id.")
    if project_id:
        ctx = access.require_member(ctx, project_id)
    return of_persons.dates(ctx, project_id)


# Of the open productions


OPEN = inside("anybody; member of the project where one is given")
FILTERS = {
    "project_id": FilterId(),
    "task_type_id": FilterId(),
    "task_status_id": FilterId(),
    "person_id": Str(),
    "studio_id": FilterId(),
    "department_id": FilterId(),
    "start_date": Moment(),
    "due_date": Moment(),
    "priority": Int(),
}


@get(
    "/data/tasks/open-tasks",
    allow=OPEN,
    args={**FILTERS, "page": Int(default=1), "limit": Int(default=100)},
)
def get_open_tasks(ctx, **filters):
    """List the tasks of open projects, with counts and sums of all that match.

    `person_id`: ids separated by commas, or `unassigned`.
    """
    return open_tasks.listing(ctx, **filters)


@get("/data/tasks/open-tasks/burndown", allow=OPEN, args=FILTERS)
def get_burndown(ctx, **filters):
    """Count the tasks of open projects, and those done on each day; with the filters of the list of open tasks."""
    return burndown.burndown(ctx, **filters)


@get("/data/tasks/open-tasks/stats", allow=signed_in)
def get_open_task_stats(ctx):
    """Count the tasks of each open project per task type and status."""
    return open_tasks.per_project(ctx)


# Previews of entities, reviews


@put("/actions/tasks/<task_id>/set-main-preview", allow=reader_of_task("task_id") & no_client)
def set_main_preview(ctx, task_id):
    """Set the last preview of a task as the main one of its entity."""
    entity = reviews.set_main_preview(ctx, ctx.row)
    if entity is None:
        raise BadParameter("This task has no preview file to set as the main preview.")
    return entity


@put(
    "/actions/tasks/set-main-preview",
    allow=inside("per task: its readers, no client"),
    body={"task_ids": List(Str(), required=True, min=1)},
)
def set_main_previews(ctx, task_ids):
    """Set the last previews of tasks as the main ones of their entities; stops at the first refusal."""
    entities = []
    with step_by_step():
        for task_id in task_ids:
            of_task = access.require_task(ctx, task_id)
            ctx.require(of_task.role != "client")
            entities.append(reviews.set_main_preview(of_task, of_task.row))
    return [entity for entity in entities if entity]


@put(
    "/actions/tasks/<task_id>/to-review",
    allow=reader_of_task("task_id") & no_client,
    body={
        "person_id": Str(),
        "comment": Str(default=""),
        "name": Str(default="main"),
        "revision": Int(ge=0, default=1),
        "change_status": Bool(default=True),
    },
)
def send_to_review(ctx, task_id, **review):
    """Emit that a task waits for review, for tools that store its preview."""
    return reviews.send_to_review(ctx, ctx.row, **review)
