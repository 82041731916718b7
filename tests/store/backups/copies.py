"""What a studio holds, and the way back from a backup of it."""

import io

import kitsulite
from kitsulite.models import TABLES
from kitsulite.models.people import Person
from kitsulite.store.backups import restoring
from kitsulite.store.migrations import STEPS


def silent(size):
    return lambda done: None


def with_face(app, name):
    """A person with an avatar; returns their id."""
    with app.db.write():
        person_id = app.db.add(Person, first_name=name, last_name="B", has_avatar=True)
        app.files.write("pictures", "thumbnails", person_id, io.BytesIO(name.encode() * 1000))
    return person_id


def content(app):
    """All rows and files of a studio."""
    rows = {table: app.db.rows(f'SELECT * FROM "{table}" ORDER BY rowid') for table in TABLES}
    return rows, {path.relative_to(app.files.folder): path.read_bytes() for path in app.files.all()}


def restored(backup, folder):
    folder.mkdir(exist_ok=True)
    restoring.restore(backup, folder, len(STEPS), silent)
    return kitsulite.create_app(data_dir=folder, synchronous="OFF")
