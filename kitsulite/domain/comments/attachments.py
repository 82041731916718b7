"""Files attached to comments, replies and chat messages.

Files are received before the transaction that writes their rows:

    with attachments.received(ctx, uploads) as received, ctx.db.write():
        comment = ...
        attachments.add(ctx, received, comment_id=comment["id"])
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from kitsulite.domain.comments import thumbnails
from kitsulite.domain.comments.thumbnails import FILE, THUMBNAIL
from kitsulite.domain.files import stored_files
from kitsulite.domain.previews import conversions
from kitsulite.domain.previews.uploads import LONGEST_NAME, MOVIES, PICTURES, split
from kitsulite.errors import ApiError
from kitsulite.jobs import pictures
from kitsulite.models import base
from kitsulite.models.activity import ChatMessage
from kitsulite.models.previews import AttachmentFile
from kitsulite.models.tasks import Comment
from kitsulite.store.files import spool

#: files that browsers may show; all others are downloaded
SHOWN = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/avif")


@dataclass
class Received:
    """An uploaded file without a row."""

    name: str
    mimetype: str
    path: Path
    thumbnail: Path | None = None


@contextlib.contextmanager
def received(ctx, uploads):
    """The uploaded files, kept until the end of the block, with thumbnails of pictures."""
    if not uploads:
        yield []
        return
    with ctx.app.files.workspace() as folder:
        yield [take_in(ctx, upload, folder) for upload in uploads]


def take_in(ctx, upload, folder):
    name = upload.filename.replace("\0", "").replace("\\", "/").rpartition("/")[2][-LONGEST_NAME:]
    file = Received(name, upload.headers.get("Content-Type", "")[:255], spool(upload.file, folder))
    if split(name)[1] in (*PICTURES, "gif", "psd"):
        # a picture that cannot be decoded, at least now, has no thumbnail
        with contextlib.suppress(pictures.BadPicture, ApiError), open(file.path, "rb") as stream:
            file.thumbnail = pictures.cropped(stream, folder, pictures.CHAT_THUMBNAIL, ctx.settings)
    return file


def add(ctx, files, **owner):
    """Attach received files to `comment_id`, with or without `reply_id`, or to `chat_message_id`.

    Returns a list of `{id, name, extension, size}`.
    """
    return [add_one(ctx, file, owner) for file in files]


def add_one(ctx, file, owner):
    facts = {"name": file.name, "extension": split(file.name)[1], "size": file.path.stat().st_size}
    row_id = ctx.db.add(AttachmentFile, **facts, mimetype=file.mimetype, **owner)
    stored_files.place(ctx, file.path, *FILE, row_id)
    if file.thumbnail:
        stored_files.place(ctx, file.thumbnail, *THUMBNAIL, row_id)
    if facts["extension"] in MOVIES and conversions.is_possible(ctx):
        ctx.app.jobs.add(ctx, thumbnails.KIND, row_id, None, now=False)
    return {"id": row_id, **facts}


def remove(ctx, force=False, **equal):
    """Delete the attachments with these values, and their files if the server removes files or with `force`."""
    remove_where(ctx, " AND ".join(f"{name} = ?" for name in equal), list(equal.values()), force)


def remove_where(ctx, where, params, force=False):
    """Delete the attachments that an SQL condition selects, see `remove`."""
    for row_id in ctx.db.column(f"SELECT id FROM attachment_file WHERE {where}", params):
        ctx.db.delete(AttachmentFile, id=row_id)
        stored_files.remove(ctx, (FILE, THUMBNAIL), row_id, force)


def shown_parts():
    """The parts of an attachment with its comment or chat message: name -> SQL."""
    owners = {"comment": Comment, "chat_message": ChatMessage}
    nested = {name: base.nested(model, f'"attachment_file".{name}_id') for name, model in owners.items()}
    return {**base.parts(AttachmentFile), **nested}


def of_task(ctx, task_id):
    """The attachments of the comments of a task, as JSON."""
    return listing(ctx, "comment_id IN (SELECT id FROM comment WHERE object_id = ?)", [task_id])


def of_project(ctx, project_id):
    """The attachments of the comments of a project, as JSON: few comments have some."""
    project = "SELECT t.project_id FROM comment c JOIN task t ON t.id = c.object_id WHERE c.id = comment_id"
    return listing(ctx, f"({project}) = ?", [project_id])


def listing(ctx, where, params):
    shown = base.json_object(shown_parts())
    return ctx.db.json_list(f"SELECT {shown} FROM attachment_file WHERE {where} ORDER BY created_at, rowid", params)


def stored(ctx, attachment):
    """The path of the file of an attachment; None if it is missing or has another size than in the row."""
    path = ctx.app.files.find(*FILE, attachment["id"])
    return path if path and path.stat().st_size == attachment["size"] else None


def is_shown(attachment):
    """Whether a browser may show the attachment: only raster pictures, as anything else may contain a script."""
    return (attachment["mimetype"] or "").partition(";")[0].strip().lower() in SHOWN
