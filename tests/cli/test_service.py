"""The service of each system, by its file and the commands around it."""

import plistlib
import shlex
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import SimpleNamespace

import pytest

from kitsulite.cli import main, service

NAMESPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


@pytest.fixture
def system(monkeypatch, tmp_path):
    """A home of its own and a system that notes the commands it is given."""
    ran = []

    class Ended:
        returncode = 0

    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    monkeypatch.setattr(service.Path, "home", lambda: tmp_path / "home")
    monkeypatch.setattr(service.settings_table, "user_data_dir", lambda: str(tmp_path / "home" / "data"))
    monkeypatch.setattr(service.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(service.subprocess, "run", lambda words, check: ran.append(" ".join(words)) or Ended)
    return ran


@pytest.fixture(params=["linux", "darwin", "win32"])
def platform(request, monkeypatch):
    monkeypatch.setattr(service.sys, "platform", request.param)
    return request.param


def words_of(platform, path):
    """The call in the file of a service."""
    if platform == "linux":
        line = next(row for row in path.read_text().splitlines() if row.startswith("ExecStart="))
        return shlex.split(line.partition("=")[2].replace("%%", "%").replace("$$", "$"))
    if platform == "darwin":
        return plistlib.loads(path.read_bytes())["ProgramArguments"]
    call = ElementTree.fromstring(path.read_bytes()).find(f".//{NAMESPACE}Exec")
    program, arguments = (part.text for part in call)
    return [program, *shlex.split(arguments)]


PATHS = {
    "linux": ".config/systemd/user/kitsulite.service",
    "darwin": "Library/LaunchAgents/io.github.kitsulite.plist",
    "win32": "data/kitsulite-task.xml",
}


def test_a_service_is_written_shown_started_and_removed(platform, system, capsys, tmp_path):
    folder = tmp_path / "our $tudio 100% <big> & small"
    path = tmp_path / "home" / PATHS[platform]
    assert main(["service", "install", "--data-dir", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert str(path) in shown
    assert "serve" in shown
    assert words_of(platform, path) == [sys.executable, "-m", "kitsulite", "serve", "--data-dir", str(folder)]
    started = {"linux": "enable --now", "darwin": "load -w", "win32": "/create"}[platform]
    assert any(started in call for call in system)
    system.clear()
    assert main(["service", "remove", "--dry-run"]) == 0
    assert (path.exists(), system) == (True, [])
    assert main(["service", "remove"]) == 0
    assert not path.exists()
    assert system
    capsys.readouterr()
    assert main(["service", "remove"]) == 1
    assert "There is no service" in capsys.readouterr().err


def test_a_dry_run_changes_nothing(platform, system, capsys, tmp_path):
    assert main(["service", "install", "--dry-run", "--data-dir", str(tmp_path)]) == 0
    assert "$ " in capsys.readouterr().out
    assert system == []
    assert not (tmp_path / "home").exists()


def test_the_one_file_starts_itself(system, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(service.sys, "platform", "linux")
    monkeypatch.setattr(service.sys, "argv", ["tools/kitsulite.pyz", "service", "install"])
    main(["service", "install", "--data-dir", str(tmp_path)])
    words = words_of("linux", tmp_path / "home" / PATHS["linux"])
    assert words[:3] == [sys.executable, str(Path("tools/kitsulite.pyz").absolute()), "serve"]


def test_a_system_without_the_program_is_named(system, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(service.sys, "platform", "linux")
    monkeypatch.setattr(service.shutil, "which", lambda name: None)
    assert main(["service", "install", "--data-dir", str(tmp_path)]) == 1
    assert "systemctl" in capsys.readouterr().err


def test_a_command_of_the_system_that_fails_is_named(system, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(service.sys, "platform", "linux")
    monkeypatch.setattr(service.subprocess, "run", lambda words, check: SimpleNamespace(returncode=3))
    assert main(["service", "install", "--data-dir", str(tmp_path)]) == 1
    assert "failed with 3: check the file" in capsys.readouterr().err


def test_the_status_names_file_and_server(system, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(service.sys, "platform", "linux")
    assert main(["service", "status", "--data-dir", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "kitsulite service install" in out
    assert f"No server runs on {tmp_path}" in out
    main(["service", "install", "--data-dir", str(tmp_path)])
    system.clear()
    main(["service", "status", "--data-dir", str(tmp_path)])
    assert "is installed" in capsys.readouterr().out
    assert system == ["systemctl --user --no-pager status kitsulite.service"]
