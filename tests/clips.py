"""Tiny movies for tests, each created once per run.

The ffmpeg of the extra `video` makes and converts them, else the one on the PATH. With one of them alone:

    TEST_FFMPEG=bundled pytest tests/api/previews tests/api/playlists tests/jobs    # no ffmpeg on the PATH
    TEST_FFMPEG=system pytest tests/api/previews tests/api/playlists tests/jobs     # as without the extra
"""

import atexit
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from kitsulite.jobs import ffmpeg, movies
from kitsulite.models.projects import Project
from kitsulite.settings import load

#: the size of the movies of a production of small ones
SMALL = "192x108"


def hide(program):
    """Hide a program: the PATH becomes a folder of links to all others."""
    folder = tempfile.mkdtemp(prefix="path-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for place in map(Path, os.environ["PATH"].split(os.pathsep)):
        for path in place.iterdir() if place.is_dir() else ():
            if path.name != program and not Path(folder, path.name).is_symlink():
                Path(folder, path.name).symlink_to(path)
    os.environ["PATH"] = folder


def chosen():
    """The path of the ffmpeg of this run."""
    only = os.environ.get("TEST_FFMPEG", "")
    if only == "bundled":
        hide("ffmpeg")
        return ffmpeg.bundled()
    # that of the extra starts three times as fast as one that loads the libraries of a system
    return (only != "system" and ffmpeg.bundled()) or ffmpeg.find(load({}))


FFMPEG = chosen()
NO_FFMPEG = "there is no ffmpeg: neither on the PATH nor by the extra video"
FAST = ("-preset", "ultrafast", "-pix_fmt", "yuv420p")
#: name -> arguments between the frames and the output; frames are those of `testsrc2`
CLIPS = {
    "plain.mp4": ("s=64x36:r=10:d=1", *FAST),
    "sound.mov": ("s=64x36:r=10:d=1", "-f", "lavfi", "-i", "sine=d=0.4", *FAST),
    "odd.avi": ("s=65x37:r=10:d=0.5", "-c:v", "mjpeg"),
    "web.webm": ("s=64x36:r=10:d=0.5", "-c:v", "libvpx", "-deadline", "realtime"),
    "deep.mkv": ("s=64x36:r=10:d=0.5", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le"),
    "alpha.mov": ("s=64x36:r=10:d=0.3", "-c:v", "png", "-pix_fmt", "rgba"),
    "one.mp4": ("s=64x36:r=10:d=0.1", *FAST),
    "wide.mp4": ("s=64x36:r=10:d=0.3", *FAST, "-vf", "setsar=2"),
    "varied.mkv": ("s=64x36:r=10:d=1", "-vf", "select='lt(n,3)+gt(n,6)'", *FAST),
}


class Clips:
    """The bytes of clips by their name."""

    def __init__(self, folder):
        self.folder = folder
        self.program = FFMPEG

    def make(self, name, *arguments):
        """The path of a new file that ffmpeg writes."""
        path = self.folder / name
        if not path.exists():
            command = [self.program, "-v", "error", "-nostdin", "-y", *arguments, str(path)]
            subprocess.run(command, check=True, timeout=60, capture_output=True)
        return path

    def __getitem__(self, name):
        frames, *arguments = CLIPS[name]
        return self.make(name, "-f", "lavfi", "-i", f"testsrc2={frames}", *arguments).read_bytes()

    @property
    def normalised(self):
        """A movie with sound, as conversions write them."""
        sources = (
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=64x36:r=10:d=0.3",
            "-f",
            "lavfi",
            "-i",
            "anullsrc=r=44100:cl=stereo",
        )
        return self.make("normalised.mp4", *sources, *FAST, "-c:a", "aac", "-t", "0.3").read_bytes()

    @property
    def sound_alone(self):
        """A file with only sound."""
        return self.make("sound.mp4", "-f", "lavfi", "-i", "sine=d=0.3").read_bytes()

    @property
    def turned(self):
        """A movie that is shown upright, 36 pixels wide and 64 high."""
        self["one.mp4"]
        source = ("-i", str(self.folder / "one.mp4"), "-c", "copy")
        try:
            return self.make("turned.mov", "-display_rotation", "90", *source).read_bytes()
        except subprocess.CalledProcessError:
            # the way of versions before 6
            return self.make("turned.mov", *source, "-metadata:s:v", "rotate=90").read_bytes()

    def known(self, path):
        """What is known of a stored movie."""
        return ffmpeg.probe(self.program, path, ffmpeg.Limits())


@pytest.fixture(scope="session")
def clips(tmp_path_factory):
    """Tiny movies; tests that need them are skipped if there is no ffmpeg."""
    found = Clips(tmp_path_factory.mktemp("clips"))
    if found.program is None:
        pytest.skip(NO_FFMPEG)
    return found


@pytest.fixture
def no_ffmpeg(set_up):
    """A server that has no ffmpeg."""
    set_up(ffmpeg="/no/such/ffmpeg")


@pytest.fixture
def small_movies(scene, clips, quick):
    """A production of small movies."""
    with scene.studio.db.write():
        scene.studio.db.update(Project, scene.project["id"], resolution=SMALL, fps="10")
    return scene


@pytest.fixture
def quick(set_up, monkeypatch):
    """Conversions that take little time: a low definition that is lower than the real one."""
    set_up(movie_encoding_preset="ultrafast")
    monkeypatch.setattr(movies, "LOW_WIDTH", 96)
