"""The chats in which the caller participates."""

from kitsulite.api.policies import no_client, person, reader_of_entity
from kitsulite.domain.user import chats as user_chats
from kitsulite.web.route import delete, get, post


@get("/data/user/chats", allow=person)
def chats(ctx):
    """List my chats on entities of open productions."""
    return user_chats.joined(ctx)


@post("/actions/user/chats/<entity_id>/join", allow=person & reader_of_entity("entity_id") & no_client)
def join(ctx, entity_id):
    """Join the chat of an entity."""
    return user_chats.join(ctx, entity_id)


@delete("/actions/user/chats/<entity_id>/join", allow=person & reader_of_entity("entity_id"))
def leave(ctx, entity_id):
    """Leave the chat of an entity."""
    user_chats.leave(ctx, entity_id)
