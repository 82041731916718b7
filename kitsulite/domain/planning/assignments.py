"""Assigning persons to tasks, and setting priorities."""

from kitsulite.domain import access
from kitsulite.domain.comments import notifications
from kitsulite.domain.projects import projects
from kitsulite.domain.projects.preview_accounts import check_assignee
from kitsulite.domain.tasks import tasks
from kitsulite.errors import Answer, BadParameter
from kitsulite.events.bus import emit
from kitsulite.models.fields import is_id
from kitsulite.models.people import Person
from kitsulite.models.projects import ProjectPersonLink
from kitsulite.models.tasks import Task, TaskPersonLink


def find_person(ctx, person_id):
    """The person with an id, or None."""
    return ctx.db.find(Person, id=person_id.lower()) if is_id(person_id) else None


def may_assign(ctx, task, person):
    """Whether the caller may assign a person, None for an unknown one: by role, department and as a bot."""
    if person and person["is_bot"] and not access.welcomes_bots(ctx, task["project_id"]):
        return False
    member = access.membership(ctx, task["project_id"])
    if member.is_manager:
        return True
    if not member.in_team:
        return False
    department_id = ctx.db.value("SELECT department_id FROM task_type WHERE id = ?", [task["task_type_id"]])
    if person and person["id"] == ctx.person_id and department_id in ctx.departments:
        return True
    if not member.is_supervisor or not access.in_department(ctx, department_id):
        return False
    shared = ctx.departments & set(ctx.db.related(Person, person["id"], "departments")) if person else set()
    return not ctx.departments or bool(shared)


def require_assignable(ctx, task, person_ids):
    """Require persons of the project's team whom the caller may assign; unknown ones are ignored.

    Programs of admins may assign people before they join the team; these do not see the task until then.
    """
    for person in filter(None, (find_person(ctx, person_id) for person_id in person_ids)):
        member = {"project_id": task["project_id"], "person_id": person["id"]}
        if not ctx.is_admin and not ctx.db.exists(ProjectPersonLink, **member):
            raise BadParameter("assignees: only people of the project's team work on its tasks.")
        ctx.require(person["id"] == ctx.person_id or may_assign(ctx, task, person))


def may_unassign(ctx, task, person_id):
    """Whether the caller may unassign a person, or everyone if it is None, from a task."""
    if access.is_supervisor_of_task_type(ctx, task["project_id"], task["task_type_id"]):
        return True
    return person_id == ctx.person_id and access.is_assigned(ctx, task["id"])


def assign(ctx, task, person):
    """Assign a person, who joins the team, to a task; an unknown one, None, gets the same answer as in Zou."""
    if person is None:
        raise Answer(400, {"error": "Assignee doesn't exist in database."})
    check_assignee(person)
    ctx.db.link(TaskPersonLink, task_id=task["id"], person_id=person["id"])
    emit_assignment(ctx, "assign", task, person["id"])
    tasks.update_and_emit(ctx, task, assigner_id=ctx.person_id)
    join_team(ctx, task, person)
    notifications.notify_assignee(ctx, task, person["id"])


def join_team(ctx, task, person):
    """Add a person to the team of a task's project."""
    if ctx.db.link(ProjectPersonLink, project_id=task["project_id"], person_id=person["id"]):
        projects.changed(ctx, task["project_id"])


def assign_many(ctx, person, task_ids):
    """Assign a person to the tasks for which the caller may do so; returns these with their assignees."""
    done = []
    for task in known_tasks(ctx, task_ids):
        if may_assign(ctx, task, person):
            assign(ctx, task, person)
            done.append(task)
    return [ctx.db.get(Task, task["id"], relations=True) for task in done]


def clear(ctx, task_ids, person_id=None):
    """Unassign a person, or everyone, from the tasks for which the caller may do so; returns the ids of these."""
    done = []
    for task in known_tasks(ctx, task_ids):
        if may_unassign(ctx, task, person_id):
            leaving = [person_id] if person_id else ctx.db.related(Task, task["id"], "assignees")
            for leaver in leaving:
                ctx.db.delete(TaskPersonLink, task_id=task["id"], person_id=leaver)
                emit_assignment(ctx, "unassign", task, leaver)
            tasks.update_and_emit(ctx, task)
            done.append(task["id"])
    return done


def set_priority(ctx, task_ids, priority):
    """Set the priority of the tasks that the caller may plan; returns these."""
    done = [task for task in known_tasks(ctx, task_ids) if access.may_supervise_task(ctx, task, {"priority"})]
    for task in done:
        tasks.update_and_emit(ctx, task, priority=priority)
    return [ctx.db.get(Task, task["id"]) for task in done]


def known_tasks(ctx, task_ids):
    """The existing tasks with these ids, in that order."""
    rows = (ctx.db.find(Task, id=task_id.lower()) for task_id in task_ids if is_id(task_id))
    return [task for task in rows if task]


def emit_changes(ctx, task, before, after):
    """Emit who was assigned and unassigned, and notify new assignees; `before` and `after` are lists of person ids."""
    for person_id in after:
        if person_id not in before:
            emit_assignment(ctx, "assign", task, person_id)
            notifications.notify_assignee(ctx, task, person_id)
    for person_id in before:
        if person_id not in after:
            emit_assignment(ctx, "unassign", task, person_id)


def emit_assignment(ctx, action, task, person_id):
    emit(ctx, f"task:{action}", {"task_id": task["id"], "person_id": person_id}, task["project_id"])
