"""What goes over a connection: heads, bodies, the next request."""

import contextlib
import json
import socket
import threading
import time
from types import SimpleNamespace

import pytest
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser

from kitsulite import Server
from kitsulite.exchange.csv import entities
from kitsulite.http import channel, dispatcher, websocket
from kitsulite.http.parser import Parser

SECONDS = 10


class Line:
    """A connection to a server, as a client without a library sees it."""

    def __init__(self, server):
        self.token = server.token()
        self.socket = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=SECONDS)
        self.file = self.socket.makefile("rb")

    def send(self, path, method="GET", headers=(), body=b"", version="1.1"):
        lines = [
            f"{method} /api{path} HTTP/{version}",
            "Host: localhost",
            f"Authorization: Bearer {self.token}",
            *headers,
        ]
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)

    def head(self):
        """The status and the headers of the next answer, names in lower case."""
        status = int(self.file.readline().split()[1])
        headers = {}
        while line := self.file.readline().strip().decode():
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        return status, headers

    def answer(self):
        """The next answer: status, headers and body."""
        status, headers = self.head()
        if headers.get("transfer-encoding") == "chunked":
            return status, headers, b"".join(iter(self.chunk, b""))
        return status, headers, self.file.read(int(headers.get("content-length", 0)))

    def chunk(self):
        data = self.file.read(int(self.file.readline(), 16))
        assert self.file.readline() == b"\r\n"
        return data

    def is_over(self):
        return self.file.read(1) == b""


@pytest.fixture(scope="module")
def server():
    with Server() as server:
        yield server


@pytest.fixture
def line(server):
    line = Line(server)
    with contextlib.closing(line.socket):
        yield line


def test_a_connection_serves_one_request_after_another(line):
    for _ in range(3):
        line.send("/data/persons")
        status, headers, body = line.answer()
        assert (status, len(json.loads(body))) == (200, 1)
        assert {"date", "server", "content-length"} <= set(headers)
        assert "connection" not in headers


def test_requests_sent_at_once_are_answered_in_order(line):
    for path in ("/data/persons", "/nowhere", "/data/projects"):
        line.send(path)
    assert [line.answer()[0] for _ in range(3)] == [200, 404, 200]


def test_a_request_may_come_in_pieces(line):
    line.send("/data/persons")
    assert line.answer()[0] == 200
    text = f"GET /api/data/persons HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {line.token}\r\n\r\n".encode()
    for start in range(0, len(text), 50):
        line.socket.sendall(text[start : start + 50])
    assert line.answer()[0] == 200


def test_a_connection_lives_on_after_an_answer_without_a_length(server, line):
    project = server.api.post("/data/projects", {"name": "Flow"}).json
    line.send("/data/departments", "POST", body=b'{"name": "Clay", "color": "#000000"}')
    department = json.loads(line.answer()[2])
    line.send(f"/data/departments/{department['id']}", "DELETE")
    assert line.answer()[::2] == (204, b"")
    line.send(f"/export/csv/projects/{project['id']}/shots.csv")
    status, headers, body = line.answer()
    assert (status, headers["transfer-encoding"]) == (200, "chunked")
    assert body.startswith(b"Project;")
    line.send("/data/persons")
    assert line.answer()[0] == 200


def test_head_has_no_body_whatever_the_length(server, line):
    project = server.api.post("/data/projects", {"name": "Ebb"}).json
    line.send(f"/export/csv/projects/{project['id']}/shots.csv", "HEAD")
    assert line.head()[0] == 200
    line.send("/data/persons", "HEAD")
    status, headers = line.head()
    assert (status, int(headers["content-length"]) > 100) == (200, True)
    line.send("/data/persons")
    assert line.answer()[0] == 200


@pytest.mark.parametrize(
    ("version", "asked", "answered", "ends"),
    [
        ("1.1", "close", "close", True),
        ("1.0", "keep-alive", "Keep-Alive", False),
        ("1.0", None, "close", True),
        ("1.1", None, None, False),
    ],
)
def test_a_client_says_whether_the_connection_goes_on(line, version, asked, answered, ends):
    line.send("/data/persons", headers=[f"Connection: {asked}"] if asked else [], version=version)
    status, headers, _ = line.answer()
    assert (status, headers.get("connection")) == (200, answered)
    if ends:
        assert line.is_over()
    else:
        line.send("/data/persons", version=version)
        assert line.answer()[0] == 200


def test_what_follows_the_last_request_of_a_connection_is_not_answered(line):
    line.send("/data/persons", headers=["Connection: close"])
    line.send("/data/projects")
    assert line.answer()[0] == 200
    assert line.is_over()


