"""The chats of entities."""

import pytest
from scene import picture

from kitsulite.models.activity import ChatMessage
from kitsulite.models.fields import new_id
from kitsulite.models.projects import ProjectPersonLink


class Room:
    """The chat of an asset with the artist in it."""

    def __init__(self, board):
        self.board, self.studio, self.db = board, board.studio, board.db
        self.path = f"/data/entities/{board.asset['id']}/chat"
        assert self.api().post(f"/actions/user/chats/{board.asset['id']}/join", {}).status_int == 200

    def api(self, person=None):
        return self.board.api(person or self.board.artist)

    def say(self, text="hello", person=None):
        return self.api(person).post(f"{self.path}/messages", {"message": text})


@pytest.fixture
def room(board):
    return Room(board)


def test_the_chat_is_made_when_it_is_first_asked_for(board):
    path = f"/data/entities/{board.asset['id']}/chat"
    first, second = board.api().get(path).json, board.api().get(path).json
    assert first == second
    assert (first["object_id"], first["participants"], first["messages"]) == (board.asset["id"], [], [])
    assert board.api().get(f"{path}/messages").json == []
    assert board.api().get(f"/data/entities/{new_id()}/chat").status_int == 404
    assert board.db.value("SELECT count(*) FROM chat") == 1


def test_a_participant_speaks(room):
    heard = []
    stop = room.studio.app.bus.listen(lambda name, payload: heard.append((name, payload)))
    room.studio.forget_events()
    answer = room.say("<i>hello</i>")
    stop()
    assert answer.status_int == 201
    message = answer.json
    assert (message["text"], message["person_id"]) == ("<i>hello</i>", room.board.artist["id"])
    assert "attachment_files" not in message
    chat = room.api().get(room.path).json
    assert chat["last_message"] == message["created_at"]
    assert chat["participants"] == [room.board.artist["id"]]
    payload = {"chat_id": chat["id"], "chat_message_id": message["id"], "last_message": message["created_at"]}
    assert heard == [("chat:new-message", payload)]
    assert room.studio.events() == []


def test_messages_come_oldest_first(room):
    ids = [room.say(str(number)).json["id"] for number in range(3)]
    found = room.api().get(f"{room.path}/messages").json
    assert [message["id"] for message in found] == ids
    assert room.api().get(f"{room.path}/messages/{ids[1]}").json == found[1]
    assert found[0]["attachment_files"] == []


def test_who_did_not_join_may_read_and_not_speak(room):
    refused = room.say(person=room.board.manager)
    assert (refused.status_int, refused.json["message"]) == (400, "You are not a participant of this chat")
    assert room.api(room.board.manager).get(f"{room.path}/messages").status_int == 200
    assert room.db.value("SELECT count(*) FROM chat_message") == 0


@pytest.mark.parametrize("body", [{}, {"message": None}, {"message": 3}])
def test_a_message_has_a_text(room, body):
    assert room.api().post(f"{room.path}/messages", body).status_int == 400


def test_files_of_a_message(room):
    files = [("file", "th.PNG", picture()), ("file-2", "a.txt", b"text")]
    message = room.api().upload(f"{room.path}/messages", files, message="look").json
    assert [(file["name"], file["extension"]) for file in message["attachment_files"]] == [
        ("th.PNG", "png"),
        ("a.txt", "txt"),
    ]
    shown = room.api().get(f"{room.path}/messages/{message['id']}").json
    assert [set(file) for file in shown["attachment_files"]] == [{"id", "name", "extension"}] * 2
    path = f"/pictures/thumbnails/attachment-files/{message['attachment_files'][0]['id']}.png"
    assert room.api().get(path).content_type == "image/png"
    assert room.api().delete(f"{room.path}/messages/{message['id']}").status_int == 204
    assert room.db.value("SELECT count(*) FROM attachment_file") == 0
    assert room.studio.app.files.find("files", "attachments", message["attachment_files"][0]["id"]) is None


def test_its_author_and_admins_delete_a_message(room):
    first, second = room.say().json, room.say().json
    assert room.api(room.board.manager).delete(f"{room.path}/messages/{first['id']}").status_int == 403
    heard = []
    stop = room.studio.app.bus.listen(lambda name, payload: heard.append((name, payload["chat_message_id"])))
    assert room.api().delete(f"{room.path}/messages/{first['id']}").status_int == 204
    assert room.api(room.studio.admin).delete(f"{room.path}/messages/{second['id']}").status_int == 204
    stop()
    assert heard == [("chat:deleted-message", first["id"]), ("chat:deleted-message", second["id"])]


def test_a_message_is_looked_up_in_its_chat(room):
    message = room.say().json
    other = room.studio.entity(room.board.project, "Prop")
    path = f"/data/entities/{other['id']}/chat/messages"
    for call in (room.api().get, room.api().delete):
        assert call(f"{path}/{message['id']}").status_int == 403
        for unknown in (new_id(), "no-id"):
            assert call(f"{path}/{unknown}").status_int == 404
    assert room.db.get(ChatMessage, message["id"])


def test_a_vendor_enters_with_a_task_on_the_entity(room):
    vendor = room.studio.person("vendor")
    room.studio.link(ProjectPersonLink, project_id=room.board.project["id"], person_id=vendor["id"])
    assert room.api(vendor).get(room.path).status_int == 403
    room.studio.task(room.board.asset, "Rigging", assignees=[vendor])
    assert room.api(vendor).get(room.path).status_int == 200
