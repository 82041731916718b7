"""Backups that administrators ask for, and those that the server makes by itself."""

import datetime as dt
import io
import zipfile

import pytest

from kitsulite.domain.server import backups
from kitsulite.domain.server.backups import AUTOMATIC, Backups
from kitsulite.errors import SetupError
from kitsulite.models.people import Person
from kitsulite.store.backups import restoring
from kitsulite.store.migrations import STEPS


@pytest.fixture
def made(application, studio, tmp_path, monkeypatch):
    """The backups of the application, in a folder of the test."""
    found = Backups(application)
    found.folder = tmp_path / "backups"
    monkeypatch.setattr(application, "backups", found)
    return found


def test_an_administrator_makes_lists_and_downloads(studio, admin, made):
    with studio.db.write():
        person_id = studio.db.add(Person, first_name="A", last_name="B", has_avatar=True)
    studio.app.files.write("pictures", "thumbnails", person_id, io.BytesIO(b"face"))
    assert admin.get("/kitsulite/backups").json == {"backups": [], "running": False, "failure": None}
    name = admin.post("/kitsulite/backups").json["name"]
    made.attempt(AUTOMATIC)
    listed = admin.get("/kitsulite/backups").json["backups"]
    assert sorted(entry["automatic"] for entry in listed) == [False, True]
    for entry in listed:
        answer = admin.get(f"/kitsulite/backups/{entry['name']}")
        archive = zipfile.ZipFile(io.BytesIO(answer.body))
        assert {"kitsulite.db", "manifest.json"} < set(archive.namelist())
        assert len([path for path in archive.namelist() if path.startswith("files/")]) == 1
        (made.folder / "copy.zip").write_bytes(answer.body)
        restoring.verify(made.folder / "copy.zip", len(STEPS), backups.silent)
    assert admin.get(f"/kitsulite/backups/{name}", headers={"Range": "bytes=0-1"}, status=206).body == b"PK"


def test_others_see_and_make_none(studio, made):
    for role in ("manager", "supervisor", "user", "client", "vendor"):
        api = studio.api(studio.person(role=role))
        api.get("/kitsulite/backups", status=403)
        api.post("/kitsulite/backups", status=403)
        api.get("/kitsulite/backups/asked-2026-01-01T000000.zip", status=403)
    assert not made.folder.exists()


@pytest.mark.parametrize("name", ["nothing", "asked-2026-01-01T000000.zip", "failure.json", "%2e%2e%2fkitsulite.db"])
def test_an_unknown_name_is_not_found(admin, made, name):
    made.note_failure(SetupError("a"))
    admin.get(f"/kitsulite/backups/{name}", status=404)


def test_a_backup_that_cannot_be_made_is_reported(admin, made, monkeypatch):
    def fail(*args, **options):
        raise SetupError("The disk is full.")

    monkeypatch.setattr(backups, "make", fail)
    assert admin.post("/kitsulite/backups", status=503).json["message"] == "The disk is full."
    assert made.attempt(AUTOMATIC) is None
    assert admin.get("/kitsulite/backups").json["failure"]["message"] == "The disk is full."
    assert 0 < made.due_in() <= backups.HOUR
    monkeypatch.undo()
    assert made.attempt(AUTOMATIC)
    assert made.failure() is None


def test_two_at_once_are_refused(admin, made):
    with made._busy:
        assert "being made" in admin.post("/kitsulite/backups", status=503).json["message"]
        assert admin.get("/kitsulite/backups").json["running"] is True


def test_the_newest_are_kept(made, set_up, monkeypatch):
    set_up(backup_keep=2)
    for day in range(1, 5):
        monkeypatch.setattr(backups.clock, "utc_now", lambda day=day: dt.datetime(2026, 1, day, 10))
        made.attempt(AUTOMATIC)
    monkeypatch.setattr(backups.clock, "utc_now", lambda: dt.datetime(2026, 1, 5, 10))
    made.attempt("asked")
    assert [path.name for path in made.paths()] == [
        "auto-2026-01-03T100000",
        "auto-2026-01-04T100000",
        "asked-2026-01-05T100000.zip",
    ]


def test_a_backup_is_due_a_day_after_the_last(made):
    assert 0 < made.due_in() <= backups.FIRST
    made.attempt(AUTOMATIC)
    assert backups.FIRST < made.due_in() <= 24 * 3600
    again = Backups(made.app)
    again.folder = made.folder
    assert backups.FIRST < again.due_in() <= 24 * 3600


def test_the_thread_makes_what_is_due(made, monkeypatch):
    monkeypatch.setattr(backups, "PAUSE", 0.001)
    monkeypatch.setattr(backups, "FIRST", 0)
    made.start()
    while not made.paths():
        pass
    made.stop()
    assert not made._thread.is_alive()
    off = Backups(made.app)
    off.hours = 0
    off.start()
    assert off._thread is None


def test_of_cut_backups_the_last_is_gone_on_with_and_the_others_go(made):
    made.folder.mkdir()
    for day in (1, 2):
        for ending in ("", "-list"):
            (made.folder / f"auto-2026-01-0{day}T100000.partial{ending}").touch()
    for path in made.folder.glob("*.partial"):
        path.unlink()
        path.mkdir()
        (path / "left").touch()
    assert made.attempt(AUTOMATIC)
    assert [path.name for path in made.folder.iterdir()] == [path.name for path in made.paths()]
    assert not list(made.folder.rglob("left"))


def test_a_backup_before_that_cannot_be_read_keeps_none_from_being_made(made):
    first = made.attempt(AUTOMATIC)
    (first / "manifest.json").write_text("nonsense")
    second = made.attempt(AUTOMATIC)
    restoring.verify(second, len(STEPS), backups.silent)


def test_a_failure_that_cannot_be_noted_is_logged(made, caplog):
    made.folder.write_text("no folder")
    assert made.attempt(AUTOMATIC) is None
    assert "no backup was made" in caplog.text
    assert "the failure cannot be noted" in caplog.text