@pytest.fixture
def raw(server, monkeypatch):
    """What a client receives of an answer until the connection is closed, without its head."""

    def raw(answer, first_line="GET / HTTP/1.1", headers=(), length=None):
        def application(environ, start_response):
            start_response("200 OK", [("Content-Length", str(length))] if length else [])
            return answer(environ)

        request = "\r\n".join([first_line, "Host: localhost", *headers, "", ""])
        with monkeypatch.context() as patch, contextlib.closing(Line(server).socket) as connection:
            patch.setattr(server._http._waitress, "application", application)
            connection.sendall(request.encode())
            return b"".join(iter(lambda: connection.recv(1 << 16), b"")).split(b"\r\n\r\n", 1)[1]

    return raw


def test_an_answer_that_breaks_off_is_not_followed_by_another(raw):
    def broken(environ):
        yield b"abc"
        raise ValueError

    assert raw(broken, length=9) == b"abc"


def test_an_answer_that_is_shorter_than_announced_ends_the_connection(raw):
    assert raw(lambda environ: iter([b"abc", b"def"]), length=9) == b"abcdef"


def test_an_answer_that_is_longer_than_announced_is_cut(raw):
    close = ["Connection: close"]
    assert raw(lambda environ: iter([b"abc", b"def"]), headers=close, length=4) == b"abcd"


def test_an_answer_without_a_length_ends_where_the_connection_does_for_an_old_client(raw):
    answer = iter([b"abc", b"def"])
    assert raw(lambda environ: answer, "GET / HTTP/1.0", ["Connection: keep-alive"]) == b"abcdef"


def test_a_path_with_two_slashes_names_no_host(raw):
    close = ["Connection: close"]
    assert raw(lambda environ: [environ["PATH_INFO"].encode()], "GET //data//x HTTP/1.1", close) == b"/data//x"


def test_an_answer_that_is_taken_slowly_comes_in_its_order(raw, monkeypatch):
    monkeypatch.setattr(channel, "takes_more", lambda connection: False)
    pieces = [bytes([number]) * 50_000 for number in range(100)]
    assert raw(lambda environ: iter(pieces), headers=["Connection: close"], length=5_000_000) == b"".join(pieces)


