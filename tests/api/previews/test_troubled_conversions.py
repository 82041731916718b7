"""Conversions in trouble: ffmpeg that crashes, hangs or is killed, a disk that is full; the state says the truth."""

import dataclasses
import errno
import os
import stat

import pytest

from kitsulite.domain.previews import encodings
from kitsulite.domain.server import verification
from kitsulite.models.previews import PreviewFile
from kitsulite.models.server import Job
from kitsulite.store.files import FileStore

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the programs in place of ffmpeg are shell scripts")
#: what a program in place of ffmpeg does -> (its script, the message of the job, whether its output is kept)
TROUBLES = {
    "crashes": ("echo 'out of luck' >&2; exit 3", "The file holds no video.", "out of luck"),
    "is killed": ("echo 'begun' >&2; kill -9 $$", "The file holds no video.", "begun"),
    "hangs": ("echo 'waiting' >&2; exec sleep 60", "ffmpeg was stopped: it took too long.", "waiting"),
    "says anything": ("head -c 3000000 /dev/urandom; exit 1", "The file holds no video.", ""),
}
VIDEO = "  Stream #0:0: Video: h264, yuv420p, 64x36, 25 fps"


@pytest.fixture
def program(tmp_path, set_up, studio, monkeypatch):
    """Put a shell script in place of ffmpeg, with so many seconds to run."""

    def put(script, seconds=60):
        limits = dataclasses.replace(studio.app.jobs.limits, seconds=seconds)
        monkeypatch.setattr(studio.app.jobs, "limits", limits)
        path = tmp_path / "ffmpeg"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        set_up(ffmpeg=str(path))

    return put


def check_broken(studio, scene, preview, content=b"a movie"):
    """The preview is broken, its upload is shown, and nothing is left over."""
    row = studio.db.get(PreviewFile, preview["id"])
    assert (row["status"], row["original_name"], row["file_size"]) == ("broken", "a", len(content))
    assert scene.api().get(f"/movies/originals/preview-files/{row['id']}.mp4").body == content
    assert list(studio.app.files.folder.glob(".making*")) == []
    assert list(verification.problems(studio.app)) == []
    return studio.db.find(Job, subject_id=row["id"])


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_program_in_trouble_breaks_the_preview_and_is_quoted(studio, scene, program, trouble):
    script, message, line = TROUBLES[trouble]
    program(script, seconds=0.5 if trouble == "hangs" else 60)
    answer = scene.upload("a.mp4", b"a movie")
    assert answer.status_int == 201
    job = check_broken(studio, scene, answer.json)
    assert (job["state"], job["message"], job["progress"]) == ("failed", message, 0)
    assert line in job["output"]
    assert len(job["output"]) < 10_000


def test_a_program_that_fails_half_way_breaks_the_preview(studio, scene, program):
    program(f"echo '{VIDEO}'; case \"$*\" in *filter_complex*) echo 'No space left on device' >&2; exit 1;; esac")
    job = check_broken(studio, scene, scene.upload("a.mp4", b"a movie").json)
    assert (job["message"], job["output"]) == ("ffmpeg failed with exit code 1.", f"{VIDEO}\nNo space left on device")


def test_a_program_that_cannot_be_started_breaks_the_preview(studio, scene, program):
    program("")
    os.truncate(studio.app.settings.ffmpeg, 0)
    assert check_broken(studio, scene, scene.upload("a.mp4", b"a movie").json)["state"] == "failed"


def test_a_disk_that_is_full_at_the_end_breaks_the_preview(studio, scene, clips, quick, monkeypatch):
    place = FileStore.place

    def full(store, made, bucket, prefix, row_id):
        if prefix == "thumbnails":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return place(store, made, bucket, prefix, row_id)

    monkeypatch.setattr(FileStore, "place", full)
    monkeypatch.setattr(encodings, "DEFAULT_HEIGHT", 144)
    preview = scene.upload("a.mp4", clips["one.mp4"]).json
    job = check_broken(studio, scene, preview, clips["one.mp4"])
    assert job["message"] == "Files cannot be written: No space left on device."
    assert scene.api().get(f"/movies/low/preview-files/{preview['id']}.mp4").body == clips["one.mp4"]


def test_a_disk_that_is_full_before_the_upload_is_stored_keeps_the_preview_waiting(studio, scene, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    preview = studio.preview(scene.task, scene.comment, extension="mp4", status="processing")
    monkeypatch.setattr(FileStore, "place", full)
    assert scene.upload("a.mp4", b"a movie", preview).status_int == 507
    monkeypatch.undo()
    assert studio.db.get(PreviewFile, preview["id"])["original_name"] is None
    assert not studio.db.exists(Job)
    assert [path for path in studio.app.files.folder.rglob("*") if path.is_file()] == []
