"""Kinds of work: their names, their order, what keeps them from being deleted."""

from kitsulite.errors import BadParameter
from kitsulite.models.fields import is_id
from kitsulite.models.projects import ProjectTaskTypeLink, ScheduleItem
from kitsulite.models.tasks import TaskType

#: what a forced deletion takes away: name for the client -> table
REMOVABLE = {"schedule items": ScheduleItem, "projects": ProjectTaskTypeLink}


def require_free_name(ctx, name, own_id=None):
    """Refuse a name that another task type has, whatever that is for."""
    other = ctx.db.find(TaskType, name=name) if name is not None else None
    if other and other["id"] != own_id:
        raise BadParameter(f"A task type with the name {name!r} exists already.")


def release(ctx, task_type, force):
    """Remove a task type from schedules and projects; raises unless `force` if it is used."""
    users = [name for name, model in REMOVABLE.items() if ctx.db.exists(model, task_type_id=task_type["id"])]
    if users and not force:
        raise BadParameter(
            f"The task type is used by {' and '.join(users)}. Add force=true to remove it from them first."
        )
    for name in users:
        ctx.db.delete(REMOVABLE[name], task_type_id=task_type["id"])


def reorder(ctx, task_type_ids):
    """Give task types their place as priority, counted from 1; unknown ids keep a place; returns the rows."""
    if not all(is_id(task_type_id) for task_type_id in task_type_ids):
        raise BadParameter("task_type_ids must be a list of ids.")
    known = []
    for position, task_type_id in enumerate(task_type_ids, 1):
        if ctx.db.update(TaskType, task_type_id.lower(), priority=position):
            known.append(ctx.db.get(TaskType, task_type_id))
    return known
