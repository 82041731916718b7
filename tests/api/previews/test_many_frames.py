"""Many requests for frames at once: some are worked on, some wait, the rest and all others are answered at once."""

import io
import os
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest
from support import Studio

from kitsulite import Server
from kitsulite.jobs.queue import WAITING

ASKING = 24
#: notes that it runs, and runs until it may end
PROGRAM = "#!/bin/sh\necho run >> '{folder}/runs'\nwhile [ ! -e '{folder}/end' ]; do sleep 0.02; done\nexit 1\n"


@pytest.mark.skipif(os.name != "posix", reason="the program in place of ffmpeg is a shell script")
@pytest.mark.skipif((os.cpu_count() or 1) + WAITING >= ASKING, reason="more processors than requests")
def test_a_flood_of_requests_for_frames_leaves_room_for_others(tmp_path):
    program, cores = tmp_path / "ffmpeg", os.cpu_count() or 1
    program.write_text(PROGRAM.format(folder=tmp_path))
    program.chmod(0o755)
    with Server(ffmpeg=str(program)) as server, ThreadPoolExecutor(ASKING) as pool:
        studio = Studio(server.app)
        task = studio.task(studio.entity(studio.project(team=[studio.admin]), "Shot"), "Animation")
        preview = studio.preview(task, extension="mp4", status="ready")
        studio.app.files.write("movies", "previews", preview["id"], io.BytesIO(b"a movie"))
        path = f"/actions/preview-files/{preview['id']}/extract-frame"
        asked = [pool.submit(server.api.get, path) for _ in range(ASKING)]
        done = as_completed(asked, timeout=20)
        refused = [next(done).result().status for _ in range(ASKING - cores - WAITING)]
        assert set(refused) == {503}
        assert server.api.get(f"/data/tasks/{task['id']}").status == 200
        assert 1 <= len((tmp_path / "runs").read_text().splitlines()) <= cores
        (tmp_path / "end").touch()
        assert {answer.result().status for answer in done} == {404}
