"""What the caller follows, through the API."""

import pytest

from kitsulite.models.activity import Subscription
from kitsulite.models.fields import new_id
from kitsulite.models.projects import ProjectPersonLink


@pytest.fixture
def person(studio):
    return studio.person("client")


@pytest.fixture
def api(studio, person):
    return studio.api(person)


@pytest.fixture
def sequence(studio, person):
    return studio.entity(studio.project(team=[person]), "Sequence")


@pytest.fixture
def tasks(studio, sequence):
    return [studio.task(sequence, name)["id"] for name in ("Layout", "Animation")]


def follows(api, task_id):
    return api.get(f"/data/user/tasks/{task_id}/subscribed").json


def test_only_tasks_and_sequences_of_ones_projects_are_followed(studio, api, tasks):
    foreign = studio.entity(studio.project(), "Sequence")
    task = studio.task(foreign, "Layout")
    of_sequence = f"/actions/user/sequences/{foreign['id']}/task-types/{task['task_type_id']}/subscribe"
    assert api.post(of_sequence).status_int == 403
    assert api.post(f"/actions/user/tasks/{task['id']}/subscribe").status_int == 403
    for other, status in ((task["id"], 403), (new_id(), 404)):
        assert api.post("/actions/user/tasks/subscribe", {"task_ids": [tasks[0], other]}).status_int == status
    assert not studio.db.exists(Subscription)


def test_a_member_follows_a_task_and_leaves_it(studio, person, api, tasks):
    studio.forget_events()
    assert follows(api, tasks[0]) is False
    made = api.post(f"/actions/user/tasks/{tasks[0]}/subscribe")
    assert made.status_int == 201
    expected = {"type": "Subscription", "person_id": person["id"], "task_id": tasks[0], "entity_id": None}
    assert {key: made.json[key] for key in expected} == expected
    assert follows(api, tasks[0]) is True
    assert follows(studio.api(studio.admin), tasks[0]) is False
    for _ in range(2):
        assert api.delete(f"/actions/user/tasks/{tasks[0]}/unsubscribe").status_int == 204
    assert follows(api, tasks[0]) is False
    assert studio.events() == []


def test_following_twice_is_following_once(studio, api, tasks):
    path = f"/actions/user/tasks/{tasks[0]}/subscribe"
    first, second = api.post(path), api.post(path)
    assert (second.status_int, second.json) == (201, first.json)
    assert len(studio.db.all(Subscription)) == 1


def test_several_tasks_at_once(studio, api, tasks):
    made = api.post("/actions/user/tasks/subscribe", {"task_ids": tasks})
    assert made.status_int == 201
    assert [row["task_id"] for row in made.json] == tasks
    given = [tasks[1], "nothing"]
    answer = api.post("/actions/user/tasks/unsubscribe", {"task_ids": given})
    assert (answer.status_int, answer.json) == (200, given)
    assert [follows(api, task) for task in tasks] == [True, False]


@pytest.mark.parametrize("action", ["subscribe", "unsubscribe"])
@pytest.mark.parametrize("body", [{}, {"task_ids": []}, {"task_ids": "x"}, {"task_ids": [1]}, {"task_ids": None}])
def test_a_body_without_task_ids_is_refused(api, action, body):
    assert api.post(f"/actions/user/tasks/{action}", body).json["message"] == "Validation error."


def test_an_unknown_task_is_not_found_and_nothing_is_kept(studio, api, tasks):
    for wrong in (new_id(), "nothing"):
        assert api.post(f"/actions/user/tasks/{wrong}/subscribe").status_int == 404
        assert api.post("/actions/user/tasks/subscribe", {"task_ids": [tasks[0], wrong]}).status_int == 404
        assert follows(api, wrong) is False
    assert studio.db.all(Subscription) == []


def test_a_sequence_is_followed_per_task_type(studio, person, api, sequence):
    layout, animation = (studio.task_type(name)["id"] for name in ("Layout", "Animation"))
    place = f"user/sequences/{sequence['id']}/task-types/{layout}"
    listing = f"/data/user/projects/{sequence['project_id']}/task-types"
    assert api.get(f"/data/{place}/subscribed").json is False
    made = api.post(f"/actions/{place}/subscribe")
    assert made.status_int == 201
    expected = {"person_id": person["id"], "task_id": None, "entity_id": sequence["id"], "task_type_id": layout}
    assert {key: made.json[key] for key in expected} == expected
    assert api.post(f"/actions/{place}/subscribe").json == made.json
    for path in (place, place.replace("sequences", "entities")):
        assert api.get(f"/data/{path}/subscribed").json is True
    assert api.get(f"{listing}/{layout}/sequence-subscriptions").json == [sequence["id"]]
    assert api.get(f"{listing}/{animation}/sequence-subscriptions").json == []
    other = studio.project()["id"]
    assert api.get(f"/data/user/projects/{other}/task-types/{layout}/sequence-subscriptions").json == []
    for _ in range(2):
        assert api.delete(f"/actions/{place}/unsubscribe").status_int == 204
    assert api.get(f"/data/{place}/subscribed").json is False


def test_nothing_is_followed_in_what_is_unknown(studio, api):
    layout, project = studio.task_type("Layout")["id"], studio.project()["id"]
    for wrong, status in ((new_id(), 200), ("nothing", 404)):
        for place in ((wrong, layout), (project, wrong)):
            answer = api.get("/data/user/projects/{}/task-types/{}/sequence-subscriptions".format(*place))
            assert answer.status_int == status
            assert status == 404 or answer.json == []


def test_unknown_sequences_and_task_types_are_not_found(studio, api, sequence):
    layout = studio.task_type("Layout")["id"]
    for wrong in (new_id(), "nothing"):
        for place in ((wrong, layout), (sequence["id"], wrong)):
            path = "/actions/user/sequences/{}/task-types/{}/subscribe".format(*place)
            assert api.post(path).status_int == 404


def test_what_one_may_not_read_one_does_not_follow(studio, tasks, sequence):
    layout = studio.task_type("Layout")["id"]
    vendor = studio.person("vendor")
    studio.link(ProjectPersonLink, project_id=sequence["project_id"], person_id=vendor["id"])
    for api in (studio.api(studio.person("manager")), studio.api(vendor)):
        assert api.post(f"/actions/user/tasks/{tasks[0]}/subscribe").status_int == 403
        assert api.post("/actions/user/tasks/subscribe", {"task_ids": tasks}).status_int == 403
        path = f"/actions/user/sequences/{sequence['id']}/task-types/{layout}/subscribe"
        assert api.post(path).status_int == 403
    assert studio.db.all(Subscription) == []


def test_who_leaves_the_team_follows_nothing_of_the_project(studio, person, api, sequence, tasks):
    layout = studio.task_type("Layout")["id"]
    api.post("/actions/user/tasks/subscribe", {"task_ids": tasks})
    api.post(f"/actions/user/sequences/{sequence['id']}/task-types/{layout}/subscribe")
    elsewhere = studio.task(studio.entity(studio.project(team=[person]), "Prop"))
    api.post(f"/actions/user/tasks/{elsewhere['id']}/subscribe")
    studio.api(studio.admin).delete(f"/data/projects/{sequence['project_id']}/team/{person['id']}")
    assert [row["task_id"] for row in studio.db.all(Subscription)] == [elsewhere["id"]]
