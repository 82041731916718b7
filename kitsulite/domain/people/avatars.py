"""The avatars of persons, projects and the organisation."""

from kitsulite.domain.files import places, stored_files
from kitsulite.errors import BadParameter
from kitsulite.events.bus import emit
from kitsulite.jobs import pictures
from kitsulite.models.projects import Project

PLACE = places.AVATAR


def store(ctx, model, row_id, stream):
    """Store a picture as the avatar of a row. Must be called outside of a transaction."""
    name = model.table()
    with ctx.app.files.workspace() as folder:
        try:
            picture = pictures.contained(stream, folder, pictures.AVATAR, ctx.settings)
        except pictures.BadPicture as error:
            raise BadParameter(str(error)) from None
        with ctx.db.write():
            row = ctx.db.get(model, row_id)
            stored_files.place(ctx, picture, *PLACE, row["id"])
            ctx.db.update(model, row["id"], has_avatar=True)
            ids = {f"{name}_id": row["id"]}
            emit(ctx, f"{name}:update", ids, row["id"] if model is Project else None)
            emit(ctx, f"{name}:set-thumbnail", ids)
