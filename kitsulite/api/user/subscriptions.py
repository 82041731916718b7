"""The caller's subscriptions."""

from kitsulite.api.policies import person
from kitsulite.domain.user import subscriptions
from kitsulite.web.fields import List, Str
from kitsulite.web.route import delete, get, post

TASKS = {"task_ids": List(Str(), required=True, min=1)}


@get("/data/user/tasks/<task_id>/subscribed", allow=person)
def follows_task(ctx, task_id):
    """Whether I follow a task: true or false."""
    return subscriptions.follows_task(ctx, task_id)


@post("/actions/user/tasks/<task_id>/subscribe", allow=person, status=201)
def follow_task(ctx, task_id):
    """Follow a task, to be notified of its comments without being assigned."""
    return subscriptions.follow_task(ctx, task_id)


@delete("/actions/user/tasks/<task_id>/unsubscribe", allow=person)
def leave_task(ctx, task_id):
    """Stop following a task."""
    subscriptions.leave_task(ctx, task_id)


@post("/actions/user/tasks/subscribe", allow=person, status=201, body=TASKS)
def follow_tasks(ctx, task_ids):
    """Follow several tasks."""
    return subscriptions.follow_tasks(ctx, task_ids)


@post("/actions/user/tasks/unsubscribe", allow=person, body=TASKS)
def leave_tasks(ctx, task_ids):
    """Stop following several tasks; returns the given ids."""
    return subscriptions.leave_tasks(ctx, task_ids)


@get("/data/user/sequences/<sequence_id>/task-types/<task_type_id>/subscribed", allow=person)
@get("/data/user/entities/<sequence_id>/task-types/<task_type_id>/subscribed", allow=person)
def follows_sequence(ctx, sequence_id, task_type_id):
    """Whether I follow the tasks of a type in a sequence: true or false."""
    return subscriptions.follows_sequence(ctx, sequence_id, task_type_id)


@post("/actions/user/sequences/<sequence_id>/task-types/<task_type_id>/subscribe", allow=person, status=201)
def follow_sequence(ctx, sequence_id, task_type_id):
    """Follow the tasks of a type in a sequence."""
    return subscriptions.follow_sequence(ctx, sequence_id, task_type_id)


@delete("/actions/user/sequences/<sequence_id>/task-types/<task_type_id>/unsubscribe", allow=person)
def leave_sequence(ctx, sequence_id, task_type_id):
    """Stop following the tasks of a type in a sequence."""
    subscriptions.leave_sequence(ctx, sequence_id, task_type_id)


@get("/data/user/projects/<project_id>/task-types/<task_type_id>/sequence-subscriptions", allow=person)
def followed_sequences(ctx, project_id, task_type_id):
    """List the ids of a project's sequences in which I follow the tasks of a type."""
    return subscriptions.followed_sequences(ctx, project_id, task_type_id)
