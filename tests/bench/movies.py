"""What movies cost: seconds until a clip is ready, other reads meanwhile, memory of an upload.

    PYTHONPATH=.:tests python tests/bench/movies.py             # all of it; uploads 500 MB
    PYTHONPATH=.:tests python tests/bench/movies.py 2000        # uploads so many MB

A server runs in a process of its own with the settings that it has by default, but for two workers
while it converts two movies at once. The load of the machine is printed with each figure.
"""

import contextlib
import http.client
import os
import signal
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from bench.hostile import memory
from clips import Clips
from kitsulite_process import Process
from support import Studio

from kitsulite import Server
from kitsulite.auth import tokens
from kitsulite.client import Client
from kitsulite.models.projects import Project

SMALL, FULL = "testsrc2=s=320x180:r=25:d=2", "testsrc2=s=1920x1080:r=25:d=2"
LONG = "testsrc2=s=1920x1080:r=25:d=20"
ENCODING = ("-preset", "ultrafast", "-pix_fmt", "yuv420p")
PREVIEWS, READS, TURNS = 12, 50, 8
BOUNDARY = "bench"


class Bench:
    """A production with previews that wait for their files."""

    def __init__(self, folder):
        self.folder = folder
        with Server(folder, synchronous="OFF") as server:
            studio = Studio(server.app)
            self.task, self.small = self.filled(studio, "320x180")
            _, self.full = self.filled(studio, None)
            self.token = tokens.pair(server.app.settings, studio.admin["id"])[0]

    def filled(self, studio, resolution):
        project = studio.project(team=[studio.admin])
        with studio.db.write():
            studio.db.update(Project, project["id"], resolution=resolution)
        task = studio.task(studio.entity(project, "Shot"), "Animation")
        return task, [studio.preview(task, extension="mp4", status="processing")["id"] for _ in range(PREVIEWS)]

    def delay(self, preview_id):
        """The seconds that the job of a preview has waited."""
        with contextlib.closing(sqlite3.connect(self.folder / "kitsulite.db")) as db:
            moments = db.execute("SELECT created_at, started_at FROM job WHERE subject_id = ?", [preview_id]).fetchone()
        queued, started = map(datetime.fromisoformat, moments)
        return (started - queued).total_seconds()

    def client(self, process):
        return Client(process.api_url, self.token)


def load():
    return f"load {os.getloadavg()[0]:.1f}"


def until_ready(client, preview_id):
    """The status of a preview that is no longer processed."""
    while (status := client.get(f"/data/preview-files/{preview_id}").json["status"]) == "processing":
        time.sleep(0.02)
    return status


def readiness(bench, process, what, content, preview_ids):
    """How long it takes from an upload to its answer, to the start of its job and to a ready movie."""
    client, answered, ready, queued = bench.client(process), [], [], []
    for preview_id in preview_ids:
        start = time.perf_counter()
        client.upload(f"/pictures/preview-files/{preview_id}", content, "a.mp4")
        answered.append(time.perf_counter() - start)
        status = until_ready(client, preview_id)
        ready.append(time.perf_counter() - start)
        if status != "ready":
            raise SystemExit(f"the movie is {status}")
        queued.append(bench.delay(preview_id))
    for name, taken in (("answered", answered), ("started", queued), ("ready", ready)):
        print(f"{what}: {name} after {statistics.median(taken):.3f} s, {max(taken):.3f} at most  ({load()})")


def timed_reads(client, path):
    taken = []
    for _ in range(READS):
        start = time.perf_counter()
        client.get(path)
        taken.append((time.perf_counter() - start) * 1000)
        time.sleep(0.005)
    return taken


def reads(bench, process, movie):
    """The same small reads in turns while two movies are converted and while these stand still."""
    client, path = bench.client(process), f"/data/tasks/{bench.task['id']}"
    timed_reads(client, path)
    for preview_id in bench.full[-2:]:
        client.upload(f"/pictures/preview-files/{preview_id}", movie, "a.mp4")
    time.sleep(2)
    alone, crowded = [], []
    for _ in range(TURNS):
        for taken, order in ((alone, signal.SIGSTOP), (crowded, signal.SIGCONT)):
            for child in children(process.process.pid):
                os.kill(child, order)
            taken += timed_reads(client, path)
    states = [client.get(f"/data/preview-files/{preview_id}").json["status"] for preview_id in bench.full[-2:]]
    if states != ["processing"] * 2:
        raise SystemExit(f"the conversions ended too early: {states}")
    for name, taken in (("alone", alone), ("two conversions", crowded)):
        shown = statistics.quantiles(taken, n=100)
        print(f"reads, {name}: {statistics.median(taken):.2f} ms, 95 %: {shown[94]:.2f} ms  ({load()})")
    print(f"reads: slower by {statistics.median(crowded) / statistics.median(alone):.2f}")


def children(pid):
    """The processes that the threads of a process have started."""
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in found for child in path.read_text().split()]


def upload_memory(bench, process, megabytes, name="a.zip"):
    """(status of an upload, megabytes of memory that it takes of the server above what a small one does)."""
    client = bench.client(process)
    client.upload(f"/pictures/preview-files/{bench.small[-1]}", b"no movie", "a.mp4")
    until_ready(client, bench.small[-1])
    before = memory(process.process.pid)[0]
    Path(f"/proc/{process.process.pid}/clear_refs").write_text("5")
    status = stream(process, bench.token, f"/api/pictures/preview-files/{bench.small[-2]}", megabytes, name)
    return status, memory(process.process.pid)[1] - before


def stream(process, token, path, megabytes, name):
    """Send a file that nowhere is as a whole; returns the status."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    end, piece = f"\r\n--{BOUNDARY}--\r\n".encode(), os.urandom(1 << 20)
    line = http.client.HTTPConnection(urlsplit(process.url).netloc)
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(head) + megabytes * len(piece) + len(end)),
    }
    line.request("POST", path, (part for part in (head, *[piece] * megabytes, end)), headers)
    return line.getresponse().status


def main(megabytes="500"):
    folder = Path(tempfile.mkdtemp())
    clips = Clips(folder)
    made = [
        clips.make(f"{number}.mp4", "-f", "lavfi", "-i", source, *ENCODING).read_bytes()
        for number, source in enumerate((SMALL, FULL, LONG))
    ]
    bench = Bench(folder / "data")
    with Process(bench.folder) as process:
        readiness(bench, process, "320x180, 2 s", made[0], bench.small[:5])
        readiness(bench, process, "320x180, 2 s, made 1080p", made[0], bench.full[:3])
        readiness(bench, process, "1080p, 2 s", made[1], bench.full[3:6])
        start = time.perf_counter()
        status, most = upload_memory(bench, process, int(megabytes))
        taken = time.perf_counter() - start
        print(f"upload of {megabytes} MB: {status} after {taken:.1f} s, {most} MB of memory  ({load()})")
    with Process(bench.folder, "--job-workers", "2") as process:
        reads(bench, process, made[2])


if __name__ == "__main__":
    main(*sys.argv[1:])
