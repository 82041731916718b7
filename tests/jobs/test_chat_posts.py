"""Messages to chats are sent as JSON; what a chat answers is read if it is JSON."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from kitsulite.jobs import chat_posts


class Chat(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.received.append((self.path, self.headers.get("Authorization"), body))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"id": "room"}' if self.path == "/json" else b"ok")

    def log_message(self, *args):
        pass


@pytest.fixture
def chat():
    with HTTPServer(("127.0.0.1", 0), Chat) as server:
        server.received = []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_messages_are_posted_and_answers_read(chat):
    address = f"http://127.0.0.1:{chat.server_port}"
    assert chat_posts.post(f"{address}/json", {"text": "é"}, "Bot secret") == {"id": "room"}
    assert chat_posts.post(f"{address}/text", {"text": "hi"}) is None
    assert chat.received == [("/json", "Bot secret", {"text": "é"}), ("/text", None, {"text": "hi"})]


@pytest.mark.parametrize(
    ("key", "answer", "fails"),
    [(None, None, False), ("token", {"id": "room"}, False), ("token", {"error": "no"}, True), ("token", None, True)],
)
def test_an_answer_that_is_not_as_expected_is_tried_again_later(monkeypatch, key, answer, fails):
    sent = []
    monkeypatch.setattr(chat_posts, "credential", lambda db, channel: key)
    monkeypatch.setattr(chat_posts, "post", lambda url, *rest: sent.append(url) or answer)
    with pytest.raises(OSError, match="discord") if fails else contextlib.nullcontext():
        chat_posts.deliver(None, "discord", "ann", "text")
    assert len(sent) == (0 if key is None else 1 if fails else 2)


def test_a_webhook_that_is_no_web_address_is_never_opened(monkeypatch):
    monkeypatch.setattr(chat_posts, "credential", lambda db, channel: "file:///etc/passwd")
    monkeypatch.setattr(chat_posts, "post", None)
    chat_posts.deliver(None, "mattermost", "ann", "text")
