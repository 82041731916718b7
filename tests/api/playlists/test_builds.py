"""Movies that are built of playlists."""

import io

import pytest
from scene import picture
from support import ROLES, UNKNOWN

from kitsulite.domain.playlists import builds
from kitsulite.domain.server import verification
from kitsulite.jobs import movies
from kitsulite.jobs.ffmpeg import Failed
from kitsulite.models.fields import new_id
from kitsulite.models.previews import BuildJob, Playlist
from kitsulite.models.server import Job

BUSY = "A build is already in progress for this playlist"


@pytest.fixture
def scene(small_movies):
    return small_movies


@pytest.fixture
def stored(studio, scene, clips):
    """A ready preview with a stored file: stored("movies", "previews", content)."""

    def store(bucket, prefix, content, **columns):
        extension = "mp4" if bucket == "movies" else "png"
        preview = studio.preview(scene.task, extension=extension, status="ready", revision=next(numbers), **columns)
        studio.app.files.write(bucket, prefix, preview["id"], io.BytesIO(content))
        return preview["id"]

    numbers = iter(range(1, 99))
    return store


@pytest.fixture
def build(studio, scene):
    """Build a playlist of previews: (row of the build, what is known of the movie)."""

    def run(clips, *preview_ids, query=""):
        shots = [{"entity_id": scene.entity["id"], "preview_file_id": preview_id} for preview_id in preview_ids]
        playlist = studio.add(Playlist, name=new_id(), project_id=scene.project["id"], shots=shots)
        studio.forget_events()
        answer = scene.api("manager").get(f"/data/playlists/{playlist['id']}/build/mp4{query}")
        assert answer.status_int == 200, answer.text
        row = studio.db.get(BuildJob, answer.json["id"])
        path = studio.app.files.find("movies", "playlists", row["id"])
        return row, clips.known(path) if path else None

    return run


def test_movies_of_one_kind_are_joined_as_they_are(studio, build, stored, clips):
    first = stored("movies", "previews", clips.normalised)
    row, known = build(clips, first, stored("movies", "previews", clips.normalised), first)
    assert (row["status"], row["message"]) == ("succeeded", None)
    assert row["ended_at"]
    assert (known.width, known.height) == (64, 36)
    assert abs(known.seconds - 0.9) < 0.15
    assert studio.events() == ["build-job:new", "build-job:update"]


@pytest.mark.parametrize("query", ["", "?full=true"])
def test_movies_of_many_kinds_and_pictures_are_encoded_to_one(build, stored, clips, query):
    previews = [
        stored("movies", "previews", clips.normalised),
        stored("pictures", "original", picture(30, 80)),
        stored("movies", "source", clips["web.webm"]),
    ]
    row, known = build(clips, *previews, query=query)
    assert row["status"] == "succeeded"
    assert bool(row["message"]) is not bool(query)
    assert (known.width, known.height, known.fps) == (192, 108, 10)
    assert abs(known.seconds - (0.3 + 2.4 + 0.5)) < 0.2


def test_a_missing_movie_is_left_out(studio, scene, build, stored, clips):
    gone = studio.preview(scene.task, extension="mp4", status="ready")["id"]
    row, _ = build(clips, UNKNOWN, gone, stored("movies", "previews", clips.normalised))
    assert row["status"] == "succeeded"


def test_a_playlist_without_movies_fails_and_says_so(studio, build, clips):
    row, known = build(clips, UNKNOWN)
    assert (row["status"], row["message"]) == ("failed", "The playlist shows no movie and no picture.")
    assert known is None
    assert studio.events() == ["build-job:new", "build-job:update"]
    assert list(verification.problems(studio.app)) == []


def test_a_movie_that_cannot_be_read_is_left_out(build, stored, clips):
    cut = stored("movies", "source", clips.normalised[:500])
    row, known = build(clips, cut, stored("movies", "previews", clips.normalised))
    assert (row["status"], row["message"]) == ("succeeded", None)
    assert abs(known.seconds - 0.3) < 0.1
    assert build(clips, cut)[0]["message"] == "The playlist shows no movie and no picture."


def test_a_build_that_is_deleted_meanwhile_leaves_nothing(studio, scene, build, stored, clips, monkeypatch):
    joined, before = movies.joined, studio.db.value("SELECT count(*) FROM build_job")
    shown = stored("movies", "previews", clips.normalised)

    def meanwhile(*given):
        row = studio.db.first(BuildJob)
        path = f"/data/playlists/{row['playlist_id']}/jobs/{row['id']}"
        assert scene.api("manager").delete(path).status_int == 204
        return joined(*given)

    monkeypatch.setattr(movies, "joined", meanwhile)
    shots = [{"entity_id": scene.entity["id"], "preview_file_id": shown}]
    playlist = studio.add(Playlist, name="Dailies", project_id=scene.project["id"], shots=shots)
    studio.forget_events()
    scene.api("manager").get(f"/data/playlists/{playlist['id']}/build/mp4")
    assert studio.db.first(Job)["state"] == "cancelled"
    assert studio.db.value("SELECT count(*) FROM build_job") == before
    assert studio.events() == ["build-job:new", "build-job:delete"]
    assert [path.name for path in studio.app.files.all()] == [studio.app.files.path("movies", "previews", shown).name]


