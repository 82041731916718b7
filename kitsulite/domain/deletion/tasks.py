"""Deletes tasks, with everything that depends on them."""

from kitsulite.domain.comments import attachments, news
from kitsulite.domain.deletion.references import release
from kitsulite.domain.files import working_files
from kitsulite.domain.previews import previews
from kitsulite.domain.removal import remove_row, remove_rows
from kitsulite.errors import RowRejected
from kitsulite.events.bus import emit, gathering
from kitsulite.models.fields import dump
from kitsulite.models.files import OutputFile
from kitsulite.models.tasks import Comment, Task

TASKS = "SELECT value FROM json_each(:tasks)"
COMMENTS = "SELECT value FROM json_each(:comments)"
WORKING_FILES = f"SELECT id FROM working_file WHERE task_id IN ({TASKS})"
OUTPUT_FILES = f"SELECT id FROM output_file WHERE source_file_id IN ({WORKING_FILES})"


def remove_tasks(ctx, tasks):
    """Delete tasks with everything that belongs to them; entities that lose their main preview get another one."""
    shown_by = f"SELECT e.id FROM entity e JOIN preview_file f ON f.id = e.preview_file_id WHERE f.task_id IN ({TASKS})"
    entity_ids = ctx.db.column(shown_by, keys(tasks))
    remove_all(ctx, tasks)
    for entity_id in entity_ids:
        previews.elect_entity_preview(ctx, entity_id)


def keys(tasks):
    return {"tasks": dump([task["id"] for task in tasks])}


def remove_all(ctx, tasks):
    """Delete tasks with everything that belongs to them; entities may lose their main preview.

    Uses few statements: thousands of tasks may have to be deleted in one transaction, which blocks other writers.
    """
    params = keys(tasks)
    # they are sought once, and not by each statement
    params["comments"] = dump(ctx.db.column(f"SELECT id FROM comment WHERE object_id IN ({TASKS})", params))
    with gathering(ctx):
        news.forget(ctx, f"task_id IN ({TASKS}) OR comment_id IN ({COMMENTS})", params)
        attachments.remove_where(ctx, f"comment_id IN ({COMMENTS})", params)
        working_files.remove_contents(ctx, f"task_id IN ({TASKS})", params)
        for model, ids in ((OutputFile, OUTPUT_FILES), (Comment, COMMENTS)):
            release(ctx.db, model, ids, params)
            ctx.db.delete(model, f"id IN ({ids})", params)
        ctx.db.execute(f"UPDATE task SET last_preview_file_id = NULL WHERE id IN ({TASKS})", params)
        release(ctx.db, Task, TASKS, params)
        previews.remove_previews(ctx, previews_of(ctx, params))
        remove_rows(ctx.db, Task, TASKS, params)
        for task in tasks:
            emit_deletion(ctx, task)


def previews_of(ctx, params):
    """What their removal needs to know of the previews of tasks, given as `keys`."""
    return ctx.db.rows(f"SELECT id, extension FROM preview_file WHERE task_id IN ({TASKS})", params)


def remove_unused_task(ctx, task):
    """Delete a task; raises RowRejected if more than its assignees refers to it, such as comments."""
    if ctx.db.exists(Comment, object_id=task["id"]):
        raise RowRejected("Comments still refer to this task.", "reference")
    remove_row(ctx.db, Task, task["id"])
    emit_deletion(ctx, task)


def emit_deletion(ctx, task):
    ids = {"task_id": task["id"], "entity_id": task["entity_id"], "task_type_id": task["task_type_id"]}
    emit(ctx, "task:delete", ids, task["project_id"])
