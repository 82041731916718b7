"""Every setting is used and documented; every command is documented."""

import ast
import functools
import re
import subprocess
import sys

import pytest
from kitsulite_process import CHECKOUT, environment

from kitsulite import settings
from kitsulite.cli import MODULES, load_commands, main
from kitsulite.cli.command import COMMANDS

load_commands()
TABLES = ("table.py", "given.py")


@functools.cache
def read_names():
    """The settings that the code reads: attributes of something called settings, and names given to `getattr`."""
    found = set()
    for file in (CHECKOUT / "kitsulite").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())) if file.name not in TABLES else ():
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                owner = getattr(node.value, "attr", getattr(node.value, "id", None))
                found |= {node.attr} if owner == "settings" else set()
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "_" in node.value:
                found.add(node.value)
    return found


def test_every_setting_is_used_and_reported(capsys):
    with pytest.raises(SystemExit):
        main(["serve", "--help-all"])
    help = capsys.readouterr().out
    assert [setting.name for setting in settings.SETTINGS if setting.name not in read_names()] == []
    assert [setting.name for setting in settings.SETTINGS if f"{setting.option} " not in help] == []
    # one sentence without a full stop
    assert [setting.name for setting in settings.SETTINGS if not re.match(r"\S.{9,}[^.]$", setting.help)] == []


def test_secrets_are_marked():
    named = {setting.name for setting in settings.SETTINGS if re.search("password$|secret|_key|token$", setting.name)}
    assert {name for name in named if not settings.BY_NAME[name].secret} == set()


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_teaches_its_use(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*words.split(), "--help"])
    output = capsys.readouterr().out
    assert ended.value.code == 0
    command = COMMANDS[words]
    assert command.help.endswith(".")
    assert "\n" not in command.help
    assert command.examples
    assert all(f"kitsulite {words}" in example for example in command.examples[:1])
    assert "examples:" in output
    for names, details in command.options:
        assert details.get("help"), names


def test_every_module_of_the_command_line_is_named():
    found = {file.stem for file in (CHECKOUT / "kitsulite" / "cli").glob("*.py")}
    assert found - {"__init__", "command", "calls", "memory", "parsing", "zou_names", "zou_settings"} == set(MODULES)


def printed(code):
    """What a Python of its own prints that runs this."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=30).stdout


def test_the_help_of_one_command_knows_all_others():
    assert "kitsulite backup /" in printed("import kitsulite.cli; kitsulite.cli.main(['help', 'backup'])")


def test_the_help_of_all_is_quick_and_needs_no_heavy_module():
    code = "import sys, kitsulite.cli; sys.argv[1:] = []; kitsulite.cli.main([]); print(sorted(sys.modules))"
    ended = printed(code)
    assert all(re.search(rf"^  {family} +\S", ended, re.MULTILINE) for family in {name.split()[0] for name in COMMANDS})
    for heavy in ("'PIL'", "'socketio'", "'waitress'", "'kitsulite.api'"):
        assert heavy not in ended


def test_a_setting_that_nothing_reads_would_be_found():
    assert not {"path", "name", "color"} & read_names()
