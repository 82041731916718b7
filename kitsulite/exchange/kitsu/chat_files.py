"""Sends chat attachments to another Kitsu server, which accepts files only with new messages of the caller.

Such a message is created, its file is moved to the message it belongs to, and then it is deleted.
"""

from itertools import groupby
from operator import itemgetter

from kitsulite.domain.files import places
from kitsulite.exchange.kitsu.memory import translated
from kitsulite.exchange.kitsu.remote import RemoteError, expected
from kitsulite.models.activity import Chat

ATTACHED = (
    "SELECT a.id, a.name, a.chat_message_id, m.text, m.chat_id FROM entity e"
    " CROSS JOIN chat ON chat.object_id = e.id CROSS JOIN chat_message m ON m.chat_id = chat.id"
    " CROSS JOIN attachment_file a ON a.chat_message_id = m.id"
    " WHERE e.project_id = ? ORDER BY chat.rowid, m.rowid, a.rowid"
)


def send(push, project_id):
    """Upload the attachments of all chats of a project that are missing there, though their messages are not."""
    attached = [row for row in push.db.rows(ATTACHED, [project_id]) if row["chat_message_id"] in push.ids]
    for chat_id, rows in groupby(attached, itemgetter("chat_id")):
        chat = push.db.get(Chat, chat_id, relations=True)
        try:
            send_chat(push, chat, f"/data/entities/{chat['object_id']}/chat/messages", list(rows))
        except RemoteError as error:
            if not error.status:
                raise
            push.report.miss(f"attachments of the chat about {chat['object_id']}", str(error))


def send_chat(push, chat, url, rows):
    remote = push.remote
    remote_names = names_there(remote, url)
    missing = [row for row in rows if is_missing(row, remote_names[push.ids[row["chat_message_id"]]])]
    if not missing:
        return
    remote.post(f"/actions/user/chats/{chat['object_id']}/join", {})
    try:
        for row in missing:
            send_one(push, url, row)
    finally:
        # undo that the caller is a participant, and wrote the last message
        as_it_was = {name: chat[name] for name in ("last_message", "participants")}
        push.saw([remote.put(f"/data/chats/{push.ids[chat['id']]}", translated(push.ids, as_it_was))])


def names_there(remote, url):
    """The names of the attachments in a chat: id of a message -> names."""
    return {
        message["id"]: [attached["name"] for attached in message.get("attachment_files") or ()]
        for message in expected(remote.get(url), list, url)
    }


def is_missing(row, names):
    """Whether an attachment is missing from the names of its message; if it is not, its name is used up."""
    if row["name"] in names:
        names.remove(row["name"])
        return False
    return True


def send_one(push, url, row):
    path = push.ctx.app.files.find(*places.ATTACHMENT, row["id"])
    message = push.upload(url, path, row["name"] or "file", row, message=row["text"] or "")
    if not message:
        return
    try:
        for attached in message["attachment_files"]:
            body = {"chat_message_id": push.ids[row["chat_message_id"]]}
            push.remote.put(f"/data/attachment-files/{attached['id']}", body)
    finally:
        push.remote.call("DELETE", f"{url}/{message['id']}")
