"""The server's own routes."""

import sqlite3
import time

import pytest
from support import ROLES, UNKNOWN

import kitsulite
from kitsulite.domain.server import machine
from kitsulite.models.people import Organisation
from kitsulite.models.previews import PreviewFile
from kitsulite.models.server import Job
from kitsulite.models.tasks import Comment

PARTS = ("database-up", "key-value-store-up", "event-stream-up", "job-queue-up", "indexer-up")


def test_the_version_is_that_of_the_answered_api(studio):
    answer = studio.nobody.get("/")
    assert answer.json == {"api": "Zou", "version": kitsulite.ZOU_VERSION}


def test_a_client_that_insists_on_an_older_version_is_named_one(studio, set_up):
    set_up(named_version="1.0.67")
    assert studio.nobody.get("/").json["version"] == studio.nobody.get("/status").json["version"] == "1.0.67"


@pytest.mark.parametrize("path", ["/", "/status", "/status.txt", "/status/influx", "/config"])
def test_everybody_may_ask_how_the_server_is(studio, path):
    assert studio.nobody.get(path).status_int == 200


def test_the_health_of_each_part(studio):
    answer = studio.nobody.get("/status").json
    assert answer == {"name": "Zou", "version": kitsulite.ZOU_VERSION, **dict.fromkeys(PARTS, True)}
    numbers = studio.nobody.get("/status/influx").json
    assert abs(numbers.pop("time") - time.time()) < 5
    assert numbers == dict.fromkeys(PARTS, 1)


def test_health_as_text_has_a_line_per_part(studio):
    answer = studio.nobody.get("/status.txt")
    assert answer.headers["Content-Type"] == "text"
    assert answer.text.splitlines() == [
        "name: Zou",
        f"version: {kitsulite.ZOU_VERSION}",
        "database-up: up",
        "event-stream-up: up",
        "key-value-store-up: up",
        "job-queue-up: up",
        "indexer-up: up",
    ]
    assert answer.text.endswith("\n")


def test_a_database_that_fails_is_down(studio, application, monkeypatch):
    def fail(sql, params=()):
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(application.db, "value", fail)
    up = studio.nobody.get("/status").json
    assert (up["database-up"], up["event-stream-up"]) == (False, True)
    assert "database-up: down\n" in studio.nobody.get("/status.txt").text


def test_the_load_of_the_machine(studio):
    for state in ("queued", "running", "failed", "done"):
        studio.link(Job, kind="movie", subject_id=UNKNOWN, state=state)
    answer = studio.api(studio.admin).get("/status/resources").json
    assert set(answer) == {"date", "cpu", "memory", "jobs"}
    assert set(answer["cpu"]["loadavg"]) == {"last 1 min", "last 5 min", "last 10 min"}
    assert all(0 <= share <= 100 for share in answer["cpu"]["percent"])
    memory = answer["memory"]
    assert memory["used"] + memory["available"] == memory["total"]
    assert answer["jobs"] == {"running_jobs": 1}


def test_the_share_of_a_busy_processor():
    assert machine.share((100, 200), (125, 300)) == 75.0
    assert machine.share((100, 200), (100, 200)) == 0.0


def test_a_platform_without_counters_still_answers(studio, monkeypatch):
    def missing(path):
        raise FileNotFoundError(path)

    monkeypatch.setattr(machine.Path, "read_text", missing)
    monkeypatch.delattr(machine.os, "getloadavg", raising=False)
    answer = studio.api(studio.admin).get("/status/resources").json
    assert set(answer["cpu"]["percent"]) == {0.0}
    assert answer["memory"] == {"total": 0, "used": 0, "available": 0, "percent": 0.0}


def test_the_test_event_is_broadcast_and_not_kept(studio, application):
    heard = []
    stop = application.bus.listen(lambda name, payload: heard.append((name, payload)))
    studio.forget_events()
    for path in ("/status/test-event", "/status/resources"):
        assert studio.nobody.get(path).status_int == 401
        assert studio.api(studio.person("manager")).get(path).status_int == 403
    assert studio.api(studio.admin).get("/status/test-event").json == {"success": True}
    stop()
    assert heard == [("main:test", {})]
    assert studio.events() == []


def test_only_admins_count_previews_and_comments(studio):
    for role in ROLES:
        status = studio.api(studio.person(role)).get("/stats").status_int
        assert status == (200 if role == "admin" else 403)
    assert studio.nobody.get("/stats").status_int == 401


def test_previews_are_counted_by_kind(studio):
    task = studio.task(studio.entity(studio.project(), "Prop"))
    for extension in ("mp4", "mp4", "png", "obj", "pdf"):
        studio.add(PreviewFile, task_id=task["id"], extension=extension)
    studio.add(Comment, object_id=task["id"], object_type="Task", person_id=studio.admin["id"])
    assert studio.api(studio.admin).get("/stats").json == {
        "number_of_video_previews": 2,
        "number_of_picture_previews": 1,
        "number_of_model_previews": 1,
        "number_of_comments": 1,
    }


def test_the_configuration_before_a_login(studio):
    assert studio.nobody.get("/config").json == {
        "is_self_hosted": True,
        "crisp_token": "",
        "dark_theme_by_default": False,
        "indexer_configured": True,
        "saml_enabled": False,
        "saml_idp_name": "",
        "oidc_enabled": False,
        "oidc_idp_name": "",
        "default_locale": "en_US",
        "default_timezone": "Europe/Paris",
        "enforce_2fa": False,
        "movie_highdef_bitrate": 28,
        "movie_lowdef_bitrate": 6,
        "preview_accounts_enabled": True,
    }
    with studio.db.write():
        studio.db.execute("UPDATE organisation SET dark_theme_by_default = 1")
    assert len(studio.db.all(Organisation)) == 1
    assert studio.nobody.get("/config").json["dark_theme_by_default"] is True
