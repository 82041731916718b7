"""Do a piece of work in processes that die, each one step later than the one before.

    python dying.py TEMPLATE TARGET WORK

The data folder TEMPLATE is copied into TARGET for each process: `001` dies before the first
step that changes anything on the disk, `002` before the second, and the last one lives to
the end; `000` is as it was. WORK is a JSON object: `email` of the caller, `method`, `path`, `form`, `files` as
lists of (field, name, text), and `settings` of the application.
"""

import json
import os
import shutil
import sys
import traceback
from pathlib import Path

from support import Api

from kitsulite.application import Application
from kitsulite.auth import tokens
from kitsulite.events.bus import Bus
from kitsulite.store import files
from kitsulite.store.database import Database

DEAD, BROKEN = 9, 1


class Steps:
    """Ends the process before a step; steps are calls that change the disk, or mail a person."""

    def __init__(self, last):
        self.left = last

    def take(self):
        self.left -= 1
        if self.left == 0:
            os._exit(DEAD)

    def count(self, owner, name, counts=lambda *args: True):
        """Make every call of a function a step, or those whose arguments count."""
        original = getattr(owner, name)

        def step(*args, **options):
            if counts(*args):
                self.take()
            return original(*args, **options)

        setattr(owner, name, step)

    def start(self):
        self.count(Database, "execute", lambda db, sql, *params: not sql.startswith(("SELECT", "PRAGMA")))
        self.count(Bus, "publish")
        for name in ("replace", "fsync", "mkdir", "unlink", "rmdir", "link"):
            self.count(os, name)
        files.shutil.copyfileobj = self.copy

    def copy(self, source, target, length=0):
        """Copy a file in two steps, so that there is a half-written one."""
        content = source.read()
        for part in (content[: len(content) // 2], content[len(content) // 2 :]):
            self.take()
            target.write(part)
            target.flush()


def work(folder, last, email, method, path, form, files, settings):
    """Do the work; die before the step of this number, 0 for none."""
    app = Application(data_dir=folder, synchronous="OFF", **settings)
    person_id = app.db.value("SELECT id FROM person WHERE email = ?", [email])
    api = Api(app, tokens.pair(app.settings, person_id)[0])
    if last:
        Steps(last).start()
    if method == "upload":
        answer = api.upload(path, [(field, name, content.encode("latin-1")) for field, name, content in files], **form)
    else:
        answer = getattr(api, method)(path, form or None)
    if answer.status_int >= 300:
        raise AssertionError(answer.text)
    app.close()


def in_a_child(function, *args, **options):
    """The exit code of a child process that runs a function."""
    child = os.fork()
    if child == 0:
        code = BROKEN
        try:
            function(*args, **options)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(template, target, text):
    def copy(name):
        return shutil.copytree(template, Path(target, name))

    asked = json.loads(text)
    copy("000")
    # Anybody who has done it once is quick: the children inherit what is read and made only once.
    work(copy("warm"), 0, **asked)
    shutil.rmtree(Path(target, "warm"))
    code, number = DEAD, 0
    while code == DEAD:
        number += 1
        code = in_a_child(work, copy(f"{number:03}"), number, **asked)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
