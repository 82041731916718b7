"""Frames of previews as files, with the annotations of reviewers."""

import io

from kitsulite.api.policies import manager_of_preview, reader_of_preview
from kitsulite.domain.previews import frames, stored_previews
from kitsulite.errors import BadParameter
from kitsulite.web import reply
from kitsulite.web.route import get

PREVIEW = "/actions/preview-files/<preview_file_id>"
MANAGER = manager_of_preview("preview_file_id")


def sent(ctx, stream, content_type, name):
    return reply.made(ctx.request, stream, content_type, reply.attachment(name))


def shown(ctx, content, name):
    return reply.made(ctx.request, io.BytesIO(content), "image/png", reply.attachment(name, "inline"))


@get(PREVIEW + "/extract-frame", allow=MANAGER)
def extract_frame(ctx, preview_file_id):
    """Get a frame of a movie."""
    number = ctx.request.integer("frame_number", 0)
    content = frames.movie_frame(ctx, ctx.row, number)
    return shown(ctx, content, "frame.png")


@get(PREVIEW + "/extract-tile", allow=reader_of_preview("preview_file_id"))
def extract_tile(ctx, preview_file_id):
    """Rebuild and get the tile sheet of a movie."""
    content = frames.tile(ctx, ctx.row)
    return shown(ctx, content, "tile.png")


@get(PREVIEW + "/extract-annotated-frame", allow=MANAGER)
def extract_annotated_frame(ctx, preview_file_id):
    """Get a frame with its annotation."""
    number = ctx.request.integer("frame_number")
    if number is not None and number < 1:
        raise BadParameter("frame_number must be greater than 0.")
    content = frames.annotated(ctx, ctx.row, number)
    return shown(ctx, content, "annotated_frame.png")


@get(PREVIEW + "/extract-annotated-frames", allow=MANAGER)
def extract_annotated_frames(ctx, preview_file_id):
    """Get all annotated frames, in a ZIP."""
    preview = ctx.row
    name = f"{stored_previews.download_stem(ctx, preview)}_annotated_frames.zip"
    return sent(ctx, frames.archive(ctx, preview), "application/zip", name)


@get(PREVIEW + "/extract-annotated-frames-pdf", allow=MANAGER)
def extract_annotated_document(ctx, preview_file_id):
    """Get all annotated frames, in a PDF."""
    preview = ctx.row
    name = f"{stored_previews.download_stem(ctx, preview)}_annotated_frames.pdf"
    return sent(ctx, frames.document(ctx, preview), "application/pdf", name)
