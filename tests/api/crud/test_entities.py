"""Entities, their links and types through the generic routes."""

import pytest
import time_machine
from support import ROLES

from kitsulite.models.activity import Subscription
from kitsulite.models.entities import (
    AssetInstance,
    AssetInstanceLink,
    Entity,
    EntityConceptLink,
    EntityLink,
    EntityType,
    EntityVersion,
)
from kitsulite.models.fields import new_id
from kitsulite.models.projects import DepartmentMetadataDescriptorLink, MetadataDescriptor, ProjectStatus, ScheduleItem

KINDS = ("Shot", "Sequence", "Episode", "Scene", "Edit", "Concept", "Prop")


def kind_of(name):
    return "asset" if name == "Prop" else name.lower()


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_made_changed_and_deleted_under_its_name(studio, scene, kind):
    type_id = studio.entity(scene.project, kind)["entity_type_id"]
    studio.forget_events()
    body = {"name": "New", "project_id": scene.project["id"], "entity_type_id": type_id, "created_by": new_id()}
    made = scene.api("manager").post("/data/entities", body)
    assert made.status_int == 201, made.text
    assert (made.json["type"], made.json["created_by"]) == ("Entity", scene.team["manager"]["id"])
    path = f"/data/entities/{made.json['id']}"
    shown = "Asset" if kind == "Prop" else kind
    assert scene.api("manager").get(path).json["type"] == shown
    changed = scene.api("manager").put(path, {"name": "Newer"})
    assert (changed.json["name"], changed.json["type"], changed.json["entities_out"]) == ("Newer", shown, [])
    assert scene.api("manager").delete(path).status_int == 204
    assert studio.events() == [f"{kind_of(kind)}:{action}" for action in ("new", "update", "delete")]


def test_an_item_holds_its_relations_unless_they_are_not_wanted(studio, scene):
    asset, concept = studio.entity(scene.project, "Prop"), studio.entity(scene.project, "Concept")
    studio.link(EntityLink, entity_in_id=scene.entity["id"], entity_out_id=asset["id"])
    studio.link(EntityConceptLink, entity_in_id=concept["id"], entity_out_id=asset["id"])
    path = f"/data/entities/{scene.entity['id']}"
    assert scene.api().get(path).json["entities_out"] == [asset["id"]]
    assert "entities_out" not in scene.api().get(path + "?relations=false").json
    rows = {row["id"]: row for row in scene.api().get("/data/entities?relations=true").json}
    assert rows[asset["id"]]["entities_in"] == [scene.entity["id"]]
    assert rows[concept["id"]]["entity_concept_links"] == [asset["id"]]


def test_lists_hold_open_projects_of_the_caller_and_of_vendors_their_work(studio, scene):
    closed = studio.project(
        team=list(scene.team.values()), project_status_id=studio.db.find(ProjectStatus, name="Closed")["id"]
    )
    rows = [scene.entity, *(studio.entity(project, "Shot") for project in (scene.project, closed, studio.project()))]
    studio.task(scene.entity, "Layout", [scene.team["vendor"]])
    studio.task(scene.entity, "FX", [scene.team["vendor"]])
    wanted = {**dict.fromkeys(ROLES, rows[:2]), "admin": rows, "vendor": rows[:1]}
    for role in ROLES:
        found = [row["id"] for row in scene.api(role).get("/data/entities").json]
        assert found == [row["id"] for row in wanted[role]], role
    page = scene.api("vendor").get("/data/entities?page=1").json
    assert (page["total"], len(page["data"])) == (1, 1)


@pytest.mark.parametrize("status", ["done", "", None, 3])
def test_a_status_is_one_of_four(studio, scene, status):
    body = {"name": "N", "project_id": scene.project["id"], "entity_type_id": scene.entity["entity_type_id"]}
    assert scene.api().post("/data/entities", {**body, "status": status}).status_int == 400
    assert scene.api().put(f"/data/entities/{scene.entity['id']}", {"status": status}).status_int == 400
    assert scene.api().post("/data/entities", {**body, "status": "complete"}).json["status"] == "complete"


