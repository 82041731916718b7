"""Task statuses that clients may set in one production."""

import pytest

from kitsulite.models.fields import new_id
from kitsulite.models.projects import ProjectPersonLink, ProjectTaskStatusLink
from kitsulite.models.tasks import TaskStatus


@pytest.fixture
def status(studio, scene):
    """A status of the production that is not for clients."""
    found = studio.task_status("wip")
    with studio.db.write():
        studio.db.update(TaskStatus, found["id"], is_client_allowed=False)
    studio.link(ProjectTaskStatusLink, project_id=scene.project["id"], task_status_id=found["id"])
    studio.forget_events()
    return found


def path(scene, status):
    return f"/data/projects/{scene.project['id']}/settings/task-status/{status['id']}"


def comment(scene, status):
    body = {"task_status_id": status["id"], "comment": "hello"}
    return scene.api("client").post(f"/actions/tasks/{scene.task['id']}/comment", body).status_int


def test_a_production_overrides_what_a_status_says(studio, scene, status):
    assert comment(scene, status) == 403
    answer = scene.api("manager").put(path(scene, status), {"is_client_allowed": True})
    assert answer.status_int == 200
    assert set(answer.json) == {
        *("project_id", "task_status_id", "priority", "roles_for_board", "is_client_allowed"),
        *("id", "created_at", "updated_at", "type"),
    }
    assert (answer.json["is_client_allowed"], answer.json["type"]) == (True, "ProjectTaskStatusLink")
    assert studio.events() == ["project:update"]
    assert comment(scene, status) == 201
    with studio.db.write():
        studio.db.update(TaskStatus, status["id"], is_client_allowed=True)
    scene.api("manager").put(path(scene, status), {"is_client_allowed": False})
    assert comment(scene, status) == 403
    assert scene.api("manager").put(path(scene, status), {"is_client_allowed": None}).json["is_client_allowed"] is None
    assert comment(scene, status) == 201


def test_an_edited_comment_keeps_to_it(studio, scene, status):
    scene.api("manager").put(path(scene, status), {"is_client_allowed": True})
    own = studio.comment(scene.task, scene.team["client"])
    change = {"task_status_id": status["id"]}
    assert scene.api("client").put(f"/data/comments/{own['id']}", change).status_int == 200
    todo = studio.task_status("todo")
    studio.link(
        ProjectTaskStatusLink, project_id=scene.project["id"], task_status_id=todo["id"], is_client_allowed=False
    )
    change = {"task_status_id": todo["id"]}
    assert scene.api("client").put(f"/data/comments/{own['id']}", change).status_int == 403


def test_what_is_no_status_of_the_production_is_not_found(studio, scene, status):
    api = scene.api("manager")
    for other in (studio.task_status("done"), {"id": new_id()}, {"id": "nonsense"}):
        assert api.put(path(scene, other), {"is_client_allowed": True}).status_int == 404
    for body in ({}, {"is_client_allowed": "maybe"}):
        assert api.put(path(scene, status), body).status_int == 400


@pytest.mark.parametrize("role", ["supervisor", "user", "client", "vendor"])
def test_only_managers_of_the_production_say_so(studio, scene, status, role):
    assert scene.api(role).put(path(scene, status), {"is_client_allowed": True}).status_int == 403
    stranger = studio.person("manager")
    assert studio.api(stranger).put(path(scene, status), {"is_client_allowed": True}).status_int == 403
    studio.link(ProjectPersonLink, project_id=scene.project["id"], person_id=stranger["id"], role=role)
    assert studio.api(stranger).put(path(scene, status), {"is_client_allowed": True}).status_int == 403
