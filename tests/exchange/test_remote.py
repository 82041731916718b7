"""Another server is asked again where that helps, and what it does wrong is said in a sentence."""

import base64
import http.server
import json
import queue
import ssl
import threading

import pytest

from kitsulite.domain.previews.uploads import IMPORTED
from kitsulite.errors import SetupError
from kitsulite.exchange.kitsu import listings, patience, stored_files
from kitsulite.exchange.kitsu.remote import (
    AGENT,
    FIRST_PATIENCE,
    PATIENCE,
    TRIES,
    NoAnswer,
    Remote,
    RemoteError,
    proxy_for,
)
from kitsulite.exchange.kitsu.report import Report
from kitsulite.models.fields import new_id


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers what the test has laid out: (status, body, headers), a function of it, or None to hang up."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.server.asked.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
        laid_out = self.server.answers.pop(0)
        laid_out = laid_out() if callable(laid_out) else laid_out
        if laid_out is None:
            self.close_connection = True
            return
        status, body, headers = laid_out
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
            self.close_connection = self.close_connection or value == "close"
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_CONNECT = answer  # noqa: N815

    def log_message(self, *_):
        pass


@pytest.fixture
def other():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.answers, server.asked = [], []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def remote(other):
    found = Remote(f"http://127.0.0.1:{other.server_port}/", "a-token")
    found.pauses, found.reports = [], queue.Queue()
    found.pause, found.report = found.pauses.append, found.reports.put
    yield found
    found.hang_up()


