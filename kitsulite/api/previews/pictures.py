"""Showing and downloading pictures of previews."""

from kitsulite.api.policies import reader_of_preview, reader_of_thumbnail
from kitsulite.api.previews.serving import sent
from kitsulite.domain.previews import stored_previews
from kitsulite.domain.previews import tiles as movie_tiles
from kitsulite.web import reply
from kitsulite.web.route import get


def picture(ctx, prefix):
    preview = ctx.row
    return sent(ctx, preview, stored_previews.picture(ctx, preview, prefix), "image/png")


@get("/pictures/previews/preview-files/<instance_id>.png", allow=reader_of_preview("instance_id"))
def preview_picture(ctx, instance_id):
    """Show a preview as a picture of 1200 pixels width."""
    return picture(ctx, "previews")


@get("/movies/tiles/preview-files/<instance_id>.png", allow=reader_of_preview("instance_id"))
def tiles(ctx, instance_id):
    """Show the tile sheet of a movie."""
    preview = ctx.row
    return sent(ctx, preview, movie_tiles.find(ctx, preview), "image/png")


@get("/pictures/thumbnails/preview-files/<instance_id>.png", allow=reader_of_thumbnail("instance_id"))
def thumbnail(ctx, instance_id):
    """Show the thumbnail of a preview."""
    return picture(ctx, "thumbnails")


@get("/pictures/thumbnails-square/preview-files/<instance_id>.png", allow=reader_of_thumbnail("instance_id"))
def square_thumbnail(ctx, instance_id):
    """Show the square thumbnail of a preview."""
    return picture(ctx, "thumbnails-square")


@get("/pictures/originals/preview-files/<instance_id>.png", allow=reader_of_thumbnail("instance_id"))
def original_picture(ctx, instance_id):
    """Show the original picture of a preview, even of a movie."""
    preview = ctx.row
    return sent(ctx, preview, stored_previews.original(ctx, preview, "png"), "image/png")


@get("/pictures/originals/preview-files/<instance_id>.<extension>", allow=reader_of_preview("instance_id"))
def original_file(ctx, instance_id, extension):
    """Show the uploaded file of a preview, except a movie."""
    preview = ctx.row
    path = stored_previews.original(ctx, preview, extension)
    return sent(ctx, preview, path, stored_previews.content_type(extension.lower()))


@get("/pictures/originals/preview-files/<instance_id>/download", allow=reader_of_preview("instance_id"))
def download_original(ctx, instance_id):
    """Download the file of a preview."""
    preview = ctx.row
    name = reply.attachment(stored_previews.download_name(ctx, preview))
    return sent(
        ctx, preview, stored_previews.download(ctx, preview), stored_previews.content_type(preview["extension"]), name
    )
