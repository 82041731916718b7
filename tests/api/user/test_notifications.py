"""The notifications of the caller, through the API."""

import pytest

from kitsulite.models.activity import Notification, Subscription
from kitsulite.models.entities import Entity
from kitsulite.models.fields import new_id
from kitsulite.models.previews import Playlist, PreviewFile
from kitsulite.models.projects import Project, ProjectPersonLink
from kitsulite.models.tasks import Comment, CommentPreviewLink, Task

PATH = "/data/user/notifications"
ALL_READ = "/actions/user/notifications/mark-all-as-read"


@pytest.fixture
def me(studio):
    return studio.person("user")


@pytest.fixture
def api(studio, me):
    return studio.api(me)


@pytest.fixture
def task(studio, me):
    project = studio.project(name="Cosmos", team=[me])
    episode = studio.entity(project, "Episode", name="E01")
    sequence = studio.entity(project, "Sequence", name="SQ01", parent_id=episode["id"])
    return studio.task(studio.entity(project, "Shot", name="SH01", parent_id=sequence["id"]), "Animation")


@pytest.fixture
def notify(studio, me, task):
    """Tell me something; keys of the row as given."""

    def notify(kind="comment", **columns):
        columns = {"person_id": me["id"], "author_id": studio.admin["id"], "task_id": task["id"], **columns}
        return studio.add(Notification, type=kind, **columns)

    return notify


def comment(studio, task, author=None, **columns):
    author_id = (author or studio.admin)["id"]
    columns = {"text": "more fog", "task_status_id": studio.task_status("wip")["id"], **columns}
    return studio.add(Comment, object_id=task["id"], object_type="Task", person_id=author_id, **columns)


def ids(answer):
    assert answer.status_int == 200, answer.text
    return [row["id"] for row in answer.json]


def test_a_comment_shows_all_that_it_is_about(studio, me, api, task, notify):
    written = comment(studio, task)
    preview = studio.add(PreviewFile, task_id=task["id"])
    studio.link(CommentPreviewLink, comment=written["id"], preview_file=preview["id"])
    department = studio.department()
    with studio.db.write():
        studio.db.relate(Comment, written["id"], "mentions", [me["id"]])
        studio.db.relate(Comment, written["id"], "department_mentions", [department["id"]])
        studio.db.update(Task, task["id"], task_status_id=studio.task_status("done")["id"])
    followed = studio.add(Subscription, person_id=me["id"], task_id=task["id"])
    row = notify(comment_id=written["id"], change=True)
    episode_id = studio.db.value("SELECT id FROM entity WHERE name = 'E01'")
    expected = {
        "id": row["id"],
        "type": "Notification",
        "notification_type": "comment",
        "author_id": studio.admin["id"],
        "comment_id": written["id"],
        "task_id": task["id"],
        "task_type_id": task["task_type_id"],
        "task_status_id": studio.task_status("wip")["id"],
        "mentions": [me["id"]],
        "department_mentions": [department["id"]],
        "reply_mentions": [],
        "reply_department_mentions": [],
        "preview_file_id": preview["id"],
        "project_id": task["project_id"],
        "project_name": "Cosmos",
        "comment_text": "more fog",
        "reply_text": "",
        "created_at": row["created_at"],
        "read": False,
        "change": True,
        "full_entity_name": "E01 / SQ01 / SH01",
        "episode_id": episode_id,
        "entity_preview_file_id": None,
        "subscription_id": followed["id"],
        "playlist_id": None,
        "playlist_name": "",
        "playlist_for_entity": "",
        "playlist_is_for_all": False,
    }
    assert api.get(PATH).json == [expected]
    assert api.get(f"{PATH}/{row['id']}").json == expected


def test_an_assignation_has_no_comment(api, notify):
    notify("assignation")
    row = api.get(PATH).json[0]
    assert (row["comment_id"], row["comment_text"], row["task_status_id"], row["mentions"]) == (None, None, None, [])
    assert row["subscription_id"] is None


@pytest.mark.parametrize("kind", ["reply", "reply-mention"])
def test_a_reply_shows_its_own_text_and_mentions(studio, me, api, task, notify, kind):
    first, second = (
        {"id": new_id(), "text": text, "mentions": mentions, "department_mentions": []}
        for text, mentions in (("no", []), ("yes", [me["id"]]))
    )
    written = comment(studio, task, replies=[first, second])
    notify(kind, comment_id=written["id"], reply_id=second["id"])
    row = api.get(PATH).json[0]
    assert (row["reply_text"], row["reply_mentions"], row["reply_department_mentions"]) == ("yes", [me["id"]], [])
    assert row["comment_text"] == "more fog"


