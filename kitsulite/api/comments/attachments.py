"""Files attached to comments and chat messages."""

import re

from kitsulite.api.policies import admin, inside
from kitsulite.domain import access, review_access
from kitsulite.domain.comments import attachments
from kitsulite.models.previews import AttachmentFile
from kitsulite.models.tasks import Comment
from kitsulite.web import reply
from kitsulite.web.route import delete, get, post

WRITER = inside("author of the comment, or manager of the project")
READER = inside("reader of the task of the comment, or of the entity of the chat")
CONTENT_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(\s*;\s*[\w.+-]+=[\w.+-]+)*", re.ASCII)


def own_comment(ctx, task_id, comment_id):
    """The comment in the path, for its author or a manager."""
    comment = ctx.db.get(Comment, comment_id)
    ctx.require(comment["object_id"] == task_id)
    if comment["person_id"] == ctx.person_id:
        access.require_task(ctx, comment["object_id"])
    else:
        access.require_manager(ctx, ctx.db.value("SELECT project_id FROM task WHERE id = ?", [comment["object_id"]]))
    return comment


@post(
    "/actions/tasks/<task_id>/comments/<comment_id>/add-attachment",
    allow=WRITER,
    status=201,
    transaction=False,
)
def add_attachments(ctx, task_id, comment_id):
    """Attach all files of the form to a comment."""
    comment = own_comment(ctx, task_id, comment_id)
    with attachments.received(ctx, ctx.request.uploads) as received, ctx.db.write():
        return attachments.add(ctx, received, comment_id=comment["id"])


@delete("/data/tasks/<task_id>/comments/<comment_id>/attachments/<attachment_file_id>", allow=WRITER)
def remove_attachment(ctx, task_id, comment_id, attachment_file_id):
    """Delete an attachment of a comment."""
    comment = ctx.db.get(Comment, comment_id)
    ctx.require(comment["object_id"] == task_id)
    attachment = ctx.db.get(AttachmentFile, attachment_file_id)
    ctx.require(attachment["comment_id"] == comment["id"])
    own_comment(ctx, task_id, comment_id)
    attachments.remove(ctx, id=attachment["id"])


@get("/data/attachment-files/<attachment_file_id>/file/<file_name>", allow=READER)
def attachment(ctx, attachment_file_id, file_name):
    """Show an attached picture, download any other file."""
    row = ctx.db.get(AttachmentFile, attachment_file_id)
    review_access.require_attachment(ctx, row)
    return sent(ctx, row)


def sent(ctx, row):
    kind = "inline" if attachments.is_shown(row) else "attachment"
    declared = row["mimetype"] or ""
    content_type = declared if CONTENT_TYPE.fullmatch(declared) else "application/octet-stream"
    disposition = reply.attachment(row["name"] or "", kind)
    return reply.stored(ctx, attachments.stored(ctx, row), content_type, row, disposition)


@get("/pictures/thumbnails/attachment-files/<attachment_file_id>.png", allow=READER)
def attachment_thumbnail(ctx, attachment_file_id):
    """Show the thumbnail of a picture in a chat."""
    row = ctx.db.get(AttachmentFile, attachment_file_id)
    review_access.require_attachment(ctx, row)
    return reply.stored(ctx, ctx.app.files.find(*attachments.THUMBNAIL, row["id"]), "image/png", row)


@get("/data/projects/<project_id>/attachment-files", allow=admin)
def project_attachments(ctx, project_id):
    """List the attachments of all comments of a production."""
    return attachments.of_project(ctx, project_id)


@get("/data/tasks/<task_id>/attachment-files", allow=admin)
def task_attachments(ctx, task_id):
    """List the attachments of the comments of a task."""
    return attachments.of_task(ctx, task_id)
