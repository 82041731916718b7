"""What a backup of a large studio takes, and what those who work meanwhile notice.

    python tests/bench/backup.py                                # 1 GB of rows, 10,000 files
    python tests/bench/backup.py --megabytes 100 --files 1000 --rounds 1 --folder /mnt/disk

Per kind of backup: its seconds, those of a plain copy of the same bytes, and of a client that reads a task
and one that changes it: median and 95th percentile of the reads, the longest write, before and meanwhile. Of
several rounds the best counts, as the machine may be busy with something else; its load is shown.
"""

import argparse
import functools
import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from bench.production import Production, Size  # noqa: E402
from kitsulite_process import Process, environment  # noqa: E402

from kitsulite import Server  # noqa: E402
from kitsulite.client import Client  # noqa: E402
from kitsulite.models.fields import new_id  # noqa: E402
from kitsulite.models.previews import PreviewFile  # noqa: E402


def fill(folder, megabytes, files, kilobytes):
    """A studio of so many bytes of rows and so many stored files; returns a token and the id of a task."""
    with Server(folder, synchronous="OFF", backup_every=0) as server:
        app = server.app
        production = Production(app, Size(shots=500))
        tasks, db = production.tasks, app.db
        columns = "id, created_at, updated_at, object_id, object_type, text, person_id, checklist, data, pinned"
        # most texts of a studio are short and alike, attachments of JSON are long: neither of them is random
        text = production.text(300).ljust(1500, ".")
        number = 0
        while Path(db.path).stat().st_size < megabytes << 20:
            with db.write():
                rows = [
                    [
                        new_id(),
                        *[production.moment()] * 2,
                        tasks[n % len(tasks)],
                        "task",
                        f"{secrets.token_hex(200)}{text}",
                    ]
                    for n in range(number, number + 10_000)
                ]
                marks = "?, ?, ?, ?, ?, ?, ?, '[]', '{}', 0"
                db.execute_many(
                    f"INSERT INTO comment ({columns}) VALUES ({marks})",
                    [[*row, production.persons[0]] for row in rows],
                )
                number += len(rows)
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with db.write():
            for n in range(files):
                row_id = db.add(
                    PreviewFile,
                    name=f"{n}",
                    task_id=tasks[n % len(tasks)],
                    revision=n,
                    status="ready",
                    original_name="a",
                )
                place = app.files.path("pictures", "original", row_id)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(os.urandom(kilobytes << 10))
        return server.token(), tasks[0]


class Asking:
    """A client that asks again and again; the milliseconds of each answer."""

    def __init__(self, url, token, ask):
        self.spent, self.ask = [], ask
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, args=[Client(url, token)])
        self._thread.start()

    def _run(self, client):
        while not self._ended.wait(0.005):
            began = time.perf_counter()
            answer = self.ask(client)
            self.spent.append((time.perf_counter() - began) * 1000)
            assert answer.status == 200, answer

    def end(self):
        self._ended.set()
        self._thread.join()


def noticed(url, token, task_id, work):
    """Seconds of a piece of work, and what a reader and a writer noticed of it."""
    path = f"/data/tasks/{task_id}"
    reader = Asking(url, token, lambda client: client.get(path))
    writer = Asking(url, token, lambda client: client.put(path, {"data": {"at": time.time()}}))
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    reader.end()
    writer.end()
    p95 = statistics.quantiles(reader.spent, n=20)[-1]
    return seconds, statistics.median(reader.spent), p95, max(writer.spent), len(writer.spent)


def backup(kind, folder, target, client):
    """Make a backup of a kind."""
    if kind == "asked":
        made = client.post("/kitsulite/backups")
        assert made.status == 201, made
        return
    path = {"zip": target / "copy.zip", "folder": target / "copy"}[kind]
    command = [sys.executable, "-m", "kitsulite", "backup", str(path), "--data-dir", str(folder)]
    subprocess.run(command, check=True, env=environment(), stdout=subprocess.DEVNULL)


def plain_copy(folder, target):
    """Copy the bytes of a studio, safe on the disk."""
    shutil.copytree(folder, target / "plain", ignore=shutil.ignore_patterns("backups", "*.lock"))
    os.sync()


def measure(folder, token, task_id, rounds):
    """What is noticed of nothing, of a plain copy, and of each kind of backup, per round."""
    with Process(folder, "--backup-every", "0") as process:
        client = Client(process.api_url, token)

        def row(name, work):
            found = noticed(process.api_url, token, task_id, work)
            seconds, median, p95, longest, writes = found
            figures = f"{seconds:8.1f} s  {median:7.1f} {p95:7.1f} ms {longest:8.0f} ms of {writes:5}"
            print(f"{figures}  {name}  (load {os.getloadavg()[0]:.1f})", flush=True)

        print(" seconds    p50     p95 of reads   longest write")
        for _ in range(rounds):
            row("nothing", lambda: time.sleep(10))
            with tempfile.TemporaryDirectory(dir=folder.parent) as place:
                row("a plain copy", functools.partial(plain_copy, folder, Path(place)))
            for kind in ("folder", "zip", "asked"):
                with tempfile.TemporaryDirectory(dir=folder.parent) as place:
                    row(kind, functools.partial(backup, kind, folder, Path(place), client))
                shutil.rmtree(folder / "backups", ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1024, help="of rows")
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--kilobytes", type=int, default=50, help="of a file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=None, help="where the studio is made, and kept")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = (args.folder or Path(place)) / "studio"
        note = folder.parent / "studio.json"
        if note.exists():
            found = json.loads(note.read_text())
        else:
            found = fill(folder, args.megabytes, args.files, args.kilobytes)
            note.write_text(json.dumps(found))
        measure(folder, *found, args.rounds)


if __name__ == "__main__":
    main()
