"""The software that the task types of a production are worked on with."""

import pytest
from support import ROLES

from kitsulite.models.fields import new_id
from kitsulite.models.people import Software
from kitsulite.models.projects import ProjectTaskTypeLink, ProjectTaskTypeSoftwareLink


class Desk:
    """A production with a task type, and a software."""

    def __init__(self, studio):
        self.studio, self.project = studio, studio.project()
        self.kind = studio.task_type("Layout")
        studio.link(ProjectTaskTypeLink, project_id=self.project["id"], task_type_id=self.kind["id"])
        self.blender = studio.add(Software, name="Blender", short_name="bl", file_extension="blend")
        studio.forget_events()

    def path(self, project=None, kind=None, rest=""):
        project, kind = (project or self.project)["id"], (kind or self.kind)["id"]
        return f"/data/projects/{project}/task-types/{kind}/softwares{rest}"

    def add(self, api, software=None, **place):
        return api.post(self.path(**place), {"software_id": (software or self.blender)["id"]})

    def remove(self, api, software=None, **place):
        return api.delete(self.path(**place, rest=f"/{(software or self.blender)['id']}"))

    def listed(self, api):
        return api.get(f"/data/projects/{self.project['id']}/task-type-softwares").json


@pytest.fixture
def desk(studio):
    return Desk(studio)


def test_a_software_is_added_once_and_removed(studio, admin, desk):
    studio.forget_events()
    link = {
        "project_id": desk.project["id"],
        "task_type_id": desk.kind["id"],
        "software_id": desk.blender["id"],
    }
    for _ in range(2):
        answer = desk.add(admin)
        assert (answer.status_int, answer.json) == (201, link)
    assert desk.listed(admin) == [link]
    assert studio.events() == ["project:update"]
    for _ in range(2):
        assert desk.remove(admin).status_int == 204
    assert studio.events() == ["project:update"] * 2
    assert desk.listed(admin) == []


def test_what_is_wrong_is_refused(studio, admin, desk):
    other, unknown = studio.task_type("Animation"), {"id": new_id()}
    archived = studio.add(Software, name="Old", short_name="o", file_extension="o", archived=True)
    for place, status in (
        ({"kind": {"id": "x"}}, 400),
        ({"software": {"id": "x"}}, 400),
        ({"project": unknown}, 404),
        ({"project": {"id": "x"}}, 404),
        ({"kind": other}, 400),
        ({"software": unknown}, 404),
        ({"software": archived}, 400),
    ):
        assert desk.add(admin, **place).status_int == status
    assert admin.post(desk.path(), {}).status_int == 400
    assert [desk.remove(admin, **{key: {"id": "x"}}).status_int for key in ("kind", "software")] == [400, 400]
    for project in (unknown["id"], "x"):
        assert admin.get(f"/data/projects/{project}/task-type-softwares").status_int == 404


@pytest.mark.parametrize("role", ROLES)
def test_who_leads_the_task_type_says_what_it_is_worked_on_with(studio, desk, role):
    member, stranger = studio.person(role), studio.person(role)
    desk.project = studio.project(team=[member])
    studio.link(ProjectTaskTypeLink, project_id=desk.project["id"], task_type_id=desk.kind["id"])
    allowed = role in ("admin", "manager", "supervisor")
    assert desk.add(studio.api(member)).status_int == (201 if allowed else 403)
    assert len(desk.listed(studio.api(member))) == int(allowed)
    assert desk.remove(studio.api(member)).status_int == (204 if allowed else 403)
    for answer in (desk.add(studio.api(stranger)), desk.remove(studio.api(stranger))):
        assert answer.status_int == (403 if role != "admin" else answer.status_int)
    path = f"/data/projects/{desk.project['id']}/task-type-softwares"
    assert studio.api(stranger).get(path).status_int == (200 if role == "admin" else 403)
    assert studio.nobody.get(path).status_int == 401


def test_a_supervisor_of_another_department_may_not(studio, desk):
    own, other = (
        studio.person("supervisor", [{"id": studio.task_type(name)["department_id"]}])
        for name in ("Layout", "Modeling")
    )
    desk.project = studio.project(team=[own, other])
    studio.link(ProjectTaskTypeLink, project_id=desk.project["id"], task_type_id=desk.kind["id"])
    assert [desk.add(studio.api(person)).status_int for person in (own, other)] == [201, 403]


def test_a_task_type_that_leaves_the_production_takes_its_software_along(studio, admin, desk):
    desk.add(admin)
    admin.delete(f"/data/projects/{desk.project['id']}/settings/task-types/{desk.kind['id']}")
    assert not studio.db.exists(ProjectTaskTypeSoftwareLink)
    studio.link(ProjectTaskTypeLink, project_id=desk.project["id"], task_type_id=desk.kind["id"])
    desk.add(admin)
    admin.post(f"/data/projects/{desk.project['id']}/settings/batch", {"replace_task_types": True})
    assert not studio.db.exists(ProjectTaskTypeSoftwareLink)
