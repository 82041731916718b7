"""A disk that is full, a database that another program holds: reported, with nothing half done."""

import errno
import sqlite3

import pytest

from kitsulite.models.people import Department

BODY = {"name": "Puppets", "color": "#000000"}


@pytest.fixture
def api(studio):
    return studio.api(studio.admin)


@pytest.fixture
def full_disk(studio):
    """Let the database grow no further; call what is given to give it room again."""
    pages = studio.db.value("PRAGMA page_count")
    studio.db.execute(f"PRAGMA max_page_count = {pages}")
    yield lambda: studio.db.execute("PRAGMA max_page_count = 1000000")
    studio.db.execute("PRAGMA max_page_count = 1000000")


def test_a_full_disk_is_reported_and_changes_nothing(studio, api, full_disk):
    before = studio.db.all(Department), studio.events()
    answer = api.post("/data/departments", {**BODY, "name": "P" * 80})
    while answer.status_int == 201:
        before = studio.db.all(Department), studio.events()
        answer = api.post("/data/departments", {**BODY, "name": f"{len(before[0])}".rjust(80, "P")})
    assert answer.status_int == 507
    assert answer.json["error"] is True
    assert "disk" in answer.json["message"]
    assert (studio.db.all(Department), studio.events()) == before
    assert api.get("/data/departments").status_int == 200
    full_disk()
    assert api.post("/data/departments", BODY).status_int == 201


def test_a_full_disk_while_a_file_is_stored_leaves_no_file(studio, api, scene, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    before = sorted(studio.app.files.folder.rglob("*"))
    monkeypatch.setattr("kitsulite.store.files.os.fsync", full)
    path = f"{scene.path()}/add-attachment"
    answer = scene.api().upload(path, [("file-0", "notes.txt", b"content")])
    assert answer.status_int == 507
    assert "disk" in answer.json["message"]
    assert [path for path in studio.app.files.folder.rglob("*") if path.is_file() and path not in before] == []
    assert studio.db.value("SELECT count(*) FROM attachment_file") == 0


def test_a_database_that_another_program_holds_is_reported(studio, api):
    studio.db.execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(studio.db.path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        answer = api.post("/data/departments", BODY)
        assert answer.status_int == 503
        assert "try again" in answer.json["message"]
        assert api.get("/data/departments").status_int == 200
        other.execute("ROLLBACK")
        assert api.post("/data/departments", BODY).status_int == 201
    finally:
        other.close()
        studio.db.execute("PRAGMA busy_timeout = 30000")


def test_what_another_program_writes_is_seen_at_once(studio, api):
    api.get("/data/departments")
    other = sqlite3.connect(studio.db.path)
    with other:
        other.execute("UPDATE department SET name = 'Renamed elsewhere' WHERE name = 'Animation'")
    other.close()
    assert "Renamed elsewhere" in [row["name"] for row in api.get("/data/departments").json]
