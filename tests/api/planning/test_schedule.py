"""Milestones and schedule items of a production."""

import datetime as dt

import pytest
import time_machine

from kitsulite.models.entities import Entity
from kitsulite.models.projects import Milestone, ProjectTaskTypeLink, ScheduleItem

UNKNOWN = "8b4ef3f8-6d2e-4b43-9d3a-1d0a8a0b6f10"


def path(project, rest):
    return f"/data/projects/{project['id']}/{rest}"


# Milestones


def test_milestones_of_a_production(studio, project, admin):
    mine = studio.add(Milestone, name="Alpha", date="2026-05-01", project_id=project["id"])
    studio.add(Milestone, name="Other", project_id=studio.project()["id"])
    keys = ("id", "date", "name", "project_id", "task_type_id")
    assert admin.get(path(project, "milestones")).json == [{key: mine[key] for key in keys}]
    assert admin.get(path({"id": UNKNOWN}, "milestones")).json == []
    assert admin.get(path({"id": "nonsense"}, "milestones")).status_int == 404


@pytest.mark.parametrize("change", [{"name": None}, {"name": "n" * 41}, {"date": "soon"}, {"task_type_id": UNKNOWN}])
def test_a_bad_milestone_is_refused(studio, admin, project, change):
    body = {"project_id": project["id"], "name": "Alpha", **change}
    assert admin.post("/data/milestones", body).status_int == 400
    assert not studio.db.exists(Milestone)


def test_a_milestone_needs_a_production(studio, admin):
    assert admin.post("/data/milestones", {"name": "Alpha"}).json["message"] == "'project_id'"


@pytest.mark.parametrize("role", ["admin", "manager", "supervisor", "user", "client", "vendor"])
def test_managers_set_milestones_and_clients_read_none(studio, role):
    member, stranger = studio.person(role), studio.person(role)
    project = studio.project(team=[member])
    mine = studio.add(Milestone, name="Alpha", project_id=project["id"])
    manages = role in ("admin", "manager")
    target, body = f"/data/milestones/{mine['id']}", {"project_id": project["id"], "name": "Beta"}
    calls = [
        (role == "admin", lambda api: api.get("/data/milestones")),
        (role != "client", lambda api: api.get(target)),
        (manages, lambda api: api.post("/data/milestones", body)),
        (manages, lambda api: api.put(target, {"name": "Gamma", "project_id": UNKNOWN})),
        (manages, lambda api: api.delete(target)),
    ]
    for allowed, call in calls:
        assert call(studio.nobody).status_int == 401
        assert call(studio.api(stranger)).status_int == 403 or role == "admin"
        assert (call(studio.api(member)).status_int < 300) == allowed or role == "admin"


# Schedule items


@pytest.fixture
def end_of_february():
    with time_machine.travel(dt.datetime(2026, 2, 28, 23, 30, tzinfo=dt.timezone.utc)):
        yield


def test_items_of_task_types_with_tasks_appear_when_they_are_read(end_of_february, studio, project, admin):
    prop = studio.entity(project, "Prop")
    studio.task(prop, "Modeling")
    studio.task(prop, "Shading")
    studio.task(studio.entity(studio.project(), "Prop"), "Rigging")
    items = admin.get(path(project, "schedule-items/task-types")).json
    assert {item["task_type_id"] for item in items} == {studio.task_type(n)["id"] for n in ("Modeling", "Shading")}
    first = items[0]
    assert set(first) == {"id", "start_date", "end_date", "man_days", "project_id", "task_type_id", "object_id"}
    assert (first["start_date"], first["end_date"], first["man_days"]) == ("2026-02-28", "2026-03-01", None)
    assert first["object_id"] is None
    assert studio.events() == ["schedule-item:new"] * 2
    assert admin.get(path(project, "schedule-items/task-types")).json == items
    assert len(studio.events()) == 2


