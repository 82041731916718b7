"""The fixtures that users of kitsulite get."""

import pytest

pytest_plugins = ["pytester"]

TESTS = """
import pytest

def make(kitsulite):
    return kitsulite.api.post("/data/departments", {"name": "Puppets", "color": "#000000"}).status

@pytest.mark.parametrize("time", [1, 2])
def test_each_test_has_a_fresh_server(kitsulite, time):
    assert make(kitsulite) == 201

def test_it_knows_its_administrator(kitsulite):
    assert kitsulite.api.get("/data/persons").json[0]["email"] == kitsulite.admin_email

def test_gazu_is_ready(kitsulite_gazu):
    assert len(kitsulite_gazu.person.all_persons()) == 1

def test_settings_are_those_of_the_project(kitsulite):
    assert kitsulite.admin_password == "mysecretpassword"
"""
CONFTEST = """
import pytest

pytest_plugins = ["kitsulite.testing.plugin"]

@pytest.fixture(scope="session")
def kitsulite_settings():
    return {"admin_password": "mysecretpassword"}
"""


def test_the_plugin_serves_the_tests_of_another_project(pytester):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS)
    pytester.runpytest_inprocess("-p", "no:kitsulite").assert_outcomes(passed=5)


def test_gazu_is_given_back_as_it_was(pytester):
    gazu = pytest.importorskip("gazu")
    before = gazu.client.get_host()
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile("def test_it(kitsulite_gazu): pass")
    pytester.runpytest_inprocess("-p", "no:kitsulite").assert_outcomes(passed=1)
    assert gazu.client.get_host() == before
