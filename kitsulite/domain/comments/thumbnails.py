"""Thumbnails of attached movies, as jobs."""

from kitsulite.domain.files import places, stored_files
from kitsulite.domain.previews import conversions
from kitsulite.jobs import movies, pictures, queue
from kitsulite.jobs.ffmpeg import Failed
from kitsulite.models.previews import AttachmentFile

KIND = "attachment"
FILE, THUMBNAIL = places.ATTACHMENT, places.ATTACHMENT_THUMBNAIL


class Thumbnail(queue.Work):
    """Makes the thumbnail of an attached movie from its first frame."""

    def do(self, ctx, job, watch):
        attachment = ctx.db.get(AttachmentFile, job["subject_id"])
        path = ctx.app.files.find(*FILE, attachment["id"])
        if path is None:
            raise Failed("The attached movie is not there.")
        with ctx.app.files.workspace() as folder:
            frame = movies.frame(conversions.tools(ctx, watch), path, folder)
            if frame is None:
                raise Failed("The movie has no frame.")
            with open(frame, "rb") as stream:
                thumbnail = pictures.cropped(stream, folder, pictures.CHAT_THUMBNAIL, ctx.settings)
            with ctx.db.write():
                ctx.app.jobs.finish(ctx, job)
                ctx.db.require(AttachmentFile, attachment["id"])
                if thumbnail:
                    stored_files.place(ctx, thumbnail, *THUMBNAIL, attachment["id"])


queue.register(KIND, Thumbnail())
