"""Playlists of the last work on some tasks, made for one look and never stored."""

from kitsulite.domain.kinds import kind_of
from kitsulite.domain.previews import of_entities as entity_previews
from kitsulite.models.base import json_object
from kitsulite.models.entities import Entity

#: what an entry shows of its preview
SHOWN = ("id", "extension", "width", "height", "duration", "revision", "status", "annotations", "previews")
#: name -> SQL of what an entry shows of the entity `e` of the task `t`
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
    """One entry per task, in their order or by episode and name, with the previews of its entity."""
    found = [entry(ctx, task) for task in tasks]
    previews = entity_previews.by_task_type(ctx, {place["id"] for place in found})
    fallback = task_types(ctx, project_id, tasks[0]) if tasks else []
    for task, place in zip(tasks, found, strict=True):
        place["preview_files"] = previews[place["id"]]
        kind = next((k for k in (task["task_type_id"], *fallback) if k in place["preview_files"]), None)
        if kind:
            shown = {**place["preview_files"][kind][0]}
            shown["annotations"] = shown["annotations"] or []
            place |= {f"preview_file_{name}": shown[name] for name in SHOWN}
    return sorted(found, key=lambda place: (place["episode_name"], place["name"])) if sort else found


def entry(ctx, task):
    return ctx.db.objects(
        f"SELECT {json_object(PLACE)} FROM task t JOIN entity e ON e.id = t.entity_id"
        " JOIN entity_type et ON et.id = e.entity_type_id LEFT JOIN entity parent ON parent.id = e.parent_id"
        " WHERE t.id = ?",
        [task["id"]],
    )[0]


def task_types(ctx, project_id, task):
    """Ids of the task types of a project that are for the kind of a task's entity, the first ones first."""
    kind = kind_of(ctx, ctx.db.get(Entity, task["entity_id"])).capitalize()
    return ctx.db.column(
        "SELECT tt.id FROM project_task_type_link l JOIN task_type tt ON tt.id = l.task_type_id"
        " WHERE l.project_id = ? AND tt.for_entity = ? ORDER BY l.priority DESC, tt.name",
        [project_id, kind],
    )
