"""Who works on a task."""

from kitsulite.domain import notifications
from kitsulite.events.bus import emit


def tell_changes(ctx, task, before, after):
    """Tell who came to a task and who left it; lists of person ids."""
    for person_id in after:
        if person_id not in before:
            tell(ctx, "assign", task, person_id)
            notifications.tell_assignation(ctx, task, person_id)
    for person_id in before:
        if person_id not in after:
            tell(ctx, "unassign", task, person_id)


def tell(ctx, action, task, person_id):
    emit(ctx, f"task:{action}", {"task_id": task["id"], "person_id": person_id}, task["project_id"])
