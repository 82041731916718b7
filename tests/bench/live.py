"""What the live stream costs: from a commit to a listener, and what listeners do to the API.

    python tests/bench/live.py                     # 40 listeners, by websocket and by polling
    python tests/bench/live.py --listeners 56 --requests 500

A server with 64 threads runs in a process of its own, the listeners in another. The delay
counts from the moment before the request of a comment is sent, so it holds the request too.
Requests are sent in turns with none and with all of the listeners connected, so that a busy
machine harms both alike; the ones that write make the server send to every listener. There are
`--pace` milliseconds between them, as between those of a busy studio: with 0, the figures of
comments are those of a machine that does nothing but send them to listeners.
"""

import argparse
import http.client
import json
import multiprocessing
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import requests
import socketio
import websocket

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from kitsulite_process import Process  # noqa: E402

EMAIL, PASSWORD = "admin@example.com", "mysecretpassword"
TURNS = 4
CONTEXT = multiprocessing.get_context("spawn")


class Api:
    """The API as the administrator, over one connection."""

    def __init__(self, url):
        self.url, self.session = url, requests.Session()
        login = self.post("/auth/login", {"email": EMAIL, "password": PASSWORD})
        self.token = login["access_token"]
        self.session.headers["Authorization"] = f"Bearer {self.token}"

    def get(self, path):
        return self.answer(self.session.get(self.url + path, timeout=30))

    def post(self, path, body):
        return self.answer(self.session.post(self.url + path, json=body, timeout=30))

    def answer(self, response):
        response.raise_for_status()
        return response.json()


class Daily:
    """A production with a task, and the comments that change its status."""

    def __init__(self, api):
        self.api = api
        project = api.post("/data/projects", {"name": "Live"})
        kind = api.post("/data/entity-types", {"name": "Bench prop"})
        asset = api.post(f"/data/projects/{project['id']}/asset-types/{kind['id']}/assets/new", {"name": "Chair"})
        task_type = api.post("/data/task-types", {"name": "Bench", "color": "#000000", "for_entity": "Asset"})
        made = api.post(
            f"/actions/projects/{project['id']}/task-types/{task_type['id']}/assets/create-tasks", [asset["id"]]
        )
        self.task_id = made[0]["id"]
        self.statuses = [status["id"] for status in api.get("/data/task-status")[:2]]

    def read(self):
        self.api.get(f"/data/tasks/{self.task_id}")

    def comment(self):
        self.statuses.reverse()
        body = {"task_status_id": self.statuses[0], "comment": "Please check the arc of the hand"}
        self.api.post(f"/actions/tasks/{self.task_id}/comment", body)


def hear(url, token, transport, heard, ready, done):
    """One client as Python programs have it, which reports each comment that it hears."""
    client = socketio.Client(reconnection=False)
    client.on("comment:new", lambda payload: heard.put(time.time()), namespace="/events")
    headers = {"Authorization": f"Bearer {token}"}
    client.connect(url, headers=headers, namespaces=["/", "/events"], transports=[transport])
    ready.set()
    done.wait()
    client.disconnect()


def crowd(url, token, transport, count, ready, done):
    """Clients that only receive: those of a studio burn the CPU of other machines."""
    joined = [TAKERS[transport](f"{url}/socket.io/?EIO=4", f"Bearer {token}") for _ in range(count)]
    for taker in joined:
        threading.Thread(target=taker.take, daemon=True).start()
    ready.set()
    done.wait()
    for taker in joined:
        taker.leave()


class ByWebSocket:
    """A client that reads and forgets."""

    def __init__(self, stream, authorization):
        address = stream.replace("http", "ws", 1) + "&transport=websocket"
        self.line = websocket.create_connection(address, header={"Authorization": authorization})
        self.line.send("40/events,")

    def take(self):
        while self.line.sock and self.line.sock.recv(65536):
            pass

    def leave(self):
        self.line.send("1")


class ByPolling:
    """A client that asks, reads and forgets."""

    def __init__(self, stream, authorization):
        self.session = requests.Session()
        self.session.headers["Authorization"] = authorization
        self.address = stream + "&transport=polling"
        self.address += f"&sid={json.loads(self.session.get(self.address, timeout=30).text[1:])['sid']}"
        self.session.post(self.address, b"40/events,", timeout=30)

    def take(self):
        place = urlsplit(self.address)
        line, status = http.client.HTTPConnection(place.netloc), 200
        while status == 200:
            line.request("GET", f"{place.path}?{place.query}")
            answer = line.getresponse()
            status = answer.status
            answer.read()

    def leave(self):
        self.session.post(self.address, b"1", timeout=30)


TAKERS = {"websocket": ByWebSocket, "polling": ByPolling}


class Listeners:
    """Event clients in a process of their own, while the block lasts."""

    def __init__(self, target, *arguments):
        self.ready, self.done = CONTEXT.Event(), CONTEXT.Event()
        self.process = CONTEXT.Process(target=target, args=(*arguments, self.ready, self.done))

    def __enter__(self):
        self.process.start()
        if not self.ready.wait(60):
            raise SystemExit("the listeners did not connect within a minute")

    def __exit__(self, *error):
        self.done.set()
        self.process.join()


def timed(call, count, pace=0):
    """Milliseconds of each of so many calls, with a pause of `pace` milliseconds before each."""
    spent = []
    for _ in range(count):
        time.sleep(pace / 1000)
        start = time.perf_counter()
        call()
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def delays(daily, heard, count):
    """Milliseconds from sending a comment to hearing of it, one at a time."""
    found = []
    for _ in range(count):
        start = time.time()
        daily.comment()
        found.append((heard.get(timeout=30) - start) * 1000)
    return found


def row(name, spent):
    spent = sorted(spent)
    print(f"{name:<44} {statistics.median(spent):>8.2f} {spent[len(spent) * 95 // 100]:>8.2f} {spent[-1]:>8.2f}")


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listeners", type=int, default=40, help="event clients, besides those of the API")
    parser.add_argument("--requests", type=int, default=100, help="requests of each kind and turn")
    parser.add_argument("--pace", type=float, default=20, help="milliseconds between requests")
    return parser.parse_args()


def main():
    asked = options()
    flags = ("--admin-email", EMAIL, "--admin-password", PASSWORD, "--threads", "64")
    with tempfile.TemporaryDirectory(prefix="kitsulite-bench-") as folder, Process(folder, *flags) as server:
        api = Api(server.api_url)
        daily = Daily(api)
        timed(daily.comment, 20)
        print(f"{'milliseconds':<44} {'median':>8} {'95 %':>8} {'most':>8}")
        for transport in ("websocket", "polling"):
            heard = CONTEXT.Queue()
            with Listeners(hear, server.url, api.token, transport, heard):
                row(f"comment to listener, {transport}", delays(daily, heard, asked.requests))
            alone, crowded = {"read": [], "comment": []}, {"read": [], "comment": []}
            for _ in range(TURNS):
                for spent, count in ((alone, 0), (crowded, asked.listeners)):
                    if count:
                        with Listeners(crowd, server.url, api.token, transport, count):
                            measure(daily, spent, asked)
                    else:
                        measure(daily, spent, asked)
            for kind in alone:
                row(f"{kind}, no listeners", alone[kind])
                row(f"{kind}, {asked.listeners} listeners by {transport}", crowded[kind])


def measure(daily, spent, asked):
    for kind, calls in spent.items():
        calls += timed(getattr(daily, kind), asked.requests, asked.pace)


if __name__ == "__main__":
    main()
