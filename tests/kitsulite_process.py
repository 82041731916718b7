"""A `kitsulite serve` in a process of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def environment():
    """The environment without settings of the machine, in which this checkout is importable."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITSULITE_")}
    return {**kept, "PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1"}


class Process:
    """`kitsulite serve` on a data folder; `url` is set once it has printed its first line."""

    def __init__(self, folder, *flags):
        command = [sys.executable, "-m", "kitsulite", "serve", "-p", "0", "--data-dir", str(folder), *flags]
        # without a buffer, in which `communicate` would not look
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "bufsize": 0}
        self.process = subprocess.Popen(command, env=environment(), **pipes)
        self.start_line = self.process.stdout.readline().decode()
        found = re.search(r"http://[\d.]+:\d+", self.start_line)
        if not found:
            raise AssertionError(f"no start line: {self.start_line}{self.process.stderr.read().decode()}")
        self.url = found.group()
        self.api_url = self.url + "/api"

    def end(self, with_signal=signal.SIGTERM):
        """Send a signal and wait; returns (exit code, rest of the output)."""
        self.process.send_signal(with_signal)
        out, errors = self.process.communicate(timeout=20)
        return self.process.returncode, out.decode(), errors.decode()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.process.poll() is None:
            self.end(signal.SIGKILL)
