"""Removes playlist entries whose entity or preview is deleted."""

from typing import Any

from kitsulite.context import Context
from kitsulite.events.bus import emit
from kitsulite.models.fields import dump
from kitsulite.models.previews import Playlist

#: SQL conditions: the entries contain an id, searched as text, or one of many, for which they are parsed once
HOLDS_ONE = "instr(shots, ?)"
HOLDS_ANY = "EXISTS (SELECT 1 FROM json_tree(shots) WHERE atom IN (SELECT value FROM json_each(?)))"
#: JSON paths in an entry to what it shows
SHOWN = ("entity_id", "id", "preview_file_id")


def forget(ctx: Context, row_ids: list[str]) -> None:
    """Remove the entries of deleted entities or previews from all playlists."""
    if not row_ids:
        return
    where, param = (HOLDS_ANY, dump(row_ids)) if row_ids[1:] else (HOLDS_ONE, row_ids[0])
    for playlist in ctx.db.all(Playlist, where, [param]):
        drop(ctx, playlist, set(row_ids))


def forget_all(ctx: Context, ids: str, params: Any) -> None:
    """The same for the ids that SQL selects, however many."""
    shown = f"SELECT DISTINCT p.id, j.atom FROM playlist p, json_tree(p.shots) j WHERE j.atom IN {ids}"
    deleted: dict[str, set[str]] = {}
    for playlist_id, row_id in ctx.db.execute(shown, params).fetchall():
        deleted.setdefault(playlist_id, set()).add(row_id)
    for playlist_id, row_ids in deleted.items():
        drop(ctx, ctx.db.get(Playlist, playlist_id), row_ids)


def drop(ctx: Context, playlist: Any, row_ids: set[str]) -> None:
    """Remove the entries that show one of these rows from a playlist."""
    entries = playlist["shots"] if isinstance(playlist["shots"], list) else []
    remaining = [entry for entry in entries if not shows(entry, row_ids)]
    if remaining != entries:
        ctx.db.update(Playlist, playlist["id"], shots=remaining)
        emit(ctx, "playlist:update", {"playlist_id": playlist["id"]}, playlist["project_id"])


def shows(entry: Any, row_ids: set[str]) -> bool:
    return isinstance(entry, dict) and not row_ids.isdisjoint(str(entry.get(name)) for name in SHOWN)
