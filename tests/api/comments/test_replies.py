"""Replies to comments."""

import pytest

from kitsulite.models.fields import new_id
from kitsulite.models.people import Person
from kitsulite.models.people import Studio as Firm
from kitsulite.models.projects import ProjectPersonLink
from kitsulite.models.tasks import Comment


def test_a_reply_joins_the_thread(board):
    comment = board.posted()
    answer = board.reply(comment, board.artist, "<b>yes</b>")
    assert answer.status_int == 200
    reply = answer.json
    assert reply["person"]["id"] == board.artist["id"]
    assert reply["date"] == reply["created_at"]
    assert "attachment_files" not in reply
    kept = board.db.get(Comment, comment["id"])["replies"]
    assert kept == [{key: value for key, value in reply.items() if key != "person"}]
    assert kept[0]["text"] == "<b>yes</b>"
    assert board.studio.events() == ["comment:reply"]


def test_those_of_the_thread_and_of_the_task_are_reported(board):
    comment = board.posted()
    board.reply(comment, board.artist)
    board.forget_notifications()
    board.reply(comment, board.studio.admin, f"{board.call(board.colleague)} {board.call(board.artist)}")
    assert sorted(board.notified()) == sorted(
        [
            ("reply", board.artist["id"]),
            ("reply", board.manager["id"]),
            ("reply-mention", board.colleague["id"]),
            ("reply-mention", board.artist["id"]),
        ]
    )


def test_files_of_a_reply_are_its_attachments(board):
    comment = board.posted()
    answer = board.api().upload(
        f"{board.path(comment)}/reply", [("a", "Note.TXT", b"one"), ("b", "two", b"two")], text="look"
    )
    reply = answer.json
    shown = [(file["name"], file["extension"], file["size"], file["reply_id"]) for file in reply["attachment_files"]]
    assert shown == [("Note.TXT", "txt", 3, reply["id"]), ("two", "two", 3, reply["id"])]
    assert answer.status_int == 200
    assert board.api().delete(f"{board.path(comment)}/reply/{reply['id']}").status_int == 200
    assert board.db.value("SELECT count(*) FROM attachment_file") == 0


def test_a_reply_is_deleted_with_its_notifications(board):
    comment = board.posted()
    first, second = board.reply(comment, board.artist).json, board.reply(comment, board.artist).json
    heard = []
    stop = board.studio.app.bus.listen(lambda name, payload: heard.append((name, payload["reply_id"])))
    board.studio.forget_events()
    answer = board.api(board.artist).delete(f"{board.path(comment)}/reply/{first['id']}")
    stop()
    assert answer.status_int == 200
    assert [reply["id"] for reply in answer.json["replies"]] == [second["id"]]
    assert heard == [("comment:delete-reply", first["id"])]
    assert board.studio.events() == []
    assert board.db.column("SELECT DISTINCT reply_id FROM notification WHERE reply_id IS NOT NULL") == [second["id"]]
    assert board.api(board.artist).delete(f"{board.path(comment)}/reply/{first['id']}").status_int == 404


def test_only_its_author_and_admins_delete_a_reply(board):
    comment = board.posted()
    reply = board.reply(comment, board.artist).json
    path = f"{board.path(comment)}/reply/{reply['id']}"
    assert board.api(board.manager).delete(path).status_int == 403
    assert board.api(board.studio.admin).delete(path).status_int == 200


def test_who_is_mentioned_may_reply(board):
    comment = board.posted()
    assert board.reply(comment, board.colleague).status_int == 403
    board.posted(text=board.call(board.colleague))
    assert board.reply(comment, board.colleague).status_int == 200


@pytest.mark.parametrize("where", ["department", "reply", "department in a reply"])
def test_a_mention_may_be_of_a_department_or_in_a_reply(board, where):
    department = board.studio.department(name="Rigs")
    with board.db.write():
        board.db.relate(Person, board.colleague["id"], "departments", [department["id"]])
    comment = board.posted(text="@Rigs" if where == "department" else "")
    if where != "department":
        board.reply(comment, board.artist, board.call(board.colleague) if where == "reply" else "@Rigs")
    assert board.reply(comment, board.colleague).status_int == 200
    assert board.post(board.colleague, status="todo").status_int == 201
    assert board.post(board.colleague, status="wip").status_int == 403


def test_vendors_and_strangers_are_not_let_in_by_a_mention(board):
    vendor, stranger = board.studio.person("vendor"), board.studio.person()
    board.studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=vendor["id"])
    comment = board.posted(text=f"{board.call(vendor)} {board.call(stranger)}")
    assert board.reply(comment, vendor).status_int == 403
    assert board.reply(comment, stranger).status_int == 403


@pytest.mark.parametrize("by_client", [True, False])
def test_only_managers_and_clients_answer_where_clients_talk(board, by_client):
    people = {role: board.studio.person(role) for role in ("supervisor", "client", "vendor")}
    for person in people.values():
        board.studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=person["id"])
    author = people["client"] if by_client else board.artist
    comment = board.studio.comment(board.task, author, for_client=not by_client)
    for person in (board.artist, people["supervisor"], people["vendor"]):
        assert board.reply(comment, person).status_int == 403
    for person in (board.manager, board.studio.admin, people["client"]):
        assert board.reply(comment, person).status_int == 200


def test_clients_of_one_studio_do_not_answer_those_of_another(board):
    clients = []
    for name in ("one", "two"):
        firm = board.studio.add(Firm, name=name, color="#000000")
        clients.append(board.studio.person("client", studio_id=firm["id"]))
    partner = board.studio.person("client", studio_id=clients[0]["studio_id"])
    for person in (*clients, partner):
        board.studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=person["id"])
    comment = board.posted(clients[0])
    assert board.reply(comment, clients[0]).status_int == 200
    assert board.reply(comment, partner).status_int == 200
    assert board.reply(comment, clients[1]).status_int == 403


def test_a_reply_names_the_task_of_its_comment(board):
    comment = board.posted()
    other = board.studio.task(board.asset, "Rigging", assignees=[board.artist])
    assert board.api().post(f"{board.path(comment, other)}/reply", {"text": ""}).status_int == 403
    assert board.api().post(f"{board.path({'id': new_id()})}/reply", {"text": ""}).status_int == 404
    assert board.api().post(f"{board.path(comment)}/reply", {"text": 3}).status_int == 400


def test_replies_that_name_nobody_do_not_close_a_thread(board):
    comment = board.posted()
    path = f"/data/comments/{comment['id']}"
    imported = [{"text": "old"}, {"id": "old", "person_id": {"id": 5}}]
    assert board.api(board.studio.admin).put(path, {"replies": imported}).status_int == 200
    assert board.reply(comment, board.artist).status_int == 200
    assert board.api(board.artist).delete(f"{board.path(comment)}/reply/old").status_int == 403
    assert board.api(board.studio.admin).delete(f"{board.path(comment)}/reply/old").status_int == 200
    assert [reply["text"] for reply in board.db.get(Comment, comment["id"])["replies"]] == ["old", ""]
