"""Stored files."""

import io
import os

import pytest

from kitsulite.models.fields import new_id
from kitsulite.store.files import DAY, FileStore, spool

ROW_ID = "0123abcd-0000-4000-8000-000000000001"


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


def names(store):
    return sorted(path.name for path in store.folder.rglob("*") if path.is_file())


def test_a_file_lies_where_zou_puts_it(store):
    row_id = "0123abcd-0000-4000-8000-000000000000"
    assert store.write("pictures", "thumbnails-square", row_id, io.BytesIO(b"abc")) == 3
    path = store.folder / "pictures" / "thumbnails" / "squ" / "are" / f"square-{row_id}"
    assert path.read_bytes() == b"abc"
    assert store.find("pictures", "thumbnails-square", row_id.upper()) == path


def test_an_empty_or_missing_file_is_none(store):
    row_id = new_id()
    assert store.find("files", "previews", row_id) is None
    store.write("files", "previews", row_id, io.BytesIO())
    assert store.find("files", "previews", row_id) is None


@pytest.mark.parametrize(("bucket", "row_id"), [("elsewhere", ROW_ID), ("files", "../../etc/passwd"), ("files", "")])
def test_nothing_but_rows_have_files(store, bucket, row_id):
    with pytest.raises(ValueError, match="no stored file"):
        store.path(bucket, "previews", row_id)


def test_a_file_is_stored_whole_or_not_at_all(store):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise OSError("gone")

    row_id = new_id()
    store.write("files", "previews", row_id, io.BytesIO(b"first"))
    with pytest.raises(OSError, match="gone"):
        store.write("files", "previews", row_id, Broken(b"second"))
    assert store.find("files", "previews", row_id).read_bytes() == b"first"
    assert len(names(store)) == 1


@pytest.mark.parametrize("links", [True, False])
def test_a_duplicate_outlives_its_source(store, monkeypatch, links):
    def no_links(*_):
        raise OSError

    if not links:
        monkeypatch.setattr(os, "link", no_links)
    source, target = new_id(), new_id()
    store.write("files", "previews", source, io.BytesIO(b"abc"))
    assert store.duplicate("files", "previews", source, target)
    store.write("files", "previews", source, io.BytesIO(b"changed"))
    store.remove("files", "previews", source)
    store.remove("files", "previews", source)
    assert store.find("files", "previews", target).read_bytes() == b"abc"
    assert not store.duplicate("files", "previews", source, target)


def test_workspaces_end_with_what_is_left_in_them(store):
    with store.workspace() as folder:
        spool(io.BytesIO(b"abc"), folder)
        assert folder.exists()
    assert names(store) == []


def test_workspaces_of_a_killed_server_are_removed_after_a_day(store):
    for age in (2 * DAY, 60):
        folder = store.folder / f".making-{age}"
        folder.mkdir(parents=True)
        moment = folder.stat().st_mtime - age
        os.utime(folder, (moment, moment))
    store.tidy()
    assert [path.name for path in store.folder.iterdir()] == [".making-60"]


def test_a_file_is_on_the_disk_before_its_name_is(store, monkeypatch):
    """A power cut may not leave a name that leads to nothing."""
    steps = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda descriptor: steps.append("fsync") or fsync(descriptor))
    monkeypatch.setattr(os, "replace", lambda *paths: steps.append("replace") or replace(*paths))
    store.write("files", "previews", ROW_ID, io.BytesIO(b"abc"))
    renamed = steps.index("replace")
    assert "fsync" in steps[:renamed], "the content"
    assert "fsync" in steps[renamed + 1 :], "the name in its folder"


def test_a_file_that_is_set_aside_comes_back_or_goes(store):
    store.write("files", "previews", ROW_ID, io.BytesIO(b"first"))
    kept = store.set_aside("files", "previews", ROW_ID)
    store.write("files", "previews", ROW_ID, io.BytesIO(b"second"))
    store.put_back(kept, "files", "previews", ROW_ID)
    assert store.find("files", "previews", ROW_ID).read_bytes() == b"first"
    store.discard(store.set_aside("files", "previews", ROW_ID))
    assert store.find("files", "previews", ROW_ID).read_bytes() == b"first"
    assert len(names(store)) == 1
    assert store.set_aside("files", "previews", new_id()) is None


def test_a_file_that_cannot_be_removed_is_logged(store, caplog):
    store.path("files", "previews", ROW_ID).mkdir(parents=True)
    store.remove("files", "previews", ROW_ID)
    assert "could not be removed" in caplog.text


def test_a_server_removes_what_a_killed_one_was_making(tmp_path):
    store = FileStore(tmp_path)
    for name in (".making-upload", ".making-backup-x", "pictures"):
        (tmp_path / name).mkdir()
    store.tidy()
    assert (tmp_path / ".making-upload").exists()
    store.tidy(at_once=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".making-backup-x", "pictures"]