def test_metadata_is_merged(studio, scene):
    path = f"/data/entities/{scene.entity['id']}"
    put = scene.api().put
    assert put(path, {"data": {"a": 1, "b": [2]}}).json["data"] == {"a": 1, "b": [2]}
    assert put(path, {"data": {"b": None, "c": {"d": 3}}}).json["data"] == {"a": 1, "b": None, "c": {"d": 3}}
    assert put(path, {"data": None}).json["data"] == {"a": 1, "b": None, "c": {"d": 3}}
    assert put(path, {}).json["data"] == {"a": 1, "b": None, "c": {"d": 3}}
    refused = put(path, {"data": [1]})
    assert (refused.status_int, refused.json["error"]) == (400, True)


@pytest.mark.parametrize("stored", [["a"], "a", 1])
def test_stored_metadata_that_is_no_object_is_replaced(studio, stored):
    shot = studio.entity(studio.project(), "Shot", data=stored, updated_at="2020-01-01T00:00:00.000000")
    put = studio.api(studio.admin).put
    assert put(f"/data/entities/{shot['id']}", {"name": "kept"}).json["data"] == stored
    assert put(f"/data/entities/{shot['id']}", {"data": {"b": 1}}).json["data"] == {"b": 1}


def test_a_place_is_taken_once(studio, scene):
    sequence = studio.entity(scene.project, "Sequence")
    first, second = (studio.entity(scene.project, "Shot", name=name, parent_id=sequence["id"]) for name in "AB")
    free = studio.entity(scene.project, "Shot", name="A")
    put = scene.api().put
    assert put(f"/data/entities/{second['id']}", {"name": "A"}).status_int == 400
    assert put(f"/data/entities/{free['id']}", {"parent_id": sequence["id"]}).status_int == 400
    assert (
        put(f"/data/entities/{studio.entity(scene.project, 'Shot', name='C')['id']}", {"name": "A"}).status_int == 400
    )
    assert put(f"/data/entities/{first['id']}", {"name": "A", "description": "same place"}).status_int == 200
    assert put(f"/data/entities/{second['id']}", {"parent_id": None, "name": "D"}).json["parent_id"] is None


def test_parents_and_sources_are_of_the_same_project(studio, scene):
    foreign = studio.entity(studio.project(), "Sequence")["id"]
    parent = studio.entity(scene.project, "Sequence")["id"]
    path, shot_path = (f"/data/{noun}/{scene.entity['id']}" for noun in ("entities", "shots"))
    place = {"project_id": scene.project["id"], "entity_type_id": scene.entity["entity_type_id"]}
    for column in ("parent_id", "source_id"):
        assert scene.api("manager").put(path, {column: foreign}).status_int == 400
        assert scene.api("manager").put(shot_path, {column: foreign}).status_int == 400
        assert scene.api("manager").post("/data/entities", {**place, "name": "x", column: foreign}).status_int == 400
        assert scene.api("manager").put(path, {column: parent.upper()}).json[column] == parent
        with studio.db.write():
            studio.db.update(Entity, scene.entity["id"], **{column: foreign})
        assert scene.api("manager").put(path, {column: foreign, "name": column}).json["name"] == column
    assert scene.api("manager").post("/data/entities", {**place, "name": "x", "parent_id": parent}).status_int == 201


@pytest.mark.parametrize("column", ["parent_id", "source_id"])
def test_no_entity_lies_in_itself(studio, scene, column):
    low = scene.entity["id"]
    middle, high = (studio.entity(scene.project, kind)["id"] for kind in ("Sequence", "Episode"))
    put, shown = scene.api("manager").put, f"{column} leads back to the row itself."
    for below, above in ((low, middle), (middle, high)):
        assert put(f"/data/entities/{below}", {column: above}).json[column] == above
    for above in (low, middle, high):
        answer = put(f"/data/entities/{high}", {column: above.upper(), "name": "other"})
        assert (answer.status_int, answer.json["message"]) == (400, shown)
    answer = put(f"/data/shots/{low}", {column: low})
    assert (answer.status_int, answer.json["message"]) == (400, shown)
    assert studio.db.row(f"SELECT {column}, name = 'other' FROM entity WHERE id = ?", [high]) == (None, 0)


