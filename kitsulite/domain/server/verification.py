"""Checks that the database is intact and matches the stored files.

A crash can leave a file whose row was never committed, or an unfinished one; rows without their file mean that files
were lost outside of the server.
"""

import os

from kitsulite.domain.files import places
from kitsulite.domain.server import stored_content
from kitsulite.models import TABLES
from kitsulite.models.fields import Json, is_id
from kitsulite.store import derived, search

ID_LENGTH = 36
#: the parts of the path of a stored file
DEPTH = 5
#: (bucket, prefix) -> tables that may have the row of a file
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
#: references without a foreign key
POINTERS = (("comment", "object_id", "task"), ("chat", "object_id", "entity"))


def problems(app, progress=lambda size: lambda done: None):
    """The problems as (kind, text): kind is `database`, `index`, `missing`, `size`, `checksum` or `orphan`."""
    yield from database_problems(app.db)
    yield from stored_content.problems(app, progress)
    for path in orphans(app):
        yield "orphan", f"file without a row: {path.relative_to(app.files.folder)}"


def database_problems(db):
    """Damage of the file, broken references, invalid JSON, bytes, and outdated indexes."""
    for text in db.column("PRAGMA integrity_check"):
        # problems of the search index are reported below, as it can be rebuilt
        if text != "ok" and not any(name in text for name in search.INDEXES):
            yield "database", text
    for table, rowid, parent, _ in db.execute("PRAGMA foreign_key_check").fetchall():
        yield "database", f"row {rowid} of {table} refers to a missing {parent}"
    for table, column, parent in POINTERS:
        missing = f'SELECT rowid FROM "{table}" WHERE "{column}" NOT IN (SELECT id FROM "{parent}")'
        for rowid in db.column(missing):
            yield "database", f"row {rowid} of {table} refers to a missing {parent}"
    for table, column in json_columns():
        for rowid in db.column(
            f'SELECT rowid FROM "{table}" WHERE "{column}" IS NOT NULL AND NOT json_valid("{column}")'
        ):
            yield "database", f"row {rowid} of {table}: what is in {column} is no JSON"
    for model in TABLES.values():
        types = ", ".join(f'typeof("{column}")' for column in model.columns())
        for rowid in db.column(f"SELECT rowid FROM \"{model.table()}\" WHERE 'blob' IN ({types})"):
            yield "database", f"row {rowid} of {model.table()} holds bytes, which no answer can show"
    if search.is_damaged(db):
        yield "index", "the search index is damaged: kitsulite verify --repair"
    lagging = search.lagging(db)
    if lagging:
        yield "index", f"the search index differs from {lagging} rows: kitsulite verify --repair"
    for part in derived.ALL:
        differing = part.lagging(db)
        if differing:
            yield "index", f"{part.name} differs from {differing} rows: kitsulite verify --repair"


def json_columns():
    """(table, column) of all columns with JSON."""
    for model in TABLES.values():
        for name, field in model.columns().items():
            if isinstance(field, Json):
                yield model.table(), name


def orphans(app):
    """Paths of the stored files without a row, except those being written."""
    for path in app.files.all():
        if not has_owner(app.db, path.relative_to(app.files.folder)):
            yield path


def has_owner(db, path):
    """Whether a stored file has a row in a database or connection.

    Its path below `files` is bucket/head/abc/def/rest (see `store/files.py`).
    """
    parts = path.parts
    key = f"{parts[1]}-{parts[-1]}" if len(parts) == DEPTH else ""
    prefix, row_id = key[: -ID_LENGTH - 1], key[-ID_LENGTH:]
    tables = OWNERS.get((parts[0], prefix), ()) if is_id(row_id) else ()
    return any(db.execute(f'SELECT 1 FROM "{table}" WHERE id = ?', [row_id]).fetchone() for table in tables)


def remove_orphans(app):
    """Remove the files without a row; returns their number."""
    return sum(1 for _ in without_row(app, lambda path: path.unlink(missing_ok=True)))


def repair(app):
    """Make what is derived from the rows again, and move files without a row aside; yields what was done."""
    if search.is_damaged(app.db) or search.lagging(app.db):
        yield f"{search.rebuild(app.db)} rows can be found again."
    for part in derived.ALL:
        if part.lagging(app.db):
            with app.db.large_write():
                part.create(app.db.peewee)
            yield f"Made again: {part.name}."
    aside = app.folder / "set-aside"

    def move(path):
        target = aside / path.relative_to(app.files.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)

    moved = sum(1 for _ in without_row(app, move))
    if moved:
        yield f"{moved} files without a row moved to {aside}."


def without_row(app, act):
    """Call a function for each stored file without a row; yields their paths."""
    for path in list(orphans(app)):
        # a running server may have a file whose row is not committed yet: wait for the transaction
        with app.db.write():
            if not has_owner(app.db, path.relative_to(app.files.folder)):
                act(path)
                yield path
