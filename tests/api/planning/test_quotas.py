"""Quotas of shots: what counts in which mode, and on which day."""

import pytest

from kitsulite.models.fields import new_id
from kitsulite.models.people import Person, Studio
from kitsulite.models.tasks import Task, TaskPersonLink, TimeSpent


class Quotas:
    """Animation tasks of two artists, in a production of 24 frames a second."""

    def __init__(self, studio):
        self.studio = studio
        self.ann, self.bob, self.lead = studio.person(), studio.person(), studio.person("supervisor")
        self.project = studio.project(team=[self.ann, self.bob, self.lead], fps="24")
        self.animation, self.layout = (studio.task_type(name)["id"] for name in ("Animation", "Layout"))

    def task(self, frames, *assignees, task_type="Animation", kind="Shot", **columns):
        entity = self.studio.entity(self.project, kind, nb_frames=frames)
        return self.studio.task(entity, task_type, assignees, **columns)

    def spend(self, task, person, minutes, day):
        self.studio.add(TimeSpent, task_id=task["id"], person_id=person["id"], duration=minutes, date=day)
        with self.studio.db.write():
            self.studio.db.execute("UPDATE task SET duration = duration + ? WHERE id = ?", [minutes, task["id"]])

    def get(self, query="", person=None, task_type=None):
        path = f"/data/projects/{self.project['id']}/quotas/{task_type or self.animation}?{query}"
        answer = self.studio.api(person or self.lead).get(path)
        assert answer.status_int == 200, answer.text
        return answer.json

    def of_person(self, person, query="", caller=None):
        path = f"/data/projects/{self.project['id']}/quotas/persons/{person['id']}?{query}"
        return self.studio.api(caller or self.lead).get(path)


@pytest.fixture
def quotas(studio):
    return Quotas(studio)


def frames(quota):
    return quota["day"]["frames"]


def test_a_whole_task_counts_for_each_assignee_on_its_day(quotas):
    quotas.task(48, quotas.ann, quotas.bob, end_date="2024-01-01T12:00:00.000000", nb_drawings=5)
    quotas.task(None, quotas.ann, end_date="2024-01-03T12:00:00.000000", done_date="2024-02-01T00:00:00.000000")
    found = quotas.get("count_mode=feedback")
    assert set(found) == {quotas.ann["id"], quotas.bob["id"], "total"}
    assert found[quotas.ann["id"]] == {
        "day": {
            "frames": {"2024-01-01": 48, "2024-01-03": 0},
            "seconds": {"2024-01-01": 2.0, "2024-01-03": 0.0},
            "count": {"2024-01-01": 1, "2024-01-03": 1},
            "entries": {"2024-01": 2},
            "drawings": {"2024-01-01": 5, "2024-01-03": 0},
        },
        "week": {
            "frames": {"2024-1": 48},
            "seconds": {"2024-1": 2.0},
            "count": {"2024-1": 2},
            "entries": {"2024": 1},
            "drawings": {"2024-1": 5},
        },
        "month": {
            "frames": {"2024-01": 48},
            "seconds": {"2024-01": 2.0},
            "count": {"2024-01": 2},
            "entries": {"2024": 1},
            "drawings": {"2024-01": 5},
        },
        "year": {
            "frames": {"2024": 48},
            "seconds": {"2024": 2.0},
            "count": {"2024": 2},
            "drawings": {"2024": 5},
        },
    }
    assert frames(found["total"])["2024-01-01"] == 96
    assert frames(quotas.get("count_mode=done")["total"]) == {"2024-02-01": 0}


def test_only_shots_of_the_task_type_and_project_count(studio, quotas):
    date = {"end_date": "2024-01-01T12:00:00.000000"}
    quotas.task(1, quotas.ann, **date)
    quotas.task(10, quotas.ann, kind="Prop", **date)
    quotas.task(100, quotas.ann, task_type="Layout", **date)
    studio.task(studio.entity(studio.project(), "Shot", nb_frames=1000), "Animation", [quotas.ann], **date)
    quotas.task(10_000, **date)
    quotas.task(100_000, quotas.ann)
    assert frames(quotas.get("count_mode=feedback")["total"]) == {"2024-01-01": 1}
    assert quotas.get("count_mode=done") == {}


def test_the_day_is_that_of_the_callers_time_zone(studio, quotas):
    with studio.db.write():
        studio.db.update(Person, quotas.lead["id"], timezone="Pacific/Auckland")
    quotas.task(24, quotas.ann, end_date="2024-12-31T20:00:00.000000")
    found = quotas.get("count_mode=feedback")["total"]
    assert frames(found) == {"2025-01-01": 24}
    assert found["week"]["frames"] == {"2025-1": 24}
    assert frames(quotas.get("count_mode=feedback", quotas.ann)["total"]) == {"2024-12-31": 24}


def test_frames_are_spread_over_the_time_that_was_spent(quotas):
    task = quotas.task(10, quotas.ann, end_date="2024-01-05T12:00:00.000000", nb_drawings=4)
    quotas.spend(task, quotas.ann, 60, "2024-01-02")
    quotas.spend(task, quotas.ann, 30, "2024-01-03")
    quotas.spend(task, quotas.bob, 30, "2024-01-03")
    found = quotas.get()
    assert frames(found[quotas.ann["id"]]) == {"2024-01-02": 5, "2024-01-03": 2}
    assert frames(found[quotas.bob["id"]]) == {"2024-01-03": 2}
    assert found["total"]["day"]["drawings"] == {"2024-01-02": 2, "2024-01-03": 2}
    assert found["total"]["day"]["count"] == {"2024-01-02": 0.5, "2024-01-03": 0.5}
    assert found["total"]["week"]["count"] == {"2024-1": 1}
    assert quotas.get("count_mode=weighteddone") == {}