def test_only_task_types_of_the_production_have_items_if_it_has_some(studio, project, admin):
    prop = studio.entity(project, "Prop")
    own = studio.task(prop, "Modeling")["task_type_id"]
    studio.task(prop, "Shading")
    studio.link(ProjectTaskTypeLink, project_id=project["id"], task_type_id=own)
    items = admin.get(path(project, "schedule-items/task-types")).json
    assert [item["task_type_id"] for item in items] == [own]


def test_items_of_task_types_are_ordered_by_start_and_hide_the_others(studio, project, admin):
    prop = studio.entity(project, "Prop")
    for name, start in (("Modeling", "2026-03-01"), ("Shading", "2026-01-01"), ("Rigging", "2026-02-01")):
        task_type = studio.task_type(name)
        studio.add(ScheduleItem, project_id=project["id"], task_type_id=task_type["id"], start_date=start)
        if name != "Rigging":
            studio.task(prop, name)
    studio.add(ScheduleItem, project_id=project["id"], task_type_id=task_type["id"], object_id=UNKNOWN)
    items = admin.get(path(project, "schedule-items/task-types")).json
    assert [item["start_date"] for item in items] == ["2026-01-01", "2026-03-01"]
    assert len(admin.get(path(project, "schedule-items/")).json) == 4
    assert admin.get(path(project, "schedule-items")).json[0]["type"] == "ScheduleItem"
    assert studio.events() == []


def items_of(api, project, kind, task_type, query=""):
    answer = api.get(path(project, f"schedule-items/{task_type['id']}/{kind}{query}"))
    assert answer.status_int == 200, answer.text
    return [item["name"] for item in answer.json]


@pytest.fixture
def show(studio):
    """A show of two episodes with a sequence, an edit and an asset each, something canceled, and a foreign one."""
    show = studio.project(production_type="tvshow")
    for name, asset_type in (("E1", "Prop"), ("E2", "Character")):
        episode = studio.entity(show, "Episode", name=name, canceled=name == "E2")
        studio.entity(show, "Sequence", name=f"{name} S", parent_id=episode["id"])
        studio.entity(show, "Edit", name=f"{name} cut", parent_id=episode["id"])
        studio.entity(show, asset_type, source_id=episode["id"])
        studio.entity(show, asset_type, source_id=episode["id"], canceled=True)
    studio.entity(show, "Edit", name="E0 cut", canceled=True)
    for kind in ("Episode", "Sequence", "Edit", "FX"):
        studio.entity(studio.project(), kind)
    return show


@pytest.mark.parametrize(
    ("kind", "names", "of_first"),
    [
        ("asset-types", ["Character", "Prop"], ["Prop"]),
        ("sequences", ["E1 S", "E2 S"], ["E1 S"]),
        ("episodes", ["E1", "E2"], ["E1"]),
        ("edits", ["E1 cut", "E2 cut"], ["E1 cut"]),
    ],
)
def test_items_below_a_task_type(studio, show, admin, kind, names, of_first):
    layout = studio.task_type("Layout")
    episode = studio.db.find(Entity, name="E1", project_id=show["id"])
    assert items_of(admin, show, kind, layout, f"?episode_id={episode['id']}") == of_first
    assert studio.events() == ["schedule-item:new"]
    assert items_of(admin, show, kind, layout) == names
    assert items_of(admin, show, kind, layout, "?episode_id=") == names
    assert items_of(admin, show, kind, layout, f"?episode_id={UNKNOWN}") == []
    assert studio.events() == ["schedule-item:new"] * 2
    assert items_of(admin, show, kind, studio.task_type("Animation")) == names
    assert len(studio.db.all(ScheduleItem)) == 4


@pytest.mark.parametrize("kind", ["asset-types", "sequences", "episodes", "edits"])
def test_bad_ids_of_schedule_items(studio, show, admin, kind):
    layout = studio.task_type("Layout")["id"]
    good = f"schedule-items/{layout}/{kind}"
    for bad in (
        path(show, f"schedule-items/nonsense/{kind}"),
        path({"id": "nonsense"}, good),
        path(show, f"{good}?episode_id=all"),
        path(show, f"{good}?episode_id=main"),
    ):
        answer = admin.get(bad)
        assert (answer.status_int, answer.json["message"]) == (400, "Wrong UUID format.")
    assert admin.get(path(show, f"schedule-items/{UNKNOWN}/{kind}")).status_int == 404
    assert admin.get(path({"id": UNKNOWN}, good)).json == []
    assert not studio.db.exists(ScheduleItem)


