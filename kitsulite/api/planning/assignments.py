"""Assignment and priority of tasks."""

from kitsulite.api.policies import inside
from kitsulite.domain.planning import assignments
from kitsulite.models.tasks import Task
from kitsulite.web.fields import Int, List, Str, Uuid
from kitsulite.web.route import put

ASSIGNER = "manager, supervisor of both departments, or a member for themselves in their department"
TASK_IDS = List(Str(), required=True, min=1)


@put(
    "/actions/tasks/<task_id>/assign",
    allow=inside(ASSIGNER),
    body={"person_id": Str(required=True, min=1)},
)
def assign_task(ctx, task_id, person_id):
    """Assign a person to a task; the person joins the team."""
    task = ctx.db.get(Task, task_id)
    person = assignments.find_person(ctx, person_id)
    ctx.require(assignments.may_assign(ctx, task, person))
    assignments.assign(ctx, task, person)
    return ctx.db.get(Task, task["id"], relations=True)


@put("/actions/persons/<person_id>/assign", allow=inside(f"per task: {ASSIGNER}"), body={"task_ids": TASK_IDS})
def assign_tasks(ctx, person_id, task_ids):
    """Assign a person to tasks, except those that the caller may not assign."""
    return assignments.assign_many(ctx, assignments.find_person(ctx, person_id), task_ids)


@put(
    "/actions/tasks/clear-assignation",
    allow=inside("per task: manager, supervisor of its department, or the assignee themselves"),
    body={"task_ids": TASK_IDS, "person_id": Uuid(blank=True)},
)
def clear_assignation(ctx, task_ids, person_id):
    """Unassign a person, by default everyone, from tasks."""
    return assignments.clear(ctx, task_ids, person_id)


@put(
    "/actions/tasks/set-priority",
    allow=inside("per task: manager, or supervisor of its department"),
    body={"task_ids": TASK_IDS, "priority": Int(ge=0, required=True)},
)
def set_priority(ctx, task_ids, priority):
    """Set the priority of tasks, except those that the caller may not change."""
    return assignments.set_priority(ctx, task_ids, priority)
