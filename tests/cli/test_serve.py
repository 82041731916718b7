"""`kitsulite serve` as a process."""

import re
import signal
import socket
import subprocess
import sys

import pytest
from kitsulite_process import CHECKOUT, Process, environment

from kitsulite import ZOU_VERSION
from kitsulite.client import Client


def test_the_first_start_makes_a_studio_and_shows_the_password_once(tmp_path):
    with Process(tmp_path / "studio") as server:
        assert ZOU_VERSION in server.start_line
        assert str(tmp_path / "studio") in server.start_line
        password = re.search(r"admin@example.com, password: (\S+)", server.process.stdout.readline())[1]
        login = Client(server.api_url).post("/auth/login", {"email": "admin@example.com", "password": password})
        assert login.json["login"] is True
        code, _, errors = server.end(signal.SIGTERM)
        assert code == 0
        assert "Traceback" not in errors
    with Process(tmp_path / "studio") as server:
        code, out, _ = server.end(signal.SIGINT)
        assert code == 0
        assert "password" not in out


def run(*words, **variables):
    command = [sys.executable, "-m", "kitsulite", *words]
    return subprocess.run(command, env={**environment(), **variables}, capture_output=True, text=True, timeout=30)


def test_a_start_that_fails_says_what_to_do_and_leaves_nothing(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = run("serve", "--data-dir", str(tmp_path / "studio"), KITSULITE_PORT=str(taken.getsockname()[1]))
    assert ended.returncode == 1
    assert "--port" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "studio").exists()


#: what is for tests, and libraries that load slowly
NOT_TO_START = (
    *("kitsulite.testing", "kitsulite.demo", "pytest", "jwt", "cryptography", "socketio", "requests", "slugify"),
    *("email.policy", "smtplib", "urllib.request", "tarfile", "zoneinfo", "asyncio", "PIL"),
)


def test_a_server_of_a_studio_starts_without_what_is_for_tests_or_loads_slowly(tmp_path):
    code = f"""
import sys
from kitsulite.cli import serve
given = {{"data_dir": {str(tmp_path / "studio")!r}, "port": 0}}
with serve.server_of(given, serve.settings_table.load(**given), False, False):
    print([name for name in {NOT_TO_START} if name in sys.modules])
"""
    ended = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, timeout=60)
    assert ended.stdout == "[]\n", ended.stderr


def test_a_checkout_starts_without_being_installed(tmp_path):
    ended = subprocess.run(
        [sys.executable, str(CHECKOUT / "kitsulite.py"), "version"], cwd=tmp_path, capture_output=True, text=True
    )
    assert ended.returncode == 0
    assert ended.stdout.startswith("kitsulite ")


def test_a_checkout_says_what_is_missing(tmp_path):
    ended = subprocess.run(
        [sys.executable, "-S", "-E", str(CHECKOUT / "kitsulite.py"), "serve"], capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert "pip install" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("place", [CHECKOUT, CHECKOUT / "tests"])
def test_the_launcher_never_stands_in_for_the_package(place):
    code = "import kitsulite; print(kitsulite.__path__)"
    ended = subprocess.run([sys.executable, "-c", code], cwd=place, env=environment(), capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
