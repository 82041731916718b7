"""Runs ffmpeg with limits, watches it and stops it.

Its input cannot be trusted. It opens only local files, in formats that contain a single movie, and the process has
limits of memory, output and time. On POSIX it dies with the server. ffprobe is not needed: `probe` reads what ffmpeg
prints about its input.
"""

import collections
import contextlib
import functools
import math
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

#: movie formats; unlike playlists, they do not refer to other files or hosts
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,asf,flv,mpegts,mpeg,ogg,mxf,dv"
#: pixels of a frame above which nothing is decoded
MOST_PIXELS = 8192 * 8192
MEGABYTE = 1 << 20
#: seconds of the longest movie that is converted
MOST_SECONDS = 6 * 3600
#: bytes of a movie above which its frames are not counted
COUNTED = 1 << 30
#: how many lines of its output are kept, and characters per line
LINES, LINE = 20, 400
PULSE = 0.2
PROGRESS = re.compile(r"(frame|out_time_us|progress)=\s*(\S+)$")
#: limits itself, then becomes the program; arguments: memory, output, seconds of CPU, pid of the parent, program
LAUNCHER = """
import ctypes, os, resource, signal, sys
memory, output, seconds, parent = map(int, sys.argv[1:5])
os.nice(10)
for name, limit in (("AS", memory), ("FSIZE", output), ("CPU", seconds), ("CORE", 0)):
    kind = getattr(resource, "RLIMIT_" + name)
    most = resource.getrlimit(kind)[1]
    limit = limit if most == resource.RLIM_INFINITY else min(limit, most)
    resource.setrlimit(kind, (limit, limit))
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)
os.execv(sys.argv[5], sys.argv[5:])
"""


