"""The check of a machine."""

import importlib.util
import socket
import sqlite3

import pytest

from kitsulite.cli.doctor import EXTRAS


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
    assert f"kitsulite[{name}]" in errors
