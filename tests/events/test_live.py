"""The live stream as clients see it: a started server, Socket.IO by WebSocket and by long-polling."""

import json
import queue
import threading
from unittest.mock import ANY

import gazu
import pytest
import requests
import socketio
import websocket
import webtest
from listening import in_order

from kitsulite import Server
from kitsulite.api.server import stream
from kitsulite.context import Context
from kitsulite.domain.sign_in import accounts

#: most seconds to wait for a message; a busy machine may need some
SECONDS = 30


@pytest.fixture(scope="module")
def server():
    # places enough for those whom the tests leave behind: they count until they miss a ping
    with Server(threads=64) as started:
        yield started


class Listener:
    """A client of the namespace /events that keeps what it hears."""

    def __init__(self, server, token=None, transports=None):
        self.heard = queue.Queue()
        self.client = in_order(socketio.Client(reconnection=False))
        self.client.on("*", lambda name, *data: self.heard.put((name, *data)), namespace="/events")
        headers = {"Authorization": f"Bearer {token or server.token()}"}
        options = {"namespaces": ["/", "/events"], "wait_timeout": SECONDS, "transports": transports}
        self.client.connect(server.url, headers=headers, **options)

    def next(self):
        return self.heard.get(timeout=SECONDS)

    def send(self, name, *payload):
        self.client.emit(name, payload, namespace="/events")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.client.disconnect()


def make_departments(api, names):
    """The ids of new departments, made one after the other."""
    return [api.post("/data/departments", {"name": name, "color": "#000000"}).json["id"] for name in names]


def departments_heard(listener, count):
    heard = [listener.next() for _ in range(count)]
    assert {name for name, _ in heard} == {"department:new"}
    return [payload["department_id"] for _, payload in heard]


def test_every_listener_receives_every_write_once_and_in_order(server):
    with Listener(server, transports=["polling"]) as one, Listener(server, transports=["websocket"]) as other:
        made = make_departments(server.api, [f"Order {n}" for n in range(30)])
        assert departments_heard(one, 30) == made
        assert departments_heard(other, 30) == made
        assert one.heard.empty()
        assert other.heard.empty()


def ask(server, transport="polling", **headers):
    """The answer to a handshake that shows a token."""
    headers = {"Authorization": f"Bearer {server.token()}", **headers}
    address = f"{server.url}/socket.io/?EIO=4&transport={transport}"
    return requests.get(address, headers=headers, timeout=SECONDS)


class Polls:
    """A client that asks for its packets by hand."""

    def __init__(self, server, headers=None, auth=None):
        self.url = f"{server.url}/socket.io/?EIO=4&transport=polling"
        self.session = requests.Session()
        self.session.headers.update({"Authorization": f"Bearer {server.token()}", **(headers or {})})
        (opened,) = self.poll()
        self.url += f"&sid={json.loads(opened[1:])['sid']}"
        self.post("40/events," + (json.dumps(auth) if auth else ""))
        self.welcome = self.poll()

    def poll(self):
        return self.session.get(self.url, timeout=SECONDS).text.split("\x1e")

    def post(self, *packets):
        return self.session.post(self.url, "\x1e".join(packets).encode(), timeout=SECONDS)


def test_a_burst_is_reported_in_portions_that_python_clients_take(server):
    polls = Polls(server)
    made = make_departments(server.api, [f"Burst {n}" for n in range(50)])
    answers = [polls.poll()]
    while sum(map(len, answers)) < len(made):
        answers.append(polls.poll())
    assert max(map(len, answers)) <= 16
    heard = [json.loads(packet[len("42/events,") :])[1]["department_id"] for answer in answers for packet in answer]
    assert heard == made


def test_much_that_a_client_says_at_once_is_taken(server, playlist):
    polls = Polls(server)
    room = {"playlist_id": playlist["id"]}
    moves = [["preview-room:panzoom-changed", {**room, "data": {"x": x}}] for x in range(40)]
    messages = [["preview-room:open-playlist", room], *moves]
    assert polls.post(*[f"42/events,{json.dumps(message)}" for message in messages]).status_code == 200
    heard = []
    while len(heard) < len(moves):
        packets = [json.loads(packet[len("42/events,") :]) for packet in polls.poll()]
        heard += [packet for packet in packets if packet[0] == "preview-room:panzoom-changed"]
    assert heard == moves


def test_who_was_cut_off_catches_up_from_their_last_event(server):
    make_departments(server.api, ["Before the cut"])
    last_seen = server.api.get("/data/events/last?limit=1").json[0]["id"]
    missed = make_departments(server.api, [f"Missed {n}" for n in range(5)])
    caught, cursor = [], last_seen
    while page := server.api.get(f"/data/events/last?after_event_id={cursor}&limit=2").json:
        caught += [event["data"]["department_id"] for event in page]
        cursor = page[-1]["id"]
    assert caught == missed


