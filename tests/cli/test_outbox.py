"""Reading the mails that no mail server took."""

import pytest

from kitsulite.context import Context
from kitsulite.jobs import mail


@pytest.fixture
def send(opened):
    def send(recipient, subject, *paragraphs):
        ctx = Context(opened)
        with ctx.db.write():
            person = {"id": "person", "email": recipient, "locale": "en_US"}
            mail.send(ctx, person, subject, "Hello", paragraphs, "Kitsu")

    return send


def test_mails_are_listed_newest_first(kitsulite_command, send):
    assert kitsulite_command("outbox") == (0, "", "")
    for subject in ("First", "Second", "Third"):
        send("ann@studio.com", subject)
    _, out, _ = kitsulite_command("outbox")
    assert [line.split()[-2:] for line in out.splitlines()] == [
        ["ann@studio.com", subject] for subject in ("Third", "Second", "First")
    ]


def test_a_mail_is_shown_as_text(kitsulite_command, send):
    send("ann@studio.com", "The first")
    send("bob@studio.com", "The last", "Go on", mail.Link("here", "http://studio.com/a?b=1&c=2"))
    code, out, _ = kitsulite_command("outbox", "1")
    assert code == 0
    assert "To: bob@studio.com\n" in out
    assert "Subject: The last\n" in out
    assert "Go on\n\nhere (http://studio.com/a?b=1&c=2)\n" in out
    assert "<" not in out.partition("\n\n")[2]


def test_only_mails_to_an_address(kitsulite_command, send):
    send("ann@studio.com", "Hers")
    send("bob@studio.com", "His")
    _, out, _ = kitsulite_command("outbox", "--to", "ann@studio.com")
    assert "Hers" in out
    assert "His" not in out
    assert "Subject: Hers\n" in kitsulite_command("outbox", "1", "--to", "ann@studio.com")[1]


@pytest.mark.parametrize("number", ["0", "2"])
def test_a_mail_that_is_not_there_is_reported(kitsulite_command, send, number):
    send("ann@studio.com", "The only one")
    code, _, errors = kitsulite_command("outbox", number)
    assert code == 1
    assert "the outbox contains 1" in errors
