"""What a test server costs: start, reset, a seed of 10,000 rows and 500 files, 100 tests that make 5 things each.

    python tests/bench/states.py

The figures are milliseconds by the clock, the middle one of several, and CPU milliseconds of this process.
"""

import io
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from kitsulite import Server  # noqa: E402
from kitsulite.models.activity import ApiEvent  # noqa: E402
from kitsulite.models.entities import Entity  # noqa: E402
from kitsulite.models.fields import new_id  # noqa: E402
from kitsulite.models.tasks import Task  # noqa: E402

COLD = """
import time
before = time.perf_counter()
from kitsulite import Server
loaded = time.perf_counter()
with Server():
    print((loaded - before) * 1000, (time.perf_counter() - loaded) * 1000)
"""


def big(server):
    """10,000 rows and 500 files."""
    task = server.make.task(server.make.shot(server.make.project()))
    same = {name: task[name] for name in ("project_id", "task_type_id", "task_status_id")}
    kind = server.app.db.value("SELECT entity_type_id FROM entity WHERE id = ?", [task["entity_id"]])
    with server.app.db.write():
        for number in range(3334):
            shot = server.app.db.add(
                Entity, name=f"SH{number}", project_id=same["project_id"], entity_type_id=kind, nb_frames=100
            )
            server.app.db.add(Task, name="main", entity_id=shot, **same)
            server.app.db.add(ApiEvent, name="shot:new", data={"shot_id": shot}, project_id=same["project_id"])
    for _ in range(500):
        store(server)


def store(server):
    server.app.files.write("pictures", "previews", new_id(), io.BytesIO(b"x" * 10_000))


def five_things(server):
    project = server.make.project()
    shot = server.make.shot(project)
    server.make.comment(server.make.task(shot))


def measure(what, function, times=20, prepare=lambda: None):
    walls, cpus = [], []
    for _ in range(times):
        prepare()
        wall, cpu = time.perf_counter(), time.process_time()
        function()
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    print(f"{what:50} {statistics.median(walls):8.1f} ms {statistics.median(cpus):8.1f} ms CPU")


def fresh():
    with Server() as server:
        five_things(server)


def main():
    for _ in range(3):
        ended = subprocess.run([sys.executable, "-c", COLD], capture_output=True, text=True, check=True)
        loaded, started = map(float, ended.stdout.split())
        print(f"in a new process: import {loaded:.0f} ms, start {started:.0f} ms")
    measure("another start and stop", lambda: Server().start().stop())
    with Server() as server:
        measure("reset of a new studio, after a change", server.reset, 50, server.make.project)
        before = time.perf_counter()
        for _ in range(100):
            server.reset()
            five_things(server)
        print(f"{'100 tests that make 5 things each, a reset before':50} {time.perf_counter() - before:8.1f} s")
    before = time.perf_counter()
    for _ in range(100):
        fresh()
    print(f"{'the same, a new server for each':50} {time.perf_counter() - before:8.1f} s")
    with Server(seed=big) as server:
        measure("reset of 10,000 rows and 500 files, after a read", server.reset)
        measure("after a row", server.reset, prepare=server.make.project)
        measure("after a row and a file", server.reset, prepare=lambda: (server.make.project(), store(server)))
        measure("snapshot of them", lambda: server.snapshot("again"))


if __name__ == "__main__":
    main()
