"""The one file."""

import json
import os
import subprocess
import sys
import zipfile

import pytest

from kitsulite.cli import bundle, main


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    path = tmp_path_factory.mktemp("bundle") / "kitsulite.pyz"
    assert main(["bundle", str(path)]) == 0
    return path


#: what a Python runs that has the one file and nothing else
ANSWERS = """
import json, runpy, sys

archive, folder = sys.argv[1:]
sys.path.insert(0, archive)
import kitsulite

with kitsulite.Server(listen=False) as server:
    print(json.dumps(server.api.get("/").json))
print(kitsulite.__file__, flush=True)
# as `python kitsulite.pyz doctor` does
sys.argv = [archive, "doctor", "-p", "0", "--data-dir", folder]
runpy.run_path(archive, run_name="__main__")
"""


def test_it_answers_and_is_run_without_any_installed_library(archive, tmp_path):
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    command = [sys.executable, "-I", "-S", "-c", ANSWERS, str(archive), str(tmp_path / "studio")]
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    answer, place, *lines = ended.stdout.splitlines()
    assert json.loads(answer)["api"] == "Zou"
    assert str(archive) in place
    assert any("off  pictures    no Pillow" in line for line in lines)


def test_it_holds_licences_and_nothing_compiled(archive):
    names = zipfile.ZipFile(archive).namelist()
    assert "kitsulite/LICENSE" in names
    assert "kitsulite/ui/docs/index.html" in names
    assert [name for name in names if name.endswith((*bundle.COMPILED, ".pyc"))] == []
    assert any("LICENSE" in name and name.startswith("peewee") for name in names)


def test_it_says_which_python_it_needs():
    class Library:
        def __init__(self, text):
            self.metadata = {"Requires-Python": text}

    assert bundle.oldest_python([]) == (3, 10)
    assert bundle.oldest_python([Library(">=3.8"), Library(None), Library("<4,>=3.12")]) == (3, 12)


def test_a_place_that_cannot_be_written_is_named(tmp_path, capsys):
    assert main(["bundle", str(tmp_path / "nowhere" / "kitsulite.pyz")]) == 1
    assert "choose another path" in capsys.readouterr().err


def test_the_one_file_makes_no_other_one(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bundle, "PACKAGE", tmp_path / "kitsulite.pyz" / "kitsulite")
    assert main(["bundle", str(tmp_path / "other.pyz")]) == 1
    assert "copy it" in capsys.readouterr().err
    assert not (tmp_path / "other.pyz").exists()
