"""What the live stream costs: from a commit to a listener, and what listeners do to the API.

    python tests/bench/live.py                     # 40 listeners, by websocket and by polling
    python tests/bench/live.py --listeners 56 --requests 500

A server with 64 threads runs in a process of its own, the listeners in another. The delay
counts from the moment before the request of a comment is sent, so it holds the request too.
Requests are sent in turns with none and with all of the listeners connected, so that a busy
machine harms both alike; those that write make the server tell every listener.
"""

import argparse
import multiprocessing
import statistics
import sys
import tempfile
import time
from pathlib import Path

import requests
import socketio

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from kitsulite_process import Process  # noqa: E402

EMAIL, PASSWORD = "admin@example.com", "mysecretpassword"
TURNS = 4


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


def listen(url, token, count, transport, heard, ready, done):
    """Connect listeners and report each comment that the first of them hears."""
    clients = [socketio.Client(reconnection=False) for _ in range(count)]
    clients[0].on("comment:new", lambda payload: heard.put(time.time()), namespace="/events")
    for client in clients:
        client.connect(
            url, headers={"Authorization": f"Bearer {token}"}, namespaces=["/", "/events"], transports=[transport]
        )
    ready.set()
    done.wait()
    for client in clients:
        client.disconnect()


class Listeners:
    """Event clients in a process of their own, while the block lasts."""

    def __init__(self, server, api, count, transport):
        context = multiprocessing.get_context("spawn")
        self.heard, self.ready, self.done = context.Queue(), context.Event(), context.Event()
        arguments = (server.url, api.token, count, transport, self.heard, self.ready, self.done)
        self.process = context.Process(target=listen, args=arguments)

    def __enter__(self):
        self.process.start()
        if not self.ready.wait(60):
            raise SystemExit("the listeners did not connect within a minute")
        return self

    def __exit__(self, *error):
        self.done.set()
        self.process.join()


def timed(call, count):
    """Milliseconds of each of so many calls."""
    spent = []
    for _ in range(count):
        start = time.perf_counter()
        call()
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def delays(daily, listeners, count):
    """Milliseconds from sending a comment to hearing of it, one at a time."""
    found = []
    for _ in range(count):
        start = time.time()
        daily.comment()
        found.append((listeners.heard.get(timeout=30) - start) * 1000)
    return found


def row(name, spent):
    spent = sorted(spent)
    print(f"{name:<44} {statistics.median(spent):>8.2f} {spent[len(spent) * 95 // 100]:>8.2f} {spent[-1]:>8.2f}")


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listeners", type=int, default=40)
    parser.add_argument("--requests", type=int, default=200, help="requests of each kind and turn")
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
            with Listeners(server, api, 1, transport) as one:
                row(f"comment to listener, {transport}", delays(daily, one, asked.requests))
            alone, crowded = {"read": [], "comment": []}, {"read": [], "comment": []}
            for _ in range(TURNS):
                for spent, count in ((alone, 0), (crowded, asked.listeners)):
                    if count:
                        with Listeners(server, api, count, transport):
                            measure(daily, spent, asked.requests)
                    else:
                        measure(daily, spent, asked.requests)
            for kind in alone:
                row(f"{kind}, no listeners", alone[kind])
                row(f"{kind}, {asked.listeners} listeners by {transport}", crowded[kind])


def measure(daily, spent, count):
    for kind, calls in spent.items():
        calls += timed(getattr(daily, kind), count)


if __name__ == "__main__":
    main()
