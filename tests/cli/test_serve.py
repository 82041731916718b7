"""`kitsulite serve` as a process."""

import gc
import re
import signal
import socket
import subprocess
import sys
import tempfile

import pytest
from kitsulite_process import CHECKOUT, Process, environment

from kitsulite import ZOU_VERSION, heap
from kitsulite.cli import main
from kitsulite.client import Client


def test_the_first_start_makes_a_studio_and_shows_the_password_once(tmp_path):
    with Process(tmp_path / "studio") as server:
        assert ZOU_VERSION in server.start_line
        assert str(tmp_path / "studio") in server.start_line
        password = re.search(r"admin@example.com, password: (\S+)", server.process.stdout.readline().decode())[1]
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
    *("email.policy", "smtplib", "urllib.request", "tarfile", "zoneinfo", "PIL"),
    # the last filelock for Python 3.10 imports it
    *(["asyncio"] if sys.version_info >= (3, 11) else []),
)


def test_a_server_of_a_studio_starts_without_what_is_for_tests_or_loads_slowly(tmp_path):
    code = f"""
import sys
from kitsulite.cli import serve
given = {{"data_dir": {str(tmp_path / "studio")!r}, "port": 0}}
with serve.make_server(given, serve.settings_table.load(**given), False, False):
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


@pytest.fixture
def process_as_it_was():
    """What a server that has its process for itself changes there, put back at the end."""
    names = [name for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
    handlers, folder = {name: signal.getsignal(getattr(signal, name)) for name in names}, tempfile.tempdir
    yield
    tempfile.tempdir = folder
    for name, handler in handlers.items():
        signal.signal(getattr(signal, name), handler)


@pytest.fixture
def served(process_as_it_was, monkeypatch, capsys):
    """Call `serve` until the browser would open: (exit code, address that it opens, output)."""
    opened = []

    def open_browser(address):
        opened.append(address)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("webbrowser.open", open_browser)
    monkeypatch.setattr(heap, "keep_small", lambda: None)
    monkeypatch.setattr(gc, "freeze", lambda: None)

    def serve(*words):
        code = main(["serve", "-p", "0", "--open", "--synchronous", "OFF", *words])
        return code, opened.pop(), capsys.readouterr().out

    return serve


def test_the_browser_opens_on_a_new_studio_to_set_it_up_and_later_on_its_pages(tmp_path, served):
    folder = ["--data-dir", str(tmp_path / "studio")]
    code, address, out = served(*folder, "--host", "0.0.0.0", "--admin-password", "a password of theirs")
    assert code == 0
    assert "/kitsulite/#/start/" in address
    assert "password: as you set it" in out
    assert "was there before" not in out
    code, address, out = served(*folder, "--admin-password", "another password")
    assert (code, "/start/" in address) == (0, False)
    assert "admin@example.com keeps the password set then" in out
    assert "another password" not in out
    assert not list((tmp_path / "studio" / "tmp").iterdir())


def test_the_network_is_told_where_to_find_it(tmp_path, served, monkeypatch):
    monkeypatch.setattr("kitsulite.hosts.network_address", lambda: "192.168.7.7")
    _, address, out = served("--data-dir", str(tmp_path / "studio"), "--host", "0.0.0.0")
    port = re.search(r":(\d+)/", address)[1]
    assert f"On the network: http://192.168.7.7:{port}\n" in out
