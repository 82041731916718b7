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
    deleted = set(row_ids)
    for playlist in ctx.db.all(Playlist, where, [param]):
        entries = playlist["shots"] if isinstance(playlist["shots"], list) else []
        remaining = [entry for entry in entries if not shows(entry, deleted)]
        if remaining != entries:
            ctx.db.update(Playlist, playlist["id"], shots=remaining)
            emit(ctx, "playlist:update", {"playlist_id": playlist["id"]}, playlist["project_id"])


def shows(entry: Any, row_ids: set[str]) -> bool:
    return isinstance(entry, dict) and not row_ids.isdisjoint(str(entry.get(name)) for name in SHOWN)
