"""Versions of the schedule of a production."""

import pytest

from kitsulite.models.projects import (
    ProductionScheduleVersion,
    ProductionScheduleVersionTaskLink,
    Project,
)
from kitsulite.models.tasks import Task

UNKNOWN = "8b4ef3f8-6d2e-4b43-9d3a-1d0a8a0b6f10"
START, DUE = "2026-01-05T09:30:00.123456", "2026-01-09T00:00:00.000000"


def make_version(studio, project, name="First"):
    return studio.add(ProductionScheduleVersion, name=name, project_id=project["id"])


def make_task(studio, project, assignees=(), **columns):
    columns = {"start_date": START, "due_date": DUE, "estimation": 480, **columns}
    return studio.task(
        studio.entity(project, "Prop", canceled=columns.pop("canceled", False)), "Modeling", assignees, **columns
    )


def link(studio, version, task, assignees=(), **columns):
    row = studio.add(
        ProductionScheduleVersionTaskLink,
        production_schedule_version_id=version["id"],
        task_id=task["id"],
        **columns,
    )
    with studio.db.write():
        ids = [person["id"] for person in assignees]
        studio.db.relate(ProductionScheduleVersionTaskLink, row["id"], "assignees", ids)
    return row


def act(api, version, action, body=None):
    return api.post(f"/actions/production-schedule-versions/{version['id']}/{action}", body)


def links(api, version, query="?relations=true"):
    answer = api.get(f"/data/production-schedule-versions/{version['id']}/task-links{query}")
    assert answer.status_int == 200, answer.text
    return answer.json


# From the production


def test_a_version_takes_over_all_tasks(studio, project, admin):
    ada, bob = studio.person(), studio.person()
    version, elsewhere = make_version(studio, project), studio.project()
    planned = make_task(studio, project, [ada, bob])
    canceled = make_task(studio, project, canceled=True, start_date=None, due_date=None)
    make_task(studio, elsewhere)
    old = link(studio, version, planned, [studio.person()], estimation=1)
    answer = act(admin, version, "set-task-links-from-production")
    assert (answer.status_int, answer.json) == (200, {"success": True, "task_link_count": 2})
    found = {row["task_id"]: row for row in links(admin, version)}
    assert set(found) == {planned["id"], canceled["id"]}
    first = found[planned["id"]]
    assert (first["id"], first["estimation"]) == (old["id"], 480.0)
    assert (first["start_date"], first["due_date"]) == ("2026-01-05T09:30:00", "2026-01-09T00:00:00")
    assert set(first["assignees"]) == {ada["id"], bob["id"]}
    assert found[canceled["id"]]["start_date"] is None
    stored = "SELECT start_date FROM production_schedule_version_task_link WHERE id = ?"
    assert studio.db.value(stored, [old["id"]]) == START
    assert studio.events() == []


def test_links_of_removed_tasks_lose_their_assignees(studio, project, admin):
    version, ada = make_version(studio, project), studio.person()
    stays = link(studio, version, make_task(studio, project), [ada])
    assert act(admin, version, "set-task-links-from-production", {}).json["task_link_count"] == 1
    assert links(admin, version) == [{**links(admin, version)[0], "id": stays["id"], "assignees": []}]


# From another version


def test_a_version_takes_over_the_links_of_another(studio, project, admin):
    ada, bob = studio.person(), studio.person()
    first, second = make_version(studio, project), make_version(studio, project, "Second")
    both, new, own = (make_task(studio, project) for _ in range(3))
    link(studio, first, both, [ada], start_date=START, estimation=10)
    link(studio, first, new, [ada, bob])
    kept = link(studio, second, both, [bob], estimation=20)
    link(studio, second, own, [bob], estimation=30)
    body = {"production_schedule_version_id": first["id"]}
    answer = act(admin, second, "set-task-links-from-production-schedule-version", body)
    assert (answer.status_int, answer.json) == (200, {"success": True, "task_link_count": 2})
    found = {row["task_id"]: (row["estimation"], set(row["assignees"])) for row in links(admin, second)}
    assert found == {
        both["id"]: (10.0, {ada["id"]}),
        new["id"]: (0.0, {ada["id"], bob["id"]}),
        own["id"]: (30.0, {bob["id"]}),
    }
    assert {row["id"] for row in links(admin, second)} >= {kept["id"]}
    assert studio.db.get(ProductionScheduleVersion, second["id"])["production_schedule_from"] == first["id"]
    assert studio.events() == ["production_schedule_version:update"]


