"""Interfaces of others: taken out of archives, and nothing else with them."""

import io
import os
import stat
import tarfile
import zipfile

import pytest

from kitsulite.errors import SetupError
from kitsulite.store import interface

FILES = {"dist/index.html": b"<html>", "dist/assets/app.js": b"let a"}


def zipped(path, files=FILES, link=None):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        if link:
            info = zipfile.ZipInfo(link[0])
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, link[1])
    return path


def tarred(path, files=FILES, link=None):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        if link:
            info = tarfile.TarInfo(link[0])
            info.type, info.linkname = tarfile.SYMTYPE, link[1]
            archive.addfile(info)
    return path


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_an_archive_is_installed_shown_and_removed(tmp_path, pack):
    known = interface.install(pack(tmp_path / "build"), tmp_path / "data")
    assert (known["files"], known["bytes"]) == (2, 11)
    folder = interface.installed(tmp_path / "data")
    assert (folder / "assets" / "app.js").read_bytes() == b"let a"
    assert interface.note(tmp_path / "data") == known
    assert interface.remove(tmp_path / "data")
    assert interface.installed(tmp_path / "data") is None
    assert not interface.remove(tmp_path / "data")


def test_another_one_takes_its_place(tmp_path):
    data = tmp_path / "data"
    interface.install(zipped(tmp_path / "a.zip"), data)
    interface.install(zipped(tmp_path / "b.zip", {"index.html": b"second"}), data)
    assert [path.name for path in sorted((data / "ui").iterdir())] == ["index.html", "installed.json"]
    assert os.listdir(data) == ["ui"]


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize("name", ["../out.html", "/tmp/out.html", "a/../../out.html", "C:out.html", "a\\..\\b"])
def test_a_file_that_would_lie_outside_is_refused(tmp_path, pack, name):
    with pytest.raises(SetupError, match="outside"):
        interface.install(pack(tmp_path / "build", {**FILES, name: b"x"}), tmp_path / "data")
    assert interface.installed(tmp_path / "data") is None
    assert os.listdir(tmp_path / "data") == []


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_links_are_left_out(tmp_path, pack):
    interface.install(pack(tmp_path / "build", link=("dist/passwd", "/etc/passwd")), tmp_path / "data")
    assert not os.path.lexists(tmp_path / "data" / "ui" / "passwd")


def test_bombs_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(interface, "MOST_BYTES", 1000)
    with pytest.raises(SetupError, match="more than"):
        interface.install(zipped(tmp_path / "a.zip", {"index.html": bytes(5000)}), tmp_path / "data")
    monkeypatch.setattr(interface, "MOST_FILES", 3)
    with pytest.raises(SetupError, match="files"):
        interface.install(zipped(tmp_path / "b.zip", {f"{n}.html": b"" for n in range(5)}), tmp_path / "data")


def test_what_is_no_interface_is_refused(tmp_path):
    (tmp_path / "text.tgz").write_text("no archive")
    for path in (tmp_path / "text.tgz", zipped(tmp_path / "a.zip", {"readme": b""})):
        with pytest.raises(SetupError):
            interface.install(path, tmp_path / "data")
    with pytest.raises(SetupError, match="There is no interface"):
        interface.opened(str(tmp_path / "nothing"), tmp_path / "data")


def test_a_folder_is_served_where_it_is_and_an_archive_is_unpacked_once(tmp_path):
    folder = tmp_path / "kitsu"
    (folder / "dist").mkdir(parents=True)
    (folder / "dist" / "index.html").write_text("<html>")
    data = tmp_path / "data"
    assert interface.opened(str(folder), data) == folder / "dist"
    assert interface.opened("", data) is None
    archive = str(zipped(tmp_path / "a.zip"))
    assert interface.opened(archive, data) == data / "ui"
    first = (data / "ui").stat().st_ino
    assert interface.opened(archive, data) == interface.opened("", data) == data / "ui"
    assert (data / "ui").stat().st_ino == first


def test_a_folder_is_copied_and_a_note_that_is_gone_is_made_again(tmp_path):
    (tmp_path / "kitsu" / "dist").mkdir(parents=True)
    (tmp_path / "kitsu" / "dist" / "index.html").write_text("<html>")
    data = tmp_path / "data"
    assert interface.note(data) == {}
    assert interface.install(tmp_path / "kitsu", data)["files"] == 1
    assert (data / "ui" / "index.html").read_text() == "<html>"
    archive = str(zipped(tmp_path / "a.zip"))
    interface.opened(archive, data)
    (data / "ui" / "installed.json").write_text("{")
    assert interface.note(data) == {}
    interface.opened(archive, data)
    assert interface.note(data)["files"] == 2
