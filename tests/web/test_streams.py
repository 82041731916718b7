"""Long listings are sent while they are written."""

import gzip
import json
import threading

import bottle
import pytest
from webtest import TestRequest

from kitsulite.aside import Later
from kitsulite.domain.entities import with_tasks
from kitsulite.models.people import Department
from kitsulite.store import database, json_stream
from kitsulite.web.reply import Reply

ROWS = 25
PATH = "/api/data/departments?color=%23123456"
#: of entities with their tasks
FORMS = ("", "&compact=true")


@pytest.fixture
def api(studio, monkeypatch):
    monkeypatch.setattr(json_stream, "LONG", ROWS)
    monkeypatch.setattr(json_stream, "PIECE", 10)
    with studio.db.write():
        for number in range(ROWS):
            studio.db.add(Department, name=f"Department {number}", color="#123456")
    return studio.api(studio.admin)


def ask(api, path=PATH, method="GET", **headers):
    """Status, headers and pieces of an answer."""
    request = TestRequest.blank(path, method=method, headers={**api._headers, **headers})
    status, headers, pieces = request.call_application(api._app.app)
    return int(status[:3]), dict(headers), pieces


def test_it_comes_in_pieces_that_make_one_list(api):
    status, headers, pieces = ask(api)
    pieces = list(pieces)
    assert (status, "Content-Length" in headers, len(pieces)) == (200, False, 4)
    assert headers["Content-Type"] == "application/json"
    rows = json.loads(b"".join(pieces))
    assert [row["name"] for row in rows] == [f"Department {number}" for number in range(ROWS)]
    assert sorted(rows, key=str) == sorted(
        json.loads(b"".join(ask(api, PATH + "&page=1&limit=100")[2]))["data"], key=str
    )


@pytest.mark.parametrize("path", ["projects/{}/tasks", *(f"shots/with-tasks?project_id={{}}{form}" for form in FORMS)])
def test_large_listings_of_a_project_come_so_too(scene, monkeypatch, path):
    sequence = scene.studio.entity(scene.project, "Sequence")
    for _ in range(3):
        scene.studio.task(scene.studio.entity(scene.project, "Shot", parent_id=sequence["id"]), "Animation")
    path = f"/api/data/{path.format(scene.project['id'])}"
    _, headers, whole = ask(scene.api(), path)
    assert "Etag" in headers
    monkeypatch.setattr(json_stream, "LONG", 1)
    monkeypatch.setattr(json_stream, "PIECE", 2)
    monkeypatch.setattr(with_tasks, "LONG", 1)
    monkeypatch.setattr(with_tasks, "PIECE", 2)
    _, headers, pieces = ask(scene.api(), path)
    pieces = list(pieces)
    assert len(pieces) == 3
    assert not headers.keys() & {"Etag", "Content-Length"}
    assert b"".join(pieces) == b"".join(whole)


@pytest.mark.parametrize(
    "path", ["tasks?page=1", "projects/{}/news", "tasks/open-tasks?page=1", "user/tasks-to-check?page=1"]
)
def test_pages_with_many_rows_come_so_too(scene, monkeypatch, path):
    shot, waits = scene.studio.entity(scene.project, "Shot"), scene.studio.task_status("wfa")
    for name in ("Animation", "Layout", "Lighting"):
        task = scene.studio.task(shot, name, task_status_id=waits["id"])
        scene.api().post(f"/actions/tasks/{task['id']}/comment", {"task_status_id": waits["id"], "comment": name})
    path = f"/api/data/{path.format(scene.project['id'])}"
    whole = b"".join(ask(scene.api(), path)[2])
    assert len(json.loads(whole)["data"]) >= 3
    monkeypatch.setattr(json_stream, "LONG", 1)
    monkeypatch.setattr(json_stream, "PIECE", 2)
    _, headers, pieces = ask(scene.api(), path)
    assert "Content-Length" not in headers
    assert b"".join(pieces) == whole


def test_a_short_one_has_a_length(api, monkeypatch):
    monkeypatch.setattr(json_stream, "LONG", ROWS + 1)
    _, headers, pieces = ask(api)
    assert int(headers["Content-Length"]) == len(b"".join(pieces))


def test_a_list_that_ends_with_a_portion_is_whole(api, monkeypatch):
    monkeypatch.setattr(json_stream, "PIECE", ROWS)
    assert len(json.loads(b"".join(ask(api)[2]))) == ROWS


def test_it_is_compressed_too(api):
    _, headers, pieces = ask(api, **{"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(b"".join(pieces)))) == ROWS


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_client_that_goes_leaves_nothing_open(api, studio, encoding):
    for method in ("GET", "HEAD"):
        _, _, pieces = ask(api, method=method, **{"Accept-Encoding": encoding})
        begun = iter(pieces)
        if method == "GET":
            next(begun)
            pieces.close()
        # would be refused while a statement reads the table
        with studio.db.write():
            studio.db.execute("CREATE TABLE other (id)")
            studio.db.execute("DROP TABLE other")


def test_it_is_begun_when_there_is_a_turn_for_it(api, studio, monkeypatch):
    def no_turn():
        raise Later

    with monkeypatch.context() as patch:
        patch.setattr(database, "takes_long", no_turn)
        with studio.statements() as statements, pytest.raises(Later):
            ask(api)
        assert not [sql for sql in statements if "FROM" in sql and sql.startswith("SELECT CAST")]
    assert len(json.loads(b"".join(ask(api)[2]))) == ROWS


def test_it_shows_the_state_at_its_beginning(api, studio):
    pieces = iter(ask(api)[2])
    found = next(pieces)

    def delete():
        with studio.db.write():
            studio.db.delete(Department, color="#123456")
        studio.db.release()

    other = threading.Thread(target=delete)
    other.start()
    other.join()
    assert len(json.loads(found + b"".join(pieces))) == ROWS
    assert not studio.db.exists(Department, color="#123456")


def test_a_thread_that_waits_holds_no_answer(api):
    pieces = ask(api, "/api/data/departments?name=none")[2]
    assert b"".join(pieces) == b"[]"
    assert not [key for key, value in bottle.request.environ.items() if isinstance(value, Reply)]
