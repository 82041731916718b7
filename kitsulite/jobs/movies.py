"""Processes movies with ffmpeg: versions for browsers, single frames, tile sheets, several movies joined to one.

Each function reads stored files and writes new ones into a folder, outside of any transaction.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from kitsulite.jobs import ffmpeg
from kitsulite.jobs.ffmpeg import Failed, Limits, Watch, movie_input
from kitsulite.models.fields import new_id
from kitsulite.store.files import link_or_copy

LOW_WIDTH = 1280
#: height of a movie from which on players assume the colours of BT.709
HIGH_DEFINITION = 720
TILE_COLUMNS, TILE_HEIGHT, TILE_ROWS = 8, 100, 480
SILENCE = ["-f", "lavfi", "-i", "anullsrc=channel_layout=stereo:sample_rate=44100"]
#: frames for which a picture is shown in the movie of a playlist
STILL_FRAMES = 24
#: seconds for a frame or a probe, for which a request waits
SHORT = 60


@dataclass(frozen=True)
class Encoding:
    """How movies are encoded: even size, frames per second, Mbit/s, preset and buffer factor of x264."""

    width: int
    height: int
    fps: Fraction
    high_rate: int = 28
    low_rate: int = 6
    preset: str = "superfast"
    buffer_factor: float = 2

    @property
    def low_size(self) -> tuple[int, int]:
        """The size in low definition, always 1280 wide."""
        return LOW_WIDTH, even(max(2, math.floor(self.height / self.width * LOW_WIDTH)))


class Tools:
    """ffmpeg with the limits of a server, and a watch over its runs."""

    def __init__(self, program: str, limits: Limits, watch: Watch | None = None) -> None:
        self.program, self.limits, self.watch = program, limits, watch

    def run(self, arguments: list[str]) -> int:
        """Run ffmpeg; returns the number of frames in its first output."""
        return ffmpeg.run(self.program, arguments, self.limits, self.watch)

    @property
    def short(self) -> Limits:
        """The limits of runs that a request waits for."""
        return replace(self.limits, seconds=min(SHORT, self.limits.seconds))

    def probe(self, path: Path) -> ffmpeg.Probe:
        return ffmpeg.probe(self.program, path, self.short, self.watch)


def even(number: int) -> int:
    return number + number % 2


@dataclass(frozen=True)
class Encoded:
    """A converted movie: its versions by store prefix, a PNG of its first frame, its number of frames."""

    movies: dict[str, Path]
    first: Path
    frames: int


def encode(tools: Tools, source: Path, probe: ffmpeg.Probe, folder: Path, encoding: Encoding) -> Encoded:
    """Convert a movie for browsers, to `previews` and `lowdef`, with its first frame; it is decoded only once.

    In each version, video and sound have the same length; a silent movie gets silence.
    """
    outputs = {name: folder / f"{new_id()}.mp4" for name in ("previews", "lowdef")}
    first = folder / f"{new_id()}.png"
    sound = sound_of(probe, probe.seconds)
    shown = f"[0:v:0]{square()},fps={rate_text(encoding.fps)},split=2[high][low]"
    parts = [
        f"{shown};[high]{fitted(encoding.width, encoding.height, probe.is_rgb)},split=2[previews][frames]",
        f"[low]{fitted(*encoding.low_size, probe.is_rgb)}[lowdef]",
        "[frames]select='eq(n,0)',format=rgba[first]",
    ]
    arguments = [*whole_input(tools, source, probe), *([] if probe.has_sound else SILENCE)]
    arguments += ["-filter_complex", ";".join(parts)]
    for (name, path), rate in zip(outputs.items(), (encoding.high_rate, encoding.low_rate), strict=True):
        arguments += ["-map", f"[{name}]", *sound, *codecs(tools, encoding, rate), str(path)]
    frames = tools.run([*arguments, "-map", "[first]", *one_png(first)])
    if not frames:
        raise Failed("The movie has no frame.")
    return Encoded(outputs, first, frames)


def whole_input(tools: Tools, movie: Path, probe: ffmpeg.Probe) -> list[str]:
    """The arguments that open a movie, cut to its stated length: a stray late frame would be preceded by copies."""
    return movie_input(movie, *threads(tools), "-t", f"{probe.seconds + 1:.3f}")


def square() -> str:
    """The filter that converts a movie to square pixels."""
    return "scale='max(1,trunc(iw*sar))':ih,setsar=1"


def fitted(width: int, height: int, is_rgb: bool) -> str:
    """The filters that fit a movie with square pixels, whole and centred, into a black frame.

    RGB pixels are converted to the colours that players expect for this height.
    """
    matrix, space = ("bt709", "bt709") if height >= HIGH_DEFINITION else ("bt601", "smpte170m")
    colours = f":out_color_matrix={matrix},setparams=colorspace={space}" if is_rgb else ""
    return (
        f"scale={width}:{height}:force_original_aspect_ratio=decrease:out_range=tv{colours},"
        f"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2:black,setsar=1,format=yuv420p"
    )


def rate_text(fps: Fraction) -> str:
    return f"{fps.numerator}/{fps.denominator}"


def threads(tools: Tools) -> list[str]:
    return ["-threads", str(tools.limits.threads)]


def codecs(tools: Tools, encoding: Encoding, rate: int) -> list[str]:
    """The arguments for H.264 and AAC in an MP4 that plays while loading, with a key frame every second frame."""
    cap = ["-maxrate", f"{rate}M", "-bufsize", f"{rate * encoding.buffer_factor}M"] if encoding.buffer_factor else []
    video = ["-c:v", "libx264", "-preset", encoding.preset, "-b:v", f"{rate}M", *cap, "-pix_fmt", "yuv420p"]
    keys = ["-g", "2", "-sc_threshold", "0", *threads(tools)]
    return [*video, *keys, "-map_metadata", "-1", "-movflags", "+faststart", "-f", "mp4"]


def sound_of(probe: ffmpeg.Probe, seconds: float) -> list[str]:
    """The arguments for the sound of a movie, or silence from a second input, cut or padded to this length."""
    end = ["-af", f"apad=whole_dur={seconds:.6f},atrim=end={seconds:.6f}"] if seconds else ["-af", "apad", "-shortest"]
    return ["-map", "0:a:0" if probe.has_sound else "1:a:0", "-c:a", "aac", "-ac", "2", "-ar", "44100", *end]


def frame(tools: Tools, movie: Path, folder: Path, number: int = 1, fps: float = 25) -> Path | None:
    """A PNG of a frame, counted from 1 at a frame rate; None after the end of the movie."""
    path = folder / f"{new_id()}.png"
    # half a frame earlier, so that rounding does not skip it
    moment = max(0.0, (number - 1.5) / fps)
    source = movie_input(movie, *threads(tools), "-ss", f"{moment:.6f}")
    arguments = [*source, "-map", "0:v:0", "-vf", f"{square()},format=rgba", *one_png(path)]
    ffmpeg.run(tools.program, arguments, tools.short, tools.watch)
    return path if path.exists() and path.stat().st_size else None


def one_png(path: Path) -> list[str]:
    return ["-frames:v", "1", "-c:v", "png", "-f", "image2", "-update", "1", str(path)]


def tiles(tools: Tools, movie: Path, folder: Path, width: int, height: int, frames: int) -> Path:
    """A PNG of all frames (every n-th of long movies) in 8 columns of cells, 100 pixels high.

    `width` and `height` are those of the movie, whose aspect ratio the cells have.
    """
    frames = max(1, frames)
    step = math.ceil(frames / (TILE_COLUMNS * TILE_ROWS))
    rows = min(math.ceil(frames / step / TILE_COLUMNS), TILE_ROWS)
    cell = math.ceil(TILE_HEIGHT * width / height)
    chosen = f"select='not(mod(n,{step}))'," if step > 1 else ""
    path = folder / f"{new_id()}.png"
    filters = f"{chosen}scale={cell}:{TILE_HEIGHT},tile={TILE_COLUMNS}x{rows}"
    tools.run([*movie_input(movie, *threads(tools)), "-map", "0:v:0", "-vf", filters, *one_png(path)])
    if not path.exists():
        raise Failed("The movie has no frame.")
    return path


# Joined movies


@dataclass(frozen=True)
class Part:
    """A movie to join with others, and the seconds of its video."""

    path: Path
    seconds: float


def joined(tools: Tools, parts: Sequence[Part], folder: Path) -> Path:
    """Join movies with the same encoding, without encoding them again."""
    names = {part.path: f"{number}.mp4" for number, part in enumerate(dict.fromkeys(parts))}
    for path, name in names.items():
        link_or_copy(path, folder / name)
    # only our own names: nothing that a person typed gets into the list
    listing = folder / "parts.txt"
    listing.write_text("".join(f"file '{names[part.path]}'\noutpoint {part.seconds:.6f}\n" for part in parts))
    path = folder / f"{new_id()}.mp4"
    source = ["-protocol_whitelist", "file", "-f", "concat", "-i", f"file:{listing}"]
    chosen = ["-map", "0:v:0", "-map", "0:a:0", "-c", "copy"]
    tools.run([*source, *chosen, "-movflags", "+faststart", "-f", "mp4", str(path)])
    return path


def still(tools: Tools, picture: Path, folder: Path, encoding: Encoding) -> Part:
    """Convert a stored PNG to a silent movie of 24 frames."""
    path, seconds = folder / f"{new_id()}.mp4", float(STILL_FRAMES / encoding.fps)
    source = ["-protocol_whitelist", "file", "-max_pixels", str(ffmpeg.MOST_PIXELS), "-f", "png_pipe"]
    moments = f"loop={STILL_FRAMES - 1}:1,setpts=N/({rate_text(encoding.fps)})/TB"
    shown = f"[0:v:0]{square()},{fitted(encoding.width, encoding.height, True)},{moments}[v]"
    arguments = [*source, "-i", f"file:{picture}", *SILENCE, "-filter_complex", shown, "-map", "[v]", "-map", "1:a:0"]
    arguments += ["-c:a", "aac", "-ac", "2", "-ar", "44100", "-r", rate_text(encoding.fps)]
    tools.run([*arguments, *codecs(tools, encoding, encoding.high_rate), "-t", f"{seconds:.6f}", str(path)])
    return Part(path, seconds)


def part(tools: Tools, movie: Path, folder: Path, encoding: Encoding) -> Part:
    """Convert a stored movie to the size and rate of the joined movie."""
    path, probe = folder / f"{new_id()}.mp4", tools.probe(movie)
    shown = (
        f"[0:v:0]{square()},fps={rate_text(encoding.fps)},{fitted(encoding.width, encoding.height, probe.is_rgb)}[v]"
    )
    arguments = [*whole_input(tools, movie, probe), *([] if probe.has_sound else SILENCE)]
    arguments += ["-filter_complex", shown, "-map", "[v]", *sound_of(probe, probe.seconds)]
    frames = tools.run([*arguments, *codecs(tools, encoding, encoding.high_rate), str(path)])
    return Part(path, float(frames / encoding.fps))
