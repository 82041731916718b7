"""Editing, acknowledging, moving and deleting comments."""

from kitsulite.domain import access, comment_events, review_access
from kitsulite.domain.comments import attachments, mentions, news, notifications
from kitsulite.domain.previews import previews
from kitsulite.domain.removal import remove_row
from kitsulite.domain.tasks import tasks
from kitsulite.errors import BadParameter
from kitsulite.events.bus import emit
from kitsulite.models.previews import PreviewFile
from kitsulite.models.tasks import Comment, CommentAcknoledgments, Task, TaskStatus

#: columns that people of a task may change in the comments of others
SHARED_COLUMNS = {"pinned", "checklist"}


# Editing


def require_editor(ctx, comment, changes):
    """Require a person who may change these columns (name -> value) of a comment."""
    if ctx.is_admin:
        return ctx
    task = ctx.db.get(Task, comment["object_id"])
    ctx = access.require_task_reader(ctx, task)
    if ctx.role == "manager":
        ctx.require(changes.get("person_id", comment["person_id"]) == comment["person_id"])
        return ctx
    changed = {key for key, value in changes.items() if value != comment.get(key, value)}
    own = comment["person_id"] == ctx.person_id
    if not own:
        review_access.require_comment_reader(ctx, comment)
    leads = ctx.role == "supervisor" and access.leads_task_type(ctx, task["task_type_id"])
    ctx.require("for_client" not in changed)
    ctx.require("pinned" not in changed or leads)
    ctx.require("checklist" not in changed or own or leads or access.is_assigned(ctx, task["id"]))
    ctx.require(own or set(changes) <= SHARED_COLUMNS)
    ctx.require(changes.get("person_id", ctx.person_id) == ctx.person_id and "object_id" not in changed)
    if "task_status_id" in changed:
        ctx.require(access.may_act_on_task(ctx, task))
    if changes.get("task_status_id"):
        review_access.require_status(ctx, ctx.db.get(TaskStatus, changes["task_status_id"]))
    return ctx


def follow_edit(ctx, before):
    """Do what follows from editing a comment, given as it was before."""
    comment = ctx.db.get(Comment, before["id"])
    task = ctx.db.get(Task, comment["object_id"])
    mentions.store(ctx, comment["id"], comment["text"], task["project_id"])
    old, new = before["task_status_id"], comment["task_status_id"]
    if new and new != old:
        tasks.recompute(ctx, task["id"])
        tasks.emit_status_change(ctx, task, old, new, comment["person_id"])
    notifications.renew_mentions(ctx, task, with_moment(ctx, comment["id"]))
    comment_events.emit_update(ctx, comment, task["project_id"])


def with_moment(ctx, comment_id):
    """A comment with its relations and its full `created_at`."""
    created_at = ctx.db.value("SELECT created_at FROM comment WHERE id = ?", [comment_id])
    return {**ctx.db.get(Comment, comment_id, relations=True), "created_at": created_at}


# Deleting


def require_deleter(ctx, comment):
    """Require an admin, a manager of the project, or the author of the comment while they read its task."""
    if ctx.is_admin:
        return
    task = ctx.db.find(Task, id=comment["object_id"])
    ctx.require(task)
    if comment["person_id"] == ctx.person_id:
        access.require_task_reader(ctx, task)
    else:
        ctx.require(access.is_manager(ctx, task["project_id"]))


def remove(ctx, comment):
    """Delete a comment; its task returns to the state of the remaining comments."""
    task = erase(ctx, comment)
    if task:
        status_id = tasks.recompute(ctx, task["id"])
        if status_id != task["task_status_id"]:
            tasks.emit_status_change(ctx, task, task["task_status_id"], status_id, comment["person_id"])


def erase(ctx, comment):
    """Delete a comment with its previews and attachments; returns its task, which is not updated, or None."""
    task = ctx.db.find(Task, id=comment["object_id"])
    notifications.forget(ctx, comment["id"])
    news.forget(ctx, "comment_id = ?", [comment["id"]])
    preview_ids = ctx.db.related(Comment, comment["id"], "previews")
    attachments.remove(ctx, comment_id=comment["id"])
    remove_row(ctx.db, Comment, comment["id"])
    for preview_id in dict.fromkeys([*preview_ids, comment["preview_file_id"]]):
        preview = ctx.db.find(PreviewFile, id=preview_id) if preview_id else None
        # one that an admin has linked may belong to another task
        if preview and preview["task_id"] == comment["object_id"]:
            previews.remove_preview(ctx, preview)
    comment_events.emit_delete(ctx, comment, task and task["project_id"])
    return task


# Moving


def move(ctx, comment, source, target):
    """Move a comment without previews to another task of the same entity; returns it with its relations."""
    if comment["object_id"] != source["id"]:
        raise BadParameter("The comment is not one of this task.")
    if source["id"] == target["id"]:
        raise BadParameter("The comment is on this task already.")
    if source["entity_id"] != target["entity_id"]:
        raise BadParameter("The tasks must belong to the same entity.")
    if ctx.db.related(Comment, comment["id"], "previews"):
        raise BadParameter("A comment with previews cannot be moved.")
    notifications.forget(ctx, comment["id"])
    news.forget(ctx, "comment_id = ?", [comment["id"]])
    ctx.db.update(Comment, comment["id"], object_id=target["id"])
    tasks.recompute(ctx, source["id"])
    tasks.recompute(ctx, target["id"])
    comment_events.emit_delete(ctx, comment, source["project_id"])
    moved = with_moment(ctx, comment["id"])
    comment_events.emit_new(ctx, moved, target["project_id"])
    notifications.notify_of_comment(ctx, target, moved, changed=False)
    news.add(ctx, target, moved, changed=False)
    return ctx.db.get(Comment, comment["id"], relations=True)


def toggle_acknowledgement(ctx, comment, task):
    """Acknowledge a comment, or withdraw the acknowledgement."""
    link = {"comment": comment["id"], "person": ctx.person_id}
    action = "unacknowledge" if ctx.db.delete(CommentAcknoledgments, **link) else "acknowledge"
    if action == "acknowledge":
        ctx.db.add(CommentAcknoledgments, **link)
    payload = {"comment_id": comment["id"], "person_id": ctx.person_id}
    emit(ctx, f"comment:{action}", payload, task["project_id"], stored=False)
