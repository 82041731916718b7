"""Many comments in one request."""

import json

import pytest
from scene import picture

from kitsulite.models.fields import new_id
from kitsulite.models.people import Department
from kitsulite.models.projects import ProjectPersonLink
from kitsulite.models.tasks import TaskStatus


def many(board, entries, person=None, project=None):
    path = f"/actions/projects/{(project or board.project)['id']}/tasks/comment-many"
    return board.api(person).post(path, entries)


def entry(board, task=None, status="wip", **more):
    task = task or board.task
    return {"object_id": task["id"], "task_status_id": board.status(status), "comment": "hello", **more}


@pytest.fixture
def rigging(board):
    return board.studio.task(board.asset, "Rigging")


def test_each_entry_is_a_comment_of_the_caller_with_all_that_follows(board, rigging):
    answer = many(board, [entry(board, person_id=board.artist["id"], for_client=True), entry(board, rigging)])
    assert answer.status_int == 201
    assert [comment["object_id"] for comment in answer.json] == [board.task["id"], rigging["id"]]
    assert {comment["person_id"] for comment in answer.json} == {board.manager["id"]}
    assert not any(comment["for_client"] for comment in answer.json)
    assert board.has_status("wip", rigging)
    assert board.studio.events() == ["comment:new", "task:update", "task:status-changed", "news:new"] * 2


def test_incomplete_entries_are_left_out(board):
    entries = [{"object_id": board.task["id"]}, {"comment": None}, {}, entry(board)]
    assert len(many(board, entries).json) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), (None, 400), ("text", 400), ([], 201), (["text"], 400), ([{}], 201)],
)
def test_the_body_is_a_list(board, body, status):
    assert many(board, body).status_int == status


def test_a_body_that_is_no_json_is_refused(board):
    path = f"/actions/projects/{board.project['id']}/tasks/comment-many"
    assert board.api().upload(path, [("file", "a", b"a")]).status_int == 415


@pytest.mark.parametrize("wrong", [{"comment": 3}, {"links": "x"}, {"links": [3]}, {"object_id": "x"}])
def test_values_of_the_wrong_kind_are_refused(board, wrong):
    assert many(board, [{**entry(board), **wrong}]).status_int == 400
    assert board.db.value("SELECT count(*) FROM comment") == 0


def test_an_artist_comments_their_own_tasks_alone(board, rigging):
    answer = many(board, [entry(board, rigging), entry(board)], board.artist)
    assert [comment["object_id"] for comment in answer.json] == [board.task["id"]]


def test_an_assignee_who_has_left_the_team_comments_no_more(board):
    with board.db.write():
        board.db.delete(ProjectPersonLink, person_id=board.artist["id"])
    assert many(board, [entry(board)], board.artist).json == []


def test_a_supervisor_comments_the_tasks_of_their_departments(board, rigging):
    department = board.studio.db.get(Department, board.studio.task_type("Rigging")["department_id"])
    lead = board.studio.person("supervisor", [department])
    assert many(board, [entry(board, rigging)], lead).json == []
    board.studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=lead["id"])
    assert [c["object_id"] for c in many(board, [entry(board), entry(board, rigging)], lead).json] == [rigging["id"]]


def test_a_manager_of_one_production_does_not_comment_in_another(board):
    foreign = board.studio.task(board.studio.entity(board.studio.project(), "Prop"))
    assert many(board, [entry(board, foreign)]).json == []
    assert many(board, [], project={"id": new_id()}).status_int == 404


def test_what_was_written_before_a_refusal_stays(board, rigging):
    with board.db.write():
        board.db.update(TaskStatus, board.status("done"), is_artist_allowed=False)
    answer = many(board, [entry(board), entry(board, status="done"), entry(board)], board.artist)
    assert answer.status_int == 403
    assert board.db.value("SELECT count(*) FROM comment") == 1
    assert many(board, [entry(board), entry(board, {"id": new_id()})]).status_int == 404
    assert board.db.value("SELECT count(*) FROM comment") == 2


