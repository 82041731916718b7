"""Preview backgrounds: panoramas behind the 3D models that a preview shows."""

from kitsulite.domain import stored_files
from kitsulite.errors import BadParameter
from kitsulite.models.previews import PreviewBackgroundFile

#: (bucket, prefix) of the files of a background
STORED = (("pictures", "preview-backgrounds"), ("pictures", "thumbnails"))


def check_name(ctx, name, row_id=None):
    """Refuse the name of another background."""
    found = ctx.db.value("SELECT id FROM preview_background_file WHERE name = ? AND id IS NOT ?", [name, row_id])
    if found:
        raise BadParameter("A preview background file with similar name already exists")


def keep_one_default(ctx, row_id):
    """Where this background is the default, no other one is."""
    row = ctx.db.get(PreviewBackgroundFile, row_id)
    if row["is_default"]:
        ctx.db.execute("UPDATE preview_background_file SET is_default = 0 WHERE is_default AND id <> ?", [row_id])


def remove_files(ctx, row_id):
    """Remove the files of a deleted background once that is safe, where the server removes files."""
    if ctx.settings.remove_files:
        stored_files.remove(ctx, STORED, row_id)