def test_bad_productions_of_schedule_items(admin):
    for rest in ("schedule-items", "schedule-items/task-types"):
        assert admin.get(path({"id": "nonsense"}, rest)).status_int == 404
        assert admin.get(path({"id": UNKNOWN}, rest)).json == []


@pytest.mark.parametrize("role", ["admin", "manager", "supervisor", "user", "client", "vendor"])
def test_members_of_the_studio_see_the_schedule(studio, role):
    member, stranger = studio.person(role), studio.person(role)
    project = studio.project(team=[member])
    below = f"schedule-items/{studio.task_type('Layout')['id']}"
    rests = ["schedule-items", "schedule-items/task-types", *(f"{below}/{kind}" for kind in KINDS)]
    for rest in rests:
        assert studio.api(member).get(path(project, rest)).status_int == (403 if role in ("client", "vendor") else 200)
        assert studio.api(stranger).get(path(project, rest)).status_int == (200 if role == "admin" else 403)
        assert studio.nobody.get(path(project, rest)).status_int == 401
    assert studio.api(member).get(path(project, "milestones")).status_int == (403 if role == "client" else 200)
    assert studio.api(stranger).get(path(project, "milestones")).status_int == (200 if role == "admin" else 403)
    assert studio.nobody.get(path(project, "milestones")).status_int == 401


KINDS = ("asset-types", "sequences", "episodes", "edits")


# Generic routes


def test_a_schedule_item_is_unique_null_counted(studio, project, admin):
    body = {"project_id": project["id"], "task_type_id": studio.task_type("Layout")["id"]}
    assert admin.post("/data/schedule-items", body).status_int == 201
    assert "data" in admin.post("/data/schedule-items", body).json
    assert admin.post("/data/schedule-items", {**body, "object_id": None}).status_int == 400
    assert admin.post("/data/schedule-items", {**body, "object_id": UNKNOWN}).status_int == 201
    assert admin.post("/data/schedule-items", {**body, "task_type_id": "nonsense"}).status_int == 400
    assert studio.events() == ["schedule-item:new"] * 2


def test_man_days_in_words_are_ignored(studio, project, admin):
    item = studio.add(ScheduleItem, project_id=project["id"], man_days=3)
    answer = admin.put(f"/data/schedule-items/{item['id']}", {"man_days": "many", "end_date": "2026-01-05T10:00:00"})
    assert (answer.json["man_days"], answer.json["end_date"]) == (3, "2026-01-05")
    assert admin.put(f"/data/schedule-items/{item['id']}", {"man_days": 5}).json["man_days"] == 5


@pytest.mark.parametrize(
    ("role", "department", "status"),
    [
        ("manager", None, 200),
        ("supervisor", None, 200),
        ("supervisor", "Layout", 200),
        ("supervisor", "FX", 403),
        ("user", None, 403),
        ("client", None, 403),
        ("vendor", None, 403),
    ],
)
def test_supervisors_plan_the_task_types_of_their_departments(studio, role, department, status):
    departments = studio.db.rows("SELECT id FROM department WHERE name = ?", [department])
    member, stranger = studio.person(role, departments), studio.person(role, departments)
    project = studio.project(team=[member])
    item = studio.add(ScheduleItem, project_id=project["id"], task_type_id=studio.task_type("Layout")["id"])
    target = f"/data/schedule-items/{item['id']}"
    assert studio.api(member).put(target, {"man_days": 2}).status_int == status
    assert studio.api(stranger).put(target, {"man_days": 2}).status_int == 403
    assert studio.api(member).get(target).status_int == (403 if role in ("client", "vendor") else 200)
    assert studio.api(stranger).get(target).status_int == 403
    assert studio.api(stranger).delete(target).status_int == 403
    assert studio.api(member).delete(target).status_int == (204 if role == "manager" else 403)
