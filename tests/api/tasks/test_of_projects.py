"""What was done in a production, as plain rows."""

import pytest

from kitsulite.domain.tasks import of_projects
from kitsulite.models.activity import Notification, Subscription
from kitsulite.models.fields import new_id
from kitsulite.models.projects import ProjectStatus


@pytest.fixture
def archive(board):
    """The board and another production, both with a row of everything."""
    board.foreign = board.studio.task(board.studio.entity(board.studio.project(), "Prop"))
    board.rows = {}
    for task in (board.task, board.foreign):
        comment = board.studio.comment(task)
        person = {"person_id": board.artist["id"], "task_id": task["id"]}
        board.rows[task["id"]] = {
            "tasks": task,
            "comments": comment,
            "preview-files": board.studio.preview(task),
            "subscriptions": board.studio.add(Subscription, **person),
            "notifications": board.studio.add(
                Notification, type="comment", author_id=board.manager["id"], comment_id=comment["id"], **person
            ),
        }
    return board


KINDS = ("tasks", "comments", "preview-files", "subscriptions", "notifications")


def listed(board, kind, query="", caller=None):
    api = board.api(caller or board.studio.admin)
    return api.get(f"/data/projects/{board.project['id']}/{kind}{query}")


@pytest.mark.parametrize("kind", KINDS)
def test_the_rows_of_one_production(archive, kind):
    found = listed(archive, kind).json
    assert [row["id"] for row in found] == [archive.rows[archive.task["id"]][kind]["id"]]
    assert archive.api(archive.studio.admin).get(f"/data/projects/{new_id()}/{kind}").status_int == 404


def test_relations_come_with_tasks_and_comments_alone(archive):
    assert listed(archive, "tasks").json[0]["assignees"] == [archive.artist["id"]]
    assert listed(archive, "comments").json[0]["acknowledgements"] == []
    assert "comments" not in listed(archive, "preview-files").json[0]
    assert listed(archive, "notifications").json[0]["notification_type"] == "comment"


@pytest.mark.parametrize("kind", ["tasks", "comments", "preview-files", "notifications", "entity-links", "news"])
def test_a_page_of_a_studio_without_rows(studio, admin, project, kind):
    page = admin.get(f"/data/projects/{project['id']}/{kind}?page=1")
    assert (page.status_int, page.json["data"], page.json["total"]) == (200, [], 0)


@pytest.mark.parametrize("kind", ["tasks", "comments", "preview-files", "notifications"])
def test_pages_take_the_kept_counts(archive, kind):
    total = listed(archive, kind, "?page=1").json["total"]
    with archive.studio.db.write():
        archive.studio.db.execute("UPDATE row_count SET amount = amount * 100")
    assert listed(archive, kind, "?page=1").json["total"] == total * 100


@pytest.mark.parametrize("kind", ["tasks", "comments", "preview-files", "notifications"])
def test_pages(archive, kind, set_up, monkeypatch):
    set_up(nb_records_per_page=2)
    for number in range(4):
        comment = archive.studio.comment(archive.task)
        archive.studio.preview(archive.task, revision=number + 2)
        archive.studio.task(archive.asset, name=str(number))
        person = {"person_id": archive.artist["id"], "author_id": archive.manager["id"]}
        archive.studio.add(Notification, type="comment", comment_id=comment["id"], task_id=archive.task["id"], **person)
    whole = [row["id"] for row in listed(archive, kind).json]
    assert len(whole) == 5
    # few of many rows are sorted, and rows before a first page looked up
    for many, deep in ((9, 9), (0, 9), (0, 0)):
        monkeypatch.setattr(of_projects, "MANY", many)
        monkeypatch.setattr(of_projects, "DEEP", deep)
        assert [row["id"] for row in listed(archive, kind).json] == whole
        pages = [listed(archive, kind, f"?page={page}").json for page in (1, 2, 3)]
        assert [row["id"] for page in pages for row in page["data"]] == whole
    assert {key: pages[1][key] for key in ("total", "nb_pages", "limit", "offset", "page")} == {
        "total": 5,
        "nb_pages": 3,
        "limit": 2,
        "offset": 2,
        "page": 2,
    }
    beyond = listed(archive, kind, "?page=9").json
    assert (beyond["data"], beyond["total"]) == ([], 5)
    for query in ("?page=0", "?page=-1"):
        assert len(listed(archive, kind, query).json) == 5
    assert listed(archive, kind, "?page=x").json["message"] == "page must be an integer."


def test_comments_have_pages_of_a_size_of_choice(archive):
    page = listed(archive, "comments", "?page=1&limit=1").json
    assert (len(page["data"]), page["limit"]) == (1, 1)
    for size in (0, -1):
        assert listed(archive, "comments", f"?page=1&limit={size}").json["limit"] == 100


def test_tasks_by_type_and_episode(archive):
    studio = archive.studio
    episode = studio.entity(archive.project, "Episode")
    sequence = studio.entity(archive.project, "Sequence", parent_id=episode["id"])
    shot = studio.entity(archive.project, "Shot", parent_id=sequence["id"])
    task = studio.task(shot, "Animation")
    for query in (f"?episode_id={episode['id']}", f"?task_type_id={task['task_type_id']}"):
        assert [row["id"] for row in listed(archive, "tasks", query).json] == [task["id"]]
    assert len(listed(archive, "tasks", "?episode_id=&task_type_id=").json) == 2
    assert listed(archive, "tasks", "?episode_id=x").status_int == 400


def test_a_vendor_sees_the_tasks_of_the_production_but_of_an_episode_only_their_own(archive, studio):
    vendor = studio.person("vendor")
    project = studio.project(team=[vendor])
    episode = studio.entity(project, "Episode")
    sequence = studio.entity(project, "Sequence", parent_id=episode["id"])
    shot = studio.entity(project, "Shot", parent_id=sequence["id"])
    own, other = studio.task(shot, "Animation", assignees=[vendor]), studio.task(shot, "Layout")
    path = f"/data/projects/{project['id']}/tasks"
    assert {row["id"] for row in archive.api(vendor).get(path).json} == {own["id"], other["id"]}
    of_episode = archive.api(vendor).get(f"{path}?episode_id={episode['id']}").json
    assert [row["id"] for row in of_episode] == [own["id"]]


def test_of_an_episode_only_the_tasks_of_open_productions(archive, studio):
    closed = studio.db.find(ProjectStatus, name="Closed")["id"]
    project = studio.project(team=[archive.artist], project_status_id=closed)
    episode = studio.entity(project, "Episode")
    sequence = studio.entity(project, "Sequence", parent_id=episode["id"])
    studio.task(studio.entity(project, "Shot", parent_id=sequence["id"]), "Animation")
    path = f"/data/projects/{project['id']}/tasks"
    for caller, query, number in (
        (archive.artist, "", 1),
        (archive.artist, f"?episode_id={episode['id']}", 0),
        (studio.admin, f"?episode_id={episode['id']}", 1),
    ):
        assert len(studio.api(caller).get(path + query).json) == number


def test_who_may_not_ask_learns_nothing_of_the_question(archive):
    assert listed(archive, "tasks", "?episode_id=x", archive.studio.person("manager")).status_int == 403
