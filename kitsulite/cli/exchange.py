"""`pull` and `push`: exchange productions with other Kitsu servers."""

import getpass
import os
import sys

from kitsulite.cli.command import command, opened, option
from kitsulite.errors import SetupError

FACTORS = {
    "totp": "Code from the authenticator app",
    "email_otp": "Code from the mail",
    "recovery_code": "Recovery code",
}
URL = option("url", metavar="URL", help="address of the other server in a browser: https://kitsu.studio.com")
PROJECT = option(
    "--project", nargs="+", action="extend", default=[], metavar="NAME", help="only these productions (default: all)"
)
SIGN_IN = (
    option("--token", help="access token of a person or bot there, instead of email address and password"),
    option("--email", help="email address of a person there (default: the variable SYNC_LOGIN)"),
    option("--password", help="password there (default: the variable SYNC_PASSWORD, else you are asked)"),
    option("--code", default="", help="code of the second factor, if there is one (default: you are asked)"),
)
DRY_RUN = option("--dry-run", action="store_true", help="only show what would be done")
NO_FILES = option("--no-files", action="store_true", help="only rows, no pictures, movies and attachments")


def since(subject, more=""):
    return option("--since", metavar="MOMENT", help=f"only {subject} since then: 2026-11-29T08:00:00 (UTC){more}")


def exchange_command(name, *options):
    """Declare a command with the options that pull and push have in common."""
    return command(name, URL, PROJECT, *SIGN_IN, DRY_RUN, NO_FILES, *options)


@exchange_command(
    "pull",
    since("changes and deletions there", ", or `last` for the last pull"),
    option("--no-events", action="store_true", help="without the event log"),
)
def pull(args):
    """Copy productions from another Kitsu server.

    They come with people, types, files and everything else that belongs to them.

    kitsulite pull https://kitsu.studio.com --project Agent327 --email ann@lee.com
    kitsulite pull https://kitsu.studio.com --since last
    kitsulite pull http://localhost:5000 --project Agent327 Caminandes --dry-run

    Rows keep their ids. After an interruption, run the command again: nothing arrives twice. People arrive without
    passwords; `kitsulite user reset-password` gives them one.
    """
    from kitsulite.exchange.kitsu import pull

    return run(args, pull.Pull, pull.Options, pull.LEFT_OUT, "pulled", with_events=not args.no_events)


def run(args, exchange, options, left_out, done, **chosen):
    """Sign in, exchange productions and print a report; returns the exit code."""
    from kitsulite.context import Context
    from kitsulite.exchange.kitsu import memory
    from kitsulite.exchange.kitsu.remote import RemoteError

    remote = signed_in(args)
    with opened(args) as app:
        remembered = memory.of(app.folder, remote.url)
        common = {
            "projects": tuple(args.project),
            "since": moment(args.since, remembered),
            "dry_run": args.dry_run,
            "with_files": not args.no_files,
            "watch": watch,
        }
        advice = f"Run the command again later: what was {done} so far is kept."
        try:
            report = exchange(Context(app), remote, remembered, options(**common, **chosen)).run()
        except RemoteError as error:
            raise SetupError(f"{error}\n{advice}") from None
        except KeyboardInterrupt:
            print(advice, file=sys.stderr)
            raise
    return print_result(report, f"Would be {done}" if args.dry_run else done.capitalize(), left_out)


def signed_in(args):
    """The other server, after signing in."""
    from kitsulite.exchange.kitsu.remote import Remote

    remote = Remote(args.url, args.token, report=print_line)
    remote.find_api()
    if not args.token:
        email = args.email or os.environ.get("SYNC_LOGIN") or ask("Email address: ")
        password = args.password or os.environ.get("SYNC_PASSWORD") or getpass.getpass(f"Password of {email}: ")
        remote.sign_in(email, password, lambda factor: ask(f"{FACTORS[factor]}: "), args.code)
    return remote


def ask(question):
    if not sys.stdin.isatty():
        raise SetupError(f"{question.strip(': ')} is missing: see --help.")
    return input(question)


def moment(text, remembered):
    """The stored form of the moment given with --since; None without it."""
    from kitsulite import clock
    from kitsulite.models.fields import read_moment

    if text == "last":
        if remembered.pulled is None:
            raise SetupError("Nothing was pulled from this server yet: leave out --since.")
        return remembered.pulled
    parsed = read_moment(text) if text else None
    if text and parsed is None:
        raise SetupError(f"--since {text}: a moment like 2026-11-29T08:00:00 is expected, or last.")
    return clock.stored(parsed) if parsed else None


def watch(items, label):
    """Iterate over a list with a progress bar, which is shown only on a terminal."""
    from tqdm import tqdm

    return tqdm(items, desc=label[:40], unit="", leave=False, disable=not sys.stderr.isatty())


def print_line(text):
    """Print a line above the progress bar."""
    from tqdm import tqdm

    tqdm.write(text, file=sys.stderr)


def print_result(report, done, left_out):
    """Print a report; returns the exit code."""
    print(f"{done}:")
    print("\n".join(report.lines()))
    print("Left out on purpose:")
    print("\n".join(f"  {text}" for text in left_out))
    return int(bool(report.missed))


@exchange_command(
    "push",
    since("changes here"),
    option(
        "--create-missing", action="store_true", help="create the people, types and statuses that are missing there"
    ),
    option("--force", action="store_true", help="also overwrite what was changed there later than here"),
)
def push(args):
    """Copy productions to another Kitsu server.

    You must be an administrator there.

    kitsulite push https://kitsu.studio.com --project Agent327 --email ann@lee.com
    kitsulite push http://localhost:5000 --create-missing --dry-run

    Rows keep their ids; people, types and statuses are those of the other server, matched by email address and
    name. After an interruption, run the command again: nothing arrives twice.
    """
    from kitsulite.exchange.kitsu import push

    return run(args, push.Push, push.Options, push.LEFT_OUT, "pushed", creates=args.create_missing, force=args.force)