def test_previews_of_another_project_are_left_out(studio, scene, build, clips):
    other = studio.task(studio.entity(studio.project(), "Shot"), "Animation")
    preview = studio.preview(other, extension="mp4", status="ready")
    studio.app.files.write("movies", "previews", preview["id"], io.BytesIO(clips.normalised))
    assert build(clips, preview["id"])[0]["status"] == "failed"


@pytest.fixture
def waiting(studio, monkeypatch):
    """Jobs that wait until a person does them."""
    monkeypatch.setattr(studio.app.jobs, "inline", False)
    # nor does a thread find them that looks by itself
    monkeypatch.setattr(studio.app.jobs, "_claim", lambda: None)


def test_a_playlist_is_built_once_at_a_time(studio, scene, clips, waiting):
    one, other = (studio.add(Playlist, name=name, project_id=scene.project["id"]) for name in "ab")
    answer = scene.api().get(f"/data/playlists/{one['id']}/build/mp4")
    assert answer.json["status"] == "running"
    again = scene.api().get(f"/data/playlists/{one['id']}/build/mp4")
    assert (again.status_int, again.json) == (409, {"error": True, "message": BUSY})
    assert scene.api().get(f"/data/playlists/{other['id']}/build/mp4").status_int == 200
    assert scene.api().delete(f"/data/playlists/{one['id']}/jobs/{answer.json['id']}").status_int == 204
    assert studio.db.find(Job, subject_id=answer.json["id"])["state"] == "cancelled"
    assert scene.api().get(f"/data/playlists/{one['id']}/build/mp4").status_int == 200


def test_who_asked_for_a_build_is_mailed_its_link(studio, scene, clips, stored, waiting, outbox):
    shots = [{"entity_id": scene.entity["id"], "preview_file_id": stored("movies", "previews", clips.normalised)}]
    playlist = studio.add(Playlist, name="Dailies", project_id=scene.project["id"], shots=shots)
    build = scene.api("manager").get(f"/data/playlists/{playlist['id']}/build/mp4").json
    studio.app.jobs.start(studio.db.find(Job, subject_id=build["id"])["id"], now=True)
    (mail,) = outbox()
    assert mail["To"] == scene.team["manager"]["email"]
    assert (
        f"/api/data/playlists/{playlist['id']}/jobs/{build['id']}/build/mp4" in mail.get_body(("plain",)).get_content()
    )


def test_managers_build(studio, scene):
    playlist = studio.add(Playlist, name="Dailies", project_id=scene.project["id"])
    path = f"/data/playlists/{playlist['id']}/build/mp4"
    assert {role for role in ROLES if scene.api(role).get(path).status_int != 403} == {"admin", "manager"}
    assert scene.outsider().get(path).status_int == 403
    assert scene.api().get(f"/data/playlists/{UNKNOWN}/build/mp4").status_int == 404


def test_without_ffmpeg_nothing_is_built(studio, scene, no_ffmpeg):
    playlist = studio.add(Playlist, name="Dailies", project_id=scene.project["id"])
    answer = scene.api().get(f"/data/playlists/{playlist['id']}/build/mp4")
    assert (answer.status_int, "ffmpeg is not installed" in answer.json["message"]) == (503, True)
    assert not studio.db.exists(BuildJob)


def test_a_build_is_cancelled_and_tried_again_as_a_job(studio, scene, clips, waiting):
    playlist = studio.add(Playlist, name="a", project_id=scene.project["id"])
    build = scene.api().get(f"/data/playlists/{playlist['id']}/build/mp4").json
    job = f"/kitsulite/jobs/{studio.db.find(Job, subject_id=build['id'])['id']}"
    assert scene.api().post(f"{job}/cancel").json["state"] == "cancelled"
    row = studio.db.get(BuildJob, build["id"])
    assert (row["status"], row["message"], row["ended_at"] is None) == ("failed", "The build was cancelled.", False)
    assert scene.api().post(f"{job}/retry").json["state"] == "queued"
    row = studio.db.get(BuildJob, build["id"])
    assert (row["status"], row["message"], row["ended_at"]) == ("running", None, None)
    with studio.db.write():
        studio.db.delete(BuildJob, id=build["id"])
    assert scene.api().post(f"{job}/cancel").json["state"] == "cancelled"


def test_movies_that_cannot_be_joined_as_they_are_are_encoded(build, stored, clips, monkeypatch):
    joined, tried = movies.joined, []

    def join(*parts):
        tried.append(parts)
        if len(tried) == 1:
            raise Failed("not alike")
        return joined(*parts)

    monkeypatch.setattr(movies, "joined", join)
    row, known = build(clips, stored("movies", "previews", clips.normalised))
    assert (row["status"], row["message"]) == ("succeeded", builds.ENCODED_AGAIN)
    assert len(tried) == 2
    assert known
