"""What one server costs: CPU and bytes of each kind of request, throughput of a mix, memory, waiting for a bulk write.

    python tests/bench/endpoints.py                        # 670 shots, 166 assets, 5,000 tasks
    python tests/bench/endpoints.py --only tasks --windows 20
    python tests/bench/endpoints.py --clients 32 --seconds 20

A production of that size is written into a temporary data folder, and a server of its own process serves it on
the port that it gets. CPU is that of the whole process, in milliseconds per request, the least and the median of
so many windows of requests: on a busy machine it says more than the time. Linux only, for the figures of /proc.
"""

import argparse
import http.client
import json
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from bench.production import Production, Size  # noqa: E402
from kitsulite_process import Process  # noqa: E402

import kitsulite  # noqa: E402
from kitsulite.models.entities import Entity  # noqa: E402
from kitsulite.models.projects import Project  # noqa: E402

EMAIL, PASSWORD = "admin@example.com", "mysecretpassword"
READS = (
    "/",
    "/auth/authenticated",
    "/data/user/context",
    "/data/projects/open",
    "/data/tasks/{task}",
    "/data/shots/{shot}",
    "/data/entities/{shot}",
    "/data/tasks?entity_id={shot}",
    "/data/tasks/{task}/full",
    "/data/tasks/{task}/comments",
    "/data/projects/{project}/entities/{shot}/casting",
    "/data/persons",
    "/data/user/tasks",
    "/data/shots/all?project_id={project}&name=SH00100",
    "/data/tasks?project_id={project}&page=1",
    "/data/tasks?page=30",
    "/data/tasks/open-tasks?page=3",
    "/data/user/tasks-to-check?page=1&limit=50",
    "/data/projects/{project}/news",
    "/data/events/last?limit=100",
    "/data/entities?project_id={project}",
    "/data/assets/with-tasks?project_id={project}",
    "/data/shots/with-tasks?project_id={project}",
    "/data/shots/with-tasks?project_id={project}&compact=true&stream=true",
    "/data/projects/{project}/tasks",
    "/data/projects/{project}/sequences/all/casting",
    "/export/csv/projects/{project}/shots.csv",
)
#: what the mix asks for, one in ten of it a comment
MIX = (
    "/data/tasks/{task}",
    "/data/shots/{shot}",
    "/data/user/context",
    "/data/tasks?entity_id={shot}",
    "/data/persons",
)


class Line:
    """A connection to the server, as the administrator."""

    def __init__(self, server, token=None):
        self.connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=120)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, method, path, body=None, **headers):
        given = {**self.headers, "Accept-Encoding": "identity", **headers}
        if body is not None:
            given["Content-Type"] = "application/json"
        self.connection.request(method, path, None if body is None else json.dumps(body), given)
        answer = self.connection.getresponse()
        content = answer.read()
        if not 200 <= answer.status < 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:200]}")
        return content