def test_a_bad_source_is_refused(studio, project, admin):
    version, foreign = make_version(studio, project), make_version(studio, studio.project())
    action = "set-task-links-from-production-schedule-version"
    for body, status in (
        ({}, 400),
        ({"production_schedule_version_id": version["id"]}, 400),
        ({"production_schedule_version_id": foreign["id"]}, 400),
        ({"production_schedule_version_id": UNKNOWN}, 404),
        ({"production_schedule_version_id": "nonsense"}, 404),
    ):
        assert act(admin, version, action, body).status_int == status
    assert studio.events() == []


# To the production


def test_a_version_is_applied_to_the_tasks(studio, project, admin):
    ada, version = studio.person(), make_version(studio, project)
    moved, cleared, untouched = (make_task(studio, project) for _ in range(3))
    link(studio, version, moved, [ada], start_date="2026-02-01T08:00:00.000001", estimation=5)
    unplanned = link(studio, version, cleared)
    with studio.db.write():
        studio.db.update(ProductionScheduleVersionTaskLink, unplanned["id"], estimation=None)
    answer = act(admin, version, "apply-to-production")
    assert (answer.status_int, answer.json) == (200, {"success": True, "task_count": 2})

    def planned(task):
        row = studio.db.get(Task, task["id"])
        return row["start_date"], row["due_date"], row["estimation"]

    assert planned(moved) == ("2026-02-01T08:00:00", None, 5.0)
    assert planned(cleared) == (None, None, None)
    assert planned(untouched) == (START[:19], DUE[:19], 480.0)
    assert studio.db.related(Task, moved["id"], "assignees") == []
    assert studio.db.get(ProductionScheduleVersion, version["id"])["locked"] is True
    assert studio.db.get(Project, project["id"])["from_schedule_version_id"] == version["id"]
    assert studio.events() == [*["task:update"] * 2, "production_schedule_version:update", "project:update"]


def test_a_locked_version_can_still_be_changed(studio, project, admin):
    version = make_version(studio, project)
    admin.put(f"/data/production-schedule-versions/{version['id']}", {"locked": True, "canceled": True})
    assert act(admin, version, "set-task-links-from-production").status_int == 200


# Reading


def test_links_are_kept_by_task_type(studio, project, admin):
    version = make_version(studio, project)
    modeled = make_task(studio, project)
    shaded = studio.task(studio.entity(project, "Prop"), "Shading")
    for task in (modeled, shaded):
        link(studio, version, task)
    [found] = links(admin, version, f"?task_type_id={studio.task_type('Shading')['id']}")
    assert (found["task_id"], found["type"]) == (shaded["id"], "ProductionScheduleVersionTaskLink")
    assert "assignees" not in found
    assert len(links(admin, version, "?task_type_id=")) == 2
    assert links(admin, version, f"?task_type_id={UNKNOWN}") == []
    bad = f"/data/production-schedule-versions/{version['id']}/task-links?task_type_id=nonsense"
    assert admin.get(bad).status_int == 400


@pytest.mark.parametrize("version_id", [UNKNOWN, "nonsense"])
def test_an_unknown_version_is_not_found_by_anybody(studio, version_id):
    artist = studio.api(studio.person())
    version = {"id": version_id}
    assert artist.get(f"/data/production-schedule-versions/{version_id}/task-links").status_int == 404
    assert act(artist, version, "set-task-links-from-production").status_int == 404
    assert act(artist, version, "set-task-links-from-production-schedule-version").status_int == 404
    assert act(artist, version, "apply-to-production").status_int == 404


# Who may


@pytest.mark.parametrize("role", ["admin", "manager", "supervisor", "user", "client", "vendor"])
def test_managers_plan_and_members_look(studio, role):
    member, stranger = studio.person(role), studio.person(role)
    project = studio.project(team=[member])
    version = make_version(studio, project)
    row = link(studio, version, make_task(studio, project))
    reads, manages = role not in ("client", "vendor"), role in ("admin", "manager")
    versions = "/data/production-schedule-versions"
    task_links = "/data/production-schedule-version-task-links"
    source = {"production_schedule_version_id": version["id"]}
    calls = [
        (reads, 200, lambda api: api.get(f"{versions}/{version['id']}/task-links")),
        (reads, 200, lambda api: api.get(f"{versions}?project_id={project['id']}")),
        (reads, 200, lambda api: api.get(f"{versions}/{version['id']}")),
        (reads, 200, lambda api: api.get(f"{task_links}?project_id={project['id']}")),
        (reads, 200, lambda api: api.get(f"{task_links}/{row['id']}")),
        (role == "admin", 200, lambda api: api.get(versions)),
        (role == "admin", 200, lambda api: api.get(task_links)),
        (manages, 200, lambda api: act(api, version, "set-task-links-from-production")),
        (manages, 200, lambda api: act(api, version, "apply-to-production")),
        (manages, 400, lambda api: act(api, version, "set-task-links-from-production-schedule-version", source)),
        (manages, 200, lambda api: api.put(f"{versions}/{version['id']}", {"name": "Renamed"})),
        (manages, 200, lambda api: api.put(f"{task_links}/{row['id']}", {"estimation": 3})),
    ]
    for allowed, status, call in calls:
        assert call(studio.api(member)).status_int == (status if allowed else 403)
        assert call(studio.api(stranger)).status_int == (status if role == "admin" else 403)
        assert call(studio.nobody).status_int == 401
    assert studio.nobody.delete(f"{versions}/{version['id']}").status_int == 401
    assert role == "admin" or studio.api(stranger).delete(f"{versions}/{version['id']}").status_int == 403
    assert studio.api(member).delete(f"{versions}/{version['id']}").status_int == (204 if manages else 403)


