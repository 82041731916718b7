"""What becomes of the answer of an application, good or bad, on its way to the client."""

import io
import json
import select
import socket
import sys
from types import SimpleNamespace

import pytest
from waitress.adjustments import Adjustments

from kitsulite.http import channel
from kitsulite.http.channel import Channel

TEXT = ("Content-Type", "text/plain")


class Wire:
    """A connection without a server: the client's end, and the channel that answers in the caller's thread."""

    def __init__(self, application):
        self.ours, theirs = socket.socketpair()
        self.ours.settimeout(10)
        self.tasks = []
        adjustments = Adjustments(listen="127.0.0.1:0", ident="kitsulite")
        server = SimpleNamespace(
            application=application,
            adj=adjustments,
            effective_port=80,
            server_name="studio",
            add_task=self.tasks.append,
            pull_trigger=lambda: None,
            active_channels={},
            loop=SimpleNamespace(watch=self.watch, tell=lambda call: call()),
        )
        self.channel = Channel(server, theirs, ("127.0.0.1", 1), adjustments, map={})

    def watch(self, channel, events):
        channel.watched = events

    def ask(self, version="1.1", before=b""):
        self.channel.received(before + f"GET /api HTTP/{version}\r\nHost: studio\r\n\r\n".encode())
        self.channel.service()
        self.channel.go_on()

    def answer(self):
        """Head and body of all that was sent, once the loop has sent the rest."""
        content, has_more = bytearray(), True
        while has_more:
            if self.channel.total_outbufs_len:
                self.channel.handle_write()
            piece = self.ours.recv(1 << 20) if select.select([self.ours], [], [], 0)[0] else b""
            content += piece
            has_more = bool(piece)
        head, _, body = bytes(content).partition(b"\r\n\r\n")
        return head.decode(), body

    def close(self):
        self.ours.close()
        if self.channel.connected:
            self.channel.handle_close()


@pytest.fixture
def wired():
    made = []

    def make(application):
        made.append(Wire(application))
        return made[-1]

    yield make
    for wire in made:
        wire.close()


def answering(pieces, *headers):
    def application(environ, start_response):
        start_response("200 OK", [TEXT, *headers])
        return pieces

    return application


def fail(environ, start_response):
    raise ZeroDivisionError


def leave(environ, start_response):
    raise SystemExit


def start_twice(environ, start_response):
    start_response("200 OK", [TEXT])
    start_response("200 OK", [TEXT])


def start_with(*header):
    def application(environ, start_response):
        start_response("200 OK", [header])
        return [b"fine"]

    return application


def start_never(environ, start_response):
    return [b"text"]


@pytest.mark.parametrize(
    "application",
    [
        fail,
        leave,
        start_twice,
        start_with("X-Name", "a\r\nSet-Cookie: b"),
        start_with("Connection", "close"),
        start_never,
    ],
)
def test_what_an_application_does_wrong_is_a_500_and_ends_the_connection(wired, application, caplog):
    wire = wired(application)
    wire.ask()
    head, body = wire.answer()
    assert head.startswith("HTTP/1.1 500 ")
    assert "Set-Cookie" not in head
    assert json.loads(body)["error"] is True
    assert not wire.channel.connected
    assert "a request was not answered: /api" in caplog.text


def test_an_error_after_the_head_adds_nothing_to_what_was_sent(wired, caplog):
    def pieces():
        yield b"first"
        raise ZeroDivisionError

    wire = wired(answering(pieces(), ("Content-Length", "9")))
    wire.ask()
    head, body = wire.answer()
    assert (head.split()[1], body) == ("200", b"first")
    assert not wire.channel.connected


def test_an_application_may_turn_its_answer_into_an_error_until_the_head_is_sent(wired):
    def application(environ, start_response):
        start_response("200 OK", [TEXT])
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            start_response("503 Unavailable", [TEXT], sys.exc_info())
        return [b"later"]

    wire = wired(application)
    wire.ask()
    head, body = wire.answer()
    assert (head.split()[1], body) == ("503", b"later")
    assert wire.channel.connected


def test_less_than_was_announced_ends_the_connection_and_more_is_cut(wired):
    wire = wired(answering([b"abc"], ("Content-Length", "5")))
    wire.ask()
    assert wire.answer()[1] == b"abc"
    assert not wire.channel.connected
    wire = wired(answering([b"abc", b"def"], ("Content-Length", "5")))
    wire.ask()
    assert wire.answer()[1] == b"abcde"
    assert wire.channel.connected


def test_an_empty_piece_does_not_end_an_answer_without_a_length(wired):
    wire = wired(answering(iter([b"abc", b"", b"def"])))
    wire.ask()
    assert wire.answer()[1] == b"3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"
    assert wire.channel.connected


def test_an_old_client_reads_an_answer_without_a_length_to_its_end(wired):
    wire = wired(answering(iter([b"abc", b"def"])))
    wire.ask(version="1.0")
    head, body = wire.answer()
    assert body == b"abcdef"
    assert "Transfer-Encoding" not in head
    assert not wire.channel.connected


@pytest.mark.parametrize("announced", [300_000, 400_000])
def test_the_loop_sends_a_file_and_ends_the_connection_where_it_has_become_shorter(wired, announced):
    content = b"x" * 300_000
    file = SimpleNamespace(stream=lambda: Shrinking(content, announced))
    wire = wired(answering(file, ("Content-Length", str(announced))))
    wire.ask()
    head, body = wire.answer()
    assert (head.split()[1], body) == ("200", content)
    assert wire.channel.will_close is (announced > len(content))


class Shrinking(io.BytesIO):
    """A file that somebody cuts after it was looked at."""

    def __init__(self, content, size):
        super().__init__(content)
        self.size = size

    def seek(self, offset, whence=0):
        return super().seek(offset, whence) if whence != 2 else super().seek(self.size)


def test_what_a_client_does_not_take_at_once_is_sent_later_and_whole(wired):
    content = bytes(range(256)) * 8000
    wire = wired(answering([content]))
    wire.ask()
    assert wire.channel.total_outbufs_len
    assert wire.answer()[1] == content


def test_empty_lines_before_a_request_are_no_request(wired):
    wire = wired(answering([b"text"]))
    wire.ask(before=b"\r\n\r\n")
    assert wire.answer()[1] == b"text"
    assert wire.tasks == [wire.channel]


def test_for_a_client_that_is_gone_nothing_is_done(wired):
    called = []
    wire = wired(lambda *_: called.append(1))
    wire.channel.connected = False
    wire.ask()
    assert (called, wire.channel.requests) == ([], [])
    wire.channel.connected = True


def test_a_system_without_poll_waits_for_clients_all_the_same(monkeypatch):
    monkeypatch.delattr(select, "poll", raising=False)
    monkeypatch.setattr(channel, "TAKEN_EACH", 0)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert channel.takes_more(theirs)
        theirs.setblocking(False)
        with pytest.raises(BlockingIOError):
            theirs.sendall(bytes(1 << 24))
        assert not channel.takes_more(theirs)
