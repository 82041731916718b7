"""`backup`, `restore` and `upgrade`."""

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
    """Copy the database and the files, even while the server runs.

    The database is copied as it is at this moment.

    A backup into a folder hard-links the files if the disk allows it: quick and small, but on the same disk.
    An interrupted backup leaves FILE.partial: repeat the command to resume it; only the database and incomplete
    files are copied again. A backup contains the key that signs tokens: keep it where others cannot read it.

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
            print(f"Interrupted. To resume: kitsulite backup {target}", file=sys.stderr)
            raise
    print(f"The studio is saved in {path.resolve()}. To bring it back: kitsulite restore {path}")


@command(
    "restore",
    option("source", metavar="FILE", help="a backup: a .zip file or a folder"),
    option("--yes", action="store_true", help="replace an existing studio without asking"),
    option("--check", action="store_true", help="only verify the backup"),
)
def restore(args):
    """Put a backup into the data folder, or only verify it.

    All checksums are verified before anything is changed.

    What was in the folder is moved to before-restore-<time> inside it. The server must be stopped.

    kitsulite restore monday.zip --check
    kitsulite restore monday.zip --data-dir ~/studio
    """
    from kitsulite import settings as settings_table
    from kitsulite.store import folder as folders
    from kitsulite.store.backups import restoring
    from kitsulite.store.migrations import STEPS

    source = Path(args.source).expanduser()
    if args.check:
        manifest = restoring.verify(source, len(STEPS), progress_bar("verified"))
        made = f"made {manifest.made_at[:19]} by kitsulite {manifest.kitsulite}"
        print(f"{source} is intact: {len(manifest.files)} files, {made}.")
        return
    folder = folders.open_folder(settings_table.load(**given_settings(args)).data_dir)
    lock = folders.ServerLock(folder)
    lock.acquire()
    try:
        if (folder / folders.DATABASE).exists() and not args.yes:
            require_yes(f"Replace the studio in {folder}? It will be kept in before-restore-<time>.")
        with folders.opening(folder):
            before = restoring.restore(source, folder, len(STEPS), progress_bar("restored"))
    finally:
        lock.release()
    print(f"{source} is restored in {folder}.")
    if before:
        print(f"What was there before is in {before}: remove it once you no longer need it.")


@command("upgrade", option("--dry-run", action="store_true", help="only show what would be done"))
def upgrade(args):
    """Upgrade the database to this version, after copying it.

    The server does the same when it starts.

    kitsulite upgrade --dry-run
    """
    from kitsulite.store import folder as folders
    from kitsulite.store.migrations import STEPS, schema_of

    path = folders.open_folder(studio_folder(args)) / folders.DATABASE
    folders.require_ours(path)
    schema = schema_of(path)
    if schema > len(STEPS):
        raise SetupError(f"{path} has schema {schema}, this kitsulite has {len(STEPS)}: install the newer version.")
    if schema == len(STEPS):
        print(f"{path} is up to date: schema {schema}.")
    elif args.dry_run:
        size = path.stat().st_size / 2**20
        print(f"{path}: schema {schema} would become {len(STEPS)}, after a copy of {size:.1f} MB beside it.")
    else:
        with opened(args):
            pass
        # a copy by an earlier attempt has an earlier time in its name
        kept = max(path.parent.glob(f"{path.name}.before-{schema + 1}-*"))
        print(f"{path} has schema {len(STEPS)} now; the copy from before is {kept}.")


def require_yes(question):
    """Ask on the terminal; raise SetupError unless the answer is yes."""
    if not sys.stdin.isatty():
        raise SetupError(f"{question} Add --yes to confirm.")
    if input(f"{question} [y/N] ").strip().lower() not in ("y", "yes"):
        raise SetupError("Nothing was changed.")
