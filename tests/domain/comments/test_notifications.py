"""Who is notified of what: the fan-out, row by row."""

import pytest

from kitsulite.domain.comments import notifications
from kitsulite.models.activity import Subscription
from kitsulite.models.fields import new_id
from kitsulite.models.people import Person
from kitsulite.models.projects import ProjectPersonLink


@pytest.fixture
def crowd(board):
    """The board with a shot, and persons who follow its task in each way."""
    studio = board.studio
    sequence = studio.entity(board.project, "Sequence")
    shot = studio.entity(board.project, "Shot", parent_id=sequence["id"])
    board.people = {name: studio.person(first_name=name) for name in FOLLOWERS}
    for person in board.people.values():
        studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=person["id"])
    board.task = studio.task(shot, "Animation", assignees=[board.people["assignee"]])
    animation, lighting = (studio.task_type(name)["id"] for name in ("Animation", "Lighting"))
    ways = {
        "subscriber": {"task_id": board.task["id"]},
        "of another task": {"task_id": studio.task(shot, "Lighting")["id"]},
        "of the sequence": {"entity_id": sequence["id"], "task_type_id": animation},
        "of another type": {"entity_id": sequence["id"], "task_type_id": lighting},
        "of the shot": {"entity_id": shot["id"], "task_type_id": animation},
    }
    for name, columns in ways.items():
        studio.add(Subscription, person_id=board.people[name]["id"], **columns)
    department = studio.department(name="Rigs")
    with studio.db.write():
        for name in ("in department", "named and in department"):
            studio.db.relate(Person, board.people[name]["id"], "departments", [department["id"]])
    stranger = studio.person("user", [department])
    assert stranger["id"] not in board.db.column("SELECT person_id FROM project_person_link")
    return board


FOLLOWERS = (
    *("assignee", "subscriber", "of the sequence", "of another task", "of another type", "of the shot"),
    *("named", "in department", "named and in department", "member"),
)


def recipients(crowd, kind):
    """Names of the notified people, once for each notification."""
    names = {person["id"]: name for name, person in crowd.people.items()}
    return sorted(names.get(person_id, "another") for _, person_id in crowd.notified(kind))


def call_all(crowd):
    return " ".join([*(crowd.call(crowd.people[n]) for n in ("named", "named and in department")), "@Rigs"])


def test_a_comment_is_reported_to_those_who_follow_the_task(crowd):
    crowd.posted(text="nobody named")
    assert recipients(crowd, "comment") == ["assignee", "of the sequence", "subscriber"]
    assert recipients(crowd, "mention") == []


def test_the_author_is_not_reported(crowd):
    crowd.posted(crowd.people["assignee"], text=crowd.call(crowd.people["assignee"]))
    assert recipients(crowd, "comment") == ["of the sequence", "subscriber"]
    assert recipients(crowd, "mention") == []


def test_a_comment_says_whether_the_status_changed(crowd):
    crowd.posted(status="wip")
    crowd.posted(status="wip")
    assert crowd.db.column("SELECT change FROM notification WHERE type = 'comment' ORDER BY rowid") == [1] * 3 + [0] * 3


def test_mentions_are_reported_once_by_name_and_once_by_department(crowd):
    crowd.posted(text=call_all(crowd))
    named_twice = ["named and in department"] * 2
    assert recipients(crowd, "mention") == ["in department", "named", *named_twice]


def test_an_assignee_who_is_mentioned_gets_both(crowd):
    crowd.posted(text=crowd.call(crowd.people["assignee"]))
    assert recipients(crowd, "mention") == ["assignee"]
    assert "assignee" in recipients(crowd, "comment")


def test_a_reply_is_reported_to_followers_and_to_those_who_wrote_before(crowd):
    comment = crowd.posted()
    assert crowd.reply(comment, crowd.people["assignee"]).status_int == 200
    crowd.forget_notifications()
    crowd.reply(comment, crowd.studio.admin, call_all(crowd))
    assert recipients(crowd, "reply") == ["another", "assignee", "of the sequence", "subscriber"]
    assert recipients(crowd, "reply-mention") == ["in department", "named", *["named and in department"] * 2]
    ids = crowd.db.rows("SELECT DISTINCT comment_id, task_id, reply_id FROM notification")
    assert [row["comment_id"] for row in ids] == [comment["id"]]
    assert ids[0]["task_id"] == crowd.task["id"]
    assert ids[0]["reply_id"]


def test_the_author_of_an_edited_comment_counts_like_everybody(crowd):
    author = crowd.people["assignee"]
    comment = crowd.posted(author)
    crowd.forget_notifications()
    crowd.api(author).put(f"/data/comments/{comment['id']}", {"text": crowd.call(author)})
    assert crowd.notified() == [("mention", author["id"])]
    at = crowd.db.value("SELECT n.created_at = c.created_at FROM notification n JOIN comment c ON c.id = n.comment_id")
    assert at == 1


def test_an_assignation_is_reported_to_the_assignee_each_time(crowd):
    member = crowd.people["member"]
    for _ in range(2):
        crowd.api().put(f"/actions/tasks/{crowd.task['id']}/assign", {"person_id": member["id"]})
    crowd.api().put(f"/actions/tasks/{crowd.task['id']}/assign", {"person_id": crowd.manager["id"]})
    assert crowd.notified() == [("assignation", member["id"])] * 2
    assert crowd.db.column("SELECT DISTINCT author_id FROM notification") == [crowd.manager["id"]]


def test_assignees_by_the_generic_route_are_reported_where_they_are_new(crowd):
    ids = [crowd.people[name]["id"] for name in ("assignee", "member")]
    crowd.api().put(f"/data/tasks/{crowd.task['id']}", {"assignees": ids})
    assert crowd.notified() == [("assignation", ids[1])]


def test_a_preview_is_reported_to_nobody(crowd):
    comment = crowd.posted()
    crowd.forget_notifications()
    path = f"/actions/tasks/{crowd.task['id']}/comments/{comment['id']}/add-preview"
    assert crowd.api().post(path, {}).status_int == 201
    assert crowd.notified() == []


def test_who_does_not_exist_is_left_out(crowd):
    context = crowd.studio.context(crowd.manager)
    with crowd.db.write():
        people = [new_id(), crowd.people["member"]["id"]]
        notifications.notify(
            context, "mention", people, crowd.manager["id"], crowd.project["id"], task_id=crowd.task["id"]
        )
    assert recipients(crowd, "mention") == ["member"]


def test_hashtags_repeat_a_comment_on_the_other_tasks_of_the_entity(board):
    studio = board.studio
    rigging, shading = studio.task(board.asset, "Rigging"), studio.task(board.asset, "Shading")
    elsewhere = studio.task(studio.entity(board.project, "Prop"), "Rigging")
    board.post(status="wip", text="Mind the ears #RIGGING #modeling")
    texts = dict(board.db.execute("SELECT object_id, text FROM comment").fetchall())
    assert set(texts) == {board.task["id"], rigging["id"]}
    assert texts[rigging["id"]] == "Mind the ears #RIGGING #modeling\n\n____\nFrom Modeling task"
    assert board.has_status("todo", rigging)
    assert board.has_status("wip")
    copy = ["comment:new", "task:update", "news:new"]
    assert studio.events() == ["comment:new", *copy, "task:update", "task:status-changed", "news:new"]
    board.post(text="#all")
    counts = dict(board.db.execute("SELECT object_id, count(*) FROM comment GROUP BY object_id").fetchall())
    assert counts == {board.task["id"]: 2, rigging["id"]: 2, shading["id"]: 1}
    assert elsewhere["id"] not in counts