def test_a_task_without_time_is_spread_over_the_days_from_its_start_on(quotas):
    # From Thursday to the next Tuesday there are four working days and five nights.
    quotas.task(
        8,
        quotas.ann,
        real_start_date="2024-01-04T09:00:00.000000",
        end_date="2024-01-09T09:00:00.000000",
        nb_drawings=3,
    )
    found = quotas.get()[quotas.ann["id"]]
    days = ["2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09"]
    assert frames(found) == dict.fromkeys(days, 2)
    assert found["day"]["count"] == dict.fromkeys(days, 0.25)
    assert found["day"]["drawings"] == dict.fromkeys(days, 3)
    assert quotas.of_person(quotas.ann).json == {}


def test_weeks_are_those_of_the_iso_year(quotas):
    quotas.task(8, quotas.ann, end_date="2027-01-01T12:00:00.000000")
    week = quotas.get("count_mode=feedback")[quotas.ann["id"]]["week"]
    assert (week["frames"], week["entries"]) == ({"2026-53": 8}, {"2026": 1})


def test_a_persons_quotas_are_reported_by_task_type(studio, quotas):
    date = {"end_date": "2024-01-01T12:00:00.000000"}
    quotas.task(1, quotas.ann, quotas.bob, **date)
    spent = quotas.task(10, quotas.ann, task_type="Layout", **date)
    quotas.task(100, quotas.bob, **date)
    quotas.spend(spent, quotas.ann, 30, "2024-01-01")
    quotas.spend(spent, quotas.bob, 30, "2024-01-01")
    raw = quotas.of_person(quotas.ann, "count_mode=feedback").json
    assert {key: frames(quota) for key, quota in raw.items()} == {
        quotas.animation: {"2024-01-01": 1},
        quotas.layout: {"2024-01-01": 10},
        "total": {"2024-01-01": 11},
    }
    weighted = quotas.of_person(quotas.ann).json
    assert {key: frames(quota) for key, quota in weighted.items()} == {
        quotas.layout: {"2024-01-01": 5},
        "total": {"2024-01-01": 5},
    }
    assert quotas.of_person({"id": new_id()}, "count_mode=done").status_int == 404
    assert quotas.of_person({"id": new_id()}).json == {}


def test_everybody_sees_their_own_and_leads_of_the_project_those_of_others(studio, quotas):
    assert quotas.of_person(quotas.ann, caller=quotas.ann).status_int == 200
    assert quotas.of_person(quotas.bob, caller=quotas.ann).status_int == 403
    assert quotas.of_person(quotas.ann, caller=quotas.lead).status_int == 200
    outsider, stranger = studio.person("manager"), studio.person()
    assert quotas.of_person(quotas.ann, caller=outsider).status_int == 403
    assert quotas.of_person(stranger, caller=stranger).status_int == 200
    demoted = studio.person("manager")
    quotas.project = studio.project(team=[(demoted, "user")])
    assert quotas.of_person(quotas.ann, caller=demoted).status_int == 403
    quotas.project = {"id": new_id()}
    assert quotas.of_person(quotas.ann, caller=studio.admin).status_int == 404


def test_a_studio_narrows_to_the_tasks_of_its_persons(studio, quotas):
    near, far, empty = (studio.add(Studio, name=name, color="#000000") for name in ("Near", "Far", "Empty"))
    with studio.db.write():
        for person, place in ((quotas.ann, near), (quotas.bob, far)):
            studio.db.update(Person, person["id"], studio_id=place["id"])
    both = quotas.task(1, quotas.ann, end_date="2024-01-01T12:00:00.000000")
    studio.link(TaskPersonLink, task_id=both["id"], person_id=quotas.bob["id"])
    quotas.task(10, quotas.bob, end_date="2024-01-01T12:00:00.000000")
    assert frames(quotas.get(f"count_mode=feedback&studio_id={near['id']}")["total"]) == {"2024-01-01": 2}
    assert frames(quotas.get(f"count_mode=feedback&studio_id={far['id']}")["total"]) == {"2024-01-01": 12}
    assert frames(quotas.get(f"count_mode=feedback&studio_id={empty['id']}")["total"]) == {"2024-01-01": 12}


@pytest.mark.parametrize("fps", [None, "", "many", "0", "-1", "inf"])
def test_a_project_without_usable_fps_has_25(studio, quotas, fps):
    quotas.project = studio.project(team=[quotas.lead], fps=fps)
    quotas.task(50, quotas.ann, end_date="2024-01-01T12:00:00.000000")
    assert quotas.get("count_mode=feedback")["total"]["day"]["seconds"] == {"2024-01-01": 2.0}


def test_wrong_questions_are_refused(studio, quotas):
    path, api = f"/data/projects/{quotas.project['id']}/quotas", studio.api(quotas.lead)
    assert api.get(f"{path}/{quotas.animation}?count_mode=all").status_int == 400
    assert api.get(f"{path}/{quotas.animation}?studio_id=nonsense").status_int == 400
    for task_type_id in (new_id(), "nonsense"):
        assert api.get(f"{path}/{task_type_id}").status_int == 404
    assert studio.api(studio.admin).get(f"/data/projects/{new_id()}/quotas/{quotas.animation}").status_int == 404
    assert studio.db.all(Task) == []