def test_a_body_that_is_announced_is_asked_for_after_earlier_answers(line):
    body = b'{"name": "Sound", "color": "#000000"}'
    first = f"GET /api/data/persons HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {line.token}\r\n\r\n"
    head = (
        f"POST /api/data/departments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {line.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    )
    line.socket.sendall((first + head).encode())
    assert line.answer()[0] == 200
    assert line.file.readline() + line.file.readline() == b"HTTP/1.1 100 Continue\r\n\r\n"
    line.socket.sendall(body)
    assert line.answer()[0] == 201


@pytest.mark.parametrize("more", [[], [f"X-Filling: {'x' * 5000}"]])
def test_a_body_has_one_length(line, more):
    lengths = ["Content-Type: application/json", "Content-Length: 4", "Transfer-Encoding: chunked"]
    line.send("/auth/login", "POST", [*lengths, *more])
    line.socket.sendall(b"0\r\n\r\n")
    status, _, body = line.answer()
    assert (status, b"Transfer-Encoding" in body) == (400, True)


def test_headers_of_one_request_are_not_those_of_the_next(server, line):
    """Header lines that come again are not read again; what a request changes in them stays with it."""
    chunked = b"2\r\n{}\r\n0\r\n\r\n"
    for _ in range(2):
        line.send("/auth/login", "POST", ["Content-Type: application/json", "Transfer-Encoding: chunked"])
        line.socket.sendall(chunked)
        assert line.answer()[0] == 400
    other = Line(server)
    with contextlib.closing(other.socket):
        other.token = "nonsense"
        other.send("/data/persons")
        assert other.answer()[0] == 422
    line.send("/data/persons")
    assert line.answer()[0] == 200


@pytest.mark.parametrize("extra", ["Bad header", "Content-Length: x", "Name : value", "Transfer-Encoding: gzip"])
def test_a_broken_head_is_refused_each_time(server, extra):
    for _ in range(2):
        line = Line(server)
        with contextlib.closing(line.socket):
            line.send("/data/persons", headers=[extra])
            assert line.answer()[0] in (400, 501)
            assert line.is_over()


@pytest.mark.parametrize("first", [b"GET http://[ HTTP/1.1", b"GET /\xff HTTP/1.1", b"GET / HTTP", b"/ HTTP/1.1"])
def test_a_first_line_that_cannot_be_read_is_refused(line, first):
    line.socket.sendall(first + b"\r\nHost: localhost\r\n\r\n")
    assert line.answer()[0] == 400
    assert line.is_over()


@pytest.mark.parametrize(
    "path", ["/", "/a/b?c=d&e=/?", "/%41?%41", "/a#b?c", "/a?b#c", "//a/b?c", "/a:b@c;d=[]", "/a\tb", "/~"]
)
@pytest.mark.parametrize("headers", ["", "Expect: 100-continue\r\n", "Content-Length: 1\r\n"])
def test_a_plain_first_line_means_what_it_means_to_waitress(path, headers):
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()
    parsers = [made(Adjustments()) for made in (Parser, HTTPRequestParser)]
    for parser in parsers:
        parser.received(head)
    ours, theirs = parsers
    for name in ("command", "request_uri", "path", "query", "version", "url_scheme", "headers", "expect_continue"):
        assert getattr(ours, name) == getattr(theirs, name)
    assert ours.completed is theirs.completed is ("Length" not in headers)


def test_a_client_that_takes_a_large_answer_slowly_keeps_nobody_waiting(server, monkeypatch):
    monkeypatch.setattr(dispatcher, "SLOW", 0)
    text = "x" * 200_000
    for number in range(50):
        server.api.post("/data/departments", {"name": f"{number} {text}", "color": "#000000"})
    line = Line(server)
    with contextlib.closing(line.socket):
        line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        line.send("/data/departments")
        assert line.file.readline().split()[1] == b"200"
        assert server.api.get("/data/persons").status == 200
        line.file.readline()
    for row in server.api.get("/data/departments").json:
        server.api.delete(f"/data/departments/{row['id']}")


def test_sheets_are_made_one_after_another_and_small_answers_meanwhile(monkeypatch, caplog):
    works, may_end = threading.Event(), threading.Event()
    made = entities.header_and_rows

    def slowly(*args):
        works.set()
        assert may_end.wait(SECONDS)
        return made(*args)

    monkeypatch.setattr(entities, "header_and_rows", slowly)
    monkeypatch.setattr(dispatcher, "LONG", 1)
    caplog.set_level("INFO", "kitsulite.requests")
    with Server(log_requests=True) as server, contextlib.ExitStack() as lines:
        path = f"/export/csv/projects/{server.api.post('/data/projects', {'name': 'Flow'}).json['id']}/shots.csv"
        first, second, third = (Line(server) for _ in range(3))
        for line in (first, second, third):
            lines.callback(line.socket.close)
        caplog.clear()
        first.send(path)
        assert works.wait(SECONDS)
        second.send("/data/persons")
        assert second.answer()[0] == 200
        for line in (second, third):
            line.send(path)
        until(lambda: len(server._http._dispatcher._later) == 2)
        may_end.set()
        assert [line.answer()[0] for line in (first, second, third)] == [200] * 3
    assert [path in message for message in caplog.messages].count(True) == 3


def test_a_silent_websocket_is_given_up():
    here, there = socket.socketpair()
    with here, there, websocket.WebSocketLine(here) as websocket_line:
        assert websocket_line.gettimeout() == websocket.SILENCE


def test_what_waits_to_be_sent_is_not_overtaken(monkeypatch):
    waiting, told, there = [], [], object.__new__(channel.Channel)
    loop = SimpleNamespace(tell=told.append)
    values = {"connected": True, "total_outbufs_len": 1, "outbuf_lock": threading.Lock()}
    vars(there).update(values, server=SimpleNamespace(loop=loop), socket=None)
    monkeypatch.setattr(channel.HTTPChannel, "write_soon", lambda self, data: waiting.append(data))
    assert there.write_soon(b"next") == 4
    assert (waiting, told) == ([b"next"], [there.wait])


@pytest.mark.parametrize(("requests", "left", "idle"), [([], 0, True), (["one"], 0, False), ([], 1, False)])
def test_a_connection_is_idle_once_it_has_its_answers(requests, left, idle):
    there = SimpleNamespace(requests=requests, total_outbufs_len=left)
    assert channel.Channel.is_idle(there) is idle


@pytest.mark.parametrize(("header", "known"), [("COOKIE", True), ("AUTHORIZATION", True), ("USER_AGENT", False)])
def test_who_has_sent_a_token_is_known(header, known):
    there = SimpleNamespace(
        requests=[SimpleNamespace(headers={header: "x"})], is_known=False, run=lambda request: False
    )
    channel.Channel.service(there)
    assert there.is_known is known


def until(condition):
    ends = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0)


def test_what_a_client_takes_in_parts_is_sent_once(monkeypatch):
    """A client may stop taking in the middle of an answer: the loop goes on where the thread has stopped."""

    class Socket:
        taken = b""
        turns = iter([100, 50, None])

        def send(self, data):
            number = next(self.turns)
            if number is None:
                raise BlockingIOError
            self.taken += bytes(data[:number])
            return number

    monkeypatch.setattr(channel, "takes_more", lambda connection: True)
    there = SimpleNamespace(socket=Socket())
    data = bytes(range(250))
    assert channel.Channel.send_now(there, data) == 150
    assert there.socket.taken == data[:150]
