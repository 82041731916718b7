"""Shots through the API."""

import pytest

from kitsulite.models.entities import Entity, EntityLink
from kitsulite.models.fields import new_id
from kitsulite.models.previews import PreviewFile


@pytest.fixture
def production(studio):
    manager = studio.person("manager")
    project = studio.project(team=[manager])
    return studio.api(manager), project


def test_a_manager_creates_a_shot_below_a_sequence(studio, production):
    api, project = production
    episode = studio.entity(project, "Episode")
    sequence = studio.entity(project, "Sequence", parent_id=episode["id"])
    studio.forget_events()
    answer = api.post(
        f"/data/projects/{project['id']}/shots",
        {"name": "SH01", "sequence_id": sequence["id"], "nb_frames": "12", "data": {"fps": 25}},
    )
    assert answer.status_int == 201
    assert {k: answer.json[k] for k in ("name", "parent_id", "nb_frames", "data", "type")} == {
        "name": "SH01",
        "parent_id": sequence["id"],
        "nb_frames": 12,
        "data": {"fps": 25},
        "type": "Shot",
    }
    assert studio.events() == ["shot:new"]


def test_a_shot_of_the_same_name_and_place_is_returned_unchanged(studio, production):
    api, project = production
    path = f"/data/projects/{project['id']}/shots"
    first = api.post(path, {"name": "SH01"})
    studio.forget_events()
    second = api.post(path, {"name": "SH01", "nb_frames": 5})
    assert second.status_int == 201
    assert second.json == first.json
    assert studio.events() == []


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({}, "name", "Field required"),
        ({"name": ""}, "name", "String should have at least 1 character"),
        ({"name": 3}, "name", "Input should be a valid string"),
        (
            {"name": "a", "nb_frames": 1.5},
            "nb_frames",
            "Input should be a valid integer, got a number with a fractional part",
        ),
        ({"name": "a", "sequence_id": ""}, "sequence_id", "Input should be a valid UUID"),
        ([], "", "Input should be a valid dictionary or object to extract fields from"),
    ],
)
def test_a_bad_body_is_reported_field_by_field(production, body, field, message):
    api, project = production
    answer = api.post(f"/data/projects/{project['id']}/shots", body)
    assert answer.status_int == 400
    assert answer.json["message"] == "Validation error."
    assert answer.json["data"]["errors"] == [{"field": field, "message": message}]


def test_a_sequence_of_another_project_is_unknown(studio, production):
    api, project = production
    foreign = studio.entity(studio.project(), "Sequence")
    answer = api.post(f"/data/projects/{project['id']}/shots", {"name": "SH01", "sequence_id": foreign["id"]})
    assert answer.status_int == 404


@pytest.mark.parametrize("role", ["supervisor", "user", "client", "vendor"])
def test_only_managers_create_shots(studio, role):
    member = studio.person(role)
    project = studio.project(team=[member])
    assert studio.api(member).post(f"/data/projects/{project['id']}/shots", {"name": "SH01"}).status_int == 403


def test_the_role_on_the_project_counts(studio):
    promoted, demoted = studio.person("user"), studio.person("manager")
    project = studio.project(team=[(promoted, "manager"), (demoted, "user")])
    path = f"/data/projects/{project['id']}/shots"
    assert studio.api(promoted).post(path, {"name": "SH01"}).status_int == 201
    assert studio.api(demoted).post(path, {"name": "SH02"}).status_int == 403


def test_lists_leave_out_shots_without_a_sequence_but_for_that_of_a_project(studio, scene):
    sequence = studio.entity(scene.project, "Sequence", name="SQ01")
    other = studio.entity(scene.project, "Sequence")
    second, first = (studio.entity(scene.project, "Shot", name=name, parent_id=sequence["id"]) for name in "BA")
    third = studio.entity(scene.project, "Shot", name="C", parent_id=other["id"])
    get = scene.api("client").get
    rows = get(f"/data/shots?project_id={scene.project['id']}").json
    assert [row["id"] for row in rows] == [first["id"], second["id"], third["id"]]
    assert (rows[0]["sequence_name"], rows[0]["project_name"]) == ("SQ01", scene.project["name"])
    for path in (f"/data/shots?sequence_id={sequence['id']}", f"/data/sequences/{sequence['id']}/shots"):
        assert [row["id"] for row in get(path).json] == [first["id"], second["id"]]
    assert [row["id"] for row in get(f"/data/sequences/{sequence['id']}/shots?name=b").json] == [second["id"]]
    assert get(f"/data/shots?sequence_id={first['id']}").status_int == 404
    whole = get(f"/data/projects/{scene.project['id']}/shots").json
    assert {row["id"] for row in whole} == {first["id"], second["id"], third["id"], scene.entity["id"]}
    assert get(f"/data/shots/{scene.entity['id']}").status_int == 404
    assert get("/data/shots/with-tasks").status_int == 403


