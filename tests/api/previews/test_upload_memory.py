"""An upload takes the same little memory whatever its size; `tests/bench/movies.py` measures bigger ones."""

import sys

import pytest
from bench.movies import Bench, upload_memory
from kitsulite_process import Process

#: an upload that was held as a whole would take more than twice as much; on a busy machine a few more are taken
MEGABYTES, MOST = 48, 20


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows how much memory a process had at most")
@pytest.mark.parametrize("name", ["a.zip", "a.mp4"])
def test_an_upload_takes_little_memory(tmp_path, name):
    bench = Bench(tmp_path)
    with Process(bench.folder, "--synchronous", "OFF") as process:
        status, taken = upload_memory(bench, process, MEGABYTES, name)
    assert status == 201
    assert taken <= MOST
