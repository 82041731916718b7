"""Seeds and snapshots: a server goes back to what it was, rows and files."""

import io
import os
import shutil
import zipfile

import pytest

from kitsulite import Server
from kitsulite.errors import SetupError
from kitsulite.models.fields import new_id
from kitsulite.models.people import Organisation
from kitsulite.testing import rows, snapshots


def names(server):
    return {row["name"] for row in server.api.get("/data/projects").json}


def make(server, name):
    made = server.api.post("/data/projects", {"name": name})
    assert made.status == 201
    return made.json


def store(server, content=b"content", row_id=None):
    row_id = row_id or new_id()
    server.app.files.write("pictures", "previews", row_id, io.BytesIO(content))
    return server.app.files.path("pictures", "previews", row_id)


@pytest.fixture(scope="module")
def a_server():
    with Server() as server:
        yield server


@pytest.fixture
def server(a_server):
    a_server.reset()
    return a_server


def test_a_snapshot_brings_back_rows_and_files(server):
    make(server, "kept")
    kept = store(server)
    server.snapshot("with one")
    make(server, "gone")
    gone = store(server)
    kept.unlink()
    server.restore("with one")
    assert names(server) == {"kept"}
    assert kept.read_bytes() == b"content"
    assert not gone.exists()


@pytest.mark.parametrize("size", [10, snapshots.BIG])
def test_a_file_that_was_replaced_or_removed_comes_back(server, size):
    path = store(server, b"a" * size)
    server.snapshot("before")
    for change in (lambda: store(server, b"b" * size, path.name), lambda: path.unlink()):
        row_id = str(path.relative_to(server.app.files.folder))
        change()
        server.restore("before")
        assert path.read_bytes() == b"a" * size, row_id


def test_a_small_file_may_even_be_written_to(server):
    path = store(server)
    server.snapshot("before")
    for _ in range(2):
        path.write_bytes(b"something else")
        server.restore("before")
        assert path.read_bytes() == b"content"


def test_folders_of_files_that_are_gone_are_gone_too(server):
    path = store(server)
    server.reset()
    assert not path.parent.exists()
    assert server.app.files.folder.exists()


def test_snapshots_are_apart_and_a_name_can_be_used_again(server):
    server.snapshot("empty")
    make(server, "one")
    server.snapshot("some")
    server.restore("empty")
    assert names(server) == set()
    make(server, "two")
    server.snapshot("empty")
    server.restore("some")
    assert names(server) == {"one"}
    server.restore("empty")
    assert names(server) == {"two"}


def test_a_snapshot_waits_for_the_jobs_that_run(server, monkeypatch):
    waited = []
    monkeypatch.setattr(server.app.jobs, "wait", lambda: waited.append("for jobs"))
    server.snapshot("done")
    assert waited == ["for jobs"]


def test_an_unknown_snapshot_is_refused_by_name(server):
    server.snapshot("mine")
    with pytest.raises(SetupError, match=r"no snapshot 'yours'; there are: .*'mine'"):
        server.restore("yours")


def test_scratch_takes_back_what_is_done_inside(server):
    make(server, "before")
    with server.scratch():
        make(server, "inside")
        with server.scratch():
            make(server, "deeper")
        assert names(server) == {"before", "inside"}
    assert names(server) == {"before"}


def test_scratch_takes_back_what_is_done_before_an_error(server):
    def failing():
        with server.scratch():
            make(server, "inside")
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        failing()
    assert names(server) == set()


def test_rows_that_cannot_be_put_back_stay_as_they_are_and_the_next_attempt_counts(server, monkeypatch):
    server.snapshot("empty")
    make(server, "later")

    def fail(rows, connection):
        connection.execute("DELETE FROM project")
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(rows.Rows, "put_back", fail)
        with pytest.raises(ZeroDivisionError):
            server.restore("empty")
    assert names(server) == {"later"}
    server.restore("empty")
    assert names(server) == set()


