"""The mails of a studio without a mail server, newest first."""

import re

from kitsulite.errors import NotFound

#: most mails in the listing
MOST = 200
NAME = re.compile(r"[\w-]{1,100}", re.ASCII)
LINK = re.compile(r"https?://[^\s\"'<>)]+")


def files(folder):
    """The files of the mails in a data folder, newest first."""
    mails = (folder / "outbox").glob("*.eml")
    return sorted(mails, key=lambda file: (file.name[:19], file.stat().st_mtime_ns), reverse=True)


def read(file):
    import email.policy  # loads slowly

    return email.message_from_bytes(file.read_bytes(), policy=email.policy.default)


def listing(ctx):
    """The newest mails, each with id, recipient, subject and date."""
    return [summary(file, read(file)) for file in files(ctx.app.folder)[:MOST]]


def summary(file, mail):
    moment = mail["Date"].datetime.replace(tzinfo=None).isoformat(timespec="seconds")
    return {"id": file.stem, "from": mail["From"], "to": mail["To"], "subject": mail["Subject"], "date": moment}


def find(ctx, mail_id):
    """The mail with an id and its file; raises NotFound."""
    file = ctx.app.folder / "outbox" / f"{mail_id}.eml"
    if not NAME.fullmatch(mail_id) or not file.is_file():
        raise NotFound("There is no such mail.")
    return file, read(file)


def whole(ctx, mail_id):
    """A mail as text, with its links."""
    file, mail = find(ctx, mail_id)
    text = mail.get_body(("plain",)).get_content()
    return {**summary(file, mail), "text": text, "links": [*dict.fromkeys(LINK.findall(text))]}


def page(ctx, mail_id):
    """A mail as the HTML page that its reader sees; links open in new windows."""
    _, mail = find(ctx, mail_id)
    html = mail.get_body(("html",))
    return html.get_content().replace("<body", '<head><base target="_blank"></head><body', 1) if html else ""
