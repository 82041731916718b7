"""Kill a server again and again while it converts movies and builds playlists, and look at what is left.

    PYTHONPATH=.:tests python tests/crash/killed_conversions.py            # 30 kills
    PYTHONPATH=.:tests python tests/crash/killed_conversions.py 5 SEED     # so many, at other moments

Every preview and build must end as ready or as a named failure, and no file may be left over.
"""

import contextlib
import io
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from clips import Clips
from kitsulite_process import Process
from support import Studio

from kitsulite import Server
from kitsulite.application import Application
from kitsulite.auth import tokens
from kitsulite.client import Client
from kitsulite.domain.server import verification
from kitsulite.models.previews import BuildJob, Playlist, PreviewFile
from kitsulite.models.projects import Project

#: seconds without the end of any work after which it counts as never ending
PATIENCE = 120
FLAGS = ("--movie-encoding-preset", "ultrafast", "--synchronous", "OFF")
#: unfinished work as the database knows it
UNFINISHED = (
    "SELECT 1 FROM preview_file WHERE status = 'processing' AND original_name IS NOT NULL"
    " UNION ALL SELECT 1 FROM build_job WHERE status = 'running'"
    " UNION ALL SELECT 1 FROM job WHERE state IN ('queued', 'running')"
)
COUNT = f"SELECT count(*) FROM ({UNFINISHED})"


class Studies:
    """A data folder with a production of small movies, and what is asked of its server."""

    def __init__(self, folder, movie):
        self.folder, self.movie = folder, movie
        with Server(folder, synchronous="OFF") as server:
            studio = Studio(server.app)
            project = studio.project(team=[studio.admin])
            with studio.db.write():
                studio.db.update(Project, project["id"], resolution="192x108", fps="10")
            self.task = studio.task(studio.entity(project, "Shot"), "Animation")
            self.project = project
            # what each build shows, and what is ready by then
            kept = studio.preview(self.task, extension="mp4", status="ready", revision=1000)
            server.app.files.write("movies", "previews", kept["id"], io.BytesIO(movie))
            self.token = tokens.pair(server.app.settings, studio.admin["id"])[0]

    def prepare(self, round_number):
        """A preview that waits for its file, and a playlist; returns their ids. Done while no server runs."""
        app = Application(data_dir=self.folder, synchronous="OFF")
        columns = {"name": f"round {round_number}", "revision": round_number, "extension": "mp4"}
        with app.db.write():
            preview_id = app.db.add(PreviewFile, task_id=self.task["id"], **columns)
            ready = app.db.column("SELECT id FROM preview_file WHERE status = 'ready' ORDER BY created_at DESC LIMIT 3")
            shots = [{"entity_id": self.task["entity_id"], "preview_file_id": preview_id} for preview_id in ready]
            columns = {"name": f"round {round_number}", "project_id": self.project["id"], "shots": shots}
            playlist_id = app.db.add(Playlist, **columns)
        app.close()
        return preview_id, playlist_id

    def round(self, number, moment):
        """Upload a movie and ask for a build, then kill the server after so many seconds."""
        preview_id, playlist_id = self.prepare(number)
        with Process(self.folder, *FLAGS) as process:
            client = Client(process.api_url, self.token)
            with contextlib.suppress(OSError):
                assert client.upload(f"/pictures/preview-files/{preview_id}", self.movie, "a.mp4").status == 201
                client.get(f"/data/playlists/{playlist_id}/build/mp4", full=str(number % 2 == 0).lower())
            time.sleep(moment)
            process.end(signal.SIGKILL)

    def rest(self):
        """Let a server end all work; how the previews and builds ended, and what is wrong with the folder."""
        app = Application(data_dir=self.folder, synchronous="OFF", movie_encoding_preset="ultrafast")
        try:
            app.resume()
            before = deadline = 0
            while (left := app.db.value(COUNT)) and (left != before or time.monotonic() < deadline):
                deadline = deadline if left == before else time.monotonic() + PATIENCE
                before = left
                app.jobs.wait(1)
            ends = Counter(row["status"] for row in app.db.all(PreviewFile, "original_name IS NOT NULL"))
            builds = Counter(f"build {row['status']}" for row in app.db.all(BuildJob))
            unnamed = app.db.value("SELECT count(*) FROM job WHERE state = 'failed' AND message IS NULL")
            unfinished = app.db.value(COUNT)
            wrong = [text for _, text in verification.problems(app)]
            wrong += [f"{unfinished} unfinished"] * bool(unfinished) + [f"{unnamed} unnamed failures"] * bool(unnamed)
            return ends + builds, wrong
        finally:
            app.close()


def run(folder, movie, kills, seed=1, longest=1.5):
    """Kill a server so many times; how all work ended, and what is wrong."""
    moments = random.Random(seed)
    studies = Studies(folder / "studio", movie)
    for number in range(1, kills + 1):
        studies.round(number, moments.uniform(0, longest))
    return studies.rest()


def main(kills="30", seed="1"):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = Clips(folder)
        ends, wrong = run(folder, clips["plain.mp4"], int(kills), int(seed))
    print(dict(ends))
    print("\n".join(wrong) or "Nothing is wrong.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