def test_a_loaded_studio_replaces_stored_files_but_none_that_is_being_written(server, tmp_path):
    server.save(tmp_path / "studio.zip")
    ours = store(server, b"ours")
    making = server.app.files.folder / f"{snapshots.MAKING}1"
    making.mkdir()
    (making / "partial").write_bytes(b"half")
    assert list(snapshots.marks_below(server.app.files.folder)) == [
        ours.relative_to(server.app.files.folder).as_posix()
    ]
    server.load(tmp_path / "studio.zip")
    assert (ours.exists(), (making / "partial").read_bytes()) == (False, b"half")
    shutil.rmtree(making)


def test_content_that_no_snapshot_holds_is_not_kept():
    with Server() as server:
        kept = server.app.folder / "snapshots"
        store(server)
        server.snapshot("first")
        with server.scratch():
            store(server)
            server.snapshot("second")
            assert len(list(kept.iterdir())) == 2
        server.reset()
        server.snapshot("first")
        server.snapshot("second")
        assert list(kept.iterdir()) == []


def test_rows_that_nobody_changed_are_not_written_again(server):
    server.reset()
    before = os.stat(server.app.db.path + "-wal").st_mtime_ns
    server.reset()
    assert os.stat(server.app.db.path + "-wal").st_mtime_ns == before
    make(server, "one")
    server.reset()
    assert names(server) == set()


def dump(server):
    """The rows of each table, without what full-text indexes keep beside their own."""
    connection = server.app.db.connection()
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    shown = [name for name in tables if not name.startswith(("search_name_", "search_text_"))]
    return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in shown}


def schema(server):
    return server.app.db.value("PRAGMA schema_version")


@pytest.fixture
def busy(server):
    """A server with a snapshot of some work, after which more was done, and what was in the database then."""
    project = server.make.project("Caminandes")
    first, second = (server.make.task(shot) for shot in server.make.shots(project, 2))
    server.make.comment(first)
    server.snapshot("busy")
    before = dump(server)
    server.make.preview(first)
    server.make.comment(second)
    server.call("PUT", f"/data/entities/{second['entity_id']}", {"name": "Renamed"})
    server.call("DELETE", f"/data/tasks/{first['id']}?force=true")
    server.make.shots(server.make.project("Another"), 3)
    return server, before


@pytest.mark.parametrize("most_added", [rows.MOST_ADDED, -1])
def test_every_table_is_as_it_was_row_by_row_or_as_a_whole(busy, monkeypatch, most_added):
    server, before = busy
    monkeypatch.setattr(rows, "MOST_ADDED", most_added)
    assert dump(server) != before
    version = schema(server)
    server.restore("busy")
    assert dump(server) == before
    assert (schema(server) == version) == (most_added > 0)
    assert server.call("POST", "/data/search", {"query": "renamed"}).json["shots"] == []


def test_a_table_that_was_added_is_gone(server):
    with server.app.db.write():
        server.app.db.execute("CREATE TABLE added (id TEXT)")
    server.reset()
    assert not server.app.db.has_table("added")
    make(server, "one")
    version = schema(server)
    server.reset()
    assert (names(server), schema(server)) == (set(), version)


def test_a_function_prepares_what_every_reset_goes_back_to():
    def seed(server):
        make(server, "seeded")
        store(server)

    with Server(seed=seed) as server:
        make(server, "gone")
        server.reset()
        assert names(server) == {"seeded"}
        assert len(snapshots.marks_below(server.app.files.folder)) == 1


def test_an_error_in_a_seed_ends_the_server():
    def seed(server):
        folders.append(server.app.folder)
        raise ValueError("broken seed")

    folders = []
    with pytest.raises(ValueError, match="broken seed"):
        Server(seed=seed).start()
    assert not folders[0].exists()


@pytest.fixture
def studio_folder(tmp_path):
    """A studio that knows people outside, with a row and a file."""
    with Server(tmp_path / "studio", admin_email="ann@studio.example", admin_password="secret of the studio") as server:
        make(server, "theirs")
        store(server)
        with server.app.db.write():
            row = server.app.db.first(Organisation) or server.app.db.insert(Organisation, name="Studio")
            server.app.db.update(Organisation, row["id"], chat_token_slack="xoxb-of-the-studio")
    return tmp_path / "studio"


