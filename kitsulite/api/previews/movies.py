"""Showing and downloading movies of previews."""

from kitsulite.api.policies import reader_of_preview
from kitsulite.api.previews.serving import sent
from kitsulite.domain.previews import stored_previews
from kitsulite.web import reply
from kitsulite.web.route import get


def movie(ctx, prefixes, disposition=None):
    preview = ctx.row
    return sent(ctx, preview, stored_previews.movie(ctx, preview, prefixes), "video/mp4", disposition)


@get("/movies/originals/preview-files/<instance_id>.mp4", allow=reader_of_preview("instance_id"))
def original_movie(ctx, instance_id):
    """Show a movie in its full size."""
    return movie(ctx, stored_previews.HIGH)


@get("/movies/low/preview-files/<instance_id>.mp4", allow=reader_of_preview("instance_id"))
def low_movie(ctx, instance_id):
    """Show a movie in low definition."""
    return movie(ctx, stored_previews.LOW)


@get("/movies/source/preview-files/<instance_id>.mp4", allow=reader_of_preview("instance_id"))
def source_movie(ctx, instance_id):
    """Show the uploaded movie, if it was kept."""
    return movie(ctx, stored_previews.SOURCE)


@get("/movies/originals/preview-files/<instance_id>/download", allow=reader_of_preview("instance_id"))
def download_movie(ctx, instance_id):
    """Download a movie."""
    name = stored_previews.download_name(ctx, ctx.row)
    return movie(ctx, stored_previews.HIGH, reply.attachment(name))
