"""Frames and annotations as files through the API."""

import io
import sys
import zipfile

import pytest
from PIL import PdfParser
from scene import opened, picture
from support import ROLES

from kitsulite.domain.previews import frames
from kitsulite.jobs.turns import Turns
from kitsulite.models.entities import Entity
from kitsulite.models.fields import new_id
from kitsulite.models.people import Organisation
from kitsulite.models.previews import PreviewFile
from kitsulite.models.projects import Project

FILES = ("extract-annotated-frame", "extract-annotated-frames", "extract-annotated-frames-pdf")
ROUTES = (*FILES, "extract-frame")
BUSY = "Too many media requests, retry later."


def drawn(time=0, fill="#ff0000"):
    box = {"type": "rect", "left": 0, "top": 0, "width": 1200, "height": 400, "fill": fill}
    return {"time": time, "drawing": {"objects": [{"id": new_id(), **box}]}}


def annotate(studio, preview, *entries):
    with studio.db.write():
        studio.db.update(PreviewFile, preview["id"], annotations=list(entries))
    return f"/actions/preview-files/{preview['id']}"


def test_annotations_of_a_picture_are_drawn_on_its_preview(studio, scene):
    preview = scene.upload("a.png", picture(600, 300, color=(0, 255, 0))).json
    path = annotate(studio, preview, drawn(), drawn(1, "#0000ff"))
    answer = scene.api("manager").get(path + "/extract-annotated-frame?frame_number=9")
    assert (answer.content_type, answer.headers["Cache-Control"]) == ("image/png", "no-cache")
    assert all(name in answer.headers for name in ("ETag", "Last-Modified", "Accept-Ranges"))
    assert answer.headers["Content-Disposition"].startswith("inline")
    shown = opened(answer.body)
    assert (shown.size, shown.mode) == ((1200, 600), "RGB")
    assert shown.getpixel((10, 10)) == (255, 0, 0)
    assert shown.getpixel((10, 590)) == (0, 255, 0)


def test_all_annotations_of_a_picture_are_packed(studio, scene, monkeypatch):
    monkeypatch.setattr(frames, "PAGES", 2)
    preview = scene.upload("a.png", picture()).json
    path = annotate(studio, preview, drawn(), drawn(1, "#0000ff"), drawn(2))
    answer = scene.api().get(path + "/extract-annotated-frames")
    assert answer.headers["Content-Disposition"].endswith("_v1_annotated_frames.zip")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
        names = packed.namelist()
        assert [name.rpartition("_v1")[2] for name in names] == [f"_frame_{n}.png" for n in (1, 2, 3)]
        assert opened(packed.read(names[1])).getpixel((10, 10)) == (0, 0, 255)
    answer = scene.api().get(path + "/extract-annotated-frames-pdf")
    assert answer.content_type == "application/pdf"
    assert answer.body.startswith(b"%PDF")
    assert len(PdfParser.PdfParser(buf=answer.body).pages) == 3


def test_names_of_packed_frames_lead_nowhere(studio, scene):
    studio.add(Organisation, name="Studio", use_original_file_name=True)
    preview = scene.upload("../../a.png", picture()).json
    answer = scene.api().get(annotate(studio, preview, drawn()) + "/extract-annotated-frames")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
        assert packed.namelist() == ["_.._a_frame_1.png"]


@pytest.mark.parametrize("route", FILES)
def test_what_cannot_be_drawn_on_is_refused(studio, scene, route):
    plain = annotate(studio, scene.upload("a.png", picture()).json)
    assert scene.api().get(f"{plain}/{route}").status_int == 400
    other = annotate(studio, studio.preview(scene.task, extension="gif"), drawn())
    assert scene.api().get(f"{other}/{route}").status_int == 400
    movie = annotate(studio, studio.preview(scene.task, extension="mp4"))
    assert scene.api().get(f"{movie}/{route}").status_int == 400


@pytest.mark.parametrize("route", FILES)
def test_a_file_that_is_not_there_is_reported(studio, scene, route):
    gone = {"error": "preview file binary is not available"}
    unstored = annotate(studio, studio.preview(scene.task), drawn())
    imported = annotate(studio, studio.preview(scene.task, data={"imported_only": True}, extension="gif"))
    movie = annotate(studio, studio.preview(scene.task, extension="mp4"), drawn())
    for path in (unstored, imported, movie):
        answer = scene.api().get(f"{path}/{route}?frame_number=1")
        assert (answer.status_int, answer.json) == (404, gone)


