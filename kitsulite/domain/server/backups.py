"""The backups of a running server: automatic ones, and those that an administrator requests."""

import contextlib
import datetime as dt
import json
import logging
import os
import re
import threading
import time
from pathlib import Path

from kitsulite import clock
from kitsulite.domain.server import verification
from kitsulite.errors import NotFound, SetupError, Unavailable
from kitsulite.store.backups import making, manifest, portions
from kitsulite.store.backups.writing import Unfinished
from kitsulite.store.folder import DATABASE, Underway
from kitsulite.store.migrations import STEPS

log = logging.getLogger("kitsulite.backups")
#: beginnings of the names of automatic and requested backups
AUTOMATIC, ASKED = "auto", "asked"
NAME = re.compile(rf"({AUTOMATIC}|{ASKED})-\d{{4}}-\d\d-\d\dT\d{{6}}(\.zip)?")
FAILURE = "failure.json"
#: beginning of the names of backups that are being removed
LEAVING = ".leaving-"
HOUR = 3600
#: seconds between checks whether a backup is due, and from the first start to the first backup
PAUSE, FIRST = 60, HOUR


def folder_of(settings, data_folder):
    """The folder of the backups of a studio."""
    return Path(settings.backup_dir).expanduser() if settings.backup_dir else data_folder / "backups"


def make(app, target, with_files=True, progress=None, before=None):
    """Write a backup of a studio to a zip file or a folder; returns its path."""
    with making.snapshot(app.folder, app.files, verification.has_owner, with_files) as snapshot:
        return making.make(snapshot, Path(target), progress or silent, before)


def silent(size):
    """A progress bar that shows nothing."""
    return lambda done: None


