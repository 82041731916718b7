"""The processes of pytest-xdist: one prepares the seed, the others load it from a file."""

import hashlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

    from kitsulite.testing.server import Seed, Server

#: seconds that a process waits for the seed
PATIENCE = 600


def shared(
    config: "pytest.Config", folders: "pytest.TempPathFactory", seed: "Seed | None", settings: dict[str, Any]
) -> "tuple[Seed | None, dict[str, Any]]":
    """The seed and settings for the server of a process; all processes of a run get the same rows, files and key."""
    run = getattr(config, "workerinput", {}).get("testrunuid")
    if run is None:
        return seed, settings
    key = hashlib.sha256(run.encode()).hexdigest()
    settings = {"secret_key": key, **settings}
    if callable(seed):
        seed = once(seed, folders.getbasetemp().parent / "kitsulite-seed.zip")
    return seed, settings


def once(seed: Any, path: Path) -> "Seed":
    """A seed that the first process prepares and saves for the others."""

    def sow(server: "Server") -> None:
        if is_first(path):
            try:
                seed(server)
                server.app.jobs.wait()
                server.save(path)
            except BaseException:
                failed(path).touch()
                raise
        elif wait_for(path):
            server.load(path)
        else:
            # the seed failed elsewhere: let it raise its own error here too
            seed(server)

    return sow


def is_first(path: Path) -> bool:
    try:
        os.close(os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def wait_for(path: Path) -> bool:
    """Wait for a file; returns False if the process that writes it gives up."""
    deadline = time.monotonic() + PATIENCE
    while not path.exists():
        if failed(path).exists() or time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def failed(path: Path) -> Path:
    return path.with_suffix(".failed")