def test_a_single_shot_shows_place_relations_and_all_its_tasks(studio, scene):
    episode = studio.entity(scene.project, "Episode", name="E01")
    sequence = studio.entity(scene.project, "Sequence", name="SQ01", parent_id=episode["id"])
    shot = studio.entity(scene.project, "Shot", parent_id=sequence["id"], nb_frames=7)
    asset = studio.entity(scene.project, "Prop", canceled=True)
    studio.link(EntityLink, entity_in_id=shot["id"], entity_out_id=asset["id"])
    tasks = [studio.task(shot, "Animation", [scene.team["vendor"]]), studio.task(shot, "Layout")]
    shown = scene.api("vendor").get(f"/data/shots/{shot['id']}").json
    assert [task["id"] for task in shown["tasks"]] == [task["id"] for task in tasks]
    assert (shown["episode_name"], shown["sequence_name"], shown["entities_out"]) == ("E01", "SQ01", [asset["id"]])
    assert (shown["nb_frames"], shown["data"], shown["type"]) == (7, {}, "Shot")
    assert scene.api().get(f"/data/shots/{shot['id']}").json["data"] is None
    assert [row["id"] for row in scene.api().get(f"/data/shots/{shot['id']}/assets").json] == [asset["id"]]


def test_a_change_replaces_metadata_and_ignores_what_it_may_not_set(studio, scene):
    with studio.db.write():
        studio.db.update(Entity, scene.entity["id"], data={"a": 1})
    path = f"/data/shots/{scene.entity['id']}"
    studio.forget_events()
    body = {
        **{"name": "New", "nb_frames": "12", "data": {"b": 2}, "unknown": 1, "type": "Asset"},
        **{"created_by": scene.team["user"]["id"], "project_id": studio.project()["id"], "shotgun_id": 3},
    }
    changed = scene.api("manager").put(path, body).json
    assert (changed["name"], changed["nb_frames"], changed["data"], changed["type"]) == ("New", 12, {"b": 2}, "Entity")
    assert (changed["created_by"], changed["project_id"], changed["shotgun_id"]) == (None, scene.project["id"], None)
    assert studio.events() == ["shot:update"]
    for body in (
        {"status": "done"},
        {"data": ["a"]},
        {"data": "a"},
        {"name": None},
        {"name": "x" * 161},
        {"parent_id": "x"},
        {"nb_frames": "x"},
        {"name": ""},
        {"description": 3},
        {"canceled": "maybe"},
        "text",
        [],
    ):
        assert scene.api("manager").put(path, body).status_int == 400
    for nothing in (scene.api("manager").put(path, None), scene.api("manager").send("PUT", path, "", "")):
        assert (nothing.status_int, nothing.json["name"]) == (200, "New")
    sequence = studio.entity(scene.project, "Sequence")
    first, second = (studio.entity(scene.project, "Shot", name=name, parent_id=sequence["id"]) for name in "AB")
    assert scene.api().put(f"/data/shots/{second['id']}", {"name": "A"}).status_int == 400
    assert scene.api().put(f"/data/shots/{first['id'].upper()}", {"name": "C"}).json["name"] == "C"


