"""What goes with a task that is deleted."""

from kitsulite.domain.deletion.references import release
from kitsulite.domain.previews import previews
from kitsulite.domain.rows import remove_row
from kitsulite.events.bus import emit
from kitsulite.models.files import OutputFile
from kitsulite.models.previews import PreviewFile
from kitsulite.models.tasks import Comment, Task

COMMENTS = "SELECT id FROM comment WHERE object_id = :task"
OUTPUT_FILES = "SELECT id FROM output_file WHERE source_file_id IN (SELECT id FROM working_file WHERE task_id = :task)"


def remove_task(ctx, task):
    """Delete a task with all that belongs to it."""
    key = {"task": task["id"]}
    for model, ids in ((OutputFile, OUTPUT_FILES), (Comment, COMMENTS)):
        release(ctx.db, model, ids, key)
        ctx.db.delete(model, f"id IN ({ids})", key)
    ctx.db.execute("UPDATE task SET last_preview_file_id = NULL WHERE id = :task", key)
    release(ctx.db, Task, "SELECT :task", key)
    for preview in ctx.db.all(PreviewFile, "task_id = ?", [task["id"]]):
        previews.remove_preview(ctx, preview, elect=False)
    remove_unused_task(ctx, task)


def remove_unused_task(ctx, task):
    """Delete a task that nothing but its assignees refer to; RowRejected if more does."""
    remove_row(ctx.db, Task, task["id"])
    ids = {"task_id": task["id"], "entity_id": task["entity_id"], "task_type_id": task["task_type_id"]}
    emit(ctx, "task:delete", ids, task["project_id"])
