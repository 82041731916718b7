"""Tile sheets of movies, which are made again if they are missing, as jobs."""

from kitsulite import clock
from kitsulite.domain.files import places, stored_files
from kitsulite.domain.previews import conversions, previews, stored_previews
from kitsulite.jobs import movies, queue
from kitsulite.jobs.ffmpeg import Failed
from kitsulite.models.previews import PreviewFile

KIND = "tiles"
FILE = places.PREVIEW_TILES
#: SQL condition: jobs that make the tiles of a preview, or tried to recently
TRIED = "subject_id = ? AND kind = ? AND (state IN ('queued', 'running') OR ended_at > ?)"


def find(ctx, preview):
    """The path of the tiles of a preview, or None; for a ready movie, missing ones are then queued."""
    path = ctx.app.files.find(*FILE, preview["id"])
    if path is None and preview["extension"] == "mp4" and preview["status"] == "ready":
        order(ctx, preview)
    return path


def order(ctx, preview):
    """Queue a job for the tiles, if that is possible and was not tried in the last hour."""
    if (
        not conversions.is_possible(ctx)
        or stored_previews.movie(ctx, preview, stored_previews.LOW) is None
        or is_tried(ctx, preview)
    ):
        return
    with ctx.db.write():
        if is_tried(ctx, preview):
            return
        job_id = ctx.app.jobs.add(ctx, KIND, preview["id"], previews.project_id_of(ctx, preview))
    ctx.app.jobs.start(job_id)


def is_tried(ctx, preview):
    sql = f"SELECT 1 FROM job WHERE {TRIED}"
    return ctx.db.value(sql, [preview["id"], KIND, clock.ago(hours=1)]) is not None


def sheet(tools, movie, folder):
    """The path of the tile sheet of a stored movie, a PNG of its frames. Raises Failed."""
    probe = tools.probe(movie)
    frames = round(probe.seconds * (probe.fps or 25))
    return movies.tiles(tools, movie, folder, probe.width, probe.height, frames)


class Tiles(queue.Work):
    """Makes the tiles of a movie."""

    def do(self, ctx, job, watch):
        preview = ctx.db.get(PreviewFile, job["subject_id"])
        movie = stored_previews.movie(ctx, preview, stored_previews.LOW)
        if movie is None:
            raise Failed("The movie is not there.")
        with ctx.app.files.workspace() as folder:
            path = sheet(conversions.tools(ctx, watch), movie, folder)
            with ctx.db.write():
                ctx.app.jobs.finish(ctx, job)
                ctx.db.require(PreviewFile, preview["id"])
                stored_files.place(ctx, path, *FILE, preview["id"])


queue.register(KIND, Tiles())
