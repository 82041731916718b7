"""Many comments in one request, each committed by itself, so that a later failure keeps the earlier ones."""

import contextlib
import re

from kitsulite.domain import access, review_access
from kitsulite.domain.comments import attachments, comments
from kitsulite.domain.previews import previews
from kitsulite.domain.previews import uploads as preview_uploads
from kitsulite.errors import BadParameter, Refused
from kitsulite.models.tasks import Task, TaskStatus


def post_many(ctx, entries):
    """Comment on many tasks as the caller; incomplete and forbidden entries are left out.

    Each entry: object_id (of the task), task_status_id, comment, links. Returns the whole comments.
    """
    posted = []
    for entry in entries:
        if None not in (entry["object_id"], entry["task_status_id"], entry["comment"]):
            with ctx.db.write():
                task = ctx.db.get(Task, entry["object_id"])
                if may_comment(ctx, task):
                    scoped = access.on_project(ctx, task["project_id"])
                    status = ctx.db.get(TaskStatus, entry["task_status_id"])
                    review_access.require_status(scoped, status)
                    links = entry.get("links") or []
                    posted.append(comments.post(scoped, task, status, entry["comment"], ctx.person_id, links=links))
    return posted


def may_comment(ctx, task):
    """Whether the caller may act on a task as a manager, an assignee, or a supervisor of the department."""
    leads = access.is_supervisor_of_task_type(ctx, task["project_id"], task["task_type_id"])
    return (leads or access.is_assigned(ctx, task["id"])) and access.may_act_on_task(ctx, task)


def post_batch(ctx, entries, uploads, task_id=None):
    """Comment on tasks, or on one, with files; returns the whole comments with their `preview_files`.

    Must be called outside of a transaction. Each entry: task_id (if none is given), task_status_id, text, optionally
    checklist, links and, for managers, person_id and created_at. `uploads` are field names and files; those of entry
    i are named `attachment_file-<i>...` and `preview_file-<i>...`.
    """
    needed = {"task_status_id", "text"} | (set() if task_id else {"task_id"})
    for entry in entries:
        if not isinstance(entry, dict) or not needed <= set(entry):
            raise BadParameter(f"A comment needs the keys {', '.join(sorted(needed))}.")
        check(entry)
    return [
        post_entry(
            ctx,
            entry,
            task_id or entry["task_id"],
            files_of(uploads, "attachment_file", number),
            files_of(uploads, "preview_file", number),
        )
        for number, entry in enumerate(entries)
    ]


def files_of(uploads, kind, number):
    """The uploaded files of an entry."""
    name = re.compile(rf"{kind}-{number}(?!\d)")
    return [upload for field, upload in uploads if name.search(field)]


def post_entry(ctx, entry, task_id, attached, previewed):
    """Post a comment of a batch; a file that cannot be a preview is left out."""
    with attachments.received(ctx, attached) as received, ctx.db.write():
        ctx = access.require_task_action(ctx, task_id)
        task = ctx.row
        status = ctx.db.get(TaskStatus, entry["task_status_id"])
        review_access.require_status(ctx, status)
        columns = {key: entry.get(key) or [] for key in ("checklist", "links")}
        if ctx.is_manager:
            columns |= comments.for_managers(ctx, {**entry, "for_client": False})
        comment = comments.post(ctx, task, status, entry["text"], files=received, **columns)
    added = [add_preview(ctx, comment, upload) for upload in previewed]
    return {**comment, "preview_files": [preview for preview in added if preview]}


def add_preview(ctx, comment, upload):
    """Add a preview with its file to a comment; None if the file is refused."""
    with contextlib.suppress(BadParameter, Refused):
        with ctx.db.write():
            preview = previews.add_to_comment(ctx, comment, comment["object_id"])
        return preview_uploads.store(ctx, preview, upload.filename, upload.file)
    return None


def check(entry):
    """Refuse an entry whose text or lists have the wrong type."""
    if not isinstance(entry["text"], str):
        raise BadParameter("text must be a text.")
    for key in ("checklist", "links"):
        if not isinstance(entry.get(key) or [], list):
            raise BadParameter(f"{key} must be a list.")
    if not all(isinstance(link, str) for link in entry.get("links") or []):
        raise BadParameter("links must be a list of texts.")
