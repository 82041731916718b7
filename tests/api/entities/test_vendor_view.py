"""What a vendor sees of entities: as list, as single row, in castings."""

import pytest

from kitsulite.models.entities import EntityLink, EntityVersion
from kitsulite.models.projects import DepartmentMetadataDescriptorLink, MetadataDescriptor

KINDS = {"assets": "Prop", "shots": "Shot", "sequences": "Sequence", "episodes": "Episode", "edits": "Edit"}


class Work:
    """A vendor of one department with a task on one entity of each kind, and the same without."""

    def __init__(self, studio):
        self.studio = studio
        self.own, self.other = studio.department(), studio.department()
        self.vendor = studio.person("vendor", [self.own])
        self.artist = studio.person()
        self.project = studio.project(team=[self.vendor, self.artist])
        for kind in ("Asset", "Shot", "Sequence", "Episode", "Edit", "Scene"):
            self.describe(kind, "everybody")
            self.describe(kind, "ours", self.own)
            self.describe(kind, "theirs", self.other)
            self.describe(kind, "both", self.own, self.other)
        self.assigned, self.hidden = self.entities(self.vendor), self.entities(studio.person())

    def describe(self, kind, field, *departments):
        descriptor = self.studio.add(
            MetadataDescriptor, project_id=self.project["id"], entity_type=kind, name=field, field_name=field
        )
        for department in departments:
            self.studio.link(
                DepartmentMetadataDescriptorLink,
                metadata_descriptor_id=descriptor["id"],
                department_id=department["id"],
            )

    def entities(self, person):
        """One entity of each kind with a task of this person and one of nobody."""
        studio, data = self.studio, {"everybody": 1, "ours": [2], "theirs": {"a": 3}, "both": None, "free": "x"}
        found = {"episodes": studio.entity(self.project, "Episode", data=data)}
        found["sequences"] = studio.entity(self.project, "Sequence", parent_id=found["episodes"]["id"], data=data)
        found["shots"] = studio.entity(self.project, "Shot", parent_id=found["sequences"]["id"], data=data)
        found["scenes"] = studio.entity(self.project, "Scene", parent_id=found["sequences"]["id"], data=data)
        found["assets"] = studio.entity(self.project, "Prop", source_id=found["episodes"]["id"], data=data)
        found["edits"] = studio.entity(self.project, "Edit", parent_id=found["episodes"]["id"], data=data)
        for entity in found.values():
            studio.task(entity, "Animation", [person, self.artist])
            studio.task(entity, "Layout")
        return found

    def get(self, path, person=None):
        return self.studio.api(person or self.vendor).get(path)

    def rows(self, path, person=None):
        answer = self.get(path.format(project=self.project["id"]), person)
        assert answer.status_int == 200, answer.text
        return answer.json


@pytest.fixture
def work(studio):
    return Work(studio)


SEEN = {"everybody": 1, "ours": [2], "both": None, "free": "x"}
LISTS = {
    "/data/assets": "assets",
    "/data/assets?project_id={project}": "assets",
    "/data/assets/with-tasks": "assets",
    "/data/assets/with-tasks?project_id={project}": "assets",
    "/data/projects/{project}/assets": "assets",
    "/data/shots?project_id={project}": "shots",
    "/data/shots/with-tasks?project_id={project}": "shots",
    "/data/projects/{project}/shots": "shots",
    "/data/sequences?project_id={project}": "sequences",
    "/data/sequences/with-tasks?project_id={project}": "sequences",
    "/data/projects/{project}/sequences": "sequences",
    "/data/episodes?project_id={project}": "episodes",
    "/data/episodes/with-tasks?project_id={project}": "episodes",
    "/data/projects/{project}/episodes": "episodes",
    "/data/projects/{project}/scenes": "scenes",
    "/data/edits?project_id={project}": "edits",
    "/data/edits/with-tasks?project_id={project}": "edits",
    "/data/projects/{project}/edits": "edits",
}


@pytest.mark.parametrize(("path", "noun"), LISTS.items())
def test_lists_hold_a_vendors_work_without_the_metadata_of_others(work, path, noun):
    (row,) = work.rows(path)
    assert row["id"] == work.assigned[noun]["id"]
    assert row["data"] == SEEN
    if "with-tasks" in path:
        (task,) = row["tasks"]
        assert set(task["assignees"]) == {work.vendor["id"], work.artist["id"]}


@pytest.mark.parametrize("path", ["/data/sequences?project_id={project}", "/data/projects/{project}/episodes"])
def test_parents_of_a_vendors_work_are_rows_of_no_kind(work, path):
    assert [row["type"] for row in work.rows(path)] == ["Entity"]


@pytest.mark.parametrize("noun", [*KINDS, "scenes", "entities"])
def test_a_single_entity_is_shown_as_in_the_lists(work, noun):
    for kind in KINDS if noun == "entities" else [noun]:
        found = work.get(f"/data/{noun}/{work.assigned[kind]['id']}")
        assert found.status_int == 200
        assert found.json["data"] == SEEN
        assert work.get(f"/data/{noun}/{work.hidden[kind]['id']}").status_int == 403


