"""Comments that are edited, acknowledged, moved and deleted."""

import pytest

from kitsulite.models.activity import News, Notification
from kitsulite.models.fields import new_id
from kitsulite.models.previews import AttachmentFile, PreviewFile
from kitsulite.models.projects import ProjectPersonLink
from kitsulite.models.tasks import Comment, CommentAcknoledgments, TaskStatus


def edit(board, comment, person=None, **changes):
    return board.api(person).put(f"/data/comments/{comment['id']}", changes)


# Editing


def test_an_edit_notes_the_editor_and_the_mentions_of_the_new_text(board):
    comment = board.posted(board.artist, text=board.call(board.manager))
    board.forget_notifications()
    answer = edit(board, comment, board.artist, text=f"{board.call(board.colleague)} {board.call(board.artist)}")
    assert answer.status_int == 200
    assert answer.json["editor_id"] == board.artist["id"]
    assert "mentions" not in answer.json
    mentioned = {board.colleague["id"], board.artist["id"]}
    assert set(board.db.related(Comment, comment["id"], "mentions")) == mentioned
    assert set(board.notified()) == {("mention", person_id) for person_id in mentioned}
    assert board.studio.events() == ["comment:update"]
    (event,) = board.db.objects("SELECT data FROM api_event")
    assert event == {
        "comment_id": comment["id"],
        "task_id": board.task["id"],
        "person_id": comment["person_id"],
        "for_client": False,
        "project_id": board.project["id"],
    }


def test_another_status_makes_the_history_be_read_again(board):
    comment = board.posted(status="wip")
    board.posted(status="wfa")
    assert edit(board, comment, task_status_id=board.status("retake")).status_int == 200
    assert board.has_status("wfa")
    assert board.now()["retake_count"] == 1
    assert board.now()["real_start_date"] is None
    assert board.studio.events() == ["task:update", "task:status-changed", "comment:update"]


def test_the_same_status_changes_nothing_else(board):
    comment = board.posted(status="wip")
    edit(board, comment, task_status_id=board.status("wip"))
    assert board.studio.events() == ["comment:update"]


def test_a_text_may_be_emptied(board):
    comment = board.posted(text="hello")
    assert edit(board, comment, text=None).json["text"] == ""


EDITS = {
    "text": {"text": "new"},
    "for_client": {"for_client": True},
    "pinned": {"pinned": True},
    "checked": {"checklist": [{"text": "ears", "checked": True}]},
    "checklist": {"checklist": []},
    "author": {"person_id": new_id()},
    "task": {"object_id": new_id()},
    "own author": {"person_id": "own"},
}
#: who -> edits that they may make to a comment of an artist
MAY = {
    "author": {"text", "checked", "checklist", "own author"},
    "assignee": {"checked", "checklist"},
    "member": set(),
    "supervisor": {"pinned", "checked", "checklist"},
    "supervisor of another department": set(),
    "manager": set(EDITS) - {"author", "own author"},
    "manager outside": set(),
    "client": set(),
}


@pytest.mark.parametrize("who", MAY)
def test_who_may_edit_what(board, who):
    studio = board.studio
    department = studio.department()
    people = {
        "author": board.colleague,
        "assignee": board.artist,
        "member": studio.person(),
        "supervisor": studio.person("supervisor"),
        "supervisor of another department": studio.person("supervisor", [department]),
        "manager": board.manager,
        "manager outside": studio.person("manager"),
        "client": studio.person("client"),
    }
    for name in ("member", "supervisor", "supervisor of another department", "client"):
        studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=people[name]["id"])
    found = set()
    for name, changes in EDITS.items():
        checklist = [{"text": "ears", "checked": False}]
        comment = studio.comment(board.task, board.colleague, text="old", checklist=checklist)
        changes = {key: people[who]["id"] if value == "own" else value for key, value in changes.items()}
        status = edit(board, comment, people[who], **changes).status_int
        assert status in (200, 400, 403), (name, status)
        if status == 200:
            found.add(name)
        assert board.db.get(Comment, comment["id"])["object_id"] == board.task["id"]
    assert found == MAY[who]


