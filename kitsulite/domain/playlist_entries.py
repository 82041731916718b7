"""The entries of playlists that go with what they show."""

from typing import Any

from kitsulite.context import Context
from kitsulite.events.bus import emit
from kitsulite.models.fields import dump
from kitsulite.models.previews import Playlist

#: SQL conditions: the entries hold this id, which is sought as text, or one of many, for which they are read once
HOLDS_ONE = "instr(shots, ?)"
HOLDS_ANY = "EXISTS (SELECT 1 FROM json_tree(shots) WHERE atom IN (SELECT value FROM json_each(?)))"
#: where an entry names what it shows
SHOWN = ("entity_id", "id", "preview_file_id")


def forget(ctx: Context, row_ids: list[str]) -> None:
    """Take the entries of entities or previews that are deleted out of all playlists."""
    if not row_ids:
        return
    where, sought = (HOLDS_ANY, dump(row_ids)) if row_ids[1:] else (HOLDS_ONE, row_ids[0])
    gone = set(row_ids)
    for playlist in ctx.db.all(Playlist, where, [sought]):
        entries = playlist["shots"] if isinstance(playlist["shots"], list) else []
        left = [entry for entry in entries if not shows(entry, gone)]
        if left != entries:
            ctx.db.update(Playlist, playlist["id"], shots=left)
            emit(ctx, "playlist:update", {"playlist_id": playlist["id"]}, playlist["project_id"])


def shows(entry: Any, row_ids: set[str]) -> bool:
    return isinstance(entry, dict) and not row_ids.isdisjoint(str(entry.get(name)) for name in SHOWN)
