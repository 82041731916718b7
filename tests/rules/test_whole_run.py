"""What a whole run of the tests has shown; these come last, and only where everything was run."""

import os

import pytest
from kitsulite_process import CHECKOUT

from kitsulite.web.route import ROUTES

#: routes whose changes are told by no event, and why
SILENT = {
    "the API has no event for it": {
        "POST /actions/metadata-descriptors/all-projects/reorder",
    },
}


@pytest.fixture(autouse=True)
def whole_run(request):
    """Skip unless every test of the project was to be run, by one process."""
    found = {item.path for item in request.session.items}
    missing = {file for file in (CHECKOUT / "tests").rglob("test_*.py") if "def test_" in file.read_text()} - found
    chosen = request.config.option.keyword or request.config.option.markexpr or "PYTEST_XDIST_WORKER" in os.environ
    if missing or chosen:
        pytest.skip("only a part of the tests is run")


def test_every_route_is_called_by_a_test(recording):
    never = [route for route in ROUTES if (route.method, route.rule) not in recording.exercised]
    assert sorted(map(str, never)) == []


def test_every_change_is_told_by_an_event(recording):
    allowed = {route for routes in SILENT.values() for route in routes}
    found = {f"{method} {rule}": test for (method, rule), test in recording.silent.items()}
    assert {route: test for route, test in found.items() if route not in allowed} == {}


def test_no_answer_holds_a_secret_column(recording):
    allowed = {
        ("GET", "/data/persons", "password"),
        ("GET", "/openapi.json", "password"),
        ("GET", "/openapi-raw.json", "password"),
    }
    assert {found: test for found, test in recording.secrets.items() if (*found[0], found[1]) not in allowed} == {}
