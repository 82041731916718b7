"""Replies: the thread below a comment, stored in the row of the comment."""

from kitsulite import clock
from kitsulite.domain import access, review_access
from kitsulite.domain.comments import attachments, mentions, notifications, views
from kitsulite.domain.people.persons import short_parts
from kitsulite.errors import NotFound
from kitsulite.events.bus import emit
from kitsulite.models.activity import Notification
from kitsulite.models.base import json_object
from kitsulite.models.fields import new_id
from kitsulite.models.people import Person
from kitsulite.models.tasks import Comment, Task


def require_replier(ctx, comment, task_id):
    """Require the author of the comment, or who works on its task or is mentioned there, and sees it; returns the task.

    Refuses the path of another task, clients of another studio than the client who commented, and in threads of
    clients everyone but managers and clients.
    """
    task = ctx.db.get(Task, comment["object_id"])
    ctx.require(task["id"] == task_id)
    by_client = access.project_role(ctx, comment["person_id"], task["project_id"]) == "client"
    if comment["for_client"] or by_client:
        ctx.require(access.membership(ctx, task["project_id"]).role in ("admin", "manager", "client"))
    views.require_shown(ctx, comment)
    if comment["person_id"] == ctx.person_id:
        return task
    ctx.require(access.may_act_on_task(ctx, task) or review_access.is_mentioned(ctx, task))
    if by_client and access.membership(ctx, task["project_id"]).role == "client":
        author = ctx.db.get(Person, comment["person_id"])
        ctx.require(author["studio_id"] == ctx.person["studio_id"])
    return task


def add(ctx, task, comment, text, files=()):
    """Reply to a comment; returns the reply with its author and, if there are any, its attachments."""
    moment = clock.now()
    reply = {
        "id": new_id(),
        "date": moment[:19],
        "person_id": ctx.person_id,
        "text": text,
        "mentions": mentions.persons(ctx, text, task["project_id"]),
        "department_mentions": mentions.departments(ctx, text),
        "created_at": moment[:19],
    }
    ctx.db.update(Comment, comment["id"], replies=[*(comment["replies"] or []), reply])
    attached = attachments.add(ctx, files, comment_id=comment["id"], reply_id=reply["id"])
    emit_reply(ctx, "reply", task, comment, reply["id"])
    notifications.notify_of_reply(ctx, task, comment, reply, moment)
    author = ctx.db.objects(f"SELECT {json_object(short_parts())} FROM person WHERE id = ?", [ctx.person_id])
    shown = [{**attachment, "reply_id": reply["id"]} for attachment in attached]
    return {**reply, "person": author[0], **({"attachment_files": shown} if shown else {})}


def find(comment, reply_id):
    """A reply to a comment; raises NotFound."""
    for reply in comment["replies"] or []:
        # imported replies are whatever was sent
        if reply.get("id") == reply_id:
            return reply
    raise NotFound("Reply not found.")


def require_remover(ctx, comment, reply):
    """Require an admin, or the author of the reply while they see the comment; returns the task."""
    ctx.require(ctx.is_admin or reply.get("person_id") == ctx.person_id)
    return views.require_shown(ctx, comment).row


def remove(ctx, task, comment, reply):
    """Delete a reply with its attachments and notifications; returns the comment as the caller sees it."""
    replies = [other for other in comment["replies"] if other.get("id") != reply["id"]]
    ctx.db.update(Comment, comment["id"], replies=replies)
    attachments.remove(ctx, reply_id=reply["id"])
    ctx.db.delete(Notification, reply_id=reply["id"])
    emit_reply(ctx, "delete-reply", task, comment, reply["id"], stored=False)
    return views.plain(access.on_project(ctx, task["project_id"]), task, comment["id"])


def emit_reply(ctx, action, task, comment, reply_id, **how):
    ids = {"task_id": task["id"], "comment_id": comment["id"], "reply_id": reply_id}
    emit(ctx, f"comment:{action}", ids, task["project_id"], **how)
