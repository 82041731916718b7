"""Backup, restore, upgrade and checkpoint that are killed at random moments, or find the disk full at any point.

`killed_upkeep.py` and `full_disks.py` do it more often.
"""

import os
import subprocess
import sys

import pytest
from crash import full_disks
from crash.upkeep import WORKS
from kitsulite_process import CHECKOUT, environment

PATHS = f"{CHECKOUT}{os.pathsep}{CHECKOUT / 'tests'}"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_what_is_killed_leaves_the_old_state_or_the_new_one():
    # a process of its own, which has no threads when it forks
    script, environ = CHECKOUT / "tests" / "crash" / "killed_upkeep.py", {**environment(), "PYTHONPATH": PATHS}
    # with this seed each is killed after two thirds of its time
    command = [sys.executable, script, "all", "1", "5"]
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count(" 0 problems") == len(WORKS)


@pytest.mark.skipif(not full_disks.can_mount(), reason="this system lets nobody mount a disk in memory")
def test_a_full_disk_leaves_the_old_state_or_the_new_one(monkeypatch, capsys):
    monkeypatch.setenv("PYTHONPATH", PATHS)
    # without any room, and with enough
    ended, found = full_disks.main("all", "2"), capsys.readouterr()
    assert ended == 0, found.out
    assert found.out.count(" 0 problems") == len(WORKS)
