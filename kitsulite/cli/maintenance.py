"""`verify` and `search rebuild`: maintenance of a data folder."""

from kitsulite.cli.command import command, opened, option, progress_bar


@command(
    "verify",
    option(
        "--repair",
        action="store_true",
        help="rebuild the indexes of search and news, set files without a row aside",
    ),
    option("--remove-orphans", action="store_true", help="delete the files that belong to no row"),
)
def verify(args):
    """Check that the database is intact and no stored file is missing.

    This looks for damage, broken references, invalid JSON, gaps in the indexes of search and news, files without a
    row, rows without their file, wrong sizes (if the row has one) and wrong checksums (if the newest backup into a
    folder has one). Output files and working files in the studio's own storage are not read. The server may be
    running. The exit code is 1 if something is wrong.

    kitsulite verify
    kitsulite verify --repair
    kitsulite verify --remove-orphans
    """
    from kitsulite.domain.server import stored_content, verification

    with opened(args) as app:
        if args.remove_orphans:
            print(f"{verification.remove_orphans(app)} files without a row deleted.")
        for repaired in verification.repair(app) if args.repair else ():
            print(repaired)
        problems = list(verification.problems(app, progress_bar("verified")))
        elsewhere = stored_content.elsewhere(app)
    for _, text in problems:
        print(text)
    if elsewhere:
        print(f"{elsewhere} output and working files in the studio's own storage were not read.")
    print(f"{len(problems)} problems." if problems else "No problems: the database is intact, every file has its row.")
    return 1 if problems else 0


@command("search rebuild")
def rebuild(args):
    """Rebuild the search index from the rows.

    Not needed in normal work: the index follows every change. Only a data folder that was created with an SQLite
    without FTS5 has no index until this command creates it.

    kitsulite search rebuild
    """
    from kitsulite.store import search

    with opened(args) as app:
        print(f"{search.rebuild(app.db)} rows are indexed.")
