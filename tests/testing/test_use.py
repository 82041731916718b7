"""What tests do with a test server: record, let fail, set the clock, call without a port, make rows."""

import datetime as dt
import threading
import time
import urllib.request

import pytest
from support import UNKNOWN

from kitsulite import Server, clock
from kitsulite.client import Client
from kitsulite.errors import SetupError
from kitsulite.testing.clock import naive
from kitsulite.testing.factories import picture
from kitsulite.testing.routes import matcher


@pytest.fixture(scope="module")
def a_server():
    with Server() as server:
        yield server


@pytest.fixture
def server(a_server):
    a_server.reset()
    return a_server


# Recorder


def test_requests_are_recorded_as_they_were_asked_and_answered(server):
    made = server.api.post("/data/projects", {"name": "A"}).json
    server.api.get("/data/projects/" + made["id"], relations="true")
    first, second = server.requests
    assert (first.method, first.path, first.route, first.status) == ("POST", "/data/projects", "/data/projects", 201)
    assert first.body == {"name": "A"}
    assert first.answer["id"] == made["id"]
    assert first.person == server.admin_email
    assert first.milliseconds > 0
    assert second.query == {"relations": "true"}
    assert second.route == "/data/projects/<instance_id>"
    server.reset()
    assert list(server.requests) == []


def test_refusals_are_found_with_what_they_said(server):
    server.requests.assert_none_refused()
    server.api.get(f"/data/projects/{UNKNOWN}")
    Client(server.api_url).get("/data/persons")
    with pytest.raises(AssertionError) as refused:
        server.requests.assert_none_refused()
    assert f"GET /data/projects/{UNKNOWN} 404" in str(refused.value)
    assert "Project not found" in str(refused.value)
    assert "GET /data/persons 401" in str(refused.value)
    assert server.requests[1].person is None


def test_calls_of_a_route_are_counted(server):
    for _ in range(2):
        server.api.get("/data/persons")
    server.requests.assert_called("/data/persons")
    server.requests.assert_called("GET /data/persons", times=2)
    server.requests.assert_called("POST /data/persons", times=0)
    for route, times in (("GET /data/persons", 1), ("POST /data/persons", None), ("/data/pers", None)):
        with pytest.raises(AssertionError, match="GET /data/persons 200"):
            server.requests.assert_called(route, times)


def test_bodies_that_are_no_json_are_recorded_as_they_are(server):
    server.api.send("POST", "/data/projects", b"not json", "application/json")
    server.api.send("POST", "/data/projects", b"x" * 100_000, "application/json")
    assert [call.body for call in server.requests] == [b"not json", None]
    assert all(call.is_refused for call in server.requests)


def test_only_bodies_of_the_last_requests_are_kept(server, monkeypatch):
    monkeypatch.setattr("kitsulite.testing.recorder.MOST_BODIES", 2)
    for name in "ABC":
        server.call("POST", "/data/departments", {"name": name, "color": "#000000"})
    assert [call.body and call.body["name"] for call in server.requests] == [None, "B", "C"]


@pytest.mark.parametrize(
    ("route", "fits", "differs"),
    [
        ("POST /data/tasks", ("POST", "/data/tasks"), ("GET", "/data/tasks")),
        ("/api/data/tasks", ("GET", "/data/tasks"), ("GET", "/data/tasks/1")),
        ("/data/tasks/<task_id>", ("GET", "/data/tasks/1"), ("GET", "/data/tasks/1/comments")),
        ("/data/*", ("PUT", "/data/tasks/1/comments"), ("GET", "/auth/login")),
        ("* *", ("PUT", "/data"), None),
        ("GET *", ("GET", "/auth/login"), ("POST", "/auth/login")),
        ("/data/a.b", ("GET", "/data/a.b"), ("GET", "/data/aXb")),
    ],
)
def test_requests_are_named_like_routes(route, fits, differs):
    assert matcher(route)(*fits)
    assert differs is None or not matcher(route)(*differs)


@pytest.mark.parametrize("route", ["", "data/tasks", "post /data", "POST"])
def test_what_names_no_request_is_an_error(route):
    with pytest.raises(ValueError, match="names no requests"):
        matcher(route)


def test_events_are_recorded_as_listeners_get_them(server):
    made = server.api.post("/data/projects", {"name": "A"}).json
    assert server.events.named("project:new") == [{"project_id": made["id"]}]
    assert server.events[0].name == "project:new"
    server.reset()
    assert server.events.named("project:new") == []


def test_mails_are_recorded_with_their_links(server):
    person = server.make.person()
    assert server.call("GET", f"/actions/persons/{person['id']}/invite").ok
    (mail,) = server.mails
    assert person["email"] in mail.to
    assert mail.subject
    assert mail.links
    assert all(link.startswith("http") for link in mail.links)
    server.reset()
    assert server.mails == []


# Faults


