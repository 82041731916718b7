"""Type checkers know the public surface."""

import subprocess
import sys

import pytest
from kitsulite_process import CHECKOUT

WRONG = """
import kitsulite
kitsulite.Server(prot=1)
kitsulite.create_app(port="8080")
server: kitsulite.Server = kitsulite.Server("studio", port=8080)
text: str = server.url
app = kitsulite.create_app(secret_key="x")
app.close()
"""


def test_a_wrong_setting_is_an_error_of_types(tmp_path):
    pytest.importorskip("mypy")
    (tmp_path / "wrong.py").write_text(WRONG)
    command = [sys.executable, "-m", "mypy", "--config-file", CHECKOUT / "pyproject.toml", tmp_path / "wrong.py"]
    found = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, timeout=300)
    errors = [line.partition(": ")[0].rpartition(":")[2] for line in found.stdout.splitlines() if ": error: " in line]
    assert errors == ["3", "4"], found.stdout
