"""Wrong calls: one line that names the fix, status 2; help that fits a screen."""

import os
import re

import pytest

from kitsulite import settings
from kitsulite.cli import load_commands, main, zou_names
from kitsulite.cli.command import COMMANDS
from kitsulite.settings import SETTINGS, checks

load_commands()
#: what stands for no value of a setting, by its kind
WRONG = {bool: "perhaps", int: "many", float: "nan", list: None, str: None}
#: the same by the check of a setting
WRONG_TEXTS = {
    checks.address: "ann",
    checks.addresses: "ann@studio.com;bob",
    checks.folder: "~nobody-of-this-name/studio",
    checks.host: "http://kitsu.studio.com",
    checks.host_and_port: "https://kitsu.studio.com",
    checks.ip_address: "my-proxy",
    checks.locale: "xx_YY",
    checks.origins: "kitsu.studio.com",
    checks.program: "/no/such/program",
    checks.time_zone: "Mars/Olympus",
    checks.web_address: "provider",
}


def wrong_text(setting):
    """A text that the setting refuses; None if it takes any."""
    return "nothing-like-this" if setting.choices else WRONG_TEXTS.get(setting.check, WRONG[setting.kind])


CHECKED = [setting for setting in SETTINGS if wrong_text(setting)]


def refused(capsys, words):
    """The line with which a call ends that is refused."""
    try:
        status = main(words)
    except SystemExit as ended:
        status = ended.code
    output = capsys.readouterr()
    assert (status, output.out) == (2, "")
    assert output.err.count("\n") == 1
    return output.err


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    for name in [name for name in os.environ if name.startswith("KITSULITE_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize("command", ["serve", "doctor"])
@pytest.mark.parametrize("setting", CHECKED, ids=lambda setting: setting.name)
def test_a_wrong_value_is_refused_alike_as_flag_variable_and_line_of_the_file(
    setting, command, capsys, monkeypatch, tmp_path
):
    text = wrong_text(setting)
    folder = [] if setting.name == "data_dir" else ["--data-dir", str(tmp_path)]
    line = refused(capsys, [command, setting.option, text, *folder])
    assert line.startswith(f"kitsulite: {setting.option} ({setting.variable}): ")
    assert " expected, got " in line
    monkeypatch.setenv(setting.variable, text)
    assert refused(capsys, [command, *folder]) == line
    monkeypatch.delenv(setting.variable)
    if folder:
        (tmp_path / settings.FILE).write_text(f'{setting.name} = "{text}"\n')
        assert refused(capsys, [command, *folder]) == line


NUMBERS = [setting for setting in SETTINGS if setting.kind in (int, float)]


@pytest.mark.parametrize("setting", NUMBERS, ids=lambda setting: setting.name)
@pytest.mark.parametrize("text", ["-1", "1e400", "9" * 30])
def test_no_number_is_beyond_all_measure(setting, text, capsys):
    assert setting.option in refused(capsys, ["serve", f"{setting.option}={text}"])


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_that_is_nearly_spelt_is_named(setting, capsys, monkeypatch):
    wrong = setting.option + "x"
    assert f"there is no flag {wrong}, perhaps {setting.option}:" in refused(capsys, ["serve", wrong, "9"])
    monkeypatch.setenv(setting.variable + "X", "9")
    assert main(["settings", setting.name]) == 0
    assert f"{setting.variable}X is not a setting, perhaps {setting.variable}:" in capsys.readouterr().err


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_that_is_nearly_spelt_is_named(words, capsys):
    wrong = words + "q"
    assert re.search(rf"there is no command \S+q, perhaps {words.split()[-1]}:", refused(capsys, wrong.split()))


@pytest.mark.parametrize("words", COMMANDS)
def test_a_flag_that_no_command_has_is_refused(words, capsys):
    required = [option for option in COMMANDS[words].options if not option[0][0].startswith("-")]
    given = [details.get("choices", "1")[0] for _, details in required if details.get("nargs") not in ("?", "*")]
    assert "there is no flag --nothing" in refused(capsys, [*words.split(), *given, "--nothing"])


def test_a_folder_without_a_studio_is_named(tmp_path, capsys):
    assert main(["user", "list", "--data-dir", str(tmp_path)]) == 1
    assert f"There is no studio in {tmp_path}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (["serve", "--prot", "9"], "perhaps --port"),
        (["serve", "--protected", "9"], "perhaps --protected-accounts"),
        (["serve", "--port"], "--port"),
        (["serve", "--port", "99999"], "at most 65535"),
        (["serve", "9000"], "one word too many"),
        (["serve", "--saml-enabled"], "--saml-metadata-url"),
        (["serve", "--oidc-enabled", "--oidc-client-id", "x"], "--oidc-discovery-url"),
        (["serve", "--mail-use-tls", "--mail-use-ssl"], "exclude"),
        (["serve", "--max-content-length", "10XB"], "10GB"),
        (["serve", "--log-level", "warn"], "WARNING"),
        (["user", "create"], "email"),
        (["user", "create", "ann@studio.com", "--role", "king"], "manager"),
        (["settings", "no-such-subject"], "kitsulite settings"),
        (["settings", "--from", "/no/such/file"], "/no/such/file"),
        (["help", "srve"], "perhaps serve"),
        (["--nothing"], "kitsulite --help"),
    ],
)
def test_a_wrong_call_names_its_fix(words, fix, capsys):
    assert fix in refused(capsys, words)


def test_commands_of_zou_answer_with_what_does_that_here(capsys):
    assert refused(capsys, ["create-admin", "ann@studio.com", "--password", "x"]) == (
        "kitsulite: `zou create-admin` is `kitsulite user create EMAIL --role admin` here\n"
    )
    assert "the first start" in refused(capsys, ["init-db"])
    for name, answer in zou_names.answers().items():
        assert name not in COMMANDS
        for call in re.findall("`kitsulite ([a-z][a-z -]*)", answer):
            assert any(call.startswith(words) for words in COMMANDS), answer


def test_a_variable_that_is_no_secret_is_not_read_from_a_file(capsys, monkeypatch):
    monkeypatch.setenv("KITSULITE_PORT_FILE", "/run/port")
    main(["settings", "port"])
    assert capsys.readouterr().err == (
        "kitsulite: KITSULITE_PORT_FILE is ignored: only secrets are read from files: see `kitsulite settings`\n"
    )


@pytest.mark.parametrize(
    "words",
    [["--help"], ["settings"], ["serve", "--help-all"], ["doctor", "--help-all"], ["user", "--help"]]
    + [[*words.split(), "--help"] for words in COMMANDS],
    ids=" ".join,
)
def test_help_fits_in_80_columns(words, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    if words == ["settings"]:
        assert main(words) == 0
    else:
        with pytest.raises(SystemExit):
            main(words)
    assert [line for line in capsys.readouterr().out.splitlines() if len(line) > 80] == []


def test_the_help_of_all_is_a_screen_with_a_line_for_each_command(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    lines = capsys.readouterr().out.splitlines()
    assert 24 <= len(lines) <= 42
    named = [line.split()[0] for line in lines if re.match("  [a-z]", line)]
    assert sorted(named) == sorted({words.split()[0] for words in COMMANDS})


@pytest.mark.parametrize("command", ["serve", "doctor"])
def test_the_help_of_a_command_with_all_settings_fits_a_screen(command, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        main([command, "--help"])
    assert len(capsys.readouterr().out.splitlines()) <= 40
