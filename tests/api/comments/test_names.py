"""In whose name comments are written, and who gets the files of comments."""

import pytest
from scene import picture

from kitsulite.models.projects import ProjectPersonLink
from kitsulite.models.tasks import Comment


def test_managers_write_in_the_name_of_people_whom_they_lead(board):
    outside, boss = board.studio.person(), board.studio.admin
    board.studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=boss["id"])
    past = {"created_at": "2020-01-02 03:04:05"}
    assert board.post(person_id=board.artist["id"], **past).json["person_id"] == board.artist["id"]
    for author in (outside, boss):
        assert board.post(person_id=author["id"], **past).status_int == 403
    assert board.post(boss, person_id=outside["id"]).json["person_id"] == outside["id"]


def test_a_comment_stays_that_of_its_author(board):
    comment = board.posted(board.artist)
    path = f"/data/comments/{comment['id']}"
    assert board.api().put(path, {"person_id": board.colleague["id"]}).status_int == 403
    assert board.api().put(path, {"person_id": board.artist["id"], "text": "x"}).status_int == 200
    assert board.db.get(Comment, comment["id"])["person_id"] == board.artist["id"]


@pytest.mark.parametrize(("role", "status"), [("client", 403), ("user", 200), ("supervisor", 200)])
def test_the_files_of_a_comment_are_for_who_reads_it(board, role, status):
    reader = board.studio.person(role)
    board.studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=reader["id"])
    path = f"/actions/tasks/{board.task['id']}/comment"
    made = board.api().upload(path, [("file", "a.png", picture())], task_status_id=board.status("todo"), comment="x")
    (attached,) = made.json["attachment_files"]
    api = board.api(reader)
    assert api.get(f"/data/attachment-files/{attached['id']}/file/a.png").status_int == status
    assert api.get(f"/data/attachment-files/{attached['id']}").status_int == status