class Bench:
    def __init__(self, server, production):
        self.server, self.production = server, production
        self.ids = {"project": production.project_id, "task": production.tasks[0], "shot": production.shots[0]}
        self.token = json.loads(Line(server).ask("POST", "/auth/login", {"email": EMAIL, "password": PASSWORD}))[
            "access_token"
        ]
        self.line = Line(server, self.token)

    def writes(self):
        tasks, shots, state = self.production.tasks, self.production.shots, [0]

        def next_of(ids):
            state[0] += 1
            return ids[state[0] % len(ids)]

        def named(path, method="POST"):
            return method, path

        return {
            "PUT /data/tasks/<id>": lambda: (
                *named(f"/data/tasks/{next_of(tasks)}", "PUT"),
                {"priority": state[0] % 3},
            ),
            "PUT /data/entities/<id>": lambda: (
                *named(f"/data/entities/{next_of(shots)}", "PUT"),
                {"description": f"bench {state[0]}"},
            ),
            "POST comment": lambda: (*named(f"/actions/tasks/{next_of(tasks)}/comment"), self.comment(state[0])),
            "POST shots": lambda: (
                *named(f"/data/projects/{self.ids['project']}/shots"),
                {"name": f"BN{next_of(range(10**6))}", "sequence_id": self.production.sequences[0]},
            ),
            "POST login": lambda: (*named("/auth/login"), {"email": EMAIL, "password": PASSWORD}),
        }

    def comment(self, number):
        return {"task_status_id": self.production.statuses[number % 2], "comment": f"bench {number}"}

    def costs(self, only, windows, most):
        """Print CPU per request and bytes of each kind."""
        print(f"{'least':>9} {'median':>9} {'bytes':>10} {'gzip':>9}  CPU ms per request")
        for path in READS:
            if only in path:
                path = path.format(**self.ids)
                plain = len(self.line.ask("GET", path))
                small = len(self.line.ask("GET", path, **{"Accept-Encoding": "gzip"}))
                self.row(path, self.spent(lambda path=path: self.line.ask("GET", path), windows, most), plain, small)
        for name, make in self.writes().items():
            if only in name:
                self.row(name, self.spent(lambda make=make: self.line.ask(*make()), windows, most))

    def row(self, name, spent, plain="", small=""):
        print(f"{min(spent):9.3f} {statistics.median(spent):9.3f} {plain:>10} {small:>9}  {name}", flush=True)

    def spent(self, ask, windows, most):
        """CPU milliseconds per request in each window of requests; a window lasts some 50 ms."""
        start = time.perf_counter()
        ask()
        number = max(1, min(most, int(0.05 / (time.perf_counter() - start))))
        found = []
        for _ in range(windows):
            before = self.cpu()
            for _ in range(number):
                ask()
            found.append((self.cpu() - before) / number)
        return found

    def cpu(self):
        """CPU milliseconds of the process so far, those of threads that have ended too."""
        # the clock of another process, as clock_getcpuclockid() numbers it
        return time.clock_gettime(~self.server.process.pid << 3 | 2) * 1000

    def memory(self):
        """Megabytes of the process, of which what it shares counts in part."""
        lines = Path(f"/proc/{self.server.process.pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024

    def throughput(self, clients, seconds):
        """Print requests per second of the mix, and what one costs."""
        until, counts = time.monotonic() + seconds, [0] * clients

        def run(number):
            line, comment = Line(self.server, self.token), self.writes()["POST comment"]
            while time.monotonic() < until:
                turn = counts[number]
                if turn % 10:
                    line.ask("GET", MIX[turn % len(MIX)].format(**self.ids))
                else:
                    line.ask(*comment())
                counts[number] += 1

        before = self.cpu()
        run_all([lambda number=number: run(number) for number in range(clients)])
        cost = (self.cpu() - before) / sum(counts)
        print(f"{clients} clients: {sum(counts) / seconds:.0f} requests a second, {cost:.3f} CPU ms each")

    def bulk(self, project_id, task_type_id):
        """Print how long the tasks of all shots of a project take, and how long logins beside it."""
        logins, done = [], threading.Event()

        def sign_in():
            while not done.is_set():
                start = time.perf_counter()
                Line(self.server).ask("POST", "/auth/login", {"email": EMAIL, "password": PASSWORD})
                logins.append(time.perf_counter() - start)

        def make():
            start = time.perf_counter()
            path = f"/actions/projects/{project_id}/task-types/{task_type_id}/shots/create-tasks"
            made = json.loads(Line(self.server, self.token).ask("POST", path))
            taken.append((len(made), time.perf_counter() - start))
            done.set()

        taken = []
        alone = min(self.alone() for _ in range(3))
        run_all([sign_in, make])
        (count, seconds), slowest = taken[0], max(logins)
        print(f"{count} tasks in {seconds:.2f} s; a login {slowest:.2f} s at most, {alone:.2f} s alone")

    def alone(self):
        start = time.perf_counter()
        Line(self.server).ask("POST", "/auth/login", {"email": EMAIL, "password": PASSWORD})
        return time.perf_counter() - start


def run_all(jobs):
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def prepare(folder, size, bulk):
    """A production in a data folder, and beside it one of so many shots without a task; its id."""
    app = kitsulite.create_app(data_dir=folder, admin_password=PASSWORD)
    production = Production(app, size)
    project = app.db.get(Project, production.project_id)
    kind_id = app.db.get(Entity, production.shots[0])["entity_type_id"]
    with app.db.write():
        other_id = app.db.add(Project, name="Bulk", project_status_id=project["project_status_id"])
        columns = {"project_id": other_id, "entity_type_id": kind_id}
        sequence_id = app.db.add(Entity, name="SQ", **columns)
        for n in range(bulk):
            app.db.add(Entity, name=f"SH{n:05}", parent_id=sequence_id, **columns)
    app.close()
    return production, other_id


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shots", type=int, default=670)
    parser.add_argument("--only", default="", help="only requests that hold this text")
    parser.add_argument("--windows", type=int, default=9)
    parser.add_argument("--most", type=int, default=100, help="most requests in a window")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--bulk", type=int, default=10_000, help="tasks that are made at once; 0 for none")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kitsulite-bench-") as folder:
        production, other_id = prepare(folder, Size(shots=args.shots), args.bulk if not args.only else 0)
        with Process(folder, "--backup-every", "0") as server:
            bench = Bench(server, production)
            before = bench.memory()
            bench.costs(args.only, args.windows, args.most)
            if args.only:
                return
            bench.throughput(args.clients, args.seconds)
            print(f"memory: {before:.0f} MB before, {bench.memory():.0f} MB after")
            if args.bulk:
                bench.bulk(other_id, production.task_types["Shot"][0])


if __name__ == "__main__":
    main()
