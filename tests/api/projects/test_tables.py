"""Generic routes of the tables around productions: statuses, budgets, entries, schedule items."""

import pytest

from kitsulite.models.people import Department
from kitsulite.models.projects import (
    Budget,
    BudgetEntry,
    ProductionScheduleVersion,
    Project,
    ProjectStatus,
    ScheduleItem,
)
from kitsulite.models.tasks import TaskPersonLink

UNKNOWN = "8b4ef3f8-6d2e-4b43-9d3a-1d0a8a0b6f10"


@pytest.fixture
def bodies(studio):
    """A good body per table, for a row that is not there yet."""
    project = studio.project()
    budget = studio.add(Budget, name="Bid", project_id=project["id"])
    return {
        "project-status": {"name": "Waiting", "color": "#ABCDEF"},
        "budgets": {"project_id": project["id"], "name": "Plan", "revision": 4},
        "budget-entries": {
            "budget_id": budget["id"],
            "department_id": studio.db.find(Department, name="Layout")["id"],
            "start_date": "2026-01-01",
            "months_duration": 3,
            "daily_salary": 100,
        },
        "schedule-items": {"project_id": project["id"], "task_type_id": studio.task_type("Layout")["id"]},
    }


TABLES = ("project-status", "budgets", "budget-entries", "schedule-items")
MODELS = {
    "project-status": ProjectStatus,
    "budgets": Budget,
    "budget-entries": BudgetEntry,
    "schedule-items": ScheduleItem,
}


@pytest.mark.parametrize("table", TABLES)
def test_a_row_is_made_read_changed_and_deleted(studio, admin, bodies, table):
    made = admin.post(f"/data/{table}", bodies[table])
    assert made.status_int == 201
    assert {key: made.json[key] for key in bodies[table]} == bodies[table]
    target = f"/data/{table}/{made.json['id']}"
    assert admin.get(target).json == made.json
    assert made.json in admin.get(f"/data/{table}").json
    changed = admin.put(target, {"id": UNKNOWN, "created_at": "2000-01-01", "surprise": 1})
    assert {**made.json, "updated_at": changed.json["updated_at"]} == changed.json
    assert admin.delete(target).status_int == 204
    assert admin.get(target).status_int == 404
    name = MODELS[table].table().replace("_", "-")
    assert studio.events() == [f"{name}:new", f"{name}:update", f"{name}:delete"]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", ["manager", "supervisor", "user", "client", "vendor", None])
def test_only_admins_touch_these_rows(studio, admin, bodies, table, role):
    made = admin.post(f"/data/{table}", bodies[table]).json
    person = role and studio.person(role)
    api = studio.api(person) if person else studio.nobody
    refused = 403 if role else 401
    target = f"/data/{table}/{made['id']}"
    reads = 200 if table == "project-status" and role else refused
    assert api.get(f"/data/{table}").status_int == reads
    assert api.get(target).status_int == reads
    assert api.post(f"/data/{table}", bodies[table]).status_int == refused
    assert api.put(target, {}).status_int == refused
    assert api.delete(target).status_int == refused


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("project-status", {"name": None}),
        ("project-status", {"name": "Open"}),
        ("project-status", {"name": "n" * 21}),
        ("project-status", {"color": None}),
        ("budgets", {"name": None}),
        ("budgets", {"currency": "EURO"}),
        ("budgets", {"project_id": UNKNOWN}),
        ("budget-entries", {"position": "king"}),
        ("budget-entries", {"seniority": "old"}),
        ("budget-entries", {"start_date": "soon"}),
        ("budget-entries", {"daily_salary": "much"}),
        ("budget-entries", {"department_id": UNKNOWN}),
        ("schedule-items", {"start_date": "soon"}),
        ("schedule-items", {"project_id": UNKNOWN}),
    ],
)
def test_bad_rows_are_refused(studio, admin, bodies, table, change):
    before = studio.db.all(MODELS[table])
    assert admin.post(f"/data/{table}", {**bodies[table], **change}).status_int == 400
    assert studio.db.all(MODELS[table]) == before
    assert studio.events() == []


