"""Movies that are broken, odd or hostile: the upload is answered, the state says the truth, nothing is left over.

Movies of many kinds that become ready are in `test_movies.py`, programs and disks in trouble in
`test_troubled_conversions.py`.
"""

import io
import socket
from urllib.parse import quote

import pytest

from kitsulite.domain.server import verification
from kitsulite.jobs import ffmpeg
from kitsulite.models.fields import new_id
from kitsulite.models.people import Organisation
from kitsulite.models.previews import PreviewFile
from kitsulite.models.server import Job
from kitsulite.store.files import FileStore


@pytest.fixture
def scene(small_movies):
    return small_movies


@pytest.fixture
def sent(studio, scene):
    """Upload a movie; returns its row once it is worked on."""

    def send(name, content):
        answer = scene.upload(name, content)
        assert answer.status_int == 201, answer.text
        assert list(studio.app.files.folder.glob(".making*")) == []
        assert list(verification.problems(studio.app)) == []
        return studio.db.get(PreviewFile, answer.json["id"])

    return send


def broken(clips):
    """Movies that cannot be shown, by what is wrong."""
    whole = clips["plain.mp4"]
    moov = whole.index(b"moov") - 4
    return {
        "a second of silence": clips.sound_alone,
        "the beginning of a movie": whole[:40],
        "the end is missing": whole[: len(whole) // 2],
        "the table of frames is missing": whole[:moov],
        "the table of frames is cut": whole[: moov + 60],
        "one byte": b"\0",
        "zeros": bytes(10_000),
        "no second": clips.make("none.mp4", "-f", "lavfi", "-i", "testsrc2=s=64x36", "-t", "0").read_bytes(),
        "a picture": clips.make("a.png", "-f", "lavfi", "-i", "testsrc2=s=64x36", "-frames:v", "1").read_bytes(),
        "a text": b"Not every file is a movie.\n" * 100,
        "a page": b"<html><script>alert(1)</script></html>",
        "a script": b"#!/bin/sh\nrm -rf /\n",
    }


WRONG = (
    *("a second of silence", "the beginning of a movie", "the end is missing", "the table of frames is missing"),
    *("the table of frames is cut", "one byte", "zeros", "no second", "a picture", "a text", "a page", "a script"),
)


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_shown_is_broken_and_kept_as_it_came(studio, scene, sent, clips, wrong):
    content = broken(clips)[wrong]
    preview = sent("a.mp4", content)
    assert (preview["status"], preview["original_name"]) == ("broken", "a")
    assert scene.api().get(f"/movies/originals/preview-files/{preview['id']}.mp4").body == content
    job = studio.db.first(Job)
    assert (job["state"], bool(job["message"])) == ("failed", True)


@pytest.mark.parametrize("name", ["a.avi", "frame.0001"])
def test_a_movie_of_another_kind_than_its_name_says_is_ready(sent, clips, name):
    assert sent(name, clips["sound.mov"])["status"] == "ready"


def test_the_table_of_frames_may_be_at_either_end(sent, clips):
    late = clips["plain.mp4"]
    assert late.index(b"moov") > late.index(b"mdat")
    clips.make("early.mp4", "-i", str(clips.folder / "plain.mp4"), "-c", "copy", "-movflags", "+faststart")
    early = (clips.folder / "early.mp4").read_bytes()
    assert early.index(b"moov") < early.index(b"mdat")
    assert {sent("a.mp4", content)["status"] for content in (late, early)} == {"ready"}


@pytest.mark.parametrize(
    "name",
    ["снимок", "撮影 001", "لقطة", "צילום", "ฉาก", "plan séquence", "🎬", "a" * 300, "'; rm -rf ~;'", "-i x", "%03d"],
)
def test_names_in_any_script_are_kept(studio, scene, sent, clips, no_ffmpeg, name):
    studio.add(Organisation, name="Studio", use_original_file_name=True)
    preview = sent(f"{name}.mp4", clips["one.mp4"])
    assert preview["original_name"] == name[:250]
    loaded = scene.api().get(f"/movies/originals/preview-files/{preview['id']}/download")
    assert loaded.body == clips["one.mp4"]
    assert name.isascii() or quote(f"{name}.mp4") in loaded.headers["Content-Disposition"]


def test_a_frame_of_too_many_pixels_is_not_decoded(studio, sent, clips, monkeypatch):
    monkeypatch.setattr(ffmpeg, "MOST_PIXELS", 64 * 36 - 1)
    preview = sent("a.mp4", clips["one.mp4"])
    assert (preview["status"], preview["width"]) == ("broken", 0)


def test_a_movie_of_more_than_six_hours_is_not_converted(studio, sent, clips):
    source = ("-f", "lavfi", "-i", "color=s=16x16:r=1/600:d=25000")
    content = clips.make("long.mkv", *source, "-c:v", "mjpeg").read_bytes()
    assert sent("a.mkv", content)["status"] == "broken"
    assert studio.db.first(Job)["message"] == "The movie is longer than 6 hours."


#: what names other files and hosts, as the content of an upload
LURES = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{target}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{target}'\n",
    "dash": '<?xml version="1.0"?><MPD type="static" mediaPresentationDuration="PT1S"><Period><AdaptationSet'
    ' mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>{target}</BaseURL></Representation>'
    "</AdaptationSet></Period></MPD>",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\n",
    "smooth": '<SmoothStreamingMedia MajorVersion="2" Duration="10"><StreamIndex Url="{target}"/>'
    "</SmoothStreamingMedia>",
}
PROTOCOLS = ("http://127.0.0.1:{port}/a.ts", "tcp://127.0.0.1:{port}", "concat:http://127.0.0.1:{port}/a.ts")


