"""The frames of a movie side by side are made again where they are missing."""

import io

import pytest
from scene import opened

from kitsulite.domain.previews import tiles
from kitsulite.jobs.ffmpeg import Failed
from kitsulite.models.fields import new_id
from kitsulite.models.previews import Playlist, PlaylistShareLink, PreviewFile
from kitsulite.models.server import Job


@pytest.fixture
def movie(studio, scene, clips):
    """A ready movie of 10 frames without tiles."""
    preview = studio.preview(scene.task, extension="mp4", status="ready")
    studio.app.files.write("movies", "previews", preview["id"], io.BytesIO(clips["plain.mp4"]))
    return preview


def ask(scene, movie):
    return scene.api("user").get(f"/movies/tiles/preview-files/{movie['id']}.png")


def test_missing_tiles_are_there_when_they_are_asked_for_again(studio, scene, movie):
    assert ask(scene, movie).status_int == 404
    assert opened(ask(scene, movie).body).size == (8 * 178, 2 * 100)
    job = studio.db.first(Job)
    assert (job["kind"], job["state"], job["project_id"]) == ("tiles", "done", scene.project["id"])
    assert studio.db.get(PreviewFile, movie["id"])["status"] == "ready"


def test_guests_of_a_playlist_get_missing_tiles_too(studio, scene, movie):
    shots = [{"entity_id": scene.entity["id"], "preview_file_id": movie["id"]}]
    playlist = studio.add(Playlist, name="Dailies", project_id=scene.project["id"], shots=shots)
    token = new_id()
    studio.add(PlaylistShareLink, token=token, playlist_id=playlist["id"], created_by=scene.team["admin"]["id"])
    path = f"/shared/playlists/{token}/movies/tiles/preview-files/{movie['id']}.png"
    assert [studio.nobody.get(path).status_int for _ in range(2)] == [404, 200]


def test_tiles_that_cannot_be_made_are_tried_once_an_hour_or_by_hand(studio, scene, movie, monkeypatch):
    def fail(*_):
        raise Failed("The movie has no frame.")

    with monkeypatch.context() as patched:
        patched.setattr(tiles, "sheet", fail)
        assert [ask(scene, movie).status_int for _ in range(3)] == [404] * 3
    (job,) = studio.db.all(Job)
    assert (job["state"], job["message"]) == ("failed", "The movie has no frame.")
    with studio.db.write():
        studio.db.execute("UPDATE job SET ended_at = '2020-01-01T00:00:00.000000'")
    assert [ask(scene, movie).status_int for _ in range(2)] == [404, 200]


def test_nothing_is_made_of_what_is_no_ready_movie(studio, scene, movie):
    gone = studio.preview(scene.task, extension="mp4", status="ready")
    plain = studio.preview(scene.task, extension="png", status="ready")
    with studio.db.write():
        studio.db.update(PreviewFile, movie["id"], status="broken")
    assert {ask(scene, preview).status_int for preview in (gone, plain, movie)} == {404}
    assert not studio.db.exists(Job)


def test_without_ffmpeg_no_tiles_are_made(studio, scene, movie, no_ffmpeg):
    assert ask(scene, movie).status_int == 404
    assert not studio.db.exists(Job)


def test_tiles_of_a_movie_that_is_gone_meanwhile_are_not_made(studio, scene, movie, monkeypatch):
    monkeypatch.setattr(studio.app.jobs, "inline", False)
    monkeypatch.setattr(studio.app.jobs, "_claim", lambda: None)
    assert [ask(scene, movie).status_int for _ in range(2)] == [404, 404]
    (job,) = studio.db.all(Job)
    studio.app.files.remove("movies", "previews", movie["id"])
    studio.app.jobs.start(job["id"], now=True)
    assert studio.db.get(Job, job["id"])["message"] == "The movie is not there."
