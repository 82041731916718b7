"""Mail, which is written together with the change that it reports, and sent after the commit.

`send` writes a message in the current transaction. After the commit, a thread delivers it to the SMTP server, and
retries for two days. Without an SMTP server it becomes a file in the `outbox` folder.
"""

import datetime as dt
import functools
import html
import logging
import os
import shutil
import threading
from dataclasses import dataclass

from kitsulite import clock
from kitsulite.jobs import chat_posts, mail_texts
from kitsulite.jobs.languages import in_language_of
from kitsulite.models.server import Mail

log = logging.getLogger("kitsulite.mail")
TIMEOUT = 30
#: minutes to wait after each failed attempt; after the last one the mail is given up
PAUSES = (1, 2, 5, 15, 30, 60, 120, 240, 480, 720, 1200)


@dataclass
class Link:
    """A paragraph that is a link."""

    text: str
    url: str


def send(ctx, person, subject, title, paragraphs, organisation):
    """Queue a mail to a person in the current transaction.

    `person` is a row with `email` and `locale`; the paragraphs are plain texts, which are escaped here, and `Link`s;
    `organisation` is the name that signs. Does nothing without an email address, or if mail is off.
    """
    queue(ctx, person, compose(ctx, person, subject, title, paragraphs, organisation))


def queue(ctx, person, message):
    """Queue a composed message, if there is one."""
    if message:
        ctx.db.add(Mail, recipient=person["email"], message=message)
        ctx.db.after_commit(ctx.app.mailer.wake)


def compose(ctx, person, subject, title, paragraphs, organisation):
    """The text of the message, or None if the person cannot receive it."""
    if not (ctx.settings.mail_enabled and person["email"]):
        return None
    # they load slowly, and the start of a server does not need them
    from email import policy
    from email.errors import MessageError
    from email.headerregistry import Address
    from email.message import EmailMessage
    from email.utils import format_datetime, make_msgid

    try:
        recipient = Address(addr_spec=person["email"])
        person["email"].encode("ascii")
    except (MessageError, ValueError):
        log.warning("no mail to person %s: the address cannot be written to", person["id"])
        return None
    texts = in_language_of(ctx, person, mail_texts.LANGUAGES)
    signature = texts["signature"].format(organisation=organisation)
    # so that any mail server accepts the message as it is
    message = EmailMessage(policy.default.clone(cte_type="7bit"))
    message["To"] = recipient
    message["From"] = Address("Kitsu Bot", addr_spec=ctx.settings.mail_default_sender)
    message["Subject"] = " ".join(subject.split())
    message["Message-ID"] = make_msgid(domain=message["From"].addresses[0].domain)
    message["Auto-Submitted"] = "auto-generated"
    message["Date"] = format_datetime(clock.utc_now().replace(tzinfo=dt.timezone.utc))
    message.set_content("\n\n".join([title, *map(as_text, paragraphs), signature]) + "\n")
    message.add_alternative(page(texts["language"], title, paragraphs, signature), subtype="html")
    message["Content-Language"] = texts["language"].replace("_", "-")
    return message.as_string()


def as_text(paragraph):
    return f"{paragraph.text} ({paragraph.url})" if isinstance(paragraph, Link) else paragraph


def as_html(paragraph):
    if isinstance(paragraph, Link):
        style = "display:inline-block;padding:10px 20px;border-radius:5px;background:#00b242;color:#fff"
        return f'<p><a href="{html.escape(paragraph.url)}" style="{style}">{html.escape(paragraph.text)}</a></p>'
    return "<p>" + html.escape(paragraph).replace("\n", "<br>") + "</p>"


