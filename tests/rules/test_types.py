"""Type checkers know the public surface."""

import re

from kitsulite_process import CHECKOUT


def test_mypy_is_shown_what_is_wrong():
    settings = (CHECKOUT / "pyproject.toml").read_text().partition("[tool.mypy]")[2].partition("[[")[0]
    (named,) = re.findall(r"^files = (\[.*\])$", settings, re.MULTILINE)
    assert '"tests/rules/typed.py"' in named
    assert "warn_unused_ignores = true" in settings
    assert (CHECKOUT / "tests/rules/typed.py").read_text().count("# type: ignore[") == 2
