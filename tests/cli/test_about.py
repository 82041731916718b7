"""Version, settings, help."""

import errno
import io

import pytest

import kitsulite
from kitsulite.cli import main


def test_the_version_names_the_api(capsys):
    assert main(["version"]) == 0
    out = capsys.readouterr().out
    assert kitsulite.__version__ in out
    assert kitsulite.ZOU_VERSION in out


def test_settings_show_the_value_in_force_and_hide_secrets(capsys, monkeypatch):
    monkeypatch.setenv("KITSULITE_PORT", "4711")
    monkeypatch.setenv("KITSULITE_MAIL_PASSWORD", "hush")
    assert main(["settings"]) == 0
    out = capsys.readouterr().out
    assert "KITSULITE_PORT = 4711" in out
    assert "KITSULITE_MAIL_PASSWORD = (hidden)" in out
    assert "hush" not in out


@pytest.mark.parametrize(("words", "shown"), [([], "  serve "), (["user"], "  create ")])
def test_a_call_without_a_command_shows_the_help(capsys, words, shown):
    assert main(words) == 2
    assert shown in capsys.readouterr().out


def test_a_module_that_is_not_installed_shows_the_fix(capsys, monkeypatch):
    def lacking(arguments):
        raise ModuleNotFoundError("No module named 'bottle'", name="bottle")

    monkeypatch.setattr(kitsulite.cli, "run", lacking)
    assert main(["serve"]) == 1
    errors = capsys.readouterr().err
    assert "bottle" in errors
    assert "pip install" in errors


def test_settings_show_where_a_value_comes_from(capsys, monkeypatch, tmp_path):
    (tmp_path / "kitsulite.toml").write_text('mail_server = "smtp.studio.com"\nmail_port = 587\n')
    monkeypatch.setenv("KITSULITE_MAIL_PORT", "25")
    assert main(["settings", "mail", "--data-dir", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert f"KITSULITE_MAIL_SERVER = smtp.studio.com  ({tmp_path}/kitsulite.toml)\n" in out
    assert "KITSULITE_MAIL_PORT = 25  (environment)\n" in out
    assert "KITSULITE_PORT " not in out


def test_the_version_is_a_flag_too(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"kitsulite {kitsulite.__version__}\n")


def test_help_is_a_command_too(capsys):
    shown = []
    for words in (["help", "user", "create"], ["user", "create", "--help"], ["help"], ["--help"]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 0
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1]
    assert shown[2] == shown[3]


ZOU = """\
# the variables of a server
DB_HOST=localhost
export MAIL_SERVER="smtp.studio.com"
MAIL_PORT=587   # submission
Environment="DEFAULT_TIMEZONE=Europe/Berlin"
2FA_EXEMPT_USERS=a@b.com;c@d.com
SECRET_KEY='it''s'
ENFORCE_2FA=True
USER_LIMIT=
LOGLEVEL=loud
MAX_CONTENT_LENGTH=1048576
SENTRY_DSN=https://sentry.example
"""


def test_the_variables_of_zou_become_a_file_of_settings(capsys, tmp_path):
    tomllib = pytest.importorskip("tomllib")
    (tmp_path / "zou.env").write_text(ZOU)
    assert main(["settings", "--from", str(tmp_path / "zou.env")]) == 0
    out = capsys.readouterr().out
    (tmp_path / "kitsulite.toml").write_text(out)
    values = tomllib.loads(out)
    assert values == {
        "mail_server": "smtp.studio.com",
        "mail_port": 587,
        "default_timezone": "Europe/Berlin",
        "two_factor_exempt_users": ["a@b.com", "c@d.com"],
        "secret_key": "it''s",
        "enforce_2fa": True,
        "max_content_length": 1048576,
    }
    assert "# DB_HOST: not needed" in out
    assert "# LOGLEVEL: --log-level" in out
    assert "# SENTRY_DSN: without a counterpart\n" in out
    assert main(["settings", "timezone", "--data-dir", str(tmp_path)]) == 0
    assert "KITSULITE_DEFAULT_TIMEZONE = Europe/Berlin" in capsys.readouterr().out


def test_a_file_without_variables_is_refused(capsys, tmp_path):
    (tmp_path / "notes.txt").write_text("nothing here")
    assert main(["settings", "--from", str(tmp_path / "notes.txt")]) == 2
    assert "MAIL_SERVER" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, ""),
        (OSError(errno.ENOSPC, "No space left", "/studio/kitsulite.db"), 1, "the disk is full: /studio/kitsulite.db"),
        (OSError(errno.EDQUOT, "Quota exceeded"), 1, "the disk is full"),
    ],
)
def test_a_command_that_is_cut_off_says_so_in_a_line(capsys, monkeypatch, error, code, said):
    assert main_with(monkeypatch, error) == code
    assert capsys.readouterr().err == (f"kitsulite: {said}\n" if said else "")


@pytest.mark.parametrize("error", [OSError(errno.EIO, "broken"), ModuleNotFoundError("no", name="kitsulite.gone")])
def test_errors_of_our_own_are_not_hidden(monkeypatch, error):
    with pytest.raises(type(error)):
        main_with(monkeypatch, error)


def test_a_reader_that_goes_away_ends_a_command_quietly(monkeypatch):
    monkeypatch.setattr("sys.stderr", io.StringIO())
    assert main_with(monkeypatch, BrokenPipeError()) == 1


def main_with(monkeypatch, error):
    """The exit code of a command in which this error is raised."""

    def fail(settings):
        raise error

    monkeypatch.setattr("kitsulite.cli.doctor.require", fail)
    return main(["serve", "-p", "0"])
