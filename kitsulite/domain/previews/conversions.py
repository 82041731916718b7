"""Converting the movies of previews for browsers, as jobs.

The upload is always kept: as `source` beside a converted movie, else as `previews`.
"""

import contextlib

from kitsulite.domain.files import stored_files
from kitsulite.domain.previews import encodings, previews
from kitsulite.errors import Unavailable
from kitsulite.events.bus import emit
from kitsulite.jobs import ffmpeg, movies, pictures, queue
from kitsulite.jobs.ffmpeg import Failed
from kitsulite.models.fields import as_object
from kitsulite.models.previews import PreviewFile
from kitsulite.store.files import link_or_copy, sync

PREFIXES = ("previews", "lowdef", "source")
MISSING = "This server cannot work on movies: ffmpeg is not installed."


#: SQL condition: uploaded movies that wait for a conversion, but have no job in the queue
LOST = (
    "status <> 'ready' AND status = 'processing' AND extension = 'mp4' AND original_name IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM job WHERE subject_id = preview_file.id AND state IN ('queued', 'running'))"
)
#: SQL condition: movies that were stored without ffmpeg
UNCONVERTED = "status = 'ready' AND extension = 'mp4' AND json_extract(data, '$.converted') = 0"


def add(ctx, preview):
    """Queue the conversion of a stored movie in the current transaction."""
    project_id = previews.project_id_of(ctx, preview)
    ctx.app.jobs.add(ctx, previews.MOVIE_JOB, preview["id"], project_id, now=False, normalize=True)


def convert_kept(ctx):
    """Queue the movies that were stored without ffmpeg; returns their number."""
    tools(ctx)
    with ctx.db.write():
        waiting = ctx.db.all(PreviewFile, UNCONVERTED)
        for preview in waiting:
            ctx.db.update(PreviewFile, preview["id"], status="processing")
            announce_change(ctx, {**preview, "status": "processing"})
            add(ctx, preview)
    return len(waiting)


def is_possible(ctx):
    """Whether this server has ffmpeg."""
    return ffmpeg.find(ctx.settings) is not None


def tools(ctx, watch=None):
    """ffmpeg with the limits of this server; raises Unavailable without it."""
    program = ffmpeg.find(ctx.settings)
    if program is None:
        raise Unavailable(MISSING)
    return movies.Tools(program, ctx.app.jobs.limits, watch)


class Conversion(queue.Work):
    """Converts the movie of a preview if `normalize` is set; emits the events if `announce` is set."""

    def do(self, ctx, job, watch):
        preview = ctx.db.get(PreviewFile, job["subject_id"])
        with ctx.app.files.workspace() as folder:
            files, columns = movie_files(ctx, preview, job["options"], tools(ctx, watch), folder)
            sync(files.values())
            with ctx.db.write():
                ctx.app.jobs.finish(ctx, job)
                preview = ctx.db.get(PreviewFile, preview["id"])
                for (bucket, prefix), path in files.items():
                    stored_files.place(ctx, path, bucket, prefix, preview["id"])
                data = {**as_object(preview["data"]), **columns.pop("data")}
                data.pop("converted", None)
                data["movie_prefixes"] = [p for p in PREFIXES if ctx.app.files.find("movies", p, preview["id"])]
                ctx.db.update(PreviewFile, preview["id"], status="ready", data=data, **columns)
                ended(ctx, preview["id"], job["options"])

    def give_up(self, ctx, job, message):
        if ctx.db.exists(PreviewFile, id=job["subject_id"]):
            ctx.db.update(PreviewFile, job["subject_id"], status="broken")
            ended(ctx, job["subject_id"], job["options"])

    def cancelled(self, ctx, job):
        self.give_up(ctx, job, "cancelled")

    def take_up(self, ctx):
        for preview in ctx.db.all(PreviewFile, LOST):
            if stored_movie(ctx, preview, PREFIXES) and is_possible(ctx):
                add(ctx, preview)
            else:
                ctx.db.update(PreviewFile, preview["id"], status="broken")
                ended(ctx, preview["id"], {})

    def again(self, ctx, job):
        preview = ctx.db.get(PreviewFile, job["subject_id"])
        ctx.db.update(PreviewFile, preview["id"], status="processing")
        announce_change(ctx, {**preview, "status": "processing"})


