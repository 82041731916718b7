"""Tasks that are sent to review by a tool, and the preview that stands for the entity of a task."""

from kitsulite.domain import previews
from kitsulite.models.previews import PreviewFile


def set_main_preview(ctx, task):
    """Make the first preview of a task's last revision that of its entity; returns the entity, None without preview."""
    latest = ctx.db.first(PreviewFile, "task_id = ?", [task["id"]], "revision DESC, created_at, rowid")
    return latest and previews.set_entity_preview(ctx, task["entity_id"], latest["id"])
