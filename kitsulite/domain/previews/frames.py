"""Frames of previews, with the annotations of reviewers."""

import contextlib
import io
import itertools
import logging
import os
import zipfile

from kitsulite.domain.files import stored_files
from kitsulite.domain.previews import annotations, conversions, encodings, stored_previews, tiles
from kitsulite.errors import Answer, BadParameter, NotFound, Refused, Unavailable
from kitsulite.jobs import movies, pictures
from kitsulite.jobs.ffmpeg import Failed

log = logging.getLogger("kitsulite.previews")
PICTURES = ("png", "jpg", "jpeg", "jpe")
DPI = 150
#: most annotations in an archive
MOST_DRAWN = 1000
#: pages of a PDF in memory at a time
PAGES = 8


def movie_frame(ctx, preview, number):
    """A frame of a movie, counted from 1, as the bytes of a PNG."""
    require_file(preview)
    if preview["extension"] != "mp4":
        raise NotFound("The preview is not a movie.")
    with frame(ctx, preview, number) as path:
        return path.read_bytes()


@contextlib.contextmanager
def frame(ctx, preview, number):
    """A PNG of a frame of a movie, kept during the block; raises NotFound without a movie or after its end."""
    movie = stored_previews.movie(ctx, preview, stored_previews.HIGH)
    if movie is None:
        raise missing()
    with ctx.app.jobs.turns.take(), ctx.app.files.workspace() as folder:
        try:
            fps = encodings.frames_per_second(ctx, preview)
            path = movies.frame(conversions.tools(ctx), movie, folder, number, fps)
        except Failed:
            path = None
        if path is None:
            raise NotFound("The movie has no such frame.")
        yield path


def tile(ctx, preview):
    """Rebuild and store the tile sheet of a movie; returns the bytes of the PNG. Outside of a transaction."""
    require_file(preview)
    if preview["extension"] != "mp4":
        raise Refused("Preview file is not a movie")
    movie = stored_previews.movie(ctx, preview, stored_previews.LOW)
    if movie is None:
        raise missing()
    tools = conversions.tools(ctx)
    with ctx.app.jobs.turns.take(), ctx.app.files.workspace() as folder:
        try:
            path = tiles.sheet(tools, movie, folder)
        except Failed:
            raise NotFound("The movie cannot be read.") from None
        content = path.read_bytes()
        with ctx.db.write():
            stored_files.place(ctx, path, "pictures", "tiles", preview["id"])
    return content


def show_frame(ctx, preview, number):
    """Use a frame for the picture variants of a movie. Outside of a transaction; failures are only logged."""
    tools = conversions.tools(ctx)
    try:
        with frame(ctx, preview, number) as path:
            variants = pictures.frame_pictures(path, path.parent, ctx.settings)
            with ctx.db.write():
                for prefix, variant in variants.items():
                    stored_files.place(ctx, variant, "pictures", prefix, preview["id"])
    except (NotFound, Answer, pictures.BadPicture) as error:
        log.warning("%s cannot take frame %s of preview %s: %s", tools.program, number, preview["id"], error)


def missing():
    return Answer(404, {"error": "preview file binary is not available"})


def require_file(preview):
    """Refuse a preview whose row came from another server without its file."""
    if isinstance(preview["data"], dict) and preview["data"].get("imported_only"):
        raise missing()


def drawn_entries(preview):
    """The annotations of a preview."""
    entries = preview["annotations"] if isinstance(preview["annotations"], list) else []
    return [entry for entry in entries if isinstance(entry, dict)]


def annotated(ctx, preview, frame_number):
    """A PNG of the first annotation of a picture, or of a frame of a movie."""
    require_file(preview)
    entries = drawn_entries(preview)
    if preview["extension"] == "mp4":
        if frame_number is None:
            raise BadParameter("frame_number is required for movie previews")
        entry = entry_of_frame(ctx, preview, entries, frame_number)
        if entry is None:
            raise Refused(f"No annotation found for frame {frame_number}")
        with movie_picture(ctx, preview, frame_number) as base:
            return as_png(drawing(base, entry))
    require_picture(preview, "annotated frame")
    if not entries:
        raise Refused("Preview file has no annotations")
    with base_picture(ctx, preview) as base:
        return as_png(drawing(base, entries[0]))


