"""Mails about signing in."""

import datetime as dt

from kitsulite import clock
from kitsulite.domain import periods
from kitsulite.domain.people.organisations import the_organisation
from kitsulite.jobs import mail, mail_texts
from kitsulite.jobs.languages import in_language_of


def send(ctx, account, kind, ip="", url=None, **facts):
    """Send a person the mail of a kind of `jobs/mail_texts.py`.

    `ip` is the address that the request comes from, `url` where its link leads.
    """
    mail.queue(ctx, account, written(ctx, account, kind, ip, url, **facts))


def stand_in(email):
    """A stand-in for an unknown email address, for which a mail is composed to take the same time."""
    return {"id": None, "email": email, "first_name": "", "locale": None, "timezone": None}


def written(ctx, account, kind, ip="", url=None, **facts):
    """The message for a person, None if it cannot be sent."""
    texts = in_language_of(ctx, account, mail_texts.LANGUAGES)
    topic, text, label = texts[kind]
    organisation = the_organisation(ctx)["name"]
    facts = {**facts, "organisation": organisation, "first_name": account["first_name"], "email": account["email"]}
    title = topic.format(**facts)
    subject = title if kind == "invitation" else f"{organisation} - Kitsu: {title}"
    paragraphs = [texts["hello"].format(**facts), text.format(**facts)]
    if url:
        paragraphs.append(mail.Link(label, url))
    if kind != "invitation":
        paragraphs.append(texts["facts"].format(time=local_time(ctx, account), ip=ip))
    return mail.compose(ctx, account, subject, title[:1].upper() + title[1:], paragraphs, organisation)


def local_time(ctx, account):
    """The current time in a person's time zone."""
    moment = clock.utc_now().replace(tzinfo=dt.timezone.utc).astimezone(periods.zone_of(ctx, account))
    return f"{moment:%Y-%m-%d %H:%M} ({moment.tzname()})"
