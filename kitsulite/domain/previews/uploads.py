"""Uploading the file of a preview: receiving, examining and storing it."""

from dataclasses import dataclass
from pathlib import Path

from kitsulite.aside import aside
from kitsulite.domain.files import places, stored_files
from kitsulite.domain.previews import conversions, previews
from kitsulite.errors import BadParameter, Refused, TooLarge
from kitsulite.jobs import pictures
from kitsulite.models.fields import as_object
from kitsulite.models.previews import PreviewFile
from kitsulite.store.files import spool

#: extensions of pictures that are kept only as PNG, and of those whose upload is kept beside it
PLAIN_PICTURES = ("jpe", "jpeg", "jpg", "png")
PICTURES = (*PLAIN_PICTURES, "avif", "bmp", "tga", "tif", "tiff", "webp")
MOVIES = ("avi", "m4v", "mkv", "mov", "mp4", "webm", "wmv")
GENERIC = (
    *("ae", "ai", "blend", "clip", "comp", "diff", "exr", "fbx", "fla", "flv", "gif", "glb", "gltf", "hip", "kra"),
    *("ma", "mb", "md", "mp3", "obj", "pdf", "psd", "psb", "rar", "rev", "riv", "sai", "sai2", "sbbkp", "svg"),
    *("swf", "tvpp", "wav", "zip"),
)
#: generic files that are also shown as pictures, if they can be decoded
PICTURED = ("exr", "gif", "psd")
#: the first bytes of files with a movie, and their position
MOVIE_SIGNATURES = ((b"ftyp", 4), (b"moov", 4), (b"\x1aE\xdf\xa3", 0), (b"AVI ", 8), (b"0&\xb2u\x8ef\xcf\x11", 0))
LONGEST_NAME = 250
#: key in the metadata of previews whose row came from another server without its file
IMPORTED = "imported_only"


def split(name):
    """(stem, extension in lower case) of a file name; without a dot, all of it is the extension."""
    stem, _, extension = name.replace("\0", "").rpartition(".")
    return stem[:LONGEST_NAME], extension.lower()


def refuse_second(preview):
    """Refuse a file for a preview that has one."""
    if preview["original_name"] and not is_imported(preview):
        raise Refused("The file of this preview was uploaded already.")


def is_imported(preview):
    """Whether the row of a preview came from another server without its file."""
    return bool(as_object(preview["data"]).get(IMPORTED))


@dataclass
class Prepared:
    """An upload that is ready to be stored: files by (bucket, prefix), columns of the row, and the job it needs."""

    files: dict[tuple[str, str], Path]
    columns: dict
    job: dict | None = None


def store(ctx, preview, name, stream, normalize=True, wait=False):
    """Store the uploaded file of a preview; returns the preview. Must be called outside of a transaction.

    If the file cannot be a preview, the preview is deleted. Movies are converted by a job unless `normalize` is false.
    With `wait`, the job is done before the answer, as it always is without conversion.
    """
    stem, extension = split(name)
    wait = wait or not normalize
    try:
        with ctx.app.files.workspace() as folder:
            with aside():
                upload = prepared(ctx, preview, extension, stream, folder, normalize, wait)
            with ctx.db.write():
                job_id = accept(ctx, preview, upload, stem, wait)
    except pictures.BadPicture as error:
        discard(ctx, preview)
        raise BadParameter(str(error)) from None
    except (BadParameter, TooLarge):
        discard(ctx, preview)
        raise
    if job_id:
        ctx.app.jobs.start(job_id, now=wait)
    return ctx.db.get(PreviewFile, preview["id"])


def prepared(ctx, preview, extension, stream, folder, normalize, wait):
    """What is stored of an upload, with its files in a folder."""
    kind = kind_of(extension, stream)
    if kind == "picture":
        return prepared_picture(ctx, extension, stream, folder)
    path = spool(stream, folder)
    if kind == "movie":
        return prepared_movie(ctx, preview, path, normalize, wait)
    files = {places.PREVIEW_FILE: path}
    if extension in PICTURED:
        variants = pictures.smaller_pictures(path, folder, ctx.settings)
        files |= {("pictures", prefix): variant for prefix, variant in variants.items()}
    return Prepared(files, {"extension": extension, "status": "ready", "file_size": path.stat().st_size})