def test_a_budget_keeps_its_revision_and_production_and_an_entry_its_budget(studio, admin, bodies):
    budget = admin.post("/data/budgets", bodies["budgets"]).json
    changed = admin.put(f"/data/budgets/{budget['id']}", {"revision": 9, "project_id": UNKNOWN, "name": "New"}).json
    assert (changed["revision"], changed["project_id"], changed["name"]) == (4, budget["project_id"], "New")
    entry = admin.post("/data/budget-entries", bodies["budget-entries"]).json
    assert (entry["position"], entry["seniority"]) == ("artist", "mid")
    changed = admin.put(f"/data/budget-entries/{entry['id']}", {"budget_id": budget["id"], "position": "lead"}).json
    assert (changed["budget_id"], changed["position"]) == (entry["budget_id"], "lead")
    assert admin.delete(f"/data/budgets/{entry['budget_id']}").status_int == 400


def test_a_status_in_use_stays(studio, admin):
    status = studio.project()["project_status_id"]
    assert admin.delete(f"/data/project-status/{status}").status_int == 400


def test_managers_plan_their_production(studio, bodies):
    manager = studio.person("manager")
    project = studio.project(team=[manager])
    api, body = studio.api(manager), {**bodies["schedule-items"], "project_id": project["id"]}
    made = api.post("/data/schedule-items", body)
    assert made.status_int == 201
    assert api.delete(f"/data/schedule-items/{made.json['id']}").status_int == 204
    loose = {key: value for key, value in body.items() if key != "project_id"}
    assert api.post("/data/schedule-items", loose).status_int == 403
    made = studio.api(studio.admin).post("/data/schedule-items", loose)
    assert (made.status_int, api.delete(f"/data/schedule-items/{made.json['id']}").status_int) == (201, 403)


def test_projects_that_follow_a_deleted_schedule_follow_none(studio):
    manager = studio.person("manager")
    project = studio.project(team=[manager])
    first, second = (
        studio.add(ProductionScheduleVersion, name=name, project_id=project["id"]) for name in ("one", "two")
    )
    with studio.db.write():
        studio.db.update(ProductionScheduleVersion, second["id"], production_schedule_from=first["id"])
        studio.db.update(Project, project["id"], from_schedule_version_id=first["id"])
    studio.forget_events()
    assert studio.api(manager).delete(f"/data/production-schedule-versions/{first['id']}").status_int == 204
    assert studio.db.get(Project, project["id"])["from_schedule_version_id"] is None
    assert studio.db.get(ProductionScheduleVersion, second["id"])["production_schedule_from"] is None
    assert "project:update" in studio.events()


def test_rows_are_listed_by_project(studio, admin, scene):
    preview = studio.preview(scene.task)
    studio.preview(studio.task(studio.entity(studio.project(), "Prop")))
    for table in ("preview-files", "production-schedule-version-task-links"):
        assert admin.get(f"/data/{table}?project_id=x").json["message"] == "Invalid project_id."
    found = admin.get(f"/data/preview-files?project_id={scene.project['id']}").json
    assert [row["id"] for row in found] == [preview["id"]]


def test_assignees_and_supervisors_change_previews(studio, scene):
    preview = studio.preview(scene.task)
    path = f"/data/preview-files/{preview['id']}"
    for role, status in (("supervisor", 200), ("user", 403), ("client", 403)):
        assert scene.api(role).put(path, {"description": role}).status_int == status
    studio.link(TaskPersonLink, task_id=scene.task["id"], person_id=scene.team["user"]["id"])
    assert scene.api("user").put(path, {"description": "mine"}).status_int == 200
    assert scene.api("user").delete(path).status_int == 403
