"""The chat of an entity."""

from kitsulite import clock
from kitsulite.domain import belonging
from kitsulite.domain.comments import attachments
from kitsulite.domain.removal import remove_row
from kitsulite.errors import BadParameter, Forbidden
from kitsulite.events.bus import emit
from kitsulite.models.activity import Chat, ChatMessage, ChatParticipant
from kitsulite.models.base import json_object, parts

ATTACHMENTS = (
    "json((SELECT json_group_array(json_object('id', a.id, 'name', a.name, 'extension', a.extension)) FROM"
    " (SELECT * FROM attachment_file WHERE chat_message_id = chat_message.id ORDER BY created_at, rowid) a))"
)
MESSAGE = json_object({**parts(ChatMessage), "attachment_files": ATTACHMENTS})


def of_entity(ctx, entity_id):
    """The chat of an entity as its row shows it; it is created when it is first needed."""
    about = {"object_id": entity_id, "object_type": "entity"}
    chat = ctx.db.find(Chat, **about)
    if chat is None:
        with ctx.db.write():
            chat = ctx.db.find(Chat, **about) or ctx.db.insert(Chat, **about)
    return chat


def with_participants(ctx, chat):
    """A chat with its participants, but without messages, which have their own route."""
    return {**chat, "participants": ctx.db.related(Chat, chat["id"], "participants"), "messages": []}


def messages(ctx, chat):
    """The messages of a chat with their attachments, oldest first: JSON text."""
    sql = f"SELECT {MESSAGE} FROM chat_message WHERE chat_id = ? ORDER BY created_at, rowid"
    return ctx.db.json_list(sql, [chat["id"]])


def message_of(ctx, chat, message_id):
    """A message of a chat; raises Forbidden for one of another chat."""
    message = ctx.db.get(ChatMessage, message_id)
    if message["chat_id"] != chat["id"]:
        raise Forbidden
    return message


def shown_message(ctx, message):
    """A message with its attachments."""
    return ctx.db.objects(f"SELECT {MESSAGE} FROM chat_message WHERE id = ?", [message["id"]])[0]


def post(ctx, chat, text, files=()):
    """Post a message as a participant; returns it, with its attachments if there are any."""
    if not ctx.db.exists(ChatParticipant, chat_id=chat["id"], person_id=ctx.person_id):
        raise BadParameter("You are not a participant of this chat")
    now = clock.now()
    message = ctx.db.insert(ChatMessage, chat_id=chat["id"], person_id=ctx.person_id, text=text, created_at=now)
    ctx.db.update(Chat, chat["id"], last_message=now)
    attached = attachments.add(ctx, files, chat_message_id=message["id"])
    payload = {"chat_id": chat["id"], "chat_message_id": message["id"], "last_message": message["created_at"]}
    emit(ctx, "chat:new-message", payload, stored=False, about=project_of(ctx, chat))
    return {**message, **({"attachment_files": attached} if attached else {})}


def delete_message(ctx, chat, message):
    """Delete a message with its attachments and their files."""
    attachments.remove(ctx, force=True, chat_message_id=message["id"])
    ctx.db.delete(ChatMessage, id=message["id"])
    payload = {"chat_id": chat["id"], "chat_message_id": message["id"]}
    emit(ctx, "chat:deleted-message", payload, stored=False, about=project_of(ctx, chat))


def remove_of(ctx, entities, params):
    """Delete the chats of deleted entities, with messages and attachments; `entities` is SQL of the ids."""
    for chat_id in ctx.db.column(f"SELECT id FROM chat WHERE object_id IN {entities}", params):
        messages = "chat_message_id IN (SELECT id FROM chat_message WHERE chat_id = ?)"
        attachments.remove_where(ctx, messages, [chat_id])
        ctx.db.delete(ChatMessage, chat_id=chat_id)
        remove_row(ctx.db, Chat, chat_id)


def project_of(ctx, chat):
    """The id of the project of a chat's entity."""
    return belonging.project_of_columns(ctx, Chat, chat)
