"""Comments on tasks and what follows from them."""

from pathlib import Path

import pytest
from support import UNKNOWN

from kitsulite.models.activity import Subscription
from kitsulite.models.entities import Entity
from kitsulite.models.people import Person
from kitsulite.models.projects import ProjectPersonLink
from kitsulite.models.tasks import Comment, TaskStatus

#: bytes of a log of changes
WAL_HEADER, FRAME_HEADER, PAGE = 32, 24, 4096


def test_a_comment_is_answered_with_its_status_and_author(board):
    answer = board.post(text="Looks <b>good</b>", status="wip", checklist=[{"text": "ears", "checked": False}])
    assert answer.status_int == 201
    comment = answer.json
    assert comment["text"] == "Looks <b>good</b>"
    assert comment["checklist"] == [{"text": "ears", "checked": False}]
    assert comment["task_status"]["short_name"] == "wip"
    assert comment["person"]["id"] == board.manager["id"]
    assert comment["attachment_files"] == comment["previews"] == comment["mentions"] == comment["replies"] == []
    assert "departments" not in comment["person"]
    assert "password" not in comment["person"]


def test_events_of_a_comment_that_changes_nothing(board):
    board.post(status="todo")
    assert board.studio.events() == ["comment:new", "task:update", "news:new"]


def test_events_of_a_comment_that_asks_for_feedback(board):
    board.post(status="wfa")
    assert board.studio.events() == [
        "comment:new",
        "task:update",
        "task:status-changed",
        "task:to-review",
        "news:new",
    ]


def test_the_events_name_what_happened(board):
    comment = board.post(person=board.artist, status="wip").json
    payloads = dict(board.db.execute("SELECT name, json(data) FROM api_event").fetchall())
    assert payloads["task:status-changed"] == (
        f'{{"task_id":"{board.task["id"]}","new_task_status_id":"{board.status("wip")}",'
        f'"previous_task_status_id":"{board.status("todo")}","person_id":"{board.artist["id"]}",'
        f'"project_id":"{board.project["id"]}"}}'
    )
    assert f'"comment_id":"{comment["id"]}"' in payloads["comment:new"]


def test_the_followers_of_a_task_are_notified_but_for_the_author(board):
    board.studio.add(Subscription, person_id=board.colleague["id"], task_id=board.task["id"])
    board.post(person=board.artist, status="wip")
    assert board.notified() == [("comment", board.colleague["id"])]
    board.post(status="wip")
    assert sorted(board.notified()[1:]) == sorted([("comment", board.artist["id"]), ("comment", board.colleague["id"])])


def test_notifications_are_reported_live_only(board):
    heard = []
    stop = board.studio.app.bus.listen(lambda name, payload: heard.append((name, payload)))
    board.post(status="wip")
    stop()
    names = [name for name, _ in heard]
    assert names == ["comment:new", "task:update", "task:status-changed", "notification:new", "news:new"]
    assert heard[3][1]["person_id"] == board.artist["id"]
    assert "notification:new" not in board.studio.events()


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["wip"], {"retake_count": 0, "real": True, "end": False, "done": False}),
        (["wip", "wfa"], {"retake_count": 0, "real": True, "end": True, "done": False}),
        (["wfa", "retake"], {"retake_count": 1, "real": False, "end": False, "done": False}),
        (["retake", "retake"], {"retake_count": 1, "real": False, "end": False, "done": False}),
        (["retake", "wip", "retake"], {"retake_count": 2, "real": True, "end": False, "done": False}),
        (["wfa", "done"], {"retake_count": 0, "real": False, "end": True, "done": True}),
        (["done", "wip"], {"retake_count": 0, "real": True, "end": False, "done": False}),
    ],
)
def test_columns_that_follow_from_the_status(board, statuses, expected):
    for status in statuses:
        board.post(status=status)
    task = board.now()
    assert task["task_status_id"] == board.status(statuses[-1])
    found = {
        "retake_count": task["retake_count"],
        "real": task["real_start_date"] is not None,
        "end": task["end_date"] is not None,
        "done": task["done_date"] is not None,
    }
    assert found == expected


