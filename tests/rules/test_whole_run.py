"""The rules about the whole run, which come last; several processes are checked together, see `conftest.py`."""

import os

import pytest
from kitsulite_process import CHECKOUT
from rules.whole_run import RULES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_of_the_whole_run(rule, recording, request):
    found = {item.path for item in request.session.items}
    missing = {file for file in (CHECKOUT / "tests").rglob("test_*.py") if "def test_" in file.read_text()} - found
    chosen = request.config.option.keyword or request.config.option.markexpr or "PYTEST_XDIST_WORKER" in os.environ
    if missing or chosen:
        pytest.skip("only a part of the tests is run by this process")
    rule(recording)
