"""Movies: uploaded, converted, shown."""

import io
import os
from fractions import Fraction

import pytest
from scene import opened

from kitsulite.domain.previews import conversions, encodings
from kitsulite.domain.server import verification
from kitsulite.jobs import movies
from kitsulite.jobs.turns import Turns
from kitsulite.models.entities import Entity
from kitsulite.models.previews import BuildJob, Playlist, PreviewFile
from kitsulite.models.projects import Project, ProjectTaskTypeLink
from kitsulite.models.server import Job
from kitsulite.models.tasks import Task
from kitsulite.store.files import FileStore


@pytest.fixture
def scene(small_movies):
    return small_movies


def movie(clips, studio, preview, prefix="previews"):
    """What is known of a stored movie of a preview."""
    return clips.known(studio.app.files.path("movies", prefix, preview["id"]))


def test_a_movie_is_answered_at_once_and_ready_when_its_job_is_done(studio, scene, clips):
    studio.forget_events()
    answer = scene.upload("Shot.MOV", clips["sound.mov"])
    assert answer.status_int == 201
    preview = studio.db.get(PreviewFile, answer.json["id"])
    assert (preview["status"], preview["extension"], preview["original_name"]) == ("ready", "mp4", "Shot")
    assert (preview["width"], preview["height"], preview["duration"]) == (192, 108, 1.0)
    assert preview["data"] == {
        **{"original_width": 64, "original_height": 36, "original_duration": 1.0},
        **{"original_file_size": len(clips["sound.mov"]), "movie_prefixes": ["previews", "lowdef", "source"]},
    }
    assert studio.db.get(Task, scene.task["id"])["last_preview_file_id"] == preview["id"]
    events = ["preview-file:update", "comment:update", "preview-file:add-file", "preview-file:update"]
    assert studio.events() == events
    statuses = "SELECT json_extract(data, '$.status') FROM api_event WHERE name LIKE 'preview-file:%' ORDER BY rowid"
    assert studio.db.column(statuses) == ["processing", "processing", "ready"]
    shown = scene.api("user").get(
        f"/movies/originals/preview-files/{preview['id']}.mp4", headers={"Range": "bytes=4-7"}
    )
    assert (shown.status_int, shown.body, shown.content_type) == (206, b"ftyp", "video/mp4")
    assert scene.api().get(f"/movies/source/preview-files/{preview['id']}.mp4").body == clips["sound.mov"]
    job = studio.db.first(Job)
    assert (job["kind"], job["state"], job["progress"], job["project_id"]) == ("movie", "done", 1, scene.project["id"])


def test_both_definitions_are_h264_with_sound_and_even_pixels(studio, scene, clips, monkeypatch):
    monkeypatch.setattr(movies, "LOW_WIDTH", 1280)
    preview = scene.upload("odd.avi", clips["odd.avi"]).json
    high, low = (movie(clips, studio, preview, prefix) for prefix in ("previews", "lowdef"))
    assert (high.width, high.height, low.width, low.height) == (192, 108, 1280, 720)
    for known in (high, low):
        assert known.has_sound
        assert known.fps == 10
        assert known.streams[0].startswith("h264")
        assert "yuv420p" in known.streams[0]
        assert known.streams[1].startswith("aac")


@pytest.mark.parametrize("name", ["web.webm", "deep.mkv", "alpha.mov", "one.mp4", "wide.mp4", "varied.mkv"])
def test_movies_of_all_kinds_become_ready(studio, scene, clips, name):
    preview = studio.db.get(PreviewFile, scene.upload(name, clips[name]).json["id"])
    assert preview["status"] == "ready", studio.db.first(Job)["output"]
    assert (preview["width"], preview["height"]) == (192, 108)
    assert abs(preview["duration"] - preview["data"]["original_duration"]) <= 0.11


