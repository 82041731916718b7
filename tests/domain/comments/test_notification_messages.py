"""Notifications by mail and in chats."""

import email
import email.policy

import pytest

from kitsulite.jobs import chat_posts
from kitsulite.models.people import Organisation, Person
from kitsulite.models.projects import Project


class Office:
    """A series with an artist on a task, and what they are sent."""

    def __init__(self, studio, monkeypatch):
        self.studio, self.db = studio, studio.db
        self.author = studio.person("manager", first_name="Ada", last_name="<Lovelace>")
        self.artist = studio.person(notifications_enabled=True)
        self.project = studio.project([self.author, self.artist], name="Space & Time", production_type="tvshow")
        episode = studio.entity(self.project, "Episode", name="E1")
        sequence = studio.entity(self.project, "Sequence", name="S1", parent_id=episode["id"])
        self.shot = studio.entity(self.project, "Shot", name="P1", parent_id=sequence["id"])
        self.task = studio.task(self.shot, "Animation", assignees=[self.artist])
        self.page = f"productions/{self.project['id']}/episodes/{episode['id']}/shots/tasks/{self.task['id']}"
        self.posts = []
        monkeypatch.setattr(chat_posts, "post", self.post)
        monkeypatch.setattr(studio.app.mailer, "start", lambda: studio.app.mailer.deliver("channel <> 'mail'"))

    def post(self, url, body, authorization=None):
        self.posts.append((url, body, authorization))
        return {"id": "room"}

    def change(self, person, **columns):
        with self.db.write():
            self.db.update(Person, person["id"], **columns)

    def comment(self, text="Hello", status="wip", person=None):
        body = {"task_status_id": self.studio.task_status(status)["id"], "comment": text}
        path = f"/actions/tasks/{self.task['id']}/comment"
        answer = self.studio.api(person or self.author).post(path, body)
        assert answer.status_int == 201
        return answer.json

    def subjects(self):
        return [mail["Subject"].strip() for mail in self.mails()]

    def mails(self):
        files = sorted(self.studio.app.mailer.outbox.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [email.message_from_string(path.read_text(), policy=email.policy.default) for path in files]


@pytest.fixture
def office(studio, monkeypatch):
    return Office(studio, monkeypatch)


def test_a_mail_shows_a_comment(office):
    office.comment("Ears <b>too</b> long")
    (mail,) = office.mails()
    assert mail["To"] == office.artist["email"]
    assert mail["Subject"].strip() == "[Kitsu] WIP - Ada commented on Space & Time / E1 / S1 / P1 / Animation"
    text, page = (mail.get_body([kind]).get_content() for kind in ("plain", "html"))
    assert "Ada <Lovelace> wrote a comment" in text
    assert "Ears <b>too</b> long" in text
    assert office.page in text
    assert "Status: Work In Progress" in text
    assert "Ears &lt;b&gt;too&lt;/b&gt; long" in page
    assert "&lt;Lovelace&gt;" in page
    assert "<b>too" not in page


@pytest.mark.parametrize("change", [{"notifications_enabled": False}, {"active": False}])
def test_nobody_is_mailed_who_does_not_want_it_or_has_left(office, change):
    office.change(office.artist, **change)
    office.comment()
    assert office.mails() == []
    assert office.db.value("SELECT count(*) FROM notification") == 1


def test_the_mail_is_in_the_language_of_its_reader(office):
    office.change(office.artist, locale="fr_CA")
    office.comment()
    assert office.subjects()[0].startswith("[Kitsu] WIP - Ada a commenté Space & Time")


def test_mentions_and_replies_are_quoted(office):
    name = f"@{office.artist['first_name']} {office.artist['last_name']}"
    comment = office.comment(f"Look {name}")
    office.studio.api(office.author).post(
        f"/data/tasks/{office.task['id']}/comments/{comment['id']}/reply", {"text": f"Again {name}"}
    )
    assert [subject.partition(" on ")[0] for subject in office.subjects()] == [
        "[Kitsu] WIP - Ada commented",
        "[Kitsu] Ada mentioned you",
        "[Kitsu] Ada replied",
        "[Kitsu] Ada mentioned you",
    ]
    texts = [mail.get_body(["plain"]).get_content() for mail in office.mails()]
    assert [("Again" in text, "Look" in text) for text in texts] == [
        (False, True),
        (False, True),
        (True, False),
        (False, True),
    ]


def test_an_assignation_is_mailed(office):
    office.studio.api(office.author).put(
        f"/actions/tasks/{office.task['id']}/assign", {"person_id": office.artist["id"]}
    )
    assert office.subjects() == ["[Kitsu] You were assigned to Space & Time / E1 / S1 / P1 / Animation"]


def test_a_mail_quotes_nothing_that_its_reader_may_not_see(office):
    client = office.studio.person("client")
    with office.db.write():
        office.db.relate(
            Project, office.project["id"], "team", [p["id"] for p in (office.author, office.artist, client)]
        )
    office.comment("Secret question", status="todo", person=client)
    (mail,) = office.mails()
    assert "Secret question" not in mail.get_body(["plain"]).get_content()


@pytest.mark.parametrize(
    ("channel", "column", "credential", "sent"),
    [
        ("slack", "chat_token_slack", "xoxb", ["https://slack.com/api/chat.postMessage"]),
        ("mattermost", "chat_webhook_mattermost", "https://chat.example.com/hook", ["https://chat.example.com/hook"]),
        (
            "discord",
            "chat_token_discord",
            "token",
            [f"{chat_posts.DISCORD}/users/@me/channels", f"{chat_posts.DISCORD}/channels/room/messages"],
        ),
    ],
)
def test_chats_are_reported_where_studio_and_person_are_known_there(office, channel, column, credential, sent):
    office.change(office.artist, **{"notifications_enabled": False, f"notifications_{channel}_enabled": True})
    office.comment("nothing known")
    organisation = office.studio.add(Organisation, name="Studio", **{column: credential})
    office.comment("studio known")
    assert office.posts == []
    office.change(office.artist, **{f"notifications_{channel}_userid": "U1"})
    office.comment("<both> known")
    assert [url for url, _, _ in office.posts] == sent
    assert office.posts[0][1].get("channel") == (None if channel == "discord" else "@U1")
    text = str(office.posts[-1][1])
    assert ("&lt;both&gt;" if channel == "slack" else "<both>") in text
    assert office.page in text
    assert office.mails() == []
    assert organisation["name"] == "Studio"


def test_a_chat_that_fails_is_asked_again_and_harms_nobody(office, monkeypatch):
    office.studio.add(Organisation, name="Studio", chat_token_slack="xoxb")
    office.change(office.artist, notifications_slack_enabled=True, notifications_slack_userid="U1")

    def fail(*args):
        raise OSError("no network")

    monkeypatch.setattr(chat_posts, "post", fail)
    office.comment()
    assert len(office.mails()) == 1
    assert office.db.rows("SELECT channel, tries FROM mail") == [{"channel": "slack", "tries": 1}]


def test_a_message_that_cannot_be_written_harms_nobody(office, monkeypatch):
    def fail(*args):
        raise RuntimeError("broken")

    monkeypatch.setattr("kitsulite.domain.comments.notification_messages.write", fail)
    office.comment()
    assert office.db.value("SELECT count(*) FROM notification") == 1
    assert office.mails() == []
