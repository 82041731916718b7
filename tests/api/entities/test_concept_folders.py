"""Folders of concepts: made, renamed, filled and removed."""

import pytest
from support import UNKNOWN

from kitsulite.models.activity import ApiEvent
from kitsulite.models.entities import Entity


class Shelf:
    """A production with the person of each role, a folder and two concepts."""

    def __init__(self, scene):
        self.scene, self.studio, self.db = scene, scene.studio, scene.studio.db
        self.project = scene.project
        self.path = f"/data/projects/{self.project['id']}/concept-folders"
        self.folder = scene.api("supervisor").post(self.path, {"name": "Moods"}).json
        self.concepts = [self.studio.entity(self.project, "Concept", name=name) for name in "AB"]

    def move(self, concepts, folder, role="supervisor"):
        body = {"concept_ids": [row["id"] for row in concepts], "concept_folder_id": folder and folder["id"]}
        return self.scene.api(role).post(f"/actions/projects/{self.project['id']}/move-concepts", body)

    def parent(self, concept):
        return self.db.get(Entity, concept["id"])["parent_id"]

    def payloads(self, name):
        return [row["data"] for row in self.db.all(ApiEvent, "name = ?", [name])]


@pytest.fixture
def shelf(scene):
    return Shelf(scene)


def test_a_folder_is_made_once_for_a_name(studio, shelf):
    api = shelf.scene.api("manager")
    assert (shelf.folder["type"], shelf.folder["status"], shelf.folder["data"]) == ("ConceptFolder", "running", None)
    assert shelf.folder["created_by"] == shelf.scene.team["supervisor"]["id"]
    (event,) = shelf.payloads("concept-folder:new")
    assert event == {"concept_folder_id": shelf.folder["id"], "project_id": shelf.project["id"]}
    studio.forget_events()
    answer = api.post(shelf.path, {"name": "Moods"})
    assert (answer.status_int, answer.json) == (201, shelf.folder)
    assert studio.events() == []
    other = api.post(shelf.path, {"name": "moods"}).json
    listed = shelf.scene.api("user").get(shelf.path).json
    assert listed == sorted([shelf.folder, other], key=lambda row: row["name"])
    assert api.get(f"/data/projects/{UNKNOWN}/concept-folders").status_int == 404
    for name in ("", "x" * 161, None, 3):
        assert api.post(shelf.path, {"name": name}).status_int == 400


def test_a_folder_is_no_asset(shelf):
    api, project = shelf.scene.api("manager"), shelf.project["id"]
    assert api.get(f"/data/projects/{project}/assets").json == []
    assert "ConceptFolder" not in [row["name"] for row in api.get("/data/asset-types").json]
    assert "ConceptFolder" in [row["name"] for row in api.get("/data/entity-types").json]
    found = api.post("/data/search", {"query": "Moods"}).json
    assert found["assets"] == found["shots"] == []


def test_a_folder_is_renamed(studio, shelf):
    api = shelf.scene.api("supervisor")
    api.post(shelf.path, {"name": "Faces"})
    studio.forget_events()
    path = f"/data/concept-folders/{shelf.folder['id']}"
    answer = api.put(path, {"name": "Light"})
    assert (answer.status_int, answer.json["name"], answer.json["type"]) == (200, "Light", "ConceptFolder")
    assert api.put(path, {"name": "Light"}).status_int == 200
    assert api.put(path, {"name": "Faces"}).status_int == 400
    assert studio.events() == ["concept-folder:update"] * 2
    for name in ("nonsense", UNKNOWN, shelf.concepts[0]["id"]):
        assert api.put(f"/data/concept-folders/{name}", {"name": "New"}).status_int == 404


def test_concepts_move_between_folders(studio, shelf):
    foreign = studio.entity(studio.project(), "Concept")
    studio.forget_events()
    answer = shelf.move([*shelf.concepts, foreign, shelf.scene.entity, shelf.concepts[0]], shelf.folder)
    assert (answer.status_int, sorted(answer.json)) == (200, sorted(row["id"] for row in shelf.concepts))
    assert [shelf.parent(row) for row in (*shelf.concepts, foreign)] == [shelf.folder["id"]] * 2 + [None]
    assert studio.events() == ["concept:update"] * 2
    assert shelf.move(shelf.concepts[:1], None).json == [shelf.concepts[0]["id"]]
    assert [shelf.parent(row) for row in shelf.concepts] == [None, shelf.folder["id"]]
    assert shelf.move([], None).json == []


def test_concepts_move_to_no_folder_that_there_is_not(studio, shelf):
    foreign = studio.entity(studio.project(), "ConceptFolder")
    for folder in (foreign, {"id": UNKNOWN}, shelf.concepts[0]):
        assert shelf.move([], folder).status_int == 404
    refused = shelf.move([{"id": "nonsense"}], None)
    assert (refused.status_int, refused.json["data"]["errors"][0]["field"]) == (400, "concept_ids.0")


def test_a_concept_moves_into_no_folder_below_it(studio, shelf):
    above, other = shelf.concepts
    with studio.db.write():
        studio.db.update(Entity, shelf.folder["id"], parent_id=above["id"])
    studio.forget_events()
    refused = shelf.move([other, above], shelf.folder)
    assert (refused.status_int, refused.json["message"]) == (400, "parent_id leads back to the row itself.")
    assert [shelf.parent(row) for row in (other, above)] == [None, None]
    assert studio.events() == []


def test_a_removed_folder_leaves_its_concepts(studio, shelf):
    shelf.move(shelf.concepts, shelf.folder)
    studio.forget_events()
    assert shelf.scene.api().delete(f"/data/entities/{shelf.folder['id']}").status_int == 400
    assert shelf.scene.api("manager").delete(f"/data/concept-folders/{shelf.folder['id']}").status_int == 204
    assert studio.events() == ["concept:update"] * 2 + ["concept-folder:delete"]
    assert [shelf.parent(row) for row in shelf.concepts] == [None, None]
    assert shelf.scene.api("manager").get(shelf.path).json == []


def test_the_generic_route_tells_of_folders(studio, shelf):
    path = f"/data/entities/{shelf.folder['id']}"
    studio.forget_events()
    assert shelf.scene.api().put(path, {"description": "dark"}).json["description"] == "dark"
    assert shelf.scene.api().delete(path).status_int == 204
    assert studio.events() == ["concept-folder:update", "concept-folder:delete"]


def test_a_concept_is_made_in_a_folder_and_stays_where_it_is(studio, shelf):
    api, path = shelf.scene.api("user"), f"/data/projects/{shelf.project['id']}/concepts"
    made = api.post(path, {"name": "C", "parent_id": shelf.folder["id"]}).json
    assert made["parent_id"] == shelf.folder["id"]
    assert api.post(path, {"name": "C"}).json == made
    for parent, status in ((UNKNOWN, 404), (shelf.concepts[0]["id"], 404), ("nonsense", 400)):
        assert api.post(path, {"name": "D", "parent_id": parent}).status_int == status


def test_concepts_show_the_status_of_their_main_preview(studio, shelf):
    concept = shelf.concepts[0]
    preview = studio.preview(studio.task(concept, "Concept"), status="broken")
    with studio.db.write():
        studio.db.update(Entity, concept["id"], preview_file_id=preview["id"])
    api = shelf.scene.api("user")
    assert api.get(f"/data/concepts/{concept['id']}").json["preview_file_status"] == "broken"
    rows = api.get(f"/data/concepts/with-tasks?project_id={shelf.project['id']}").json
    assert [row["preview_file_status"] for row in rows] == ["broken", None]
