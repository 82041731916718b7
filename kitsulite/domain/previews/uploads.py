"""The file of a preview: taken in, looked at, put in its place."""

from kitsulite.domain.files import stored as stored_files
from kitsulite.domain.previews import previews
from kitsulite.errors import BadParameter, Refused
from kitsulite.events.bus import emit
from kitsulite.jobs import media
from kitsulite.models.fields import as_object
from kitsulite.models.previews import PreviewFile
from kitsulite.store.files import spool

PICTURES = ("jpe", "jpeg", "jpg", "png")
MOVIES = ("avi", "m4v", "mkv", "mov", "mp4", "webm", "wmv")
GENERIC = (
    *("ae", "ai", "blend", "clip", "comp", "diff", "exr", "fbx", "fla", "flv", "gif", "glb", "gltf", "hip", "kra"),
    *("ma", "mb", "md", "mp3", "obj", "pdf", "psd", "psb", "rar", "rev", "riv", "sai", "sai2", "sbbkp", "svg"),
    *("swf", "tvpp", "wav", "zip"),
)
LONGEST_NAME = 250


def split(name):
    """(stem, extension in lower case) of the name of an uploaded file; without a dot it is all extension."""
    stem, _, extension = name.replace("\0", "").rpartition(".")
    return stem[:LONGEST_NAME], extension.lower()


def refuse_second(preview):
    """Refuse a file for a preview that has one."""
    if preview["original_name"]:
        raise Refused("The file of this preview was uploaded already.")


def store(ctx, preview, name, stream):
    """Store the uploaded file of a preview; returns the preview.

    Outside of a transaction. A file that cannot be a preview takes the preview with it.
    """
    stem, extension = split(name)
    try:
        with ctx.app.files.workspace() as folder:
            files, known = taken_in(ctx, preview, extension, stream, folder)
            with ctx.db.write():
                return accept(ctx, preview, files, {"original_name": stem, "status": "ready", **known})
    except (media.BadPicture, BadParameter) as error:
        discard(ctx, preview)
        raise BadParameter(str(error)) from None


def taken_in(ctx, preview, extension, stream, folder):
    """The files of a preview by (bucket, prefix), made in a folder, and what its row will say of them."""
    if extension in PICTURES:
        made = media.preview_pictures(stream, folder, ctx.settings.max_image_pixels)
        files = {("pictures", prefix): path for prefix, path in made.files.items()}
        size = made.files["original"].stat().st_size
        return files, {"extension": "png", "width": made.width, "height": made.height, "file_size": size}
    if extension not in MOVIES + GENERIC:
        raise BadParameter(f"Wrong file format, extension: {extension}")
    path = spool(stream, folder)
    size = path.stat().st_size
    if extension in GENERIC:
        return {("files", "previews"): path}, {"extension": extension, "file_size": size}
    if not size:
        raise BadParameter("The movie is empty.")
    data = {**as_object(preview["data"]), "original_file_size": size, "converted": False}
    return {("movies", "previews"): path}, {"extension": "mp4", "file_size": size, "data": data}


def accept(ctx, preview, files, known):
    """Put the files of a preview in their places and tell of it; returns the preview."""
    refuse_second(ctx.db.get(PreviewFile, preview["id"]))
    for (bucket, prefix), path in files.items():
        stored_files.place(ctx, path, bucket, prefix, preview["id"])
    ctx.db.update(PreviewFile, preview["id"], **known)
    preview = ctx.db.get(PreviewFile, preview["id"])
    project_id = previews.project_id_of(ctx, preview)
    update = ("preview-file:update", {"preview_file_id": preview["id"]}, project_id)
    emit(ctx, *update)
    if preview["extension"] in ("png", "mp4"):
        previews.refresh_task(ctx, preview)
    if preview["extension"] == "mp4":
        emit(ctx, *update)
    previews.announce_file(ctx, preview, project_id)
    return preview


def discard(ctx, preview):
    """Delete a preview whose file was refused, unless it got another one meanwhile."""
    with ctx.db.write():
        preview = ctx.db.find(PreviewFile, id=preview["id"])
        if preview and not preview["original_name"]:
            previews.remove_preview(ctx, preview)
