"""Comments of guests in shared playlists."""

from kitsulite.domain import review_access
from kitsulite.domain.comments import attachments, comments
from kitsulite.domain.comments import changes as comment_changes
from kitsulite.domain.comments import views as comment_views
from kitsulite.domain.playlists import shared
from kitsulite.errors import Answer, NotFound
from kitsulite.models.base import json_object, parts
from kitsulite.models.previews import AttachmentFile
from kitsulite.models.tasks import Comment, Task, TaskStatus


def refusal(status, text):
    """An error in the form of the routes for guests."""
    return Answer(status, {"error": text})


def post(ctx, playlist, guest, task_id, task_status_id, text, checklist):
    """Comment on a task of a playlist as a guest; returns the whole comment."""
    if guest is None:
        raise refusal(403, "Guest not part of this shared playlist")
    if task_id not in shared.task_ids(ctx, playlist):
        raise refusal(403, "Task not part of this shared playlist")
    status = ctx.db.find(TaskStatus, id=task_status_id)
    if status is None:
        raise refusal(400, "Task status not found")
    if not review_access.is_for_clients(ctx, playlist["project_id"], status):
        raise refusal(400, "Task status not allowed for guests")
    task = ctx.db.get(Task, task_id)
    comment = comments.post(ctx, task, status, text, author_id=guest["id"], checklist=checklist)
    return {**comment, "replies": []}


def own(ctx, playlist, guest, comment_id):
    """A comment of a guest on a task of the playlist."""
    try:
        comment = ctx.db.get(Comment, comment_id)
    except NotFound:
        raise refusal(404, "Comment not found") from None
    written = guest is not None and comment["person_id"] == guest["id"]
    if not written or comment["object_id"] not in shared.task_ids(ctx, playlist):
        raise refusal(403, "Forbidden")
    return comment


def edit(ctx, playlist, comment, guest, changes):
    """Change text, checklist or status of a guest's comment; None leaves a value unchanged."""
    changes = {name: value for name, value in changes.items() if value is not None}
    new = changes.get("task_status_id", comment["task_status_id"])
    if new != comment["task_status_id"]:
        status = ctx.db.find(TaskStatus, id=new)
        if status is None or not review_access.is_for_clients(ctx, playlist["project_id"], status):
            raise refusal(403, "Forbidden")
    ctx.db.update(Comment, comment["id"], **changes, editor_id=guest["id"])
    comment_changes.follow_edit(ctx, comment)
    return shown(ctx, comment["id"])


def attach(ctx, comment, received):
    """Attach files to a guest's comment; returns the comment."""
    attachments.add(ctx, received, comment_id=comment["id"])
    return shown(ctx, comment["id"])


def detach(ctx, comment, attachment_id):
    """Delete an attachment of a guest's comment."""
    attachment = ctx.db.find(AttachmentFile, id=attachment_id)
    if attachment is None or attachment["comment_id"] != comment["id"]:
        raise refusal(404, "Comment not found")
    attachments.remove(ctx, id=attachment["id"])


def attachment(ctx, playlist, attachment_id):
    """An attachment of a comment that guests of the playlist see."""
    row = ctx.db.get(AttachmentFile, attachment_id)
    comment = ctx.db.row(
        "SELECT c.object_id FROM comment c JOIN person p ON p.id = c.person_id"
        " WHERE c.id = ? AND (c.for_client OR p.is_guest)",
        [row["comment_id"]],
    )
    if comment is None or comment[0] not in shared.task_ids(ctx, playlist):
        raise refusal(404, "Attachment not found")
    return row


def shown(ctx, comment_id):
    """A comment with its relations and its attachments."""
    values = {
        **parts(Comment, relations=True),
        "attachment_files": comment_views.attachments(),
        "replies": comment_views.replies(),
    }
    return ctx.db.objects(f"SELECT {json_object(values)} FROM comment WHERE id = ?", [comment_id])[0]
