"""The check of a machine."""

import importlib.util
import os
import socket
import sqlite3
import time
from types import SimpleNamespace

import pytest

from kitsulite import Server
from kitsulite.cli import doctor
from kitsulite.domain.server.backups import AUTOMATIC
from kitsulite.extras import EXTRAS, how_to_install
from kitsulite.settings import load


def lines(out):
    return {line[5:17].strip(): (line[:5].strip(), line[17:]) for line in out.splitlines()}


def test_a_machine_that_is_fine(kitsulite_command):
    code, out, _ = kitsulite_command("doctor", "--port", "0")
    found = lines(out)
    assert code == 0
    for name in ("Python", "SQLite", "data folder", "database", "secret key", "port"):
        assert found[name][0] == "ok", out


def test_what_is_optional_and_absent_shows_the_fix(kitsulite_command, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    code, out, _ = kitsulite_command("doctor", "--port", "0")
    found = lines(out)
    assert code == 0
    for name in ("movies", "zou", "fido"):
        assert found[name][0] == "off"
        assert "pip install" in found[name][1]


@pytest.mark.parametrize(
    ("flags", "name", "text"),
    [
        (["--mail-server", "127.0.0.1", "--mail-port", "1"], "mail", "--mail-server"),
        (["--host", "203.0.113.1"], "port", "--port"),
    ],
)
def test_what_fails_shows_the_fix(kitsulite_command, flags, name, text):
    code, out, _ = kitsulite_command("doctor", "--port", "0", *flags)
    assert code == 1
    assert lines(out)[name][0] == "FAIL"
    assert text in lines(out)[name][1]


def test_a_port_in_use_fails(kitsulite_command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, out, _ = kitsulite_command("doctor", "--port", str(taken.getsockname()[1]))
    assert code == 1
    assert lines(out)["port"][0] == "FAIL"


def test_a_newer_database_fails(kitsulite_command, folder):
    connection = sqlite3.connect(folder / "kitsulite.db")
    connection.execute("PRAGMA user_version = 9999")
    connection.close()
    code, out, _ = kitsulite_command("doctor", "--port", "0")
    assert code == 1
    assert "newer" in lines(out)["database"][1]


def test_a_key_that_others_can_read_fails(kitsulite_command, folder):
    (folder / "secret.key").chmod(0o644)
    code, out, _ = kitsulite_command("doctor", "--port", "0")
    assert code == 1
    assert "chmod 600" in lines(out)["secret key"][1]


@pytest.mark.parametrize(
    ("flags", "name"),
    [
        (["--auth-strategy", "auth_remote_ldap"], "ldap"),
        (["--saml-enabled", "--saml-metadata-url", "https://idp.example/metadata"], "saml"),
        (["--oidc-enabled", "--oidc-discovery-url", "https://idp.example", "--oidc-client-id", "kitsu"], "oidc"),
    ],
)
def test_an_extra_that_a_setting_asks_for_is_demanded_by_doctor_and_serve(kitsulite_command, monkeypatch, flags, name):
    assert name not in lines(kitsulite_command("doctor", "--port", "0")[1])
    assert lines(kitsulite_command("doctor", "--port", "0", *flags)[1])[name][0] == "ok"
    found = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda module: None if module == EXTRAS[name][0] else found(module))
    code, out, _ = kitsulite_command("doctor", "--port", "0", *flags)
    assert (code, lines(out)[name][0]) == (1, "FAIL")
    code, _, errors = kitsulite_command("serve", "--port", "0", *flags)
    assert (code, errors.count("\n")) == (1, 1)
    assert how_to_install(name) in errors


@pytest.fixture
def wrong(kitsulite_command):
    """Call doctor; returns what it says of one subject, and its mark."""

    def wrong(name, *flags):
        _, out, _ = kitsulite_command("doctor", "--port", "0", *flags)
        return lines(out)[name]

    return wrong


class Poor:
    """A connection to a database that cannot do something."""

    def __init__(self, lacks, answer="ok"):
        self.lacks, self.answer = lacks, answer

    def execute(self, statement):
        if self.lacks and self.lacks in statement:
            raise sqlite3.OperationalError("no such module: fts5")
        return self

    def fetchone(self):
        return (self.answer,)

    def close(self):
        pass


def test_a_python_without_full_text_search_fails(monkeypatch):
    monkeypatch.setattr("sqlite3.connect", lambda *args, **options: Poor("fts5"))
    with pytest.raises(doctor.Problem, match=r"lacks FTS5 \(no such module"):
        doctor.sqlite(load({}))


def test_a_folder_that_holds_no_log_of_writes_fails(tmp_path, monkeypatch):
    monkeypatch.setattr("sqlite3.connect", lambda *args, **options: Poor(None, "delete"))
    with pytest.raises(doctor.Problem, match="WAL"):
        doctor.data_folder(load({}, data_dir=str(tmp_path / "studio")))


def test_a_log_that_fills_the_disk_fails(folder, monkeypatch):
    from kitsulite.store import checkpoints

    (folder / "kitsulite.db-wal").write_bytes(b"")
    monkeypatch.setattr(checkpoints, "HUGE", -1)
    with pytest.raises(doctor.Problem, match="has been reading the database for long"):
        doctor.database(load({}, data_dir=str(folder)))


def test_a_damaged_database_fails(folder, monkeypatch):
    monkeypatch.setattr("sqlite3.connect", lambda *args, **options: Poor(None, "page 3 is never used"))
    with pytest.raises(doctor.Problem, match=r"damaged \(page 3 is never used\)"):
        doctor.database(load({}, data_dir=str(folder)))


def test_a_machine_without_a_studio_says_what_the_first_start_makes(tmp_path):
    settings = load({}, data_dir=str(tmp_path))
    assert doctor.database(settings) == doctor.secret_key(settings) == "none yet: the first start creates it"
    assert doctor.secret_key(load({}, data_dir=str(tmp_path), secret_key="x" * 40)) == "given as a setting"


def test_a_full_disk_fails(wrong, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=5 << 20))
    assert wrong("disk") == ("FAIL", "only 0.00 GB free: make room, or choose another folder with --data-dir")


