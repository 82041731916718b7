"""The fixtures that users of kitsulite get, in projects that know nothing of this one."""

import re

import pytest
from kitsulite_process import CHECKOUT

from kitsulite.demo import cast
from kitsulite.testing import workers

pytest_plugins = ["pytester"]

README = (CHECKOUT / "kitsulite" / "testing" / "README.md").read_text()
#: name -> content of the files of the example project
EXAMPLE = dict(re.findall(r"```python\n# (\w+\.py)\n(.*?)```", README, re.DOTALL))
PLUGIN = 'pytest_plugins = ["kitsulite.testing.plugin"]\n'
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
CONFTEST = (
    PLUGIN
    + """
import pytest

@pytest.fixture(scope="session")
def kitsulite_settings():
    return {"admin_password": "mysecretpassword"}
"""
)


@pytest.fixture
def run(pytester, monkeypatch):
    """Run pytest on a project in this process, which starts more with `-n`."""
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))
    monkeypatch.setenv("PY_COLORS", "0")

    def run(files, *arguments):
        for name, text in files.items():
            pytester.path.joinpath(name).parent.mkdir(exist_ok=True)
            pytester.path.joinpath(name).write_text(text)
        without = [word for name in ("kitsulite", "cacheprovider", "randomly") for word in ("-p", f"no:{name}")]
        return pytester.runpytest_inprocess(*without, *arguments)

    return run


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


def test_the_example_of_the_manual_is_a_project_that_works(run):
    pytest.importorskip("gazu")
    files = {**EXAMPLE, "conftest.py": PLUGIN + EXAMPLE["conftest.py"]}
    assert len(files["conftest.py"].splitlines()) < 20
    run(files).assert_outcomes(passed=10)


SEED = """
import os, pathlib

def kitsulite_seed(server):
    with open(os.environ["SEEDED"], "a") as file:
        file.write("seeded ")
    server.make.preview(server.make.task(server.make.shot(server.make.project("Seeded"))))
"""


def test_processes_share_the_seed(run, tmp_path, monkeypatch):
    monkeypatch.setenv("SEEDED", str(tmp_path / "seeded"))
    tests = """
import os, pytest

@pytest.mark.parametrize("number", range(8))
def test_it(kitsulite, number):
    (project,) = kitsulite.api.get("/data/projects").json
    (preview,) = kitsulite.api.get("/data/preview-files").json
    path = f"/pictures/thumbnails/preview-files/{preview['id']}.png"
    assert kitsulite.api.get(path).ok
    with open(os.environ["SEEDED"] + os.environ["PYTEST_XDIST_WORKER"], "w") as file:
        file.write(project["id"] + kitsulite.app.settings.secret_key)
"""
    run({"conftest.py": PLUGIN + SEED, "test_it.py": tests}, "-n", "2").assert_outcomes(passed=8)
    assert (tmp_path / "seeded").read_text() == "seeded "
    assert len({path.read_text() for path in tmp_path.glob("seededgw*")}) == 1


def test_a_seed_that_fails_is_reported_by_every_process(kitsulite, tmp_path):
    def broken(server):
        raise ValueError("broken seed")

    for _ in range(2):
        with pytest.raises(ValueError, match="broken seed"):
            workers.once(broken, tmp_path / "seed.zip")(kitsulite)


def test_seeds_of_folders_add_up_and_may_be_files(run, tmp_path):
    files = {
        "conftest.py": PLUGIN + "def kitsulite_seed(server): server.make.project('outer')\n",
        "inner/conftest.py": "def kitsulite_seed(server): server.make.project('inner')\n",
        "inner/test_it.py": f"""
def test_it(kitsulite):
    assert [row["name"] for row in kitsulite.api.get("/data/projects").json] == ["outer", "inner"]
    kitsulite.save({str(tmp_path / "studio.zip")!r})
""",
    }
    run(files).assert_outcomes(passed=1)
    files = {
        "conftest.py": f"{PLUGIN}kitsulite_seed = {str(tmp_path / 'studio.zip')!r}\n",
        "inner/conftest.py": "",
        "inner/test_it.py": """
def test_it(kitsulite):
    assert len(kitsulite.api.get("/data/projects").json) == 2
""",
    }
    run(files).assert_outcomes(passed=1)