def entry_of_frame(ctx, preview, entries, frame_number):
    """The first annotation within half a frame of this frame, counted from 1."""
    fps = float(encodings.frames_per_second(ctx, preview))
    moment = (frame_number - 1) / fps
    for entry in entries:
        if is_moment(entry.get("time")) and abs(entry["time"] - moment) <= 0.5 / fps:
            return entry
    return None


def is_moment(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e6


def all_annotated(ctx, preview):
    """Iterate over all annotations of a preview, drawn on the preview: (number, picture)."""
    require_file(preview)
    entries = drawn_entries(preview)
    if not entries:
        raise Refused("Preview file has no annotations")
    if len(entries) > MOST_DRAWN:
        raise Refused(f"Preview file has more than {MOST_DRAWN} annotations")
    if preview["extension"] == "mp4":
        return movie_frames(ctx, preview, entries)
    require_picture(preview, "annotated frames")
    return picture_frames(ctx, preview, entries)


def picture_frames(ctx, preview, entries):
    with base_picture(ctx, preview) as base:
        for number, entry in enumerate(entries, 1):
            yield number, drawing(base, entry)


def movie_frames(ctx, preview, entries):
    """The frames of a movie with annotations, except at invalid times and after its end."""
    fps = float(encodings.frames_per_second(ctx, preview))
    has_frame = False
    for entry in entries:
        if not is_moment(entry.get("time")):
            continue
        number = max(1, round(entry["time"] * fps) + 1)
        try:
            with movie_picture(ctx, preview, number) as base:
                picture = drawing(base, entry)
        except NotFound:
            continue
        has_frame = True
        yield number, picture
    if not has_frame:
        raise Refused("The preview file has no frame with annotations.")


def require_picture(preview, what):
    if preview["extension"] not in PICTURES:
        raise BadParameter(f"Cannot extract {what} from preview with extension '{preview['extension']}'")


@contextlib.contextmanager
def movie_picture(ctx, preview, number):
    """A frame of a movie to draw on."""
    with frame(ctx, preview, number) as path, picture_of(ctx, path) as picture:
        yield picture


@contextlib.contextmanager
def base_picture(ctx, preview):
    """The picture that annotations belong to."""
    path = stored_previews.picture(ctx, preview, "previews")
    if path is None:
        raise missing()
    with picture_of(ctx, path) as picture:
        yield picture


@contextlib.contextmanager
def picture_of(ctx, path):
    if pictures.pillow() is None:
        raise Unavailable("This server cannot draw on pictures: Pillow is not installed.")
    with open(path, "rb") as stream, pictures.decoded(stream, ctx.settings) as picture:
        yield picture


def drawing(base, entry):
    """A picture with an annotation drawn over it."""
    from kitsulite.jobs import drawing

    return drawing.annotated(base, annotations.objects(entry))


def as_png(picture):
    stream = io.BytesIO()
    pictures.write_png(picture, stream)
    return stream.getvalue()


def archive(ctx, preview):
    """A ZIP of all drawn annotations, in a temporary file."""
    stem = stored_previews.download_stem(ctx, preview)
    with stored_files.packing(ctx) as stream, zipfile.ZipFile(stream, "w") as packed:
        for number, picture in all_annotated(ctx, preview):
            packed.writestr(stored_previews.name_inside(f"{stem}_frame_{number}.png"), as_png(picture))
    return stream


def document(ctx, preview):
    """A PDF with a page per drawn annotation, in a temporary file."""
    with stored_files.packing(ctx) as stream:
        drawn = (picture for _, picture in all_annotated(ctx, preview))
        # in groups: all pages would need much memory, and each appending reads all pages before
        for first in drawn:
            others, written = list(itertools.islice(drawn, PAGES - 1)), stream.seek(0, os.SEEK_END)
            stream.seek(0)
            first.save(stream, "PDF", append=written > 0, save_all=True, append_images=others, resolution=DPI)
    return stream
