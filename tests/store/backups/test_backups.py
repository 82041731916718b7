"""Backups: consistent, verified, put back all or nothing."""

import io
import itertools
import json
import os
import shutil
import sqlite3
import threading
import zipfile
from pathlib import Path

import pytest
from scene import picture
from store.backups.copies import content, restored, silent, with_face

import kitsulite
from kitsulite import Server
from kitsulite.domain.server import backups, verification
from kitsulite.errors import SetupError
from kitsulite.models.people import Department
from kitsulite.store.backups import making, manifest, restoring
from kitsulite.store.folder import DATABASE
from kitsulite.store.migrations import STEPS

FORMS = ("copy.zip", "copy")
FACE = picture(16, 16)


@pytest.mark.parametrize("name", FORMS)
def test_a_restored_folder_equals_the_original(app, tmp_path, name):
    app.files.write("pictures", "thumbnails", app.db.value("SELECT id FROM project_status"), io.BytesIO(b"no row"))
    orphan = next(verification.orphans(app))
    path = backups.make(app, tmp_path / name)
    orphan.unlink()
    copy = restored(path, tmp_path / "other")
    try:
        assert content(copy) == content(app)
        assert list(verification.problems(copy)) == []
        assert (copy.folder / "secret.key").read_text() == (app.folder / "secret.key").read_text()
    finally:
        copy.close()


def test_a_folder_shares_the_files_with_the_studio(app, tmp_path):
    path = backups.make(app, tmp_path / "copy")
    stored = next(app.files.all())
    assert os.path.samefile(stored, path / "files" / stored.relative_to(app.files.folder))


def test_checksums_of_unchanged_files_are_taken_from_the_backup_before(app, tmp_path, monkeypatch):
    first = backups.make(app, tmp_path / "first")
    before = manifest.read((first / manifest.NAME).read_bytes(), len(STEPS))
    with_face(app, "Bob")
    read = []
    original = manifest.copy
    monkeypatch.setattr(manifest, "copy", lambda source, *rest: read.append(source.name) or original(source, *rest))
    second = backups.make(app, tmp_path / "second", before=before)
    assert (
        len([name for name in read if not str(name).endswith(DATABASE) and f"{os.sep}files{os.sep}" in str(name)]) == 1
    )
    monkeypatch.undo()
    restoring.verify(second, len(STEPS), silent)


def test_without_files_the_files_that_are_there_stay(app, tmp_path):
    path = backups.make(app, tmp_path / "rows.zip", with_files=False)
    assert not [name for name in zipfile.ZipFile(path).namelist() if name.startswith("files/")]
    shutil.copytree(app.folder, tmp_path / "other")
    with_face(app, "Bob")
    copy = restored(path, tmp_path / "other")
    assert list(verification.problems(copy)) == []
    copy.close()


def test_what_was_there_is_kept(app, tmp_path):
    path = backups.make(app, tmp_path / "studio.zip")
    other = kitsulite.create_app(data_dir=tmp_path / "other", synchronous="OFF")
    face = with_face(other, "Cid")
    other.close()
    (kept,) = {restoring.restore(path, tmp_path / "other", len(STEPS), silent)}
    with sqlite3.connect(kept / DATABASE) as connection:
        assert connection.execute("SELECT first_name FROM person WHERE id = ?", [face]).fetchone() == ("Cid",)
    connection.close()
    assert (tmp_path / "other" / DATABASE).exists()


@pytest.mark.parametrize("name", FORMS)
def test_backups_are_whole_while_eight_threads_write_and_upload(tmp_path, name):
    with Server(tmp_path / "studio", synchronous="OFF", user_limit=100_000) as server:
        ended, faces = threading.Event(), []

        def write(number):
            client = server.client()
            for n in itertools.count():
                if ended.is_set():
                    return
                person = {"first_name": "P", "last_name": "Q", "email": f"p{number}-{n}@studio.example"}
                answer = client.post("/data/persons", person)
                assert answer.status == 201, answer
                made = answer.json
                sent = client.upload(f"/pictures/thumbnails/persons/{made['id']}", FACE, "a.png")
                assert sent.status == 201
                faces.append(made["id"])

        writers = [threading.Thread(target=write, args=[number]) for number in range(8)]
        [writer.start() for writer in writers]
        known = []
        try:
            for number in range(2):
                before = set(faces)
                known.append((before, backups.make(server.app, tmp_path / f"{number}-{name}")))
        finally:
            ended.set()
            [writer.join() for writer in writers]
    assert faces
    for number, (before, path) in enumerate(known):
        copy = restored(path, tmp_path / f"copy-{number}")
        assert list(verification.problems(copy)) == []
        # what was acknowledged before is in it, with its file
        assert before <= set(copy.db.column("SELECT id FROM person WHERE has_avatar"))
        copy.close()


def test_a_file_that_is_deleted_meanwhile_is_in_the_backup(app, tmp_path, monkeypatch):
    original = making.copy_database

    def delete_afterwards(source, target):
        original(source, target)
        shutil.rmtree(app.files.folder / "pictures")

    monkeypatch.setattr(making, "copy_database", delete_afterwards)
    copy = restored(backups.make(app, tmp_path / "studio.zip"), tmp_path / "other")
    assert list(verification.problems(copy)) == []
    copy.close()


