"""What all kinds of entities have in common: creation, lists, news, tasks, deleting several."""

import pytest

from kitsulite.models.activity import News
from kitsulite.models.entities import Entity, EntityConceptLink, EntityType
from kitsulite.models.fields import new_id
from kitsulite.models.projects import ProjectTaskTypeLink
from kitsulite.models.tasks import Task, TaskType

#: noun -> (kind, what a creation leaves in description and data)
NOUNS = {
    "shots": ("Shot", None, {}),
    "sequences": ("Sequence", "", {}),
    "episodes": ("Episode", "", {}),
    "scenes": ("Scene", None, {}),
    "edits": ("Edit", "", {}),
    "concepts": ("Concept", None, {}),
}
#: noun -> (name of the parent in the body, kind of the parent)
PARENTS = {
    "shots": ("sequence_id", "Sequence"),
    "sequences": ("episode_id", "Episode"),
    "scenes": ("sequence_id", "Sequence"),
}


@pytest.mark.parametrize("noun", NOUNS)
def test_an_entity_is_made_with_its_defaults(studio, scene, noun):
    kind, description, data = NOUNS[noun]
    answer = scene.api("manager").post(f"/data/projects/{scene.project['id'].upper()}/{noun}", {"name": "New"})
    assert answer.status_int == 201, answer.text
    made = answer.json
    assert (made["name"], made["type"], made["status"], made["canceled"]) == ("New", kind, "running", False)
    assert (made["description"], made["data"]) == (description, data)
    assert (made["project_id"], made["created_by"]) == (scene.project["id"], scene.team["manager"]["id"])
    assert studio.events() == [f"{kind.lower()}:new"]


@pytest.mark.parametrize("noun", NOUNS)
def test_a_name_in_a_place_is_made_once(studio, scene, noun):
    path = f"/data/projects/{scene.project['id']}/{noun}"
    first = scene.api().post(path, {"name": "New"}).json
    again = scene.api().post(path, {"name": "New", "description": "Other", "data": {"a": 1}})
    assert (again.status_int, again.json) == (201, first)
    assert len(studio.events()) == 1
    assert scene.api().post(path, {"name": "new"}).json["id"] != first["id"]
    other = studio.project()
    assert scene.api().post(f"/data/projects/{other['id']}/{noun}", {"name": "New"}).json["id"] != first["id"]


@pytest.mark.parametrize("noun", NOUNS)
def test_an_entity_needs_a_name_and_a_project(scene, noun):
    path = f"/data/projects/{scene.project['id']}/{noun}"
    for body in ({}, {"name": None}, {"name": 3}, {"name": "x" * 161}):
        answer = scene.api().post(path, body)
        assert (answer.status_int, answer.json["message"]) == (400, "Validation error.")
    for project_id in (new_id(), "nonsense"):
        assert scene.api().post(f"/data/projects/{project_id}/{noun}", {"name": "New"}).status_int == 404


@pytest.mark.parametrize("noun", PARENTS)
def test_a_parent_is_of_the_right_kind_and_project(studio, scene, noun):
    field, kind = PARENTS[noun]
    parent = studio.entity(scene.project, kind)
    path = f"/data/projects/{scene.project['id']}/{noun}"
    made = scene.api().post(path, {"name": "New", field: parent["id"].upper()})
    assert made.json["parent_id"] == parent["id"]
    assert scene.api().post(path, {"name": "New"}).json["id"] != made.json["id"]
    wrong = (studio.entity(studio.project(), kind), studio.entity(scene.project, "Edit"), {"id": new_id()})
    for parent in wrong:
        assert scene.api().post(path, {"name": "Other", field: parent["id"]}).status_int == 404
    for parent_id in ("", "nonsense", 3):
        assert scene.api().post(path, {"name": "Other", field: parent_id}).status_int == 400