def test_entities_that_lie_in_themselves_are_read_and_deleted(studio, scene):
    """As an older file may hold them."""
    sequence, api = studio.entity(scene.project, "Sequence"), scene.api()
    with studio.db.write():
        for row in (sequence, scene.entity):
            studio.db.update(Entity, row["id"], parent_id=sequence["id"])
    for path in (f"/data/shots/{scene.entity['id']}", f"/data/sequences/{sequence['id']}", "/data/tasks/open-tasks"):
        assert api.get(path).status_int == 200
    assert api.put(f"/data/entities/{sequence['id']}", {"name": "free", "parent_id": None}).json["parent_id"] is None
    for path in (f"/data/shots/{scene.entity['id']}", f"/data/sequences/{sequence['id']}"):
        assert api.delete(f"{path}?force=true").status_int == 204


def test_the_source_may_be_taken_away_by_a_word(studio, scene):
    episode = studio.entity(scene.project, "Episode")
    asset = studio.entity(scene.project, "Prop", source_id=episode["id"])
    assert scene.api().put(f"/data/entities/{asset['id']}", {"source_id": "null"}).json["source_id"] is None


@pytest.mark.parametrize(
    "body", [{"name": None}, {"name": "x" * 161}, {"parent_id": "x"}, {"parent_id": new_id()}, {"nb_frames": "many"}]
)
def test_a_refused_change_has_a_message(scene, body):
    answer = scene.api().put(f"/data/entities/{scene.entity['id']}", body)
    assert answer.status_int == 400
    assert answer.json["message"]


def test_a_status_that_there_is_not_is_refused(scene):
    answer = scene.api().put(f"/data/entities/{scene.entity['id']}", {"status": "done"})
    assert (answer.status_int, answer.json["message"], answer.json["data"]) == (400, "Invalid status", None)
    assert scene.api().put(f"/data/entities/{scene.entity['id']}", ["name"]).status_int == 400


def test_a_refusal_of_a_person_says_so(studio, scene):
    assert scene.api("user").put(f"/data/entities/{scene.entity['id']}", {"name": "x"}).status_int == 403
    assert scene.api("user").put(f"/data/entities/{new_id()}", {}).status_int == 404


def test_kept_columns_stay(studio, scene):
    body = {"project_id": studio.project()["id"], "created_by": scene.team["user"]["id"], "entities_out": [new_id()]}
    row = scene.api().put(f"/data/entities/{scene.entity['id']}", body).json
    assert (row["project_id"], row["created_by"], row["entities_out"]) == (scene.project["id"], None, [])


def test_a_creator_of_the_team_may_change_and_delete_what_they_made(studio, scene):
    artist, stranger = scene.team["user"], studio.person("manager")
    for person, changed, deleted in ((artist, 200, 204), (stranger, 403, 403)):
        shot = studio.entity(scene.project, "Shot", created_by=person["id"])
        assert studio.api(person).put(f"/data/entities/{shot['id']}", {"name": "Mine"}).status_int == changed
        assert studio.api(person).delete(f"/data/entities/{shot['id']}").status_int == deleted


def test_who_no_longer_sees_what_they_made_neither_changes_nor_deletes_it(studio, scene):
    for role, kind in (("client", "Concept"), ("vendor", "Shot")):
        made = studio.entity(scene.project, kind, created_by=scene.team[role]["id"])
        assert scene.api(role).put(f"/data/entities/{made['id']}", {"description": "a"}).status_int == 403
        assert scene.api(role).delete(f"/data/entities/{made['id']}").status_int == 403


def test_supervisors_change_metadata_of_their_departments(studio, scene):
    own, other = studio.department(), studio.department()
    for name, department in (("ours", own), ("theirs", other)):
        descriptor = studio.add(
            MetadataDescriptor, project_id=scene.project["id"], entity_type="Shot", name=name, field_name=name
        )
        studio.link(
            DepartmentMetadataDescriptorLink,
            metadata_descriptor_id=descriptor["id"],
            department_id=department["id"],
        )
    lead = studio.person("supervisor", [own])
    project = studio.project(team=[lead])
    with studio.db.write():
        studio.db.execute("UPDATE metadata_descriptor SET project_id = ?", [project["id"]])
    shot, scene_of_lead = studio.entity(project, "Shot"), studio.entity(project, "Scene")
    put = studio.api(lead).put
    assert put(f"/data/entities/{shot['id']}", {"data": {"ours": 1}}).status_int == 200
    for body in (
        {"data": {"theirs": 1}},
        {"data": {"ours": 1, "free": 2}},
        {"data": {}},
        {"data": {"ours": 1}, "name": "x"},
    ):
        assert put(f"/data/entities/{shot['id']}", body).status_int == 403, body
    assert put(f"/data/entities/{scene_of_lead['id']}", {"data": {"ours": 1}}).status_int == 403
    assert scene.api("supervisor").put(f"/data/entities/{scene.entity['id']}", {"data": {"any": 1}}).status_int == 200


