"""News as lists show them: with author, task, entity and preview.

The aliases of `TABLES`, for conditions of callers: n news, t its task, p project, e entity,
c comment, f preview file, author.
"""

import json

from kitsulite.domain.entities import names as entity_names
from kitsulite.domain.people.persons import short_parts
from kitsulite.models.activity import News
from kitsulite.models.base import json_object, parts

#: the tables that decide which news fit
FITTING = "news n JOIN task t ON t.id = n.task_id"
TABLES = (
    f"{FITTING} LEFT JOIN project p ON p.id = t.project_id"
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


def page(ctx, condition, number=1, limit=50):
    """A page of the news that fit, the newest first: `{data, total, nb_pages, limit, offset, page}` as JSON text."""
    order = "n.created_at DESC, n.id DESC"
    return ctx.db.json_page(json_object(ROW), TABLES, condition, order, number, limit, "n.rowid", FITTING)


def of_ids(ctx, ids, row=ROW):
    """The news of these ids, in their order, as a JSON list."""
    rows = f"FROM json_each(?) place CROSS JOIN {TABLES} WHERE n.id = place.value ORDER BY place.key"
    return ctx.db.json_list(f"SELECT {json_object(row)} {rows}", [json.dumps(ids)])
