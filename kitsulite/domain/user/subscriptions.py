"""What a person follows without being assigned: tasks, or the tasks of a type below a sequence."""

from kitsulite.domain import access
from kitsulite.domain.ids import path_id
from kitsulite.models.activity import Subscription
from kitsulite.models.tasks import TaskType


def follows_task(ctx, task_id):
    """Whether the caller follows a task."""
    return ctx.db.exists(Subscription, person_id=ctx.person_id, task_id=task_id)


def follow_task(ctx, task_id):
    """Follow a task that the caller reads; returns the subscription, the existing one if there is one."""
    return follow(ctx, task_id=access.require_task(ctx, task_id).row["id"])


def leave_task(ctx, task_id):
    """Follow a task no longer."""
    ctx.db.delete(Subscription, person_id=ctx.person_id, task_id=task_id.lower())


def follow_tasks(ctx, task_ids):
    """Follow tasks, all of which the caller reads; returns the subscriptions in their order."""
    found = [access.require_task(ctx, task_id).row["id"] for task_id in task_ids]
    return [follow(ctx, task_id=task_id) for task_id in found]


def leave_tasks(ctx, task_ids):
    """Follow tasks no longer; returns the given ids."""
    for task_id in task_ids:
        leave_task(ctx, task_id)
    return task_ids


def follows_sequence(ctx, sequence_id, task_type_id):
    """Whether the caller follows the tasks of a type below a sequence."""
    return ctx.db.exists(Subscription, **on_sequence(ctx, sequence_id, task_type_id))


def follow_sequence(ctx, sequence_id, task_type_id):
    """Follow the tasks of a type below a sequence of the caller's project; returns the subscription."""
    sequence = access.require_entity(ctx, sequence_id).row
    return follow(ctx, entity_id=sequence["id"], task_type_id=ctx.db.get(TaskType, task_type_id)["id"])


def leave_sequence(ctx, sequence_id, task_type_id):
    """Follow the tasks of a type below a sequence no longer."""
    ctx.db.delete(Subscription, **on_sequence(ctx, sequence_id, task_type_id))


def followed_sequences(ctx, project_id, task_type_id):
    """Ids of the sequences of a project whose tasks of a type the caller follows."""
    sql = (
        "SELECT s.entity_id FROM subscription s JOIN entity e ON e.id = s.entity_id"
        " WHERE s.person_id = ? AND s.task_type_id = ? AND e.project_id = ? ORDER BY s.created_at, s.rowid"
    )
    return ctx.db.column(sql, [ctx.person_id, path_id(task_type_id), path_id(project_id)])


def on_sequence(ctx, sequence_id, task_type_id):
    return {
        "person_id": ctx.person_id,
        "entity_id": sequence_id,
        "task_type_id": task_type_id,
    }


def follow(ctx, **followed):
    followed["person_id"] = ctx.person_id
    return ctx.db.find(Subscription, **followed) or ctx.db.insert(Subscription, **followed)
