"""How commands are declared, and what they share.

    @command("user list", option("--role", help="only persons with this role"))
    def list_users(args):
        \"\"\"List the persons.

        kitsulite user list --role manager
        \"\"\"

The first line of the docstring is the help; a paragraph that begins with `kitsulite` holds examples, one per
line. GROUPS says where `kitsulite --help` lists the command. Every command has the flag `--data-dir`;
`settings=` names other settings that it takes as flags. A function returns the exit code, or None for 0.
"""

import argparse
import contextlib
import functools
import inspect
import sys
import textwrap
from pathlib import Path
from typing import Any

from kitsulite import __version__
from kitsulite import settings as settings_table
from kitsulite.cli import zou_names
from kitsulite.cli.parsing import WIDTH, HelpAll, Parser, refuse_rest, refuse_word
from kitsulite.errors import SetupError

#: words of a command -> Command, in order of declaration
COMMANDS: dict[str, Any] = {}
DESCRIPTION = "A complete Kitsu API server in one process and one data folder."
#: heading in the help -> first words of the commands below it
GROUPS = {
    "start": ("serve", "demo", "doctor", "settings"),
    "people and their mail": ("user", "token", "outbox"),
    "the data folder": ("backup", "restore", "verify", "upgrade", "search", "jobs"),
    "other Kitsu servers": ("pull", "push"),
    "this machine": ("service", "ui", "bundle"),
    "for developers": ("get", "routes", "version", "help"),
}
ENVIRONMENT = """\
Each setting is a flag (--port), an environment variable (KITSULITE_PORT), and a
line of kitsulite.toml in the data folder (port = 9000): `kitsulite settings`.
"""


EACH = "`kitsulite COMMAND --help` shows the options of a command, with examples."
MORE = """\
Other settings are about signing in, single sign-on, files, movies, mail:
--help-all shows all with their flags, `kitsulite settings mail` those of mail.

"""


class Command:
    def __init__(self, function, options, settings, first):
        self.function, self.options, self.settings, self.first = function, options, settings, first or settings
        paragraphs = (inspect.getdoc(function) or "").split("\n\n")
        self.help = paragraphs[0]
        self.examples = [line for text in paragraphs if text.startswith("kitsulite ") for line in text.splitlines()]
        prose = (text for text in paragraphs if not text.startswith("kitsulite "))
        self.description = "\n\n".join(textwrap.fill(text, WIDTH) for text in prose)

    def fill(self, parser, everything=False):
        """Add the options and settings of the command to a parser; its help shows the first settings, or all."""
        for names, details in self.options:
            parser.add_argument(*names, **with_choices_in_help(details))
        if self.settings != self.first:
            fill = functools.partial(self.fill, everything=True)
            parser.add_argument("--help-all", action=HelpAll, fill=fill, help="show this with all settings")
        for title, group in settings_table.GROUPS.items():
            chosen = [setting for setting in group if setting.name in self.settings]
            section = parser.add_argument_group(f"settings: {title}") if chosen and everything else parser
            for setting in chosen:
                add_setting(section, setting, everything or setting.name in self.first)
        parser.set_defaults(function=self.function, parser=parser, command=self)
        return parser

    @property
    def flags(self):
        named = [name for names, _ in self.options for name in names if name.startswith("-")]
        return ["--help", *named, *(settings_table.BY_NAME[name].option for name in self.settings)]

    @property
    def epilog(self):
        more = MORE if self.settings != self.first else ""
        return "examples:\n" + "\n".join(f"  {example}" for example in self.examples) + f"\n\n{more}{ENVIRONMENT}"


def command(words, *options, settings=(), first=()):
    """Declare a command of one or two words; of its settings, `--help` shows only those in `first`, by default all."""

    def register(function):
        COMMANDS[words] = Command(function, options, {"data_dir", *settings}, set(first))
        return function

    return register


def option(*names, **details):
    """An argument of a command, in the form of argparse's `add_argument`."""
    return names, details


def with_choices_in_help(details):
    """The details of an argument with its choices in the help text: they would make the usage line too long."""
    if "choices" not in details or "metavar" in details:
        return details
    help, _, rest = details["help"].partition(" (")
    text = f"{help}: {', '.join(details['choices'])}" + (f" ({rest}" if rest else "")
    return {**details, "metavar": "NAME", "help": text}


def add_setting(section, setting, shown):
    short = {"port": ["-p"], "data_dir": ["-d"]}.get(setting.name, [])
    flag = {"nargs": "?", "const": "true"} if setting.kind is bool else {}
    choices = f": {', '.join(setting.choices)}" if setting.choices else ""
    default = f" (default: {setting.shown_default})" if setting.shown_default else ""
    metavar = {bool: "YES|NO", list: "LIST", str: "TEXT"}.get(setting.kind, "SIZE" if setting.unit else "N")
    text = f"{setting.help}{choices}{default}".replace("%", "%%")
    section.add_argument(
        setting.option,
        *short,
        dest=setting.name,
        metavar="NAME" if setting.choices else metavar,
        help=text if shown else argparse.SUPPRESS,
        **flag,
    )


