"""Playlists: ordered selections of previews for reviews."""

from kitsulite.domain.playlists import builds, views
from kitsulite.errors import BadParameter
from kitsulite.events.bus import emit
from kitsulite.models.activity import Notification
from kitsulite.models.fields import dump
from kitsulite.models.previews import BuildJob, Playlist, PlaylistShareLink

#: kinds of entities in playlists
KINDS = ("shot", "asset", "sequence", "edit", "episode")


def check_kind(kind):
    """Refuse a kind of entity that playlists cannot have."""
    if kind is not None and kind not in KINDS:
        raise BadParameter(f"for_entity must be one of {', '.join(KINDS)}")


def stored_shots(ctx, shots):
    """The stored form of a playlist's entries: those with an entity, each with its preview or none."""
    if not isinstance(shots, list):
        raise BadParameter("shots must be a list of objects that hold ids.")
    with_entity = [shot for shot in shots if views.is_entry(shot) and (shot.get("entity_id") or shot.get("id"))]
    entries = [
        {"entity_id": shot.get("entity_id") or shot.get("id"), "preview_file_id": shot.get("preview_file_id")}
        for shot in with_entity
    ]
    return pinned(ctx, entries)


def pinned(ctx, entries):
    """Entries without previews of other entities than their own; entries without a preview stay as they are."""
    sql = (
        "SELECT f.id, t.entity_id FROM json_each(?) j JOIN preview_file f ON f.id = lower(j.value)"
        " JOIN task t ON t.id = f.task_id"
    )
    preview_ids = [entry["preview_file_id"] for entry in entries if isinstance(entry.get("preview_file_id"), str)]
    owners = dict(ctx.db.execute(sql, [dump(preview_ids)]).fetchall())
    return [
        {**entry, "preview_file_id": of_entity(owners, entry)} if "preview_file_id" in entry else entry
        for entry in entries
    ]


def of_entity(owners, entry):
    """The id of an entry's preview if it belongs to its entity, else None; `owners`: preview id -> entity id."""
    preview_id = str(entry["preview_file_id"]).lower()
    owner = owners.get(preview_id)
    return preview_id if owner and owner == str(views.entity_id(entry)).lower() else None


def checked_shots(shots):
    """The entries in a request, which must be a valid list of objects."""
    if not isinstance(shots, list) or not all(map(views.is_entry, shots)):
        raise BadParameter("shots must be a list of objects that hold ids.")
    return shots


def add_entities(ctx, playlist, couples):
    """Append entities with their previews, by default the latest ones; returns the playlist.

    An entity and preview that the playlist already has together are left out.
    """
    entries = list(playlist["shots"]) if isinstance(playlist["shots"], list) else []
    present = [couple(entry) for entry in views.entries_of(playlist)]
    for entity_id, requested in couples:
        (entry,) = pinned(ctx, [{"entity_id": entity_id, "preview_file_id": requested}])
        preview_id = entry["preview_file_id"] if requested else latest_preview(ctx, entity_id, playlist["task_type_id"])
        if (entity_id, preview_id) in present:
            continue
        present.append((entity_id, preview_id))
        entries.append({"entity_id": entity_id, **({"preview_file_id": preview_id} if preview_id or requested else {})})
        payload = {"playlist_id": playlist["id"], "entity_id": entity_id, "preview_file_id": preview_id}
        emit(ctx, "playlist:add_entity", payload, playlist["project_id"])
    if entries != playlist["shots"]:
        ctx.db.update(Playlist, playlist["id"], shots=entries)
    return ctx.db.get(Playlist, playlist["id"])


def couple(entry):
    """(entity, preview) of an entry."""
    return views.entity_id(entry), entry.get("preview_file_id")


def latest_preview(ctx, entity_id, task_type_id):
    """The id of the newest preview in the highest revision of an entity, optionally of one task type."""
    return ctx.db.value(
        "SELECT f.id FROM preview_file f JOIN task t ON t.id = f.task_id"
        " WHERE t.entity_id = :entity AND (:kind IS NULL OR t.task_type_id = :kind)"
        " ORDER BY f.revision DESC, f.created_at DESC, f.rowid DESC LIMIT 1",
        {"entity": entity_id, "kind": task_type_id},
    )


def remove(ctx, playlist):
    """Delete a playlist with its notifications, builds and share links."""
    ctx.db.delete(Notification, playlist_id=playlist["id"])
    for job in ctx.db.all(BuildJob, "playlist_id = ?", [playlist["id"]]):
        builds.remove(ctx, playlist, job)
    ctx.db.delete(PlaylistShareLink, playlist_id=playlist["id"])
    ctx.db.delete(Playlist, id=playlist["id"])