# Versions


def versions(studio):
    return [(row["name"], row["data"]) for row in studio.db.all(EntityVersion)]


@pytest.fixture
def shot(studio, scene):
    """A function that changes a shot named Old with the frames 1 to 9, seconds after the last change."""
    path = f"/data/entities/{scene.entity['id']}"
    with studio.db.write():
        studio.db.update(Entity, scene.entity["id"], name="Old", data={"frame_in": 1, "frame_out": 9})

    with time_machine.travel("2030-01-01T10:00:00+00:00", tick=False) as clock:

        def change(seconds=0, role="manager", **body):
            clock.shift(seconds)
            answer = scene.api(role).put(path, body)
            assert answer.status_int == 200, answer.text

        yield change


def test_a_shot_keeps_a_version_when_its_name_or_frames_change(studio, scene, shot):
    shot(description="x", data={"mood": "calm"})
    assert versions(studio) == []
    shot(data={"frame_in": 2})
    shot(400, name="New")
    shot(400, data={"frame_out": 10})
    base = {"frame_in": 2, "frame_out": 9, "mood": "calm"}
    assert versions(studio) == [("Old", base), ("Old", base), ("New", {**base, "frame_out": 10})]
    shown = scene.api("user").get(f"/data/shots/{scene.entity['id']}/versions").json
    assert [(row["type"], row["person_id"]) for row in shown] == [("ShotVersion", scene.team["manager"]["id"])] * 3


def test_quick_changes_join_the_last_version(studio, shot):
    shot(data={"frame_in": 2})
    shot(60, data={"frame_in": 3})
    assert versions(studio) == [("Old", {"frame_in": 3, "frame_out": 9})]
    shot(61, data={"frame_in": 4})
    assert len(versions(studio)) == 2
    shot(1, name="New")
    assert len(versions(studio)) == 2
    shot(1, data={"frame_in": 5})
    assert [name for name, _ in versions(studio)] == ["Old", "Old", "New"]
    shot(1, role="admin", data={"frame_in": 6})
    assert len(versions(studio)) == 4


def test_a_version_is_joined_for_five_minutes(studio, shot):
    for number in range(2, 10):
        shot(50, data={"frame_in": number})
    assert len(versions(studio)) == 2


def test_other_kinds_keep_no_versions(studio, scene):
    asset = studio.entity(scene.project, "Prop", updated_at="2020-01-01T00:00:00.000000")
    scene.api().put(f"/data/entities/{asset['id']}", {"data": {"frame_in": 3}})
    assert studio.db.all(EntityVersion) == []


# Deletion


def test_deleting_takes_links_away_but_no_more(studio, scene):
    sequence = studio.entity(scene.project, "Sequence")
    asset = studio.entity(scene.project, "Prop")
    studio.link(Subscription, person_id=scene.team["user"]["id"], entity_id=sequence["id"])
    studio.link(EntityLink, entity_in_id=sequence["id"], entity_out_id=asset["id"])
    studio.add(ScheduleItem, project_id=scene.project["id"], object_id=sequence["id"])
    assert scene.api().delete(f"/data/entities/{sequence['id']}").status_int == 204
    assert studio.db.all(EntityLink) == studio.db.all(ScheduleItem) == []
    assert studio.db.exists(Entity, id=asset["id"])


