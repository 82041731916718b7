"""What hostile uploads cost: memory of the server and the time of another client's small reads.

    PYTHONPATH=.:tests python tests/bench/hostile.py            # 40 uploads, four at a time

Small files that are huge once decoded are uploaded as previews and avatars, while another client
reads one row again and again.
"""

import io
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kitsulite_process import Process
from PIL import Image
from support import Studio

from kitsulite import Server
from kitsulite.auth import tokens
from kitsulite.client import Client

AT_ONCE = 4
#: (mode, width, height, format) of pictures of few bytes and many pixels
BOMBS = (
    *(("1", 20_000, 20_000, "PNG"), ("L", 20_000, 19_000, "PNG"), ("RGB", 12_000, 12_000, "PNG")),
    *(("P", 16_000, 16_000, "GIF"), ("RGB", 16_000, 16_000, "JPEG"), ("RGB", 60_000, 9, "PNG")),
    *(("RGB", 9_000, 9_000, "TIFF"), ("RGB", 9_000, 9_000, "WEBP")),
)


def bomb(mode, width, height, kind):
    """The bytes of a picture of one colour."""
    stream = io.BytesIO()
    options = {"compression": "tiff_deflate"} if kind == "TIFF" else {}
    Image.new(mode, (width, height)).save(stream, kind, **options)
    return stream.getvalue()


def memory(pid):
    """(megabytes of memory now, at most so far) of a process."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return tuple(int(lines[name].split()[0]) // 1024 for name in ("VmRSS", "VmHWM"))


def reads(client, path, stop):
    """The seconds of each read until somebody says stop."""
    taken = []
    while not stop.is_set():
        start = time.perf_counter()
        client.get(path)
        taken.append(time.perf_counter() - start)
        stop.wait(0.02)
    return taken


def main(uploads="40"):
    folder = Path(tempfile.mkdtemp())
    with Server(folder, synchronous="OFF") as server:
        studio = Studio(server.app)
        task = studio.task(studio.entity(studio.project(team=[studio.admin]), "Shot"), "Animation")
        paths = [f"/pictures/preview-files/{studio.preview(task)['id']}" for _ in range(int(uploads))]
        token = tokens.pair(server.app.settings, studio.admin["id"])[0]
    avatar = f"/pictures/thumbnails/persons/{studio.admin['id']}"
    bombs = [(bomb(*made), f"a.{made[3].lower()}") for made in BOMBS]
    with Process(folder, "--synchronous", "OFF") as process, ThreadPoolExecutor(AT_ONCE + 1) as pool:
        client, stop = Client(process.api_url, token), threading.Event()
        reading = pool.submit(reads, client, f"/data/tasks/{task['id']}", stop)

        def send(number):
            content, name = bombs[number % len(bombs)]
            path = avatar if number % 5 == 4 else paths[number]
            return Client(process.api_url, token).upload(path, content, name).status

        before, started = memory(process.process.pid)[0], time.monotonic()
        statuses = Counter(pool.map(send, range(int(uploads))))
        stop.set()
        taken = reading.result()
        seconds = time.monotonic() - started
        now, most = memory(process.process.pid)
    print(f"{uploads} uploads in {seconds:.0f} s, by status: {dict(statuses)}")
    print(f"memory: {before} MB before, {most} MB at most, {now} MB after")
    print(f"reads: {statistics.median(taken) * 1000:.1f} ms in the middle, {max(taken) * 1000:.0f} ms at most")


if __name__ == "__main__":
    main(*sys.argv[1:])
