"""ffmpeg found, limited, stopped, and what it says of movies read."""

import os
import sys
import threading
import time
from fractions import Fraction
from types import SimpleNamespace

import pytest

from kitsulite.jobs import ffmpeg
from kitsulite.jobs.ffmpeg import Failed, Limits, Process, Stopped, Watch

HEAD = "Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:x':"
ENDLESS = ["-f", "lavfi", "-i", "testsrc=s=32x32:r=100", "-f", "null", "-"]
POSIX = pytest.mark.skipif(os.name != "posix", reason="this system has no such limits")


@pytest.mark.parametrize(
    ("video", "size", "fps"),
    [
        ("h264 (High) (avc1 / 0x31637661), yuv420p(progressive), 320x180 [SAR 1:1 DAR 16:9], 25 fps", (320, 180), 25),
        ("mpeg4, yuv420p, 720x576 [SAR 16:15 DAR 4:3], 29.97 fps", (768, 576), Fraction(30000, 1001)),
        ("vp8, yuv420p, 100x50, SAR 1:1 DAR 2:1, 23.98 fps, 23.98 tbr", (100, 50), Fraction(24000, 1001)),
        ("prores (ap4h / 0x68347061), yuv444p12le, 9000x10, 1k fps", (9000, 10), 1000),
        ("h264, yuv420p, 64x36, 12.5 fps", (64, 36), Fraction(25, 2)),
        ("h264, none, 64x36", (64, 36), None),
    ],
)
def test_size_and_rate_are_read(video, size, fps):
    found = ffmpeg.parsed([HEAD, "  Duration: 00:01:02.50, start: 0.0", f"  Stream #0:0(und): Video: {video}"], 0)
    assert ((found.width, found.height), found.fps, found.seconds) == (size, fps, 62.5)


def test_a_title_is_not_taken_for_a_stream():
    lines = [HEAD, "    title           :   Stream #0:0: Video: h264, yuv420p, 9999x9999", "  Duration: N/A"]
    with pytest.raises(Failed):
        ffmpeg.parsed(lines, 0)


def test_a_movie_that_lasts_for_days_is_refused():
    lines = [HEAD, "  Duration: 99:00:00.00, start: 0.0", "  Stream #0:0: Video: h264, yuv420p, 64x36, 25 fps"]
    with pytest.raises(Failed, match="longer than 6 hours"):
        ffmpeg.parsed(lines, 2)


def test_a_cover_of_a_song_is_no_movie():
    lines = ["  Stream #0:0: Audio: mp3, 44100 Hz, stereo", "  Stream #0:1: Video: png, rgb24, 9x9 (attached pic)"]
    with pytest.raises(Failed, match="no video"):
        ffmpeg.parsed(lines, 0)


def test_what_a_movie_holds_is_found(clips):
    clips["plain.mp4"], clips["sound.mov"]
    plain, sound = (clips.known(clips.folder / name) for name in ("plain.mp4", "sound.mov"))
    assert (plain.width, plain.height, plain.seconds, plain.fps, plain.has_sound) == (64, 36, 1.0, 10, False)
    assert (sound.seconds, sound.has_sound) == (1.0, True)


def test_the_setting_comes_before_the_path(clips, monkeypatch):
    assert ffmpeg.find(SimpleNamespace(ffmpeg="/no/such/program")) is None
    assert ffmpeg.find(SimpleNamespace(ffmpeg=clips.program)) == clips.program
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert ffmpeg.find(SimpleNamespace(ffmpeg="")) == ffmpeg.bundled()


def test_a_run_ends_after_its_time(clips):
    started = time.monotonic()
    with pytest.raises(Failed, match="too long"):
        Process(clips.program, ENDLESS, Limits(seconds=0.5)).wait()
    assert time.monotonic() - started < 10


def test_a_run_ends_when_it_is_not_wanted(clips):
    watch = Watch(threading.Event())
    watch.report = lambda frames, seconds: watch.stop.set()
    with pytest.raises(Stopped):
        ffmpeg.run(clips.program, ENDLESS, Limits(), watch)


@POSIX
def test_a_run_writes_no_more_than_its_limit(clips, tmp_path):
    arguments = ["-f", "lavfi", "-i", "testsrc=s=320x320:d=60", "-c:v", "rawvideo", "-f", "avi", str(tmp_path / "a")]
    with pytest.raises(Failed):
        ffmpeg.run(clips.program, arguments, Limits(output=1 << 20))
    assert (tmp_path / "a").stat().st_size <= 1 << 20


@POSIX
def test_a_run_takes_no_more_memory_than_its_limit(clips, tmp_path):
    arguments = ["-f", "lavfi", "-i", "color=s=8000x8000:d=1", "-frames:v", "1", "-f", "null", "-"]
    ffmpeg.run(clips.program, arguments, Limits())
    with pytest.raises(Failed):
        ffmpeg.run(clips.program, arguments, Limits(memory=150 << 20))


@POSIX
def test_a_run_works_behind_everything_else(clips):
    behind = min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
    process = Process(clips.program, ENDLESS, Limits())
    try:
        for _ in range(200):
            nice = os.getpriority(os.PRIO_PROCESS, process._process.pid)
            if nice == behind:
                break
            threading.Event().wait(0.01)
        assert nice == behind
    finally:
        process._end()


def test_a_line_without_end_is_cut(clips, monkeypatch):
    code = "import sys; sys.stdout.write('x' * 5_000_000)"
    monkeypatch.setattr(ffmpeg, "launcher", lambda limits: [__import__("sys").executable, "-c", code])
    ended = Process(clips.program, [], Limits()).wait()
    assert len(ended.lines) == ffmpeg.LINES
    assert max(map(len, ended.lines)) <= ffmpeg.LINE


@pytest.mark.parametrize(
    ("pixels", "is_rgb"),
    [
        *((name, True) for name in ("rgb24", "rgba", "bgra", "argb", "0rgb", "gbrp10le", "rgb48be", "pal8")),
        *((name, False) for name in ("yuv420p", "yuv420p(tv, bt709)", "yuva444p12le", "gray", "yuvj420p(pc)")),
    ],
)
def test_rendered_frames_are_told_from_recorded_ones(pixels, is_rgb):
    line = f"  Stream #0:0: Video: png (MPNG / 0x474E504D), {pixels}, 64x36, 25 fps"
    assert ffmpeg.parsed([line], 25).is_rgb is is_rgb


def test_a_bundled_ffmpeg_is_found_where_the_extra_is_installed(monkeypatch):
    def broken():
        raise RuntimeError("no program for this system")

    found = ffmpeg.bundled.__wrapped__
    for module, path in (
        (None, None),
        (SimpleNamespace(get_ffmpeg_exe=lambda: "/lib/ffmpeg"), "/lib/ffmpeg"),
        (SimpleNamespace(get_ffmpeg_exe=broken), None),
    ):
        monkeypatch.setitem(sys.modules, "imageio_ffmpeg", module)
        assert found() == path


def test_a_system_without_limits_runs_the_program_itself(monkeypatch):
    assert ffmpeg.launcher(Limits())[1:3] == ["-I", "-S"]
    monkeypatch.setattr(ffmpeg, "os", SimpleNamespace(name="nt", getpid=os.getpid))
    assert ffmpeg.launcher(Limits()) == []
