"""Connections that keep others out are closed; the API goes on."""

import contextlib
import errno
import http.client
import json
import logging
import os
import socket
import threading
import time
from types import SimpleNamespace

import pytest
from waitress.adjustments import Adjustments

from kitsulite import Server
from kitsulite import http as our_http
from kitsulite.http import connections, loop
from kitsulite.http.connections import Connections
from kitsulite.http.parser import MOST_WITHOUT_TOKEN, Parser

SECONDS = 10


def connect(server, sent=b""):
    line = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=SECONDS)
    line.sendall(sent)
    return line


def said(line):
    """What the server says before it closes a connection; None if it does not do so soon."""
    found = b""
    try:
        while piece := line.recv(1024):
            found += piece
    except ConnectionResetError:
        pass
    except TimeoutError:
        return None
    return found


def is_closed(line):
    """Whether the server closes a connection soon."""
    return said(line) is not None


@pytest.fixture
def small(monkeypatch):
    """A server that has room for few connections."""
    monkeypatch.setattr(our_http, "most_connections", lambda: 40)
    with Server() as server:
        yield server


@pytest.mark.parametrize("sent", [b"", b"GET /api/status HTTP/1.1\r\nHost: localhost\r\n"])
def test_half_open_connections_leave_room_for_others(small, sent):
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(connect(small, sent)) for _ in range(120)]
        for _ in range(5):
            assert small.api.get("/data/persons").status == 200
        head, _, body = said(lines[0]).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ")
        assert b"Retry-After: 5" in head
        assert json.loads(body)["error"] is True


def test_idle_connections_make_room_too(small):
    with contextlib.ExitStack() as stack:
        lines = []
        for _ in range(120):
            line = stack.enter_context(connect(small, b"GET /api/status HTTP/1.1\r\nHost: localhost\r\n\r\n"))
            assert line.recv(12) == b"HTTP/1.1 200"
            lines.append(line)
        assert small.api.get("/data/persons").status == 200


def test_a_head_that_does_not_end_is_not_awaited_for_ever(monkeypatch):
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.05)
    monkeypatch.setattr(connections, "PAUSE", 0)
    monkeypatch.setattr(loop, "PAUSE", 0.01)
    upload = b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{"
    with Server() as server, contextlib.ExitStack() as stack:
        slow, half, silent = (stack.enter_context(connect(server, sent)) for sent in (upload, b"GET /api/sta", b""))
        assert said(half).startswith(b"HTTP/1.1 408 ")
        assert said(silent) == b""
        # a body may take as long as it needs
        slow.sendall(b"}")
        assert slow.recv(12) == b"HTTP/1.1 400"
        assert server.api.get("/data/persons").status == 200


def test_a_connection_that_was_of_use_may_be_idle(monkeypatch):
    def ask(line):
        line.request("GET", "/api/status")
        answer = line.getresponse()
        return answer.status, bool(answer.read())

    with Server() as server:
        line = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=SECONDS)
        assert ask(line) == (200, True)
        (channel,) = server._http._waitress.active_channels.values()
        assert channel.head_awaited_since is None
        monkeypatch.setattr(connections, "HEAD_SECONDS", -1)
        done = threading.Event()
        server._http._loop.tell(lambda: (server._http._connections.look(), done.set()))
        assert done.wait(SECONDS)
        assert not channel.will_close
        line.close()


def test_without_connections_nothing_wakes_the_server():
    line, bell = socket.socketpair()
    with line, bell:
        trigger = SimpleNamespace(socket=bell)
        server = SimpleNamespace(active_channels={}, socket=line, trigger=trigger, pull_trigger=lambda: None)
        found, asked = loop.Loop(server, lambda: None), []
        with found._selector as selector:
            selector.select = lambda seconds: asked.append(seconds) or []
            found.turn(has_work=False)
            server.active_channels[1] = Channel()
            found.turn(has_work=False)
            found.tell(lambda: None)
            found.turn(has_work=False)
    assert asked == [None, loop.PAUSE, 0]


def test_a_stranger_cannot_fill_the_disk(tmp_path):
    head = "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with Server() as server:
        with connect(server, f"{head}Content-Length: {MOST_WITHOUT_TOKEN + 1}\r\n\r\n".encode()) as line:
            assert line.recv(12) == b"HTTP/1.1 413"
        with connect(server, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode()) as line:
            chunk = b"x" * 65536
            with contextlib.suppress(OSError):
                for _ in range(40):
                    line.sendall(b"10000\r\n" + chunk + b"\r\n")
            with contextlib.suppress(OSError):
                assert line.recv(12) == b"HTTP/1.1 413"
        assert server.api.get("/data/persons").status == 200


