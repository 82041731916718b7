"""`version`, `help` and `settings`."""

import os
import platform
import sqlite3
import textwrap

from kitsulite import ZOU_VERSION, __version__
from kitsulite import settings as settings_table
from kitsulite.cli import zou_settings
from kitsulite.cli.command import command, given_settings, option, parse
from kitsulite.cli.parsing import WIDTH
from kitsulite.errors import WrongSetting


@command("version")
def version(args):
    """Print the versions of kitsulite and of the API.

    kitsulite version
    """
    print(f"kitsulite {__version__} (API of Zou {ZOU_VERSION})")
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.platform()}")


@command("help", option("words", nargs="*", metavar="COMMAND", help="a command; by default all"))
def show_help(args):
    """Show how a command is used.

    kitsulite help serve
    kitsulite help user create
    """
    parse([*args.words, "--help"])


@command(
    "settings",
    option("text", nargs="?", default="", help="only settings with this text in their name or subject"),
    option(
        "--from",
        dest="source",
        metavar="FILE",
        help="convert the environment file of a Zou installation to kitsulite.toml",
    ),
)
def settings(args):
    """List the settings, their values, and where each value comes from.

    kitsulite settings
    kitsulite settings mail
    kitsulite settings --from zou.env > kitsulite.toml
    """
    if args.source:
        print(zou_settings.converted(args.source), end="")
        return
    resolved = settings_table.resolved(os.environ, given_settings(args))
    chosen = {
        title: [setting for setting in group if args.text.lower() in f"{title} {setting.name}".lower()]
        for title, group in settings_table.GROUPS.items()
    }
    if not any(chosen.values()):
        raise WrongSetting(f"No setting or subject contains {args.text!r}: see `kitsulite settings`.")
    for title, group in chosen.items():
        if group:
            print(f"\n{title}")
        for setting in group:
            show(setting, *resolved[setting.name])


def show(setting, value, source):
    """Print a setting with its value, the source of the value, and its help."""
    shown = setting.shown(value)
    shown = "(hidden)" if setting.secret and value else shown or "(none)"
    print(f"  {setting.variable} = {shown}" + (f"  ({source})" if source else ""))
    text = setting.help + (f": {', '.join(setting.choices)}" if setting.choices else "")
    print(textwrap.fill(text, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6))
