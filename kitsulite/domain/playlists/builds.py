"""Building the movies of playlists, as jobs."""

import contextlib
import json

from kitsulite import clock
from kitsulite.domain.files import places, stored_files
from kitsulite.domain.playlists import mails
from kitsulite.domain.playlists.exports import context_name
from kitsulite.domain.playlists.views import entries_of
from kitsulite.domain.previews import conversions, encodings, stored_previews
from kitsulite.errors import Answer, NotFound, Refused
from kitsulite.events.bus import emit
from kitsulite.jobs import movies, pictures, queue
from kitsulite.jobs.ffmpeg import Failed
from kitsulite.models.base import shown
from kitsulite.models.people import Person
from kitsulite.models.previews import BuildJob, Playlist, PreviewFile
from kitsulite.models.projects import Project
from kitsulite.store.files import sync

FILE = places.BUILD
KIND = "playlist"
IN_PROGRESS = "A build is already in progress for this playlist"
NOTHING = "The playlist shows no movie and no picture."
ENCODED_AGAIN = "The movies differ in size, rate or format: they were encoded again."


def of_project(ctx, project_id):
    """The builds of all playlists of a project, as JSON."""
    return ctx.db.json_list(
        f"SELECT {shown(BuildJob, 'j')} FROM build_job j JOIN playlist p ON p.id = j.playlist_id"
        " WHERE p.project_id = ? ORDER BY j.created_at, j.rowid",
        [project_id],
    )


def find(ctx, playlist_id, job_id):
    """A build of a playlist; raises NotFound."""
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
    """`<YYYYMMDD>_<HHMMSS>_<project>_<playlist>.mp4`, with the moment of the build in UTC."""
    moment = job["created_at"].replace("-", "").replace(":", "").replace("T", "_")
    return f"{moment}_{context_name(ctx, playlist)}.mp4"


def begin(ctx, playlist, full):
    """Start the only build of a playlist at a time; returns its row. Must be called outside of a transaction.

    With `full`, all parts are encoded again; otherwise only if they cannot be joined as they are.
    """
    conversions.tools(ctx)
    with ctx.db.write():
        if in_progress(ctx, playlist):
            raise Answer(409, {"error": True, "message": IN_PROGRESS})
        build = ctx.db.insert(BuildJob, playlist_id=playlist["id"])
        ids = {"build_job_id": build["id"], "playlist_id": playlist["id"]}
        emit(ctx, "build-job:new", {**ids, "created_at": build["created_at"]}, playlist["project_id"])
        job_id = ctx.app.jobs.add(ctx, KIND, build["id"], playlist["project_id"], full=full)
    ctx.app.jobs.start(job_id)
    return ctx.db.get(BuildJob, build["id"])


def in_progress(ctx, playlist):
    """Whether a movie of this playlist is being built."""
    sql = (
        "SELECT 1 FROM build_job b JOIN job j ON j.subject_id = b.id"
        " WHERE b.playlist_id = ? AND b.status = 'running' AND j.state IN ('queued', 'running')"
    )
    return ctx.db.value(sql, [playlist["id"]]) is not None


def remove(ctx, playlist, build):
    """Stop and delete a build of a playlist, and its movie if the server removes files."""
    ctx.app.jobs.cancel_all(ctx, build["id"])
    ctx.db.delete(BuildJob, id=build["id"])
    stored_files.remove(ctx, [FILE], build["id"])
    ids = {"build_job_id": build["id"], "playlist_id": playlist["id"]}
    emit(ctx, "build-job:delete", ids, playlist["project_id"])


class Build(queue.Work):
    """Builds the movie of a playlist, with the option `full`."""

    def do(self, ctx, job, watch):
        build = ctx.db.get(BuildJob, job["subject_id"])
        playlist = ctx.db.get(Playlist, build["playlist_id"])
        with ctx.app.files.workspace() as folder:
            tools = conversions.tools(ctx, watch)
            path, message = built(ctx, playlist, job["options"].get("full"), tools, folder)
            sync([path])
            with ctx.db.write():
                ctx.app.jobs.finish(ctx, job)
                build = ctx.db.get(BuildJob, build["id"])
                stored_files.place(ctx, path, *FILE, build["id"])
                end(ctx, build, "succeeded", message)
                person = ctx.db.find(Person, id=job["person_id"]) if job["person_id"] else None
                if person and not ctx.app.jobs.inline:
                    mails.send_build(ctx, person, playlist, build)

    def give_up(self, ctx, job, message):
        build = ctx.db.find(BuildJob, id=job["subject_id"])
        if build:
            end(ctx, build, "failed", message)

    def cancelled(self, ctx, job):
        self.give_up(ctx, job, "The build was cancelled.")

    def take_up(self, ctx):
        lost = (
            "status = 'running' AND NOT EXISTS"
            " (SELECT 1 FROM job WHERE subject_id = build_job.id AND state IN ('queued', 'running'))"
        )
        for build in ctx.db.all(BuildJob, lost):
            end(ctx, build, "failed", "The server ended in the middle of it.")

    def again(self, ctx, job):
        end(ctx, ctx.db.get(BuildJob, job["subject_id"]), "running", None)