def test_a_route_fails_so_many_times(server):
    server.fail("POST /data/projects", status=503, times=2)
    statuses = [server.api.post("/data/projects", {"name": name}).status for name in "ABC"]
    assert statuses == [503, 503, 201]
    assert server.api.get("/data/projects").json[0]["name"] == "C"
    assert [call.status for call in server.requests][:3] == [503, 503, 201]


def test_a_fault_ends_with_its_block_its_end_or_a_reset(server):
    with server.fail("/data/persons"):
        assert server.api.get("/data/persons").status == 503
        assert server.api.get("/data/projects").status == 200
    assert server.api.get("/data/persons").status == 200
    fault = server.fail(message="Back soon.")
    assert server.api.get("/data/persons").message == "Back soon."
    fault.end()
    assert server.api.get("/data/persons").status == 200
    server.fail()
    server.reset()
    assert server.api.get("/data/persons").status == 200


@pytest.mark.parametrize(("status", "is_done"), [("cut", False), ("cut after", True)])
def test_a_connection_is_cut_before_or_after_the_work(server, status, is_done):
    server.fail("POST *", status, times=2)
    with pytest.raises(ConnectionError):
        server.api.post("/data/projects", {"name": "A"})
    with pytest.raises(ConnectionError):
        server.call("POST", "/data/projects", {"name": "B"})
    assert len(server.api.get("/data/projects").json) == 2 * is_done
    assert [call.status for call in server.requests.to("POST *")] == [0, 0]


def test_an_expired_token_and_a_full_disk_are_answered_as_the_server_does(server):
    server.fail("GET *", "expired token")
    server.fail("POST *", "full disk")
    expired, full = server.api.get("/data/persons"), server.api.post("/data/projects", {"name": "A"})
    assert (expired.status, expired.message) == (401, "Signature has expired")
    assert (full.status, full.message) == (507, "The disk of the server is full: nothing was changed.")


def test_an_answer_comes_late_but_comes(server):
    server.fail("/data/persons", delay=0.05)
    before = time.monotonic()
    assert server.api.get("/data/persons").status == 200
    assert time.monotonic() - before >= 0.05


def test_a_reset_does_not_wait_for_a_delay(server):
    server.fail(delay=60)
    client, answers = server.api, []
    asking = threading.Thread(target=lambda: answers.append(client.get("/data/persons").status))
    asking.start()
    while asking.is_alive():
        server.reset()
        asking.join(0.01)
    assert answers == [200]


@pytest.mark.parametrize("status", [200, "slow", 700])
def test_what_is_no_fault_is_an_error(server, status):
    with pytest.raises(ValueError, match="is not a fault"):
        server.fail("*", status)


def test_a_fault_that_never_happens_is_an_error(server):
    with pytest.raises(ValueError, match="at least once"):
        server.fail(times=0)


# Clock


def created(server):
    return server.call("POST", "/data/departments", {"name": f"D{time.monotonic_ns()}", "color": "#000000"}).json[
        "created_at"
    ]


def test_a_frozen_clock_stands_still_until_it_is_moved_or_released(server):
    server.clock.freeze("2026-03-01")
    assert [created(server), created(server)] == ["2026-03-01T00:00:00"] * 2
    server.clock.tick(days=1, hours=2)
    assert created(server) == "2026-03-02T02:00:00"
    assert server.clock.now == dt.datetime(2026, 3, 2, 2)
    server.clock.release()
    assert created(server) > "2026-10"


def test_a_running_clock_goes_ahead(server):
    server.clock.tick(days=400)
    ahead = server.clock.now - clock.of_machine()
    assert dt.timedelta(days=399) < ahead < dt.timedelta(days=401)
    server.clock.freeze()
    assert created(server) == server.clock.now.isoformat()[:19]
    server.reset()
    assert server.clock.now - clock.of_machine() < dt.timedelta(days=1)


@pytest.mark.parametrize(
    "moment",
    [
        "2026-03-01T12:00:00",
        "2026-03-01T14:00:00+02:00",
        "2026-03-01T12:00:00Z",
        dt.datetime(2026, 3, 1, 12),
        dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone.utc),
    ],
)
def test_moments_are_understood_with_and_without_a_zone(moment):
    assert naive(moment) == dt.datetime(2026, 3, 1, 12)
    assert naive(dt.date(2026, 3, 1)) == dt.datetime(2026, 3, 1)


def test_a_login_ends_as_time_goes_by_and_the_tokens_of_a_test_do_not(server):
    body = {"email": server.admin_email, "password": server.admin_password}
    login = server.call("POST", "/auth/login", body).json
    client = Client(server.api_url, login["access_token"])
    server.clock.freeze("2020-01-01")
    assert client.get("/data/persons").status == 200
    server.clock.release()
    server.clock.tick(days=8)
    assert client.get("/data/persons").message == "Signature has expired"
    assert server.api.get("/data/persons").status == 200


def test_time_machine_and_freezegun_are_obeyed(server):
    client = server.api
    machine, freezegun = pytest.importorskip("time_machine"), pytest.importorskip("freezegun")
    for travel in (machine.travel, freezegun.freeze_time):
        for moment in ("2020-01-01", "2040-01-01"):
            with travel(moment):
                assert created(server)[:10] == moment
                assert client.get("/data/departments").status == 200


