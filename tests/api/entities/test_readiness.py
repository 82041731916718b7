"""How many assets of a shot are ready for each of its tasks."""

import pytest
from breakdown import Breakdown

from kitsulite.models.projects import ProjectTaskTypeLink
from kitsulite.models.tasks import Task


class Readiness(Breakdown):
    """Layout comes before animation, and this before lighting; the first shot has a task of each."""

    def __init__(self, studio):
        super().__init__(studio)
        self.types = {name: studio.task_type(name)["id"] for name in ("Layout", "Animation", "Lighting", "Modeling")}
        for priority, name in enumerate(("Layout", "Animation", "Lighting"), 1):
            studio.link(
                ProjectTaskTypeLink,
                project_id=self.project["id"],
                task_type_id=self.types[name],
                priority=priority,
            )
        self.tasks = {name: studio.task(self.first, name) for name in ("Layout", "Animation", "Lighting")}

    def ready(self):
        return [self.db.get(Task, task["id"])["nb_assets_ready"] for task in self.tasks.values()]

    def set_ready(self, asset, name):
        body = {"ready_for": self.types[name] if name else None}
        assert self.api.put(f"/data/entities/{asset['id']}", body).status_int == 200


@pytest.fixture
def readiness(studio):
    return Readiness(studio)


def test_an_asset_is_ready_for_its_step_and_those_before(readiness):
    readiness.cast(readiness.first, readiness.chair, readiness.lamp)
    assert readiness.ready() == [0, 0, 0]
    readiness.set_ready(readiness.chair, "Animation")
    assert readiness.ready() == [1, 1, 0]
    readiness.set_ready(readiness.lamp, "Lighting")
    assert readiness.ready() == [2, 2, 1]
    readiness.set_ready(readiness.chair, None)
    assert readiness.ready() == [1, 1, 1]
    readiness.cast(readiness.first, readiness.chair)
    assert readiness.ready() == [0, 0, 0]


def test_an_asset_that_is_ready_for_no_step_of_the_project_is_not_ready(studio, readiness):
    readiness.cast(readiness.first, readiness.chair)
    readiness.set_ready(readiness.chair, "Modeling")
    assert readiness.ready() == [0, 0, 0]
    fx = studio.task(readiness.first, "FX")
    readiness.set_ready(readiness.chair, "Layout")
    assert readiness.ready() == [1, 0, 0]
    assert studio.db.get(Task, fx["id"])["nb_assets_ready"] == 1


def test_shared_assets_of_other_projects_are_always_ready(studio, readiness):
    shared = studio.entity(studio.project(), "Prop", is_shared=True)
    own = studio.entity(readiness.project, "Prop", is_shared=True)
    readiness.cast(readiness.first, shared, own)
    assert readiness.ready() == [1, 1, 1]
    for is_shared in (False, True):
        body = {"asset_ids": [shared["id"], own["id"]], "is_shared": is_shared}
        assert studio.api(studio.admin).post("/actions/assets/share", body).status_int == 200
        assert readiness.ready() == [int(is_shared)] * 3
    assert studio.api(studio.admin).put(f"/data/entities/{shared['id']}", {"is_shared": False}).status_int == 200
    assert readiness.ready() == [0] * 3


def test_canceled_and_dropped_assets_are_not_ready(studio, readiness):
    readiness.set_ready(readiness.chair, "Lighting")
    studio.task(readiness.chair, "Modeling")
    readiness.cast(readiness.first, readiness.chair)
    assert readiness.ready() == [1, 1, 1]
    readiness.cast(readiness.episode, readiness.lamp)
    assert readiness.ready() == [0, 0, 0]
    readiness.cast(readiness.first, readiness.chair)
    admin = studio.api(studio.admin)
    assert admin.delete(f"/data/assets/{readiness.chair['id']}").status_int == 204
    assert readiness.ready() == [0, 0, 0]
    assert readiness.api.put(f"/data/entities/{readiness.chair['id']}", {"canceled": False}).status_int == 200
    assert readiness.ready() == [1, 1, 1]
    assert admin.delete(f"/data/assets/{readiness.chair['id']}?force=true").status_int == 204
    assert readiness.ready() == [0, 0, 0]


def test_tasks_whose_number_stays_are_not_changed(readiness):
    readiness.set_ready(readiness.chair, "Animation")
    before = changes(readiness)
    readiness.cast(readiness.first, readiness.chair)
    after = changes(readiness)
    assert [name for name in after if after[name] != before[name]] == ["Layout", "Animation"]
    readiness.cast(readiness.first, readiness.chair)
    assert changes(readiness) == after


def changes(readiness):
    """When each task was changed last, in full."""
    sql = "SELECT updated_at FROM task WHERE id = ?"
    return {name: readiness.db.value(sql, [task["id"]]) for name, task in readiness.tasks.items()}


def test_each_task_is_notified_of_but_not_in_the_log(studio, readiness):
    heard = []
    end = studio.app.bus.listen(lambda name, payload: heard.append((name, payload)))
    readiness.cast(readiness.first, readiness.chair)
    end()
    emitted = [payload for name, payload in heard if name == "task:update-casting-stats"]
    assert [payload["task_id"] for payload in emitted] == [task["id"] for task in readiness.tasks.values()]
    assert emitted[0] == {
        "task_id": readiness.tasks["Layout"]["id"],
        "nb_assets_ready": 0,
        "project_id": readiness.project["id"],
    }
    assert studio.events("task:update-casting-stats") == []


def test_shots_of_an_asset_are_notified_of_by_place(studio, readiness):
    other = studio.entity(readiness.project, "Sequence", name="A", parent_id=readiness.episode["id"])
    shots = [studio.entity(readiness.project, "Shot", name=name, parent_id=other["id"]) for name in "CAB"]
    tasks = {shot["name"]: studio.task(shot, "Layout")["id"] for shot in shots}
    for shot in (*shots, readiness.first):
        readiness.cast(shot, readiness.chair)
    heard = []
    end = studio.app.bus.listen(lambda name, payload: heard.append(payload.get("task_id")))
    readiness.set_ready(readiness.chair, "Layout")
    emitted = [tasks[name] for name in "ABC"] + [task["id"] for task in readiness.tasks.values()]
    assert heard == [*emitted, None]
    heard.clear()
    assert studio.api(studio.admin).delete(f"/data/assets/{readiness.chair['id']}").status_int == 204
    end()
    assert heard == [None, *[None] * 4, *emitted]
