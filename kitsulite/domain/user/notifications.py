"""The caller's notifications."""

from kitsulite import clock
from kitsulite.domain import access, visibility
from kitsulite.domain.comments.views import meant_for_client
from kitsulite.domain.entities.names import episode_id, full_name
from kitsulite.errors import BadParameter
from kitsulite.events.bus import emit
from kitsulite.models.activity import Notification
from kitsulite.models.base import json_object
from kitsulite.models.fields import Flag, Moment, is_id
from kitsulite.models.tasks import Comment

MOST = 100
FROM = (
    " n JOIN person author ON author.id = n.author_id"
    " LEFT JOIN comment c ON c.id = n.comment_id LEFT JOIN person writer ON writer.id = c.person_id"
    " LEFT JOIN json_each(c.replies) reply"
    " ON n.type IN ('reply', 'reply-mention') AND json_extract(reply.value, '$.id') = n.reply_id"
    " LEFT JOIN task t ON t.id = n.task_id LEFT JOIN entity e ON e.id = t.entity_id"
    " LEFT JOIN playlist l ON l.id = n.playlist_id"
    " LEFT JOIN project p ON p.id = COALESCE(t.project_id, l.project_id)"
)
#: SQL condition on a notification: the caller may now read what it is about
IS_READABLE = (
    f"(n.task_id IS NULL OR EXISTS (SELECT 1 FROM task t WHERE t.id = n.task_id"
    f" AND {visibility.reads_task('t', ':person', ':role')}))"
    " AND (n.playlist_id IS NULL OR :role = 'admin' OR EXISTS (SELECT 1 FROM playlist l JOIN project_person_link m"
    " ON m.project_id = l.project_id WHERE l.id = n.playlist_id AND m.person_id = :person))"
)
#: SQL condition: texts of clients are not for artists and vendors, and internal ones not for clients
_FROM_CLIENT = " OR ".join(
    f"{access.effective_role('p.id', f'{alias}.id', f'{alias}.role')} = 'client'" for alias in ("author", "writer")
)
_WRITER_ROLE = access.effective_role("p.id", "writer.id", "writer.role")
_UNREADABLE = (
    f"CASE {access.effective_role('p.id', ':person', ':role')}"
    f" WHEN 'user' THEN {_FROM_CLIENT} WHEN 'vendor' THEN {_FROM_CLIENT} WHEN 'client' THEN NOT "
    + meant_for_client("c", _WRITER_ROLE, "COALESCE(p.is_clients_isolated, 0)", ":person")
    + " END"
)


def _of_reply(key):
    return f"json(COALESCE(json_extract(reply.value, '$.{key}'), '[]'))"


#: the parts of a notification: name -> SQL with parameters `person` and `role` of the caller
SHOWN = {
    "id": "n.id",
    "type": "'Notification'",
    "notification_type": "n.type",
    **{name: f"n.{name}" for name in ("author_id", "comment_id", "task_id")},
    "task_type_id": "t.task_type_id",
    "task_status_id": "c.task_status_id",
    "mentions": Comment.relations["mentions"].ids("c.id"),
    "department_mentions": Comment.relations["department_mentions"].ids("c.id"),
    "reply_mentions": _of_reply("mentions"),
    "reply_department_mentions": _of_reply("department_mentions"),
    "preview_file_id": "(SELECT preview_file FROM comment_preview_link WHERE comment = c.id ORDER BY rowid LIMIT 1)",
    "project_id": "p.id",
    "project_name": "p.name",
    "comment_text": f"CASE WHEN {_UNREADABLE} THEN '' ELSE c.text END",
    "reply_text": f"CASE WHEN {_UNREADABLE} THEN '' ELSE COALESCE(json_extract(reply.value, '$.text'), '') END",
    "created_at": Moment().shown("n.created_at"),
    "read": Flag().shown("n.read"),
    "change": Flag().shown("n.change"),
    "full_entity_name": f"COALESCE({full_name('e')}, '')",
    "episode_id": f"COALESCE(l.episode_id, {episode_id('e')})",
    "entity_preview_file_id": "e.preview_file_id",
    "subscription_id": "(SELECT id FROM subscription s WHERE s.person_id = :person AND s.task_id = n.task_id)",
    "playlist_id": "n.playlist_id",
    "playlist_name": "COALESCE(l.name, '')",
    "playlist_for_entity": "COALESCE(l.for_entity, '')",
    "playlist_is_for_all": Flag().shown("COALESCE(l.is_for_all, 0)"),
}
#: filter -> SQL condition on the notification
FILTERS = {
    "after": "created_at > :after",
    "before": "created_at < :before",
    "task_type_id": "task_id IN (SELECT id FROM task WHERE task_type_id = :task_type_id)",
    "task_status_id": "task_id IN (SELECT id FROM task WHERE task_status_id = :task_status_id)",
    "type": "type = :type",
    "read": "read = :read",
    "watching": "COALESCE(task_id IN (SELECT task_id FROM subscription WHERE person_id = :person), 0) = :watching",
}


