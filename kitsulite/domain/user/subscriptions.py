"""The caller's subscriptions: to tasks, or to the tasks of a type in a sequence."""

from kitsulite.domain import access
from kitsulite.domain.ids import path_id
from kitsulite.models.activity import Subscription
from kitsulite.models.tasks import TaskType


def follows_task(ctx, task_id):
    """Whether the caller follows a task."""
    return ctx.db.exists(Subscription, person_id=ctx.person_id, task_id=task_id)


def follow_task(ctx, task_id):
    """Follow a task that the caller may read; returns the (perhaps existing) subscription."""
    return follow(ctx, task_id=access.require_task(ctx, task_id).row["id"])


def leave_task(ctx, task_id):
    """Stop following a task."""
    ctx.db.delete(Subscription, person_id=ctx.person_id, task_id=task_id.lower())


def follow_tasks(ctx, task_ids):
    """Follow tasks, all of which the caller may read; returns the subscriptions in order."""
    readable_ids = [access.require_task(ctx, task_id).row["id"] for task_id in task_ids]
    return [follow(ctx, task_id=task_id) for task_id in readable_ids]


def leave_tasks(ctx, task_ids):
    """Stop following tasks; returns the given ids."""
    for task_id in task_ids:
        leave_task(ctx, task_id)
    return task_ids


def follows_sequence(ctx, sequence_id, task_type_id):
    """Whether the caller follows the tasks of a type in a sequence."""
    return ctx.db.exists(Subscription, **on_sequence(ctx, sequence_id, task_type_id))


def follow_sequence(ctx, sequence_id, task_type_id):
    """Follow the tasks of a type in a sequence of the caller's project; returns the subscription."""
    sequence = access.require_entity(ctx, sequence_id).row
    return follow(ctx, entity_id=sequence["id"], task_type_id=ctx.db.require(TaskType, task_type_id))


def leave_sequence(ctx, sequence_id, task_type_id):
    """Stop following the tasks of a type in a sequence."""
    ctx.db.delete(Subscription, **on_sequence(ctx, sequence_id, task_type_id))


def followed_sequences(ctx, project_id, task_type_id):
    """Ids of the sequences of a project in which the caller follows the tasks of a type."""
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
