"""The work that looks after a data folder, as something that may be cut: backup, restore, upgrade, checkpoint.

Each is done on a studio in a folder of its own, and can say afterwards whether the state of before or the
new one is there; anything else is an error.
"""

import contextlib
import gzip
import io
import os
import shutil
import sqlite3
import threading
from pathlib import Path

from tqdm import tqdm

from kitsulite.application import Application
from kitsulite.cli import main
from kitsulite.domain.server import backups, verification
from kitsulite.models import TABLES
from kitsulite.models.people import Department, Person
from kitsulite.store import checkpoints
from kitsulite.store.backups import restoring
from kitsulite.store.database import Database
from kitsulite.store.folder import DATABASE
from kitsulite.store.migrations import STEPS

# the lock that tqdm makes by itself is one of all processes: a killed one would keep it
tqdm.set_lock(threading.RLock())
SCHEMAS = Path(__file__).parents[1] / "store" / "schemas"
FILES = 12
#: beginnings and ends of names that nothing finished leaves
HALF = ((".making-", ".restor"), (".partial", ".partial-list", "-journal"))


class Failed(Exception):
    """A piece of work said that it was not done."""


def opened(folder):
    return Application({}, data_dir=folder, synchronous="OFF")


def fill(folder, name):
    """A studio with some persons who have faces."""
    app = opened(folder)
    with app.db.write():
        for number in range(FILES):
            row_id = app.db.add(Person, first_name=f"{name} {number}", last_name="B", has_avatar=True)
            app.files.write("pictures", "thumbnails", row_id, io.BytesIO(os.urandom(20_000)))
    app.close()


def content(folder):
    """All rows and files of a studio; what is wrong with it is an error."""
    app = opened(folder)
    try:
        wrong = list(verification.problems(app))
        if wrong:
            raise AssertionError(f"{folder}: {wrong[:5]}")
        rows = {table: app.db.execute(f'SELECT * FROM "{table}" ORDER BY rowid').fetchall() for table in TABLES}
        return rows, {path.relative_to(app.files.folder): path.read_bytes() for path in app.files.all()}
    finally:
        app.close()


def half_done(place):
    """Names of what was not finished."""
    return [path.name for path in place.rglob("*") if path.name.startswith(HALF[0]) or path.name.endswith(HALF[1])]


def command(*words):
    """Run a command in this process."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as errors:
        code = main(list(map(str, words)))
    if code:
        raise Failed(errors.getvalue())


class Work:
    """A piece of work on the studio of a folder."""

    def __init__(self, place):
        self.place, self.studio = place, place / "studio"
        self.place.mkdir(exist_ok=True)

    def prepare(self):
        """Make the folder in which the work is done."""
        fill(self.studio, "Before")

    def do(self):
        """Do the work; Failed if that is not possible."""

    def is_new(self):
        """Whether it was done; neither the old state nor the new one is an AssertionError. The folder may be opened."""

    def check(self):
        """The same, and that nothing half done is left."""
        found = self.is_new()
        left = half_done(self.place)
        if left:
            raise AssertionError(f"left: {left}")
        return found


class Backup(Work):
    target = "copy.zip"

    def prepare(self):
        super().prepare()
        self.before = content(self.studio)

    def do(self):
        command("backup", self.place / self.target, "--data-dir", self.studio)

    def is_new(self):
        assert content(self.studio) == self.before
        if not (self.place / self.target).exists():
            return False
        restoring.verify(self.place / self.target, len(STEPS), backups.silent)
        return True

    def check(self):
        found = self.is_new()
        # what the next try goes on with
        left = [name for name in half_done(self.place) if not name.startswith(self.target)]
        assert not left, left
        return found


class Folder(Backup):
    target = "copy"


class Restore(Work):
    def prepare(self):
        super().prepare()
        fill(self.place / "other", "After")
        command("backup", self.place / "other.zip", "--data-dir", self.place / "other")
        self.before, self.after = content(self.studio), content(self.place / "other")

    def do(self):
        command("restore", self.place / "other.zip", "--yes", "--data-dir", self.studio)

    def is_new(self):
        found = content(self.studio)
        kept = list(self.studio.glob("before-restore-*"))
        assert len(kept) == int(found == self.after), kept
        if kept:
            names = {path.name for path in kept[0].iterdir()}
            assert names >= {DATABASE, "files", "secret.key"}, names
        else:
            assert found == self.before
        return bool(kept)


class Upgrade(Work):
    #: two steps below: one for the rows and one for the tables
    schema_before = len(STEPS) - 2

    def prepare(self):
        self.studio.mkdir()
        self.path = self.studio / DATABASE
        self.path.write_bytes(gzip.decompress((SCHEMAS / f"{self.schema_before}.db.gz").read_bytes()))
        self.rows = self.counts()

    def counts(self):
        with contextlib.closing(sqlite3.connect(self.path)) as connection:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            counted = [name for name in tables if name in TABLES]
            return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone() for name in counted}

    def schema(self):
        with contextlib.closing(sqlite3.connect(self.path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return connection.execute("PRAGMA user_version").fetchone()[0]

    def do(self):
        command("upgrade", "--data-dir", self.studio)

    def is_new(self):
        schema = self.schema()
        assert schema in (self.schema_before, len(STEPS)), schema
        counts = self.counts()
        assert {name: counts[name] for name in self.rows} == self.rows
        copies = [path for path in self.studio.glob(f"{DATABASE}.before-*") if ".partial" not in path.name]
        for copy in copies:
            with contextlib.closing(sqlite3.connect(copy)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                assert connection.execute("PRAGMA user_version").fetchone() == (self.schema_before,)
        assert copies or schema == self.schema_before
        content(self.studio)
        return schema == len(STEPS)


class Checkpoint(Work):
    """Writes whose log is put into the database again and again; what was acknowledged stands in a file of its own."""

    times = 60

    def prepare(self):
        super().prepare()
        (self.place / "acknowledged").touch()

    def do(self):
        database = Database(self.studio / DATABASE, synchronous="OFF")
        with open(self.place / "acknowledged", "a") as acknowledged:
            try:
                for number in range(self.times):
                    with database.write():
                        database.add(Department, name=f"{os.urandom(8).hex()} " + "x" * 2000, color="#000000")
                        name = database.value("SELECT max(rowid) FROM department")
                    acknowledged.write(f"{name}\n")
                    acknowledged.flush()
                    if number % 5 == 0:
                        checkpoints.empty_log(Path(database.path))
            except Exception as error:
                raise Failed(str(error)) from error
            finally:
                database.close()

    def is_new(self):
        acknowledged = [int(line) for line in (self.place / "acknowledged").read_text().split()]
        app = opened(self.studio)
        try:
            stored = set(app.db.column("SELECT rowid FROM department"))
            assert set(acknowledged) <= stored, sorted(set(acknowledged) - stored)
        finally:
            app.close()
        content(self.studio)
        return len(acknowledged) >= self.times


WORKS = {"backup": Backup, "folder": Folder, "restore": Restore, "upgrade": Upgrade, "checkpoint": Checkpoint}


def copy_of(template, place):
    """The same work in a copy of the folder that it was prepared in."""
    copy = type(template)(place)
    shutil.copytree(template.place, place, dirs_exist_ok=True)
    vars(copy).update({key: value for key, value in vars(template).items() if key not in vars(copy)})
    if isinstance(copy, Upgrade):
        copy.path = copy.studio / DATABASE
    return copy