def test_a_manager_on_the_production_alone_makes_versions(studio):
    promoted = studio.person("user")
    project = studio.project(team=[(promoted, "manager")])
    api = studio.api(promoted)
    version = api.post("/data/production-schedule-versions", {"name": "First", "project_id": project["id"]}).json
    task = make_task(studio, project)
    body = {"production_schedule_version_id": version["id"], "task_id": task["id"], "assignees": [promoted["id"]]}
    made = api.post("/data/production-schedule-version-task-links", body)
    assert (made.status_int, made.json["assignees"]) == (201, [promoted["id"]])
    assert api.post("/data/production-schedule-version-task-links", body).status_int == 400
    assert api.delete(f"/data/production-schedule-version-task-links/{made.json['id']}").status_int == 204


# Generic routes


def test_versions_are_listed_for_one_production(studio, project, admin):
    mine = make_version(studio, project)
    make_version(studio, studio.project())
    assert admin.get(f"/data/production-schedule-versions?project_id={project['id']}").json == [mine]
    for project_id in (UNKNOWN, "nonsense", ""):
        assert admin.get(f"/data/production-schedule-versions?project_id={project_id}").status_int == 404


def test_links_are_listed_for_one_production(studio, project, admin):
    version, foreign = make_version(studio, project), make_version(studio, studio.project())
    mine = link(studio, version, make_task(studio, project))
    link(studio, foreign, make_task(studio, studio.project()))
    assert admin.get(f"/data/production-schedule-version-task-links?project_id={project['id']}").json == [mine]


def test_a_link_joins_a_version_and_a_task_of_one_production(studio, project, admin):
    version, task = make_version(studio, project), make_task(studio, studio.project())
    body = {"production_schedule_version_id": version["id"], "task_id": task["id"]}
    target = "/data/production-schedule-version-task-links"
    assert "data" in admin.post(target, body).json
    assert admin.post(target, {**body, "task_id": UNKNOWN}).status_int == 404
    assert admin.post(target, {**body, "production_schedule_version_id": UNKNOWN}).status_int == 404
    assert admin.post(target, {"task_id": task["id"]}).json["message"] == "'production_schedule_version_id'"


def test_a_link_stays_with_its_version_and_task(studio, project, admin):
    row = link(studio, make_version(studio, project), make_task(studio, project))
    body = {"task_id": UNKNOWN, "production_schedule_version_id": UNKNOWN, "estimation": 7}
    answer = admin.put(f"/data/production-schedule-version-task-links/{row['id']}", body)
    assert answer.status_int == 200
    assert {**row, "estimation": 7.0, "updated_at": answer.json["updated_at"]} == answer.json


def test_a_deleted_version_takes_its_links_along_and_leaves_its_copies(studio, project, admin):
    version = make_version(studio, project)
    target = f"/data/production-schedule-versions/{version['id']}"
    row = link(studio, version, make_task(studio, project))
    copy = make_version(studio, project, "Copy")
    admin.put(f"/data/production-schedule-versions/{copy['id']}", {"production_schedule_from": version["id"]})
    of_itself = {"production_schedule_from": version["id"]}
    assert admin.put(f"/data/production-schedule-versions/{version['id']}", of_itself).status_int == 400
    assert admin.delete(target).status_int == 204
    assert admin.get(f"/data/production-schedule-version-task-links/{row['id']}").status_int == 404
    left = admin.get(f"/data/production-schedule-versions/{copy['id']}").json
    assert left["production_schedule_from"] is None
