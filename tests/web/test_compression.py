"""Answers are compressed for clients that take gzip, unless they hold a secret or are small already."""

import gzip
import io
import json
from typing import NamedTuple

import pytest
from PIL import Image
from webtest import TestRequest

from kitsulite.models.previews import Playlist
from kitsulite.web.compression import takes_gzip
from kitsulite.web.observer import Observer

GZIP = {"Accept-Encoding": "gzip, deflate"}


@pytest.fixture
def api(studio):
    return studio.api(studio.admin)


@pytest.fixture
def ask(api):
    """Asks as an administrator that takes gzip; nothing is unpacked, as WebTest would."""

    def ask(path, method="GET", body=None, app=None, **headers):
        given = {**api._headers, **GZIP, **headers}
        request = TestRequest.blank("/api" + path, method=method, headers=given)
        if body is not None:
            request.body, request.content_type = json.dumps(body).encode(), "application/json"
        status, headers, pieces = request.call_application(app or api._app.app)
        return Answer(int(status[:3]), dict(headers), b"".join(pieces))

    return ask


class Answer(NamedTuple):
    status: int
    headers: dict
    body: bytes


@pytest.fixture
def departments(api):
    for number in range(30):
        api.post("/data/departments", {"name": f"Department {number}", "color": "#000000"})


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("br, *", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
        ("identity", False),
        ("gzip;q=x", False),
        ("gzipped", False),
        ("x-gzip", True),
    ],
)
def test_clients_say_what_they_take(header, takes):
    assert takes_gzip(header) is takes


def test_a_listing_is_compressed(ask, departments):
    plain = ask("/data/departments", **{"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    small = ask("/data/departments")
    assert small.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Vary"] == small.headers["Vary"] == "Accept-Encoding"
    assert int(small.headers["Content-Length"]) == len(small.body) < len(plain.body) / 3
    assert gzip.decompress(small.body) == plain.body


def test_head_tells_what_get_would(ask, departments):
    assert (
        ask("/data/departments", "HEAD").headers["Content-Length"] == ask("/data/departments").headers["Content-Length"]
    )


def test_what_is_small_stays_plain(ask):
    answer = ask("/data/projects")
    assert (answer.body, "Content-Encoding" in answer.headers, "Vary" in answer.headers) == (b"[]", False, False)


def test_a_stream_is_compressed_as_it_comes(ask, breakdown):
    path = f"/data/shots/with-tasks?project_id={breakdown.project['id']}&stream=true"
    small, plain = ask(path), ask(path, **{"Accept-Encoding": ""})
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Content-Length" not in small.headers
    assert gzip.decompress(small.body) == plain.body
    assert len(plain.body.splitlines()) > 2


def test_a_version_that_is_known_is_so_in_either_form(ask, breakdown):
    path = f"/data/shots/with-tasks?project_id={breakdown.project['id']}"
    plain, small = ask(path, **{"Accept-Encoding": ""}), ask(path)
    assert small.headers["Content-Encoding"] == "gzip"
    assert small.headers["Etag"] == "W/" + plain.headers["Etag"]
    for known in (plain.headers["Etag"], small.headers["Etag"]):
        for encoding in ("gzip", ""):
            again = ask(path, **{"If-None-Match": known, "Accept-Encoding": encoding})
            assert (again.status, again.body) == (304, b"")
            assert "Content-Encoding" not in again.headers


def test_what_is_downloaded_under_a_name_is_sent_as_it_lies(ask, breakdown):
    """gazu says that it takes gzip, and stores a sheet as it comes."""
    answer = ask(f"/export/csv/projects/{breakdown.project['id']}/shots.csv")
    assert (answer.body[:8], "Content-Encoding" in answer.headers) == (b"Project;", False)


def test_pictures_and_parts_are_sent_as_they_lie(ask, api, board):
    stream = io.BytesIO()
    Image.new("RGB", (300, 300)).save(stream, "BMP")
    person = api.get("/auth/authenticated").json["user"]["id"]
    api._app.post(
        f"/api/pictures/thumbnails/persons/{person}",
        upload_files=[("file", "a.bmp", stream.getvalue())],
        headers=api._headers,
    )
    path = f"/pictures/thumbnails/persons/{person}.png"
    for headers in ({}, {"Range": "bytes=0-99"}):
        answer = ask(path, **headers)
        assert answer.status in (200, 206)
        assert "Content-Encoding" not in answer.headers


def secrets(studio, board):
    login = {"email": studio.admin["email"], "password": "mysecretpassword", "padding": "x" * 3000}
    playlist = studio.add(Playlist, name="Dailies", project_id=board.project["id"])["id"]
    for _ in range(20):
        studio.api(studio.admin).post(f"/data/playlists/{playlist}/share", {})
    return [
        ("POST", "/auth/login", login),
        ("GET", "/auth/authenticated", None),
        ("GET", f"/data/playlists/{playlist}/share", None),
        ("GET", "/data/persons?with_pass_hash=true", None),
        ("POST", "/data/persons", {"first_name": "x" * 60, "last_name": "y" * 60, "email": "b@x.io", "is_bot": True}),
    ]


def test_answers_with_secrets_are_never_compressed(studio, ask, board):
    for method, path, body in secrets(studio, board):
        answer = ask(path, method, body)
        assert answer.status < 300 or path == "/auth/login", (path, answer.body)
        assert "Content-Encoding" not in answer.headers, path
        if method == "GET":
            assert len(answer.body) > 1024, path


def test_an_observer_sees_the_plain_answer(api, ask, departments):
    seen = []
    answer = ask("/data/departments", app=Observer(api._app.app, seen.append, keep=1 << 16))
    assert answer.headers["Content-Encoding"] == "gzip"
    assert seen[0].answer == gzip.decompress(answer.body)
