"""The web interface of Kitsu: installed, shown, removed, served."""

import functools
import http.server
import threading
import urllib.request
import zipfile

import pytest
from kitsulite_process import Process

from kitsulite.cli import main


@pytest.fixture
def build(tmp_path):
    path = tmp_path / "kitsu.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("index.html", "<html>Kitsu</html>")
    return path


def run(capsys, data, *words):
    code = main(["ui", *words, "--data-dir", str(data)])
    output = capsys.readouterr()
    return code, output.out + output.err


def test_it_is_installed_shown_and_removed(build, tmp_path, capsys):
    data = tmp_path / "data"
    assert "built-in" in run(capsys, data, "status")[1]
    code, output = run(capsys, data, "install", str(build))
    assert code == 0
    assert "1 files" in output
    assert "AGPL" in output
    assert str(build) in run(capsys, data, "status")[1]
    assert run(capsys, data, "remove") == (0, "Removed.\n")
    assert run(capsys, data, "remove") == (0, "No interface was installed.\n")


def test_it_is_fetched_from_an_address(build, tmp_path, capsys):
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=build.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        assert run(capsys, tmp_path / "data", "install", f"{address}/kitsu.zip")[0] == 0
        code, output = run(capsys, tmp_path / "data", "install", f"{address}/nothing.zip")
        assert (code, "cannot be downloaded" in output) == (1, True)
        server.shutdown()
    assert f"{address}/kitsu.zip" in run(capsys, tmp_path / "data", "status")[1]
    assert run(capsys, tmp_path / "data", "install", "file:///etc/passwd")[0] == 1
    assert run(capsys, tmp_path / "data", "install", str(tmp_path / "nothing.zip"))[0] == 1


def test_it_is_served_on_the_port_of_the_server(build, tmp_path):
    with Process(tmp_path / "data", "--ui", str(build)) as server:
        page = urllib.request.Request(f"{server.url}/any/page", headers={"Accept": "text/html"})
        assert urllib.request.urlopen(page).read() == b"<html>Kitsu</html>"
