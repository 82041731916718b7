"""The server: start, state, stop."""

import contextlib
import io
import json
import socket
import sqlite3
import threading
import time
from http.client import HTTPException

import pytest
from kitsulite_process import free_port

from kitsulite import Server, application, http
from kitsulite.client import Client
from kitsulite.errors import SetupError
from kitsulite.models.people import Department
from kitsulite.server import listen


def test_a_new_studio_answers_its_administrator_and_nobody_else(kitsulite):
    assert kitsulite.api.get("/data/persons").json[0]["email"] == kitsulite.admin_email
    assert Client(kitsulite.api_url).get("/data/persons").status == 401


def test_paths_work_with_and_without_the_prefix(kitsulite):
    client = Client(kitsulite.url, kitsulite.token())
    assert client.get("/data/departments").json == kitsulite.api.get("/data/departments").json


def test_a_reset_takes_back_rows_and_files_and_keeps_the_administrator(kitsulite):
    before = kitsulite.api.get("/data/departments").json
    made = kitsulite.api.post("/data/departments", {"name": "Puppets", "color": "#000000"})
    assert made.status == 201
    kitsulite.app.files.write("pictures", "previews", made.json["id"], io.BytesIO(b"a picture"))
    token = kitsulite.token()
    kitsulite.reset()
    assert Client(kitsulite.api_url, token).get("/data/departments").json == before
    assert kitsulite.app.files.find("pictures", "previews", made.json["id"]) is None


def test_a_throw_away_folder_is_gone_at_the_end():
    with Server() as server:
        folder = server.app.folder
        assert folder.is_dir()
    assert not folder.exists()


def test_a_given_folder_stays_and_is_found_again(tmp_path):
    with Server(tmp_path, admin_password="first-password") as server:
        assert server.admin_password == "first-password"
        server.api.post("/data/departments", {"name": "Puppets", "color": "#000000"})
    with Server(tmp_path, admin_password="other-password") as server:
        assert server.admin_password is None
        assert "Puppets" in [row["name"] for row in server.api.get("/data/departments").json]


@pytest.mark.parametrize("name", ["url", "api_url", "admin_email", "admin_password", "app"])
def test_a_server_that_was_not_started_says_so(name):
    server = Server()
    with pytest.raises(SetupError, match="start"):
        getattr(server, name)
    assert not hasattr(server, "_no_such_attribute")


def test_a_server_that_was_stopped_cannot_be_reset():
    with Server() as server:
        pass
    with pytest.raises(SetupError, match="start"):
        server.reset()


def test_a_port_in_use_is_explained_once():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SetupError) as refused:
        Server(port=taken.getsockname()[1]).start()
    assert str(refused.value).count("in use") == 1


def test_a_studio_that_was_there_before_is_never_reset(tmp_path):
    with Server(tmp_path):
        pass
    with Server(tmp_path) as server, pytest.raises(SetupError, match="existed before this server"):
        server.reset()


def test_no_file_of_a_write_ahead_log_is_left(tmp_path):
    with Server(tmp_path) as server:
        threads = [threading.Thread(target=server.api.get, args=["/data/persons"]) for _ in range(5)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    assert [path.name for path in tmp_path.glob("kitsulite.db*")] == ["kitsulite.db"]


def test_a_reserved_port_is_explained(monkeypatch):
    def reserved(*args, **options):
        raise PermissionError

    monkeypatch.setattr(socket, "create_server", reserved)
    with pytest.raises(SetupError, match="choose one above 1023"):
        listen("127.0.0.1", 80)


def test_a_port_in_use_is_reported_before_anything_is_made(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SetupError, match=f"Port {port} .* --port"):
            Server(tmp_path / "studio", port=port).start()
    assert not (tmp_path / "studio").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"port": 70000}, "--port"),
        ({"host": "no.such.host.invalid"}, "--host"),
        ({"threads": 0}, "--threads"),
        ({"port": "many"}, "--port"),
        ({"domain": "4d"}, "2d, 3d, vfx, games"),
        ({"colour": "red"}, "There is no setting colour"),
        ({"admin_password": "short"}, "too short"),
    ],
)
def test_a_wrong_setting_shows_its_flag(settings, message):
    with pytest.raises(SetupError, match=message):
        Server(**settings).start()


def test_a_data_folder_that_cannot_be_written_is_reported(tmp_path):
    (tmp_path / "studio").write_text("a file where the folder should be")
    with pytest.raises(SetupError, match="--data-dir"):
        Server(tmp_path / "studio").start()


def test_a_file_that_is_no_database_is_reported_and_left_alone(tmp_path):
    (tmp_path / application.DATABASE).write_text("not a database " * 100)
    with pytest.raises(SetupError, match="cannot be used"):
        Server(tmp_path).start()
    assert (tmp_path / application.DATABASE).read_text() == "not a database " * 100


def test_a_newer_database_is_refused_untouched(tmp_path):
    with Server(tmp_path) as server:
        server.app.db.execute("PRAGMA user_version = 9999")
    before = (tmp_path / application.DATABASE).read_bytes()
    with pytest.raises(SetupError, match="newer kitsulite"):
        Server(tmp_path).start()
    assert (tmp_path / application.DATABASE).read_bytes() == before


