"""Mail: what is written, if it goes, what happens when it cannot go."""

import email
import email.policy
import logging
import stat

import pytest
import time_machine

from kitsulite.jobs import mail
from kitsulite.jobs.mail import PAUSES, Link, Mailer
from kitsulite.models.people import Organisation

from .smtp import Smtp


@pytest.fixture
def anna(studio):
    studio.add(Organisation, name="R&D <Studio>")
    return studio.person("user", email="anna@studio.org", locale="en_GB")


def send(studio, person, subject="Subject", title="Title", paragraphs=("Text",)):
    with studio.db.write():
        mail.send(studio.context(), person, subject, title, paragraphs, "R&D <Studio>")


def queued(studio):
    return studio.db.rows("SELECT recipient, tries, due_at FROM mail")


@pytest.fixture
def smtp(studio, set_up, monkeypatch):
    """A mail server that the application sends to, in the caller's thread."""
    with Smtp() as server:
        set_up(mail_server="127.0.0.1", mail_port=server.server_address[1])
        yield server


def test_without_a_server_a_mail_is_a_file_that_only_its_owner_reads(studio, anna, outbox):
    send(studio, anna, paragraphs=["Héllo", Link("Go on", "https://studio.org/?a=1&b=2")])
    (found,) = outbox()
    assert found["To"] == "anna@studio.org"
    assert found["From"] == "Kitsu Bot <no-reply@your-studio.com>"
    assert found["Subject"] == "Subject"
    assert found["Content-Language"] == "en-US"
    assert found["Message-ID"].endswith("@your-studio.com>")
    assert found["Auto-Submitted"] == "auto-generated"
    text = found.get_body(("plain",)).get_content()
    assert text.split("\n\n") == [
        "Title",
        "Héllo",
        "Go on (https://studio.org/?a=1&b=2)",
        "Best regards,\nR&D <Studio> Team\n",
    ]
    (file,) = (studio.app.folder / "outbox").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert queued(studio) == []


def test_every_value_is_escaped_in_html(studio, anna, outbox):
    send(studio, anna, "A & B", "<i>Title</i>", ["<script>x</script>", Link("<b>", 'https://x.org/"><script>')])
    page = outbox()[0].get_body(("html",)).get_content()
    assert "<script>" not in page
    assert "<h1>&lt;i&gt;Title&lt;/i&gt;</h1>" in page
    assert '<a href="https://x.org/&quot;&gt;&lt;script&gt;"' in page
    assert "R&amp;D &lt;Studio&gt; Team" in page


def test_a_subject_cannot_add_a_header(studio, anna, outbox):
    send(studio, anna, "Hello\r\nBcc: all@studio.org")
    (found,) = outbox()
    assert found["Subject"] == "Hello Bcc: all@studio.org"
    assert found["Bcc"] is None


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("fr_FR", "fr-FR"),
        ("fr_CA", "fr-FR"),
        ("es", "es-ES"),
        ("ja_JP", "ja-JP"),
        ("de_AT", "de-DE"),
        ("nl_NL", "nl-NL"),
        ("zh_Hans_CN", "zh-CN"),
        ("pt_PT", "pt-BR"),
        ("sv_SE", "en-US"),
        (None, "en-US"),
    ],
)
def test_a_mail_speaks_the_language_of_its_reader(studio, anna, outbox, locale, language):
    send(studio, {**anna, "locale": locale})
    (found,) = outbox()
    assert found["Content-Language"] == language
    assert f'<html lang="{language}">' in found.get_body(("html",)).get_content()


@pytest.mark.parametrize("address", [None, "", "nobody", "a@b.org, c@d.org", "a@b.org\nBcc: c@d.org", "é@studio.org"])
def test_an_address_that_cannot_be_written_to_is_left_out(studio, anna, outbox, address):
    send(studio, {**anna, "email": address})
    assert outbox() == []
    assert queued(studio) == []


def test_mail_can_be_turned_off(studio, anna, outbox, set_up):
    set_up(mail_enabled=False)
    send(studio, anna)
    assert outbox() == []