def test_a_refused_write_emits_nothing(server):
    with Listener(server) as listener:
        (department_id,) = make_departments(server.api, ["Twice"])
        answer = requests.post(
            f"{server.api_url}/data/departments",
            json={"name": "Twice", "color": "#000000"},
            headers={"Authorization": f"Bearer {server.token()}"},
            timeout=SECONDS,
        )
        assert answer.status_code == 400
        (after,) = make_departments(server.api, ["After"])
        assert departments_heard(listener, 2) == [department_id, after]


def test_without_a_token_nobody_listens(server):
    with pytest.raises(socketio.exceptions.ConnectionError):
        Listener(server, token="no token")
    for headers, auth, text in (
        ({"Authorization": ""}, None, "Missing access token"),
        ({"Authorization": ""}, {"token": "no"}, "Invalid access token."),
        ({"Authorization": "Bearer no"}, {"token": 3}, "Invalid access token."),
        ({}, {"token": server.tokens()["refresh_token"]}, "A refresh token was given"),
    ):
        (welcome,) = Polls(server, headers=headers, auth=auth).welcome
        assert welcome.startswith('44/events,{"message":"' + text)


def test_a_token_may_come_in_the_auth_payload(server):
    polls = Polls(server, headers={"Authorization": ""}, auth={"token": server.token()})
    assert polls.welcome[0].startswith("40/events,")
    made = make_departments(server.api, ["By payload"])
    assert made[0] in "".join(polls.poll())


def test_strangers_leave_places_to_those_who_may_listen():
    with Server(threads=12) as small:
        handshake = f"{small.url}/socket.io/?EIO=4&transport=polling"
        assert [requests.get(handshake, timeout=SECONDS).status_code for _ in range(3)] == [200, 503, 503]
        with Listener(small) as listener:
            made = make_departments(small.api, ["Heard"])
            assert departments_heard(listener, 1) == made


def test_a_stream_ends_with_its_session():
    gone = threading.Event()
    with Server() as short, Listener(short) as other:
        short.api.post("/data/persons", {"first_name": "A", "last_name": "B", "email": "anna@studio.org"})
        with Listener(short, token=short.token("anna@studio.org")) as listener:
            listener.client.on("disconnect", lambda reason: gone.set(), namespace="/events")
            ctx = Context(short.app)
            accounts.set_password(ctx, accounts.by_email(ctx, "anna@studio.org"), "staple battery")
            assert gone.wait(SECONDS)
        assert other.client.connected


def test_a_stream_ends_soon_after_another_process_has_ended_its_session(monkeypatch):
    monkeypatch.setattr(stream, "CHECK_TOKENS", 0.05)
    gone = threading.Event()
    with Server() as short, Listener(short) as listener:
        listener.client.on("disconnect", lambda reason: gone.set(), namespace="/events")
        monkeypatch.setattr(short.app, "drop_ended_streams", lambda: None)
        ctx = Context(short.app)
        accounts.set_password(ctx, accounts.by_email(ctx, short.admin_email), "staple battery")
        assert gone.wait(SECONDS)


def test_clients_are_reported_how_the_stream_works(server):
    opened = json.loads(ask(server).text[1:])
    assert opened.pop("sid")
    assert opened == {"upgrades": ["websocket"], "pingInterval": 5000, "pingTimeout": 5000, "maxPayload": 1000000}


def test_a_client_goes_on_by_websocket_and_the_port_stays_that_of_the_api(server):
    with Listener(server) as listener:
        assert listener.client.transport() == "websocket"
        made = make_departments(server.api, ["By websocket"])
        assert departments_heard(listener, 1) == made


def test_what_is_no_websocket_is_reported_so(server):
    broken = {"Upgrade": "websocket", "Connection": "Upgrade"}
    assert ask(server, "websocket").status_code == 400
    assert ask(server, "websocket", **broken).status_code == 400
    assert requests.get(f"{server.api_url}/status", headers=broken, timeout=SECONDS).status_code == 200


@pytest.mark.parametrize("said", ["\x00", "9", "4", "2", "x" * 2_000_000])
def test_a_websocket_that_talks_nonsense_is_closed(server, caplog, said):
    polls = Polls(server)
    address = polls.url.replace("http", "ws", 1).replace("=polling", "=websocket")
    line = websocket.create_connection(address, timeout=SECONDS)
    line.send(said)
    with pytest.raises(websocket.WebSocketConnectionClosedException):
        line.recv()
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("transports", [["polling"], ["websocket"]])
def test_much_at_once_arrives_whole(server, playlist, transports):
    room = {"playlist_id": playlist["id"]}
    drawing = {**room, "data": {"points": "x" * 900_000}}
    with Listener(server, transports=transports) as listener:
        listener.send("preview-room:open-playlist", room)
        listener.send("preview-room:add-annotation", drawing)
        assert next_of(listener, "preview-room:add-annotation") == drawing


