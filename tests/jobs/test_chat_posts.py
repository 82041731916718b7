"""Messages to chats are sent as JSON; what a chat answers is read if it is JSON."""

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
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_messages_are_posted_and_answers_read(chat):
    address = f"http://127.0.0.1:{chat.server_port}"
    assert chat_posts.post(f"{address}/json", {"text": "é"}, "Bot secret") == {"id": "room"}
    assert chat_posts.post(f"{address}/text", {"text": "hi"}) is None
    assert chat.received == [("/json", "Bot secret", {"text": "é"}), ("/text", None, {"text": "hi"})]