def test_an_edit_lies_in_an_episode_of_its_project(studio, scene):
    path = f"/data/projects/{scene.project['id']}/edits"
    episode = studio.entity(scene.project, "Episode")
    assert scene.api().post(path, {"name": "A", "episode_id": episode["id"].upper()}).json["parent_id"] == episode["id"]
    for episode_id in (new_id(), studio.entity(studio.project(), "Episode")["id"]):
        assert scene.api().post(path, {"name": "B", "episode_id": episode_id}).status_int == 404


@pytest.mark.parametrize("noun", [*NOUNS, "assets"])
def test_a_single_entity_is_of_its_kind(studio, scene, noun):
    sequence = studio.entity(scene.project, "Sequence")
    kind = NOUNS.get(noun, ("Prop",))[0]
    parent = sequence["id"] if noun in ("shots", "scenes") else None
    entity = studio.entity(scene.project, kind, parent_id=parent)
    other = studio.entity(scene.project, "Prop" if noun == "scenes" else "Scene")
    found = scene.api("user").get(f"/data/{noun}/{entity['id']}")
    assert (found.status_int, found.json["name"]) == (200, entity["name"])
    for entity_id in (other["id"], new_id(), "nonsense"):
        assert scene.api("user").get(f"/data/{noun}/{entity_id}").status_int == 404


@pytest.mark.parametrize("noun", NOUNS)
def test_the_list_of_a_project_is_ordered_by_name(studio, scene, noun):
    kind = NOUNS[noun][0]
    project = studio.project(team=[scene.team["user"]])
    for name in ("b", "A", "a"):
        studio.entity(project, kind, name=name)
    studio.entity(scene.project, kind)
    rows = scene.api("user").get(f"/data/projects/{project['id']}/{noun}").json
    assert [(row["name"], row["type"]) for row in rows] == [(name, kind) for name in ("A", "a", "b")]
    for project_id in (new_id(), "nonsense"):
        assert scene.api().get(f"/data/projects/{project_id}/{noun}").status_int == 404


ALL = {"sequences": "Sequence", "episodes": "Episode", "edits": "Edit", "edits/all": "Edit", "concepts": "Concept"}
BELOW_SEQUENCE = {"shots": "Shot", "shots/all": "Shot", "scenes/all": "Scene"}


@pytest.mark.parametrize(("noun", "kind"), {**ALL, **BELOW_SEQUENCE, "assets": "Prop"}.items())
def test_lists_are_filtered_by_columns(studio, scene, noun, kind):
    parent = studio.entity(scene.project, "Sequence")["id"] if noun in BELOW_SEQUENCE else None
    first, second = (
        studio.entity(scene.project, kind, name=name, canceled=canceled, parent_id=parent)
        for name, canceled in (("Main_one", False), ("Second", True))
    )

    def found(query):
        answer = scene.api().get(f"/data/{noun}?{query}")
        assert answer.status_int == 200, answer.text
        return {row["name"] for row in answer.json} & {"Main_one", "Second"}

    assert found("") == {"Main_one", "Second"}
    assert found("name=main_ONE") == {"Main_one"}
    assert found("name=%25o%25") == {"Main_one", "Second"}
    assert found("canceled=yes") == {"Second"}
    assert found("status=unknown&page=3&nonsense=1") == set()
    assert found(f'id=["{first["id"]}","{new_id()}"]') == {"Main_one"}
    assert found("id=[]") == set()
    assert found(f"entities_in={first['id']}") == set()
    assert found(f"project_id={scene.project['id']}&name=second") == {"Second"}
    assert found(f"id={second['id'].upper()}") == {"Second"}
    assert found("assigned_to=anything") == set()
    for query in ("canceled=perhaps", "project_id=undefined", "parent_id=", "nb_frames=many", "id=[x"):
        assert scene.api().get(f"/data/{noun}?{query}").status_int == 400, query
    assert scene.api("user").get(f"/data/{noun}?project_id=undefined").status_int == 404


# News


