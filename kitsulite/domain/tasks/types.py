"""Task types: their names, order and deletion."""

from kitsulite.errors import BadParameter
from kitsulite.models.accents import composed
from kitsulite.models.fields import is_id
from kitsulite.models.projects import ProjectTaskTypeLink, ScheduleItem
from kitsulite.models.tasks import TaskType

#: what a forced deletion removes: name for the client -> table
REMOVABLE = {"schedule items": ScheduleItem, "projects": ProjectTaskTypeLink}


def require_free_name(ctx, name, row=None):
    """Refuse a name of another task type, regardless of case and kind of entity; `row` may keep its own."""
    if not isinstance(name, str) or (row and name == row["name"]):
        return
    taken = "SELECT 1 FROM task_type WHERE folded(name) = folded(?) AND id IS NOT ?"
    if ctx.db.value(taken, [composed(name), row and row["id"]]):
        raise BadParameter("A task type with similar name already exists")


def release(ctx, task_type, force):
    """Remove a task type from schedules and projects; without `force`, raises an error if it is used."""
    users = [name for name, model in REMOVABLE.items() if ctx.db.exists(model, task_type_id=task_type["id"])]
    if users and not force:
        raise BadParameter(
            f"The task type is used by {' and '.join(users)}. Add force=true to remove it from them first."
        )
    for name in users:
        ctx.db.delete(REMOVABLE[name], task_type_id=task_type["id"])


def reorder(ctx, task_type_ids):
    """Number the priorities of task types from 1 in this order, counting unknown ids; returns the rows."""
    if not all(is_id(task_type_id) for task_type_id in task_type_ids):
        raise BadParameter("task_type_ids must be a list of ids.")
    rows = []
    for position, task_type_id in enumerate(task_type_ids, 1):
        if ctx.db.update(TaskType, task_type_id.lower(), priority=position):
            rows.append(ctx.db.get(TaskType, task_type_id))
    return rows
