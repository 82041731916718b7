"""News as listed: with author, task, entity and preview.

The aliases in `TABLES`, for conditions of callers: n news, t its task, p project, e entity,
c comment, f preview file, author.
"""

import json

from kitsulite.domain.entities import names as entity_names
from kitsulite.domain.people.persons import short_parts
from kitsulite.models.activity import News
from kitsulite.models.base import json_object, parts
from kitsulite.store.statements import around_page

TABLES = (
    # in this order: news are shown in that of their ids
    "news n CROSS JOIN task t ON t.id = n.task_id LEFT JOIN project p ON p.id = t.project_id"
    " LEFT JOIN entity e ON e.id = t.entity_id LEFT JOIN comment c ON c.id = n.comment_id"
    " LEFT JOIN preview_file f ON f.id = n.preview_file_id LEFT JOIN person author ON author.id = n.author_id"
)
_NEWS = parts(News, "n")
#: an entry: name -> SQL
ROW = {
    **{name: _NEWS[name] for name in ("id", "type", "author_id", "comment_id", "task_id")},
    "task_type_id": "t.task_type_id",
    "task_status_id": "c.task_status_id",
    "task_entity_id": "t.entity_id",
    "preview_file_id": "n.preview_file_id",
    "preview_file_extension": "f.extension",
    "preview_file_revision": "f.revision",
    "project_id": "t.project_id",
    "project_name": "p.name",
    "created_at": _NEWS["created_at"],
    "change": _NEWS["change"],
    "full_entity_name": entity_names.full_name(),
    "episode_id": entity_names.episode_id(),
    "entity_preview_file_id": "e.preview_file_id",
    "person": f"CASE WHEN author.id IS NOT NULL THEN {json_object(short_parts('author'))} END",
}


def of_entity(ctx, entity_id, limit):
    """The first page of the news of an entity, the newest first, none for clients."""
    if ctx.role == "client":
        return b"".join(around_page(0, 1, limit))
    fitting = "FROM news n JOIN task t ON t.id = n.task_id WHERE t.entity_id = ?"
    newest = f"SELECT n.id {fitting} ORDER BY n.created_at DESC, n.id DESC LIMIT ?"
    total = ctx.db.value(f"SELECT count(*) {fitting}", [entity_id])
    return of_ids(ctx, ctx.db.column(newest, [entity_id, limit]), around_page(total, 1, limit))


def of_ids(ctx, ids, around, row=ROW):
    """The news of these ids, in their order, as JSON in bytes; many are written while they are being sent."""
    in_order = "SELECT value FROM json_each(?) ORDER BY key LIMIT -1"
    source = f"FROM ({in_order}) place CROSS JOIN {TABLES} WHERE n.id = place.value"
    return ctx.db.json_array(json_object(row), source, [json.dumps(ids)], around, len(ids))
