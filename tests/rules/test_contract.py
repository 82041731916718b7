"""Every route of Zou's API is declared."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from kitsulite.application import declared_routes

CONTRACT = Path(__file__).parents[3] / "shared" / "contract" / "routes.json"
#: areas with routes that are not declared yet, and how many at most
MISSING: dict[str, int] = {}


def form(method, path):
    """A route without the names of its parameters."""
    return method, re.sub(r"<[^>]*>", "<>", path)


@pytest.mark.skipif(not CONTRACT.exists(), reason="the contract is not next to this checkout")
def test_every_route_of_the_contract_is_declared():
    declared = {form(route.method, route.rule.removeprefix("/api")) for route in declared_routes()}
    contract = json.loads(CONTRACT.read_text())
    missing = [route for route in contract if form(route["method"], route["path"]) not in declared]
    counted = Counter(route["area"] for route in missing)
    assert not [
        f"{route['method']} {route['path']}"
        for route in missing
        if counted[route["area"]] > MISSING.get(route["area"], 0)
    ]
