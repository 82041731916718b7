"""Playlists: an ordered choice of previews for a review."""

from kitsulite.domain import stored_files
from kitsulite.errors import BadParameter
from kitsulite.events.bus import emit
from kitsulite.models.activity import Notification
from kitsulite.models.previews import BuildJob, Playlist, PlaylistShareLink

#: what a playlist may be made of
KINDS = ("shot", "asset", "sequence", "edit", "episode")


def check_kind(kind):
    """Refuse a kind of entity that playlists are not made of."""
    if kind is not None and kind not in KINDS:
        raise BadParameter(f"for_entity must be one of {', '.join(KINDS)}")


def stored_shots(shots):
    """The entries of a playlist as they are stored: those that say which preview they show."""
    return [
        {"entity_id": shot.get("entity_id") or shot.get("id") or "", "preview_file_id": shot["preview_file_id"]}
        for shot in checked_shots(shots)
        if "preview_file_id" in shot
    ]


def checked_shots(shots):
    """The entries that a client sends, if they are a list of objects."""
    if not isinstance(shots, list) or not all(isinstance(shot, dict) for shot in shots):
        raise BadParameter("shots must be a list of objects.")
    return shots


def remove(ctx, playlist):
    """Delete a playlist with its notifications, builds and share links."""
    ctx.db.delete(Notification, playlist_id=playlist["id"])
    for job in ctx.db.all(BuildJob, "playlist_id = ?", [playlist["id"]]):
        remove_build(ctx, playlist, job)
    ctx.db.delete(PlaylistShareLink, playlist_id=playlist["id"])
    ctx.db.delete(Playlist, id=playlist["id"])


def remove_build(ctx, playlist, job):
    """Delete a build of a playlist; its movie too where the server removes files."""
    ctx.db.delete(BuildJob, id=job["id"])
    if ctx.settings.remove_files:
        stored_files.remove(ctx, [("movies", "playlists")], job["id"])
    ids = {"build_job_id": job["id"], "playlist_id": playlist["id"]}
    emit(ctx, "build-job:delete", ids, playlist["project_id"])