def page(language, title, paragraphs, signature):
    """The layout of all mails."""
    body = "\n".join(as_html(paragraph) for paragraph in [*paragraphs, signature])
    return (
        f'<!DOCTYPE html>\n<html lang="{language.replace("_", "-")}">\n'
        f'<body style="font-family:sans-serif;max-width:600px;margin:auto">\n'
        f"<h1>{html.escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )


class Mailer:
    """Sends the queued mails of an application, if `immediate` in the caller's thread."""

    def __init__(self, app):
        self.app = app
        self.outbox = app.folder / "outbox"
        self.immediate = not app.settings.mail_server
        self._awake = threading.Event()
        self._stopping = False
        self._thread = None
        self._lock = threading.Lock()

    def wake(self):
        """Send what is due soon; never fails."""
        if self.immediate:
            self.deliver("channel = 'mail'")
        else:
            self.start()

    def start(self):
        """Let the thread send what is due now; never fails."""
        with self._lock:
            if self._thread is None and not self._stopping:
                self._thread = threading.Thread(target=self._run, name="kitsulite-mail", daemon=True)
                self._thread.start()
        self._awake.set()

    def resume(self):
        """Send what an earlier run left."""
        if self.app.db.value("SELECT 1 FROM mail LIMIT 1"):
            self.wake()
            self.start()

    def clear(self):
        """Empty the outbox."""
        shutil.rmtree(self.outbox, ignore_errors=True)

    def stop(self):
        """End the thread; unsent mails wait in the database."""
        self._stopping = True
        self._awake.set()
        if self._thread:
            self._thread.join(TIMEOUT)

    def _run(self):
        while True:
            self._awake.clear()
            if self._stopping:
                break
            condition = "channel <> 'mail'" if self.immediate else "1"
            self.deliver(condition)
            due = self.app.db.value(f"SELECT 1 FROM mail WHERE {condition} LIMIT 1")
            self._awake.wait(60 if due else None)

    def deliver(self, condition="1"):
        """Try to send every message that is due, or that meets a condition.

        New ones are due at once; one that would wait longer than the longest pause is due too, since the clock must
        have been set back.
        """
        due = f"SELECT * FROM mail WHERE (due_at <= ? OR tries = 0 OR due_at > ?) AND {condition} ORDER BY created_at"
        try:
            for mail in self.app.db.rows(due, [clock.now(), clock.ahead(minutes=max(PAUSES))]):
                self._deliver(mail)
        except Exception:
            log.exception("mail could not be sent")

    def _deliver(self, mail):
        import smtplib

        try:
            self._carry(mail)
        except (OSError, smtplib.SMTPException) as error:
            self._postpone(mail, error)
        else:
            self._forget(mail)

    def _carry(self, mail):
        if mail["channel"] != "mail":
            chat_posts.deliver(self.app.db, mail["channel"], mail["recipient"], mail["message"])
        elif self.app.settings.mail_server:
            self._hand_over(mail)
        else:
            self._write(mail)

    def _write(self, mail):
        """Write the mail to a file that only the owner of the server can read."""
        self.outbox.mkdir(exist_ok=True)
        name = mail["created_at"][:19].replace(":", "-") + f"-{mail['id'][:8]}.eml"
        partial = self.outbox / f".{name}.partial"
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(mail["message"])
        os.replace(partial, self.outbox / name)

    def _hand_over(self, mail):
        import smtplib
        import ssl

        settings = self.app.settings
        tls = ssl.create_default_context()
        connect = functools.partial(smtplib.SMTP_SSL, context=tls) if settings.mail_use_ssl else smtplib.SMTP
        with connect(settings.mail_server, settings.mail_port, timeout=TIMEOUT) as smtp:
            if settings.mail_use_tls:
                smtp.starttls(context=tls)
            if settings.mail_username:
                smtp.login(settings.mail_username, settings.mail_password)
            smtp.sendmail(settings.mail_default_sender, [mail["recipient"]], mail["message"])

    def _postpone(self, mail, error):
        if mail["tries"] == len(PAUSES):
            log.error("mail %s is given up after %s tries: %s", mail["id"], mail["tries"], error)
            self._forget(mail)
            return
        log.warning("mail %s is tried again later: %s", mail["id"], error)
        with self.app.db.write():
            sql = "UPDATE mail SET tries = tries + 1, due_at = ? WHERE id = ?"
            self.app.db.execute(sql, [clock.ahead(minutes=PAUSES[mail["tries"]]), mail["id"]])

    def _forget(self, mail):
        with self.app.db.write():
            self.app.db.delete(Mail, id=mail["id"])
