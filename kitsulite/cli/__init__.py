"""The command line: `kitsulite COMMAND`.

A command is a function declared with `@command` (see `cli/command.py`) in one of the modules that MODULES names.
"""

import errno
import importlib
import os
import sys

MODULES = (
    "serve",
    "accounts",
    "outbox",
    "api",
    "about",
    "doctor",
    "maintenance",
    "backups",
    "jobs",
    "exchange",
    "service",
    "ui",
    "bundle",
)
NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)
#: exit codes: the command failed; it was called wrongly; it was stopped by Ctrl-C
FAILED, WRONG, INTERRUPTED = 1, 2, 130


def main(arguments=None):
    """Run a command; returns its exit code."""
    try:
        return run(arguments)
    except ModuleNotFoundError as error:
        if not error.name or error.name.partition(".")[0] == "kitsulite":
            raise
        print(f"kitsulite: {missing(error.name)}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


def run(arguments):
    # imported here, so that `main` can report a module that is not installed
    from kitsulite import settings
    from kitsulite.cli.command import parse
    from kitsulite.errors import NO_SPACE, ApiError, SetupError, WrongSetting

    arguments = sys.argv[1:] if arguments is None else list(arguments)
    load_commands(arguments[0] if arguments else "help")
    args = parse(arguments)
    if not args.function:
        args.parser.print_help()
        return WRONG
    for sentence in settings.unknown_variables(os.environ):
        print(f"kitsulite: {sentence}: see `kitsulite settings`", file=sys.stderr)
    try:
        return args.function(args) or 0
    except WrongSetting as error:
        print(f"kitsulite: {error}", file=sys.stderr)
        return WRONG
    except (SetupError, ApiError) as error:
        print(f"kitsulite: {error}", file=sys.stderr)
        return FAILED
    except OSError as error:
        file = f": {error.filename}" if error.filename else ""
        if error.errno in NO_SPACE:
            print(f"kitsulite: the disk is full{file}", file=sys.stderr)
        elif error.errno in NOT_ALLOWED:
            print(f"kitsulite: {error.strerror}{file}: check who owns it and who runs this command", file=sys.stderr)
        else:
            raise
        return FAILED


def load_commands(word="help"):
    """Import the modules that declare the commands, up to the one that declares a command starting with `word`."""
    from kitsulite.cli.command import COMMANDS

    for module in MODULES:
        importlib.import_module(f"kitsulite.cli.{module}")
        if word in COMMANDS and word != "help":
            # the server starts sooner without the others, which only the help needs
            return


def missing(module):
    """The message for a Python without a module that the server needs."""
    return (
        f"the Python module {module} is not installed. Install kitsulite with what it needs, in its folder:\n"
        f"    {sys.executable} -m pip install ."
    )