def test_a_reply_that_is_gone_has_no_text(studio, api, task, notify):
    written = comment(studio, task)
    notify("reply", comment_id=written["id"], reply_id=new_id())
    row = api.get(PATH).json[0]
    assert (row["reply_text"], row["reply_mentions"], row["reply_department_mentions"]) == ("", [], [])


def test_a_playlist_shows_without_a_task(studio, me, api, notify):
    project = studio.project(name="Show", team=[me])
    episode = studio.entity(project, "Episode")
    columns = {"name": "Dailies", "for_entity": "shot", "is_for_all": True}
    playlist = studio.add(Playlist, project_id=project["id"], episode_id=episode["id"], **columns)
    notify("playlist-ready", task_id=None, playlist_id=playlist["id"])
    expected = {
        "playlist_id": playlist["id"],
        "playlist_name": "Dailies",
        "playlist_for_entity": "shot",
        "playlist_is_for_all": True,
        "episode_id": episode["id"],
        "project_id": project["id"],
        "project_name": "Show",
        "full_entity_name": "",
        "task_id": None,
        "task_type_id": None,
        "entity_preview_file_id": None,
    }
    row = api.get(PATH).json[0]
    assert {key: row[key] for key in expected} == expected


@pytest.mark.parametrize(("role", "hidden"), [("user", True), ("supervisor", False), ("client", False)])
def test_artists_do_not_read_what_clients_write(studio, task, role, hidden):
    reader, client = studio.person(role), studio.person("client")
    studio.link(ProjectPersonLink, project_id=task["project_id"], person_id=reader["id"])
    reply = {"id": new_id(), "text": "soon?", "mentions": [], "department_mentions": []}
    written = comment(studio, task, client, replies=[reply])
    about = {"task_id": task["id"], "comment_id": written["id"], "reply_id": reply["id"]}
    studio.add(Notification, type="reply", person_id=reader["id"], author_id=client["id"], **about)
    row = studio.api(reader).get(PATH).json[0]
    assert (row["comment_text"], row["reply_text"]) == (("", "") if hidden else ("more fog", "soon?"))


@pytest.mark.parametrize(
    ("author", "isolated", "columns", "text"),
    [
        ("user", False, {}, ""),
        ("user", False, {"for_client": None}, ""),
        ("user", True, {"for_client": True}, "more fog"),
        ("client", False, {}, "more fog"),
        ("client", True, {}, ""),
    ],
)
def test_clients_read_of_a_comment_what_its_task_shows_them(studio, task, author, isolated, columns, text):
    reader, writer, artist = studio.person("client"), studio.person(author), studio.person()
    studio.link(ProjectPersonLink, project_id=task["project_id"], person_id=reader["id"])
    reply = {"id": new_id(), "text": "soon?", "mentions": [], "department_mentions": []}
    with studio.db.write():
        studio.db.update(Project, task["project_id"], is_clients_isolated=isolated)
    written = comment(studio, task, writer, replies=[reply], **columns)
    about = {"task_id": task["id"], "comment_id": written["id"], "reply_id": reply["id"]}
    row = studio.add(Notification, type="reply", person_id=reader["id"], author_id=artist["id"], **about)
    listed, single = studio.api(reader).get(PATH).json[0], studio.api(reader).get(f"{PATH}/{row['id']}").json
    assert listed == single
    assert (listed["comment_text"], listed["reply_text"]) == (text, "soon?" if text else "")


def test_the_newest_hundred_come_first_and_before_asks_for_the_next(studio, api, notify):
    with studio.db.write():
        for number in range(120):
            notify(reply_id=new_id(), created_at=f"2026-01-01T00:{number // 60:02}:{number % 60:02}.000000")
    page = api.get(PATH).json
    assert (len(page), page[0]["created_at"], page[-1]["created_at"]) == (
        100,
        "2026-01-01T00:01:59",
        "2026-01-01T00:00:20",
    )
    rest = api.get(f"{PATH}?before={page[-1]['created_at']}").json
    assert [row["created_at"][-2:] for row in rest] == [f"{second:02}" for second in range(19, -1, -1)]
    assert len(ids(api.get(f"{PATH}?after=2026-01-01T00:01:50"))) == 9
    assert ids(api.get(f"{PATH}?after=2026-01-02")) == []


def test_filters(studio, me, api, task, notify):
    other = studio.task(studio.entity({"id": task["project_id"]}, "Prop"), "Modeling")
    studio.add(Subscription, person_id=me["id"], task_id=other["id"])
    about_task = notify()["id"]
    about_other = notify("mention", task_id=other["id"], read=True)["id"]
    playlist = studio.add(Playlist, name="Dailies", project_id=task["project_id"])
    about_playlist = notify("playlist-ready", task_id=None, playlist_id=playlist["id"])["id"]
    for query, found in (
        (f"task_type_id={task['task_type_id']}", {about_task}),
        (f"task_status_id={other['task_status_id']}", {about_task, about_other}),
        ("type=mention", {about_other}),
        ("type=nothing", set()),
        ("read=True", {about_other}),
        ("read=false", {about_task, about_playlist}),
        ("read=", {about_task, about_playlist}),
        ("watching=true", {about_other}),
        ("watching=no", {about_task, about_playlist}),
        (f"read=true&task_type_id={task['task_type_id']}", set()),
    ):
        assert set(ids(api.get(f"{PATH}?{query}"))) == found, query


