"""`backup`, `restore` and `upgrade`: copies of a data folder, and the way back."""

import sys
from pathlib import Path

from kitsulite import clock
from kitsulite.cli.command import command, given_settings, opened, option, progress_bar, studio_folder
from kitsulite.errors import SetupError


@command(
    "backup",
    option("target", nargs="?", metavar="FILE", help="a .zip file, or a folder; by default a new .zip file here"),
    option("--no-files", action="store_true", help="leave pictures, movies and attachments out"),
)
def backup(args):
    """Copy the database and the files, also while the server runs.

    The database is copied as it is at this moment.

    A folder gets hard links to the files where the disk allows it: quick and small, but on the same disk.
    One that was cut leaves FILE.partial: the same command goes on with it, and copies again only the database
    and what is not whole in it. A backup holds the key that signs tokens: keep it where others cannot read it.

    kitsulite backup
    kitsulite backup /mnt/nas/monday.zip
    kitsulite backup ~/backups/monday --no-files
    """
    from kitsulite.domain.server import backups

    target = Path(args.target or f"kitsulite-{clock.now()[:19].replace(':', '')}.zip").expanduser()
    with opened(args) as app:
        try:
            path = backups.make(app, target, not args.no_files, progress_bar("saved"))
        except KeyboardInterrupt:
            print(f"Not done. To go on with it: kitsulite backup {target}", file=sys.stderr)
            raise
    print(f"{path.resolve()} holds the studio. The way back: kitsulite restore {path}")


@command(
    "restore",
    option("source", metavar="FILE", help="a backup: a .zip file or a folder"),
    option("--yes", action="store_true", help="do not ask before a studio is replaced"),
    option("--check", action="store_true", help="only verify the backup"),
)
def restore(args):
    """Put a backup into the data folder, or only verify it.

    All checksums are verified first; it is all or nothing.

    What was in the folder is kept in it, as before-restore-<time>. The server must be stopped.

    kitsulite restore monday.zip --check
    kitsulite restore monday.zip --data-dir ~/studio
    """
    from kitsulite import settings as settings_table
    from kitsulite.store import folder as folders
    from kitsulite.store.backups import restoring
    from kitsulite.store.migrations import STEPS

    source = Path(args.source).expanduser()
    if args.check:
        found = restoring.verify(source, len(STEPS), progress_bar("verified"))
        print(f"{source} is sound: {len(found.files)} files, made {found.made_at[:19]} by kitsulite {found.kitsulite}.")
        return
    folder = folders.open_folder(settings_table.load(**given_settings(args)).data_dir)
    lock = folders.ServerLock(folder)
    lock.acquire()
    try:
        if (folder / folders.DATABASE).exists() and not args.yes:
            require_yes(f"Replace the studio in {folder}? What is there is kept beside it.")
        with folders.opening(folder):
            before = restoring.restore(source, folder, len(STEPS), progress_bar("restored"))
    finally:
        lock.release()
    print(f"{folder} holds the studio of {source}.")
    if before:
        print(f"What was there before lies in {before}: remove it once you no longer need it.")


@command("upgrade", option("--dry-run", action="store_true", help="only say what would be done"))
def upgrade(args):
    """Bring the database up to this version, after a copy of it.

    The start of the server does the same.

    kitsulite upgrade --dry-run
    """
    from kitsulite.store import folder as folders
    from kitsulite.store.migrations import STEPS, schema_of

    path = folders.open_folder(studio_folder(args)) / folders.DATABASE
    folders.require_ours(path)
    schema = schema_of(path)
    if schema > len(STEPS):
        raise SetupError(f"{path} has schema {schema}, this kitsulite knows {len(STEPS)}: install the newer version.")
    if schema == len(STEPS):
        print(f"{path} is up to date: schema {schema}.")
    elif args.dry_run:
        size = path.stat().st_size / 2**20
        print(f"{path}: schema {schema} would become {len(STEPS)}, after a copy of {size:.1f} MB beside it.")
    else:
        with opened(args):
            pass
        print(f"{path} has schema {len(STEPS)} now; the copy of before is {path}.before-{schema + 1}-<time>.")


def require_yes(question):
    """Ask on the terminal; anything but yes is a SetupError."""
    if not sys.stdin.isatty():
        raise SetupError(f"{question} Say --yes to go on.")
    if input(f"{question} [y/N] ").strip().lower() not in ("y", "yes"):
        raise SetupError("Nothing was changed.")
