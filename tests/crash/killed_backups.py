"""Kill a server again and again while it writes, takes uploads and makes backups, and look at what is left.

    PYTHONPATH=.:tests python tests/crash/killed_backups.py            # 100 kills
    PYTHONPATH=.:tests python tests/crash/killed_backups.py 5 SEED     # so many, at other moments

Every write that was acknowledged must be there afterwards, with its file; every backup that is listed
must be whole.
"""

import contextlib
import http.client
import io
import random
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

from kitsulite_process import Process
from PIL import Image

from kitsulite import Server
from kitsulite.application import Application
from kitsulite.client import Client
from kitsulite.domain.server import verification
from kitsulite.domain.server.backups import silent
from kitsulite.store.backups import restoring
from kitsulite.store.migrations import STEPS

WRITERS = 3
GONE = (OSError, http.client.HTTPException)


def picture():
    stream = io.BytesIO()
    Image.new("RGB", (32, 32), "red").save(stream, "PNG")
    return stream.getvalue()


class Studio:
    """A data folder, and what its server has acknowledged."""

    def __init__(self, folder):
        self.folder, self.picture = folder, picture()
        with Server(folder) as server:
            self.token = server.token()
        self.persons, self.faces = set(), set()
        self.acknowledged = threading.Event()

    def write(self, client, number):
        """Make persons with avatars until the server is gone."""
        with contextlib.suppress(*GONE):
            for n in range(10_000):
                address = f"p{number}-{n}-{time.monotonic_ns()}@studio.example"
                made = client.post("/data/persons", {"first_name": "P", "last_name": "Q", "email": address})
                if made.status == 201:
                    self.persons.add(made.json["id"])
                    self.acknowledged.set()
                    path = f"/pictures/thumbnails/persons/{made.json['id']}"
                    if client.upload(path, self.picture, "a.png").status == 201:
                        self.faces.add(made.json["id"])

    def back_up(self, client):
        """Make backups until the server is gone."""
        with contextlib.suppress(*GONE):
            while True:
                client.post("/kitsulite/backups")

    def round(self, seconds):
        """Let a server work for so long after the first write, then kill it."""
        self.acknowledged.clear()
        with Process(self.folder, "--backup-keep", "2", "--user-limit", "1000000") as process:
            client = Client(process.api_url, self.token)
            workers = [threading.Thread(target=self.write, args=(client, number)) for number in range(WRITERS)]
            workers.append(threading.Thread(target=self.back_up, args=(client,)))
            [worker.start() for worker in workers]
            self.acknowledged.wait(60)
            time.sleep(seconds)
            process.end(signal.SIGKILL)
            [worker.join() for worker in workers]

    def problems(self):
        """What is wrong with the folder now."""
        app = Application(data_dir=self.folder)
        try:
            stored = set(app.db.column("SELECT id FROM person"))
            # a file without a row is what a crash may leave
            found = [text for kind, text in verification.problems(app) if kind != "orphan"]
            found += [f"person {row_id} is lost" for row_id in self.persons - stored]
            found += [
                f"avatar {row_id} is lost"
                for row_id in self.faces
                if not app.files.find("pictures", "thumbnails", row_id)
            ]
            for path in app.backups.paths():
                restoring.verify(path, len(STEPS), silent)
            return found
        finally:
            app.close()


def main(kills=100, seed=0):
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        studio = Studio(Path(place, "studio"))
        for number in range(int(kills)):
            studio.round(chance.uniform(0, 1.5))
            found = studio.problems()
            print(f"{number + 1}: {len(studio.persons)} persons, {len(studio.faces)} avatars, {len(found)} problems")
            if found:
                print("\n".join(found[:20]))
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
