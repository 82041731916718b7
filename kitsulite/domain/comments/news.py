"""News of a project: an entry per comment."""

from kitsulite.domain import access
from kitsulite.domain.comments import news_rows
from kitsulite.domain.tasks import tasks
from kitsulite.errors import NotFound
from kitsulite.events.bus import emit
from kitsulite.models.activity import News
from kitsulite.models.base import json_object
from kitsulite.store.conditions import Condition, quoted
from kitsulite.store.database import JsonText

#: entries on a page where nothing else is asked
PAGE = 50


def add(ctx, task, comment, changed):
    """Make a comment news, but on a concept; `changed`: whether it changed the status of its task."""
    if not tasks.is_concept(ctx, task["entity_id"]):
        emit_new(ctx, ctx.db.add(News, **columns(task, comment, changed)), task, comment)


def columns(task, comment, changed):
    return {
        "comment_id": comment["id"],
        "author_id": comment["person_id"],
        "task_id": task["id"],
        "preview_file_id": comment["preview_file_id"],
        "change": changed,
        "created_at": comment["created_at"],
    }


def emit_new(ctx, news_id, task, comment):
    payload = {"news_id": news_id, "task_status_id": comment["task_status_id"], "task_type_id": task["task_type_id"]}
    emit(ctx, "news:new", payload, task["project_id"])


def forget(ctx, which, params, project_id):
    """Delete the news that an SQL condition names, of a comment or a task that goes, each with its event."""
    for news_id in ctx.db.column(f"SELECT id FROM news WHERE {which}", params):
        ctx.db.delete(News, id=news_id)
        emit(ctx, "news:delete", {"news_id": news_id}, project_id)


# Reading

#: filter -> condition with one parameter
FILTERS = {
    "task_type_id": "t.task_type_id = ?",
    "task_status_id": "c.task_status_id = ?",
    "person_id": "n.author_id = ?",
    "episode_id": f"t.entity_id IN {tasks.IN_EPISODE}",
    "after": "n.created_at > ?",
    "before": "n.created_at < ?",
}
_PREVIEW = {name: f"s.{name}" for name in ("id", "name", "extension", "revision", "position", "status")}
#: an entry with all previews of its task and revision
WITH_PREVIEWS = {
    **news_rows.ROW,
    "preview_files": (
        f"json((SELECT json_group_array({json_object(_PREVIEW)}) FROM (SELECT * FROM preview_file other"
        " WHERE other.task_id = f.task_id AND other.revision = f.revision"
        " ORDER BY other.position, other.created_at) s))"
    ),
}


def of_project(ctx, project_id, **asked):
    """A page of the news of a project with its counts: JSON text."""
    return listing(ctx, Condition("t.project_id = ?", [project_id]), **asked)


def of_open_projects(ctx, project_id=None, **asked):
    """The same of the caller's open projects, of one of them, or of all their projects if none is open."""
    in_open, params = access.in_open_projects(ctx)
    open_ids = ctx.db.column(f"SELECT id FROM project WHERE id {in_open}", params)
    if project_id in open_ids:
        return of_project(ctx, project_id, **asked)
    if open_ids:
        return listing(ctx, Condition(f"t.project_id {in_open}", params), **asked)
    mine = "t.project_id IN (SELECT project_id FROM project_person_link WHERE person_id = ?)"
    return listing(ctx, Condition() if ctx.is_admin else Condition(mine, [ctx.person_id]), **asked)


def listing(ctx, condition, only_preview, page, limit, **filters):
    """A page of the news that fit, with the number of changes per task status among all that fit: JSON text."""
    if only_preview:
        condition.add("n.preview_file_id IS NOT NULL")
    for name, value in filters.items():
        if value:
            condition.add(FILTERS[name], [value])
    row = WITH_PREVIEWS if only_preview else news_rows.ROW
    if not ctx.is_admin:
        mine = {"person": quoted(ctx.person_id), "role": quoted(ctx.global_role)}
        condition.add(access.reads_task(**mine))
    found = news_rows.page(ctx, condition, max(page, 0) or 1, max(limit, 0) or PAGE, row)
    changes = (
        f"SELECT c.task_status_id AS status FROM {news_rows.TABLES} WHERE {condition.sql}"
        " AND n.change = 1 AND c.task_status_id IS NOT NULL LIMIT -1"
    )
    counts = f"SELECT status, count(*) AS amount FROM ({changes}) GROUP BY status"
    stats = ctx.db.value(f"SELECT json_group_object(status, amount) FROM ({counts})", condition.params)
    return JsonText(f'{found[:-1]},"stats":{stats}}}')


def entry(ctx, project_id, news_id):
    """One entry of a project's news, or NotFound."""
    sql = f"SELECT {json_object(news_rows.ROW)} FROM {news_rows.TABLES} WHERE n.id = ? AND t.project_id = ?"
    found = ctx.db.objects(sql, [news_id, project_id])
    if not found:
        raise NotFound("News not found.")
    return found[0]
