"""What large answers took goes back to the system."""

import subprocess
import sys

import pytest
from kitsulite_process import environment

from kitsulite import heap

TAKE = """
import threading
from pathlib import Path
from kitsulite import heap

def anonymous():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))

{before}
before = anonymous()
def take():
    for size in range(1, 20):
        "x" * (size << 20)
threads = [threading.Thread(target=take) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(anonymous() - before)
blocks = [bytearray(100_000) for _ in range(400)]
# those between two that stay in use do not go back by themselves
blocks = blocks[::50]
print(anonymous() - before)
heap.give_back()
print(anonymous() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="about the C library of GNU")
def test_memory_goes_back():
    code = TAKE.format(before="heap.keep_small()")
    ended = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, timeout=30)
    large, pinned, given_back = map(int, ended.stdout.split())
    kept = (heap.HEAPS * heap.BIG >> 10) + 1000
    assert large < kept, ended.stderr
    assert pinned > 30_000
    assert given_back < 5000


def test_another_system_is_left_alone(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(heap.ctypes, "CDLL", None)
    heap.keep_small()
    heap.give_back()
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(heap.ctypes, "CDLL", lambda name: object())
    heap.keep_small()
    heap.give_back()
