"""`version` and `settings`: what this program is and what can be set."""

import platform
import sqlite3

from kitsulite import ZOU_VERSION, __version__
from kitsulite import settings as settings_table
from kitsulite.cli.command import command


@command("version")
def version(args):
    """Print the version, and that of the API that is spoken.

    kitsulite version
    """
    print(f"kitsulite {__version__} (API of Zou {ZOU_VERSION})")
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.platform()}")


@command("settings")
def settings(args):
    """List every setting: environment variable, value in force, what it is.

    kitsulite settings
    KITSULITE_PORT=9000 kitsulite settings
    """
    values = vars(settings_table.load(data_dir=args.data_dir))
    for title, group in settings_table.GROUPS.items():
        print(f"\n{title}")
        for setting in group:
            value = values[setting.name]
            shown = ";".join(value) if setting.kind is list else str(value)
            print(f"  {setting.variable} = {'(hidden)' if setting.secret and value else shown or '(none)'}")
            print(f"      {setting.help}" + (f": {', '.join(setting.choices)}" if setting.choices else ""))