def movie_files(ctx, preview, options, tools, folder):
    """(files of a movie by (bucket, prefix), columns of its row)."""
    source = stored_movie(ctx, preview, ("source", "previews", "lowdef"))
    if source is None:
        raise Failed("The uploaded movie is not there.")
    probe = tools.probe(source)
    work = converted if options.get("normalize", True) else unconverted
    files, row = work(ctx, preview, source, probe, tools, folder)
    row["data"] = {
        "original_width": probe.width,
        "original_height": probe.height,
        "original_duration": probe.seconds,
        "original_file_size": source.stat().st_size,
    }
    return files, row


def converted(ctx, preview, source, probe, tools, folder):
    """(files of a movie that is converted, columns of its row)."""
    tools.watch.total = probe.seconds
    encoding = encodings.of_preview(ctx, preview, probe.width, probe.height)
    encoded = movies.encode(tools, source, probe, folder, encoding)
    low = encoded.movies["lowdef"]
    files = pictures_of(ctx, tools, encoded.first, low, folder, (encoding.width, encoding.height), encoded.frames)
    files |= {("movies", prefix): path for prefix, path in encoded.movies.items()}
    if stored_movie(ctx, preview, ("source",)) is None:
        # a movie stored without conversion is kept beside the one that replaces it
        files["movies", "source"] = folder / "source"
        link_or_copy(source, files["movies", "source"])
    duration = round(float(encoded.frames / encoding.fps), 3)
    size = {"width": encoding.width, "height": encoding.height, "duration": duration}
    return files, {**size, "file_size": encoded.movies["previews"].stat().st_size}


def unconverted(ctx, preview, source, probe, tools, folder):
    """(files of a movie that stays as it is, columns of its row)."""
    first = movies.frame(tools, source, folder)
    if first is None:
        raise Failed("The movie has no frame.")
    size, frames = (probe.width, probe.height), round(probe.seconds * (probe.fps or 25))
    files = pictures_of(ctx, tools, first, source, folder, size, frames)
    row = {"width": probe.width, "height": probe.height, "duration": probe.seconds}
    return files, {**row, "file_size": source.stat().st_size}


def pictures_of(ctx, tools, first, movie, folder, size, frames):
    """The picture variants of the first frame, and the tile sheet."""
    width, height = size
    variants = pictures.frame_pictures(first, folder, ctx.settings)
    files = {("pictures", prefix): path for prefix, path in variants.items()}
    with contextlib.suppress(Failed):
        files["pictures", "tiles"] = movies.tiles(tools, movie, folder, width, height, frames)
    return files


def stored_movie(ctx, preview, prefixes):
    paths = (ctx.app.files.find("movies", prefix, preview["id"]) for prefix in prefixes)
    return next(filter(None, paths), None)


def ended(ctx, preview_id, options):
    """Emit the events of a ready or broken movie, and update its task and entity if it is ready."""
    preview = ctx.db.get(PreviewFile, preview_id)
    announce_change(ctx, preview)
    if preview["status"] == "ready":
        previews.refresh_task(ctx, preview)
    if options.get("announce"):
        announce_change(ctx, preview)
        previews.announce_file(ctx, preview, previews.project_id_of(ctx, preview))


def announce_change(ctx, preview):
    ids = {"preview_file_id": preview["id"], "status": preview["status"]}
    emit(ctx, "preview-file:update", ids, previews.project_id_of(ctx, preview))


queue.register(previews.MOVIE_JOB, Conversion())