def content(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_data_folder_is_a_seed_and_is_left_as_it_is(studio_folder):
    before = content(studio_folder)
    with Server(seed=studio_folder, admin_password="known-to-tests") as server:
        assert server.admin_email == "ann@studio.example"
        login = server.api.post("/auth/login", {"email": server.admin_email, "password": "known-to-tests"})
        assert login.json["login"] is True
        make(server, "gone")
        for path in snapshots.marks_below(server.app.files.folder):
            (server.app.files.folder / path).write_bytes(b"overwritten by a test")
        server.reset()
        assert names(server) == {"theirs"}
        assert len(snapshots.marks_below(server.app.files.folder)) == 1
        assert server.app.db.value("SELECT chat_token_slack FROM organisation") == ""
        assert server.app.settings.secret_key != (studio_folder / "secret.key").read_text()
    assert content(studio_folder) == before


@pytest.mark.parametrize("name", ["studio.zip", "studio"])
def test_a_saved_studio_is_a_backup_and_a_seed(server, tmp_path, name):
    preview = server.make.preview(server.make.task(server.make.shot(server.make.project("saved"))))
    server.save(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    with Server(seed=str(tmp_path / name)) as other:
        assert names(other) == {"saved"}
        assert other.call("GET", f"/pictures/originals/preview-files/{preview['id']}.png").ok
        assert other.app.settings.secret_key != server.app.settings.secret_key
    server.reset()
    server.load(tmp_path / name)
    assert names(server) == {"saved"}
    server.reset()
    assert names(server) == set()
    with pytest.raises(SetupError, match="there already"):
        server.save(tmp_path / name)


@pytest.mark.parametrize("path", ["nothing here", "broken.zip", "other.zip", "folder"])
def test_what_is_no_studio_is_refused(tmp_path, path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "kitsulite.db").write_text("no database " * 100)
    (tmp_path / "broken.zip").write_text("no zip")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "no studio")
    with pytest.raises(SetupError, match="studio"):
        Server(seed=tmp_path / path).start()


def test_a_studio_that_was_there_before_is_never_changed(studio_folder, tmp_path):
    with Server(studio_folder) as server:
        for change in (
            server.reset,
            lambda: server.snapshot("a"),
            lambda: server.restore("a"),
            lambda: server.load("a"),
        ):
            with pytest.raises(SetupError, match="existed before this server"):
                change()
    with pytest.raises(SetupError, match="existed before this server"):
        Server(studio_folder, seed=lambda server: None).start()


def test_settings_of_the_machine_do_not_reach_a_server_that_is_thrown_away(monkeypatch, tmp_path):
    monkeypatch.setenv("KITSULITE_MAIL_SERVER", "mail.studio.example")
    monkeypatch.setenv("KITSULITE_DATA_DIR", str(tmp_path))
    with Server() as server:
        assert server.app.settings.mail_server == ""
        assert not list(tmp_path.iterdir())
    with Server(tmp_path / "studio") as server:
        assert server.app.settings.mail_server == "mail.studio.example"


def test_passwords_are_hashed_fast_only_where_they_protect_nothing(tmp_path):
    def cost(server):
        return server.app.db.value("SELECT password FROM person").split("$")[1]

    with Server() as server:
        assert cost(server) == "2"
    with Server(tmp_path / "studio") as server:
        assert server.app.password_cost is None


def test_caches_of_gazu_do_not_outlive_the_rows(kitsulite_gazu, kitsulite):
    kitsulite_gazu.cache.enable()
    try:
        kitsulite_gazu.project.new_project("A")
        assert len(kitsulite_gazu.project.all_projects()) == 1
        kitsulite.reset()
        assert kitsulite_gazu.project.all_projects() == []
    finally:
        kitsulite_gazu.cache.disable()
        kitsulite_gazu.cache.clear_all()
