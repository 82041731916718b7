"""What a Shotgun site reports: removed objects and errors of imports."""

import pytest
from support import ROLES, UNKNOWN

from kitsulite.application import declared_routes
from kitsulite.models.activity import Chat
from kitsulite.models.entities import Entity, EntityLink
from kitsulite.models.files import WorkingFile
from kitsulite.models.previews import Playlist
from kitsulite.models.projects import Project, ProjectPersonLink
from kitsulite.models.tasks import TaskStatus, TaskType

KINDS = (
    *("project", "person", "episode", "sequence", "scene", "shot", "asset", "step", "status", "task", "version"),
    *("note", "project-connection", "projectconnection"),
)
ERRORS = "/import/shotgun/errors"


@pytest.fixture
def admin(studio):
    return studio.api(studio.admin)


def remove(api, kind, shotgun_id=7):
    return api.post(f"/import/shotgun/remove/{kind}", {"id": shotgun_id})


@pytest.mark.parametrize("kind", ["Episode", "Sequence", "Scene", "Shot", "Prop"])
def test_an_entity_of_the_kind_is_removed(studio, admin, kind):
    project = studio.project()
    other = studio.entity(project, "Edit", shotgun_id=7)
    entity = studio.entity(project, kind, shotgun_id=7)
    path = "asset" if kind == "Prop" else kind.lower()
    studio.add(Chat, object_id=entity["id"])
    studio.add(Playlist, name="P", project_id=project["id"], shots=[{"entity_id": entity["id"]}])
    assert remove(admin, path).json == {"removed_instance_id": entity["id"], "success": True}
    assert studio.db.all(Chat) == studio.db.first(Playlist)["shots"] == []
    assert remove(admin, path).json == {"success": True}
    assert admin.get(f"/data/entities/{other['id']}").status_int == 200


@pytest.mark.parametrize("kind", ["step", "status", "version", "note", "person"])
def test_a_row_of_the_kind_is_removed(studio, admin, kind):
    shot = studio.entity(studio.project(), "Shot")
    task = studio.task(shot, "Animation")
    rows = {
        "step": lambda: studio.add(TaskType, name="Matchmove", short_name="mm", color="#000000", shotgun_id=7),
        "status": lambda: studio.add(TaskStatus, name="Hold", short_name="hld", color="#000000", shotgun_id=7),
        "version": lambda: studio.preview(task, shotgun_id=7),
        "note": lambda: studio.comment(task, shotgun_id=7),
        "person": lambda: studio.person(shotgun_id=7),
    }
    row = rows[kind]()
    assert remove(admin, kind).json == {"removed_instance_id": row["id"], "success": True}
    assert remove(admin, kind).json == {"success": True}


def test_a_row_that_others_need_stays(studio, admin):
    shot = studio.entity(studio.project(shotgun_id=7), "Shot", shotgun_id=7)
    task = studio.task(shot, "Animation", [studio.admin], shotgun_id=7)
    for kind, row_id in (("project", shot["project_id"]), ("shot", shot["id"])):
        assert remove(admin, kind).json == {"removed_instance_id": row_id, "success": False}
    assert studio.db.related(Project, shot["project_id"], "team") == []
    assert admin.get(f"/data/tasks/{task['id']}").json["assignees"] == [studio.admin["id"]]
    studio.forget_events()
    assert remove(admin, "task").json["success"] is True
    assert studio.events() == ["task:delete"]


def test_an_asset_that_somebody_worked_on_is_canceled(studio, admin):
    project = studio.project()
    asset, sequence = studio.entity(project, "Prop", shotgun_id=7), studio.entity(project, "Sequence")
    shot = studio.entity(project, "Shot", nb_entities_out=1, parent_id=sequence["id"])
    studio.link(EntityLink, entity_in_id=shot["id"], entity_out_id=asset["id"])
    task = studio.task(asset)
    studio.add(WorkingFile, name="main", revision=1, task_id=task["id"], entity_id=asset["id"])
    studio.forget_events()
    assert remove(admin, "asset").json["success"] is True
    assert admin.get(f"/data/entities/{asset['id']}").json["canceled"] is True
    assert studio.events() == ["asset:delete", "shot:casting-update"]
    assert studio.db.get(Entity, shot["id"])["nb_entities_out"] == 0


def test_a_connection_is_a_person_in_a_team(studio, admin):
    person, project = studio.person(), studio.project()
    studio.link(ProjectPersonLink, project_id=project["id"], person_id=person["id"], shotgun_id=7)
    studio.forget_events()
    assert remove(admin, "project-connection").json == {"removed_instance_id": project["id"], "success": True}
    assert studio.db.related(Project, project["id"], "team") == []
    assert studio.events() == ["project:update"]
    assert remove(admin, "projectconnection").json == {"success": True}


@pytest.mark.parametrize("body", [{}, {"id": None}, {"id": "seven"}, {"id": []}, []])
def test_a_removal_needs_an_id(admin, body):
    assert admin.post("/import/shotgun/remove/shot", body).status_int == 400


def test_errors_are_kept_until_they_are_deleted(admin):
    made = admin.post(ERRORS, {"entity": {"id": 1}})
    assert (made.status_int, made.json["event_data"], made.json["source"]) == (201, {"entity": {"id": 1}}, "shotgun")
    assert admin.get(ERRORS).json == [made.json]
    assert admin.delete(f"{ERRORS}/{made.json['id']}").status_int == 204
    assert admin.get(ERRORS).json == []
    for error_id in (made.json["id"], UNKNOWN, "x"):
        assert admin.delete(f"{ERRORS}/{error_id}").status_int == 404


def test_all_of_it_is_for_admins(studio):
    calls = [("post", f"/import/shotgun/remove/{kind}") for kind in KINDS]
    calls += [("get", ERRORS), ("post", ERRORS), ("delete", f"{ERRORS}/{UNKNOWN}")]
    paths = ("/import/shotgun/remove/", ERRORS)
    routes = [route for route in declared_routes() if route.rule.startswith(paths)]
    assert len(routes) == len(calls)
    apis = {role: studio.api(studio.person(role)) for role in ROLES if role != "admin"}
    for method, path in calls:
        body = [{"id": 7}] if method == "post" else []
        assert {role for role, api in apis.items() if getattr(api, method)(path, *body).status_int != 403} == set()
        assert getattr(studio.nobody, method)(path, *body).status_int == 401