def test_a_status_needs_a_person_who_works_on_the_task_and_may_use_it(board):
    comment = board.studio.comment(board.task, board.colleague)
    assert edit(board, comment, board.colleague, task_status_id=board.status("wip")).status_int == 403
    assert edit(board, comment, board.colleague, task_status_id=board.status("todo")).status_int == 200
    own = board.studio.comment(board.task, board.artist)
    with board.db.write():
        board.db.update(TaskStatus, board.status("wip"), is_artist_allowed=False)
    assert edit(board, own, board.artist, task_status_id=board.status("wip")).status_int == 403
    assert edit(board, own, board.artist, task_status_id=board.status("wfa")).status_int == 200
    assert edit(board, own, board.artist, task_status_id=new_id()).status_int == 404


def test_what_has_routes_of_its_own_is_not_edited_here(board):
    comment = board.posted(board.artist)
    forged = [{"id": new_id(), "text": "forged", "person_id": board.manager["id"]}]
    assert edit(board, comment, board.artist, replies=forged, acknowledgements=[board.manager["id"]]).status_int == 200
    kept = board.db.get(Comment, comment["id"], relations=True)
    assert (kept["replies"], kept["acknowledgements"]) == ([], [])


@pytest.mark.parametrize("linked", ["by its author", "by an admin"])
def test_a_comment_takes_no_preview_of_another_task_along(board, linked):
    preview = board.studio.preview(board.studio.task(board.asset, "Rigging"))
    comment = board.posted(board.artist)
    author = board.artist if linked == "by its author" else board.studio.admin
    kept = edit(board, comment, author, preview_file_id=preview["id"]).json["preview_file_id"]
    assert kept == (None if author == board.artist else preview["id"])
    assert board.api(board.artist).delete(board.path(comment)).status_int == 204
    assert board.db.exists(PreviewFile, id=preview["id"])


# Acknowledging


def test_an_acknowledgement_comes_and_goes(board):
    comment = board.posted()
    heard = []
    stop = board.studio.app.bus.listen(lambda name, payload: heard.append((name, payload["person_id"])))
    first = board.api(board.artist).post(f"{board.path(comment)}/ack")
    second = board.api(board.artist).post(f"{board.path(comment)}/ack")
    stop()
    assert (first.json["acknowledgements"], second.json["acknowledgements"]) == ([board.artist["id"]], [])
    assert heard == [("comment:acknowledge", board.artist["id"]), ("comment:unacknowledge", board.artist["id"])]
    assert board.studio.events() == []


def test_nobody_acknowledges_what_they_do_not_see(board):
    client = board.studio.person("client")
    board.studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=client["id"])
    internal = board.studio.comment(board.task, board.artist, text="internal")
    shown = board.studio.comment(board.task, board.artist, text="blank for clients")
    board.studio.preview(board.task, shown)
    assert board.api(client).post(f"{board.path(internal)}/ack").status_int == 403
    answer = board.api(client).post(f"{board.path(shown)}/ack")
    assert (answer.status_int, answer.json["text"]) == (200, "")
    foreign = board.studio.comment(board.studio.task(board.studio.entity(board.studio.project(), "Prop")))
    assert board.api(board.artist).post(f"{board.path(foreign)}/ack").status_int == 403
    assert board.api(board.artist).post(f"{board.path({'id': new_id()})}/ack").status_int == 404


# Deleting


@pytest.mark.parametrize("path", ["/data/comments/{id}", "/data/tasks/{task}/comments/{id}"])
def test_a_comment_is_deleted_with_all_that_belongs_to_it(board, path):
    board.posted(status="wip")
    comment = board.posted(status="wfa", text=board.call(board.colleague))
    board.api(board.artist).post(f"{board.path(comment)}/ack")
    preview = board.studio.preview(board.task, comment)
    board.studio.add(AttachmentFile, comment_id=comment["id"], name="a", extension="txt", size=1)
    board.studio.forget_events()
    answer = board.api().delete(path.format(id=comment["id"], task=board.task["id"]))
    assert answer.status_int == 204
    assert board.has_status("wip")
    assert board.now()["end_date"] is None
    assert board.studio.events() == ["news:delete", "comment:delete", "task:update", "task:status-changed"]
    for model, column in ((Notification, "comment_id"), (News, "comment_id"), (AttachmentFile, "comment_id")):
        assert not board.db.exists(model, **{column: comment["id"]})
    assert not board.db.exists(CommentAcknoledgments, comment=comment["id"])
    assert not board.db.exists(PreviewFile, id=preview["id"])