def test_the_news_of_an_entity_are_those_of_its_tasks(studio, scene):
    sequence = studio.entity(scene.project, "Sequence", name="SQ")
    with studio.db.write():
        studio.db.update(Entity, scene.entity["id"], name="SH", parent_id=sequence["id"])
    preview = studio.preview(scene.task, revision=4)
    artist = scene.team["user"]
    values = {"author_id": artist["id"], "task_id": scene.task["id"]}
    old = studio.add(News, **values, comment_id=scene.comment["id"], created_at="2020-01-01T00:00:00.000000")
    new = studio.add(News, **values, preview_file_id=preview["id"], change=True)
    studio.add(News, **{**values, "task_id": studio.task(sequence, "Layout")["id"]})
    assert scene.api("client").get(f"/data/entities/{scene.entity['id']}/news").json["data"] == []
    page = scene.api("user").get(f"/data/entities/{scene.entity['id']}/news").json
    assert {key: value for key, value in page.items() if key != "data"} == {
        **{"total": 2, "nb_pages": 1, "limit": 2000, "offset": 0, "page": 1},
    }
    assert [row["id"] for row in page["data"]] == [new["id"], old["id"]]
    first, second = page["data"]
    assert (first["preview_file_revision"], first["preview_file_extension"], first["change"]) == (4, "png", True)
    assert (second["task_status_id"], first["task_status_id"]) == (scene.comment["task_status_id"], None)
    assert first["full_entity_name"] == "SQ / SH"
    assert set(first["person"]) == {"id", "first_name", "last_name", "full_name", "has_avatar", "role"}


# Tasks


def test_an_entity_gets_the_tasks_that_its_project_uses(studio, scene):
    asset = studio.entity(scene.project, "Prop")
    for name in ("Modeling", "Animation"):
        studio.link(ProjectTaskTypeLink, project_id=scene.project["id"], task_type_id=studio.task_type(name)["id"])
    path = f"/data/entities/{asset['id']}/tasks"
    studio.forget_events()
    (task,) = scene.api("user").post(path, {}).json
    assert (task["task_type_name"], task["name"], task["assignees"]) == ("Modeling", "main", [])
    assert scene.api("user").post(path, {}).json == []
    assert studio.events() == ["task:new"]
    rigging = studio.task_type("Rigging")["id"]
    assert scene.api().post(path, {"task_type_ids": [rigging]}).status_int == 400
    assert scene.api().post(path, {"task_type_ids": [new_id()]}).status_int == 404
    assert scene.api().post(path, {"task_type_ids": ["nonsense"]}).status_int == 404
    assert scene.api().post(path, {"task_type_ids": [3]}).status_int == 400
    assert studio.db.value("SELECT count(*) FROM task WHERE entity_id = ?", [asset["id"]]) == 1


def test_a_task_type_for_nothing_in_particular_fits_every_entity(studio, scene):
    anything = studio.add(TaskType, name="Anything", color="#000000", for_entity="")
    studio.link(ProjectTaskTypeLink, project_id=scene.project["id"], task_type_id=anything["id"])
    for kind, body in (("Prop", {}), ("Shot", {"task_type_ids": [anything["id"]]})):
        path = f"/data/entities/{studio.entity(scene.project, kind)['id']}/tasks"
        assert [task["task_type_id"] for task in scene.api().post(path, body).json] == [anything["id"]]


# What illustrates an entity


def test_the_concepts_of_an_entity_come_with_their_tasks(studio, scene):
    concept = studio.entity(scene.project, "Concept", data={"fps": 12})
    task = studio.task(concept, "Concept", [scene.team["user"]])
    studio.link(EntityConceptLink, entity_in_id=concept["id"], entity_out_id=scene.entity["id"])
    path = f"/data/entities/{scene.entity['id']}/entities-linked/with-tasks"
    (row,) = scene.api("user").get(path).json
    assert (row["id"], row["type"], row["fps"]) == (concept["id"], "Concept", 12)
    assert row["entity_concept_links"] == [scene.entity["id"]]
    assert [(found["id"], found["assignees"]) for found in row["tasks"]] == [(task["id"], [scene.team["user"]["id"]])]
    assert "preview_file_status" not in row
    assert "is_subscribed" not in row["tasks"][0]
    assert scene.api("client").get(path).json == []


