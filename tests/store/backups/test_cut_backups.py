"""Backups that were cut: gone on with where they were, and nothing of them left elsewhere."""

import contextlib
import io
import json
import os
import zipfile

import pytest
from store.backups.copies import content, restored, silent, with_face

import kitsulite
from kitsulite.domain.server import backups, verification
from kitsulite.domain.server.backups import ASKED, AUTOMATIC, Backups
from kitsulite.errors import SetupError
from kitsulite.models.people import Person
from kitsulite.store import folder as folders
from kitsulite.store.backups import manifest, portions, restoring
from kitsulite.store.folder import DATABASE
from kitsulite.store.migrations import STEPS

FORMS = ("copy.zip", "copy")
FILES = 6


def refuse(*args):
    raise OSError("no links here")


@pytest.fixture(params=[True, False], ids=["links", "no links"])
def links(request, monkeypatch):
    """A disk that has hard links, and one that has none."""
    if not request.param:
        monkeypatch.setattr(os, "link", refuse)
    return request.param


@pytest.fixture
def studio(app):
    """A studio of some files."""
    for number in range(FILES - 1):
        with_face(app, f"Person {number}")
    return app


def is_stored(name):
    return f"{os.sep}files{os.sep}" in str(name) and not str(name).endswith(DATABASE)


