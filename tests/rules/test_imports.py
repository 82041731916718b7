"""Imports point one way: a file imports only from the floors below its own."""

import ast
import functools

import pytest
from kitsulite_process import CHECKOUT

PACKAGE = CHECKOUT / "kitsulite"
#: from the top down; a folder within another may be on a floor of its own
FLOORS = (
    ("__main__",),
    ("cli",),
    ("testing",),
    ("demo",),
    ("server",),
    ("http", "client", "application"),
    ("api",),
    ("web",),
    ("exchange",),
    ("domain/user", "domain/server"),
    ("domain/deletion",),
    ("domain/playlists",),
    ("domain/sign_in",),
    ("domain/planning",),
    ("domain/comments",),
    ("domain/tasks",),
    ("domain/previews",),
    ("domain/projects",),
    ("domain/entities",),
    ("domain/people",),
    ("domain/files",),
    ("domain",),
    ("events", "jobs"),
    ("context",),
    ("auth",),
    ("store",),
    ("settings",),
    ("models",),
    ("aside", "clock", "errors", "extras", "heap", "hosts"),
    ("ui", "__init__"),
)
HEIGHT = {name: len(FLOORS) - number for number, names in enumerate(FLOORS) for name in names}
MOST_LINES = 500
MOST_FILES = 25
#: libraries of the web that stay where HTTP is spoken
HTTP = {"bottle": {"web"}, "waitress": {"http"}, "multipart": {"web"}, "webtest": set(), "gazu": {"testing"}}
FILES = sorted(PACKAGE.rglob("*.py"))


@functools.cache
def imports(file):
    """Dotted names of the modules that a file imports, even inside functions."""
    found = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def floor_of(parts):
    """The floor of a module, given as the parts of its path below the package."""
    for length in range(len(parts), 0, -1):
        if "/".join(parts[:length]) in HEIGHT:
            return "/".join(parts[:length])
    return "__init__"


def ours(name):
    """The parts of the path of a module of the package, None for others."""
    parts = name.split(".")
    return parts[1:] if parts[0] == "kitsulite" else None


def upward(file):
    """The imports of a file from its own height or above."""
    here = floor_of(file.relative_to(PACKAGE).with_suffix("").parts)
    there = {name: floor_of(ours(name)) for name in imports(file) if ours(name) is not None}
    return {name for name, floor in there.items() if floor != here and HEIGHT[floor] >= HEIGHT[here]}


def test_a_file_imports_only_from_its_own_floor_and_those_below():
    wrong = {str(file.relative_to(PACKAGE)): upward(file) for file in FILES if file != PACKAGE / "__init__.py"}
    assert {file: names for file, names in wrong.items() if names} == {}


def test_every_file_has_a_floor():
    assert [file for file in FILES if floor_of(file.relative_to(PACKAGE).with_suffix("").parts) == "__init__"] == [
        PACKAGE / "__init__.py"
    ]


@pytest.mark.parametrize("library", HTTP)
def test_a_library_of_the_web_stays_at_its_place(library):
    found = {
        file.relative_to(PACKAGE).parts[0]
        for file in FILES
        if any(name.split(".")[0] == library for name in imports(file))
    }
    assert found <= HTTP[library]


def test_files_stay_short_enough_to_be_one_thing():
    tests = sorted((CHECKOUT / "tests").rglob("*.py"))
    lengths = {file: len(file.read_text().splitlines()) for file in (*FILES, *tests)}
    assert {str(file): length for file, length in lengths.items() if length > MOST_LINES} == {}


def test_no_folder_holds_more_files_than_one_can_overlook():
    folders = {file.parent for file in FILES}
    assert {str(folder) for folder in folders if len(list(folder.glob("*.py"))) > MOST_FILES} == set()
