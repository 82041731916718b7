"""What goes with a task that is deleted."""

from kitsulite.domain.comments import attachments, news
from kitsulite.domain.deletion.references import release
from kitsulite.domain.files import working_files
from kitsulite.domain.previews import previews
from kitsulite.domain.rows import remove_row
from kitsulite.errors import RowRejected
from kitsulite.events.bus import emit
from kitsulite.models.files import OutputFile
from kitsulite.models.previews import PreviewFile
from kitsulite.models.tasks import Comment, Task

COMMENTS = "SELECT id FROM comment WHERE object_id = :task"
OUTPUT_FILES = "SELECT id FROM output_file WHERE source_file_id IN (SELECT id FROM working_file WHERE task_id = :task)"


def remove_tasks(ctx, tasks):
    """Delete tasks with all that belongs to them; the entities that lose their main preview get another one."""
    entity_ids = dict.fromkeys(entity_id for task in tasks for entity_id in shown_by(ctx, task))
    for task in tasks:
        remove_task(ctx, task)
    for entity_id in entity_ids:
        previews.elect_entity_preview(ctx, entity_id)


def shown_by(ctx, task):
    """The ids of the entities whose main preview is one of a task."""
    sql = "SELECT e.id FROM entity e JOIN preview_file f ON f.id = e.preview_file_id WHERE f.task_id = ?"
    return ctx.db.column(sql, [task["id"]])


def remove_task(ctx, task):
    """Delete a task with all that belongs to it; an entity that it stands for loses its main preview."""
    key = {"task": task["id"]}
    of_task = f"task_id = :task OR comment_id IN ({COMMENTS})"
    news.forget(ctx, of_task, key, task["project_id"])
    attachments.remove_where(ctx, f"comment_id IN ({COMMENTS})", key)
    working_files.remove_contents(ctx, "task_id = :task", key)
    for model, ids in ((OutputFile, OUTPUT_FILES), (Comment, COMMENTS)):
        release(ctx.db, model, ids, key)
        ctx.db.delete(model, f"id IN ({ids})", key)
    ctx.db.execute("UPDATE task SET last_preview_file_id = NULL WHERE id = :task", key)
    release(ctx.db, Task, "SELECT :task", key)
    for preview in ctx.db.all(PreviewFile, "task_id = ?", [task["id"]]):
        previews.remove_preview(ctx, preview, elect=False)
    remove_unused_task(ctx, task)


def remove_unused_task(ctx, task):
    """Delete a task that nothing but its assignees refer to; RowRejected if more does, comments for one."""
    if ctx.db.exists(Comment, object_id=task["id"]):
        raise RowRejected("Comments still refer to this task.", "reference")
    remove_row(ctx.db, Task, task["id"])
    ids = {"task_id": task["id"], "entity_id": task["entity_id"], "task_type_id": task["task_type_id"]}
    emit(ctx, "task:delete", ids, task["project_id"])
