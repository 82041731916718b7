"""Imports point one way: api -> domain -> models and store; HTTP is a matter of web and api."""

import ast

import pytest
from kitsulite_process import CHECKOUT

PACKAGE = CHECKOUT / "kitsulite"
#: part -> parts that it never imports, not even inside a function
FORBIDDEN = {
    "domain": {"web", "api", "cli", "server", "http", "testing", "client"},
    "models": {"web", "api", "domain", "store", "auth", "jobs", "events", "cli", "server", "http", "testing", "client"},
    "store": {"web", "api", "domain", "auth", "jobs", "cli", "server", "http", "testing", "client"},
    "web": {"api", "domain", "cli", "server", "http", "testing"},
    "auth": {"api", "web", "cli", "server", "http", "testing"},
    "jobs": {"api", "web", "cli", "server", "http", "testing"},
    "events": {"api", "cli", "server", "http", "testing"},
    "api": {"cli", "server", "http", "testing"},
}
ABOUT_500 = 550
#: libraries of the web that stay where HTTP is spoken
HTTP = {"bottle": {"web"}, "waitress": {"http.py"}, "multipart": {"web"}, "webtest": set(), "gazu": {"testing"}}


def imports(file):
    """Dotted names of the modules that a file imports."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files(part):
    return sorted((PACKAGE / part).rglob("*.py"))


@pytest.mark.parametrize("part", FORBIDDEN)
def test_a_part_imports_only_what_lies_below_it(part):
    assert files(part)
    wrong = [
        f"{file.relative_to(CHECKOUT)} imports {name}"
        for file in files(part)
        for name in imports(file)
        if name.startswith("kitsulite.") and name.split(".")[1] in FORBIDDEN[part]
    ]
    assert wrong == []


@pytest.mark.parametrize("library", HTTP)
def test_a_library_of_the_web_stays_at_its_place(library):
    found = {
        file.relative_to(PACKAGE).parts[0]
        for file in PACKAGE.rglob("*.py")
        if any(name.split(".")[0] == library for name in imports(file))
    }
    assert found <= HTTP[library]


def test_files_stay_short_enough_to_be_one_thing():
    lengths = {file: len(file.read_text().splitlines()) for file in (*PACKAGE.rglob("*.py"), *files("../tests"))}
    assert {str(file): length for file, length in lengths.items() if length > ABOUT_500} == {}