class Failed(Exception):
    """A run without a result; the text is for people, `lines` are the last lines of ffmpeg."""

    def __init__(self, message: str, lines: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.lines = list(lines)


class Stopped(Exception):
    """A run that was stopped because its result is no longer needed."""


@dataclass
class Limits:
    """Limits of a run: seconds of time and CPU, bytes of memory and output, threads."""

    seconds: float = 3600
    memory: int = 4096 * MEGABYTE
    output: int = 10 << 30
    threads: int = 1


@dataclass
class Watch:
    """Watches a run: `report(frames, seconds)` is called during it; `stop` or the deadline ends it."""

    stop: threading.Event
    report: Callable[[int, float], None] | None = None
    #: on the monotonic clock
    deadline: float = math.inf


@dataclass(frozen=True)
class Probe:
    """The properties of a movie: size as shown (upright, square pixels), seconds of video, frames per second."""

    width: int
    height: int
    seconds: float
    fps: Fraction | None
    has_sound: bool
    #: the lines about its video and sound, without what differs between equal movies
    streams: tuple[str, ...]

    @property
    def is_rgb(self) -> bool:
        """Whether its pixels are RGB, as in rendered frames."""
        return RGB.search(self.streams[0]) is not None


def find(settings: Any) -> str | None:
    """The path of ffmpeg: the setting, else on the PATH, else from the extra `video`; or None."""
    if settings.ffmpeg:
        return shutil.which(settings.ffmpeg)
    return shutil.which("ffmpeg") or bundled()


@functools.cache
def bundled() -> str | None:
    """The path of the ffmpeg in imageio-ffmpeg, or None."""
    try:
        import imageio_ffmpeg

        return imageio_ffmpeg.get_ffmpeg_exe()
    except (ImportError, RuntimeError):
        return None


def movie_input(path: Path | str, *options: str) -> list[str]:
    """The arguments that open an uploaded movie safely."""
    guards = ["-protocol_whitelist", "file", "-format_whitelist", FORMATS, "-max_pixels", str(MOST_PIXELS)]
    return [*guards, *options, "-i", f"file:{path}"]


def run(program: str, arguments: list[str], limits: Limits, watch: Watch | None = None) -> int:
    """Run ffmpeg and return the number of frames in its first output. Raises Failed or Stopped."""
    ended = Process(program, arguments, limits).wait(watch)
    if ended.code:
        raise Failed(f"ffmpeg failed with exit code {ended.code}.", ended.lines)
    return ended.frames


def probe(program: str, path: Path, limits: Limits, watch: Watch | None = None) -> Probe:
    """The properties of a movie, whose frames are counted without decoding them. Raises Failed if it is not a movie."""
    counted = ["-map", "0:v:0", "-c", "copy", "-f", "null", "-"] if path.stat().st_size < COUNTED else []
    process = Process(program, [*movie_input(path), *counted], limits, most_lines=400).wait(watch)
    return parsed(process.lines, process.frames)


class Process:
    """One run of ffmpeg; a thread reads its output, so that neither a long line nor silence blocks the caller."""

    def __init__(self, program: str, arguments: list[str], limits: Limits, most_lines: int = LINES) -> None:
        self.limits = limits
        self.lines: collections.deque[str] = collections.deque(maxlen=most_lines)
        self.frames, self.seconds = 0, 0.0
        command = [program, "-hide_banner", "-nostdin", "-nostats", "-progress", "pipe:1", "-y", *arguments]
        self._process = subprocess.Popen(  # noqa: S603
            [*launcher(limits), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
            env={**os.environ, "AV_LOG_FORCE_NOCOLOR": "1"},
        )
        self._reader = threading.Thread(target=self._read, args=[self._process.stdout], daemon=True)
        self._reader.start()

    @property
    def code(self) -> int:
        return self._process.returncode

    def wait(self, watch: Watch | None = None) -> "Process":
        """Wait for the end, and return itself. Raises Failed after the time limit, Stopped if the watch says so."""
        deadline = min(time.monotonic() + self.limits.seconds, watch.deadline if watch else math.inf)
        try:
            while self._process.poll() is None:
                # its output ends with it; to wait for the process itself is to look at it ever less often
                self._reader.join(PULSE)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(0 if self._reader.is_alive() else PULSE)
                    break
                if watch and watch.stop.is_set():
                    raise Stopped
                if time.monotonic() > deadline:
                    raise Failed("ffmpeg was stopped: it took too long.", self.lines)
                if watch and watch.report:
                    watch.report(self.frames, self.seconds)
        finally:
            self._end()
        if watch and watch.stop.is_set():
            raise Stopped
        return self

    def _end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._reader.join(5)

    def _read(self, stream: IO[bytes]) -> None:
        with stream:
            for raw in iter(lambda: stream.readline(LINE), b""):
                line = raw.decode("utf-8", "replace").rstrip()
                match = PROGRESS.match(line)
                if not match:
                    self._keep(line)
                elif match[2].isdigit():
                    if match[1] == "frame":
                        self.frames = int(match[2])
                    else:
                        self.seconds = int(match[2]) / 1e6

    def _keep(self, line: str) -> None:
        if line and not NOISE.match(line):
            self.lines.append(line)


#: lines of progress that are of no interest
NOISE = re.compile(
    r"(fps|stream_\d+_\d+_\w+|bitrate|total_size|out_time|out_time_ms|out_time_us|dup_frames|drop_frames|speed)="
)


def launcher(limits: Limits) -> list[str]:
    """The first words of a command, which limit the rest; empty if the system has no limits."""
    if os.name != "posix" or not sys.executable:
        return []
    seconds = str(int(limits.seconds * max(1, limits.threads)) + 1)
    numbers = [str(limits.memory), str(limits.output), seconds, str(os.getpid())]
    return [sys.executable, "-I", "-S", "-c", LAUNCHER, *numbers]


# What ffmpeg prints about its input

STREAM = re.compile(r"  Stream #0:\d+\S*: (Video|Audio): (.*)")
DURATION = re.compile(r"  Duration: (\d+):(\d\d):(\d\d\.\d+)")
SIZE = re.compile(r", (\d{1,5})x(\d{1,5})(?=[ ,]|$)")
SHAPE = re.compile(r"SAR (\d+):(\d+)")
RGB = re.compile(r", (?:[a0x]?(?:rgb|bgr)|gbr|pal8)\w*(?=[,(])")
FPS = re.compile(r", ([\d.]+)(k?) fps")
ROTATION = re.compile(r" +display ?matrix: rotation of (-?[\d.]+) degrees", re.IGNORECASE)
CHANGING = re.compile(r"\[0x[0-9a-f]+\]|\(default\)|, [\d.]+ kb/s|, [\d.k]+ tbn|, start [\d.]+")


def parsed(lines: Iterable[str], frames: int) -> Probe:
    """The Probe in the lines that ffmpeg prints about a movie of so many frames. Raises Failed without a video."""
    lines = list(lines)
    matches = [match for match in map(STREAM.match, lines) if match]
    videos = [match[2] for match in matches if match[1] == "Video" and "(attached pic)" not in match[2]]
    sounds = [match[2] for match in matches if match[1] == "Audio"]
    size = SIZE.search(videos[0]) if videos else None
    if size is None or not int(size[1]) or not int(size[2]):
        raise Failed("The file holds no video.", lines[-LINES:])
    width, height = upright(int(size[1]), int(size[2]), SHAPE.search(videos[0]), lines)
    streams = tuple(CHANGING.sub("", line) for line in (*videos[:1], *sounds[:1]))
    fps, stated = rate(videos[0]), duration(lines)
    counted = float(frames / fps) if fps and frames else stated or 0.0
    # sound that is longer than the video does not count
    seconds = stated if stated and not sounds else min(counted, stated or counted)
    if seconds > MOST_SECONDS:
        raise Failed(f"The movie is longer than {MOST_SECONDS // 3600} hours.", lines[-LINES:])
    return Probe(width, height, round(seconds, 3), fps, bool(sounds), streams)


def upright(width: int, height: int, shape: re.Match | None, lines: list[str]) -> tuple[int, int]:
    """A size converted to square pixels, and rotated as the movie is shown."""
    if shape and int(shape[1]) and int(shape[2]):
        width = max(1, round(width * int(shape[1]) / int(shape[2])))
    turns = [match for match in map(ROTATION.match, lines) if match]
    turned = bool(turns) and round(float(turns[0][1]) / 90) % 2 == 1
    return (height, width) if turned else (width, height)


def duration(lines: list[str]) -> float | None:
    """The seconds of a movie, None if the file does not say."""
    for line in lines:
        if match := DURATION.match(line):
            return int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3])
    return None


def rate(line: str) -> Fraction | None:
    """Frames per second; 29.97 as printed means 30000/1001."""
    match = FPS.search(line)
    if not match or not float(match[1]):
        return None
    number = float(match[1]) * (1000 if match[2] else 1)
    for nominal in (24, 30, 48, 60, 120):
        if number != nominal and abs(number - nominal / 1.001) < 0.006:
            return Fraction(nominal * 1000, 1001)
    return Fraction(match[1]) * (1000 if match[2] else 1)