class Backups:
    """Makes and keeps the backups of a server in their folder."""

    def __init__(self, app):
        self.app = app
        self.folder = folder_of(app.settings, app.folder)
        self.hours = app.settings.backup_every
        self._busy = threading.Lock()
        self._ended = threading.Event()
        self._thread = None
        #: on the monotonic clock: the start, and the last automatic backup since
        self._started, self._last = time.monotonic(), None

    def start(self):
        if self.hours:
            self._thread = threading.Thread(target=self._run, name="kitsulite-backups", daemon=True)
            self._thread.start()

    def stop(self):
        """End the thread, after the backup that it is making."""
        self._ended.set()
        if self._thread:
            self._thread.join()

    def _run(self):
        while not self._ended.wait(PAUSE):
            if self.due_in() <= 0:
                self.attempt(AUTOMATIC)

    def due_in(self):
        """Seconds until the next automatic backup is due; an hour after a failed one.

        If the clock was set back, so that the last backup is in the future, the time since the start of this server,
        or since its own last backup, counts.
        """
        now, steady = clock.seconds(clock.now()), time.monotonic()
        last = max((seconds(path) for path in self.paths() if path.name.startswith(AUTOMATIC)), default=None)
        waits = [] if last is None or last > now else [last + self.hours * HOUR - now]
        if self._last is not None:
            waits.append(self._last + self.hours * HOUR - steady)
        due = min(waits) if waits else self._started + FIRST - steady
        failure = self.failure()
        return max(due, failure["at"] + HOUR - now) if failure and failure["at"] <= now else due

    def attempt(self, kind):
        """Make a backup; a failure is logged and noted for `doctor`. Returns its path or None."""
        try:
            path = self._make(kind)
            (self.folder / FAILURE).unlink(missing_ok=True)
            return path
        except Underway as error:
            log.info("%s", error)
            return None
        except Exception as error:
            log.exception("no backup was made")
            self.note_failure(error)
            return None

    def make(self, kind):
        """Make a backup of the studio now; an automatic one is a folder of hard links."""
        try:
            return self._make(kind)
        except SetupError as error:
            raise Unavailable(str(error)) from error

    def _make(self, kind):
        if not self._busy.acquire(blocking=False):
            raise Underway("A backup is being made: ask again later.")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            target = self.new_path(kind)
            # without hard links, each would contain all files again: then only the database is saved
            with_files = kind == ASKED or making.can_link(self.app.folder / DATABASE, self.folder)
            self.continue_last(kind, target)
            path = make(self.app, target, with_files, before=self.newest_manifest())
            self.remove_old(kind)
            if kind == AUTOMATIC:
                self._last = time.monotonic()
            return path
        finally:
            self._busy.release()

    def new_path(self, kind):
        """The path for a new backup; names sort in the order of the backups, even within a second."""
        last = max((made_at(path) for path in self.paths()), default="")
        moment = clock.utc_now().replace(microsecond=0)
        if last >= moment.isoformat():
            moment = dt.datetime.fromisoformat(last) + dt.timedelta(seconds=1)
        name = f"{kind}-{moment.isoformat().replace(':', '')}"
        return self.folder / (name if kind == AUTOMATIC else f"{name}.zip")

    def continue_last(self, kind, target):
        """Continue from the last unfinished backup of this kind, and remove older leftovers."""
        leftovers = [Unfinished(path.with_suffix("")) for path in sorted(self.folder.glob(f"{kind}-*.partial"))]
        if leftovers:
            leftovers.pop().move(Unfinished(target))
        for unfinished in leftovers:
            unfinished.remove()

    def newest_manifest(self):
        """The manifest of the newest folder of hard links, None if there is none."""
        folders = [path for path in self.paths() if path.is_dir()]
        try:
            return manifest.read((folders[-1] / manifest.NAME).read_bytes(), len(STEPS)) if folders else None
        except (OSError, SetupError):
            return None

    def remove_old(self, kind):
        """Keep the newest backups of a kind."""
        number = max(1, self.app.settings.backup_keep)
        for path in [path for path in self.paths() if path.name.startswith(kind)][:-number]:
            # renamed first, as a half removed one is not a backup; one being read stays until the next time
            with contextlib.suppress(OSError):
                os.replace(path, path.with_name(f"{LEAVING}{path.name}"))
        for path in self.folder.glob(f"{LEAVING}*"):
            portions.remove(path)

    def note_failure(self, error):
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (self.folder / FAILURE).write_text(json.dumps({"at": clock.seconds(clock.now()), "message": str(error)}))
        except OSError:
            log.exception("the failure cannot be noted")

    def failure(self):
        """`{"at", "message"}` of a failure after the last backup, or None."""
        return read_failure(self.folder)

    def paths(self):
        """The backups, oldest first."""
        return backups_in(self.folder)

    def shown(self):
        """The backups as shown to administrators, newest first."""
        return {
            "backups": [
                {
                    "name": path.name,
                    "made_at": made_at(path),
                    "size": path.stat().st_size if path.is_file() else None,
                    "automatic": path.name.startswith(AUTOMATIC),
                }
                for path in reversed(self.paths())
            ],
            "running": self._busy.locked(),
            "failure": self.failure(),
        }

    def path(self, name):
        """The path of a backup by its name; raises NotFound."""
        for path in self.paths():
            if path.name == name:
                return path
        raise NotFound("Backup not found.")


def backups_in(folder):
    """The paths of the finished backups in a folder, oldest first."""
    return sorted((path for path in folder.glob("*") if NAME.fullmatch(path.name)), key=made_at)


def made_at(path):
    """When a backup was made, YYYY-MM-DDTHH:MM:SS."""
    moment = path.name.partition("-")[2][:17]
    return f"{moment[:13]}:{moment[13:15]}:{moment[15:17]}"


def seconds(path):
    return clock.seconds(made_at(path))


def read_failure(folder):
    """`{"at", "message"}` of a failure since the last backup, or None."""
    try:
        return json.loads((folder / FAILURE).read_text())
    except (OSError, ValueError):
        return None