def test_names_are_ordered_whatever_their_case(studio, scene):
    sequence = studio.entity(scene.project, "Sequence")
    for name in ("b", "C", "a", "B"):
        studio.entity(scene.project, "Shot", name=name, parent_id=sequence["id"])
    rows = scene.api().get(f"/data/shots?project_id={scene.project['id']}").json
    assert [row["name"] for row in rows] == ["a", "B", "b", "C"]
    shot = studio.entity(scene.project, "Shot")
    for name in ("b", "A"):
        studio.task(shot, "Layout" if name == "b" else "Animation", name=name)
    assert [row["name"] for row in scene.api().get(f"/data/shots/{shot['id']}/tasks").json] == ["A", "b"]


def test_tasks_of_a_shot_are_ordered_by_name_and_type(studio, scene):
    tasks = [
        studio.task(scene.entity, "Layout", name="b"),
        studio.task(scene.entity, "FX", [scene.team["user"]], name="a"),
        studio.task(scene.entity, "Compositing", name="a"),
    ]
    path = f"/data/shots/{scene.entity['id']}/tasks"
    rows = [row for row in scene.api("client").get(path).json if row["id"] != scene.task["id"]]
    assert [row["id"] for row in rows] == [tasks[2]["id"], tasks[1]["id"], tasks[0]["id"]]
    assert {name: rows[0][name] for name in ("task_type_name", "entity_name", "entity_type_name", "project_name")} == {
        "task_type_name": "Compositing",
        "entity_name": scene.entity["name"],
        "entity_type_name": "Shot",
        "project_name": scene.project["name"],
    }
    assert "assignees" not in rows[0]
    related = {row["id"]: row["assignees"] for row in scene.api().get(path + "?relations=true").json}
    assert related[tasks[1]["id"]] == [scene.team["user"]["id"]]
    types = scene.api().get(f"/data/shots/{scene.entity['id']}/task-types").json
    assert {row["name"] for row in types} == {"Animation", "Layout", "FX", "Compositing"}


class Previews:
    """Two shots of an episode and one of none, with previews for animation."""

    def __init__(self, studio, scene):
        self.studio, self.scene = studio, scene
        self.episode = studio.entity(scene.project, "Episode")
        sequence = studio.entity(scene.project, "Sequence", parent_id=self.episode["id"])
        self.first, self.second = (studio.entity(scene.project, "Shot", parent_id=sequence["id"]) for _ in range(2))
        for shot, durations in ((self.first, (1, 2.5)), (self.second, (3, None)), (scene.entity, (4,))):
            task = scene.task if shot is scene.entity else studio.task(shot, "Animation")
            for number, duration in enumerate(durations):
                moment = f"2024-01-0{number + 1}T00:00:00.000000"
                preview = studio.preview(task, created_at=moment)
                with studio.db.write():
                    studio.db.update(PreviewFile, preview["id"], duration=duration)
        studio.preview(studio.task(self.first, "Layout"), duration=99)
        self.path = "/actions/projects/{}/task-types/{}/set-shot-nb-frames"

    def call(self, query="", project_id=None, task_type_id=None, role="manager"):
        ids = project_id or self.scene.project["id"], task_type_id or self.studio.task_type("Animation")["id"]
        return self.scene.api(role).post(self.path.format(*ids) + query, {})


@pytest.fixture
def previews(studio, scene):
    return Previews(studio, scene)


def test_frames_follow_the_newest_preview_of_a_task_type(studio, scene, previews):
    with studio.db.write():
        studio.db.execute("UPDATE project SET fps = '24' WHERE id = ?", [scene.project["id"]])
    studio.forget_events()
    found = {row["id"]: row["nb_frames"] for row in previews.call().json}
    assert found == {previews.first["id"]: 60, scene.entity["id"]: 96}
    assert studio.db.get(Entity, previews.first["id"])["nb_frames"] == 60
    assert studio.db.get(Entity, previews.second["id"])["nb_frames"] is None
    assert studio.events() == []


def test_frames_of_an_episode_alone(studio, scene, previews):
    assert [row["id"] for row in previews.call(f"?episode_id={previews.episode['id']}").json] == [previews.first["id"]]
    assert len(previews.call("?episode_id=").json) == 2
    assert previews.call("?episode_id=nonsense").status_int == 400
    assert previews.call(task_type_id="nonsense").status_int == 400
    assert previews.call(project_id="nonsense", role="admin").status_int == 400
    assert previews.call(task_type_id=new_id()).json == []
