"""`outbox`: the mails of a studio without a mail server."""

from kitsulite.cli.command import command, option, studio_folder
from kitsulite.errors import SetupError


@command(
    "outbox",
    option("number", nargs="?", type=int, help="show this mail; 1 is the newest"),
    option("--to", metavar="EMAIL", help="only mails to this address"),
)
def outbox(args):
    """List the mails kept in the outbox, newest first, or show one.

    Mails are kept there if no mail server is set.

    kitsulite outbox
    kitsulite outbox 1
    kitsulite outbox 1 --to ann@studio.com
    """
    from kitsulite.domain.server.outbox import files, read

    mails = [mail for mail in map(read, files(studio_folder(args))) if args.to in (None, mail["To"])]
    if args.number is None:
        for number, mail in enumerate(mails, 1):
            print(f"{number:4}  {mail['Date'].datetime:%Y-%m-%d %H:%M:%S}  {mail['To']}  {mail['Subject']}")
    elif 1 <= args.number <= len(mails):
        show(mails[args.number - 1])
    else:
        raise SetupError(f"There is no mail {args.number}: the outbox contains {len(mails)}.")


def show(mail):
    """Print a mail as text."""
    for name in ("From", "To", "Date", "Subject"):
        print(f"{name}: {mail[name]}")
    print(f"\n{mail.get_body(('plain',)).get_content().rstrip()}")
