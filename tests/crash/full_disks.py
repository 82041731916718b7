"""Do a backup, restore, upgrade or checkpoint on a disk that fills, at any point of it, and look at what is left.

    PYTHONPATH=.:tests python tests/crash/full_disks.py               # each on disks that lack ever less room
    PYTHONPATH=.:tests python tests/crash/full_disks.py restore 8     # one, on so many disks

The disk is a file system in memory, which Linux lets anybody mount in a name space of their own (`unshare`). What
cannot be done must be reported as a full disk, leave the old state whole and nothing half done, and work once there is
room.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

from crash.dying import in_a_child
from crash.upkeep import WORKS, Failed, copy_of

from kitsulite.store.backups import making

DISK = 48 << 20
PAGE = 4096
#: bytes that work takes meanwhile, at most
BETWEEN = 5 << 20
MOUNT = 'mount -t tmpfs -o size={} tmpfs "$1" && shift && exec "$@"'
#: what the words of a refusal may be
TOLD = ("disk", "space")


def can_mount():
    """Whether this system lets us have a small disk."""
    return bool(shutil.which("unshare")) and inside(tempfile.gettempdir(), "true").returncode == 0


def inside(place, *command):
    """Run a command that has a small disk at a place."""
    return subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", MOUNT.format(DISK), "sh", place, *command],
        capture_output=True,
        text=True,
    )


def fill_but(place, free):
    """A file that leaves so many bytes of a disk."""
    filler = place / "filler"
    size = shutil.disk_usage(place).free // PAGE * PAGE - free
    with open(filler, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(PAGE, size))
    return filler


def attempt(work):
    """Do a piece of work; whether it was possible. A refusal must name the disk."""

    def run():
        try:
            work.do()
        except Failed as error:
            if not any(word in str(error) for word in TOLD):
                raise
            os._exit(7)

    code = in_a_child(run)
    assert code in (0, 7), code
    return code == 0


def run(name, disk, template_place, steps):
    """Do a kind of work on disks with ever more room; prints how often there was enough."""
    # what is known beforehand is refused beforehand: here the disk fills all of a sudden
    making.RESERVE = -(1 << 60)
    template = WORKS[name](template_place)
    template.prepare()
    whole = copy_of(template, disk / "whole")
    before = shutil.disk_usage(disk).used
    assert attempt(whole)
    taken = shutil.disk_usage(disk).used - before
    shutil.rmtree(whole.place)
    wrong, done = [], 0
    for step in range(steps):
        work = copy_of(template, disk / f"{step}")
        filler = fill_but(disk, int((taken + BETWEEN) * step / (steps - 1)) // PAGE * PAGE)
        try:
            was_done = attempt(work)
            filler.unlink()
            assert work.check() == was_done
            done += was_done
            assert was_done or attempt(work)
            assert work.check()
        except Exception:
            wrong.append(f"{step} of {steps}: {traceback.format_exc()}")
        filler.unlink(missing_ok=True)
        shutil.rmtree(work.place)
    print(f"{name}: done on {done} of {steps} disks, {len(wrong)} problems", flush=True)
    print("\n".join(wrong[:3]), end="")
    assert 0 < done < steps
    return int(bool(wrong))


def main(name="all", steps="24", disk=None):
    with tempfile.TemporaryDirectory() as place:
        if disk:
            kinds = WORKS if name == "all" else [name]
            return max([run(kind, Path(disk), Path(place, kind), int(steps)) for kind in kinds])
        ended = inside(place, sys.executable, __file__, name, steps, place)
        print(ended.stdout + ended.stderr, end="", flush=True)
        return ended.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
