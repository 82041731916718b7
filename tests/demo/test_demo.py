"""The demo studio: filled, the same each time, its people sign in."""

import json

import pytest
from kitsulite_process import Process

from kitsulite.client import Client
from kitsulite.demo import cast, drawings
from kitsulite.demo.pictures import Pictures
from kitsulite.demo.server import DemoServer
from kitsulite.errors import SetupError
from kitsulite.models import TABLES, fields
from kitsulite.testing.server import Server


@pytest.fixture
def empty_demos(monkeypatch):
    """Let new demo studios have people and no productions."""
    monkeypatch.setattr(cast, "PRODUCTIONS", ())


def test_it_holds_what_a_studio_holds(demo):
    def count(table, where="1"):
        return demo.app.db.value(f"SELECT count(*) FROM {table} WHERE {where}")

    assert count("person") == len(cast.MEMBERS) == 8
    assert set(demo.app.db.column("SELECT role FROM person")) == {
        *("admin", "manager", "supervisor", "user", "vendor", "client")
    }
    projects = demo.api.get("/data/projects/open").json
    assert [(project["name"], project["production_type"]) for project in projects] == [
        ("Paper Boats", "short"),
        ("The Night Ferry", "tvshow"),
    ]
    assert sum(len(demo.api.get(f"/data/projects/{project['id']}/shots").json) for project in projects) == 60
    assert sum(len(demo.api.get(f"/data/projects/{project['id']}/assets").json) for project in projects) == 25
    states = set(demo.app.db.column("SELECT ts.short_name FROM task t JOIN task_status ts ON ts.id = t.task_status_id"))
    assert states == {"todo", "ready", "wip", "wfa", "retake", "done"}
    assert count("preview_file", "revision > 1") > 5
    assert count("preview_file", "annotations IS NOT NULL AND json_array_length(annotations)") > 5
    assert count("entity_link") > 100
    for table in ("comment", "news", "playlist", "schedule_item", "milestone", "time_spent", "notification"):
        assert count(table), table


def test_moments_and_days_are_stored_as_all_are(demo):
    lengths = {"Moment": 26, "Day": 10}
    for table, model in TABLES.items():
        for name, field in model.columns().items():
            if length := lengths.get(type(field).__name__):
                sql = f'SELECT count(*) FROM "{table}" WHERE length("{name}") <> {length}'
                assert demo.app.db.value(sql) == 0, (table, name)
    task = demo.api.get("/data/tasks").json[0]
    assert task["id"] in {found["id"] for found in demo.api.get("/data/tasks", due_date=task["due_date"]).json}


def test_everything_happened_in_the_past_and_in_order(demo):
    db = demo.app.db
    now = fields.clock.now()
    assert db.value("SELECT max(created_at) FROM comment") < now
    assert db.value("SELECT min(created_at) FROM comment") < fields.clock.ago(days=20)
    late = "SELECT count(*) FROM task WHERE real_start_date > done_date"
    assert db.value(late) == 0


def test_its_pictures_are_there(demo):
    preview = demo.app.db.rows("SELECT * FROM preview_file ORDER BY rowid LIMIT 1")[0]
    for size in ("originals", "previews", "thumbnails", "thumbnails-square"):
        path = f"/pictures/{size}/preview-files/{preview['id']}.png"
        assert demo.api.get(path).content.startswith(b"\x89PNG"), size
    person = demo.app.db.value("SELECT id FROM person WHERE first_name = 'Yuki'")
    assert demo.api.get(f"/pictures/thumbnails/persons/{person}.png").status == 200
    project = demo.api.get("/data/projects/open").json[0]
    assert demo.api.get(f"/pictures/thumbnails/projects/{project['id']}.png").status == 200


def test_its_people_sign_in_with_the_password_of_the_administrator(demo):
    login = {"email": "yuki@example.com", "password": demo.admin_password}
    assert Client(demo.api_url).post("/auth/login", login).json["login"] is True


