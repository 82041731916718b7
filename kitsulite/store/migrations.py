"""The schema of the database file and the steps that brought older files up to it.

Each step is a function of the connection, in order; `PRAGMA user_version` counts the ones
that a file has behind it. A step is never changed once it is released: a change of the
tables is a new step at the end.
"""

import os
import sqlite3

import peewee

from kitsulite import clock
from kitsulite.errors import SetupError
from kitsulite.models import TABLES
from kitsulite.store import search


def create_tables(database):
    """All tables with their constraints and indexes."""
    for model in TABLES.values():
        peewee.SchemaManager(model, database).create_all()


def superseded(database):
    """A step that nothing needs any more: a later one does its work anew."""


STEPS = (create_tables, superseded, search.create)


def upgrade(database, seed):
    """Bring the file of a `store.Database` up to date, after a copy of what was there.

    `seed()` fills a new file, in the transaction that makes its tables. Returns whether the file is new.
    """
    connection = database.connection()
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(STEPS):
        raise SetupError(
            f"{database.path} was made by a newer kitsulite (schema {version}, this one knows {len(STEPS)}): "
            "install that version, or choose another data folder."
        )
    if version == len(STEPS):
        return False
    if version:
        copy(connection, f"{database.path}.before-{version + 1}-{clock.now()[:19].replace(':', '')}")
    with database.write():
        for step in STEPS[version:]:
            step(database.peewee)
        if version == 0:
            seed()
        connection.execute(f"PRAGMA user_version = {len(STEPS)}")
    return version == 0


def copy(connection, path):
    """A consistent copy of a database in use, written whole or not at all."""
    partial = f"{path}.partial"
    target = sqlite3.connect(partial)
    with target:
        connection.backup(target)
    target.close()
    os.replace(partial, path)
