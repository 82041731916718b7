"""Metadata descriptors of all productions that the caller manages, by their field name."""

import pytest
from descriptors import EVERYWHERE, UNKNOWN, field_names, make

from kitsulite.models.entities import Entity
from kitsulite.models.projects import MetadataDescriptor, Project


@pytest.fixture
def productions(studio):
    """A manager, the two open productions that they manage, and others that they do not."""
    manager = studio.person("manager")
    managed = [studio.project(name=name, team=[manager]) for name in ("A", "B")]
    studio.project(name="Demoted", team=[(manager, "user")])
    studio.project(name="Closed", team=[manager], project_status_id=studio.project_status("Closed"))
    studio.project(name="Active", team=[manager], project_status_id=studio.project_status("Active"))
    studio.project(name="Foreign")
    return manager, managed


def test_a_manager_reaches_the_open_productions_that_they_manage(studio, productions):
    manager, managed = productions
    answer = studio.api(manager).post(EVERYWHERE, {"name": "Mood", "task_type_id": UNKNOWN})
    assert answer.status_int == 201
    assert [d["project_id"] for d in answer.json] == [project["id"] for project in managed]
    assert studio.events() == ["metadata-descriptor:new"] * 2
    assert studio.api(manager).post(EVERYWHERE, {"name": "Mood"}).json == []


def test_an_admin_reaches_all_open_productions(studio, productions, admin):
    answer = admin.post(EVERYWHERE, {"name": "Mood"})
    reached = {studio.db.get(Project, d["project_id"])["name"] for d in answer.json}
    assert reached == {"A", "B", "Demoted", "Active", "Foreign"}


def test_descriptors_of_all_productions_are_changed_by_field_name(studio, productions, admin):
    manager, managed = productions
    admin.post(EVERYWHERE, {"name": "Mood", "for_client": True})
    tree = studio.entity(managed[1], "Prop", data={"mood": "calm"})
    studio.forget_events()
    api = studio.api(manager)
    answer = api.put(f"{EVERYWHERE}/mood", {"entity_type": "Asset", "name": "Feeling"})
    assert [(d["field_name"], d["for_client"]) for d in answer.json] == [("feeling", False)] * 2
    assert studio.db.get(Entity, tree["id"])["data"] == {"feeling": "calm"}
    assert studio.events() == ["metadata-descriptor:update"] * 2
    assert [d["name"] for d in api.put(f"{EVERYWHERE}/feeling", {"entity_type": "Asset", "name": ""}).json] == [
        "Feeling",
        "Feeling",
    ]
    assert api.put(f"{EVERYWHERE}/mood", {"entity_type": "Shot"}).json == []


def test_descriptors_of_all_productions_are_deleted_by_field_name(studio, productions, admin):
    manager, managed = productions
    admin.post(EVERYWHERE, {"name": "Mood"})
    tree = studio.entity(managed[0], "Prop", data={"mood": "calm"})
    studio.forget_events()
    answer = studio.api(manager).delete(f"{EVERYWHERE}/mood?entity_type=Asset")
    assert (answer.status_int, len(answer.json)) == (200, 2)
    assert studio.db.get(Entity, tree["id"])["data"] == {}
    assert studio.events() == ["metadata-descriptor:delete"] * 2
    assert len(studio.db.all(MetadataDescriptor)) == 3
    for query in ("", "?entity_type=Task", "?entity_type=Planet"):
        assert admin.delete(f"{EVERYWHERE}/mood{query}").status_int == 400


def test_descriptors_of_all_productions_are_reordered_by_field_name(studio, productions):
    manager, managed = productions
    api = studio.api(manager)
    for name in ("a", "b", "c"):
        api.post(EVERYWHERE, {"name": name})
    make(api, managed[1], "d")
    body = {"entity_type": "Asset", "field_order": ["d", "c", "x"]}
    answer = api.post("/actions/metadata-descriptors/all-projects/reorder", body)
    assert field_names(answer) == ["c", "a", "b", "d", "c", "a", "b"]
    body["field_order"] = []
    assert api.post("/actions/metadata-descriptors/all-projects/reorder", body).status_int == 400


@pytest.mark.parametrize("body", [{"name": ""}, {"name": "a", "entity_type": "Task"}, {"name": "a", "data_type": "x"}])
def test_a_bad_descriptor_for_all_productions_is_refused(studio, productions, admin, body):
    assert admin.post(EVERYWHERE, body).status_int == 400
    assert not studio.db.exists(MetadataDescriptor)


@pytest.mark.parametrize("role", ["supervisor", "user", "client", "vendor"])
def test_only_managers_reach_all_productions(studio, role):
    promoted = studio.person(role)
    studio.project(team=[(promoted, "manager")])
    for api, status_int in ((studio.api(promoted), 403), (studio.nobody, 401)):
        # the permission comes before the body
        assert api.post(EVERYWHERE, {}).status_int == status_int
        assert api.put(f"{EVERYWHERE}/mood", {}).status_int == status_int
        assert api.delete(f"{EVERYWHERE}/mood").status_int == status_int
        assert api.post("/actions/metadata-descriptors/all-projects/reorder", {}).status_int == status_int
