"""The command line in the test's own process, on a studio of its own."""

import shutil

import pytest

from kitsulite import Server
from kitsulite.application import Application
from kitsulite.cli import main


@pytest.fixture(scope="session")
def started_studio(tmp_path_factory):
    folder = tmp_path_factory.mktemp("started") / "studio"
    with Server(folder, admin_email="boss@studio.com", admin_password="boss-password", synchronous="OFF"):
        pass
    return folder


@pytest.fixture
def folder(started_studio, tmp_path):
    """A data folder that was started once; its administrator is boss@studio.com."""
    return shutil.copytree(started_studio, tmp_path / "studio")


@pytest.fixture
def kitsulite_command(folder, capsys):
    """Run a command on the folder: (exit code, output, errors)."""

    def run(*words):
        code = main([*words, "--data-dir", str(folder)])
        found = capsys.readouterr()
        return code, found.out, found.err

    return run


@pytest.fixture
def opened(folder):
    """The application over the folder."""
    app = Application(data_dir=folder)
    yield app
    app.close()