def test_a_body_for_which_there_is_no_room_is_refused(monkeypatch):
    request = b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"

    def failing(number):
        def received(receiver, data):
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr("waitress.receiver.FixedStreamReceiver.received", received)

    failing(errno.ENOSPC)
    with Server() as server, connect(server, request) as line:
        answer = said(line)
        assert answer.startswith(b"HTTP/1.1 507 ")
        assert b"The disk of the server is full" in answer
    failing(errno.EIO)
    parser = Parser(Adjustments())
    parser.received(request)
    with pytest.raises(OSError, match="error"):
        parser.received(b"{}")


class Socket:
    """A socket that notes what is done with it."""

    def __init__(self):
        self.sent, self.is_closed = b"", False

    def setblocking(self, flag):
        pass

    def send(self, data):
        self.sent += data

    def shutdown(self, how):
        pass

    def recv(self, number):
        raise BlockingIOError

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.is_closed = True


class Channel:
    def __init__(self, address="10.0.0.1", awaited=None, known=False, idle=True, active=0.0):
        self.addr, self.head_awaited_since, self.is_known, self.idle = (address, 1), awaited, known, idle
        self.last_activity, self.will_close, self.socket = active, False, Socket()

    def is_idle(self):
        return self.idle

    def handle_close(self):
        self.is_closed = True


def crowd(most, *channels):
    server = SimpleNamespace(
        active_channels=dict(enumerate(channels)), accept=lambda: None, maintenance=lambda now: None
    )
    return Connections(server, most)


def test_those_that_are_of_least_use_go_first():
    now = time.time()
    known, stranger, busy = Channel(known=True), Channel(active=5.0), Channel(idle=False)
    half = [Channel(awaited=now - 2), Channel(awaited=now - 1)]
    crowd(10, known, stranger, busy, *half).close([known, stranger, busy, *half], 3)
    assert [channel.will_close for channel in (known, stranger, busy, *half)] == [False, True, False, True, True]


def test_one_address_does_not_hold_all():
    theirs = [Channel("10.0.0.1", awaited=time.time()) for _ in range(8)]
    others = [Channel("10.0.0.2") for _ in range(2)]
    local = [Channel("127.0.0.1") for _ in range(8)]
    crowd(10, *theirs, *others).look()
    assert sum(channel.will_close for channel in theirs) >= 3
    assert not any(channel.will_close for channel in others)
    crowd(10, *local).look()
    assert not any(channel.will_close for channel in local)


def test_without_file_handles_it_is_said_once_and_idle_connections_go(caplog):
    def none_left():
        raise OSError(errno.EMFILE, "Too many open files")

    idle = Channel()
    server = SimpleNamespace(active_channels={1: idle}, accept=none_left)
    found = Connections(server, 10)
    with caplog.at_level(logging.WARNING, "kitsulite"):
        for _ in range(3):
            assert server.accept() is None
    assert idle.will_close
    assert len([record for record in caplog.records if "file handles" in record.message]) == 1
    server = SimpleNamespace(active_channels={}, accept=lambda: (_ for _ in ()).throw(OSError(errno.EPERM, "no")))
    with pytest.raises(OSError, match="no"):
        Connections(server, 10).accept()
    assert found.most == 10


def test_if_all_are_busy_the_next_is_told_to_come_again():
    new = Socket()
    busy = [Channel(idle=False) for _ in range(3)]
    server = SimpleNamespace(active_channels=dict(enumerate(busy)), accept=lambda: (new, ("10.0.0.3", 1)))
    found = Connections(server, 4)
    assert server.accept() == (new, ("10.0.0.3", 1))
    server.active_channels[3] = Channel(idle=False)
    assert server.accept() is None
    assert new.sent.startswith(b"HTTP/1.1 503 ")
    assert new.is_closed
    assert found.most == 4


@pytest.mark.parametrize(("handles", "most"), [(400, 250), (60, 50), (1 << 20, 1000), (-1, 1000)])
def test_connections_leave_file_handles_for_everything_else(monkeypatch, handles, most):
    resource = pytest.importorskip("resource")
    assert resource.RLIM_INFINITY == -1
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (handles, handles))
    assert our_http.most_connections() == most


def test_windows_waits_for_fewer_connections_at_once(monkeypatch):
    monkeypatch.delattr(our_http.select, "poll")
    assert our_http.most_connections() < 512
