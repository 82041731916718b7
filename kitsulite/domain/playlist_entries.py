"""The entries of playlists that go with what they show."""

from typing import Any

from kitsulite.context import Context
from kitsulite.events.bus import emit
from kitsulite.models.previews import Playlist


def forget(ctx: Context, row_id: str) -> None:
    """Take the entries of an entity or a preview that is deleted out of all playlists."""
    for playlist in ctx.db.all(Playlist, "instr(shots, ?)", [row_id]):
        entries = playlist["shots"] if isinstance(playlist["shots"], list) else []
        left = [entry for entry in entries if not shows(entry, row_id)]
        if left != entries:
            ctx.db.update(Playlist, playlist["id"], shots=left)
            emit(ctx, "playlist:update", {"playlist_id": playlist["id"]}, playlist["project_id"])


def shows(entry: Any, row_id: str) -> bool:
    return isinstance(entry, dict) and row_id in (
        entry.get("entity_id"),
        entry.get("id"),
        entry.get("preview_file_id"),
    )
