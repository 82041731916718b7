"""A test server that is controlled over HTTP, as by tests in other languages."""

import json
import re
import shutil
import signal
import subprocess

import pytest
from kitsulite_process import CHECKOUT, Process

from kitsulite import Server
from kitsulite.cli import main
from kitsulite.client import Client, call_app
from kitsulite.testing.control import ACTIONS

MANUAL = (CHECKOUT / "kitsulite" / "testing" / "README.md").read_text()


@pytest.fixture(scope="module")
def a_server():
    with Server(control=True) as server:
        yield server


@pytest.fixture
def server(a_server):
    a_server.reset()
    return a_server


@pytest.fixture
def control(server):
    """Ask the control of the server: the JSON that it answers."""

    def ask(method, action, **body):
        answer = Client(server.url).call(method, f"/kitsulite/test/{action}", body or None)
        assert answer.ok, answer
        return answer.json

    return ask


def names(server):
    return [row["name"] for row in server.api.get("/data/projects").json]


def test_states_are_kept_and_brought_back(server, control):
    server.make.project("A")
    control("POST", "snapshot", name="with A")
    server.make.project("B")
    control("POST", "restore", name="with A")
    assert names(server) == ["A"]
    control("POST", "reset")
    assert names(server) == []


def test_what_happened_is_shown(server, control):
    server.api.post("/data/projects", {"name": "A"})
    server.api.send("POST", "/data/projects", b"\xff not json", "application/json")
    asked = control("GET", "requests")
    assert [(call["path"], call["status"]) for call in asked] == [("/data/projects", 201), ("/data/projects", 400)]
    assert asked[0]["body"] == {"name": "A"}
    assert [event["name"] for event in control("GET", "events")] == ["project:new"]
    assert control("GET", "jobs") == []
    person = server.make.person()
    server.call("GET", f"/actions/persons/{person['id']}/invite")
    assert control("GET", "mails")[0]["links"]


def test_the_clock_is_set(server, control):
    assert control("POST", "clock", freeze="2026-03-01") == {"now": "2026-03-01T00:00:00"}
    assert control("POST", "clock", tick={"days": 1}) == {"now": "2026-03-02T00:00:00"}
    assert server.clock.now.isoformat() == "2026-03-02T00:00:00"
    assert control("POST", "clock", release=True)["now"] > "2026-03-03"


def test_requests_fail_on_demand(server, control):
    control("POST", "fail", route="GET /data/persons", status=503, times=1)
    assert [server.api.get("/data/persons").status for _ in range(2)] == [503, 200]


def test_tokens_are_given_without_a_login(server, control):
    person = server.make.person()
    token = control("POST", "token", email=person["email"])["access_token"]
    assert Client(server.api_url, token).get("/auth/authenticated").json["user"]["id"] == person["id"]
    assert control("POST", "token")["access_token"]


@pytest.mark.parametrize(
    ("action", "body", "message"),
    [
        ("nothing", b"{}", "there are: POST reset"),
        ("snapshot", b"{}", "name"),
        ("snapshot", b"no json", "snapshot"),
        ("snapshot", b"[]", "snapshot"),
        ("reset", b'{"hard": true}', "hard"),
        ("restore", b'{"name": "nothing"}', "no snapshot 'nothing'"),
        ("clock", b'{"freeze": "yesterday"}', "yesterday"),
        ("clock", b'{"tick": {"moons": 1}}', "moons"),
        ("fail", b'{"route": "no route"}', "names no requests"),
        ("fail", b'{"color": "red"}', "color"),
        ("token", b'{"email": "nobody@studio.example"}', "Nobody here"),
    ],
)
def test_what_is_wrong_is_said(server, action, body, message):
    answer = Client(server.url).send("POST", f"/kitsulite/test/{action}", body, "application/json")
    assert answer.status in (400, 404)
    assert message in answer.message


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost:3000"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example:9000"}, 403),
        ({"Host": "localhost:9000"}, 200),
    ],
)
def test_no_page_of_elsewhere_controls_it(server, headers, status):
    client = Client(server.url)
    client.headers = headers
    assert client.post("/kitsulite/test/reset").status == status


def test_no_other_machine_controls_it(server):
    def elsewhere(environ, start_response):
        return server.wsgi({**environ, "REMOTE_ADDR": "192.168.0.7"}, start_response)

    for method, action in ACTIONS:
        assert call_app(elsewhere, method, f"{server.url}/kitsulite/test/{action}", {}).status == 403


def test_other_servers_have_no_such_routes(kitsulite):
    assert Client(kitsulite.url, kitsulite.token()).post("/kitsulite/test/reset").status == 404


def test_serve_has_a_server_for_tests_that_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with Process(tmp_path / "studio", "--test", "--admin-password", "mysecretpassword") as process:
        token = json.loads(Client(process.url).post("/kitsulite/test/token", {}).content)["access_token"]
        client = Client(process.api_url, token)
        assert client.post("/data/projects", {"name": "A"}).status == 201
        assert Client(process.url).post("/kitsulite/test/reset").ok
        assert client.get("/data/projects").json == []
        assert process.end()[0] == 0


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
def test_the_example_of_the_manual_in_javascript_works(server, tmp_path):
    example = re.search(r"```javascript\n(.*?)```", MANUAL, re.DOTALL)[1]
    assert "http://127.0.0.1:9000" in example
    file = tmp_path / "tool.test.mjs"
    file.write_text(example.replace("http://127.0.0.1:9000", server.url))
    ended = subprocess.run(["node", "--test", file], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stdout
    assert re.search(r"pass 1\b", ended.stdout), ended.stdout


def test_serve_for_tests_stays_on_this_machine(capsys):
    handler = signal.getsignal(signal.SIGTERM)
    assert main(["serve", "--test", "--host", "0.0.0.0"]) == 1
    assert "--test" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) is handler
