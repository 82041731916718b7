"""Frames of previews, with what reviewers drew on them."""

import io
import zipfile

from kitsulite.domain.previews import annotations, stored
from kitsulite.errors import Answer, BadParameter, NotFound, Refused, Unavailable
from kitsulite.jobs import media

PICTURES = ("png", "jpg", "jpeg", "jpe")
DPI = 150


def movie_frame(ctx, preview):
    """A frame of a movie."""
    require_file(preview)
    if preview["extension"] != "mp4":
        raise NotFound("The preview is no movie.")
    return frame(ctx, preview)


def tile(ctx, preview):
    """The frames of a movie side by side."""
    require_file(preview)
    if preview["extension"] != "mp4":
        raise Refused("Preview file is not a movie")
    return frame(ctx, preview)


def frame(ctx, preview):
    """What ffmpeg takes out of a movie."""
    if stored.movie(ctx, preview, ("previews",)) is None:
        raise missing()
    raise Unavailable("This server cannot take frames out of movies: ffmpeg is not installed.")


def missing():
    return Answer(404, {"error": "preview file binary is not available"})


def require_file(preview):
    """Refuse a preview of which only the row was brought from another server."""
    if isinstance(preview["data"], dict) and preview["data"].get("imported_only"):
        raise missing()


def drawn_entries(preview):
    """The annotations of a preview."""
    found = preview["annotations"] if isinstance(preview["annotations"], list) else []
    return [entry for entry in found if isinstance(entry, dict)]


def annotated(ctx, preview, frame_number):
    """A PNG of the first annotation of a picture, or of that of a frame of a movie."""
    require_file(preview)
    entries = drawn_entries(preview)
    if preview["extension"] == "mp4":
        if frame_number is None:
            raise BadParameter("frame_number is required for movie previews")
        if entry_of_frame(ctx, preview, entries, frame_number) is None:
            raise Refused(f"No annotation found for frame {frame_number}")
        return frame(ctx, preview)
    require_picture(preview, "annotated frame")
    if not entries:
        raise Refused("Preview file has no annotations")
    return as_png(drawing(base_picture(ctx, preview), entries[0]))


def entry_of_frame(ctx, preview, entries, frame_number):
    """The first annotation within half a frame of a frame, counted from 1."""
    fps = frames_per_second(ctx, preview)
    moment = (frame_number - 1) / fps
    for entry in entries:
        if isinstance(entry.get("time"), (int, float)) and abs(entry["time"] - moment) <= 0.5 / fps:
            return entry
    return None


def frames_per_second(ctx, preview):
    """Those of the entity, else of the production, else 25."""
    own, common = ctx.db.row(
        "SELECT json_extract(e.data, '$.fps'), p.fps FROM task t JOIN entity e ON e.id = t.entity_id"
        " JOIN project p ON p.id = t.project_id WHERE t.id = ?",
        [preview["task_id"]],
    )
    for text in (own, common):
        try:
            if float(str(text).replace(",", ".")) > 0:
                return float(str(text).replace(",", "."))
        except ValueError:
            continue
    return 25.0


def all_annotated(ctx, preview):
    """All annotations of a picture, drawn: [(number, picture), ...]."""
    require_file(preview)
    entries = drawn_entries(preview)
    if not entries:
        raise Refused("Preview file has no annotations")
    if preview["extension"] == "mp4":
        return frame(ctx, preview)
    require_picture(preview, "annotated frames")
    base = base_picture(ctx, preview)
    return [(number, drawing(base, entry)) for number, entry in enumerate(entries, 1)]


def require_picture(preview, what):
    if preview["extension"] not in PICTURES:
        raise BadParameter(f"Cannot extract {what} from preview with extension '{preview['extension']}'")


def base_picture(ctx, preview):
    """The picture that reviewers draw on."""
    path = stored.picture(ctx, preview, "previews")
    if path is None:
        raise missing()
    if media.pillow() is None:
        raise Unavailable("This server cannot draw on pictures: Pillow is not installed.")
    with open(path, "rb") as stream:
        return media.decoded(stream, ctx.settings.max_image_pixels)


def drawing(base, entry):
    """A picture with an annotation over it."""
    from kitsulite.jobs import drawing

    return drawing.annotated(base, annotations.objects(entry))


def as_png(picture):
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def archive(ctx, preview):
    """A ZIP of all drawn annotations."""
    stream, stem = io.BytesIO(), stored.download_stem(ctx, preview)
    with zipfile.ZipFile(stream, "w") as packed:
        for number, picture in all_annotated(ctx, preview):
            packed.writestr(stored.name_inside(f"{stem}_frame_{number}.png"), as_png(picture))
    return stream.getvalue()


def document(ctx, preview):
    """A PDF with a page per drawn annotation."""
    stream, pictures = io.BytesIO(), [picture for _, picture in all_annotated(ctx, preview)]
    pictures[0].save(stream, "PDF", save_all=True, append_images=pictures[1:], resolution=DPI)
    return stream.getvalue()
