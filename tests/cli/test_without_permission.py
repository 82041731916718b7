"""Folders in which nothing can be written: each command says so in a line, and changes nothing."""

import json
import os
import select
import shutil
import subprocess
import sys

import pytest
from kitsulite_process import environment

#: root may write everywhere: these words take that from it
POWERLESS = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
PATIENCE = 30
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0

#: runs each command that comes as a line of JSON, and answers with its exit code, output and errors
COMMANDS = """
import contextlib, io, json, sys
from kitsulite.cli import main

for line in sys.stdin:
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        code = main(json.loads(line))
    print(json.dumps([code, out.getvalue(), errors.getvalue()]), flush=True)
"""

pytestmark = pytest.mark.skipif(
    os.name != "posix" or (IS_ROOT and not shutil.which("setpriv")), reason="nothing keeps this user from writing"
)


@pytest.fixture(scope="module")
def powerless():
    """A process that runs the commands that it reads, as somebody who has to ask."""
    command = [*(POWERLESS if IS_ROOT else []), sys.executable, "-c", COMMANDS]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment(), **pipes) as process:
        yield process
        process.kill()


@pytest.fixture
def run(powerless, folder):
    """Run a command as somebody who has to ask: (exit code, output, errors)."""

    def ran(*words, data_dir=folder):
        powerless.stdin.write(json.dumps([*map(str, words), "--data-dir", str(data_dir)]) + "\n")
        powerless.stdin.flush()
        assert select.select([powerless.stdout], [], [], PATIENCE)[0], "it was possible, and goes on"
        code, out, errors = json.loads(powerless.stdout.readline())
        assert "Traceback" not in errors, errors
        return code, out, errors

    return ran


@pytest.fixture
def closed(folder, tmp_path):
    """A folder in which nobody may write."""
    found = tmp_path / "closed"
    found.mkdir()
    found.chmod(0o500)
    yield found
    found.chmod(0o700)


def contents(folder):
    """What a studio holds, without what SQLite keeps beside the database while it is open."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith((".lock", "-wal", "-shm")))
    return {path: path.read_bytes() for path in found}


@pytest.mark.parametrize("words", [["serve", "-p", "0"], ["doctor"]])
def test_a_studio_is_not_begun_there(run, closed, words):
    code, out, errors = run(*words, data_dir=closed / "studio")
    assert code == 1
    assert "cannot be written (Permission denied): choose another with --data-dir" in out + errors


@pytest.mark.parametrize("name", ["copy.zip", "copy"])
def test_a_backup_is_not_written_there(run, folder, closed, name):
    before = contents(folder)
    code, _, errors = run("backup", closed / name)
    assert (code, "cannot be written" in errors and "Permission denied" in errors) == (1, True)
    assert not list(closed.iterdir())
    assert contents(folder) == before


@pytest.mark.parametrize("words", [["serve", "-p", "0"], ["verify"], ["upgrade"], ["user", "create", "ann@studio.com"]])
def test_a_studio_that_became_closed_stays_as_it_was(run, folder, words):
    before = contents(folder)
    for path in (*folder.glob("*.lock"), folder):
        path.chmod(0o500)
    try:
        code, out, errors = run(*words)
        assert (code, "cannot be written" in errors) == (1, True), out + errors
    finally:
        folder.chmod(0o700)
    assert contents(folder) == before


def test_a_backup_is_not_put_back_there(run, folder, closed, tmp_path):
    assert run("backup", tmp_path / "copy.zip")[0] == 0
    code, _, errors = run("restore", tmp_path / "copy.zip", data_dir=closed)
    assert (code, "cannot be written" in errors) == (1, True)
    assert not list(closed.iterdir())


def test_a_database_that_nobody_may_write_is_named(run, folder):
    for path in folder.glob("kitsulite.db*"):
        path.chmod(0o400)
    before = contents(folder)
    code, _, errors = run("user", "create", "ann@studio.com")
    assert (code, "cannot be written" in errors) == (1, True), errors
    assert contents(folder) == before