def test_an_older_comment_makes_the_history_be_read_again(board):
    board.post(status="wfa")
    board.studio.forget_events()
    answer = board.post(status="wip", created_at="2020-01-02 03:04:05")
    assert answer.json["created_at"] == "2020-01-02T03:04:05"
    task = board.now()
    assert task["task_status_id"] == board.status("wfa")
    assert task["real_start_date"] == "2020-01-02T03:04:05"
    assert board.studio.events() == ["comment:new", "task:update", "news:new"]
    assert board.db.column("SELECT change FROM news ORDER BY created_at") == [0, 1]


def test_only_managers_write_in_anothers_name_for_clients_and_at_another_time(board):
    more = {"person_id": board.colleague["id"], "for_client": True, "created_at": "2020-01-02T03:04:05"}
    by_manager = board.post(**more).json
    by_artist = board.post(person=board.artist, **more).json
    assert by_manager["person_id"] == board.colleague["id"]
    assert by_manager["person"]["departments"] == []
    assert (by_manager["for_client"], by_manager["created_at"]) == (True, "2020-01-02T03:04:05")
    assert by_artist["person_id"] == board.artist["id"]
    assert by_artist["for_client"] is False
    assert by_artist["created_at"] != "2020-01-02T03:04:05"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"task_status_id": None}, 400),
        ({"task_status_id": "no id"}, 404),
        ({"comment": None}, 400),
        ({"comment": 3}, 400),
        ({"checklist": "[not json"}, 400),
        ({"checklist": {"text": "no list"}}, 400),
        ({"links": [3]}, 400),
        ({"person_id": "00000000-0000-4000-8000-000000000000"}, 404),
        ({"created_at": "yesterday"}, 201),
        ({"checklist": None, "links": '["https://example.com"]'}, 201),
    ],
)
def test_bad_bodies_write_nothing(board, more, status):
    answer = board.post(**more)
    assert answer.status_int == status
    assert board.db.value("SELECT count(*) FROM comment") == (1 if status == 201 else 0)


def test_no_retake_beyond_those_allowed(board):
    board.studio.db.connection().execute("UPDATE project SET max_retakes = 1")
    assert board.post(status="retake").status_int == 201
    refused = board.post(status="retake")
    assert refused.status_int == 400
    assert refused.json["message"] == "No more retakes allowed on this task"
    for most, status in (("2", 201), ('"3"', 201), ('"many"', 400), ("0", 400), ("-1", 201)):
        board.studio.db.connection().execute("UPDATE entity SET data = json(?)", [f'{{"max_retakes": {most}}}'])
        assert board.post(status="retake").status_int == status


def test_tasks_without_status_or_production_are_commented_all_the_same(board):
    bare = board.studio.task(board.asset, "Rigging", task_status_id=None)
    loose = board.studio.task(board.asset, "Shading", project_id=None)
    assert board.post(text="#all").status_int == 201
    assert board.db.value("SELECT count(*) FROM comment WHERE object_id = ?", [bare["id"]]) == 0
    for status in ("retake", "wip"):
        assert board.post(board.studio.admin, task=loose, status=status).status_int == 201
    assert board.has_status("wip", loose)
    assert board.post(board.manager, task=loose).status_int == 403


def test_a_comment_on_a_concept_is_no_news(board):
    concept = board.studio.entity(board.project, "Concept")
    task = board.studio.task(concept, "Concept")
    board.post(task=task, status="neutral")
    assert "news:new" not in board.studio.events()
    assert board.db.value("SELECT count(*) FROM comment") == 1


def test_clients_do_not_comment_on_concepts_even_if_mentioned(board):
    client = board.studio.person("client")
    board.studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=client["id"])
    task = board.studio.task(board.studio.entity(board.project, "Concept"), assignees=[client])
    comment = board.posted(task=task, text=board.call(client))
    assert board.post(client, task=task).status_int == 403
    assert board.api(client).post(f"/actions{board.path(comment, task)[5:]}/add-preview", {}).status_int == 403


def test_html_in_a_text_stays_text(board):
    text = '<script>alert(1)</script> & "quotes" \''
    comment = board.post(text=text).json
    assert board.db.get(Comment, comment["id"])["text"] == text


def test_files_of_a_form_are_attached(board):
    files = [("file-0", "Draft.JPG", b"one"), ("file-1", "noname", b"four"), ("other", "Draft.JPG", b"5")]
    answer = board.api().upload(
        f"/actions/tasks/{board.task['id']}/comment",
        files,
        task_status_id=board.status("wip"),
        comment="look",
        checklist='[{"text": "ears", "checked": "no"}]',
        for_client="true",
    )
    assert answer.status_int == 201, answer.text
    shown = [(file["name"], file["extension"], file["size"]) for file in answer.json["attachment_files"]]
    assert shown == [("Draft.JPG", "jpg", 3), ("noname", "noname", 4), ("Draft.JPG", "jpg", 1)]
    assert answer.json["for_client"] is True
    assert answer.json["checklist"] == [{"text": "ears", "checked": "no"}]


