"""Time spents: the minutes that a person worked on a task on a day."""

from kitsulite.api.policies import (
    admin,
    human,
    human_on_task,
    manager_of,
    member_of,
    no_client,
    person,
    reader_of_entity,
    reader_of_task,
)
from kitsulite.domain import access, periods
from kitsulite.domain.ids import path_id
from kitsulite.domain.planning import time_sheets, time_spents
from kitsulite.models.fields import clean_ids
from kitsulite.models.tasks import Task, TimeSpent
from kitsulite.web.fields import Float, Str
from kitsulite.web.route import delete, get, post

OF_TASK = "/actions/tasks/<task_id>/time-spents"
OF_DAY = OF_TASK + "/<date>/persons/<person_id>"
DAYS = {"start_date": Str(), "end_date": Str()}
WRITING = {
    "allow": human_on_task("task_id", "person_id"),
    "allow_first": True,
    "status": 201,
    "body": {"duration": Float(required=True, gt=0)},
}


def checked_path(ctx, task_id, date, person_id):
    """(task, person, day) in a path, for a caller who may change that time."""
    # who may write was checked with the task
    task = ctx.row or ctx.db.get(Task, task_id)
    access.require_time_spent(ctx, task, person_id)
    return task, person_id, periods.read_day(date)


@post(OF_DAY, **WRITING)
def set_time_spent(ctx, duration, **path):
    """Set the minutes that a person worked on a task on a day."""
    task, person_id, day = checked_path(ctx, **path)
    return time_spents.set_time(ctx, task, person_id, day, duration)


@post(OF_DAY + "/add", **WRITING)
def add_time_spent(ctx, duration, **path):
    """Add minutes to those that a person worked on a task on a day."""
    task, person_id, day = checked_path(ctx, **path)
    return time_spents.add_time(ctx, task, person_id, day, duration)


@delete(OF_DAY, allow=human("person_id"), status=201)
def remove_time_spent(ctx, **path):
    """Remove the time that a person worked on a task on a day."""
    return time_spents.remove_time(ctx, *checked_path(ctx, **path))


@get(OF_TASK, allow=reader_of_task("task_id") & no_client)
def time_of_task(ctx, task_id):
    """List the time spents of a task by person, with the total."""
    return time_sheets.of_task(ctx, task_id)


@get(OF_TASK + "/<date>", allow=reader_of_task("task_id") & no_client)
def time_of_task_on_day(ctx, task_id, date):
    """List the time spents of a task on a day by person, with the total."""
    return time_sheets.of_task(ctx, task_id, periods.read_day(date))


@get("/data/entities/<entity_id>/time-spents", allow=reader_of_entity("entity_id"))
def time_of_entity(ctx, entity_id):
    """List the time spents of all tasks of an entity, latest first; clients see none."""
    return time_sheets.of_entity(ctx, entity_id)


@get("/data/projects/<project_id>/time-spents", allow=member_of("project_id") & no_client)
def time_of_project(ctx, project_id):
    """List the time spents of all tasks of a production."""
    return time_sheets.of_project(ctx, path_id(project_id))


@get("/data/projects/<project_id>/task-types/<task_type_id>/time-spents", allow=manager_of("project_id"), args=DAYS)
def time_of_task_type(ctx, project_id, task_type_id, start_date, end_date):
    """List the time spents of a task type in a production by person, latest first."""
    (task_type_id,) = clean_ids(task_type_id)
    return time_sheets.of_task_type(ctx, path_id(project_id), task_type_id, start_date, end_date)


@get("/data/projects/<project_id>/budgets/time-spents", allow=admin)
def time_of_departments(ctx, project_id):
    """Get the minutes spent on a production, per department, person and month."""
    return time_sheets.by_department(ctx, *clean_ids(project_id))


# The caller's own


@get("/data/user/time-spents", allow=person, args=DAYS)
def own_time(ctx, start_date, end_date):
    """List the caller's time spents from one day to another; without both, none."""
    return time_sheets.in_days(ctx, ctx.person_id, start_date, end_date)


@get("/data/user/time-spents/<date>", allow=person)
def own_time_on_day(ctx, date):
    """List the caller's time spents of a day."""
    return time_sheets.between(ctx, ctx.person_id, [periods.read_day(date)] * 2)


@get("/data/user/tasks/<task_id>/time-spents/<date>", allow=person)
def own_time_on_task(ctx, task_id, date):
    """Get the caller's time spent on a task on a day, or null."""
    return ctx.db.find(TimeSpent, task_id=path_id(task_id), person_id=ctx.person_id, date=periods.read_day(date))
