"""The tasks of persons, and when they work."""

from kitsulite.domain import access, visibility
from kitsulite.domain.ids import path_id
from kitsulite.domain.tasks import rows
from kitsulite.domain.tasks.open_tasks import read_from
from kitsulite.models.choices import EXTERNAL
from kitsulite.models.tasks import Task
from kitsulite.store.conditions import Condition
from kitsulite.store.database import JsonText

IS_ACTIVE = "JOIN person ON person.id = l.person_id AND person.active = 1"


def require_shown(ctx, person_id):
    """Require a caller who may see the work of a person; vendors see only their own. Refuses bots."""
    access.require_human(ctx, person_id)
    ctx.require(ctx.global_role != "vendor" or ctx.person_id == person_id)


def of_person(ctx, person_id, done=False):
    """The open or done tasks of a person in the caller's open projects, as JSON text."""
    require_shown(ctx, person_id)
    if ctx.global_role in EXTERNAL:
        return JsonText("[]")
    in_projects, params = access.in_open_projects(ctx)
    return rows.assigned(ctx, person_id, f"{in_projects} AND {sees_work(ctx, person_id, 't')}", params, done)


def sees_work(ctx, person_id, task):
    """SQL condition: the caller sees that a person works on a task."""
    is_seen = visibility.sees(ctx, f"{task}.entity_id", f"{task}.project_id")
    return is_seen if person_id == ctx.person_id else f"{is_seen} AND {visibility.no_client(ctx, f'{task}.project_id')}"


def related_tasks(ctx, person_id, task_type_id):
    """The tasks of a type on the entities that a person works on, in the caller's open projects, as JSON text."""
    require_shown(ctx, person_id)
    in_projects, params = access.in_open_projects(ctx)
    own_entities = "SELECT t.entity_id FROM task t JOIN task_person_link l ON l.task_id = t.id WHERE l.person_id = ?"
    where = f"task_type_id = ? AND entity_id IN ({own_entities}) AND project_id {in_projects}"
    where += f" AND {sees_work(ctx, person_id, 'task')}"
    return ctx.db.all_json(Task, where, [path_id(task_type_id), person_id, *params])


# When they work


def dates(ctx, project_id=None):
    """The first and last day of the tasks of each active person, in a project or in the caller's open projects.

    Without a project, people other than admins also get the periods in which persons are busy in other open projects.
    """
    if project_id:
        return [period(*row) for row in spans(ctx, "= ?", [project_id.lower()])]
    by_person = {row[0]: period(*row) for row in spans(ctx, *access.in_open_projects(ctx))}
    if not ctx.is_admin:
        for person_id, start, end in elsewhere(ctx):
            shown = by_person.setdefault(
                person_id, {"person_id": person_id, "min_date": None, "max_date": None, "busy_periods": []}
            )
            occupy(shown["busy_periods"], start, end)
    return list(by_person.values())


def spans(ctx, in_projects, params):
    """(person, first start, last due date) of the assigned tasks of each active person."""
    condition = Condition(f"t.project_id {in_projects}", params, about="project_id")
    # CROSS JOIN, from the tasks to their assignees: they are read as they are stored, if these are most of all
    tasks = f"{read_from(ctx, condition)} CROSS JOIN task_person_link l ON l.task_id = t.id WHERE {condition.sql}"
    dates = "min(t.start_date) AS start, max(t.due_date) AS due"
    return ctx.db.execute(
        f"SELECT l.person_id, l.start, l.due FROM (SELECT l.person_id, {dates} FROM {tasks} GROUP BY l.person_id) l"
        f" {IS_ACTIVE} ORDER BY person.created_at, person.rowid",
        condition.params,
    )


def elsewhere(ctx):
    """(person, start, end) of the dated tasks in open projects without the caller, by start."""
    return ctx.db.execute(
        f"SELECT l.person_id, {moment('start_date')}, {moment('due_date')}"
        f" FROM task t JOIN task_person_link l ON l.task_id = t.id {IS_ACTIVE}"
        f" WHERE t.project_id {access.IN_OPEN_PROJECT} AND NOT t.project_id {access.IN_RELATED_PROJECT}"
        " AND t.start_date IS NOT NULL AND t.due_date IS NOT NULL ORDER BY t.start_date, t.due_date",
        [ctx.person_id],
    )


def moment(column):
    """SQL of a moment in the form of busy periods, with a space between day and time."""
    return f"replace(substr(t.{column}, 1, 19), 'T', ' ')"


def period(person_id, start, due):
    """The dates of a person's tasks; a missing date is the text None, as clients expect."""
    return {
        "person_id": person_id,
        "min_date": start[:19] if start else "None",
        "max_date": due[:19] if due else "None",
        "busy_periods": [],
    }


def occupy(periods, start, end):
    """Add an interval to periods sorted by start; overlapping ones are merged."""
    if periods and start <= periods[-1]["end_date"]:
        periods[-1]["end_date"] = max(end, periods[-1]["end_date"])
    else:
        periods.append({"start_date": start, "end_date": end})
