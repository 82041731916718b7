"""The chats of entities."""

from kitsulite.api.policies import no_client, reader_of_entity
from kitsulite.domain.comments import attachments, chats
from kitsulite.web.fields import Str
from kitsulite.web.route import delete, get, post

CHAT = "/data/entities/<entity_id>/chat"
READER = reader_of_entity("entity_id") & no_client


@get(CHAT, allow=READER)
def get_chat(ctx, entity_id):
    """Get the chat of an entity with its participants."""
    return chats.with_participants(ctx, chats.of_entity(ctx, entity_id))


@get(f"{CHAT}/messages", allow=READER)
def get_chat_messages(ctx, entity_id):
    """List the messages of a chat, oldest first."""
    return chats.messages(ctx, chats.of_entity(ctx, entity_id))


@post(f"{CHAT}/messages", allow=READER, status=201, transaction=False, body={"message": Str(required=True)})
def post_chat_message(ctx, entity_id, message):
    """Post a message as a participant of the chat. File parts become attachments."""
    with attachments.received(ctx, ctx.request.uploads) as files, ctx.db.write():
        return chats.post(ctx, chats.of_entity(ctx, entity_id), message, files)


@get(f"{CHAT}/messages/<chat_message_id>", allow=READER)
def get_chat_message(ctx, entity_id, chat_message_id):
    """Get a message of a chat."""
    return chats.shown_message(ctx, chats.message_of(ctx, chats.of_entity(ctx, entity_id), chat_message_id))


@delete(f"{CHAT}/messages/<chat_message_id>", allow=READER)
def delete_chat_message(ctx, entity_id, chat_message_id):
    """Delete one's own message with its attachments; admins may delete any."""
    chat = chats.of_entity(ctx, entity_id)
    message = chats.message_of(ctx, chat, chat_message_id)
    ctx.require(ctx.is_admin or message["person_id"] == ctx.person_id)
    chats.delete_message(ctx, chat, message)
