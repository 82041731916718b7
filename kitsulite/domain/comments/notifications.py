"""Notifies the persons whom a comment, reply or assignment concerns."""

from kitsulite.domain import visibility
from kitsulite.domain.comments import mentions, notification_messages
from kitsulite.events.bus import emit
from kitsulite.models.activity import Notification
from kitsulite.models.fields import is_id

#: SQL: whether a person wants notifications by mail or chat; who can no longer sign in gets none
WANTS_MESSAGES = (
    "person.active = 1 AND (notifications_enabled = 1 OR notifications_slack_enabled = 1"
    " OR notifications_mattermost_enabled = 1 OR notifications_discord_enabled = 1)"
)
#: the same for one person; no row if the person may not read the task
RECIPIENT = (
    f"SELECT {WANTS_MESSAGES} FROM person WHERE id = :person AND (:task IS NULL"
    f" OR EXISTS (SELECT 1 FROM task t WHERE t.id = :task AND {visibility.reads_task()}))"
)
#: followers of a task: assignees, subscribers, and subscribers of its sequence and task type
FOLLOWERS = (
    "SELECT person_id FROM task_person_link WHERE task_id = :task"
    " UNION SELECT person_id FROM subscription WHERE task_id = :task"
    " UNION SELECT s.person_id FROM subscription s JOIN entity e ON e.parent_id = s.entity_id"
    " WHERE e.id = :entity AND s.task_type_id = :task_type"
)


def notify(ctx, kind, person_ids, author_id, project_id, **columns):
    """Notify persons, except those who do not exist or may not read the task."""
    for person_id in person_ids:
        person = ctx.db.row(RECIPIENT, {"person": person_id, "task": columns.get("task_id")})
        if person:
            row_id = ctx.db.add(Notification, type=kind, person_id=person_id, author_id=author_id, **columns)
            payload = {"notification_id": row_id, "person_id": person_id}
            emit(ctx, "notification:new", payload, project_id, stored=False)
            if person[0]:
                notification_messages.send(ctx, kind, person_id, author_id, **columns)


def followers(ctx, task):
    """Ids of the followers of a task."""
    keys = {"task": task["id"], "entity": task["entity_id"], "task_type": task["task_type_id"]}
    return ctx.db.column(FOLLOWERS, keys)


def notify_of_comment(ctx, task, comment, changed):
    """Notify the followers of a task and the persons mentioned in a comment; `changed`: whether the status changed."""
    author_id = comment["person_id"]
    about = {"comment_id": comment["id"], "task_id": task["id"]}
    others = [person_id for person_id in followers(ctx, task) if person_id != author_id]
    notify(ctx, "comment", others, author_id, task["project_id"], change=changed, **about)
    mentioned = [person_id for person_id in mentions.called(ctx, comment, task) if person_id != author_id]
    notify(ctx, "mention", mentioned, author_id, task["project_id"], **about)


def renew_mentions(ctx, task, comment):
    """Replace the mention notifications of an edited comment, including that of its author."""
    ctx.db.delete(Notification, comment_id=comment["id"], type="mention")
    about = {"comment_id": comment["id"], "task_id": task["id"], "created_at": comment["created_at"]}
    notify(ctx, "mention", mentions.called(ctx, comment, task), comment["person_id"], task["project_id"], **about)


def notify_of_reply(ctx, task, comment, reply, moment):
    """Notify the followers of a task, the earlier authors in the thread, and the persons mentioned in a reply."""
    author_id = reply["person_id"]
    about = {
        "comment_id": comment["id"],
        "task_id": task["id"],
        "reply_id": reply["id"],
        "created_at": moment,
    }
    # imported replies are whatever was sent
    earlier = filter(is_id, [reply.get("person_id") for reply in comment["replies"] or []])
    concerned = dict.fromkeys([*followers(ctx, task), comment["person_id"], *earlier])
    others = [person_id for person_id in concerned if person_id != author_id]
    notify(ctx, "reply", others, author_id, task["project_id"], **about)
    mentioned = [person_id for person_id in mentions.called(ctx, reply, task) if person_id != author_id]
    notify(ctx, "reply-mention", mentioned, author_id, task["project_id"], **about)


def notify_assignee(ctx, task, person_id):
    """Notify a person of a task that the caller assigned, unless the caller is that person."""
    if person_id != ctx.person_id:
        notify(ctx, "assignation", [person_id], ctx.person_id, task["project_id"], task_id=task["id"])


def forget(ctx, comment_id):
    """Delete the notifications of a comment and its replies."""
    ctx.db.delete(Notification, comment_id=comment_id)
