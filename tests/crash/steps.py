"""What a process that dies leaves of a data folder, whichever step it dies before.

That is what lies in the folder at that moment: all that was written, and nothing of what the process still had in
its memory. So the folder is copied before each step, while one process does the work to its end.
"""

import hashlib
import os
import re
import shutil

from kitsulite.events.bus import Bus
from kitsulite.store import files
from kitsulite.store.database import Database

#: what differs between names of the same file: the end of a workspace, an id and its parts
BY_CHANCE = re.compile(r"(?<=\.making-)[^/]+|(?<=/)[0-9a-f]{3}(?=/|$)|[0-9a-f-]{27,36}$")


class Steps:
    """Copies a folder before each step; steps are calls that change the disk, or tell a person of it.

    `left`: for each step, and for the end, the copy of what a process that dies there leaves; the same one for steps
    between which nothing has changed.
    """

    def __init__(self, folder, kept, monkeypatch):
        self.folder, self.kept, self.monkeypatch = folder, kept, monkeypatch
        self.left, self._seen, self._is_copying = [], None, False
        self.take()

    def take(self):
        """Keep what lies in the folder now."""
        if self._is_copying:
            return
        self._is_copying = True
        seen = print_of(self.folder)
        if seen != self._seen:
            self._seen, self._copy = seen, self.kept / f"{len(self.left):03}"
            # the index of the log is made anew
            shutil.copytree(self.folder, self._copy, ignore=shutil.ignore_patterns("*-shm"))
        self.left.append(self._copy)
        self._is_copying = False

    def count(self, owner, name, counts=lambda *args: True):
        """Make every call of a function a step, or those whose arguments count."""
        original = getattr(owner, name)

        def step(*args, **options):
            if counts(*args):
                self.take()
            return original(*args, **options)

        self.monkeypatch.setattr(owner, name, step)

    def watch(self):
        """Take all steps from now on."""
        self.count(Database, "execute", lambda db, sql, *params: not sql.startswith(("SELECT", "PRAGMA")))
        self.count(Bus, "publish")
        for name in ("replace", "fsync", "mkdir", "unlink", "rmdir", "link"):
            self.count(os, name)
        self.monkeypatch.setattr(files.shutil, "copyfileobj", self.copy)

    def copy(self, source, target, length=0):
        """Copy a file in two steps, so that there is a half-written one."""
        content = source.read()
        for part in (content[: len(content) // 2], content[len(content) // 2 :]):
            self.take()
            target.write(part)
            target.flush()


def print_of(folder):
    """What two folders have in common if they hold the same state."""
    found = []
    for path in folder.rglob("*"):
        if not path.name.endswith("-shm"):
            content = "" if path.is_dir() else hashlib.blake2b(path.read_bytes()).hexdigest()
            found.append((BY_CHANCE.sub("", path.relative_to(folder).as_posix()), content))
    return sorted(found)
