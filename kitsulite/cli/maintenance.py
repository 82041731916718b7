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

    This looks for damage, broken references, invalid JSON, gaps in the indexes of search and news, rows without
    their file, wrong sizes (if the row has one) and wrong checksums (if the newest backup into a folder has one).
    Files without a row are counted: deleting a row keeps its files, unless the setting remove_files is on. Output
    files and working files in the studio's own storage are not read. The server may be running. The exit code is 1
    if something is wrong.

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
        findings = list(verification.problems(app, progress_bar("verified")))
        elsewhere = stored_content.elsewhere(app)
    problems = [text for kind, text in findings if kind != "orphan"]
    print("\n".join(problems), end="\n" if problems else "")
    if len(findings) > len(problems):
        print(f"{len(findings) - len(problems)} files belong to no row: --remove-orphans deletes them.")
    if elsewhere:
        print(f"{elsewhere} output and working files in the studio's own storage were not read.")
    print(f"{len(problems)} problems." if problems else "No problems: the database is intact, every row has its file.")
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
