"""The chat of an entity."""

from kitsulite.models.activity import Chat


def of_entity(ctx, entity_id):
    """The chat of an entity as its row shows it, made at first need."""
    about = {"object_id": entity_id, "object_type": "entity"}
    chat = ctx.db.find(Chat, **about)
    if chat is None:
        with ctx.db.write():
            chat = ctx.db.find(Chat, **about) or ctx.db.insert(Chat, **about)
    return chat
