"""Concepts and edits of a production."""

import pytest

from kitsulite.models.entities import EntityConceptLink, EntityLink, EntityVersion
from kitsulite.models.fields import new_id
from kitsulite.models.tasks import TaskPersonLink


def test_a_concept_illustrates_the_known_entities_of_a_list(studio, scene):
    asset = studio.entity(scene.project, "Prop")
    path = f"/data/projects/{scene.project['id']}/concepts"
    links = [{"id": asset["id"].upper()}, {"id": new_id()}]
    made = scene.api("user").post(path, {"name": "Sketch", "entity_concept_links": links}).json
    assert (made["entity_concept_links"], made["type"]) == ([asset["id"]], "Concept")
    again = scene.api("user").post(path, {"name": "Sketch", "entity_concept_links": []}).json
    assert again == made
    assert studio.db.exists(EntityConceptLink, entity_in_id=made["id"], entity_out_id=asset["id"])
    listed = scene.api("user").get(f"/data/concepts?project_id={scene.project['id']}").json
    assert [(row["entity_concept_links"], row["project_name"]) for row in listed] == [
        ([asset["id"]], scene.project["name"])
    ]


@pytest.mark.parametrize(
    ("links", "status"), [(None, 400), ([new_id()], 400), ([{}], 400), ([{"id": "nonsense"}], 404), ("x", 400)]
)
def test_bad_links_make_no_concept(studio, scene, links, status):
    path = f"/data/projects/{scene.project['id']}/concepts"
    assert scene.api().post(path, {"name": "Sketch", "entity_concept_links": links}).status_int == status
    assert scene.api().get(f"/data/concepts?project_id={scene.project['id']}").json == []


def test_a_concept_shows_its_tasks_and_relations(studio, scene):
    concept = studio.entity(scene.project, "Concept", data={"frame_in": 3})
    studio.link(EntityConceptLink, entity_in_id=concept["id"], entity_out_id=scene.entity["id"])
    task = studio.task(concept, "Concept", [scene.team["vendor"]])
    for role in ("user", "vendor"):
        shown = scene.api(role).get(f"/data/concepts/{concept['id']}").json
        assert [row["id"] for row in shown["tasks"]] == [task["id"]]
        assert (shown["entity_concept_links"], shown["entities_out"]) == ([scene.entity["id"]], [])
        assert (shown["frame_in"], shown["status"]) == (3, "running")
    (row,) = scene.api().get(f"/data/concepts/with-tasks?project_id={scene.project['id']}").json
    assert [found["id"] for found in row["tasks"]] == [task["id"]]
    assert "last_preview_file_id" not in row["tasks"][0]
    assert [row["id"] for row in scene.api().get(f"/data/concepts/{concept['id']}/tasks").json] == [task["id"]]
    assert [row["name"] for row in scene.api().get(f"/data/concepts/{concept['id']}/task-types").json] == ["Concept"]


def test_a_client_sees_no_concept_beside_their_work(studio, scene):
    """Artists see all of their production; what lies around their own work opens it to vendors alone."""
    concept = studio.entity(scene.project, "Concept")
    studio.link(EntityLink, entity_in_id=scene.entity["id"], entity_out_id=concept["id"])
    for role, status in (("user", 200), ("vendor", 200), ("client", 403)):
        studio.link(TaskPersonLink, task_id=scene.task["id"], person_id=scene.team[role]["id"])
        assert scene.api(role).get(f"/data/entities/{concept['id']}").status_int == status, role


def test_links_are_replaced_by_the_generic_route(studio, scene):
    concept, asset = studio.entity(scene.project, "Concept"), studio.entity(scene.project, "Prop")
    path = f"/data/entities/{concept['id']}"
    assert scene.api().put(path, {"entity_concept_links": [asset["id"]]}).json["entity_concept_links"] == [asset["id"]]
    assert scene.api().put(path, {"entity_concept_links": []}).json["entity_concept_links"] == []


# Edits


def test_an_edit_lies_in_any_entity_that_there_is(studio, scene):
    episode = studio.entity(scene.project, "Episode", name="E01")
    path = f"/data/projects/{scene.project['id']}/edits"
    made = scene.api("manager").post(path, {"name": "Cut", "episode_id": episode["id"]}).json
    assert (made["parent_id"], made["type"]) == (episode["id"], "Edit")
    assert scene.api("manager").post(path, {"name": "Cut", "episode_id": new_id()}).status_int == 404
    shown = scene.api("user").get(f"/data/edits/{made['id']}").json
    assert (shown["episode_name"], shown["data"], "status" in shown) == ("E01", {}, False)
    listed = scene.api("user").get(f"/data/edits?project_id={scene.project['id']}").json
    assert [(row["id"], row["project_name"]) for row in listed] == [(made["id"], scene.project["name"])]


def test_tasks_types_and_versions_of_an_edit(studio, scene):
    edit = studio.entity(scene.project, "Edit")
    task = studio.task(edit, "Edit")
    versions = [
        studio.add(EntityVersion, entity_id=edit["id"], name=name, created_at=f"2024-01-0{day}T00:00:00.000000")
        for day, name in ((2, "newer"), (1, "older"))
    ]
    get = scene.api("client").get
    assert [row["id"] for row in get(f"/data/edits/{edit['id']}/tasks").json] == [task["id"]]
    assert [row["name"] for row in get(f"/data/edits/{edit['id']}/task-types").json] == ["Edit"]
    rows = get(f"/data/edits/{edit['id']}/versions").json
    assert [(row["id"], row["type"]) for row in rows] == [(version["id"], "EditVersion") for version in versions]