def test_what_is_taken_back_is_not_reported(studio, anna, outbox):

    def change_and_fail():
        with studio.db.write():
            mail.send(studio.context(), anna, "Subject", "Title", [], "Kitsu")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert outbox() == []
    assert queued(studio) == []


def test_a_server_gets_the_mail_for_its_recipient_alone(studio, anna, outbox, smtp):
    send(studio, anna, paragraphs=["Héllo " + "x" * 2000, "."])
    ((recipients, text),) = smtp.received
    assert recipients == ["anna@studio.org"]
    assert text.isascii()
    assert max(map(len, text.splitlines())) < 1000
    message = email.message_from_string(text, policy=email.policy.default)
    assert message.get_body(("plain",)).get_content().startswith("Title\r\n\r\nHéllo xxx")
    assert queued(studio) == []
    assert outbox() == []


def test_a_refused_mail_is_tried_again_and_given_up_in_the_end(studio, anna, smtp, caplog):
    smtp.verdict = "450 later"
    with time_machine.travel("2026-05-01 10:00:00", tick=False) as moment, caplog.at_level(logging.WARNING):
        send(studio, anna)
        assert [row["tries"] for row in queued(studio)] == [1]
        studio.app.mailer.deliver()
        assert [row["tries"] for row in queued(studio)] == [1]
        for tries, pause in enumerate(PAUSES, 1):
            assert [row["tries"] for row in queued(studio)] == [tries]
            moment.shift(pause * 60)
            studio.app.mailer.deliver()
    assert queued(studio) == []
    assert "given up after 11 tries" in caplog.text
    assert smtp.received == []


def test_a_server_that_is_away_for_a_while_loses_nothing(studio, anna, smtp):
    port, studio.app.settings.mail_port = studio.app.settings.mail_port, 1
    with time_machine.travel("2026-05-01 10:00:00", tick=False) as moment:
        send(studio, anna)
        assert len(queued(studio)) == 1
        studio.app.settings.mail_port = port
        moment.shift(60)
        studio.app.mailer.resume()
    assert len(smtp.received) == 1
    assert queued(studio) == []


def test_a_thread_sends_what_waits_and_ends(studio, anna, smtp):
    studio.app.settings.mail_port, port = 1, studio.app.settings.mail_port
    with time_machine.travel("2026-05-01 10:00:00", tick=False):
        send(studio, anna)
    studio.app.settings.mail_port = port
    mailer = Mailer(studio.app)
    assert not mailer.immediate
    mailer.resume()
    assert smtp.arrived.wait(10)
    mailer.stop()
    assert queued(studio) == []


def test_an_outbox_that_cannot_be_written_harms_no_request(studio, anna, monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setattr(studio.app.mailer, "outbox", blocked / "outbox")
    send(studio, anna)
    assert [row["tries"] for row in queued(studio)] == [1]


def test_a_server_is_spoken_to_in_secret_and_told_who_sends(studio, anna, smtp, set_up, monkeypatch):
    said = []
    monkeypatch.setattr("smtplib.SMTP.starttls", lambda self, context: said.append(context.check_hostname))
    monkeypatch.setattr("smtplib.SMTP.login", lambda self, *names: said.append(names))
    set_up(mail_use_tls=True, mail_username="kitsu", mail_password="secret")
    send(studio, anna)
    assert said == [True, ("kitsu", "secret")]
    assert len(smtp.received) == 1


def test_a_failure_that_nobody_expects_keeps_the_mail(studio, anna, monkeypatch, outbox, caplog):
    def fail(mail):
        raise ZeroDivisionError

    monkeypatch.setattr(studio.app.mailer, "_carry", fail)
    send(studio, anna)
    assert "mail could not be sent" in caplog.text
    assert len(queued(studio)) == 1
    monkeypatch.undo()
    studio.app.mailer.deliver()
    assert (len(outbox()), queued(studio)) == (1, [])
