"""The README is true: its example runs, and its commands are the ones that are checked."""

import re
from pathlib import Path

import pytest
from kitsulite_process import CHECKOUT

from kitsulite import ZOU_VERSION
from kitsulite.extras import EXTRAS

README = (CHECKOUT / "README.md").read_text()


def test_the_example_with_gazu_runs(capsys):
    pytest.importorskip("gazu")
    example = re.search(r"```python\n(import gazu.*?)```", README, re.DOTALL)[1]
    exec(compile(example, "README.md", "exec"), {})
    assert capsys.readouterr().out == "SH010 Work In Progress\n"


def test_the_readme_names_the_api_that_is_spoken():
    assert f"the API of Zou {ZOU_VERSION}," in README


def test_folders_of_the_architecture_exist():
    named = re.findall(r"`((?:\w+/)+(?:\w+\.py)?|\w+\.py)`", README.partition("## Architecture")[2])
    assert named
    for name in named:
        assert (Path(CHECKOUT, "kitsulite", name)).exists(), name


def test_extras_are_reported_by_the_readme_and_the_doctor():
    tomllib = pytest.importorskip("tomllib")
    with open(CHECKOUT / "pyproject.toml", "rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]
    optional = set(extras) - {"all", "test"}
    assert set(EXTRAS) == optional
    assert extras["all"] == [f"kitsulite[{','.join(extra for extra in extras if extra in optional)}]"]
    for extra in optional:
        assert f"`{extra}`" in README
        assert EXTRAS[extra][2].split() == [re.match(r"[\w-]+", needed)[0] for needed in extras[extra]]
