"""The stored files of previews: which one is shown, and under which name it is downloaded."""

import re

from kitsulite.domain.entities.names import named
from kitsulite.domain.files import places
from kitsulite.domain.previews.uploads import GENERIC, PICTURES
from kitsulite.domain.slugs import slug
from kitsulite.errors import BadParameter

#: prefixes of movies in the order in which they are looked for
HIGH, LOW, SOURCE = ("previews", "lowdef", "source"), ("lowdef", "previews", "source"), ("source",)
TYPES = {"png": "image/png", "mp4": "video/mp4", "pdf": "application/pdf", "hdr": "image/vnd.radiance"}


def content_type(extension):
    """The content type under which a stored file of an extension is sent."""
    return TYPES.get(extension, "application/octet-stream")


def picture(ctx, preview, prefix):
    """The path of a picture of a preview, or None; of a picture without variants the original."""
    found = ctx.app.files.find("pictures", prefix, preview["id"])
    if found is None and preview["extension"] == "png":
        return ctx.app.files.find("pictures", "original", preview["id"])
    return found


def movie(ctx, preview, prefixes):
    """The path of the first movie that there is of a preview, or None."""
    paths = (ctx.app.files.find("movies", prefix, preview["id"]) for prefix in prefixes)
    return next(filter(None, paths), None)


def original(ctx, preview, extension):
    """The path of the uploaded picture or generic file of a preview, or None; also that of a TIFF besides its PNG."""
    extension = extension.lower()
    if extension not in PICTURES + GENERIC:
        raise BadParameter(f"Extension not allowed: {extension}")
    place = places.PREVIEW_ORIGINAL if extension == "png" else places.PREVIEW_FILE
    return whole(ctx.app.files.find(*place, preview["id"]), preview, extension)


def whole(path, row, extension):
    """A path, or None if the file is not as big as its row says."""
    known = row["file_size"] and row["extension"] == extension
    return None if path and known and path.stat().st_size != row["file_size"] else path


def download(ctx, preview):
    """The path of the file that stands for a preview, or None."""
    if preview["extension"] == "mp4":
        return movie(ctx, preview, HIGH)
    place = places.PREVIEW_ORIGINAL if preview["extension"] == "png" else places.PREVIEW_FILE
    return ctx.app.files.find(*place, preview["id"])


def download_name(ctx, preview):
    """`<project>_<entity>_<task type>_v<revision>[-<position>].<extension>`, or the name of the upload."""
    return f"{download_stem(ctx, preview)}.{preview['extension']}"


def name_inside(name):
    """A file name that leads nowhere when an archive that holds it is unpacked."""
    return re.sub(r"[\\/\x00-\x1f]", "_", name).lstrip(".") or "preview"


def download_stem(ctx, preview):
    """The download name of a preview without its extension."""
    keeps_name = ctx.db.value("SELECT use_original_file_name FROM organisation ORDER BY created_at, rowid")
    if keeps_name and preview["original_name"] is not None:
        return preview["original_name"]
    project, entity_id, task_type = ctx.db.row(
        "SELECT p.name, t.entity_id, COALESCE(tt.name, '') FROM task t JOIN project p ON p.id = t.project_id"
        " LEFT JOIN task_type tt ON tt.id = t.task_type_id WHERE t.id = ?",
        [preview["task_id"]],
    )
    full_name, _ = named(ctx, entity_id)
    stem = slug(f"{project} {full_name} {task_type} v{preview['revision']}")
    return stem if (preview["position"] or 1) == 1 else f"{stem}-{preview['position']}"