def test_files_of_a_refused_comment_are_not_kept(board):
    path = f"/actions/tasks/{board.task['id']}/comment"
    answer = board.api(board.colleague).upload(path, [("file", "a", b"a")], task_status_id=board.status("wip"))
    assert answer.status_int == 403
    assert board.db.value("SELECT count(*) FROM attachment_file") == 0
    assert not [path for path in board.studio.app.files.folder.rglob("*") if path.is_file()]


def test_who_may_not_comment_does_not_learn_which_statuses_there_are(board):
    path = f"/actions/tasks/{board.task['id']}/comment"
    for status_id in (board.status("wip"), UNKNOWN, "no id"):
        assert board.api(board.colleague).post(path, {"task_status_id": status_id}).status_int == 403


def test_a_status_may_be_closed_to_artists_and_clients(board):
    client = board.studio.person("client")
    board.studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=client["id"])
    with board.db.write():
        board.db.update(TaskStatus, board.status("done"), is_artist_allowed=False)
        board.db.update(TaskStatus, board.status("wip"), is_client_allowed=False)
    for person, status, code in (
        (board.artist, "done", 403),
        (board.artist, "wip", 201),
        (client, "done", 201),
        (client, "wip", 403),
        (board.manager, "done", 201),
    ):
        assert board.post(person, status=status).status_int == code, (person["role"], status)


def test_who_made_the_entity_may_comment(board):
    with board.db.write():
        board.db.update(Entity, board.asset["id"], created_by=board.colleague["id"])
    assert board.post(board.colleague, status="wip").status_int == 201


def test_names_are_data_wherever_they_come_back(board):
    name = "<img src=x onerror=alert(1)>"
    with board.db.write():
        board.db.update(Person, board.artist["id"], first_name=name, last_name='"; DROP')
        board.db.update(Entity, board.asset["id"], name=name)
    text = f'@{name} "; DROP'
    comment = board.posted(text=text)
    assert comment["mentions"] == [board.artist["id"]]
    board.reply(comment, board.artist, text)
    (listed,) = board.api().get(f"/data/tasks/{board.task['id']}/comments").json
    assert listed["replies"][0]["person"]["first_name"] == name
    assert (listed["text"], listed["replies"][0]["text"]) == (text, text)
    assert board.api().get(f"/data/persons/{board.artist['id']}/tasks").json[0]["entity_name"] == name
    assert (
        board.api().get(f"/data/projects/{board.project['id']}/news").json["data"][0]["full_entity_name"].endswith(name)
    )


def test_a_comment_with_its_notifications_is_a_fixed_number_of_statements_per_reader(board):
    readers = [board.studio.person() for _ in range(4)]
    for reader in readers:
        board.studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=reader["id"])
    body = {"task_status_id": board.status("wip"), "comment": "hello"}
    api, path = board.api(), f"/actions/tasks/{board.task['id']}/comment"

    def statements():
        with board.studio.statements() as found:
            assert api.post(path, body).status_int == 201
        return len(found)

    statements()
    few = statements()
    for reader in readers:
        board.studio.add(Subscription, person_id=reader["id"], task_id=board.task["id"])
    # a notification and its event; the first is counted
    assert statements() == few + 4 * len(readers)


def test_only_who_may_read_the_task_is_notified_of_a_comment(board):
    outside = board.studio.person()
    board.studio.add(Subscription, person_id=outside["id"], task_id=board.task["id"])
    board.posted(text=f"{board.call(outside)} look")
    assert board.notified() == [("comment", board.artist["id"])]


def test_a_comment_changes_few_pages_of_the_database(board):
    """One of each table and of each index that it is in: an index of what is mostly null leaves it out."""
    board.post(status="wip", text="Begin")
    board.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    board.post(status="todo", text="Again")
    log = Path(f"{board.db.path}-wal").read_bytes()
    frames = (len(log) - WAL_HEADER) // (FRAME_HEADER + PAGE)
    assert frames <= 37
