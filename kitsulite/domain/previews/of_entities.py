"""The previews of entities by task type and revision, for reviews and playlists."""

import json

from kitsulite.models.base import json_object, parts
from kitsulite.models.previews import PreviewFile

SHORT = (
    *("id", "name", "original_name", "extension", "revision", "position", "file_size", "status", "validation_status"),
    *("task_id", "person_id", "created_at", "token_in", "token_out"),
)
ITEM = (
    *("id", "revision", "original_name", "extension", "width", "height", "duration", "status", "annotations"),
    *("created_at", "task_id"),
)
#: columns of the uploaded file
ORIGINAL = ("original_width", "original_height", "original_duration", "original_file_size")


def short_list(ctx, entity_id):
    """The previews of an entity in short form, as JSON: by task type, newest revision first."""
    shown = parts(PreviewFile, "f")
    return ctx.db.json_list(
        f"SELECT {json_object({name: shown[name] for name in SHORT})} FROM preview_file f"
        " JOIN task t ON t.id = f.task_id JOIN task_type tt ON tt.id = t.task_type_id"
        " WHERE t.entity_id = ? ORDER BY tt.name, f.revision DESC, f.position, f.created_at",
        [entity_id],
    )


def by_task_type(ctx, entity_ids):
    """`{entity id: {task type id: [revision, ...]}}`; a revision is its first preview, containing the others."""
    shown = parts(PreviewFile, "f")
    item = {
        **{name: shown[name] for name in ITEM},
        "duration": "COALESCE(f.duration, 0.0)",
        **{name: f"json_extract(f.data, '$.{name}')" for name in ORIGINAL},
    }
    by_entity = of_entities(ctx, entity_ids, item, "f.created_at")
    return {entity_id: gathered(by_entity.get(entity_id, [])) for entity_id in entity_ids}


def gathered(kinds):
    """`{task type id: [revision, ...]}` of an entity, from the result of `of_entities`."""
    return {kind: [whole(first, others) for first, *others in revisions] for kind, revisions in kinds}


def whole(first, others):
    """The first preview of a revision, containing the others."""
    shown = {name: value for name, value in first.items() if name not in ("position", "task_type_id")}
    return {**shown, "previews": others}


def of_entities(ctx, entity_ids, item, order, project_id=None):
    """`{entity id: [(task type id, [[preview, ...] per revision]), ...]}` of entities, in one query.

    `item` are the parts of a preview (table `f`) in addition to `position` and `task_type_id`: name -> SQL; `order`
    sorts the previews of a revision. With `project_id`, only entities of that project and shared ones count. If there
    are two tasks of a type, the last one counts.
    """
    shown = json_object({**item, "position": "f.position", "task_type_id": "t.task_type_id"})
    rows = ctx.db.execute(
        f"SELECT t.entity_id, t.task_type_id, t.id, f.revision, {shown} FROM preview_file f"
        " JOIN task t ON t.id = f.task_id JOIN task_type tt ON tt.id = t.task_type_id"
        " JOIN entity e ON e.id = t.entity_id"
        " WHERE t.entity_id IN (SELECT value FROM json_each(:entities))"
        " AND (:project IS NULL OR e.project_id = :project OR e.is_shared)"
        f" ORDER BY tt.priority DESC, tt.name, t.created_at, f.revision DESC, {order}, f.rowid",
        {"entities": json.dumps(list(entity_ids)), "project": project_id},
    )
    by_entity = {}
    for entity_id, kind, task_id, revision, text in rows:
        tasks = by_entity.setdefault(entity_id, {}).setdefault(kind, {})
        tasks.setdefault(task_id, {}).setdefault(revision, []).append(json.loads(text))
    return {
        entity_id: [(kind, [*list(tasks.values())[-1].values()]) for kind, tasks in kinds.items()]
        for entity_id, kinds in by_entity.items()
    }
