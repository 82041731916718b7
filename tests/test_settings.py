"""Settings: if their values come from."""

import os
import stat
import typing

import pytest

from kitsulite import settings
from kitsulite.errors import SetupError
from kitsulite.given import Given


def test_what_is_given_wins_over_the_environment_and_that_over_the_default():
    environ = {"KITSULITE_PORT": "1234", "KITSULITE_THREADS": "3"}
    found = settings.load(environ, port=99)
    assert (found.port, found.threads, found.host) == (99, 3, "127.0.0.1")


def test_texts_become_values_of_their_kind():
    found = settings.load(
        {
            "KITSULITE_ENFORCE_2FA": "Yes",
            "KITSULITE_PROTECTED_ACCOUNTS": "a@b.com; c@d.com;",
            "KITSULITE_ACCESS_TOKEN_DAYS": "0.5",
        }
    )
    assert found.enforce_2fa is True
    assert found.protected_accounts == ["a@b.com", "c@d.com"]
    assert found.access_token_days == 0.5


def test_a_secret_may_lie_in_a_file(tmp_path):
    (tmp_path / "key").write_text("kept-in-a-file\n")
    assert settings.load({"KITSULITE_SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == "kept-in-a-file"
    with pytest.raises(SetupError, match="KITSULITE_SECRET_KEY_FILE"):
        settings.load({"KITSULITE_SECRET_KEY_FILE": str(tmp_path / "nothing")})


def test_only_secrets_are_read_from_files(tmp_path):
    (tmp_path / "port").write_text("99")
    assert settings.load({"KITSULITE_PORT_FILE": str(tmp_path / "port")}).port == 8080


@pytest.mark.parametrize(
    ("name", "text"),
    [("PORT", "http"), ("PORT", "-1"), ("ENFORCE_2FA", "perhaps"), ("LOG_LEVEL", "loud"), ("ACCESS_TOKEN_DAYS", "nan")],
)
def test_a_text_that_stands_for_no_value_shows_its_variable(name, text):
    with pytest.raises(SetupError, match=f"KITSULITE_{name}"):
        settings.load({f"KITSULITE_{name}": text})


def test_a_wrong_secret_is_not_shown():
    assert "hush" not in str(settings.NAMES["secret_key"].refusal("hush", "text"))


def test_the_secret_key_is_made_once_and_readable_by_its_owner_alone(tmp_path):
    key = settings.kept_secret_key(tmp_path)
    assert len(key) >= 32
    assert settings.kept_secret_key(tmp_path) == key
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_an_empty_key_file_is_never_a_key(tmp_path):
    (tmp_path / "secret.key").write_text("")
    assert len(settings.kept_secret_key(tmp_path)) >= 32


@pytest.mark.parametrize(
    ("platform", "environ", "end"),
    [
        ("linux", {"XDG_DATA_HOME": "/data"}, "/data/kitsulite"),
        ("linux", {}, ".local/share/kitsulite"),
        ("darwin", {}, "Library/Application Support/kitsulite"),
        ("win32", {"LOCALAPPDATA": "/appdata"}, "/appdata/kitsulite"),
    ],
)
def test_the_data_folder_lies_where_the_platform_keeps_data(monkeypatch, platform, environ, end):
    monkeypatch.setattr(settings.sys, "platform", platform)
    assert settings.user_data_dir(environ).as_posix().endswith(end)


@pytest.mark.parametrize("name", ["ENFORCE_2FA", "PORT", "ADMIN_PASSWORD"])
def test_an_empty_variable_counts_as_not_set(name):
    setting = settings.NAMES[name.lower()]
    assert getattr(settings.load({f"KITSULITE_{name}": ""}), setting.name) == setting.default


def test_type_checkers_know_every_setting_with_its_type():
    types = {list: list[str]}
    expected = {setting.name: types.get(setting.kind, setting.kind) for setting in settings.SETTINGS}
    assert {"data_dir": str, **typing.get_type_hints(Given)} == expected
