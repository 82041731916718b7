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


def run(archive, *words, folder):
    """Run the file with nothing of this Python but its standard library."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    command = [sys.executable, "-I", "-S", str(archive), *words]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120)


def test_it_runs_without_any_installed_library(archive, tmp_path):
    ended = run(archive, "doctor", "-p", "0", "--data-dir", str(tmp_path), folder=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "off  pictures    no Pillow" in ended.stdout


def test_it_answers_the_api(archive, tmp_path):
    code = (
        f"import sys; sys.path.insert(0, {str(archive)!r}); import kitsulite, json\n"
        f"with kitsulite.Server(listen=False) as server: print(json.dumps(server.api.get('/').json))\n"
        f"print(server.__module__, kitsulite.__file__)"
    )
    ended = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    answer, place = ended.stdout.splitlines()
    assert json.loads(answer)["api"] == "Zou"
    assert str(archive) in place


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
    assert "choose another place" in capsys.readouterr().err


def test_the_one_file_makes_no_other_one(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bundle, "PACKAGE", tmp_path / "kitsulite.pyz" / "kitsulite")
    assert main(["bundle", str(tmp_path / "other.pyz")]) == 1
    assert "copy it" in capsys.readouterr().err
    assert not (tmp_path / "other.pyz").exists()