# Without a port


def test_calls_without_a_port_are_made_as_a_person(server):
    ann = server.make.person("manager", email="ann@studio.example")
    assert server.call("GET", "/auth/authenticated", as_=ann["email"]).json["user"]["id"] == ann["id"]
    assert server.call("GET", "/data/persons", name="x").status == 200
    assert server.call("GET", "/data/persons?page=1", limit=1).json["limit"] == 1
    assert server.requests[0].person == "ann@studio.example"
    with pytest.raises(SetupError, match="nobody@studio"):
        server.call("GET", "/data/persons", as_="nobody@studio.example")


def test_a_server_needs_no_port():
    with Server(listen=False) as server:
        assert server.call("GET", "/data/persons").ok
        assert server.api.get("/data/persons").ok
        assert server.url == "http://kitsulite.test"
        server.reset()
        server.requests.assert_called("/data/persons", times=0)


def test_gazu_calls_without_a_socket(tmp_path):
    file = tmp_path / "shot.png"
    file.write_bytes(picture())
    gazu, requests = pytest.importorskip("gazu"), pytest.importorskip("requests")
    with Server(listen=False) as server:
        client = gazu.client.create_client(server.api_url)
        server.mount(client.session)
        gazu.log_in(server.admin_email, server.admin_password, client=client)
        project = gazu.project.new_project("Caminandes", client=client)
        shot = server.make.shot(project)
        task = server.make.task(shot)
        comment = server.make.comment(task)
        preview = gazu.task.add_preview(task, comment, str(file), client=client)
        assert preview["extension"] == "png"
        server.fail("*", "cut", times=1)
        with pytest.raises(requests.exceptions.ConnectionError, match="connection was cut"):
            gazu.project.all_projects(client=client)
        server.requests.assert_called("POST /auth/login", times=1)


def test_an_answer_shows_what_was_said(server):
    assert repr(server.call("GET", f"/data/tasks/{UNKNOWN}")) == "<Answer 404: 404 Not Found: Task not found.>"
    assert repr(server.call("POST", "/data/projects", {"name": "A"})).startswith('<Answer 201: {"id"')
    project = server.make.project()
    refused = server.call("POST", f"/data/projects/{project['id']}/shots", {})
    assert "Field required" in refused.message
    assert not refused.ok


# Factories


def test_factories_make_what_tests_need(server):
    artist = server.make.person("user")
    project = server.make.project(team=[artist])
    shots = server.make.shots(project, 2, nb_frames=24)
    assert [shot["name"] for shot in shots] == ["SH010", "SH020"]
    assert server.make.shot(project)["parent_id"] == shots[0]["parent_id"]
    episode = server.make.episode(project)
    sequence = server.make.sequence(project, episode=episode)
    assert (project["name"], episode["name"], sequence["name"]) == ("Project 1", "E01", "SE02")
    assert sequence["parent_id"] == episode["id"]
    assets = server.make.assets(project, 2, asset_type="Character")
    assert [asset["name"] for asset in assets] == ["Character 1", "Character 2"]
    task = server.make.task(shots[0], assignees=[artist])
    assert task["assignees"] == [artist["id"]]
    assert server.make.task(assets[0], "Rigging", status="wip")["project_id"] == project["id"]
    comment = server.make.comment(task, "Blocking", status="wip", author=artist)
    assert comment["person_id"] == artist["id"]
    preview = server.make.preview(task, author=artist)
    assert (preview["revision"], preview["extension"]) == (1, "png")
    assert server.call("GET", f"/pictures/thumbnails/preview-files/{preview['id']}.png").ok
    login = Client(server.api_url).post("/auth/login", {"email": artist["email"], "password": "a-password-for-tests"})
    assert login.json["login"] is True
    assert [call.path for call in server.requests] == [
        f"/pictures/thumbnails/preview-files/{preview['id']}.png",
        "/auth/login",
    ]
    assert len(server.events.named("shot:new")) == 3


def test_factories_say_what_is_wrong(server):
    project = server.make.project("A")
    with pytest.raises(SetupError, match="refused"):
        server.make.project("A")
    with pytest.raises(SetupError, match=r"no task type 'Cooking'; there are: Animation, "):
        server.make.task(server.make.shot(project), "Cooking")


def test_jobs_are_shown_once_they_are_done(server):
    assert server.jobs == []


def test_the_log_of_requests_hides_secrets(caplog, tmp_path):
    caplog.set_level("INFO", "kitsulite.requests")
    with Server(log_requests=True) as server:
        server.api.get("/data/persons", name="Ann", reset_token="abc")
        urllib.request.urlopen(server.url + "/status").close()
    assert caplog.messages[0].startswith("GET /data/persons?name=Ann&reset_token=*** 200 ")
    assert caplog.messages[0].endswith("ms admin@example.com")
    assert caplog.messages[1].endswith("ms -")