@pytest.mark.parametrize(
    "query", ["after=", "before=yesterday", "after=2026-13-01", "task_type_id=", "task_type_id=x", "task_status_id=1"]
)
def test_bad_filters_are_refused(api, query):
    answer = api.get(f"{PATH}?{query}")
    assert answer.status_int == 400
    assert answer.json["message"]


def test_a_notification_is_marked_by_its_owner(studio, me, api, notify):
    row = notify()
    studio.forget_events()
    for read in (True, True, False):
        answer = api.put(f"{PATH}/{row['id']}", {"read": read})
        assert answer.status_int == 200
        assert answer.json == {**row, "read": read, "updated_at": answer.json["updated_at"]}
    assert answer.json["notification_type"] == "comment"
    assert studio.events() == ["notification:read", "notification:read", "notification:unread"]
    payload = studio.db.objects("SELECT data FROM api_event LIMIT 1")[0]
    assert payload == {"person_id": me["id"], "notification_id": row["id"]}


def test_marking_needs_to_know_how(api, notify):
    path = f"{PATH}/{notify()['id']}"
    for body in ({}, {"read": None}, {"read": "perhaps"}):
        assert api.put(path, body).status_int == 400


def test_what_others_are_reported_is_not_found(studio, api, notify):
    foreign = notify(person_id=studio.admin["id"])
    for wrong, status in ((foreign["id"], 404), (new_id(), 404), ("nothing", 400)):
        assert api.get(f"{PATH}/{wrong}").status_int == status
        assert api.put(f"{PATH}/{wrong}", {"read": True}).status_int == status
    assert ids(api.get(PATH)) == []
    mine = notify()["id"]
    assert studio.api(studio.admin).get(f"{PATH}/{mine}").status_int == 404


def test_all_mine_are_marked_at_once(studio, me, api, notify):
    notify()
    notify("mention")
    foreign = notify(person_id=studio.admin["id"])
    studio.forget_events()
    assert api.post(ALL_READ).json == {"success": True}
    assert {row["read"] for row in api.get(PATH).json} == {True}
    assert studio.db.get(Notification, foreign["id"])["read"] is False
    assert studio.events() == ["notification:all-read"]
    assert studio.db.objects("SELECT data FROM api_event") == [{"person_id": me["id"]}]


def test_the_list_costs_the_same_queries_however_long_it_is(studio, api, notify):
    def ask():
        with studio.statements() as found:
            rows = ids(api.get(PATH))
        return len(rows), len(found)

    def notify_many(count):
        with studio.db.write():
            for _ in range(count):
                notify(reply_id=new_id())

    notify_many(10)
    few, queries = ask()
    notify_many(990)
    assert (few, ask()) == (10, (100, queries))


def test_who_may_no_longer_read_a_task_reads_nothing_of_it(studio, me, api, task, notify):
    project_id = task["project_id"]
    playlist = studio.add(Playlist, name="Dailies", project_id=project_id)
    rows = [
        notify(comment_id=comment(studio, task)["id"]),
        notify("playlist-ready", task_id=None, playlist_id=playlist["id"]),
    ]
    context = "/data/user/context"
    assert (len(api.get(PATH).json), api.get(context).json["notification_count"]) == (2, 2)
    assert studio.api(studio.admin).delete(f"/data/projects/{project_id}/team/{me['id']}").status_int == 204
    assert (api.get(PATH).json, api.get(context).json["notification_count"]) == ([], 0)
    for row in rows:
        assert api.get(f"{PATH}/{row['id']}").status_int == 404
        assert api.put(f"{PATH}/{row['id']}", {"read": True}).status_int == 404


def test_a_vendor_reads_of_the_tasks_of_their_entities_alone(studio, task, notify):
    vendor = studio.person("vendor")
    studio.link(ProjectPersonLink, project_id=task["project_id"], person_id=vendor["id"])
    notify(person_id=vendor["id"])
    assert studio.api(vendor).get(PATH).json == []
    vendors = studio.task(studio.db.get(Entity, task["entity_id"]), "Layout", assignees=[vendor])
    assert vendors["entity_id"] == task["entity_id"]
    assert len(studio.api(vendor).get(PATH).json) == 1