def test_only_author_manager_and_admin_delete(board):
    others = [board.artist, board.studio.person("manager"), board.studio.person("supervisor")]
    board.studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=others[2]["id"])
    comment = board.studio.comment(board.task, board.colleague)
    for person in others:
        assert board.api(person).delete(board.path(comment)).status_int == 403
    assert board.api(board.colleague).delete(board.path(comment)).status_int == 204
    assert board.api().delete(board.path(comment)).status_int == 404


def test_who_has_left_the_team_neither_answers_nor_deletes(board):
    comment = board.posted(board.artist)
    reply = f"{board.path(comment)}/reply/{board.reply(comment, board.artist).json['id']}"
    with board.db.write():
        board.db.delete(ProjectPersonLink, person_id=board.artist["id"])
    assert board.reply(comment, board.artist).status_int == 403
    for path in (reply, board.path(comment), f"/data/comments/{comment['id']}"):
        assert board.api(board.artist).delete(path).status_int == 403
    board.studio.link(ProjectPersonLink, person_id=board.artist["id"], project_id=board.project["id"])
    assert board.api(board.artist).delete(reply).status_int == 200


def test_the_comment_of_a_task_that_is_gone_is_deleted_without_its_project(board):
    orphan = board.studio.comment({"id": new_id(), "task_status_id": board.status("todo")})
    assert board.api(board.studio.admin).delete(f"/data/comments/{orphan['id']}").status_int == 204
    assert board.db.column("SELECT project_id FROM api_event WHERE name = 'comment:delete'") == [None]


# Moving


@pytest.fixture
def other(board):
    """Another task of the same asset."""
    return board.studio.task(board.asset, "Rigging", assignees=[board.colleague])


def move(board, comment, target, person=None):
    path = f"/actions/tasks/{board.task['id']}/comments/{comment['id']}/move"
    return board.api(person).post(path, {"target_task_id": target["id"]})


def test_a_moved_comment_takes_its_news_and_shows_the_people_of_the_other_task(board, other):
    comment = board.posted(status="wip", text=board.call(board.manager))
    board.forget_notifications()
    answer = move(board, comment, other)
    assert answer.status_int == 200
    assert answer.json["object_id"] == other["id"]
    assert "previews" in answer.json
    assert board.has_status("todo")
    assert board.has_status("wip", other)
    emitted = ["news:delete", "task:update", "task:update", "comment:delete", "comment:new", "news:new"]
    assert board.studio.events() == emitted
    assert board.notified() == [("comment", board.colleague["id"])]
    assert board.db.rows("SELECT task_id, change FROM news") == [{"task_id": other["id"], "change": 0}]


def test_what_cannot_be_moved(board, other):
    elsewhere = board.studio.task(board.studio.entity(board.project, "Prop"))
    comment = board.posted()
    assert move(board, comment, board.task).status_int == 400
    assert move(board, comment, elsewhere).status_int == 400
    assert move(board, board.studio.comment(other), other).status_int == 400
    assert move(board, comment, {"id": new_id()}).status_int == 404
    assert move(board, {"id": new_id()}, other).status_int == 404
    board.studio.preview(board.task, comment)
    assert move(board, comment, other).status_int == 400
    assert board.db.get(Comment, comment["id"])["object_id"] == board.task["id"]


def test_a_manager_moves_only_within_their_teams(board, other):
    comment = board.posted()
    assert move(board, comment, other, board.artist).status_int == 403
    assert move(board, comment, other, board.studio.person("manager")).status_int == 403
