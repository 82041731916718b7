"""Settings: where their values come from."""

import typing

import platformdirs.unix
import pytest

from kitsulite import settings
from kitsulite.errors import SetupError, WrongSetting
from kitsulite.settings import sources
from kitsulite.settings.given import Given
from kitsulite.settings.setting import shown_size


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
    assert "hush" not in str(settings.BY_NAME["secret_key"].refusal("hush", "text"))


def test_the_data_folder_lies_where_the_platform_keeps_data(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(platformdirs, "user_data_dir", Unix.of)
    assert settings.load({}).data_dir == str(tmp_path / "kitsulite")


class Unix:
    """platformdirs on a machine with a home, whichever machine this is."""

    @staticmethod
    def of(name, appauthor):
        assert appauthor is False
        return platformdirs.unix.Unix(name, appauthor).user_data_dir


def test_a_machine_without_a_home_is_told_to_name_the_folder(monkeypatch):
    monkeypatch.setattr(platformdirs, "user_data_dir", lambda *_, **__: "~/.local/share/kitsulite")
    with pytest.raises(WrongSetting, match="KITSULITE_DATA_DIR"):
        settings.load({})
    assert settings.load({"KITSULITE_DATA_DIR": "/data"}).data_dir == "/data"


def test_settings_lie_in_a_file_of_the_data_folder(tmp_path):
    (tmp_path / settings.FILE).write_text('port = 9000\nlog_level = "debug"\nmax_json_length = "10MB"\n')
    found = settings.load({"KITSULITE_LOG_LEVEL": "ERROR"}, data_dir=str(tmp_path))
    assert (found.port, found.log_level, found.max_json_length) == (9000, "ERROR", 10 << 20)
    assert settings.load({}, data_dir=str(tmp_path), port=1).port == 1


def test_a_server_for_tests_takes_nothing_from_the_studio_of_its_person(tmp_path, monkeypatch):
    (tmp_path / settings.FILE).write_text('mail_server = "smtp.studio.com"')
    monkeypatch.setattr(sources, "user_data_dir", lambda: str(tmp_path))
    assert settings.load({"HOME": "/home/ann"}).mail_server == "smtp.studio.com"
    assert settings.load({}).mail_server == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("prot = 9000", "prot is not a setting, perhaps port"),
        ("port: 9000", "is not TOML"),
        ("port = 90.5", "--port"),
        ("port = true", "--port"),
        ("mail_server = ['a']", "--mail-server"),
        ("protected_accounts = [1]", "--protected-accounts"),
        ("[mail]\nport = 9000", "mail is not a setting"),
        ("data_dir = '/data'", "where this file lies"),
        ("\xff", "is not TOML"),
    ],
)
def test_a_wrong_line_of_the_file_is_named(tmp_path, text, message):
    (tmp_path / settings.FILE).write_bytes(text.encode("latin-1"))
    with pytest.raises(WrongSetting, match=message):
        settings.load({}, data_dir=str(tmp_path))


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("max_content_length", "10MB", 10 << 20),
        ("max_content_length", "1.5 GiB", 3 << 29),
        ("max_content_length", "4096", 4096),
        ("max_json_length", "64k", 64 << 10),
        ("picture_memory", "1GB", 1024),
        ("picture_memory", "100", 100),
        ("log_level", "debug", "DEBUG"),
        ("synchronous", " full ", "FULL"),
        ("port", "", 8080),
        ("protected_accounts", "", []),
        ("mail_server", "", ""),
        ("host", "::1", "::1"),
        ("host", "0.0.0.0", "0.0.0.0"),
        ("domain_name", "kitsu.studio.com:8443", "kitsu.studio.com:8443"),
        ("domain_name", "[::1]:8080", "[::1]:8080"),
        ("mail_server", "smtp", "smtp"),
        ("default_timezone", "UTC", "UTC"),
        ("default_locale", "fr_FR", "fr_FR"),
        ("cors_allowed_origins", "https://a.studio.com", ["https://a.studio.com"]),
        ("protected_accounts", ["ann@studio.com"], ["ann@studio.com"]),
        ("access_token_days", 1, 1.0),
    ],
)
def test_values_are_taken_as_people_write_them(name, given, value):
    assert getattr(settings.load({}, **{name: given}), name) == value


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("port", 80.5),
        ("port", True),
        ("enforce_2fa", 7),
        ("host", "127.0.0.1:80"),
        ("host", "127.0.0.999"),
        ("domain_name", "kitsu.studio.com:port"),
        ("protected_accounts", "ann"),
        ("max_json_length", "1.5"),
        ("nothing", 1),
    ],
)
def test_values_given_in_code_are_checked_too(name, given):
    with pytest.raises(WrongSetting, match=name.replace("_", ".")):
        settings.load({}, **{name: given})


@pytest.mark.parametrize("name", ["ENFORCE_2FA", "PORT", "ADMIN_PASSWORD"])
def test_an_empty_variable_counts_as_not_set(name):
    setting = settings.BY_NAME[name.lower()]
    assert getattr(settings.load({f"KITSULITE_{name}": ""}), setting.name) == setting.default


@pytest.mark.parametrize(("line", "expected"), [("port = 9000", 9000), ("mail_use_tls = true", True)])
def test_a_line_of_the_file_counts_where_the_variable_is_empty(tmp_path, line, expected):
    (tmp_path / settings.FILE).write_text(line)
    name = line.partition(" ")[0]
    environ = {f"KITSULITE_{name.upper()}": "", "KITSULITE_DATA_DIR": str(tmp_path)}
    assert getattr(settings.load(environ), name) == expected


def test_type_checkers_know_every_setting_with_its_type():
    types = {list: list[str]}
    expected = {setting.name: types.get(setting.kind, setting.kind) for setting in settings.SETTINGS}
    assert {"data_dir": str, **typing.get_type_hints(Given)} == expected


def test_a_size_is_shown_as_people_write_it():
    assert [shown_size(number) for number in (3 << 30, 5 << 20, 1500, 0)] == ["3GB", "5MB", "1500", "0"]


def test_a_file_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    def refuse(*args):
        raise PermissionError(13, "Permission denied")

    (tmp_path / settings.FILE).touch()
    monkeypatch.setattr("pathlib.Path.read_text", refuse)
    with pytest.raises(WrongSetting, match=r"cannot be read \(Permission denied\): chmod it"):
        settings.load({}, data_dir=str(tmp_path))