def laid(body, status=200, **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return status, content, headers


def test_what_fails_for_a_moment_is_asked_again(other, remote):
    other.answers = [laid({}, 502), None, laid({}, 503), laid({"id": 1})]
    assert remote.get("/data/tasks") == {"id": 1}
    assert remote.pauses == [1, 4, 9]
    assert remote.reports.get_nowait() == f"{remote.url} does not answer (502 Bad Gateway): asked again in 1 s."
    method, path, headers, _ = other.asked[-1]
    assert (method, path) == ("GET", "/data/tasks")
    assert (headers["Authorization"], headers["User-Agent"]) == ("Bearer a-token", AGENT)


def test_who_waits_for_an_answer_is_told(other, remote, monkeypatch):
    monkeypatch.setattr(patience, "SHORT", 0.001)
    other.answers = [lambda: laid([remote.reports.get(timeout=10) for _ in range(3)])]
    reports = remote.get("/data/tasks")
    shown = "GET /data/tasks of {} takes {} s so far; Ctrl-C stops."
    assert reports == [shown.format(remote.url, seconds) for seconds in (0.001, 0.002, 0.004)]


def test_a_server_says_what_it_is_before_long(other, remote):
    patient = []
    other.answers = [lambda: patient.append(remote.patience) or laid({"api": "Zou"})]
    remote.find_api()
    assert [*patient, remote.patience] == [FIRST_PATIENCE, PATIENCE]


def test_a_server_that_is_gone_is_said_to_be(other, remote):
    other.answers = [None] * 4
    with pytest.raises(RemoteError, match="does not answer"):
        remote.get("/data/tasks")


def test_a_server_of_https_is_reached_through_the_proxy_of_this_machine(other, monkeypatch):
    monkeypatch.setenv("https_proxy", f"http://ann:a%40b@127.0.0.1:{other.server_port}")
    monkeypatch.setenv("no_proxy", "")
    other.answers = [laid({}, 407)] * TRIES
    with pytest.raises(NoAnswer, match="407"):
        Remote("https://kitsu.example:8443", pause=lambda seconds: None).get("/")
    method, address, headers, _ = other.asked[0]
    assert (method, address) == ("CONNECT", "kitsu.example:8443")
    assert base64.b64decode(headers["Proxy-Authorization"].removeprefix("Basic ")) == b"ann:a@b"
    monkeypatch.setenv("no_proxy", "example")
    assert proxy_for("kitsu.example") is None


def test_a_certificate_that_is_not_trusted_is_said_to_be_at_once(remote, monkeypatch):
    def send(*given):
        raise refusal

    refusal = ssl.SSLCertVerificationError()
    refusal.verify_message = "self-signed certificate"
    monkeypatch.setattr(remote, "send", send)
    with pytest.raises(SetupError, match=r"not trusted \(self-signed certificate\): set SSL_CERT_FILE"):
        remote.find_api()
    assert remote.pauses == []


def test_a_server_that_is_away_may_be_one_all_the_same(other, remote):
    other.answers = [None] * 4 + [laid(b"<h1>", 502)] * 4
    for reason in ("Remote end closed", "502 Bad Gateway"):
        with pytest.raises(NoAnswer, match=f"does not answer: {reason}"):
            remote.find_api()
    assert other.answers == []


def test_a_refusal_tells_status_and_reason(other, remote):
    other.answers = [laid({"message": "Wrong value"}, 400), laid(b"<html>", 404), laid({}, 500)] + [laid({}, 500)] * 3
    with pytest.raises(RemoteError, match="POST /data/tasks: 400 Wrong value") as refused:
        remote.post("/data/tasks", {"name": "main"})
    assert (refused.value.status, refused.value.body) == (400, {"message": "Wrong value"})
    assert json.loads(other.asked[0][3]) == {"name": "main"}
    with pytest.raises(RemoteError, match="GET /x: 404"):
        remote.get("/x")
    with pytest.raises(RemoteError, match="500"):
        remote.get("/x")
    # what a server cannot store stays so
    other.answers = [laid({}, 500)]
    with pytest.raises(RemoteError, match="500"):
        remote.post("/x", {})


def test_answers_that_are_none_of_a_kitsu_server(other, remote):
    other.answers = [laid(b"<html>"), laid(b"<html>"), laid(b"<html>"), laid(b"", 301, Location="https://elsewhere")]
    with pytest.raises(RemoteError, match="is not JSON, it begins with '<html>'"):
        remote.get("/data/tasks")
    with pytest.raises(SetupError, match="no Kitsu server"):
        remote.find_api()
    with pytest.raises(SetupError, match="redirects to https://elsewhere"):
        remote.find_api()


def test_the_api_is_found_below_the_address(other, remote):
    other.answers = [laid(b"<html>"), laid({"api": "Zou"}), laid([])]
    remote.find_api()
    remote.get("/data/tasks")
    assert [path for _, path, _, _ in other.asked] == ["/", "/api/", "/api/data/tasks"]


def test_all_pages_are_read_however_they_are_counted(other, remote):
    other.answers = [
        *(laid({"data": [1], "nb_pages": 2}), laid({"data": [2], "nb_pages": 2})),
        laid([3, 4]),
        *(laid({"data": [5]}), laid({"data": []})),
        laid({"message": "no such route"}, 404),
        *(laid({"what": "ever"}), laid(None), laid(7)),
    ]
    assert list(remote.rows("/pages")) == [1, 2]
    assert list(remote.rows("/list?relations=true")) == [3, 4]
    assert list(remote.rows("/uncounted")) == [5]
    assert list(remote.rows("/unknown")) == []
    for shown in ('{"what": "ever"}', "null", "7"):
        with pytest.raises(RemoteError, match=f"not what a Kitsu server answers: {shown}"):
            list(remote.rows("/strange"))
    assert [path for _, path, _, _ in other.asked[:3]] == [
        *("/pages?page=1&limit=1000", "/pages?page=2&limit=1000", "/list?relations=true&page=1&limit=1000")
    ]


def test_a_file_that_is_cut_is_no_file(other, remote, tmp_path):
    cut = laid(b"part", **{"Content-Length": "400", "Connection": "close"})
    other.answers = [laid(b"whole"), laid(b""), laid({}, 404), cut]
    assert remote.download("/movie", tmp_path).read_bytes() == b"whole"
    assert remote.download("/empty", tmp_path) is None
    assert remote.download("/missing", tmp_path) is None
    with pytest.raises(RemoteError, match="broke off"):
        remote.download("/movie", tmp_path)


def test_an_error_or_a_page_is_no_file(other, remote, tmp_path):
    page = laid(b"<html>Please sign in", **{"Content-Type": "text/html; charset=utf-8"})
    other.answers = [laid(b"", 503), laid({}, 500), page, page]
    with pytest.raises(RemoteError, match="500"):
        remote.download("/movie.mp4", tmp_path)
    with pytest.raises(RemoteError, match="a page came instead of a file"):
        remote.download("/movie.mp4", tmp_path)
    assert remote.download("/notes.html", tmp_path).read_bytes() == page[1]
    assert remote.pauses == [1]


def test_a_file_is_sent_as_a_form(other, remote, tmp_path):
    file = tmp_path / "movie"
    file.write_bytes(b"frames" * 1000)
    other.answers = [None, laid({"id": "x"})]
    assert remote.upload("/pictures", file, 'the "best"\n.mp4') == {"id": "x"}
    _, _, headers, body = other.asked[-1]
    assert headers["Content-Length"] == str(len(body))
    assert b"filename=\"the 'best' .mp4\"" in body
    assert b"frames" * 1000 in body


@pytest.mark.parametrize(
    ("body", "factor"),
    [
        ({"preferred_two_factor_authentication": "totp"}, "totp"),
        ({"preferred_two_factor_authentication": "fido", "two_factor_authentication_enabled": ["totp"]}, "totp"),
        ({"preferred_two_factor_authentication": "fido", "two_factor_authentication_enabled": []}, "recovery_code"),
    ],
)
def test_the_second_factor_is_one_that_can_be_typed(other, remote, body, factor):
    other.answers = [laid({"missing_OTP": True, **body}, 400), laid({"login": True, "access_token": "new"})]
    remote.sign_in("ann@studio.com", "secret", lambda name: f"code for {name}")
    assert json.loads(other.asked[1][3])[factor] == f"code for {factor}"
    assert remote.token == "new"


def test_a_code_is_sent_by_mail_first(other, remote):
    asked = {"missing_OTP": True, "preferred_two_factor_authentication": "email_otp"}
    other.answers = [laid(asked, 400), laid({"success": True}), laid({"access_token": "new"})]
    remote.sign_in("ann@studio.com", "secret", code=" 123456 ")
    assert other.asked[1][1] == "/auth/email-otp?email=ann%40studio.com"
    assert json.loads(other.asked[2][3])["email_otp"] == "123456"


def test_what_is_neither_an_answer_nor_a_refusal_of_a_sign_in_is_raised(other, remote):
    other.answers = [laid(b"<html>", 404), laid({"message": "Expired"}, 401), laid({"message": "No"}, 403)]
    with pytest.raises(RemoteError, match="404"):
        remote.sign_in("ann@studio.com", "secret")
    with pytest.raises(SetupError, match="does not accept the token"):
        remote.caller()
    with pytest.raises(RemoteError, match="403 No"):
        remote.caller()


def test_json_that_says_nothing_of_an_api_is_no_kitsu_server(other, remote):
    other.answers = [laid([1]), laid({"name": "Other"})]
    with pytest.raises(SetupError, match="no Kitsu server"):
        remote.find_api()
    assert remote.prefix == ""


def test_texts_and_previews_of_older_servers_are_read():
    assert listings.read_entity({"id": "1", "ready_for": "None"}) == {"id": "1", "ready_for": None}
    assert listings.read_entity({"id": "1", "ready_for": "2"})["ready_for"] == "2"
    for row in ({"status": "broken"}, {"extension": ""}, {"data": {IMPORTED: True}}):
        preview = {"id": "1", "status": "ready", "extension": "png", "data": None, **row}
        assert stored_files.of_preview(preview) == []


def test_what_follows_from_one_trouble_does_not_hide_it():
    report = Report()
    report.miss("Paper Boats: comment", "GET /comments: 500")
    for _ in range(12):
        report.miss(f"news {new_id()}, comment_id", f"{new_id()} was not taken")
    report.miss("Paper Boats: task", "GET /tasks: 500")
    lines = list(report.lines())
    assert lines[:2] == ["14 could not be taken:", "  Paper Boats: comment: GET /comments: 500"]
    assert len(lines) == 14
    assert lines[-2:] == [
        "  news ..., comment_id: ... was not taken (2 more)",
        "  Paper Boats: task: GET /tasks: 500",
    ]