def test_without_ffmpeg_movies_give_no_frames(studio, scene, no_ffmpeg):
    preview = scene.upload("a.mp4", b"movie").json
    path = annotate(studio, preview, drawn())
    for route in (*ROUTES, "extract-tile"):
        assert scene.api().get(f"{path}/{route}?frame_number=1").status_int == 503
    assert scene.api().put(path + "/set-main-preview", {"frame_number": 1}).status_int == 503


def test_without_pillow_nothing_is_drawn(studio, scene, monkeypatch):
    path = annotate(studio, scene.upload("a.png", picture()).json, drawn())
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert scene.api().get(path + "/extract-annotated-frame").status_int == 503


@pytest.mark.parametrize(
    ("fps", "number", "status"), [(None, 26, 404), ("10", 11, 404), ("10", 12, 400), ("x", 26, 404)]
)
def test_frames_are_counted_from_one_at_the_rate_of_the_entity(studio, scene, fps, number, status):
    with studio.db.write():
        studio.db.update(Entity, scene.entity["id"], data={"fps": fps})
    path = annotate(studio, studio.preview(scene.task, extension="mp4"), drawn(1))
    assert scene.api().get(f"{path}/extract-annotated-frame?frame_number={number}").status_int == status


def test_a_movie_drawn_on_at_no_moment_has_no_frames_to_pack(studio, scene):
    path = annotate(studio, studio.preview(scene.task, extension="mp4"), drawn("x"))
    answer = scene.api().get(path + "/extract-annotated-frames")
    assert (answer.status_int, "no frame with annotations" in answer.text) == (400, True)


def test_numbers_of_frames_are_checked(studio, scene):
    path = annotate(studio, studio.preview(scene.task, extension="mp4"), drawn())
    for query in ("", "?frame_number=0", "?frame_number=x"):
        assert scene.api().get(path + "/extract-annotated-frame" + query).status_int == 400
    assert scene.api().get(path + "/extract-frame?frame_number=x").status_int == 400


def test_only_movies_have_frames(studio, scene):
    path = annotate(studio, studio.preview(scene.task))
    assert scene.api().get(path + "/extract-frame").status_int == 404
    answer = scene.api().get(path + "/extract-tile")
    assert (answer.status_int, answer.json["message"]) == (400, "Preview file is not a movie")


@pytest.mark.parametrize("route", ROUTES)
def test_managers_extract_frames_and_readers_tiles(studio, scene, route):
    preview = studio.preview(scene.task)
    path = f"/actions/preview-files/{preview['id']}/"
    refused = {role for role in ROLES if scene.api(role).get(path + route).status_int == 403}
    assert refused == set(ROLES) - {"admin", "manager"}
    assert {role for role in ROLES if scene.api(role).get(path + "extract-tile").status_int == 403} == {"vendor"}
    assert scene.outsider().get(path + route).status_int == 403
    assert scene.api().get(f"/actions/preview-files/{new_id()}/{route}").status_int == 404


@pytest.fixture
def movie(studio, scene, clips):
    """A movie of 10 frames at 10 a second, 64x36, its frames annotated at half a second; and its path."""
    with studio.db.write():
        studio.db.update(Project, scene.project["id"], fps="10")
    preview = studio.preview(scene.task, extension="mp4", status="ready")
    studio.app.files.write("movies", "previews", preview["id"], io.BytesIO(clips["plain.mp4"]))
    return annotate(studio, preview, drawn(0.5), drawn(99), drawn("x"))


def test_frames_of_a_movie_are_counted_from_one(scene, movie):
    shown = {}
    for number in (0, 1, 2, 10):
        answer = scene.api("manager").get(f"{movie}/extract-frame?frame_number={number}")
        assert (answer.status_int, answer.content_type) == (200, "image/png")
        assert answer.headers["Content-Disposition"].startswith("inline")
        shown[number] = answer.body
    assert shown[0] == shown[1]
    assert len(set(shown.values())) == 3
    assert opened(shown[1]).size == (64, 36)
    assert scene.api().get(movie + "/extract-frame").body == shown[1]
    for number in (11, 2_000_000_000):
        assert scene.api().get(f"{movie}/extract-frame?frame_number={number}").status_int == 404