@pytest.mark.parametrize("lure", LURES)
def test_nothing_that_is_uploaded_calls_another_host(studio, scene, sent, lure):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        targets = PROTOCOLS if lure == "hls" else PROTOCOLS[:1]
        for number, target in enumerate(targets):
            content = LURES[lure].format(target=target.format(port=port), port=port).encode()
            preview = sent(f"a{number}.{'mp4' if number % 2 else 'mkv'}", content)
            assert (preview["status"], preview["width"]) == ("broken", 0)
            for route in ("extract-frame", "extract-tile"):
                assert scene.api().get(f"/actions/preview-files/{preview['id']}/{route}").status_int == 404
        listener.settimeout(0.01)
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.parametrize("lure", LURES)
def test_nothing_that_is_uploaded_shows_another_file(studio, scene, sent, clips, lure):
    """Neither by a path, nor as a neighbour of the stored upload."""
    clips["plain.mp4"]
    other = f"{clips.folder}/plain.mp4"
    preview = studio.preview(scene.task, extension="mp4", status="processing")
    neighbour = studio.preview(scene.task, id=preview["id"][:8] + new_id()[8:], extension="mp4", revision=2)
    studio.app.files.write("movies", "source", neighbour["id"], io.BytesIO(clips["plain.mp4"]))
    for target in (neighbour["id"], f"file://{other}", f"file:{other}", other, f"subfile,,start,0,end,0,,:{other}"):
        scene.upload("a.mp4", LURES[lure].format(target=target, port=9).encode(), preview)
        row = studio.db.get(PreviewFile, preview["id"])
        assert (row["status"], row["width"]) == ("broken", 0)
        preview = studio.preview(scene.task, extension="mp4", status="processing", revision=3)


def test_a_job_that_failed_for_want_of_a_working_ffmpeg_is_done_once_there_is_one(
    studio, scene, sent, clips, set_up, tmp_path
):
    lame = tmp_path / "ffmpeg"
    lame.write_text("#!/no/such/interpreter\n")
    lame.chmod(0o755)
    set_up(ffmpeg=str(lame))
    preview = sent("a.mp4", clips["one.mp4"])
    assert preview["status"] == "broken"
    set_up(ffmpeg="")
    job = studio.db.first(Job)
    with studio.db.write():
        studio.app.jobs.retry(studio.context(), job["id"])
    studio.app.jobs.start(job["id"])
    preview = studio.db.get(PreviewFile, preview["id"])
    assert (preview["status"], preview["width"]) == ("ready", 192)
    assert scene.api().get(f"/movies/source/preview-files/{preview['id']}.mp4").body == clips["one.mp4"]


def test_a_movie_over_the_limit_is_refused_before_any_of_it_is_stored(kitsulite, monkeypatch):
    """60 GB, by what the head of the request says: no byte of the body is asked for."""
    stored = []
    monkeypatch.setattr(FileStore, "workspace", lambda *_: stored.append(1))
    head = (
        "POST /api/pictures/preview-files/11111111-1111-4111-8111-111111111111 HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {kitsulite.token()}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        f"Content-Length: {60 << 30}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", int(kitsulite.url.rpartition(":")[2])), timeout=20) as line:
        line.sendall(head.encode())
        assert line.recv(12) == b"HTTP/1.1 413"
    assert stored == []
