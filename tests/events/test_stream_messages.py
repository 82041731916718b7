"""What the live stream does with single messages, without a network."""

import pytest
from support import Studio

from kitsulite.api.server import stream
from kitsulite.errors import Answer
from kitsulite.models.playlists import Playlist


class Sent:
    """A stream whose messages are kept instead of sent."""

    def __init__(self, studio, monkeypatch):
        self.studio, self.messages, self.dropped = studio, [], []
        self.live = stream.LiveStream(studio.app)
        monkeypatch.setattr(self.live.server, "emit", lambda name, payload, **to: self.messages.append((name, payload)))
        monkeypatch.setattr(self.live.server, "disconnect", lambda sid, **_: self.dropped.append(sid))

    def connect(self, token):
        manager = self.live.server.manager
        sid = manager.connect(f"client {token[-9:]}", stream.NAMESPACE)
        self.live.connect(sid, {"REQUEST_METHOD": "GET", "PATH_INFO": "/socket.io"}, {"token": token})
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
