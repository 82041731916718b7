"""What clients said last, said again by a manager."""

import pytest

from kitsulite.models.fields import new_id
from kitsulite.models.projects import ProjectPersonLink


@pytest.fixture
def client(studio, board):
    found = studio.person("client")
    studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=found["id"])
    return found


def copy(board, *tasks, person=None, project=None, **body):
    path = f"/actions/projects/{(project or board.project)['id']}/tasks/copy-client-comments"
    return board.api(person).post(path, {"task_ids": [task["id"] for task in tasks], **body})


def test_the_last_comment_of_a_client_is_posted_again(studio, board, client):
    studio.comment(board.task, client, text="first", created_at="2026-03-02T10:00:00.000000")
    studio.comment(board.task, client, text="more light", created_at="2026-03-02T11:00:00.000000")
    studio.comment(board.task, board.artist, text="ok", created_at="2026-03-02T12:00:00.000000")
    board.studio.forget_events()
    answer = copy(board, board.task)
    assert answer.status_int == 201
    (made,) = answer.json
    assert (made["text"], made["person_id"], made["for_client"]) == ("more light", board.manager["id"], False)
    assert (made["task_status"]["id"], made["person"]["id"]) == (board.task["task_status_id"], board.manager["id"])
    assert "comment:new" in studio.events()
    assert copy(board, board.task, prefix="The client says:").json[0]["text"] == "The client says:\n\nmore light"


def test_only_tasks_of_the_production_with_such_a_comment_get_one(studio, board, client):
    promoted, demoted = client, studio.person("manager")
    studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=demoted["id"], role="client")
    others = [studio.task(board.asset, name) for name in ("Rigging", "Shading")]
    foreign = studio.task(studio.entity(studio.project(), "Prop"))
    studio.comment(others[0], demoted, text="as a client")
    studio.comment(foreign, promoted, text="elsewhere")
    made = copy(board, *others, foreign, {"id": new_id()}, board.task).json
    assert [comment["object_id"] for comment in made] == [others[0]["id"]]


def test_a_body_names_tasks(studio, board):
    for tasks, more in (([], {}), ([{"id": "x"}], {}), ([board.task], {"prefix": 3})):
        assert copy(board, *tasks, **more).status_int == 400
    assert copy(board, board.task, person=studio.admin, project={"id": new_id()}).json == []
    assert copy(board, board.task, person=board.artist).status_int == 403
