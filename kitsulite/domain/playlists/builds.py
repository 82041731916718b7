"""The movies that are built of playlists."""

from kitsulite.domain.playlists.exports import context_name
from kitsulite.errors import NotFound, Refused
from kitsulite.models.base import shown
from kitsulite.models.previews import BuildJob

FILE = ("movies", "playlists")


def of_project(ctx, project_id):
    """The builds of all playlists of a production, as JSON."""
    return ctx.db.json_list(
        f"SELECT {shown(BuildJob, 'j')} FROM build_job j JOIN playlist p ON p.id = j.playlist_id"
        " WHERE p.project_id = ? ORDER BY j.created_at, j.rowid",
        [project_id],
    )


def find(ctx, playlist_id, job_id):
    """A build of a playlist; NotFound for that of another one."""
    job = ctx.db.get(BuildJob, job_id)
    if job["playlist_id"] != playlist_id:
        raise NotFound("BuildJob not found.")
    return job


def movie(ctx, job):
    """The path of the movie of a finished build, or None."""
    if job["status"] != "succeeded":
        raise Refused("Build is not finished")
    return ctx.app.files.find(*FILE, job["id"])


def file_name(ctx, playlist, job):
    """`<YYYYMMDD>_<HHMMSS>_<production>_<playlist>.mp4`, the moment of the build in UTC."""
    moment = job["created_at"].replace("-", "").replace(":", "").replace("T", "_")
    return f"{moment}_{context_name(ctx, playlist)}.mp4"