def end(ctx, build, status, message):
    """Store how a build ended."""
    ended_at = None if status == "running" else clock.now()
    ctx.db.update(BuildJob, build["id"], status=status, message=message, ended_at=ended_at)
    payload = {"build_job_id": build["id"], "playlist_id": build["playlist_id"], "status": status, "message": message}
    project_id = ctx.db.value("SELECT project_id FROM playlist WHERE id = ?", [build["playlist_id"]])
    emit(ctx, "build-job:update", payload, project_id)


# The movie


def built(ctx, playlist, full, tools, folder):
    """(path of the movie of a playlist, message about it)."""
    files, probes = readable(tools, sources(ctx, playlist))
    if not full and fit(files, probes):
        parts = [movies.Part(path, probes[path].seconds) for path, _ in files]
        try:
            return movies.joined(tools, parts, folder), None
        except Failed:
            pass
    return encoded(ctx, playlist, files, probes, tools, folder), None if full else ENCODED_AGAIN


def sources(ctx, playlist):
    """(path, whether it is a movie) of the preview of each entry, in order; entries without a file are left out.

    Only previews of the project, and of shared entities, are included.
    """
    rows = ctx.db.column(
        "SELECT f.id FROM json_each(?) entry JOIN preview_file f ON f.id = entry.value"
        " JOIN task t ON t.id = f.task_id JOIN entity e ON e.id = t.entity_id"
        " WHERE f.extension IN ('mp4', 'png') AND f.status <> 'processing' AND (e.project_id = ? OR e.is_shared)"
        " ORDER BY entry.key",
        [json.dumps([entry.get("preview_file_id") for entry in entries_of(playlist)]), playlist["project_id"]],
    )
    files = []
    for preview in (ctx.db.get(PreviewFile, preview_id) for preview_id in rows):
        path = stored_previews.download(ctx, preview)
        if path:
            files.append((path, preview["extension"] == "mp4"))
    if not files:
        raise Failed(NOTHING)
    return files


def readable(tools, files):
    """(sources without unreadable movies, `{path: Probe}` of the movies)."""
    probes = {}
    for path in dict.fromkeys(path for path, is_movie in files if is_movie):
        with contextlib.suppress(Failed):
            probes[path] = tools.probe(path)
    usable = [(path, is_movie) for path, is_movie in files if path in probes or not is_movie]
    if not usable:
        raise Failed(NOTHING)
    return usable, probes


def fit(files, probes):
    """Whether the parts can be joined as they are: movies with sound, of the same size, rate and format."""
    kinds = {probes[path].streams if is_movie and probes[path].has_sound else None for path, is_movie in files}
    return len(kinds) == 1 and None not in kinds


def encoded(ctx, playlist, files, probes, tools, folder):
    """The path of a movie of parts that are first encoded to the same size and rate."""
    project = ctx.db.get(Project, playlist["project_id"])
    encoding = encodings.of_project(ctx, project, *first_size(ctx, files, probes))
    still_seconds = float(movies.STILL_FRAMES / encoding.fps)
    lengths = {path: probes[path].seconds if is_movie else still_seconds for path, is_movie in files}
    tools.watch.total = sum(lengths.values())
    parts = {}
    for path, is_movie in dict.fromkeys(files):
        make = movies.part if is_movie else movies.still
        parts[path] = make(tools, path, folder, encoding)
        tools.watch.done += lengths[path]
    return movies.joined(tools, [parts[path] for path, _ in files], folder)


def first_size(ctx, files, probes):
    """(width, height) of the first movie, else of the first picture."""
    for path, is_movie in files:
        if is_movie:
            return probes[path].width, probes[path].height
    return pictures.size(files[0][0]) or (1920, 1080)


queue.register(KIND, Build())
