"""How the tasks of the open productions get done, day by day."""

import pytest

from kitsulite.models.fields import new_id
from kitsulite.models.projects import Project

NOTHING = {"total": 0, "total_estimation": 0, "start_date": None, "end_date": None, "done_by_day": []}


class Plan:
    """A production of the artist, its tasks by the day on which they were done."""

    def __init__(self, studio):
        self.studio, self.artist = studio, studio.person()
        self.project = studio.project(team=[self.artist])
        self.api = studio.api(self.artist)

    def task(self, done=None, start=None, due=None, estimation=60, kind="Modeling", **columns):
        days = {"done_date": done, "start_date": start, "due_date": due}
        moments = {name: day and f"{day}T12:00:00.000000" for name, day in days.items()}
        entity = self.studio.entity(self.project, "Concept" if kind == "Concept" else "Prop")
        return self.studio.task(entity, kind, estimation=estimation, **moments, **columns)

    def read(self, query="", api=None):
        answer = (api or self.api).get(f"/data/tasks/open-tasks/burndown{query}")
        assert answer.status_int == 200, answer.text
        return answer.json


@pytest.fixture
def plan(studio):
    return Plan(studio)


def test_nothing_is_done_where_there_is_nothing(plan):
    assert plan.read() == NOTHING
    assert plan.read(f"?project_id={plan.project['id']}") == NOTHING


def test_each_day_counts_what_was_done_on_it(plan):
    plan.task("2026-03-04", "2026-03-02", "2026-03-06")
    plan.task("2026-03-04", estimation=30)
    plan.task("2026-03-09")
    plan.task()
    plan.task("2026-03-05", task_status_id=None)
    plan.task("2026-03-05", kind="Concept")
    assert plan.read() == {
        "total": 4,
        "total_estimation": 210,
        "start_date": "2026-03-02",
        "end_date": "2026-03-09",
        "done_by_day": [
            {"date": "2026-03-04", "done": 2, "done_estimation": 90},
            {"date": "2026-03-09", "done": 1, "done_estimation": 60},
        ],
    }


def test_what_was_done_before_the_plan_counts_on_its_first_day(plan):
    for day in ("2026-01-01", "2026-02-01", "2026-03-02"):
        plan.task(day)
    plan.task(None, "2026-03-02", "2026-03-06")
    found = plan.read()
    assert found["done_by_day"] == [{"date": "2026-03-02", "done": 3, "done_estimation": 180}]
    assert (found["start_date"], found["end_date"]) == ("2026-03-02", "2026-03-06")


def test_without_dates_the_production_says_when(studio, plan):
    with studio.db.write():
        studio.db.update(Project, plan.project["id"], start_date="2026-01-05", end_date="2026-12-24")
    plan.task()
    found = plan.read()
    assert (found["start_date"], found["end_date"], found["done_by_day"]) == ("2026-01-05", "2026-12-24", [])


def test_the_filters_are_those_of_open_tasks(studio, plan):
    modeling, concept = plan.task("2026-03-04"), plan.task("2026-03-05", kind="Concept", priority=2)
    other = studio.project()
    studio.task(studio.entity(other, "Prop"), done_date="2026-03-04T12:00:00.000000")
    assert plan.read(f"?task_type_id={concept['task_type_id']}")["total"] == 1
    assert plan.read(f"?task_type_id={modeling['task_type_id']}&priority=1")["total"] == 0
    assert plan.read("?person_id=unassigned")["total"] == 1
    assert plan.read(api=studio.api(studio.admin))["total"] == 2
    for query, status in (
        (f"project_id={other['id']}", 403),
        (f"project_id={new_id()}", 404),
        ("project_id=", 400),
        ("person_id=x", 400),
        ("start_date=soon", 400),
        ("priority=high", 400),
    ):
        assert plan.api.get(f"/data/tasks/open-tasks/burndown?{query}").status_int == status