def test_a_reset_brings_it_back(demo):
    project = demo.api.get("/data/projects/open").json[0]
    demo.api.post(f"/data/projects/{project['id']}/sequences", {"name": "SQ99"})
    demo.reset()
    assert not demo.app.db.value("SELECT 1 FROM entity WHERE name = 'SQ99'")


def ids(server):
    return {
        table: server.app.db.column(f"SELECT id FROM {table} ORDER BY id")
        for table in ("person", "project", "entity", "task", "comment", "preview_file", "task_type", "playlist")
    }


def test_its_ids_are_the_same_each_time(demo, monkeypatch):
    monkeypatch.setattr(Pictures, "_draw", lambda pictures, work: None)
    demo.reset()
    with Server(seed="demo", listen=False) as second:
        assert ids(second) == ids(demo)
    assert fields.new_id() != fields.new_id()


def test_without_pillow_it_has_no_pictures(monkeypatch):
    monkeypatch.setattr("kitsulite.jobs.pictures.pillow", lambda: None)
    with Server(seed="demo", listen=False) as server:
        assert server.app.db.value("SELECT count(*) FROM task") > 300
        assert server.app.db.value("SELECT count(*) FROM preview_file") == 0


def test_a_movie_is_made_where_there_is_ffmpeg(clips, demo):
    movie = demo.app.db.value("SELECT id FROM preview_file WHERE extension = 'mp4'")
    path = demo.app.files.find("movies", "previews", movie)
    assert clips.known(path).seconds == pytest.approx(2, abs=0.1)


def test_the_demo_never_touches_a_studio(tmp_path):
    with Server(tmp_path / "studio", listen=False):
        pass
    with pytest.raises(SetupError, match="folder of its own"):
        DemoServer(str(tmp_path / "studio"))


def test_a_demo_in_a_folder_is_gone_on_with(tmp_path, monkeypatch):
    monkeypatch.setattr("kitsulite.jobs.pictures.pillow", lambda: None)
    monkeypatch.setattr(cast, "PRODUCTIONS", cast.PRODUCTIONS[:1])
    settings = {"port": 0}
    with DemoServer(str(tmp_path), **settings) as server:
        note = json.loads((tmp_path / "demo.json").read_text())
        assert note["shown_password"] == cast.PASSWORD
        before = ids(server)
        [mail] = server.api.get("/kitsulite/outbox").json
        assert (mail["to"], mail["date"][:10]) == ("oliver@example.com", fields.clock.today())
    with DemoServer(str(tmp_path), **settings) as server:
        assert ids(server) == before
    monkeypatch.setattr(cast, "PRODUCTIONS", ())
    with DemoServer(str(tmp_path / "other"), admin_password="my own password", **settings) as server:
        assert json.loads((tmp_path / "other" / "demo.json").read_text())["shown_password"] is None


def test_the_command_serves_it(tmp_path, empty_demos):
    with DemoServer(str(tmp_path / "studio"), port=0):
        pass
    with Process(tmp_path / "studio", "--demo") as server:
        login = {"email": "ines@example.com", "password": cast.PASSWORD}
        assert Client(server.api_url).post("/auth/login", login).json["login"] is True
        code, out, errors = server.end()
        assert (code, "A demo studio" in out, "Traceback" in errors) == (0, True, False)


def test_pictures_have_captions_without_freetype(monkeypatch):
    def old(size=None):
        if size:
            raise TypeError("load_default() takes 0 positional arguments")
        return "bitmap font"

    monkeypatch.setattr("PIL.ImageFont.load_default", old)
    drawings.font.cache_clear()
    try:
        assert drawings.font(20) == "bitmap font"
    finally:
        drawings.font.cache_clear()


def test_a_demo_without_a_folder_leaves_nothing(empty_demos):
    with DemoServer(port=0) as server:
        folder = server.app.folder
        assert (folder / "demo.json").exists()
    assert not folder.exists()
