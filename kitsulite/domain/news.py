"""News of a production: an entry per comment."""

from kitsulite.domain import tasks
from kitsulite.events.bus import emit
from kitsulite.models.activity import News


def add(ctx, task, comment, changed):
    """Make a comment news, but on a concept; `changed`: whether it changed the status of its task."""
    if tasks.is_concept(ctx, task["entity_id"]):
        return
    news_id = ctx.db.add(
        News,
        comment_id=comment["id"],
        author_id=comment["person_id"],
        task_id=task["id"],
        preview_file_id=comment["preview_file_id"],
        change=changed,
        created_at=comment["created_at"],
    )
    told = {"news_id": news_id, "task_status_id": comment["task_status_id"], "task_type_id": task["task_type_id"]}
    emit(ctx, "news:new", told, task["project_id"])


def forget(ctx, comment_id, project_id):
    """Take a comment that moves out of the news."""
    for news_id in ctx.db.column("SELECT id FROM news WHERE comment_id = ?", [comment_id]):
        ctx.db.delete(News, id=news_id)
        emit(ctx, "news:delete", {"news_id": news_id}, project_id)
