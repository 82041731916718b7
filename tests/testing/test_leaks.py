"""What is left of servers that were started and stopped."""

import gc
import os
import tempfile
import threading
from pathlib import Path

import pytest

from kitsulite import Server

HANDLES = Path("/proc/self/fd")
SERVERS = 8


def held():
    """Threads, file handles and temporary files of this process."""
    gc.collect()
    return threading.active_count(), len(list(HANDLES.iterdir())), os.listdir(tempfile.gettempdir())


@pytest.mark.skipif(not HANDLES.exists(), reason="file handles are counted in /proc")
def test_servers_leave_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Server() as server:
        assert server.api.get("/data/persons").ok
    before = held()
    assert before[2] == []
    for number in range(SERVERS):
        with Server(listen=number % 4 == 0) as server:
            assert server.call("GET", "/data/persons").ok
            if number % 5 == 0:
                # what an event client starts
                assert server.app.live
                server.snapshot("one")
                server.reset()
    threads, handles, files = held()
    # some are of earlier tests, which begin and end what is theirs
    assert threads < before[0] + SERVERS
    assert handles < before[1] + SERVERS
    assert files == []
