"""The news of a project, one entry per comment."""

from kitsulite.domain import access
from kitsulite.domain.comments import news_pages, news_rows
from kitsulite.domain.tasks import tasks
from kitsulite.errors import NotFound
from kitsulite.events.bus import emit
from kitsulite.models.activity import News
from kitsulite.models.base import json_object
from kitsulite.models.fields import dump
from kitsulite.store.conditions import quoted
from kitsulite.store.derived import news_feed
from kitsulite.store.statements import around_page

#: default number of entries on a page
PAGE = 50


def add(ctx, task, comment, changed):
    """Add a comment to the news, except on a concept; `changed` says whether it changed the status of its task."""
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


def forget(ctx, where, params):
    """Delete the news of deleted comments or tasks that an SQL condition selects, with an event each."""
    sql = f"SELECT news.id, t.project_id FROM news JOIN task t ON t.id = news.task_id WHERE {where}"
    projects = dict(ctx.db.execute(sql, params))
    if not projects:
        return
    with news_feed.without(ctx.db, list(projects)):
        ctx.db.delete(News, "id IN (SELECT value FROM json_each(?))", [dump(list(projects))])
    for news_id, project_id in projects.items():
        emit(ctx, "news:delete", {"news_id": news_id}, project_id)


# Reading

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


def of_project(ctx, project_id, **filters):
    """A page of the news of a project with its counts: JSON in bytes."""
    return listing(ctx, {project_id: access.membership(ctx, project_id).role}, **filters)


def of_open_projects(ctx, project_id=None, **filters):
    """A page of the news of the caller's open projects, of one of them, or of all if none is open."""
    in_open, params = access.in_open_projects(ctx)
    roles = roles_on(ctx, in_open, params)
    if project_id in roles:
        roles = {project_id: roles[project_id]}
    elif not roles:
        of_teams = "IN (SELECT project_id FROM project_person_link WHERE person_id = ?)"
        roles = roles_on(ctx, "<> ''", []) if ctx.is_admin else roles_on(ctx, of_teams, [ctx.person_id])
    return listing(ctx, roles, **filters)


def roles_on(ctx, condition, params):
    """The caller's role on each project that a condition on the id selects: id -> role."""
    role = access.effective_role("p.id", quoted(ctx.person_id), quoted(ctx.global_role))
    shown = quoted(ctx.global_role) if ctx.is_admin else role
    return dict(ctx.db.execute(f"SELECT p.id, {shown} FROM project p WHERE p.id {condition}", params).fetchall())


def listing(ctx, roles, page, limit, **filters):
    """A page of the news of projects, with the number of changes per task status among all that fit: JSON in bytes.

    `roles`: what the caller is on each project; vendors see the news of the entities that they work on, clients none.
    """
    roles = {project_id: role for project_id, role in roles.items() if role != "client"}
    filters = {name: value for name, value in filters.items() if value}
    page, limit = max(page, 0) or 1, max(limit, 0) or PAGE
    offset = (page - 1) * limit
    fitting = news_pages.Fitting(ctx, roles, filters)
    counts = fitting.counts()
    total = sum(amount for _, amount, _ in counts)
    ids = fitting.newest(limit, offset) if offset < total else []
    stats = {}
    for status, _, changes in counts:
        if status and changes:
            stats[status] = stats.get(status, 0) + changes
    row = WITH_PREVIEWS if "only_preview" in filters else news_rows.ROW
    return news_rows.of_ids(ctx, ids, around_page(total, page, limit, f',"stats":{dump(stats)}'), row)


def entry(ctx, project_id, news_id):
    """One entry of a project's news, for readers of its task; raises NotFound."""
    sql = f"SELECT {json_object(news_rows.ROW)} FROM {news_rows.TABLES} WHERE n.id = ? AND t.project_id = ?"
    entries = ctx.db.objects(sql, [news_id, project_id])
    if not entries:
        raise NotFound("News not found.")
    access.require_task(ctx, entries[0]["task_id"])
    return entries[0]
