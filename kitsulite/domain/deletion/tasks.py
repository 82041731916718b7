"""What goes with a task that is deleted."""

from kitsulite.domain.previews import previews
from kitsulite.domain.rows import remove_row
from kitsulite.events.bus import emit
from kitsulite.models.previews import PreviewFile
from kitsulite.models.tasks import Task

COMMENTS = "(SELECT id FROM comment WHERE object_id = :task)"
WORKING_FILES = "(SELECT id FROM working_file WHERE task_id = :task)"
OUTPUT_FILES = f"(SELECT id FROM output_file WHERE source_file_id IN {WORKING_FILES})"

#: what is taken away with a task, in an order that leaves nothing pointing at a missing row
CASCADE = (
    f"UPDATE preview_file SET source_file_id = NULL WHERE source_file_id IN {OUTPUT_FILES}",
    f"DELETE FROM output_file WHERE source_file_id IN {WORKING_FILES}",
    "DELETE FROM working_file WHERE task_id = :task",
    f"DELETE FROM notification WHERE task_id = :task OR comment_id IN {COMMENTS}",
    f"DELETE FROM news WHERE task_id = :task OR comment_id IN {COMMENTS}",
    f"DELETE FROM comment_mentions WHERE comment IN {COMMENTS}",
    f"DELETE FROM comment_department_mentions WHERE comment IN {COMMENTS}",
    f"DELETE FROM comment_acknoledgments WHERE comment IN {COMMENTS}",
    f"DELETE FROM comment_preview_link WHERE comment IN {COMMENTS}",
    f"UPDATE attachment_file SET comment_id = NULL WHERE comment_id IN {COMMENTS}",
    "DELETE FROM comment WHERE object_id = :task",
    "DELETE FROM subscription WHERE task_id = :task",
    "DELETE FROM time_spent WHERE task_id = :task",
    "DELETE FROM production_schedule_version_task_link WHERE task_id = :task",
    "UPDATE task SET last_preview_file_id = NULL WHERE id = :task",
)


def remove_task(ctx, task):
    """Delete a task with all that belongs to it."""
    for statement in CASCADE:
        ctx.db.execute(statement, {"task": task["id"]})
    for preview in ctx.db.all(PreviewFile, "task_id = ?", [task["id"]]):
        previews.remove_preview(ctx, preview, elect=False)
    remove_unused_task(ctx, task)


def remove_unused_task(ctx, task):
    """Delete a task that nothing but its assignees refer to; RowRejected if more does."""
    remove_row(ctx.db, Task, task["id"])
    ids = {"task_id": task["id"], "entity_id": task["entity_id"], "task_type_id": task["task_type_id"]}
    emit(ctx, "task:delete", ids, task["project_id"])
