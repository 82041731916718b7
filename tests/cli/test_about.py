"""Version, settings, help."""

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


@pytest.mark.parametrize("words", [[], ["user"]])
def test_a_call_without_a_command_shows_the_help(capsys, words):
    assert main(words) == 2
    assert "commands:" in capsys.readouterr().out


def test_a_module_that_is_not_installed_shows_the_fix(capsys, monkeypatch):
    def lacking(arguments):
        raise ModuleNotFoundError("No module named 'bottle'", name="bottle")

    monkeypatch.setattr(kitsulite.cli, "run", lacking)
    assert main(["serve"]) == 1
    errors = capsys.readouterr().err
    assert "bottle" in errors
    assert "pip install" in errors
