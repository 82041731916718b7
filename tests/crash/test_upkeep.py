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

TESTS = CHECKOUT / "tests"


def ran(name, *words):
    """What a script printed; it must have succeeded."""
    paths = {"PYTHONPATH": f"{CHECKOUT}{os.pathsep}{TESTS}"}
    command = [sys.executable, TESTS / "crash" / name, *words]
    ended = subprocess.run(command, env={**environment(), **paths}, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_what_is_killed_leaves_the_old_state_or_the_new_one():
    assert ran("killed_upkeep.py", "all", "2").count(" 0 problems") == len(WORKS)


@pytest.mark.skipif(not full_disks.can_mount(), reason="this system lets nobody mount a disk in memory")
def test_a_full_disk_leaves_the_old_state_or_the_new_one():
    assert ran("full_disks.py", "all", "3").count(" 0 problems") == len(WORKS)
