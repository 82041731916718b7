"""The chats in which the caller participates."""

from kitsulite.domain import access, visibility
from kitsulite.domain.comments import chats
from kitsulite.domain.entities.names import full_name
from kitsulite.events.bus import emit
from kitsulite.models.activity import ChatParticipant
from kitsulite.models.base import json_object
from kitsulite.models.fields import Moment

SHOWN = {
    "id": "chat.id",
    "object_id": "chat.object_id",
    "last_message": Moment().shown("chat.last_message"),
    "entity_name": full_name("e"),
    "project_id": "e.project_id",
    "preview_file_id": "e.preview_file_id",
}


def joined(ctx):
    """The caller's chats on entities of open projects that they may read now, as JSON text."""
    is_client = visibility.has_role(ctx, "client", "e.project_id")
    in_open, params = access.in_open_projects(ctx)
    readable = f"e.project_id {in_open} AND {visibility.sees(ctx, 'e.id', 'e.project_id')} AND NOT {is_client}"
    sql = (
        f"SELECT {json_object(SHOWN)} FROM chat JOIN entity e ON e.id = chat.object_id"
        " JOIN chat_participant c ON c.chat_id = chat.id"
        f" WHERE c.person_id = ? AND {readable} ORDER BY chat.created_at, chat.rowid"
    )
    return ctx.db.json_list(sql, [ctx.person_id, *params])


def join(ctx, entity_id):
    """Join the chat of an entity; returns the chat."""
    chat = chats.of_entity(ctx, entity_id)
    ctx.db.link(ChatParticipant, chat_id=chat["id"], person_id=ctx.person_id)
    emit_chat(ctx, "chat:joined", chat)
    return chat


def leave(ctx, entity_id):
    """Leave the chat of an entity."""
    chat = chats.of_entity(ctx, entity_id)
    ctx.db.delete(ChatParticipant, chat_id=chat["id"], person_id=ctx.person_id)
    emit_chat(ctx, "chat:left", chat)


def emit_chat(ctx, name, chat):
    payload = {"chat_id": chat["id"], "person_id": ctx.person_id}
    emit(ctx, name, payload, stored=False, about=chats.project_of(ctx, chat))