def test_what_has_tasks_is_kept_whatever_is_forced(studio, scene):
    asset = studio.entity(scene.project, "Prop")
    studio.link(EntityLink, entity_in_id=scene.entity["id"], entity_out_id=asset["id"])
    studio.forget_events()
    answer = scene.api().delete(f"/data/entities/{scene.entity['id']}?force=true")
    assert answer.status_int == 400
    assert studio.db.exists(Entity, id=scene.entity["id"])
    assert studio.db.exists(EntityLink, entity_out_id=asset["id"])
    assert studio.events() == []
    place = studio.entity(scene.project, "Sequence")
    with studio.db.write():
        studio.db.update(Entity, scene.entity["id"], nb_entities_out=1, parent_id=place["id"])
    assert scene.api().delete(f"/data/entities/{asset['id']}").status_int == 204
    assert studio.db.get(Entity, scene.entity["id"])["nb_entities_out"] == 0
    assert studio.events() == ["shot:casting-update", "asset:delete"]


# Links and types


def test_links_are_raw_rows(studio, scene):
    asset = studio.entity(scene.project, "Prop")
    body = {"entity_in_id": scene.entity["id"], "entity_out_id": asset["id"]}
    link = scene.api().post("/data/entity-links", body)
    assert (link.json["nb_occurences"], link.json["label"]) == (1, "")
    assert scene.api().post("/data/entity-links", body).status_int == 400
    assert studio.db.get(Entity, scene.entity["id"])["nb_entities_out"] == 0
    assert scene.api().get(f"/data/entity-links/{new_id()}").status_int == 404
    assert scene.api().get("/data/entity-links/x").status_int == 400


def test_types_have_a_name_of_their_own_whatever_its_case(studio, scene):
    post = scene.api().post
    task_type = studio.task_type("Modeling")
    made = post("/data/entity-types", {"name": "Vehicle", "task_types": [task_type["id"]]})
    assert (made.status_int, made.json["task_types"]) == (201, [task_type["id"]])
    for name in ("vehicle", "VEHICLE", "Veh%"):
        refused = post("/data/entity-types", {"name": name})
        assert (refused.status_int, refused.json["data"]) == (400, None)
    assert post("/data/entity-types", {}).status_int == 400
    path = f"/data/entity-types/{made.json['id']}"
    assert scene.api().put(path, {"task_types": []}).json["task_types"] == []
    assert studio.events("asset-type:new", "asset-type:update") == ["asset-type:new", "asset-type:update"]
    assert scene.api().delete(f"/data/entity-types/{scene.entity['entity_type_id']}").status_int == 400
    assert scene.api().delete(path).status_int == 204
    assert not studio.db.exists(EntityType, id=made.json["id"])


def test_an_instance_keeps_its_number(studio, scene):
    asset = studio.entity(scene.project, "Prop")
    made = scene.api().post("/data/asset-instances", {"asset_id": asset["id"], "number": 3, "name": "P_0003"}).json
    changed = scene.api("user").put(f"/data/asset-instances/{made['id']}", {"number": 9, "description": "left"})
    assert (changed.json["number"], changed.json["description"]) == (3, "left")
    assert scene.api("vendor").get(f"/data/asset-instances/{made['id']}").status_int == 403
    studio.task(asset, "Modeling", [scene.team["vendor"]])
    assert scene.api("vendor").get(f"/data/asset-instances/{made['id']}").status_int == 200


def test_an_instance_is_shown_to_those_who_work_where_it_stands(studio, scene):
    asset = studio.entity(scene.project, "Prop")
    instance = studio.add(AssetInstance, asset_id=asset["id"], name="Prop_0001", number=1)
    studio.link(AssetInstanceLink, entity_id=scene.entity["id"], asset_instance_id=instance["id"])
    path = f"/data/asset-instances/{instance['id']}"
    assert scene.api("vendor").get(path).status_int == 403
    studio.task(scene.entity, "Layout", [scene.team["vendor"]])
    assert scene.api("vendor").get(path).json["id"] == instance["id"]
    assert studio.api(studio.person("manager")).get(path).status_int == 403


@pytest.mark.parametrize("role", ROLES)
def test_a_link_is_shown_to_managers_of_its_production(studio, scene, role):
    asset = studio.entity(scene.project, "Prop")
    link = {"entity_in_id": scene.entity["id"], "entity_out_id": asset["id"]}
    made = scene.api().post("/data/entity-links", link).json
    status = 200 if role in ("admin", "manager") else 403
    assert scene.api(role).get(f"/data/entity-links/{made['id']}").status_int == status
