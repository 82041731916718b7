"""The stored files of previews: which one is served, and the name for its download."""

import re

from kitsulite.domain.entities.names import named
from kitsulite.domain.files import places
from kitsulite.domain.previews.uploads import GENERIC, PICTURES
from kitsulite.domain.slugs import slug
from kitsulite.errors import BadParameter

#: prefixes of movies, in the order in which they are tried
HIGH, LOW, SOURCE = ("previews", "lowdef", "source"), ("lowdef", "previews", "source"), ("source",)
TYPES = {"png": "image/png", "mp4": "video/mp4", "pdf": "application/pdf", "hdr": "image/vnd.radiance"}


def content_type(extension):
    """The content type of a stored file with an extension."""
    return TYPES.get(extension, "application/octet-stream")


def picture(ctx, preview, prefix):
    """The path of a picture of a preview (the original if it has no variants), or None."""
    path = ctx.app.files.find("pictures", prefix, preview["id"])
    if path is None and preview["extension"] == "png":
        return ctx.app.files.find("pictures", "original", preview["id"])
    return path


def movie(ctx, preview, prefixes):
    """The path of the first existing movie of a preview, or None."""
    paths = (ctx.app.files.find("movies", prefix, preview["id"]) for prefix in prefixes)
    return next(filter(None, paths), None)


def original(ctx, preview, extension):
    """The path of the uploaded picture or generic file of a preview, such as the TIFF beside its PNG, or None."""
    extension = extension.lower()
    if extension not in PICTURES + GENERIC:
        raise BadParameter(f"Extension not allowed: {extension}")
    place = places.PREVIEW_ORIGINAL if extension == "png" else places.PREVIEW_FILE
    return whole(ctx.app.files.find(*place, preview["id"]), preview, extension)


def whole(path, row, extension):
    """A path, or None if the file has another size than in its row."""
    has_size = row["file_size"] and row["extension"] == extension
    return None if path and has_size and path.stat().st_size != row["file_size"] else path


def download(ctx, preview):
    """The path of the main file of a preview, or None."""
    if preview["extension"] == "mp4":
        return movie(ctx, preview, HIGH)
    place = places.PREVIEW_ORIGINAL if preview["extension"] == "png" else places.PREVIEW_FILE
    return ctx.app.files.find(*place, preview["id"])


def download_name(ctx, preview):
    """`<project>_<entity>_<task type>_v<revision>[-<position>].<extension>`, or the name of the upload."""
    return f"{download_stem(ctx, preview)}.{preview['extension']}"


def name_inside(name):
    """A file name that cannot lead outside when an archive is unpacked."""
    return re.sub(r"[\\/\x00-\x1f]", "_", name).lstrip(".") or "preview"


def download_stem(ctx, preview):
    """The download name of a preview without its extension."""
    keeps_name = ctx.db.value("SELECT use_original_file_name FROM organisation ORDER BY created_at, rowid")
    if keeps_name and preview["original_name"] is not None:
        return preview["original_name"]
    project, entity_id, task_type = ctx.db.row(
        "SELECT COALESCE(p.name, ''), t.entity_id, COALESCE(tt.name, '') FROM task t"
        " LEFT JOIN project p ON p.id = t.project_id LEFT JOIN task_type tt ON tt.id = t.task_type_id WHERE t.id = ?",
        [preview["task_id"]],
    )
    full_name, _ = named(ctx, entity_id)
    stem = slug(f"{project} {full_name} {task_type} v{preview['revision']}")
    return stem if (preview["position"] or 1) == 1 else f"{stem}-{preview['position']}"