def parse(arguments=None):
    """Parse a command line; a wrong one ends the program with one line that says what is wrong."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    top, families = parsers(arguments)
    families[""] = top
    parser, words = top, []
    for word in arguments[:2]:
        if word.startswith("-"):
            break
        words.append(word)
        known = {" ".join(name.split()[: len(words)]) for name in COMMANDS}
        if " ".join(words) not in known:
            beginnings = {name.split()[len(words) - 1] for name in known if name.split()[:-1] == words[:-1]}
            refuse_word(parser, word, beginnings, zou_names.answers() if parser is top else {})
        if " ".join(words) in COMMANDS:
            break
        parser = families[word]
    args, rest = top.parse_known_args(arguments)
    if rest:
        refuse_rest(args.parser, rest, args.command.flags if args.command else ["--help", "--version"])
    return args


def parsers(arguments):
    """The parser, and those of the first words that several commands share; with only the commands that are called."""
    called = {" ".join(arguments[:length]) for length in (1, 2)}
    description, epilog = f"{DESCRIPTION}\n\n{overview()}", f"{EACH}\n{ENVIRONMENT}"
    top = Parser("kitsulite", usage="%(prog)s [-h] [--version] COMMAND ...", description=description, epilog=epilog)
    top.add_argument("--version", "-V", action="version", version=f"kitsulite {__version__}")
    top.set_defaults(function=None, parser=top, command=None)
    commands = top.add_subparsers(prog="kitsulite", metavar="COMMAND", help=argparse.SUPPRESS)
    families, shared = {}, {}
    for words, declared in COMMANDS.items():
        family, _, word = words.partition(" ")
        if family not in arguments:
            continue
        if word and family not in families:
            families[family] = parser = commands.add_parser(family)
            parser.set_defaults(function=None, parser=parser, command=None)
            shared[family] = parser.add_subparsers(title="commands", metavar="COMMAND")
        parent = shared[family] if word else commands
        help = declared.help.rstrip(".")
        parser = parent.add_parser(word or family, help=help, description=declared.description, epilog=declared.epilog)
        if words in called:
            declared.fill(parser)
    return top, families


def overview():
    """The commands by group, one per line."""
    lines = []
    for title, names in GROUPS.items():
        lines += [f"{title}:", *(wrapped(f"  {name:10}{summary(name)}") for name in names)]
    return "\n".join(lines)


def wrapped(line):
    """A line of the overview, wrapped below its text."""
    return textwrap.fill(line, WIDTH, subsequent_indent=" " * 12, break_on_hyphens=False)


def summary(name):
    """The help of a command, or the second words of the commands that share a first one."""
    family = {words: declared.help.rstrip(".") for words, declared in COMMANDS.items() if words.split()[0] == name}
    if len(family) == 1:
        [(words, help)] = family.items()
        return help if words == name else f"{words.split()[1]}: {help[0].lower()}{help[1:]}"
    return ", ".join(words.split()[1] for words in family)


def given_settings(args):
    """The settings given as flags of a command."""
    return {name: value for name, value in vars(args).items() if name in settings_table.BY_NAME and value is not None}


def data_folder(args):
    """The path of the data folder, whether it exists or not."""
    return Path(settings_table.load(**given_settings(args)).data_dir).expanduser()


def studio_folder(args):
    """The data folder; raises SetupError if it holds no studio yet."""
    from kitsulite.store.folder import DATABASE

    folder = data_folder(args)
    if not (folder / DATABASE).exists():
        raise SetupError(
            f"There is no studio in {folder}: create one with `kitsulite serve`, or name its folder with --data-dir."
        )
    return folder


@contextlib.contextmanager
def opened(args):
    """The application over the data folder of a command."""
    from kitsulite.application import Application

    folder = studio_folder(args)
    app = Application(**given_settings(args))
    changes = app.db.changes
    try:
        yield app
    finally:
        app.close()
        if app.db.changes > changes:
            mention_server(folder)


def mention_server(folder):
    """Say that a running server already shows what a command changed in its folder."""
    from kitsulite.store.folder import running_server

    running = running_server(folder)
    if running and running["url"]:
        server = f"The server at {running['url']}, pid {running['pid']},"
        print(f"{server} shows the change at once; its event clients hear of it within a second.", file=sys.stderr)


def progress_bar(word):
    """A function that starts a progress bar over a number of bytes, and returns what advances it."""

    def start(size):
        from tqdm import tqdm

        # disable=None: shown only on a terminal
        bar = tqdm(total=size, unit="B", unit_scale=True, desc=word, disable=None, leave=False)
        return bar.update

    return start