def kind_of(extension, stream):
    """`picture`, `movie` or `file`, by the extension, else by the content; raises BadParameter if not accepted."""
    for kind, extensions in (("picture", PICTURES), ("movie", MOVIES), ("file", GENERIC)):
        if extension in extensions:
            return kind
    start = stream.read(16)
    stream.seek(0)
    if any(start[position:].startswith(signature) for signature, position in MOVIE_SIGNATURES):
        return "movie"
    if pictures.is_picture(stream):
        return "picture"
    accepted = f"pictures ({', '.join(PICTURES)}), movies ({', '.join(MOVIES)}) and files ({', '.join(GENERIC)})"
    raise BadParameter(f"Wrong file format, extension: {extension[:20]}. Accepted: {accepted}.")


def prepared_picture(ctx, extension, stream, folder):
    """What is stored of a picture: PNG and variants, and uploads in other formats."""
    result = pictures.preview_pictures(stream, folder, ctx.settings)
    files = {("pictures", prefix): path for prefix, path in result.files.items()}
    if extension not in PLAIN_PICTURES:
        stream.seek(0)
        files["files", "previews"] = spool(stream, folder)
    size = result.files["original"].stat().st_size
    columns = {"extension": "png", "width": result.width, "height": result.height, "file_size": size, "status": "ready"}
    return Prepared(files, columns)


def prepared_movie(ctx, preview, path, normalize, wait):
    """What is stored of a movie, with the job that converts it if there is ffmpeg."""
    size = path.stat().st_size
    if not size:
        raise BadParameter("The movie is empty.")
    data = {**as_object(preview["data"]), "original_file_size": size}
    columns = {"extension": "mp4", "file_size": size, "data": data}
    if not conversions.is_possible(ctx):
        data["converted"] = False
        return Prepared({("movies", "previews"): path}, {**columns, "status": "ready"})
    place = ("movies", "source" if normalize else "previews")
    return Prepared({place: path}, {**columns, "status": "processing"}, {"normalize": normalize, "announce": wait})


def accept(ctx, preview, upload, original_name, wait):
    """Store the files of a preview and emit its events; returns the id of its job, or None."""
    refuse_second(ctx.db.get(PreviewFile, preview["id"]))
    for (bucket, prefix), path in upload.files.items():
        stored_files.place(ctx, path, bucket, prefix, preview["id"])
    columns = {**upload.columns, "original_name": original_name}
    if is_imported(preview):
        data = as_object(columns.get("data", preview["data"]))
        columns["data"] = {key: value for key, value in data.items() if key != IMPORTED}
    ctx.db.update(PreviewFile, preview["id"], **columns)
    preview = ctx.db.get(PreviewFile, preview["id"])
    project_id = previews.project_id_of(ctx, preview)
    if upload.job:
        # a job that is done before the answer emits all events itself
        if not upload.job["announce"]:
            conversions.announce_change(ctx, preview)
            previews.announce_file(ctx, preview, project_id)
        return ctx.app.jobs.add(ctx, previews.MOVIE_JOB, preview["id"], project_id, now=wait or None, **upload.job)
    conversions.announce_change(ctx, preview)
    if preview["extension"] in ("png", "mp4"):
        previews.refresh_task(ctx, preview)
        conversions.announce_change(ctx, preview)
    previews.announce_file(ctx, preview, project_id)
    return None


def discard(ctx, preview):
    """Delete a preview whose file was refused, unless it has another one meanwhile."""
    with ctx.db.write():
        preview = ctx.db.find(PreviewFile, id=preview["id"])
        if preview and not preview["original_name"] and not is_imported(preview):
            previews.remove_preview(ctx, preview)
