"""Listing and opening playlists."""

from kitsulite.domain.previews import of_entities as entity_previews
from kitsulite.models.base import json_object, parts
from kitsulite.models.fields import is_id
from kitsulite.models.previews import BuildJob, Playlist, PreviewFile

PAGE = 20
LISTED = (
    *("type", "id", "name", "project_id", "episode_id", "task_type_id", "for_client", "for_entity", "is_for_all"),
    *("created_at", "updated_at", "created_by"),
)
#: conditions for the two packs of playlists without an episode
PACKS = {"main": "episode_id IS NULL AND NOT COALESCE(is_for_all, 0)", "all": "episode_id IS NULL AND is_for_all"}
#: keys of an entry with ids; older entries have another key for their entity
IDS = ("entity_id", "id", "shot_id", "preview_file_id")
#: columns of the preview in a shot
SHOWN = ("extension", "revision", "width", "height", "duration", "status", "task_id", "previews")


def listed(ctx, project_id, page, sort_by, task_type_id, episode_id=None, for_entity=None):
    """A page of 20 playlists of a project, as JSON; `episode_id` may be a pack. Clients see those for clients."""
    conditions, params = ["project_id = ?"], [project_id]
    if episode_id:
        conditions.append(PACKS.get(episode_id, "episode_id = ?"))
        params += [] if episode_id in PACKS else [episode_id]
    if task_type_id:
        conditions.append("task_type_id = ?")
        params.append(task_type_id)
    if for_entity:
        conditions.append("COALESCE(for_entity, 'shot') = ?")
        params.append(for_entity)
    if ctx.role == "client":
        conditions.append("for_client")
    return ctx.db.json_list(
        f"SELECT {list_form()} FROM playlist WHERE {' AND '.join(f'({c})' for c in conditions)}"
        f" ORDER BY {order(sort_by)}, rowid DESC LIMIT {PAGE} OFFSET ?",
        [*params, (max(1, page) - 1) * PAGE],
    )


def list_form():
    """SQL of a playlist in a list, with the preview of its first entry, if that has one."""
    shown = {name: parts(Playlist)[name] for name in LISTED} | {"for_entity": "COALESCE(for_entity, 'shot')"}
    first = "NULLIF(json_extract(shots, '$[0].preview_file_id'), '')"
    with_first = json_object({**shown, "first_preview_file_id": first})
    return f"CASE WHEN {first} IS NULL THEN {json_object(shown)} ELSE {with_first} END"


def order(sort_by):
    """SQL of the order by a column: newest moments first, by last change for unknown columns."""
    if sort_by not in Playlist.columns():
        sort_by = "updated_at"
    return f'"{sort_by}" DESC' if sort_by in ("created_at", "updated_at") else f'"{sort_by}"'


def whole(ctx, playlist, annotations=False):
    """A playlist with its builds and the previews of its entities, optionally with annotations."""
    builds = ctx.db.all(BuildJob, "playlist_id = ?", [playlist["id"]], "created_at DESC, rowid DESC")
    jobs = [{key: job[key] for key in ("id", "status", "created_at", "message")} for job in builds]
    return {**playlist, "build_jobs": jobs, "shots": shots(ctx, playlist, annotations)}


def shots(ctx, playlist, annotations=False):
    """The entries of a playlist with all previews of their entities, and details of the one they show."""
    entries = [{**entry, "id": entity_id(entry)} for entry in entries_of(playlist)]
    names = ("annotations",) if annotations else ()
    ids = {entry["id"] for entry in entries if is_id(entry["id"])}
    by_entity = entity_previews.of_entities(ctx, ids, item(names), "f.position, f.created_at", playlist["project_id"])
    for entry in entries:
        kinds = by_entity.get(entry["id"], [])
        entry["preview_files"] = entity_previews.gathered(kinds) or []
        shown = positioned(entry["preview_files"], entry.pop("preview_file_id", None))
        if shown:
            entry["preview_file_id"] = shown["id"]
            entry |= {f"preview_file_{name}": shown.get(name, []) for name in (*SHOWN, *names)}
    return entries


def entries_of(playlist):
    """The valid stored entries."""
    return list(filter(is_entry, playlist["shots"])) if isinstance(playlist["shots"], list) else []


def is_entry(value):
    """Whether a value is an object with ids, not lists or objects, under its id keys."""
    return isinstance(value, dict) and not any(isinstance(value.get(name), (dict, list)) for name in IDS)


def entity_id(entry):
    """The id of the entity of an entry, for which older ones have another key."""
    return entry.get("id") or entry.get("shot_id") or entry.get("entity_id")


def item(names):
    """The parts of a preview within a playlist: name -> SQL."""
    columns = parts(PreviewFile, "f")
    shown = ("id", "revision", "extension", "width", "height", "created_at", "task_id", *names)
    return {
        **{name: columns[name] for name in shown},
        "duration": "COALESCE(f.duration, 0.0)",
        "status": "upper(substr(f.status, 1, 1)) || substr(f.status, 2)",
    }


def positioned(preview_files, preview_id):
    """The preview with an id among those of an entity, or None."""
    for revisions in preview_files.values() if preview_files else ():
        for first in revisions:
            for preview in (first, *first["previews"]):
                if preview["id"] == preview_id:
                    return preview
    return None
