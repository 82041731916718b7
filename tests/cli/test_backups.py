"""Backups, the way back, and upgrades from the command line."""

import errno
import io

import pytest

from kitsulite import Server
from kitsulite.cli import main
from kitsulite.models.people import Department


@pytest.fixture
def department(opened):
    with opened.db.write():
        opened.db.add(Department, name="Lighting", color="#000000")
    return opened


def departments(folder):
    with Server(folder, synchronous="OFF") as server:
        return [row["name"] for row in server.api.get("/data/departments").json]


def test_a_studio_goes_into_a_backup_and_comes_back(kitsulite_command, department, folder, tmp_path, capsys):
    before = departments(folder)
    code, out, _ = kitsulite_command("backup", str(tmp_path / "a.zip"))
    assert (code, "kitsulite restore" in out) == (0, True)
    assert main(["restore", str(tmp_path / "a.zip"), "--check"]) == 0
    assert main(["restore", str(tmp_path / "a.zip"), "--data-dir", str(tmp_path / "other")]) == 0
    assert "before" not in capsys.readouterr().out.splitlines()[-1]
    assert "Lighting" in before
    assert departments(tmp_path / "other") == before


def test_a_backup_has_a_name_of_its_own(kitsulite_command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert kitsulite_command("backup", "--no-files")[0] == 0
    assert len(list(tmp_path.glob("kitsulite-*.zip"))) == 1


def test_a_studio_is_not_replaced_unasked(kitsulite_command, department, folder, tmp_path, monkeypatch):
    kitsulite_command("backup", str(tmp_path / "a.zip"))
    code, _, errors = kitsulite_command("restore", str(tmp_path / "a.zip"))
    assert (code, "--yes" in errors) == (1, True)
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    assert "Nothing was changed" in kitsulite_command("restore", str(tmp_path / "a.zip"))[2]
    department.close()
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert "before-restore-" in kitsulite_command("restore", str(tmp_path / "a.zip"))[1]
    assert "before-restore-" in kitsulite_command("restore", str(tmp_path / "a.zip"), "--yes")[1]
    assert "Lighting" in departments(folder)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_folder_of_a_running_server_is_backed_up_but_not_replaced(kitsulite_command, folder, tmp_path):
    with Server(folder, synchronous="OFF") as server:
        assert kitsulite_command("backup", str(tmp_path / "a.zip"))[0] == 0
        code, _, errors = kitsulite_command("restore", str(tmp_path / "a.zip"), "--yes")
        assert (code, f"already running on {folder} at {server.url}" in errors) == (1, True)


def test_an_upgrade_says_first_what_it_would_do(kitsulite_command, opened, folder):
    assert "up to date" in kitsulite_command("upgrade")[1]
    steps = opened.db.value("PRAGMA user_version")
    opened.db.execute(f"PRAGMA user_version = {steps - 1}")
    opened.close()
    assert f"schema {steps - 1} would become {steps}" in kitsulite_command("upgrade", "--dry-run")[1]
    assert f"schema {steps - 1} would become {steps}" in kitsulite_command("upgrade", "--dry-run")[1]
    said = kitsulite_command("upgrade")[1]
    (copy,) = folder.glob(f"kitsulite.db.before-{steps}-*")
    assert f"has schema {steps} now; the copy from before is {copy}." in said
    assert "up to date" in kitsulite_command("upgrade")[1]


def test_a_newer_file_is_not_upgraded(kitsulite_command, opened):
    opened.db.execute("PRAGMA user_version = 9999")
    opened.close()
    code, _, errors = kitsulite_command("upgrade")
    assert (code, "newer version" in errors) == (1, True)


def test_a_place_that_belongs_to_somebody_else_is_named(kitsulite_command, tmp_path, monkeypatch):
    def refuse(*args):
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "theirs"))

    monkeypatch.setattr("kitsulite.domain.server.backups.make", refuse)
    code, _, errors = kitsulite_command("backup")
    assert (code, errors.splitlines()) == (
        1,
        [f"kitsulite: Permission denied: {tmp_path / 'theirs'}: check who owns it and who runs this command"],
    )


def test_a_backup_that_is_cut_off_names_the_way_to_go_on(kitsulite_command, tmp_path, monkeypatch):
    def cut(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("kitsulite.domain.server.backups.make", cut)
    target = tmp_path / "copy.zip"
    code, out, errors = kitsulite_command("backup", str(target))
    assert (code, out, errors) == (130, "", f"Interrupted. To resume: kitsulite backup {target}\n")
