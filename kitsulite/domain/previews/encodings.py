"""The encoding of movies: size, frames per second and bit rates, by entity, project and settings."""

import json
import math
import re
from fractions import Fraction

from kitsulite.jobs.movies import Encoding, even
from kitsulite.models.fields import as_object

FULL = re.compile(r"\d{3,4}x\d{3,4}")
HEIGHT = re.compile(r"x\d{3,4}")
DEFAULT_HEIGHT = 1080
DEFAULT_FPS = 25
#: frames per second above which a text is not a valid rate
FASTEST = 240


def of_preview(ctx, preview, width, height):
    """The encoding of a preview's movie of this size in pixels."""
    row = ctx.db.row(
        "SELECT e.data, p.resolution, l.hd_bitrate_compression, l.ld_bitrate_compression, p.hd_bitrate_compression,"
        " p.ld_bitrate_compression FROM task t JOIN project p ON p.id = t.project_id"
        " LEFT JOIN entity e ON e.id = t.entity_id"
        " LEFT JOIN project_task_type_link l ON l.project_id = p.id AND l.task_type_id = t.task_type_id"
        " WHERE t.id = ?",
        [preview["task_id"]],
    )
    data, resolution, *rates = row or [None] * 6
    own = as_object(json.loads(data)) if data else {}
    dimensions = size(own.get("resolution"), resolution, width, height)
    return encoding(ctx, dimensions, frames_per_second(ctx, preview), rates)


def of_project(ctx, project, width, height):
    """The encoding of a movie built in a project, whose first part has this size."""
    resolution = project["resolution"]
    dimensions = (even(width), even(height))
    if isinstance(resolution, str) and FULL.fullmatch(resolution):
        dimensions = size(None, resolution, width, height)
    rates = [None, None, project["hd_bitrate_compression"], project["ld_bitrate_compression"]]
    return encoding(ctx, dimensions, rate(project["fps"]) or Fraction(DEFAULT_FPS), rates)


def encoding(ctx, dimensions, fps, rates):
    settings, (width, height) = ctx.settings, dimensions
    high, low = bit_rates(settings, *rates)
    return Encoding(
        *(width, height, fps, high, low),
        preset=settings.movie_encoding_preset,
        buffer_factor=settings.movie_vbv_bufsize_factor,
    )


def size(own, common, width, height):
    """The even size of a movie: that of the entity, else that of the project, else 1080 pixels high.

    A missing width follows from the aspect ratio of the movie.
    """
    if isinstance(own, str) and FULL.fullmatch(own):
        resolution = own
    elif isinstance(common, str) and (FULL.fullmatch(common) or HEIGHT.fullmatch(common)):
        resolution = common
    else:
        resolution = f"x{DEFAULT_HEIGHT}"
    fixed_width, _, fixed_height = resolution.partition("x")
    new_height = int(fixed_height)
    new_width = int(fixed_width) if fixed_width else math.floor(width / height * new_height)
    return even(max(2, new_width)), even(max(2, new_height))


def bit_rates(settings, high_of_type, low_of_type, high_of_project, low_of_project):
    """(high, low) bit rate in Mbit/s: of the task type in the project, else of the project, else of the settings."""
    highest = settings.movie_highdef_bitrate
    high = min(high_of_type or high_of_project or highest, highest)
    return high, min(low_of_type or low_of_project or settings.movie_lowdef_bitrate, high)


def frames_per_second(ctx, preview):
    """The frame rate of the entity, else of the project, else 25, as a fraction."""
    row = ctx.db.row(
        "SELECT json_extract(e.data, '$.fps'), p.fps FROM task t JOIN project p ON p.id = t.project_id"
        " LEFT JOIN entity e ON e.id = t.entity_id WHERE t.id = ?",
        [preview["task_id"]],
    )
    own, common = row or (None, None)
    return rate(own) or rate(common) or Fraction(DEFAULT_FPS)


def rate(text):
    """The frame rate in a text, with a decimal point or comma; None if it is invalid."""
    try:
        number = float(str(text).replace(",", "."))
    except ValueError:
        return None
    if not 0 < number <= FASTEST:
        return None
    for nominal in (24, 30, 48, 60, 120):
        if abs(number - nominal / 1.001) < 0.006:
            return Fraction(nominal * 1000, 1001)
    return Fraction(f"{number:.3f}")