def test_the_demo_studio_may_be_the_seed(run, monkeypatch):
    monkeypatch.setattr("kitsulite.jobs.pictures.pillow", lambda: None)
    monkeypatch.setattr(cast, "PRODUCTIONS", cast.PRODUCTIONS[:1])
    tests = """
def test_it(kitsulite):
    assert len(kitsulite.api.get("/data/projects/open").json) > 0
    kitsulite.make.project("More")
"""
    run({"conftest.py": f"{PLUGIN}kitsulite_seed = 'demo'\n", "test_it.py": tests}).assert_outcomes(passed=1)


def test_a_seed_that_is_a_fixture_is_an_error_that_says_so(run):
    seed = "import pytest\n@pytest.fixture\ndef kitsulite_seed(server): pass\n"
    result = run({"conftest.py": PLUGIN + seed, "test_it.py": "def test_it(kitsulite): pass"})
    result.stdout.fnmatch_lines(["*is a plain function*"])


SCOPES = """
import pytest

def names(server):
    return {row["name"] for row in server.api.get("/data/projects").json}

@pytest.fixture(scope="module")
def shared(kitsulite_module):
    return kitsulite_module.make.project("of the module")

def test_what_one_does(kitsulite_module, shared):
    kitsulite_module.make.project("of one")

def test_is_there_for_the_next(kitsulite_module):
    assert names(kitsulite_module) == {"of the module", "of one"}

def test_one_of_its_own_starts_from_it(shared, kitsulite):
    assert kitsulite.requests[:] == []
    kitsulite.make.project("gone")
    assert names(kitsulite) == {"of the module", "of one", "gone"}

def test_one_that_does_not_ask_for_it_starts_from_the_beginning(kitsulite):
    assert names(kitsulite) == set()
    kitsulite.make.project("gone too")

class TestClass:
    def test_a_class_starts_from_the_beginning(self, kitsulite_class):
        assert names(kitsulite_class) == set()
        kitsulite_class.make.project("of the class")

    def test_and_shares(self, kitsulite_class):
        assert names(kitsulite_class) == {"of the class"}

    def test_also_with_one_of_its_own(self, kitsulite_class, kitsulite):
        kitsulite.make.project("gone")
        assert names(kitsulite) == {"of the class", "gone"}

    def test_which_is_taken_back(self, kitsulite_class):
        assert names(kitsulite_class) == {"of the class"}

class TestBoth:
    def test_a_class_may_start_from_its_module(self, kitsulite_module, kitsulite_class):
        assert names(kitsulite_class) == {"of the module", "of one"}
        kitsulite_class.make.project("of the class")

def test_the_module_is_as_it_was_left(kitsulite_module):
    assert names(kitsulite_module) == {"of the module", "of one"}
"""


def test_tests_share_a_server_by_scope(run):
    run({"conftest.py": PLUGIN, "test_a.py": SCOPES, "test_b.py": SCOPES}).assert_outcomes(passed=20)


def test_a_failed_test_shows_what_kitsu_was_asked(run):
    tests = """
def test_fails(kitsulite):
    kitsulite.fail("POST /data/projcts", 502)
    kitsulite.fail("GET /data/persons", 502, times=1)
    for _ in range(25):
        kitsulite.call("GET", "/data/persons")
    kitsulite.call("GET", "/data/nothing")
    assert kitsulite.call("POST", "/data/projects", {}).ok

def test_has_no_server():
    assert False
"""
    result = run({"conftest.py": PLUGIN, "test_it.py": tests})
    result.assert_outcomes(failed=2)
    text = result.stdout.str()
    assert text.count("Kitsu calls") == 1
    assert "... 7 before" in text
    assert text.count("GET /data/persons 200") == 18
    result.stdout.fnmatch_lines(
        ["GET /data/nothing 404 *: *There is no such route.", "No request met the fault of POST /data/projcts"]
    )
    assert text.count("No request met") == 1
    result.stdout.fnmatch_lines(["*<Answer 400: *"])
