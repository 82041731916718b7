"""How commands are declared, and what every command shares.

    @command("user list", option("--role", help="only persons of this role"))
    def list_users(args):
        \"\"\"List the persons.

        kitsulite user list --role manager
        \"\"\"

The first paragraph of the docstring is the help; a paragraph that begins with `kitsulite` holds
examples, a line each. Every command takes the flag of the data folder, `settings=` names the
others that it takes. What a function returns is the exit code, None for 0.
"""

import argparse
import contextlib
import inspect
from pathlib import Path
from typing import Any

from kitsulite import settings as settings_table
from kitsulite.errors import SetupError

#: words of a command -> Command, in order of declaration
COMMANDS: dict[str, Any] = {}
DESCRIPTION = """\
A complete Kitsu API server in one process and one data folder.

  kitsulite serve                        start it; the first start makes everything it needs
  kitsulite serve --host 0.0.0.0         the same, for the whole network
  kitsulite user create ann@studio.com   create an account
  kitsulite doctor                       what works on this machine and what does not
"""
ENVIRONMENT = """\
Every flag of the settings is also an environment variable: KITSULITE_PORT for --port; secrets
may lie in a file: KITSULITE_SECRET_KEY_FILE. `kitsulite settings` lists them all.
"""


class Command:
    def __init__(self, function, options, settings):
        self.function, self.options, self.settings = function, options, settings
        paragraphs = (inspect.getdoc(function) or "").split("\n\n")
        self.help = paragraphs[0]
        self.examples = [line for text in paragraphs if text.startswith("kitsulite ") for line in text.splitlines()]
        self.description = "\n\n".join(text for text in paragraphs if not text.startswith("kitsulite "))

    def fill(self, parser):
        """Give an argparse parser the options and settings of the command."""
        for names, details in self.options:
            parser.add_argument(*names, **details)
        for title, group in settings_table.GROUPS.items():
            chosen = [setting for setting in group if setting.name in self.settings]
            section = parser.add_argument_group(f"settings: {title}") if chosen else None
            for setting in chosen:
                add_setting(section, setting)
        parser.set_defaults(function=self.function, parser=parser)

    @property
    def epilog(self):
        return "examples:\n" + "\n".join(f"  {example}" for example in self.examples) + "\n\n" + ENVIRONMENT


def command(words, *options, settings=()):
    """Declare a command of one or two words."""

    def register(function):
        COMMANDS[words] = Command(function, options, {"data_dir", *settings})
        return function

    return register


def option(*names, **details):
    """An argument of a command, as argparse's add_argument takes it."""
    return names, details


def add_setting(section, setting):
    short = {"port": ["-p"], "data_dir": ["-d"]}.get(setting.name, [])
    flag = {"nargs": "?", "const": "true"} if setting.kind is bool else {}
    default = f" (default: {setting.shown_default})" if setting.shown_default else ""
    metavar = "|".join(setting.choices) or {str: "TEXT", list: "LIST", bool: "YES|NO"}.get(setting.kind, "N")
    section.add_argument(
        setting.option, *short, dest=setting.name, metavar=metavar, help=f"{setting.help}{default}", **flag
    )


def parser():
    """The argparse parser of all commands."""
    top = argparse.ArgumentParser(
        "kitsulite", description=DESCRIPTION, epilog=ENVIRONMENT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.set_defaults(function=None, parser=top)
    commands = top.add_subparsers(title="commands", metavar="COMMAND")
    families = {}
    for words, declared in COMMANDS.items():
        family, _, word = words.partition(" ")
        parent = family_of(commands, families, family) if word else commands
        declared.fill(
            parent.add_parser(
                word or family,
                help=declared.help.partition("\n")[0].rstrip("."),
                description=declared.description,
                epilog=declared.epilog,
                formatter_class=argparse.RawDescriptionHelpFormatter,
            )
        )
    return top


def family_of(commands, families, family):
    """The subparsers of the commands that share a first word."""
    if family not in families:
        words = [name.partition(" ")[2] for name in COMMANDS if name.startswith(f"{family} ")]
        made = commands.add_parser(family, help=f"{', '.join(words)}: see kitsulite {family} --help")
        made.set_defaults(function=None, parser=made)
        families[family] = made.add_subparsers(title="commands", metavar="COMMAND")
    return families[family]


def given_settings(args):
    """The settings that flags of a command gave."""
    return {name: value for name, value in vars(args).items() if name in settings_table.NAMES and value is not None}


def studio_folder(args):
    """The data folder of a command, which must have been started once."""
    from kitsulite.store.folder import DATABASE

    folder = Path(settings_table.load(**given_settings(args)).data_dir).expanduser()
    if not (folder / DATABASE).exists():
        raise SetupError(
            f"There is no studio in {folder}: make one with `kitsulite serve`, or name it with --data-dir."
        )
    return folder


@contextlib.contextmanager
def opened(args):
    """The application over the data folder of a command."""
    from kitsulite.application import Application

    studio_folder(args)
    app = Application(**given_settings(args))
    try:
        yield app
    finally:
        app.close()
