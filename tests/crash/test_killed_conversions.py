"""A server that is killed while it converts and builds goes on with it after its next start."""

import signal

import pytest
from crash.killed_conversions import run


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no such signal")
def test_all_work_of_a_killed_server_ends(tmp_path, clips):
    ends, wrong = run(tmp_path, clips["one.mp4"], kills=1, longest=0.3)
    assert wrong == []
    assert ends["ready"] + ends["broken"] >= 1
    assert set(ends) <= {"ready", "broken", "build succeeded", "build failed"}