def test_annotated_frames_of_a_movie_are_drawn(scene, movie):
    answer = scene.api().get(movie + "/extract-annotated-frame?frame_number=6")
    assert opened(answer.body).size == (64, 36)
    assert opened(answer.body).getpixel((5, 5)) == (255, 0, 0)
    assert scene.api().get(movie + "/extract-annotated-frame?frame_number=1").status_int == 400
    answer = scene.api().get(movie + "/extract-annotated-frames")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
        assert [name.rpartition("_frame_")[2] for name in packed.namelist()] == ["6.png"]
    assert scene.api().get(movie + "/extract-annotated-frames-pdf").body.startswith(b"%PDF")


def test_tiles_are_made_again_and_stored(scene, movie):
    answer = scene.api("user").get(movie + "/extract-tile")
    assert opened(answer.body).size == (8 * 178, 2 * 100)
    path = movie.replace("/actions/", "/movies/tiles/") + ".png"
    assert scene.api("user").get(path).body == answer.body


def test_a_frame_becomes_the_face_of_a_movie_and_its_entity(studio, scene, movie):
    studio.forget_events()
    answer = scene.api("user").put(movie + "/set-main-preview", {"frame_number": 5})
    preview_id = movie.rpartition("/")[2]
    assert (answer.json["preview_file_id"], answer.json["preview_file_status"]) == (preview_id, "ready")
    assert studio.events() == ["preview-file:set-main", "shot:update"]
    face = scene.api("user").get(f"/pictures/originals/preview-files/{preview_id}.png").body
    assert (
        opened(face).convert("RGB").tobytes()
        == opened(scene.api().get(movie + "/extract-frame?frame_number=5").body).convert("RGB").tobytes()
    )
    assert scene.api("user").put(movie + "/set-main-preview", {"frame_number": 500}).status_int == 200


def test_a_movie_that_cannot_be_read_has_no_frames(studio, scene, clips):
    preview = studio.preview(scene.task, extension="mp4", status="broken")
    studio.app.files.write("movies", "source", preview["id"], io.BytesIO(b"no movie"))
    for route in ("extract-frame", "extract-tile"):
        assert scene.api().get(f"/actions/preview-files/{preview['id']}/{route}").status_int == 404


PACKED = ("extract-annotated-frames", "extract-annotated-frames-pdf")


def test_many_requests_for_frames_hold_neither_the_threads_nor_the_processor(studio, scene, movie, monkeypatch):
    """While the places for ffmpeg are taken, the next request is asked at once to come again."""
    monkeypatch.setattr(studio.app.jobs, "turns", Turns(1, 0))
    with studio.app.jobs.turns.take():
        for route in ("extract-frame", "extract-tile", "extract-annotated-frame?frame_number=6"):
            answer = scene.api().get(f"{movie}/{route}")
            assert (answer.status_int, answer.json) == (503, {"error": True, "message": BUSY})
            assert (answer.headers["Retry-After"], answer.headers["Cache-Control"]) == ("5", "no-store")
        assert scene.api().put(movie + "/set-main-preview", {"frame_number": 1}).status_int == 503
    assert studio.db.get(Entity, scene.entity["id"])["preview_file_id"] is None
    assert scene.api().get(movie + "/extract-frame").status_int == 200


@pytest.mark.parametrize("route", PACKED)
def test_frames_are_packed_by_a_few_requests_at_a_time(studio, scene, route, monkeypatch):
    monkeypatch.setattr(studio.app.jobs, "packing", Turns(1, 0))
    path = annotate(studio, scene.upload("a.png", picture()).json, drawn())
    with studio.app.jobs.packing.take():
        assert scene.api().get(f"{path}/{route}").status_int == 503
    assert scene.api().get(f"{path}/{route}").status_int == 200


@pytest.mark.parametrize("route", PACKED)
def test_more_annotations_than_anybody_draws_are_not_packed(studio, scene, route, monkeypatch):
    monkeypatch.setattr(frames, "MOST_DRAWN", 2)
    path = annotate(studio, scene.upload("a.png", picture()).json, drawn(), drawn(), drawn())
    assert scene.api().get(f"{path}/{route}").status_int == 400