# With files


def batch(board, comments, files=(), person=None, task=None):
    path = f"/actions/tasks/{task['id']}/batch-comment" if task else "/actions/tasks/batch-comment"
    if files:
        return board.api(person).upload(path, list(files), comments=json.dumps(comments))
    return board.api(person).post(path, {"comments": comments})


def note(board, task=None, **more):
    task = {"task_id": task["id"]} if task else {}
    return {"task_status_id": board.status("wip"), "text": "note", **task, **more}


def test_a_batch_over_tasks_and_one_on_a_task(board, rigging):
    over = batch(board, [note(board, board.task), note(board, rigging)])
    assert [comment["object_id"] for comment in over.json] == [board.task["id"], rigging["id"]]
    on_one = batch(board, [note(board), note(board, rigging)], task=board.task)
    assert [comment["object_id"] for comment in on_one.json] == [board.task["id"]] * 2
    assert all(comment["preview_files"] == [] for comment in on_one.json)


def test_files_go_to_the_comment_of_their_number(board):
    files = [
        ("attachment_file-1-0", "one.txt", b"one"),
        ("attachment_file-1-0", "two.txt", b"two"),
        ("attachment_file-10-0", "ten.txt", b"ten"),
        ("preview_file-1-0", "a.png", picture()),
        ("preview_file-1-1", "b.png", picture()),
        ("preview_file-0-0", "broken.png", b"no picture"),
    ]
    comments = [note(board) for _ in range(11)]
    answer = batch(board, comments, files, task=board.task)
    assert answer.status_int == 201, answer.text
    attached = {n: [file["name"] for file in c["attachment_files"]] for n, c in enumerate(answer.json)}
    assert {n: names for n, names in attached.items() if names} == {1: ["one.txt", "two.txt"], 10: ["ten.txt"]}
    previews = {n: c["preview_files"] for n, c in enumerate(answer.json) if c["preview_files"]}
    assert list(previews) == [1]
    assert [(p["revision"], p["position"], p["status"], p["width"]) for p in previews[1]] == [
        (1, 1, "ready", 320),
        (1, 2, "ready", 320),
    ]
    assert board.db.value("SELECT count(*) FROM preview_file") == 2


def test_only_managers_choose_author_and_time(board):
    more = {"person_id": board.colleague["id"], "created_at": "2020-01-02 03:04:05"}
    (by_manager,) = batch(board, [note(board, board.task, **more)]).json
    (by_artist,) = batch(board, [note(board, board.task, **more)], person=board.artist).json
    assert (by_manager["person_id"], by_manager["created_at"]) == (board.colleague["id"], "2020-01-02T03:04:05")
    assert by_artist["person_id"] == board.artist["id"]


@pytest.mark.parametrize(
    "comments", ["[no json", {}, ["text"], [{}], [{"text": "no status"}], [{"task_status_id": "x", "text": 3}]]
)
def test_bad_batches(board, comments):
    assert batch(board, comments, task=board.task).status_int == 400


def test_a_batch_over_tasks_needs_their_ids(board):
    assert board.api().post("/actions/tasks/batch-comment", {}).status_int == 400
    assert batch(board, [note(board)]).status_int == 400
    assert batch(board, [note(board, {"id": new_id()})]).status_int == 404
    assert batch(board, [note(board, board.task, task_status_id=new_id())]).status_int == 404


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"text": 3}, "text must be a text."),
        ({"checklist": "text"}, "checklist must be a list."),
        ({"links": {"a": 1}}, "links must be a list."),
        ({"links": ["https://example.com", 3]}, "links must be a list of texts."),
    ],
)
def test_a_wrong_entry_stops_all(board, rigging, wrong, message):
    answer = batch(board, [note(board, rigging), note(board, board.task, **wrong)])
    assert (answer.status_int, answer.json["message"]) == (400, message)
    assert board.studio.events() == []
