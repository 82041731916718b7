"""Temporary playlists of the latest work on some tasks, which are not stored."""

from kitsulite.domain.kinds import kind_of
from kitsulite.domain.previews import of_entities as entity_previews
from kitsulite.errors import NotFound
from kitsulite.models.base import json_object
from kitsulite.models.entities import Entity

#: columns of the preview in an entry
SHOWN = ("id", "extension", "width", "height", "duration", "revision", "status", "annotations", "previews")
#: the parts of the entity `e` of the task `t` in an entry: name -> SQL
PLACE = {
    "id": "e.id",
    "name": "e.name",
    "preview_file_task_id": "t.id",
    "parent_name": "CASE WHEN et.name IN ('Shot', 'Sequence', 'Edit') THEN COALESCE(parent.name, '')"
    " WHEN et.name = 'Episode' THEN '' ELSE et.name END",
    "episode_id": "CASE WHEN et.name IN ('Sequence', 'Edit') THEN COALESCE(parent.id, '') ELSE '' END",
    "episode_name": "CASE WHEN et.name IN ('Sequence', 'Edit') THEN COALESCE(parent.name, '') ELSE '' END",
    "sequence_id": "CASE WHEN et.name = 'Shot' THEN COALESCE(parent.id, '') ELSE '' END",
    "sequence_name": "CASE WHEN et.name = 'Shot' THEN COALESCE(parent.name, '') ELSE '' END",
    "asset_type_id": "CASE WHEN et.name IN ('Shot', 'Sequence', 'Edit', 'Episode') THEN '' ELSE et.id END",
    "asset_type_name": "CASE WHEN et.name IN ('Shot', 'Sequence', 'Edit', 'Episode') THEN '' ELSE et.name END",
}


def entries(ctx, project_id, tasks, sort):
    """One entry per task with the previews of its entity, in the order of the tasks, or by parent and name."""
    entries = [place_of(ctx, task) for task in tasks]
    previews = entity_previews.by_task_type(ctx, {entry["id"] for entry in entries})
    fallback = task_types(ctx, project_id, tasks[0]) if tasks else []
    for task, entry in zip(tasks, entries, strict=True):
        entry["preview_files"] = previews[entry["id"]]
        kind = next((k for k in (task["task_type_id"], *fallback) if k in entry["preview_files"]), None)
        if kind:
            shown = {**entry["preview_files"][kind][0]}
            shown["annotations"] = shown["annotations"] or []
            entry |= {f"preview_file_{name}": shown[name] for name in SHOWN}
    order = ("episode_name", "sequence_name", "asset_type_name", "name")
    return sorted(entries, key=lambda entry: [entry[name] for name in order]) if sort else entries


def last_task(ctx, entity_id):
    """The id of the last commented task of an entity that has a preview, or None."""
    sql = (
        "SELECT t.id FROM task t WHERE t.entity_id = ? AND EXISTS (SELECT 1 FROM preview_file f WHERE f.task_id = t.id)"
        " ORDER BY t.last_comment_date DESC NULLS LAST, t.created_at DESC, t.rowid DESC LIMIT 1"
    )
    return ctx.db.value(sql, [entity_id])


def place_of(ctx, task):
    """The entity of a task and what contains it, as an entry shows them; raises NotFound for a task without one."""
    rows = ctx.db.objects(
        f"SELECT {json_object(PLACE)} FROM task t JOIN entity e ON e.id = t.entity_id"
        " JOIN entity_type et ON et.id = e.entity_type_id LEFT JOIN entity parent ON parent.id = e.parent_id"
        " WHERE t.id = ?",
        [task["id"]],
    )
    if not rows:
        raise NotFound("The task has no entity.")
    return rows[0]


def task_types(ctx, project_id, task):
    """Ids of the project's task types for the kind of a task's entity, in order."""
    kind = kind_of(ctx, ctx.db.get(Entity, task["entity_id"])).capitalize()
    return ctx.db.column(
        "SELECT tt.id FROM project_task_type_link l JOIN task_type tt ON tt.id = l.task_type_id"
        " WHERE l.project_id = ? AND tt.for_entity = ? ORDER BY l.priority DESC, l.rowid",
        [project_id, kind],
    )