def test_an_older_database_is_copied_and_brought_up_to_date(tmp_path):
    with Server(tmp_path) as server:
        server.api.post("/data/persons", {"first_name": "Rabbit", "last_name": "Doe", "email": "rabbit@example.com"})
        # as its second schema was: the same tables, another search index
        server.app.db.execute("DROP TABLE search_text")
        server.app.db.execute("PRAGMA user_version = 2")
    with Server(tmp_path) as server:
        found = server.api.post("/data/search", {"query": "rabbit"}).json["persons"]
        assert [person["first_name"] for person in found] == ["Rabbit"]
    (copy,) = tmp_path.glob(f"{application.DATABASE}.before-3-*")
    with contextlib.closing(sqlite3.connect(copy)) as before:
        assert before.execute("SELECT count(*) FROM person WHERE first_name = 'Rabbit'").fetchone() == (1,)
    assert len(list(tmp_path.glob("*.before-*"))) == 1


def until(condition):
    ends = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.01)


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_request_that_does_not_end_does_not_keep_the_server_from_stopping(monkeypatch):
    monkeypatch.setattr(http, "PATIENCE", 0.1)
    others = set(threading.enumerate())
    server = Server().start()
    inside, go_on, found, db = threading.Event(), threading.Event(), [], server.app.db

    def endless_add(*args, **values):
        inside.set()
        go_on.wait(30)
        # a connection that is closed during a statement crashes the process
        found.append(db.value("SELECT 1"))

    db.add = endless_add
    client = server.api

    def ask():
        with contextlib.suppress(OSError, HTTPException):
            client.post("/data/departments", {"name": "Puppets", "color": "#000000"})

    asking = threading.Thread(target=ask)
    asking.start()
    assert inside.wait(5)
    before = time.monotonic()
    server.stop()
    assert time.monotonic() - before < 5
    go_on.set()
    asking.join(10)
    until(lambda: found == [1])
    for thread in set(threading.enumerate()) - others:
        thread.join(10)


def test_requests_under_way_are_finished_when_the_server_stops(tmp_path):
    server = Server(tmp_path).start()
    inside, go_on, answers = threading.Event(), threading.Event(), []
    add = server.app.db.add

    def slow_add(*args, **values):
        inside.set()
        go_on.wait(5)
        return add(*args, **values)

    server.app.db.add = slow_add
    body = {"name": "Puppets", "color": "#000000"}
    client = server.api
    thread = threading.Thread(target=lambda: answers.append(client.post("/data/departments", body)))
    thread.start()
    inside.wait(5)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    go_on.set()
    stopping.join(10)
    thread.join(10)
    assert answers[0].status == 201
    with Server(tmp_path) as again:
        assert again.app.db.exists(Department, name="Puppets")


def raw_request(server, head):
    """What the server sends back to these lines of a request whose body never comes."""
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=5) as connection:
        connection.sendall(head.encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, json.loads(body)


def test_a_body_over_the_limit_is_refused_before_it_is_sent():
    with Server(max_content_length=1000) as server:
        head, body = raw_request(
            server, "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\nConnection: close\r\n\r\n"
        )
        assert head.startswith(b"HTTP/1.1 413")
        assert b"application/json" in head
        assert body["error"] is True


def test_a_body_of_exactly_the_limit_is_read():
    with Server(max_content_length=1000) as server:
        body = {"name": "Puppets", "color": "#000000"}
        text = json.dumps(body)
        client = server.api
        assert client.send("POST", "/data/departments", text.ljust(1000).encode(), "application/json").status == 201
        assert client.send("POST", "/data/departments", text.ljust(1001).encode(), "application/json").status == 413


def test_links_of_a_server_point_at_it(kitsulite):
    assert kitsulite.url == f"http://{kitsulite.app.settings.domain_name}"


def test_a_free_port_can_be_named():
    port = free_port()
    with Server(port=port) as server:
        assert server.url == f"http://127.0.0.1:{port}"


def test_clients_of_the_event_stream_do_not_hold_up_a_stop():
    socketio = pytest.importorskip("socketio")
    server = Server().start()
    client = socketio.Client(reconnection=False)
    ended = threading.Event()
    client.on("disconnect", ended.set, namespace="/events")
    client.connect(server.url, headers={"Authorization": f"Bearer {server.token()}"}, namespaces=["/events"])
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 3
    assert ended.wait(5)


def test_more_requests_than_threads_wait_their_turn():
    before = set(threading.enumerate())
    with Server(threads=2) as server:
        clients = [server.client() for _ in range(12)]
        answers = []
        threads = [threading.Thread(target=lambda c=c: answers.append(c.get("/data/persons").status)) for c in clients]
        [thread.start() for thread in threads]
        [thread.join(10) for thread in threads]
        assert answers == [200] * 12
        names = [thread.name for thread in set(threading.enumerate()) - before]
        # two that answer, and one that waits for what comes in
        assert 1 <= names.count("kitsulite-request") <= 3