def test_the_metadata_of_an_entity_is_the_same_besides_its_tasks(studio, work):
    shot = work.assigned["shots"]
    task = studio.task(shot, "Lighting", [work.vendor])
    full = work.get(f"/data/tasks/{task['id']}/full").json
    assert [full[kind]["data"] for kind in ("entity", "sequence", "episode")] == [SEEN] * 3
    assert full["entity"]["type"] == "Entity"
    assert studio.api(work.vendor).put(f"/actions/tasks/{task['id']}/to-review", {}).json["entity"]["data"] == SEEN
    studio.preview(task)
    assert studio.api(work.vendor).put(f"/actions/tasks/{task['id']}/set-main-preview", {}).json["data"] == SEEN
    lists = work.get("/data/user/tasks").json, work.get("/data/tasks/open-tasks").json["data"]
    for rows in lists:
        assert [row["entity_data"] for row in rows if row["id"] == task["id"]] == [SEEN]


def test_no_metadata_besides_a_task_is_null(studio, work):
    studio.task(studio.entity(work.project, "Prop", name="bare"), assignees=[work.vendor])
    for person in (work.vendor, work.artist):
        rows = work.get("/data/tasks/open-tasks", person).json["data"]
        assert [row["entity_data"] for row in rows if row["entity_name"] == "bare"] == [None]


def test_versions_hide_what_the_entity_hides(studio, work):
    for noun in ("shots", "edits"):
        entity = work.assigned[noun]
        for data in (entity["data"], None):
            studio.add(EntityVersion, name=entity["name"], entity_id=entity["id"], data=data)
        path = f"/data/{noun}/{entity['id']}/versions"
        assert [row["data"] for row in work.rows(path)] == [None, SEEN]
        assert [row["data"] for row in work.rows(path, work.artist)] == [None, entity["data"]]


def test_others_see_all_metadata(work):
    shot = work.assigned["shots"]
    assert work.get(f"/data/shots/{shot['id']}", work.artist).json["data"] == shot["data"]
    assert {tuple(row["data"]) for row in work.rows("/data/shots?project_id={project}", work.artist)} == {
        tuple(shot["data"])
    }


def test_a_vendor_without_department_loses_every_field_of_one(studio, work):
    loner = studio.person("vendor")
    project = studio.project(team=[loner])
    work.project = project
    work.describe("Shot", "theirs", work.other)
    sequence = studio.entity(project, "Sequence")
    shot = studio.entity(project, "Shot", parent_id=sequence["id"], data={"theirs": 1, "fps": 25})
    empty = studio.entity(project, "Shot", parent_id=sequence["id"])
    for entity in (shot, empty):
        studio.task(entity, "Animation", [loner])
    rows = work.rows("/data/shots?project_id={project}", loner)
    assert {row["id"]: row["data"] for row in rows} == {shot["id"]: {"fps": 25}, empty["id"]: {}}


def test_hidden_frames_are_hidden_everywhere(studio, work):
    work.describe("Shot", "frame_in", work.other)
    with studio.db.write():
        studio.db.execute("UPDATE entity SET data = '{\"frame_in\": 7}' WHERE id = ?", [work.assigned["shots"]["id"]])
    (shot,) = work.rows("/data/shots/with-tasks?project_id={project}")
    assert (shot["data"], shot["frame_in"]) == ({}, None)
    single = work.get(f"/data/shots/{shot['id']}").json
    assert (single["data"], single["frame_in"]) == ({}, None)


def test_what_an_episode_casts_is_narrowed_too(studio, work):
    episode = work.assigned["episodes"]
    for assets in (work.assigned, work.hidden):
        studio.link(EntityLink, entity_in_id=episode["id"], entity_out_id=assets["assets"]["id"])
    assert [row["id"] for row in work.rows(f"/data/assets?episode_id={episode['id']}")] == [
        work.assigned["assets"]["id"]
    ]


def test_the_lists_below_a_parent_hold_a_vendors_work(studio, work):
    sequence, episode = work.assigned["sequences"], work.assigned["episodes"]
    studio.entity(work.project, "Shot", parent_id=sequence["id"])
    studio.entity(work.project, "Sequence", parent_id=episode["id"])
    assert [row["id"] for row in work.rows(f"/data/sequences/{sequence['id']}/shots")] == [work.assigned["shots"]["id"]]
    assert [row["id"] for row in work.rows(f"/data/episodes/{episode['id']}/sequences")] == [sequence["id"]]
    (task,) = work.rows(f"/data/sequences/{sequence['id']}/tasks")
    assert "project_name" not in task
    assert len(work.rows(f"/data/sequences/{sequence['id']}/tasks", work.artist)) == 2


def test_castings_are_shown_of_the_assets_that_a_vendor_works_on(studio, work):
    prop = studio.entity(work.project, "Prop")
    studio.link(EntityLink, entity_in_id=work.assigned["assets"]["id"], entity_out_id=prop["id"])
    for noun in ("casting", "assets", "cast-in"):
        assert work.get(f"/data/assets/{work.assigned['assets']['id']}/{noun}").status_int == 200
        assert work.get(f"/data/assets/{work.hidden['assets']['id']}/{noun}").status_int == 403
    assert [row["asset_id"] for row in work.rows(f"/data/assets/{work.assigned['assets']['id']}/casting")] == [
        prop["id"]
    ]
    shot = work.assigned["shots"]
    assert work.get(f"/data/projects/{work.project['id']}/entities/{shot['id']}/casting").status_int == 403


def test_the_role_on_the_project_makes_a_vendor(studio, work):
    guest = studio.person("user")
    project = studio.project(team=[(guest, "vendor")])
    shot, other = (studio.entity(project, "Shot") for _ in range(2))
    studio.task(shot, "Animation", [guest])
    assert [row["id"] for row in work.rows(f"/data/projects/{project['id']}/shots", guest)] == [shot["id"]]
    assert work.get(f"/data/entities/{other['id']}", guest).status_int == 403
