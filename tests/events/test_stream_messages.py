"""What the live stream does with single messages, without a network."""

import queue

import pytest

from kitsulite.api.server import stream
from kitsulite.auth import tokens
from kitsulite.errors import Answer
from kitsulite.models.people import Person
from kitsulite.models.previews import Playlist
from kitsulite.models.projects import ProjectPersonLink


class Sent:
    """A stream whose messages are kept instead of sent."""

    def __init__(self, studio, monkeypatch):
        self.studio, self.messages, self.dropped = studio, [], []
        self.live = stream.LiveStream(studio.app)
        monkeypatch.setattr(self.live.server, "emit", lambda name, payload, **to: self.messages.append((name, payload)))
        monkeypatch.setattr(self.live.server, "disconnect", lambda sid, **_: self.dropped.append(sid))

    def connect(self, person):
        sid = self.live.server.manager.connect(f"client {len(self.live._clients)}", stream.NAMESPACE)
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/socket.io"}
        self.live.connect(sid, environ, {"token": tokens.pair(self.studio.app.settings, person["id"])[0]})
        return sid

    def say(self, sid, name, *payload):
        """The messages that one of a client leads to."""
        self.messages.clear()
        self.live.server.handlers[stream.NAMESPACE][name](sid, *payload)
        return list(self.messages)


@pytest.fixture
def sent(studio, monkeypatch):
    found = Sent(studio, monkeypatch)
    yield found
    found.live.close()


@pytest.fixture
def room(studio):
    project = studio.project()
    return {"playlist_id": studio.add(Playlist, name="Dailies", project_id=project["id"])["id"]}


def people(messages):
    return next(payload["people"] for name, payload in messages if name == "preview-room:room-people-updated")


def test_a_person_leaves_a_room_with_the_last_of_their_clients(sent, studio, room):
    ann = studio.person("admin")
    one, other = sent.connect(ann), sent.connect(ann)
    for sid in (one, other):
        assert people(sent.say(sid, "preview-room:join", room)) == [ann["id"]]
    sent.messages.clear()
    sent.live.disconnect(one)
    assert sent.messages == []
    sent.live.disconnect(other)
    assert people(sent.messages) == []


def test_who_leaves_a_room_or_closes_its_playlist_hears_no_more_of_it(sent, studio, room):
    ann, bob = studio.person("admin"), studio.person("admin")
    first, second = sent.connect(ann), sent.connect(bob)
    for sid in (first, second):
        sent.say(sid, "preview-room:open-playlist", room)
        sent.say(sid, "preview-room:join", room)
    assert people(sent.say(second, "preview-room:leave", room)) == [ann["id"]]
    assert sent.say(first, "preview-room:room-updated", {**room, "is_playing": True})[0][1]["is_playing"] is True
    sent.say(first, "preview-room:close-playlist", room)
    for name in ("preview-room:room-updated", "preview-room:add-annotation"):
        assert sent.say(first, name, room) == []
        assert sent.say(second, name, room) != []


def test_who_may_not_review_joins_no_room(sent, studio, room):
    stranger = sent.connect(studio.person())
    for name in ("open-playlist", "join", "room-updated", "add-annotation"):
        assert sent.say(stranger, f"preview-room:{name}", room) == []


def test_who_leaves_a_team_leaves_its_rooms(sent, studio, room):
    ann, boss = studio.person(), studio.person("admin")
    project_id = studio.db.value("SELECT project_id FROM playlist WHERE id = ?", [room["playlist_id"]])
    studio.link(ProjectPersonLink, project_id=project_id, person_id=ann["id"], role="manager")
    first, second = sent.connect(ann), sent.connect(boss)
    for sid in (first, second):
        sent.say(sid, "preview-room:open-playlist", room)
        sent.say(sid, "preview-room:join", room)
    studio.api(boss).delete(f"/data/projects/{project_id}/team/{ann['id']}")
    sent.messages.clear()
    sent.live.forward("project:update", {"project_id": project_id}, project_id)
    assert people(sent.messages) == [boss["id"]]
    assert not sent.live.has_opened(first, room["playlist_id"])
    assert sent.live.has_opened(second, room["playlist_id"])


@pytest.mark.parametrize("payload", [(), (None,), ("text",), ([1],), ({},), ({"playlist_id": 7},)])
def test_broken_messages_are_ignored(sent, studio, payload):
    sid = sent.connect(studio.person("admin"))
    for name in sent.live.server.handlers[stream.NAMESPACE]:
        if name not in ("connect", "disconnect"):
            assert sent.say(sid, name, *payload) == []
    assert sent.dropped == []


@pytest.mark.parametrize(
    "sent_text",
    [
        *("", "9", "2", "2{}", "2[]", "2[7]", "2[", "2" + "[" * 50_000, "2" + "9" * 200, '4"x"', b"\xff", b"2"),
        *('2/events,["disconnect"]', '2/events,["connect",{},{}]', '51-["x"]', '5999999999-/events,["x"]', '21-["x"]'),
    ],
)
def test_packets_that_no_client_of_ours_sends_are_heard_by_nobody(sent, sent_text):
    message = sent.live.server.packet_class(encoded_packet=sent_text)
    assert (message.packet_type, message.data, message.attachment_count) == (2, [""], 0)


def test_packets_of_clients_are_read(sent):
    message = sent.live.server.packet_class(encoded_packet='2/events,7["preview-room:join",{"playlist_id":"p"}]')
    assert (message.namespace, message.id, message.data) == (
        stream.NAMESPACE,
        7,
        ["preview-room:join", {"playlist_id": "p"}],
    )
    assert message.encode() == '2/events,7["preview-room:join",{"playlist_id":"p"}]'


def test_a_client_whose_account_was_closed_is_dropped_with_its_next_message(sent, studio, room):
    ann = studio.person("admin")
    sid = sent.connect(ann)
    with studio.db.write():
        studio.db.update(Person, ann["id"], active=False)
    assert sent.say(sid, "preview-room:open-playlist", room) == []
    assert sent.dropped == [sid]


def test_no_event_waits_for_clients_that_are_not_there_yet(sent, studio, monkeypatch):
    forwarded = queue.SimpleQueue()
    monkeypatch.setattr(sent.live, "forward", lambda *event: forwarded.put(event))
    sent.live.take("first:new", {}, None)
    sent.connect(studio.person("admin"))
    sent.live.take("second:new", {}, None)
    assert forwarded.get(timeout=10) == ("second:new", {}, None)


def test_an_event_that_cannot_be_sent_stops_no_later_one(sent, studio, monkeypatch, caplog):
    messages = iter([("first:new", {}, None), ("second:new", {}, None), None])
    tried = []

    def forward(name, *more):
        tried.append(name)
        if name == "first:new":
            raise ValueError("broken")

    monkeypatch.setattr(sent.live, "next_message", lambda: next(messages))
    monkeypatch.setattr(sent.live, "forward", forward)
    sent.live._send()
    assert tried == ["first:new", "second:new"]
    assert "broadcast of first:new" in caplog.text


def test_a_person_who_must_set_up_a_second_factor_is_told():
    assert stream.refusal(Answer(403, {})) == "Two-factor authentication setup is required."