def newest(ctx, **filters):
    """The newest notifications of the caller as JSON text, at most a hundred; filters that are None do not apply.

    `after` and `before` are stored moments, `read` and `watching` flags.
    """
    applied = {name: value for name, value in filters.items() if value is not None}
    where = " AND ".join(["person_id = :person", is_readable(ctx), *(FILTERS[name] for name in applied)])
    newest_first = "ORDER BY created_at DESC, rowid DESC"
    rows = f"(SELECT *, rowid FROM notification n WHERE {where} {newest_first} LIMIT {MOST})"
    sql = f"SELECT {json_object(SHOWN)} FROM {rows}{FROM} ORDER BY n.created_at DESC, n.rowid DESC"
    return ctx.db.json_list(sql, {**applied, **caller(ctx)})


def single(ctx, notification_id):
    """One notification of the caller, as in the list."""
    row = own(ctx, notification_id)
    sql = f"SELECT {json_object(SHOWN)} FROM notification{FROM} WHERE n.id = :id"
    return ctx.db.objects(sql, {"id": row["id"], **caller(ctx)})[0]


def mark(ctx, notification_id, read):
    """Mark a notification of the caller as read or unread; returns its row."""
    row = own(ctx, notification_id)
    ctx.db.update(Notification, row["id"], read=read)
    payload = {"person_id": ctx.person_id, "notification_id": row["id"]}
    emit(ctx, "notification:read" if read else "notification:unread", payload)
    return ctx.db.get(Notification, row["id"])


def mark_all(ctx):
    """Mark all notifications of the caller as read."""
    sql = "UPDATE notification SET read = 1, updated_at = ? WHERE person_id = ? AND read = 0"
    ctx.db.execute(sql, [clock.now(), ctx.person_id])
    emit(ctx, "notification:all-read", {"person_id": ctx.person_id})


def own(ctx, notification_id):
    """The caller's notification; raises BadParameter for a malformed id, NotFound if it is not theirs or readable."""
    if not is_id(notification_id):
        raise BadParameter("Wrong UUID format.")
    sql = f"SELECT n.id FROM notification n WHERE n.id = :id AND n.person_id = :person AND {is_readable(ctx)}"
    return ctx.db.get(Notification, ctx.db.value(sql, {"id": notification_id.lower(), **caller(ctx)}))


def unread(ctx):
    """The number of the caller's unread notifications."""
    count = "SELECT count(*) FROM notification n WHERE n.person_id = :person AND n.read = 0"
    return ctx.db.value(f"{count} AND {is_readable(ctx)}", caller(ctx))


def is_readable(ctx):
    """`IS_READABLE` for the caller; admins may read everything."""
    return "1" if ctx.is_admin else IS_READABLE


def caller(ctx):
    return {"person": ctx.person_id, "role": ctx.global_role}