# Deleting several


def test_several_are_canceled_first_and_deleted_when_asked_again(studio, scene):
    project = scene.project
    with_task = {kind: studio.entity(project, kind) for kind in ("Prop", "Shot", "Edit", "Concept")}
    for entity in with_task.values():
        studio.task(entity, "Animation")
    bare = studio.entity(project, "Shot")
    untouched = [studio.entity(project, kind) for kind in ("Sequence", "Episode", "Scene")]
    untouched.append(studio.entity(studio.project(), "Shot"))
    wanted = [entity["id"] for entity in (*with_task.values(), bare)]
    ids = [*wanted, *(entity["id"] for entity in untouched), new_id()]
    path = f"/actions/projects/{project['id']}/delete-entities"
    assert scene.api("manager").post(path, ids).json == wanted
    left = studio.db.column("SELECT id FROM entity WHERE canceled = 1")
    assert set(left) == {with_task[kind]["id"] for kind in ("Prop", "Shot", "Edit")}
    assert scene.api("manager").post(path, ids).json == wanted[:3]
    assert studio.db.column("SELECT id FROM entity WHERE canceled = 1") == []
    assert all(studio.db.exists(Entity, id=entity["id"]) for entity in untouched)
    assert scene.api("manager").post(path, []).json == []


def test_several_are_deleted_at_once_by_force(studio, scene):
    shot = studio.entity(scene.project, "Shot")
    task = studio.task(shot, "Animation")
    studio.forget_events()
    path = f"/actions/projects/{scene.project['id']}/delete-entities?force=true"
    assert scene.api("manager").post(path, [shot["id"]]).json == [shot["id"]]
    assert studio.events() == ["task:delete", "shot:delete"]
    assert not studio.db.exists(Task, id=task["id"])


def test_one_entity_of_another_person_keeps_all_of_them(studio, scene):
    artist = scene.team["user"]
    own, other = studio.entity(scene.project, "Shot", created_by=artist["id"]), studio.entity(scene.project, "Shot")
    path = f"/actions/projects/{scene.project['id']}/delete-entities"
    assert scene.api("user").post(path, [own["id"], other["id"]]).status_int == 403
    assert studio.db.exists(Entity, id=own["id"])
    assert scene.api("user").post(path, [own["id"]]).json == [own["id"]]


@pytest.mark.parametrize("body", [{}, "x", ["x"], [3], None])
def test_several_are_named_by_a_list_of_ids(scene, body):
    path = f"/actions/projects/{scene.project['id']}/delete-entities"
    assert scene.api().post(path, body).status_int == 400
    assert scene.api().post(f"/actions/projects/{new_id()}/delete-entities", []).status_int == 404


def test_an_entity_gets_tasks_of_types_that_fit_it_alone(studio, scene):
    asset = studio.entity(scene.project, "Prop")
    modeling, rigging, layout = (studio.task_type(name)["id"] for name in ("Modeling", "Rigging", "Layout"))
    for task_type_id in (modeling, rigging, layout):
        studio.link(ProjectTaskTypeLink, project_id=scene.project["id"], task_type_id=task_type_id)
    with studio.db.write():
        studio.db.relate(EntityType, asset["entity_type_id"], "task_types", [modeling])

    def message(*task_type_ids):
        answer = scene.api().post(f"/data/entities/{asset['id']}/tasks", {"task_type_ids": task_type_ids})
        return answer.json["message"] if answer.status_int == 400 else len(answer.json)

    assert message(modeling, layout) == "Task type Layout is for Shot entities, got Asset."
    assert message(modeling, rigging) == "Task type Rigging is not in the workflow of the asset type."
    assert not studio.db.exists(Task, entity_id=asset["id"])
    assert message(modeling) == 1
