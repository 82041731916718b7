"""Pages of open tasks are those of the whole list, however they are found."""

import pytest

from kitsulite.domain.tasks import open_pages, open_tasks
from kitsulite.models.entities import Entity
from kitsulite.models.projects import Project, ProjectStatus
from kitsulite.models.tasks import Task


@pytest.fixture
def work(studio):
    """Projects with tasks of entities of all depths, some of the same name."""
    for name in ("Second", "Third", "First"):
        project = studio.project(name=name)
        episode = studio.entity(project, "Episode", name="E1")
        for place in ("B", "A"):
            sequence = studio.entity(project, "Sequence", name=f"S{place}", parent_id=episode["id"])
            for number in (2, 1):
                shot = studio.entity(project, "Shot", name=f"P{number}", parent_id=sequence["id"])
                for kind in ("Animation", "Lighting"):
                    studio.task(shot, kind, duration=number * 60.5, estimation=120)
        for _ in range(2):
            studio.task(studio.entity(project, "Prop", name="Twin"), "Modeling")
    return studio


def pages(api, limit, query=""):
    """The ids of all pages, and what the first one says of all."""
    found, page, answers = [], 1, []
    while not answers or answers[-1]["is_more"]:
        answers.append(api.get(f"/data/tasks/open-tasks?page={page}&limit={limit}{query}").json)
        found += [task["id"] for task in answers[-1]["data"]]
        page += 1
    return found, answers[0]["stats"]


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_make_up_the_whole_list(work, monkeypatch, limit):
    api = work.api(work.admin)
    whole = api.get("/data/tasks/open-tasks?limit=1000").json
    assert len(whole["data"]) == whole["stats"]["total"] == 30
    names = [[task[key] or "~" for key in ("project_name", "episode_name", "sequence_name")] for task in whole["data"]]
    assert names == sorted(names)
    ids = [task["id"] for task in whole["data"]]
    for query, wanted in (("", ids), (f"&task_type_id={whole['data'][0]['task_type_id']}", None)):
        found, stats = pages(api, limit, query)
        assert wanted in (found, None)
        assert found == [task for task in ids if task in found]
        assert stats["total"] == len(found) == sum(status["amount"] for status in stats["status"])
        tasks = [task for task in whole["data"] if task["id"] in found]
        assert stats["total_duration"] == sum(task["duration"] for task in tasks)


def test_a_first_page_is_read_in_order_and_what_fits_seldom_is_sorted(work, monkeypatch):
    sources = []

    def some(*args, some=open_pages.some, **how):
        sources.append(how.get("source"))
        return some(*args, **how)

    monkeypatch.setattr(open_pages, "some", some)
    api = work.api(work.admin)
    api.get("/data/tasks/open-tasks?limit=5")
    api.get("/data/tasks/open-tasks?limit=30")
    assert sources == [open_pages.IN_ORDER, None]


def test_most_tasks_are_read_as_they_are_stored_and_few_by_an_index(work, monkeypatch):
    sources, read_from = [], open_tasks.read_from
    monkeypatch.setattr(open_tasks, "read_from", lambda *of: sources.append(read_from(*of)) or sources[-1])
    api, (project, *others) = work.api(work.admin), work.db.all(Project)
    closed = work.db.find(ProjectStatus, name="Closed")["id"]
    work.db.execute("UPDATE task SET due_date = '2026-01-01T00:00:00.000000', done_date = due_date")
    work.db.update(Task, work.db.first(Task)["id"], priority=3)

    def amounts(query):
        stats = api.get(f"/data/tasks/open-tasks?{query}&limit=1").json["stats"]
        burndown = api.get(f"/data/tasks/open-tasks/burndown?{query}").json
        assert sources[-2] == sources[-1]
        return stats["total"], burndown["total"]

    # no index has the priority, however few tasks have it
    for query, amount in (("due_date=2026-02-01", 30), ("due_date=2026-02-01&priority=3", 1)):
        assert (amounts(query), sources[-1]) == ((amount, amount), "task t NOT INDEXED")
    assert (amounts(f"due_date=2026-02-01&project_id={project['id']}"), sources[-1]) == ((10, 10), "task t")
    for other in others:
        work.db.update(Project, other["id"], project_status_id=closed)
    assert (amounts("due_date=2026-02-01"), sources[-1]) == ((10, 10), "task t")


def test_tasks_of_a_priority_are_counted_as_they_change(work, monkeypatch):
    priorities = [None, 0, 0, 2, 3, 2]
    for task, priority in zip(work.db.all(Task), priorities, strict=False):
        work.db.update(Task, task["id"], priority=priority)
    # what would look at all tasks
    monkeypatch.setattr(open_tasks, "read_from", None)
    for priority, amount in ((2, 2), (3, 1), (7, 0), (0, 30 - 4)):
        found, stats = pages(work.api(work.admin), 5, f"&priority={priority}")
        assert len(found) == stats["total"] == amount


def test_tasks_of_an_entity_of_another_project_are_listed_too(work):
    """Imports may leave such."""
    task = work.db.first(Task)
    elsewhere = work.db.first(Entity, "project_id <> ?", [task["project_id"]])
    with work.db.write():
        work.db.update(Task, task["id"], entity_id=elsewhere["id"])
    assert task["id"] in pages(work.api(work.admin), 5)[0]


def test_a_page_after_the_last_has_no_counts(work):
    answer = work.api(work.admin).get("/data/tasks/open-tasks?page=5&limit=10").json
    assert answer["data"] == []
    assert answer["stats"] == {"total_duration": 0, "total_estimation": 0, "total": 0, "status": []}