def test_pictures_and_tiles_of_a_movie_are_made(studio, scene, clips):
    preview = scene.upload("a.mp4", clips["plain.mp4"]).json
    sizes = {
        "previews": (1200, 675),
        "thumbnails": (150, 100),
        "thumbnails-square": (100, 100),
        "originals": (192, 108),
    }
    for variant, size in sizes.items():
        shown = opened(scene.api("user").get(f"/pictures/{variant}/preview-files/{preview['id']}.png").body)
        assert (shown.size, shown.mode) == (size, "RGBA")
    tiles = opened(scene.api("user").get(f"/movies/tiles/preview-files/{preview['id']}.png").body)
    assert tiles.size == (8 * 178, 2 * 100)


def test_a_turned_movie_is_converted_upright(studio, scene, clips):
    with studio.db.write():
        studio.db.update(Project, scene.project["id"], resolution="x144")
    preview = studio.db.get(PreviewFile, scene.upload("phone.mov", clips.turned).json["id"])
    assert (preview["width"], preview["height"]) == (82, 144)
    assert preview["data"]["original_width"] == 36


def test_size_and_rate_of_the_entity_win(studio, scene, clips):
    with studio.db.write():
        studio.db.update(Entity, scene.entity["id"], data={"resolution": "101x201", "fps": "23,976"})
    known = movie(clips, studio, scene.upload("a.mp4", clips["plain.mp4"]).json)
    assert (known.width, known.height, known.fps) == (102, 202, Fraction(24000, 1001))


@pytest.mark.parametrize("text", ["0", "nan", "inf", "1e9", "x", "-5", None, [], True])
def test_a_text_that_is_no_rate_does_not_count(text):
    assert encodings.rate(text) is None


def test_the_bit_rate_of_the_task_type_in_the_project_wins(studio, scene, clips, monkeypatch):
    with studio.db.write():
        studio.db.update(Project, scene.project["id"], hd_bitrate_compression=12, ld_bitrate_compression=4)
        link = {"project_id": scene.project["id"], "task_type_id": scene.task["task_type_id"]}
        studio.db.add(ProjectTaskTypeLink, **link, hd_bitrate_compression=3)
    seen = []
    encode = movies.encode
    monkeypatch.setattr(movies, "encode", lambda *given: seen.append(given[4]) or encode(*given))
    scene.upload("a.mp4", clips["one.mp4"])
    assert (seen[0].high_rate, seen[0].low_rate) == (3, 3)


def test_an_unconverted_movie_is_shown_as_it_came(studio, scene, clips):
    studio.forget_events()
    preview = scene.studio.preview(scene.task, scene.comment, extension="mp4", status="processing")
    files = [("file", "web.webm", clips["web.webm"])]
    answer = scene.api().upload(f"/pictures/preview-files/{preview['id']}?normalize=false", files)
    assert (answer.json["status"], answer.json["width"], answer.json["duration"]) == ("ready", 64, 0.5)
    assert answer.json["file_size"] == len(clips["web.webm"])
    shown = scene.api("user").get(f"/movies/originals/preview-files/{preview['id']}.mp4")
    assert shown.body == clips["web.webm"]
    assert scene.api("user").get(f"/movies/source/preview-files/{preview['id']}.mp4").status_int == 404
    assert studio.events() == [
        *("preview-file:update", "preview-file:update", "comment:update", "preview-file:add-file")
    ]


@pytest.mark.parametrize("query", ["?no_job=true", "?normalize=false"])
def test_what_is_no_movie_is_broken_and_kept(studio, scene, query):
    preview = studio.preview(scene.task, scene.comment, extension="mp4", status="processing")
    answer = scene.api().upload(f"/pictures/preview-files/{preview['id']}{query}", [("file", "a.mp4", b"no movie")])
    assert (answer.status_int, answer.json["status"]) == (201, "broken")
    job = studio.db.first(Job)
    assert (job["state"], job["message"]) == ("failed", "The file holds no video.")
    assert job["output"]
    assert scene.api().get(f"/movies/originals/preview-files/{preview['id']}.mp4").body == b"no movie"
    assert studio.db.get(Task, scene.task["id"])["last_preview_file_id"] is None
    assert list(verification.problems(studio.app)) == []


