"""Whether the database and the stored files belong together.

A crash can leave a file whose row was never committed, or one that was still being
written; rows without their file mean that files were lost outside of the server.
"""

from kitsulite.domain.files import places
from kitsulite.models.fields import is_id

ID_LENGTH = 36
#: parts of the path of a stored file
DEPTH = 5
#: (bucket, prefix) -> tables one of whose rows each file belongs to
OWNERS = {
    **dict.fromkeys(
        [("pictures", p) for p in ("original", "previews", "thumbnails-square", "tiles")], ("preview_file",)
    ),
    ("pictures", "thumbnails"): (
        *("preview_file", "person", "organisation", "project"),
        *("preview_background_file", "attachment_file"),
    ),
    places.BACKGROUND: ("preview_background_file",),
    **dict.fromkeys(places.PREVIEW_MOVIES, ("preview_file",)),
    places.BUILD: ("build_job",),
    places.PREVIEW_FILE: ("preview_file",),
    places.ATTACHMENT: ("attachment_file",),
    places.WORKING_FILE: ("working_file",),
}
#: what a row is called, the rows that must have a file, and the places where it may lie
NEEDED = (
    ("attachment", "SELECT id FROM attachment_file", [places.ATTACHMENT]),
    *(
        (f"avatar of the {table}", f"SELECT id FROM {table} WHERE has_avatar = 1", [places.AVATAR])
        for table in ("person", "project", "organisation")
    ),
    (
        "preview",
        "SELECT id FROM preview_file WHERE status = 'ready' AND original_name IS NOT NULL"
        " AND json_extract(data, '$.imported_only') IS NULL",
        [
            places.PREVIEW_ORIGINAL,
            *places.PREVIEW_MOVIES,
            places.PREVIEW_FILE,
        ],
    ),
    (
        "preview background",
        "SELECT id FROM preview_background_file WHERE extension IS NOT NULL",
        [places.BACKGROUND],
    ),
)


def problems(app):
    """What is wrong, as (kind, text): kind is `database`, `missing` or `orphan`."""
    yield from database_problems(app.db)
    yield from missing_files(app)
    for path in orphans(app):
        yield "orphan", f"file without a row: {path.relative_to(app.files.folder)}"


def database_problems(db):
    """Damage of the file and broken references."""
    for text in db.column("PRAGMA integrity_check"):
        if text != "ok":
            yield "database", text
    for table, rowid, parent, _ in db.execute("PRAGMA foreign_key_check").fetchall():
        yield "database", f"row {rowid} of {table} refers to a missing {parent}"


def missing_files(app):
    """Rows whose file is not there."""
    for name, sql, choice in NEEDED:
        for row_id in app.db.column(sql):
            if not any(app.files.find(bucket, prefix, row_id) for bucket, prefix in choice):
                yield "missing", f"{name} without its file: {row_id}"


def orphans(app):
    """Paths of the stored files that belong to no row; those in the making are none yet."""
    for path in sorted(p for p in app.files.folder.rglob("*") if p.is_file()):
        if not app.files.is_in_making(path) and not has_owner(app, path):
            yield path


def has_owner(app, path):
    """Whether a stored file has a row; its path is bucket/head/abc/def/rest (see `store/files.py`)."""
    parts = path.relative_to(app.files.folder).parts
    key = f"{parts[1]}-{parts[-1]}" if len(parts) == DEPTH else ""
    prefix, row_id = key[: -ID_LENGTH - 1], key[-ID_LENGTH:]
    tables = OWNERS.get((parts[0], prefix), ()) if is_id(row_id) else ()
    return any(app.db.value(f'SELECT 1 FROM "{table}" WHERE id = ?', [row_id]) for table in tables)


def remove_orphans(app):
    """Remove the files that belong to no row; returns how many."""
    removed = 0
    for path in list(orphans(app)):
        # Beside a running server a file may be there whose row is not committed yet: this waits for it.
        with app.db.write():
            if not has_owner(app, path):
                path.unlink(missing_ok=True)
                removed += 1
    return removed
