"""Preview backgrounds: panoramas behind the 3D models of previews."""

import contextlib

from kitsulite.domain.files import places, stored_files
from kitsulite.domain.previews.uploads import split
from kitsulite.domain.removal import remove_row
from kitsulite.errors import BadParameter, RowRejected
from kitsulite.events.bus import emit
from kitsulite.jobs import pictures
from kitsulite.models.previews import PreviewBackgroundFile
from kitsulite.store.files import spool

FILE, THUMBNAIL = places.BACKGROUND, places.BACKGROUND_THUMBNAIL


def check_name(ctx, name, row_id=None):
    """Refuse the name of another background."""
    other_id = ctx.db.value("SELECT id FROM preview_background_file WHERE name = ? AND id IS NOT ?", [name, row_id])
    if other_id:
        raise BadParameter("A preview background file with similar name already exists")


def keep_one_default(ctx, row_id):
    """If this background is the default, unset all others."""
    row = ctx.db.get(PreviewBackgroundFile, row_id)
    if row["is_default"]:
        ctx.db.execute("UPDATE preview_background_file SET is_default = 0 WHERE is_default AND id <> ?", [row_id])


def remove_files(ctx, row_id):
    """Remove the files of a deleted background, if the server removes files."""
    stored_files.remove(ctx, (FILE, THUMBNAIL), row_id)


def store(ctx, row_id, name, stream):
    """Store the file of a background; returns its row. Must be called outside of a transaction.

    If the file is not a background, the row is deleted too.
    """
    stem, extension = split(name)
    with ctx.app.files.workspace() as folder:
        try:
            if extension != "hdr":
                raise BadParameter(f"Wrong file format, extension: {extension}")
            file = spool(stream, folder)
            thumbnail = pictures.panorama(file, folder, pictures.BACKGROUND, ctx.settings)
        except (pictures.BadPicture, BadParameter) as error:
            discard(ctx, row_id)
            raise BadParameter(str(error)) from None
        with ctx.db.write():
            return accept(ctx, row_id, file, thumbnail, {"original_name": stem, "extension": extension})


def accept(ctx, row_id, file, thumbnail, columns):
    ctx.db.require(PreviewBackgroundFile, row_id)
    ctx.db.update(PreviewBackgroundFile, row_id, **columns, file_size=file.stat().st_size)
    stored_files.place(ctx, file, *FILE, row_id)
    if thumbnail:
        stored_files.place(ctx, thumbnail, *THUMBNAIL, row_id)
    ids = {"preview_background_file_id": row_id}
    emit(ctx, "preview-background-file:update", ids)
    emit(ctx, "preview-background-file:add-file", {**ids, "extension": columns["extension"]})
    return ctx.db.get(PreviewBackgroundFile, row_id)


def discard(ctx, row_id):
    """Delete a background whose file was refused, unless a project or a template uses it."""
    with contextlib.suppress(RowRejected), ctx.db.write():
        remove_row(ctx.db, PreviewBackgroundFile, row_id)
        remove_files(ctx, row_id)
