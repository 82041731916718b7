"""The data folder: only our own database is opened, by one server, out of reach of other users."""

import os
import shutil
import sqlite3
import stat
from types import SimpleNamespace

import pytest

import kitsulite
from kitsulite import Server
from kitsulite.errors import SetupError
from kitsulite.store import folder as folders
from kitsulite.store import migrations
from kitsulite.store.folder import DATABASE


@pytest.fixture
def studio_path(tmp_path):
    with Server(tmp_path / "studio"):
        pass
    return tmp_path / "studio"


def refused(path, message):
    before = {file.name: file.read_bytes() for file in path.glob(f"{DATABASE}*")}
    with pytest.raises(SetupError, match=message):
        kitsulite.create_app(data_dir=path)
    assert {name: (path / name).read_bytes() for name in before} == before


def test_an_empty_database_is_not_taken_over(tmp_path):
    (tmp_path / DATABASE).touch()
    refused(tmp_path, "is empty.*kitsulite restore")


def test_a_link_to_the_database_of_another_folder_is_not_followed(tmp_path, studio_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / DATABASE).symlink_to(studio_path / DATABASE)
    refused(tmp_path / "other", "name that folder with --data-dir")
    (tmp_path / "link").symlink_to(studio_path)
    with Server(studio_path), pytest.raises(SetupError, match="already running"):
        Server(tmp_path / "link").start()


def test_a_database_of_another_application_is_not_taken_over(tmp_path):
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("CREATE TABLE person (id)")
        connection.execute("CREATE TABLE note (id)")
    connection.close()
    refused(tmp_path, "belongs to another application")


def test_a_database_with_the_mark_of_another_application_is_not_taken_over(studio_path):
    with sqlite3.connect(studio_path / DATABASE) as connection:
        connection.execute("PRAGMA application_id = 252006675")
    connection.close()
    refused(studio_path, "belongs to another application")


def test_a_copy_without_its_log_is_no_new_studio(tmp_path, studio_path):
    connection = sqlite3.connect(tmp_path / DATABASE)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("CREATE TABLE person (id)")
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(tmp_path / DATABASE, copy)
    connection.close()
    refused(copy, "holds no studio.*kitsulite restore")


def test_the_log_of_a_database_that_is_gone_gets_no_new_one(tmp_path):
    log = tmp_path / f"{DATABASE}-wal"
    log.write_bytes(b"changes")
    refused(tmp_path, "of a database that is missing")
    log.write_bytes(b"")
    kitsulite.create_app(data_dir=tmp_path, synchronous="OFF").close()


def test_a_damaged_database_is_refused(studio_path):
    size = (studio_path / DATABASE).stat().st_size
    with open(studio_path / DATABASE, "rb+") as file:
        file.seek(size // 2)
        file.write(b"\xff" * (size // 4))
    refused(studio_path, "kitsulite restore")


def test_a_truncated_database_is_refused(studio_path):
    with open(studio_path / DATABASE, "rb+") as file:
        file.truncate(file.seek(0, os.SEEK_END) // 2 // 4096 * 4096)
    refused(studio_path, "kitsulite restore")


def test_a_file_without_a_mark_gets_it(studio_path):
    with sqlite3.connect(studio_path / DATABASE) as connection:
        connection.execute("PRAGMA application_id = 0")
    connection.close()
    kitsulite.create_app(data_dir=studio_path).close()
    with sqlite3.connect(studio_path / DATABASE) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (folders.APPLICATION_ID,)
    connection.close()


def test_a_start_that_was_killed_leaves_no_half_made_studio(tmp_path, monkeypatch):
    def fail(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("kitsulite.application.os.replace", fail)
    with pytest.raises(KeyboardInterrupt):
        kitsulite.create_app(data_dir=tmp_path)
    monkeypatch.undo()
    assert not (tmp_path / DATABASE).exists()
    app = kitsulite.create_app(data_dir=tmp_path)
    assert app.is_new
    app.close()
    assert not list(tmp_path.glob(f"{DATABASE}.partial*"))


def test_a_new_database_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    steps = []
    monkeypatch.setattr("kitsulite.application.sync", lambda paths: steps.append([path.exists() for path in paths]))
    monkeypatch.setattr("kitsulite.application.sync_names", lambda folder: steps.append((folder / DATABASE).exists()))
    kitsulite.create_app(data_dir=tmp_path).close()
    assert steps == [[True], True]


def test_a_second_server_on_a_folder_is_refused_and_shown_the_first(studio_path):
    with Server(studio_path) as first:
        with pytest.raises(SetupError, match=f"already running.* at {first.url}, pid {os.getpid()}"):
            Server(studio_path).start()
        assert first.api.get("/data/persons").status == 200
    with Server(studio_path):
        pass


def test_a_server_that_is_gone_holds_nothing(studio_path):
    (studio_path / "server.json").write_text('{"pid": 1, "url": "http://127.0.0.1:1"}')
    assert folders.running_server(studio_path) is None
    with Server(studio_path) as server:
        assert folders.running_server(studio_path) == {"pid": os.getpid(), "url": server.url}
    assert folders.running_server(studio_path) is None


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_other_users_of_the_machine_see_nothing(studio_path):
    assert stat.S_IMODE(studio_path.stat().st_mode) == 0o700
    stored = studio_path / "files" / "pictures"
    stored.mkdir(parents=True)
    (stored / "a.png").touch(0o644)
    (studio_path / DATABASE).chmod(0o644)
    studio_path.chmod(0o755)
    kitsulite.create_app(data_dir=studio_path).close()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (studio_path, *studio_path.rglob("*"))}
    assert (modes["studio"], modes[DATABASE], modes["pictures"], modes["a.png"]) == (0o700, 0o600, 0o700, 0o600)


def test_a_lock_that_nobody_may_open_is_no_running_server(studio_path, monkeypatch):
    def refuse(*args, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(folders.filelock.FileLock, "acquire", refuse)
    assert folders.running_server(studio_path) is None


@pytest.mark.parametrize(("free", "message"), [(1000, "is full: make room"), (1 << 30, "kitsulite restore")])
def test_a_disk_without_room_for_the_index_of_the_log_is_full(studio_path, monkeypatch, free, message):
    def fail(connection):
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(migrations, "version_of", fail)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=free))
    with pytest.raises(SetupError, match=message):
        migrations.schema_of(studio_path / DATABASE)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_folder_whose_permissions_cannot_be_changed_is_used_with_a_warning(tmp_path, monkeypatch, caplog):
    def refuse(path, mode):
        raise PermissionError(1, "Operation not permitted")

    tmp_path.chmod(0o755)
    monkeypatch.setattr("pathlib.Path.chmod", refuse)
    assert folders.open_folder(tmp_path) == tmp_path
    assert "stays open to other users" in caplog.text


def test_a_server_that_has_not_said_where_it_answers_is_running_all_the_same(tmp_path):
    lock = folders.ServerLock(tmp_path)
    lock.release()
    lock.acquire()
    assert folders.running_server(tmp_path) == {"pid": None, "url": None}
    assert f"already running on {tmp_path}: use" in folders.already_running(tmp_path)
    lock.release()
    assert folders.running_server(tmp_path) is None


def test_a_damaged_database_is_not_opened(tmp_path):
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        for table in folders.OURS:
            connection.execute(f"CREATE TABLE {table} (id)")
        connection.execute("INSERT INTO person VALUES (NULL)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = 'CREATE TABLE person (id NOT NULL)' WHERE name = 'person'")
    connection.close()
    refused(tmp_path, "is damaged .*person.*kitsulite restore")