@pytest.mark.parametrize("name", ["sound alone", "cut", "moov at the end is missing"])
def test_broken_movies_have_a_state_and_no_temporary_files(studio, scene, clips, name):
    whole = clips["plain.mp4"]
    content = {"sound alone": clips.sound_alone, "cut": whole[:40]}.get(name, whole[: len(whole) // 2])
    preview = studio.db.get(PreviewFile, scene.upload("a.mp4", content).json["id"])
    assert preview["status"] == "broken"
    assert list(studio.app.files.folder.glob(".making*")) == []


def test_a_movie_is_tried_again(studio, scene, clips):
    preview = scene.upload("a.mp4", b"no movie").json
    studio.app.files.path("movies", "source", preview["id"]).write_bytes(clips["one.mp4"])
    jobs, job = studio.app.jobs, studio.db.first(Job)
    with studio.db.write():
        jobs.retry(studio.context(), job["id"])
        assert studio.db.get(PreviewFile, preview["id"])["status"] == "processing"
    jobs.start(job["id"])
    assert studio.db.get(PreviewFile, preview["id"])["status"] == "ready"


def test_a_deleted_preview_stops_its_conversion(studio, scene, clips, monkeypatch):
    encode = movies.encode

    def meanwhile(*given):
        scene.api().delete(f"{scene.path()}/preview-files/{studio.db.first(PreviewFile)['id']}?force=true")
        return encode(*given)

    monkeypatch.setattr(movies, "encode", meanwhile)
    preview = studio.preview(scene.task, scene.comment, extension="mp4", status="processing")
    scene.upload("a.mp4", clips["plain.mp4"], preview)
    assert studio.db.first(Job)["state"] == "cancelled"
    assert [p for p in studio.app.files.folder.rglob("*") if p.is_file()] == []


def test_a_movie_that_was_stored_without_ffmpeg_is_converted_later(studio, scene, clips, set_up):
    set_up(ffmpeg="/no/such/ffmpeg")
    preview = scene.upload("a.mov", clips["sound.mov"]).json
    assert (preview["status"], preview["width"]) == ("ready", 0)
    set_up(ffmpeg="")
    assert conversions.convert_kept(studio.context()) == 1
    assert studio.app.jobs.wait()
    preview = studio.db.get(PreviewFile, preview["id"])
    assert (preview["status"], preview["width"], preview["data"].get("converted")) == ("ready", 192, None)
    assert scene.api().get(f"/movies/source/preview-files/{preview['id']}.mp4").body == clips["sound.mov"]


def test_movies_that_nobody_converts_are_taken_up_at_the_start(studio, scene, clips):
    columns = {"extension": "mp4", "status": "processing"}
    stored = studio.preview(scene.task, original_name="a", **columns)
    studio.app.files.write("movies", "source", stored["id"], io.BytesIO(clips["one.mp4"]))
    lost = studio.preview(scene.task, original_name="b", **columns)
    waiting = studio.preview(scene.task, **columns)
    build = studio.add(BuildJob, playlist_id=studio.add(Playlist, name="a", project_id=scene.project["id"])["id"])
    studio.app.jobs.resume()
    assert studio.app.jobs.wait()
    statuses = [studio.db.get(PreviewFile, row["id"])["status"] for row in (stored, lost, waiting)]
    assert statuses == ["ready", "broken", "processing"]
    assert studio.db.get(BuildJob, build["id"])["status"] == "failed"


PLAYLISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{path}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{path}'\n",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
    "dash": '<?xml version="1.0"?><MPD><Period><BaseURL>file://{path}</BaseURL></Period></MPD>',
    "http": "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/secret.ts\n",
}


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_a_playlist_inside_of_a_movie_reaches_no_other_file(studio, scene, clips, kind):
    clips["plain.mp4"]
    content = PLAYLISTS[kind].format(path=clips.folder / "plain.mp4").encode()
    preview = studio.db.get(PreviewFile, scene.upload("a.mp4", content).json["id"])
    assert (preview["status"], preview["width"]) == ("broken", 0)


def test_a_movie_of_no_task_is_converted_too(studio, scene, clips, monkeypatch):
    monkeypatch.setattr(encodings, "DEFAULT_HEIGHT", 144)
    preview = studio.add(PreviewFile, name="alone", extension="mp4", status="processing", original_name="a")
    studio.app.files.write("movies", "source", preview["id"], io.BytesIO(clips["one.mp4"]))
    studio.app.jobs.resume()
    assert studio.app.jobs.wait()
    preview = studio.db.get(PreviewFile, preview["id"])
    assert (preview["status"], preview["height"]) == ("ready", 144)


def test_nobody_waits_until_a_converted_movie_is_safe_on_the_disk(studio, scene, clips, monkeypatch):
    """What is written in the transaction was written before: its files need nothing more of the disk."""
    fsync, place, safe, placed = os.fsync, FileStore.place, set(), []

    def noted(descriptor):
        safe.add(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    def checked(store, made, *where):
        placed.append((where[:2], os.stat(made).st_ino in safe))
        place(store, made, *where)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(FileStore, "place", checked)
    preview = scene.upload("a.mp4", clips["one.mp4"]).json
    shots = [{"entity_id": scene.entity["id"], "preview_file_id": preview["id"]}]
    playlist = studio.add(Playlist, name="Dailies", project_id=scene.project["id"], shots=shots)
    assert scene.api().get(f"/data/playlists/{playlist['id']}/build/mp4").json["status"] == "succeeded"
    assert {("movies", name) for name in ("source", "previews", "lowdef", "playlists")} <= {
        place for place, _ in placed
    }
    assert all(is_safe for _, is_safe in placed)


def test_a_request_that_would_do_a_job_too_many_leaves_it_to_the_queue(studio, scene, clips, monkeypatch):
    """`no_job=true` and `normalize=false` start no more conversions than the machine can bear."""
    monkeypatch.setattr(studio.app.jobs, "doing", Turns(1, 0))
    monkeypatch.setattr(studio.app.jobs, "inline", False)
    preview = studio.preview(scene.task, scene.comment, extension="mp4", status="processing")
    path = f"/pictures/preview-files/{preview['id']}?normalize=false"
    with studio.app.jobs.doing.take():
        answer = scene.api().upload(path, [("file", "a.mp4", clips["one.mp4"])])
        assert (answer.status_int, answer.json["status"]) == (201, "processing")
        assert studio.app.jobs.wait()
    assert studio.db.get(PreviewFile, preview["id"])["status"] == "ready"
    job = studio.db.first(Job)
    assert (job["state"], job["tries"]) == ("done", 1)


@pytest.mark.parametrize(("size", "matrix"), [("1280x720", "bt709"), ("320x180", "bt601")])
def test_colours_of_rendered_frames_are_shown_as_they_are(studio, scene, clips, size, matrix):
    """Players read the colours of a movie by its height; a red of rendered frames came out as another one."""
    with studio.db.write():
        studio.db.update(Project, scene.project["id"], resolution=size)
    source = ("-f", "lavfi", "-i", "color=c=0xFA0A0A:s=64x36:r=10:d=0.1", "-c:v", "png", "-pix_fmt", "rgb24")
    preview = scene.upload("a.mov", clips.make("red.mov", *source).read_bytes()).json
    path = studio.app.files.path("movies", "previews", preview["id"])
    shown = clips.make(f"{matrix}.png", "-i", str(path), "-vf", f"scale=in_color_matrix={matrix}", "-frames:v", "1")
    pictures = (shown.read_bytes(), scene.api().get(f"/pictures/originals/preview-files/{preview['id']}.png").body)
    frame = scene.api().get(f"/actions/preview-files/{preview['id']}/extract-frame").body
    for content in (*pictures, frame):
        colour = opened(content).convert("RGB").getpixel((30, 30))
        assert all(abs(one - other) <= 4 for one, other in zip(colour, (250, 10, 10), strict=True)), colour
