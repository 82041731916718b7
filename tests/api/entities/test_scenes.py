"""Scenes, and the shots that are made from them."""

import pytest

from kitsulite.models.entities import Entity
from kitsulite.models.fields import new_id


@pytest.fixture
def layout(studio, scene):
    """A scene in a sequence of an episode."""
    episode = studio.entity(scene.project, "Episode", name="E01")
    sequence = studio.entity(scene.project, "Sequence", name="SQ01", parent_id=episode["id"])
    return studio.entity(scene.project, "Scene", parent_id=sequence["id"])


def test_a_scene_shows_its_sequence_and_episode(studio, scene, layout):
    shown = scene.api("user").get(f"/data/scenes/{layout['id']}").json
    assert (shown["sequence_name"], shown["episode_name"], shown["type"]) == ("SQ01", "E01", "Scene")
    assert (shown["project_name"], shown["sequence_id"]) == (scene.project["name"], layout["parent_id"])
    sequence = studio.entity(scene.project, "Sequence", name="SQ02")
    alone = studio.entity(scene.project, "Scene", parent_id=sequence["id"])
    assert "episode_id" not in scene.api().get(f"/data/scenes/{alone['id']}").json
    lost = studio.entity(scene.project, "Scene")
    assert scene.api().get(f"/data/scenes/{lost['id']}").status_int == 404
    names = [row["sequence_name"] for row in scene.api().get("/data/scenes/all").json]
    assert names == ["SQ01", "SQ02"]
    assert len(scene.api().get(f"/data/projects/{scene.project['id']}/scenes").json) == 3
    below = scene.api().get(f"/data/sequences/{layout['parent_id']}/scenes").json
    assert [row["id"] for row in below] == [layout["id"]]


def test_a_shot_comes_from_a_scene_and_leaves_it(studio, scene, layout):
    sequence = studio.entity(scene.project, "Sequence")
    shot = studio.entity(scene.project, "Shot", parent_id=sequence["id"])
    path = f"/data/scenes/{layout['id']}/shots"
    studio.forget_events()
    added = scene.api("user").post(path, {"shot_id": shot["id"]})
    assert (added.status_int, added.json["source_id"], added.json["type"]) == (201, layout["id"], "Entity")
    rows = scene.api("user").get(path).json
    assert [(row["id"], row["sequence_name"]) for row in rows] == [(shot["id"], sequence["name"])]
    other = studio.entity(scene.project, "Scene")
    assert scene.api("user").delete(f"/data/scenes/{other['id']}/shots/{shot['id']}").status_int == 204
    assert studio.db.get(Entity, shot["id"])["source_id"] is None
    assert studio.events() == ["shot:update", "shot:add-to-scene", "shot:update", "shot:remove-from-scene"]


def test_a_shot_does_not_come_from_a_scene_that_comes_from_it(studio, scene, layout):
    shot = studio.entity(scene.project, "Shot", parent_id=layout["parent_id"])
    with studio.db.write():
        studio.db.update(Entity, layout["id"], source_id=shot["id"])
    refused = scene.api("user").post(f"/data/scenes/{layout['id']}/shots", {"shot_id": shot["id"]})
    assert (refused.status_int, refused.json["message"]) == (400, "source_id leads back to the row itself.")
    assert studio.db.get(Entity, shot["id"])["source_id"] is None


def test_shots_of_other_projects_and_other_kinds_are_left_alone(studio, scene, layout):
    foreign = studio.entity(studio.project(), "Shot", source_id=None)
    path = f"/data/scenes/{layout['id']}/shots"
    for shot_id in (foreign["id"], layout["id"], new_id()):
        assert scene.api("user").post(path, {"shot_id": shot_id}).status_int == 404
        assert scene.api("user").delete(f"{path}/{shot_id}").status_int == 404
    for body in ({}, {"shot_id": "nonsense"}):
        assert scene.api("user").post(path, body).status_int == 400
    assert studio.db.get(Entity, foreign["id"])["source_id"] is None


def test_a_vendor_takes_only_shots_they_see_into_a_scene(studio, scene, layout):
    shots = [studio.entity(scene.project, "Shot", parent_id=layout["parent_id"]) for _ in range(2)]
    for entity, task_type in ((layout, "Layout"), (shots[0], "Animation")):
        studio.task(entity, task_type, assignees=[scene.team["vendor"]])
    path = f"/data/scenes/{layout['id']}/shots"
    for shot, is_seen in zip(shots, (True, False), strict=True):
        assert scene.api("vendor").post(path, {"shot_id": shot["id"]}).status_int == (201 if is_seen else 403)
        assert scene.api("vendor").delete(f"{path}/{shot['id']}").status_int == (204 if is_seen else 403)


def test_tasks_and_their_types_of_a_scene(studio, scene, layout):
    task = studio.task(layout, "Layout")
    (found,) = scene.api("client").get(f"/data/scenes/{layout['id']}/tasks").json
    assert (found["id"], found["entity_type_name"], "assignees" in found) == (task["id"], "Scene", False)
    (task_type,) = scene.api("client").get(f"/data/scenes/{layout['id']}/task-types").json
    assert (task_type["name"], task_type["type"]) == ("Layout", "TaskType")
