"""Files of preview backgrounds."""

from kitsulite.api.policies import admin, signed_in
from kitsulite.domain.previews import backgrounds, stored_previews
from kitsulite.errors import Answer, NotFound
from kitsulite.models.previews import PreviewBackgroundFile
from kitsulite.web import reply
from kitsulite.web.route import get, post


@post("/pictures/preview-background-files/<instance_id>", allow=admin, status=201, transaction=False)
def upload_background(ctx, instance_id):
    """Upload the panorama (.hdr) of a preview background."""
    row = ctx.db.get(PreviewBackgroundFile, instance_id)
    upload = ctx.request.file()
    return backgrounds.store(ctx, row["id"], upload.filename, upload.file)


@get("/pictures/preview-background-files/<instance_id>.<extension>", allow=signed_in)
def background(ctx, instance_id, extension):
    """Show the file of a preview background."""
    row = ctx.db.get(PreviewBackgroundFile, instance_id)
    extension = extension.lower()
    if extension != row["extension"]:
        raise NotFound("The file is not available.")
    path = stored_previews.whole(ctx.app.files.find(*backgrounds.FILE, row["id"]), row, extension)
    name = reply.attachment(f"{row['original_name']}.{extension}", "inline")
    return reply.stored(ctx, path, stored_previews.content_type(extension), row, name)


@post("/pictures/thumbnails/preview-background-files/<instance_id>.png", allow=admin)
def refuse_background_thumbnail(ctx, instance_id):
    """Refuse, and tell where backgrounds are uploaded, from which thumbnails are made."""
    ctx.db.require(PreviewBackgroundFile, instance_id)
    message = (
        "Preview backgrounds are uploaded through /pictures/preview-background-files/<preview_background_file_id>."
    )
    raise Answer(405, {"error": True, "message": message})


@get("/pictures/thumbnails/preview-background-files/<instance_id>.png", allow=signed_in)
def background_thumbnail(ctx, instance_id):
    """Show the thumbnail of a preview background."""
    row = ctx.db.get(PreviewBackgroundFile, instance_id)
    return reply.stored(ctx, ctx.app.files.find(*backgrounds.THUMBNAIL, row["id"]), "image/png", row)