def test_disks_without_hard_links_are_copied(app, tmp_path, monkeypatch):
    def refuse(*args):
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    path = backups.make(app, tmp_path / "copy")
    restoring.verify(path, len(STEPS), silent)
    stored = next(app.files.all())
    assert not os.path.samefile(stored, path / "files" / stored.relative_to(app.files.folder))


def test_a_disk_that_is_too_small_is_named_before(app, tmp_path, monkeypatch):
    monkeypatch.setattr(making.shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(1, 1, 1000))
    with pytest.raises(SetupError, match=r"needs .* free.*--no-files"):
        backups.make(app, tmp_path / "studio.zip")
    assert not list(tmp_path.glob("studio.zip*"))


def test_a_disk_that_fills_leaves_nothing_half_made(app, tmp_path, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(manifest, "copy", full)
    for name in FORMS:
        target = tmp_path / "backups" / name
        with pytest.raises(SetupError, match="No space left"):
            backups.make(app, target)
        assert list(target.parent.iterdir()) == []
    assert [path.name for path in app.files.folder.glob(".making-*")] == []


def test_an_existing_backup_is_never_replaced(app, tmp_path):
    (tmp_path / "studio.zip").write_text("mine")
    with pytest.raises(SetupError, match="is there already"):
        backups.make(app, tmp_path / "studio.zip")
    assert (tmp_path / "studio.zip").read_text() == "mine"


# Backups that are not what they say


@pytest.fixture(scope="module")
def good(with_ann, tmp_path_factory):
    """A good backup, and the folder of another studio."""
    folder = tmp_path_factory.mktemp("good")
    app = kitsulite.create_app(data_dir=shutil.copytree(with_ann, folder / "studio"), synchronous="OFF")
    path = backups.make(app, folder / "good.zip")
    app.close()
    kitsulite.create_app(data_dir=folder / "other", synchronous="OFF").close()
    return path, folder / "other"


def changed_zip(path, other, change):
    """A copy of a zip file with other members: change(name, content) returns both, None drops the member."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if found := change(name, old.read(name)):
                new.writestr(*found)
    return other


def with_manifest(change):
    def apply(name, text):
        if name != manifest.NAME:
            return name, text
        found = json.loads(text)
        change(found)
        return name, json.dumps(found)

    return apply


def rename(found, name):
    found["files"][name] = found["files"].pop(DATABASE)


def resize(found, size):
    name = next(name for name in found["files"] if name.startswith("files"))
    found["files"][name][0] = size


def other_file(name, text):
    return name, text[:-1] + b"!" if name.startswith("files") else text


BAD = {
    "another content": (other_file, "not what was"),
    "a missing file": (lambda name, text: None if name.startswith("files") else (name, text), "is missing"),
    "no manifest": (lambda name, text: None if name == manifest.NAME else (name, text), "not a backup of kitsulite"),
    "a larger file": (lambda name, text: (name, text * 2 if name.startswith("files") else text), "larger than"),
    "a manifest of nothing": (lambda name, text: (name, "[]" if name == manifest.NAME else text), "not a backup"),
    "a deep manifest": (lambda name, text: (name, "[" * 100_000 if name == manifest.NAME else text), "not a backup"),
    "a newer schema": (with_manifest(lambda found: found.update(schema=9999)), "newer kitsulite"),
    "a newer format": (with_manifest(lambda found: found.update(format=2)), "newer kitsulite"),
    "no database": (with_manifest(lambda found: found["files"].pop(DATABASE)), "no database"),
    "a bomb": (lambda name, text: (name, bytes(64 << 20) if name.startswith("files") else text), "larger than"),
    "a bomb that says so": (with_manifest(lambda found: resize(found, 1 << 50)), "needs .* MB|not what was"),
    "a size below nothing": (with_manifest(lambda found: resize(found, -1)), "not a backup"),
    "a way out": (with_manifest(lambda found: rename(found, "../kitsulite.db")), "not a backup"),
    "a way out below": (with_manifest(lambda found: rename(found, "files/../../kitsulite.db")), "not a backup"),
    "an absolute name": (with_manifest(lambda found: rename(found, "/etc/passwd")), "not a backup"),
    "a name of another system": (with_manifest(lambda found: rename(found, "files/..\\x")), "not a backup"),
    "another place": (with_manifest(lambda found: rename(found, ".ssh/authorized_keys")), "not a backup"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_backup_changes_nothing(good, tmp_path, case):
    change, message = BAD[case]
    bad = changed_zip(good[0], tmp_path / "bad.zip", change)
    other = shutil.copytree(good[1], tmp_path / "other")
    before = {path: path.read_bytes() for path in other.rglob("*") if path.is_file()}
    for attempt in (restoring.restore, lambda backup, folder, *rest: restoring.verify(backup, *rest)):
        with pytest.raises(SetupError, match=message):
            attempt(bad, other, len(STEPS), silent)
    assert {path: path.read_bytes() for path in other.rglob("*") if path.is_file()} == before


def test_a_bomb_of_a_manifest_is_not_read(app, tmp_path, monkeypatch):
    path = backups.make(app, tmp_path / "a.zip")
    monkeypatch.setattr(manifest, "MOST", 100)
    with pytest.raises(SetupError, match="too large"):
        restoring.verify(path, len(STEPS), silent)


def test_an_offset_that_points_nowhere_is_named(app, tmp_path):
    path = backups.make(app, tmp_path / "a.zip")
    content = bytearray(path.read_bytes())
    content[-3] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(SetupError, match="damaged or cannot be read"):
        restoring.verify(path, len(STEPS), silent)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"x" * 1000])
def test_a_file_that_is_no_backup_is_named(tmp_path, content):
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(SetupError, match="damaged"):
        restoring.restore(tmp_path / "a.zip", tmp_path, len(STEPS), silent)
    with pytest.raises(SetupError, match="There is no backup"):
        restoring.restore(tmp_path / "b.zip", tmp_path, len(STEPS), silent)


def test_a_cut_zip_is_refused(app, tmp_path):
    path = backups.make(app, tmp_path / "good.zip")
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(SetupError, match="damaged"):
        restoring.restore(path, tmp_path / "studio", len(STEPS), silent)


def test_an_older_backup_is_upgraded_when_it_is_opened(tmp_path):
    import gzip

    schema, stored = max((int(p.name.split(".")[0]), p) for p in Path(__file__).parents[1].glob("schemas/*.db.gz"))
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / DATABASE).write_bytes(gzip.decompress(stored.read_bytes()))
    with making.snapshot(folder, kitsulite.store.files.FileStore(folder / "files"), lambda *args: True) as found:
        path = making.make(found, tmp_path / "old.zip", silent)
    copy = restored(path, tmp_path / "new")
    assert copy.db.value("PRAGMA user_version") == len(STEPS) > schema
    copy.close()
    assert len(list((tmp_path / "new").glob("*.before-*"))) == 1


@pytest.mark.parametrize("step", range(1, 8))
def test_a_restore_that_is_cut_is_finished_or_forgotten(app, tmp_path, monkeypatch, step):
    with app.db.write():
        app.db.add(Department, name="New", color="#000000")
    path = backups.make(app, tmp_path / "studio.zip")
    other = kitsulite.create_app(data_dir=tmp_path / "other", synchronous="OFF")
    with_face(other, "Old")
    other.close()
    taken = iter(range(1, 100))
    original = os.replace

    def cut(*args):
        if next(taken) == step:
            raise KeyboardInterrupt
        original(*args)

    monkeypatch.setattr(os, "replace", cut)
    try:
        restoring.restore(path, tmp_path / "other", len(STEPS), silent)
    except KeyboardInterrupt:
        pass
    else:
        pytest.skip("a restore has fewer steps")
    finally:
        monkeypatch.undo()
    copy = kitsulite.create_app(data_dir=tmp_path / "other", synchronous="OFF")
    try:
        assert list(verification.problems(copy)) == []
        names = copy.db.column("SELECT first_name FROM person WHERE last_name = 'B'")
        assert names == (["Ann"] if copy.db.exists(Department, name="New") else ["Old"])
    finally:
        copy.close()


def test_a_restore_that_was_cut_does_not_replace_a_later_one(app, tmp_path, monkeypatch):
    first = backups.make(app, tmp_path / "first.zip")
    with app.db.write():
        app.db.add(Department, name="Later", color="#000000")
    second = backups.make(app, tmp_path / "second.zip")
    other = tmp_path / "other"
    other.mkdir()
    first_step = iter([os.replace])
    monkeypatch.setattr(os, "replace", lambda *args: next(first_step)(*args))
    with pytest.raises(StopIteration):
        restoring.restore(first, other, len(STEPS), silent)
    monkeypatch.undo()
    copy = restored(second, other)
    assert copy.db.exists(Department, name="Later")
    copy.close()
    assert not list(other.glob(f"{restoring.READY}*"))


def test_kept_mails_come_along(app, tmp_path):
    outbox = app.folder / "outbox"
    outbox.mkdir(exist_ok=True)
    (outbox / "1.eml").write_text("Hello")
    path = backups.make(app, tmp_path / "copy.zip")
    assert zipfile.ZipFile(path).read("outbox/1.eml") == b"Hello"


def test_a_file_that_goes_before_it_is_named_is_left_out(app, tmp_path, monkeypatch):
    gone = app.files.folder / "pictures" / "gone"
    files = [*app.files.all(), gone]
    monkeypatch.setattr(app.files, "all", lambda: iter(files))
    named = {}
    making.name_files(app.files, tmp_path, named)
    assert [path for path in files if path.relative_to(app.files.folder) not in named] == [gone]


def test_a_database_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "broken.db").write_bytes(b"no database" * 1000)
    (tmp_path / "copy.db").touch()
    with pytest.raises(SetupError, match="The database cannot be copied"):
        making.copy_database(tmp_path / "broken.db", tmp_path / "copy.db")
