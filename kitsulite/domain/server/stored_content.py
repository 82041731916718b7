"""Checks that stored files exist, and match their rows and backups."""

from kitsulite.domain.files import places
from kitsulite.store.backups import manifest
from kitsulite.store.backups.writing import STORED

#: the rows of previews with a stored file
READY = (
    "FROM preview_file WHERE status = 'ready' AND original_name IS NOT NULL"
    " AND json_extract(data, '$.imported_only') IS NULL"
)
AVATARS = tuple(
    (f"avatar of the {table}", f"SELECT id, NULL FROM {table} WHERE has_avatar = 1", [places.AVATAR])
    for table in ("person", "project", "organisation")
)
#: (name of a row, SQL of rows that must have a file and its size if known, possible places)
NEEDED = (
    ("attachment", "SELECT id, size FROM attachment_file", [places.ATTACHMENT]),
    *AVATARS,
    ("preview", f"SELECT id, file_size {READY} AND extension = 'png'", [places.PREVIEW_ORIGINAL, places.PREVIEW_FILE]),
    ("preview", f"SELECT id, file_size {READY} AND extension = 'mp4'", [*places.PREVIEW_MOVIES]),
    (
        "preview",
        f"SELECT id, file_size {READY} AND COALESCE(extension, '') NOT IN ('png', 'mp4')",
        [places.PREVIEW_FILE, places.PREVIEW_ORIGINAL, *places.PREVIEW_MOVIES],
    ),
    (
        "preview background",
        "SELECT id, file_size FROM preview_background_file WHERE extension IS NOT NULL",
        [places.BACKGROUND],
    ),
    ("playlist build", "SELECT id, NULL FROM build_job WHERE status = 'succeeded'", [places.BUILD]),
)


def problems(app, progress):
    """The problems as (kind, text): kind is `missing`, `size` or `checksum`."""
    for name, sql, choice in NEEDED:
        for row_id, size in app.db.execute(sql).fetchall():
            paths = [path for place in choice if (path := app.files.find(*place, row_id))]
            if not paths:
                yield "missing", f"{name} without its file: {row_id}"
            elif size and size not in (sizes := [path.stat().st_size for path in paths]):
                yield "size", f"{name} of another size than its row says, {sizes[0]} instead of {size} bytes: {row_id}"
    yield from changed(app, progress)


def elsewhere(app):
    """The number of output files and working files in the studio's own storage, which are not read."""
    stored = (app.files.find(*places.WORKING_FILE, row_id) for row_id in app.db.column("SELECT id FROM working_file"))
    return app.db.value("SELECT count(*) FROM output_file") + sum(path is None for path in stored)


def changed(app, progress):
    """Files with another content than in the newest backup with checksums, though they were not written to."""
    backup = app.backups.newest_manifest()
    if not backup:
        return
    entries = {path: entry for path, entry in backup.files.items() if path.startswith(STORED)}
    advance = progress(sum(size for size, _, _ in entries.values()))
    for path, (size, checksum, modified) in entries.items():
        try:
            stat = (app.folder / path).stat()
            if (stat.st_size, stat.st_mtime_ns) == (size, modified):
                with open(app.folder / path, "rb") as file:
                    if manifest.checksum_of(file, size) != checksum:
                        yield "checksum", f"content changed since the backup of {backup.made_at[:19]}: {path}"
        except FileNotFoundError:
            pass
        advance(size)