def test_a_server_that_makes_no_backups_fails(folder):
    settings = load({}, data_dir=str(folder))
    began = time.time() - 60 * 3600

    def begin():
        os.utime(folder / "server.json", (began, began))

    with Server(folder, synchronous="OFF", backup_every=0) as server:
        begin()
        with pytest.raises(doctor.Problem, match="has made none since"):
            doctor.backups(settings)
        assert doctor.backups(load({}, data_dir=str(folder), backup_every=48)).startswith("one every 48 hours, 0 in")
        server.app.backups.make(AUTOMATIC)
        assert "1 in" in doctor.backups(settings)
    assert "1 in" in doctor.backups(settings)


def test_a_backup_that_failed_fails(wrong, monkeypatch):
    monkeypatch.setattr("kitsulite.domain.server.backups.read_failure", lambda folder: {"message": "the disk is full"})
    mark, text = wrong("backups")
    assert mark == "FAIL"
    assert "the last one failed (the disk is full)" in text


def test_a_server_that_runs_is_named(wrong, monkeypatch):
    running = {"url": "http://127.0.0.1:8080", "pid": 7}
    monkeypatch.setattr("kitsulite.store.folder.running_server", lambda folder: running)
    assert wrong("port") == ("ok", "kitsulite runs here at http://127.0.0.1:8080, pid 7")


def test_an_ffmpeg_of_python_will_do(wrong, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name == "imageio_ffmpeg" or found(name))
    assert wrong("movies") == ("ok", "the ffmpeg of imageio-ffmpeg")


def test_a_mail_server_that_answers_is_fine(wrong):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert wrong("mail", "--mail-server", "127.0.0.1", "--mail-port", str(port)) == (
            "ok",
            f"127.0.0.1:{port} answers",
        )
