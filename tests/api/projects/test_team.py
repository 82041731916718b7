"""The team of a production and the roles of its members."""

import pytest

from kitsulite.domain import access
from kitsulite.models.projects import Project
from kitsulite.models.tasks import TaskPersonLink

UNKNOWN = "8b4ef3f8-6d2e-4b43-9d3a-1d0a8a0b6f10"
MINIMAL = {
    *("id", "type", "first_name", "last_name", "full_name", "has_avatar", "active"),
    *("departments", "studio_id", "role", "desktop_login", "is_bot", "project_role"),
}


def path(project, rest=""):
    return f"/data/projects/{project['id']}/team{rest}"


def test_managers_see_whole_members(studio, admin):
    layout = studio.department()
    artist = studio.person(
        "user", [layout], first_name="Ada", last_name="", email="artist@example.com", password="secret"
    )
    former, promoted = studio.person(active=False), studio.person("user")
    project = studio.project(team=[(artist, "vendor"), former, (promoted, "manager")])
    shown = admin.get(path(project)).json
    assert [member["id"] for member in shown] == [artist["id"], former["id"], promoted["id"]]
    first = shown[0]
    assert (first["role"], first["project_role"], first["departments"]) == ("user", "vendor", [layout["id"]])
    assert (first["email"], first["type"], first["full_name"]) == ("artist@example.com", "Person", "Ada")
    assert "password" not in first
    assert shown[1]["project_role"] is None
    assert studio.api(promoted).get(path(project)).json == shown


def test_others_see_the_minimum_of_members(studio):
    demoted = studio.person("manager", [studio.department()])
    project = studio.project(team=[(demoted, "user")])
    [member] = studio.api(demoted).get(path(project)).json
    assert set(member) == MINIMAL
    assert (member["role"], member["project_role"], member["departments"]) == ("manager", "user", [])


def test_a_person_is_added_once(studio, admin):
    project, artist = studio.project(), studio.person()
    answer = admin.post(path(project), {"person_id": artist["id"].upper()})
    assert (answer.status_int, answer.json["id"], answer.json["type"]) == (201, project["id"], "Project")
    assert "team" not in answer.json
    assert admin.post(path(project), {"person_id": artist["id"], "role": None}).status_int == 201
    assert studio.db.related(Project, project["id"], "team") == [artist["id"]]
    assert studio.events() == ["project:update"]


def test_a_role_is_notified_of_by_itself(studio, admin):
    project, artist = studio.project(), studio.person()
    admin.post(path(project), {"person_id": artist["id"], "role": "supervisor"})
    assert studio.events() == ["project:update"] * 2
    admin.post(path(project), {"person_id": artist["id"], "role": "manager"})
    assert studio.events() == ["project:update"] * 3
    assert studio.db.value("SELECT role FROM project_person_link") == "manager"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Validation error."),
        ({"person_id": ""}, "Validation error."),
        ({"person_id": UNKNOWN}, f"Person with id {UNKNOWN} not found"),
        ({"person_id": "nonsense"}, "Person with id nonsense not found"),
        ({"person_id": UNKNOWN, "role": "admin"}, "Validation error."),
        ({"person_id": UNKNOWN, "role": "king"}, "Validation error."),
    ],
)
def test_a_bad_member_is_refused(studio, admin, body, message):
    project = studio.project()
    answer = admin.post(path(project), body)
    assert (answer.status_int, answer.json["message"]) == (400, message)
    assert studio.db.related(Project, project["id"], "team") == []


def test_a_role_is_set_and_given_back(studio, admin):
    artist = studio.person()
    project = studio.project(team=[artist])
    answer = admin.put(path(project, f"/{artist['id']}"), {"role": "client"})
    assert answer.json == {"project_id": project["id"], "person_id": artist["id"], "role": "client"}
    assert admin.put(path(project, f"/{artist['id']}"), {}).json["role"] is None
    assert studio.db.value("SELECT role FROM project_person_link") is None
    assert studio.events() == ["project:update"] * 2
    assert admin.put(path(project, f"/{artist['id']}"), {"role": "admin"}).status_int == 400


def test_only_members_have_roles(studio, admin):
    project, stranger = studio.project(), studio.person()
    assert admin.put(path(project, f"/{stranger['id']}"), {"role": "user"}).status_int == 400
    assert admin.put(path({"id": UNKNOWN}, f"/{stranger['id']}"), {"role": "user"}).status_int == 400
    assert admin.put(path(project, "/nonsense"), {"role": "user"}).status_int == 404
    assert admin.put(path({"id": "nonsense"}, f"/{stranger['id']}"), {"role": "user"}).status_int == 404
    assert studio.events() == []


def test_a_removed_member_keeps_their_tasks(studio, admin):
    artist = studio.person()
    project = studio.project(team=[(artist, "manager")])
    studio.task(studio.entity(project, "Prop"), assignees=[artist])
    assert admin.delete(path(project, f"/{artist['id']}")).status_int == 204
    assert studio.db.related(Project, project["id"], "team") == []
    assert studio.db.exists(TaskPersonLink, person_id=artist["id"])
    for nobody in (artist["id"], UNKNOWN, "nonsense"):
        assert admin.delete(path(project, f"/{nobody}")).status_int == 204
    assert studio.events() == ["project:update"] * 4


def test_an_unknown_production_has_no_team(studio, admin):
    person_id = studio.person()["id"]
    for project in ({"id": UNKNOWN}, {"id": "nonsense"}):
        assert admin.get(path(project)).status_int == 404
        assert admin.post(path(project), {"person_id": person_id}).status_int == 404
        assert admin.delete(path(project, f"/{person_id}")).status_int == 404


@pytest.mark.parametrize("role", ["admin", "manager", "supervisor", "user", "client", "vendor"])
def test_managers_make_the_team_and_members_see_it(studio, role):
    member, stranger, other = studio.person(role), studio.person(role), studio.person()
    project = studio.project(team=[member, other])
    manages = role in ("admin", "manager")
    calls = [
        (True, lambda api: api.get(path(project))),
        (manages, lambda api: api.post(path(project), {"person_id": other["id"]})),
        (manages, lambda api: api.put(path(project, f"/{other['id']}"), {"role": "user"})),
        (manages, lambda api: api.delete(path(project, f"/{UNKNOWN}"))),
    ]
    for allowed, call in calls:
        assert (call(studio.api(member)).status_int < 300) == allowed
        assert (call(studio.api(stranger)).status_int < 300) == (role == "admin")
        assert call(studio.nobody).status_int == 401


def test_a_role_on_one_production_gives_none_on_another(studio):
    promoted, demoted, other = studio.person("user"), studio.person("manager"), studio.person()
    here = studio.project(team=[(promoted, "manager"), (demoted, "user")])
    there = studio.project(team=[promoted, demoted])
    body = {"person_id": other["id"]}
    assert studio.api(promoted).post(path(here), body).status_int == 201
    assert studio.api(promoted).post(path(there), body).status_int == 403
    assert studio.api(demoted).post(path(here), body).status_int == 403
    assert studio.api(demoted).post(path(there), body).status_int == 201


def test_the_role_of_an_admin_in_a_team_is_no_role(studio):
    artist = studio.person("user")
    project = studio.project(team=[(artist, "admin")])
    assert studio.api(artist).post(path(project), {"person_id": artist["id"]}).status_int == 403
    sql = f"SELECT {access.effective_role('?')} FROM person WHERE id = ?"
    assert studio.db.value(sql, [project["id"], artist["id"]]) == "user"
    assert access.project_role(studio.context(), artist["id"], project["id"]) == "user"
