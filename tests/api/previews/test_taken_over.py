"""What was made of movies elsewhere is shown: a preview folder of Zou can be taken over as it is."""

import io

import pytest
from scene import picture

from kitsulite.models.fields import new_id
from kitsulite.models.previews import Playlist, PlaylistShareLink


@pytest.fixture
def movie(studio, scene):
    """A movie preview with the files that Zou keeps of one."""
    preview = studio.preview(scene.task, extension="mp4", status="ready")
    for bucket, prefix, content in (("movies", "source", b"as uploaded"), ("pictures", "tiles", picture())):
        studio.app.files.write(bucket, prefix, preview["id"], io.BytesIO(content))
    return preview


def test_the_movie_as_it_was_uploaded_is_shown(scene, movie):
    answer = scene.api("user").get(f"/movies/source/preview-files/{movie['id']}.mp4")
    assert (answer.status_int, answer.content_type, answer.body) == (200, "video/mp4", b"as uploaded")


def test_the_frames_side_by_side_are_shown(scene, movie):
    answer = scene.api("user").get(f"/movies/tiles/preview-files/{movie['id']}.png")
    assert (answer.status_int, answer.content_type, answer.body) == (200, "image/png", picture())


def test_guests_of_a_playlist_see_the_frames_of_its_movies(studio, scene, movie):
    shots = [{"entity_id": scene.entity["id"], "preview_file_id": movie["id"]}]
    playlist = studio.add(Playlist, name="Dailies", project_id=scene.project["id"], shots=shots)
    token = new_id()
    studio.add(PlaylistShareLink, token=token, playlist_id=playlist["id"], created_by=scene.team["admin"]["id"])
    answer = studio.nobody.get(f"/shared/playlists/{token}/movies/tiles/preview-files/{movie['id']}.png")
    assert (answer.status_int, answer.body) == (200, picture())
