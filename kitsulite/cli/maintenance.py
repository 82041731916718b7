"""`verify` and `search rebuild`: looking after a data folder."""

from kitsulite.cli.command import command, opened, option, progress_bar


@command(
    "verify",
    option(
        "--repair",
        action="store_true",
        help="index searches and news again, move files without a row aside",
    ),
    option("--remove-orphans", action="store_true", help="remove the files that belong to no row"),
)
def verify(args):
    """Check that the database is sound and no stored file is missing.

    Looked at are damage, references, JSON, the indexes of searches and news, files without a row and rows without
    their file, sizes as far as rows know them, and checksums as far as the newest backup that is a folder does.
    Output files and working files that are only named by their path are the studio's own, and not read.
    It may run while the server does. Exits with 1 if something is wrong.

    kitsulite verify
    kitsulite verify --repair
    kitsulite verify --remove-orphans
    """
    from kitsulite.domain.server import stored_content, verification

    with opened(args) as app:
        if args.remove_orphans:
            print(f"{verification.remove_orphans(app)} files without a row removed.")
        for done in verification.repair(app) if args.repair else ():
            print(done)
        found = list(verification.problems(app, progress_bar("verified")))
        elsewhere = stored_content.elsewhere(app)
    for _, text in found:
        print(text)
    if elsewhere:
        print(f"{elsewhere} output and working files lie in the studio's own storage: they were not read.")
    print(f"{len(found)} problems." if found else "All is well: the database is sound, every file has its row.")
    return 1 if found else 0


@command("search rebuild")
def rebuild(args):
    """Make the search index again from the rows.

    Never needed in normal work: the index follows every change by itself. Only if a Python whose
    SQLite lacks FTS5 made the data folder, there is none before this command has made it.

    kitsulite search rebuild
    """
    from kitsulite.store import search

    with opened(args) as app:
        print(f"{search.rebuild(app.db)} rows can be found.")