@contextlib.contextmanager
def copied(monkeypatch, stop_after=None):
    """The names of stored files that are read to be copied; the backup is cut after so many."""
    names, original = [], manifest.copy

    def copy(source, *rest):
        if is_stored(source.name):
            if len(names) == stop_after:
                raise KeyboardInterrupt
            names.append(str(source.name))
        return original(source, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(manifest, "copy", copy)
        yield names


def cut(app, target, monkeypatch, after):
    with copied(monkeypatch, after), pytest.raises(KeyboardInterrupt):
        backups.make(app, target)
    assert not target.exists()


def left(target):
    return [path.name for path in target.parent.iterdir() if path.name.startswith(f"{target.name}.")]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("after", [0, 1, FILES - 1])
def test_it_goes_on_where_it_was(studio, tmp_path, monkeypatch, links, name, after):
    target = tmp_path / "backups" / name
    cut(studio, target, monkeypatch, after)
    assert sorted(left(target)) == [f"{name}.partial", f"{name}.partial-list"]
    done = []
    with copied(monkeypatch) as read:
        backups.make(studio, target, progress=lambda size: done.append(-size) or done.append)
    assert len(read) == FILES - after
    assert sum(done) == 0
    assert left(target) == []
    restoring.verify(target, len(STEPS), silent)
    copy = restored(target, tmp_path / "other")
    assert content(copy) == content(studio)
    assert list(verification.problems(copy)) == []
    copy.close()


@pytest.mark.parametrize("name", FORMS)
def test_what_has_changed_meanwhile_is_copied_again(studio, tmp_path, monkeypatch, links, name):
    target = tmp_path / "backups" / name
    cut(studio, target, monkeypatch, 4)
    kept = [json.loads(line)["path"] for line in (target.parent / f"{name}.partial-list").read_text().splitlines()]
    assert len(kept) == 4
    changed, gone = (kept_path.rpartition("thumbnails/")[2].replace("/", "") for kept_path in kept[:2])
    rows = {row_id.replace("-", ""): row_id for row_id in studio.db.column("SELECT id FROM person")}
    ids = [next(row_id for key, row_id in rows.items() if key.endswith(part[-12:])) for part in (changed, gone)]
    studio.files.write("pictures", "thumbnails", ids[0], io.BytesIO(b"another face"))
    studio.files.remove("pictures", "thumbnails", ids[1])
    with studio.db.write():
        studio.db.delete(Person, id=ids[1])
    with_face(studio, "Late")
    with copied(monkeypatch) as read:
        backups.make(studio, target)
    # the two that had not been copied, the changed one and the new one
    assert len(read) == 4
    copy = restored(target, tmp_path / "other")
    assert content(copy) == content(studio)
    copy.close()


@pytest.mark.parametrize("name", FORMS)
def test_what_is_not_whole_is_copied_again(studio, tmp_path, monkeypatch, name):
    monkeypatch.setattr(os, "link", refuse)
    target = tmp_path / "backups" / name
    cut(studio, target, monkeypatch, 3)
    partial, listed = (target.parent / f"{name}.{end}" for end in ("partial", "partial-list"))
    lines = listed.read_text().splitlines()
    listed.write_text("\n".join([*lines, lines[0][:40]]))
    damaged = json.loads(lines[1])
    place = partial / damaged["path"] if partial.is_dir() else partial
    text = bytearray(place.read_bytes())
    text[damaged["begin"] + 5] ^= 1
    place.write_bytes(text)
    with copied(monkeypatch) as read:
        backups.make(studio, target)
    assert len(read) == FILES - 2
    restoring.verify(target, len(STEPS), silent)


def test_a_zip_that_was_cut_can_be_read_by_any_program(studio, tmp_path, monkeypatch):
    target = tmp_path / "copy.zip"
    cut(studio, target, monkeypatch, 4)
    with open(tmp_path / "copy.zip.partial", "ab") as file:
        file.write(b"half of the next one")
    backups.make(studio, target)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == len(set(archive.namelist())) == FILES + 3


@pytest.mark.parametrize(("before", "after"), [FORMS, FORMS[::-1]])
def test_another_form_under_the_same_name_begins_anew(studio, tmp_path, monkeypatch, before, after):
    cut(studio, tmp_path / before, monkeypatch, 2)
    os.replace(tmp_path / f"{before}.partial", tmp_path / f"{after}.partial")
    os.replace(tmp_path / f"{before}.partial-list", tmp_path / f"{after}.partial-list")
    backups.make(studio, tmp_path / after)
    restoring.verify(tmp_path / after, len(STEPS), silent)


def test_a_lost_disk_keeps_what_was_written(studio, tmp_path, monkeypatch):
    target = tmp_path / "backups" / "copy.zip"

    def lost(*args):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", lost)
        with pytest.raises(SetupError, match="Input/output error"):
            backups.make(studio, target)
    assert left(target)
    backups.make(studio, target)
    restoring.verify(target, len(STEPS), silent)


@pytest.mark.parametrize(("kind", "form"), [(AUTOMATIC, ""), (ASKED, ".zip")])
def test_the_server_goes_on_with_the_last_one(studio, tmp_path, monkeypatch, kind, form):
    found = Backups(studio)
    found.folder = tmp_path / "backups"
    found.folder.mkdir()
    (found.folder / f"{kind}-2026-01-01T000000{form}.partial").mkdir()
    (found.folder / f"{kind}-2026-01-01T000000{form}.partial-list").touch()
    with copied(monkeypatch, 4), pytest.raises(KeyboardInterrupt):
        found.attempt(kind)
    with copied(monkeypatch) as read:
        path = found.attempt(kind)
    assert len(read) == FILES - 4
    assert list(found.folder.iterdir()) == [path]


# What a killed one leaves in the data folder


def workspaces(app):
    return [path.name for path in app.files.folder.glob(".making-*")]


def test_the_next_start_removes_what_a_killed_one_left(studio):
    (studio.files.folder / ".making-backup-killed").mkdir()
    (studio.files.folder / ".making-backup-killed" / "kitsulite.db").touch()
    kitsulite.create_app(data_dir=studio.folder, synchronous="OFF").close()
    assert workspaces(studio) == []


def test_what_another_process_makes_is_left_alone(studio):
    (studio.files.folder / ".making-backup-now").mkdir()
    with folders.backing_up(studio.folder):
        kitsulite.create_app(data_dir=studio.folder, synchronous="OFF").close()
    assert workspaces(studio) == [".making-backup-now"]


def test_one_is_made_at_a_time_and_the_automatic_one_waits(studio, tmp_path):
    found = Backups(studio)
    found.folder = tmp_path / "backups"
    with folders.backing_up(studio.folder):
        with pytest.raises(SetupError, match="is being made"):
            backups.make(studio, tmp_path / "copy.zip")
        assert found.attempt(AUTOMATIC) is None
    assert found.failure() is None
    assert found.attempt(AUTOMATIC)


def test_a_backup_that_is_half_removed_is_none(studio, monkeypatch):
    studio.settings.backup_keep = 1
    maker = Backups(studio)
    first = maker.make(AUTOMATIC)

    def cut(*args, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(portions, "remove", cut)
        with pytest.raises(KeyboardInterrupt):
            maker.make(AUTOMATIC)
    [second] = maker.paths()
    assert second != first
    restoring.verify(second, len(STEPS), silent)
    third = maker.make(AUTOMATIC)
    assert [path.name for path in maker.folder.iterdir()] == [third.name]


def test_a_slow_disk_is_given_small_portions_and_a_quick_one_large_ones(tmp_path, monkeypatch):
    clock, speed, synced = [0.0], [0.0], []
    monkeypatch.setattr(portions.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(portions, "to_disk", lambda file: synced.append(clock.append(clock.pop() + speed[0])))
    found = portions.Portions(io.BytesIO())
    for speed[0], size in ((0.01, portions.MOST), (0.03, portions.LEAST)):
        synced.clear()
        for _ in range(64):
            found.wrote(1 << 20)
        assert found.size == size
    assert len(synced) > 32


def test_a_large_file_without_another_name_is_freed_in_portions(tmp_path, monkeypatch):
    sizes = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: sizes.append(os.fstat(descriptor).st_size))
    monkeypatch.setattr(portions, "FREED", 1000)
    path = tmp_path / "copy.zip"
    path.write_bytes(b"x" * 3500)
    os.link(path, tmp_path / "other")
    portions.free(path)
    assert path.stat().st_size == 3500
    os.unlink(tmp_path / "other")
    portions.remove(path)
    assert sizes == [2500, 1500, 500]
    assert not path.exists()