def test_pages_of_other_origins_do_not_listen(server, monkeypatch):
    elsewhere = "https://elsewhere.example"
    assert ask(server, Origin=server.url).status_code == 200
    assert ask(server, Origin=elsewhere).status_code == 400
    assert ask(server, Origin="null").status_code == 400
    forwarded = {"Origin": "https://studio.example", "X-Forwarded-Host": "studio.example"}
    assert ask(server, **forwarded).status_code == 200
    monkeypatch.setattr(server.app.settings, "domain_name", "kitsu.studio.example")
    assert ask(server, Origin="https://kitsu.studio.example").status_code == 200
    monkeypatch.setattr(server.app.settings, "cors_allowed_origins", [elsewhere])
    assert ask(server, Origin=server.url).status_code == 200
    assert ask(server, Origin=elsewhere).status_code == 200


def test_servers_that_hand_over_no_sockets_leave_clients_to_polling(application):
    stream = "/socket.io/?EIO=4&transport=websocket"
    headers = {"Upgrade": "websocket", "Connection": "Upgrade"}
    answer = webtest.TestApp(application).get(stream, headers=headers, status=400)
    assert answer.json["message"].startswith("No WebSocket")


def test_listeners_are_let_go_when_the_server_stops():
    gone = threading.Event()
    with Server() as short:
        listener = Listener(short, transports=["websocket"])
        listener.client.on("disconnect", lambda reason: gone.set(), namespace="/events")
    assert gone.wait(SECONDS)


def test_there_is_a_limit_on_clients_and_the_api_goes_on():
    with Server(threads=10) as small, Listener(small) as one, Listener(small):
        assert ask(small).status_code == 503
        assert small.api.get("/data/departments").status == 200
        one.client.disconnect()
        assert ask(small).status_code == 200


def test_gazu_listens_with_the_url_of_the_api(server):
    client = gazu.client.create_client(server.api_url)
    gazu.log_in(server.admin_email, server.admin_password, client=client)
    gazu.client.set_event_host(server.api_url, client=client)
    heard = queue.Queue()
    events = gazu.events.init(client=client)
    gazu.events.add_listener(events, "department:new", heard.put)
    try:
        (made,) = make_departments(server.api, ["Heard by gazu"])
        assert heard.get(timeout=SECONDS) == {"department_id": made}
    finally:
        events.disconnect()


@pytest.fixture
def playlist(server):
    project = server.api.post("/data/projects", {"name": "Reviewed"}).json
    yield server.api.post("/data/playlists", {"name": "Dailies", "project_id": project["id"], "shots": []}).json
    server.reset()


def next_of(listener, name):
    """The payload of the next message of this name."""
    while (message := listener.next())[0] != name:
        pass
    return message[1]


def test_a_review_room_is_shared_by_those_who_opened_the_playlist(server, playlist):
    room = {"playlist_id": playlist["id"]}
    with Listener(server) as one, Listener(server) as other:
        one.send("preview-room:open-playlist", room)
        assert next_of(one, "preview-room:room-people-updated")["people"] == []
        one.send("preview-room:join", {**room, "current_frame": 3})
        assert next_of(one, "preview-room:room-updated")["current_frame"] == 3
        other.send("preview-room:open-playlist", room)
        assert len(next_of(other, "preview-room:room-people-updated")["people"]) == 1
        drawing = {**room, "data": {"local_id": "x#1"}}
        other.send("preview-room:add-annotation", drawing)
        assert next_of(one, "preview-room:add-annotation") == drawing
        assert next_of(other, "preview-room:add-annotation") == drawing


def test_who_is_not_of_the_project_gets_into_no_room(server, playlist):
    stranger = {"first_name": "A", "last_name": "B", "email": "stranger@example.com", "role": "user"}
    server.api.post("/data/persons", stranger)
    with Listener(server, server.token("stranger@example.com")) as outside, Listener(server) as inside:
        room = {"playlist_id": playlist["id"]}
        outside.send("preview-room:open-playlist", room)
        outside.send("preview-room:room-updated", {**room, "is_playing": True})
        inside.send("preview-room:open-playlist", room)
        next_of(inside, "preview-room:room-people-updated")
        inside.send("preview-room:join", room)
        assert next_of(inside, "preview-room:room-updated")["is_playing"] is False
        make_departments(server.api, ["Last"])
        heard = [name for name, _ in iter(outside.next, ("department:new", ANY))]
        assert not [name for name in heard if name.startswith("preview-room")]
