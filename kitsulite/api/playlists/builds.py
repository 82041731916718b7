"""Building the movies of playlists."""

from kitsulite.api.policies import admin, manager_of_playlist, no_vendor, reader_of_playlist
from kitsulite.domain.playlists import builds
from kitsulite.models.projects import Project
from kitsulite.web import reply
from kitsulite.web.route import delete, get


@get("/data/playlists/<playlist_id>/build/mp4", allow=manager_of_playlist("playlist_id"))
def build_movie(ctx, playlist_id):
    """Start building the movie of a playlist; `full=true` encodes all parts again."""
    return builds.begin(ctx, ctx.row, ctx.request.flag("full"))


@get("/data/projects/<project_id>/build-jobs", allow=admin)
def project_builds(ctx, project_id):
    """List the builds of all playlists of a production."""
    return builds.of_project(ctx, ctx.db.require(Project, project_id))


@get("/data/playlists/<playlist_id>/jobs/<build_job_id>", allow=no_vendor & reader_of_playlist("playlist_id"))
def build(ctx, playlist_id, build_job_id):
    """Get a build of a playlist."""
    return builds.find(ctx, playlist_id, build_job_id)


@delete("/data/playlists/<playlist_id>/jobs/<build_job_id>", allow=no_vendor & reader_of_playlist("playlist_id"))
def remove_build(ctx, playlist_id, build_job_id):
    """Delete a build of a playlist."""
    builds.remove(ctx, ctx.row, builds.find(ctx, playlist_id, build_job_id))


@get(
    "/data/playlists/<playlist_id>/jobs/<build_job_id>/build/mp4",
    allow=no_vendor & reader_of_playlist("playlist_id", supervisors=True),
)
def download_build(ctx, playlist_id, build_job_id):
    """Download the movie of a build."""
    job = builds.find(ctx, playlist_id, build_job_id)
    name = builds.file_name(ctx, ctx.row, job)
    return reply.stored(ctx, builds.movie(ctx, job), "video/mp4", job, reply.attachment(name))
