"""What hostile requests cost: memory, and the time of another client's small reads.

    PYTHONPATH=.:tests python tests/bench/hostile.py            # 40 uploads, then bodies and connections

Small files that are huge once decoded are uploaded as previews and avatars, bodies of nested lists are sent
with a token and without, and more connections are opened than there may be, none of which says anything,
while another client reads one row again and again.
"""

import contextlib
import io
import socket
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
    """The seconds of each read until they are stopped."""
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
        client, path = Client(process.api_url, token), f"/data/tasks/{task['id']}"

        def send(number):
            content, name = bombs[number % len(bombs)]
            path = avatar if number % 5 == 4 else paths[number]
            return Client(process.api_url, token).upload(path, content, name).status

        measure(process, pool, client, path, f"{uploads} uploads", lambda: pool.map(send, range(int(uploads))))
        measure(
            process, pool, client, path, "6 bodies", lambda: pool.map(send_body, [client, Client(process.api_url)] * 3)
        )
        measure(process, pool, client, path, "1,100 connections", lambda: open_connections(process.url))


def measure(process, pool, client, path, what, attack):
    """Attack while a client reads, and print what it cost."""
    stop = threading.Event()
    reading = pool.submit(reads, client, path, stop)
    before, started = memory(process.process.pid)[0], time.monotonic()
    statuses = Counter(attack())
    seconds = time.monotonic() - started
    stop.set()
    taken = reading.result()
    now, most = memory(process.process.pid)
    print(f"{what} in {seconds:.1f} s, by status: {dict(statuses)}")
    print(f"  memory: {before} MB before, {most} MB at most so far, {now} MB after")
    print(f"  reads: {statistics.median(taken) * 1000:.1f} ms in the middle, {max(taken) * 1000:.0f} ms at most")


def send_body(client):
    """Send nested lists, as many as a body holds at all: 60 MB."""
    try:
        return client.send("POST", "/auth/login", b"[[[[],[]]]," * 5_500_000 + b"0]", "application/json").status
    except OSError:
        return "closed"


def open_connections(url):
    """Open connections that say nothing, and hold them for two seconds."""
    host, port = url.partition("//")[2].split(":")
    with contextlib.ExitStack() as stack:
        for _ in range(1_100):
            stack.enter_context(socket.create_connection((host, int(port)), timeout=10))
        time.sleep(2)
    return ["opened"]


if __name__ == "__main__":
    main(*sys.argv[1:])
