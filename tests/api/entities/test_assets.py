"""Assets of a production."""

import pytest

from kitsulite.domain.kinds import temporal_id
from kitsulite.models.activity import ApiEvent
from kitsulite.models.entities import EntityConceptLink, EntityLink, EntityType
from kitsulite.models.fields import new_id


@pytest.fixture
def props(studio):
    return studio.db.find(EntityType, name="Prop")


def create(scene, props, project=None, role="manager", **body):
    project = project or scene.project
    return scene.api(role).post(f"/data/projects/{project['id']}/asset-types/{props['id']}/assets/new", body)


def test_an_asset_is_made_as_often_as_it_is_asked_for(studio, scene, props):
    studio.forget_events()
    first, second = (create(scene, props, name="Chair").json for _ in range(2))
    assert first["id"] != second["id"]
    assert (first["description"], first["data"], first["is_shared"], first["type"]) == ("", {}, False, "Asset")
    assert first["created_by"] == scene.team["manager"]["id"]
    assert studio.events() == ["asset:new", "asset:new"]
    assert studio.db.first(ApiEvent)["data"] == {
        **{"asset_id": first["id"], "asset_type": props["id"], "project_id": scene.project["id"]},
    }


def test_an_asset_has_an_episode_as_source(studio, scene, props):
    episode = studio.entity(scene.project, "Episode")
    made = create(scene, props, name="Chair", episode_id=episode["id"], is_shared="yes", data=None).json
    assert (made["source_id"], made["is_shared"], made["data"]) == (episode["id"], True, None)
    shown = scene.api().get(f"/data/assets/{made['id']}").json
    assert (shown["episode_id"], shown["data"], "source_id" in shown, "nb_frames" in shown) == (
        episode["id"],
        {},
        False,
        False,
    )


def test_an_asset_needs_a_name_a_type_and_a_project(studio, scene, props):
    for body in ({}, {"name": ""}, {"name": "x", "data": []}, {"name": "x", "episode_id": ""}, {"name": "x" * 161}):
        assert create(scene, props, **body).status_int == 400
    foreign = studio.entity(studio.project(), "Episode")
    for episode_id in (new_id(), foreign["id"]):
        assert create(scene, props, name="x", episode_id=episode_id).status_int == 404
    for type_id in (temporal_id(studio.context(), "Shot"), new_id(), "nonsense"):
        assert create(scene, {"id": type_id}, name="x").status_int == 404
    assert create(scene, props, {"id": new_id()}, "admin", name="x").status_int == 404
    assert studio.db.exists(EntityType, id=props["id"])


def test_a_single_asset_shows_relations_type_and_tasks(studio, scene):
    asset, part = studio.entity(scene.project, "Prop"), studio.entity(scene.project, "Prop")
    concept = studio.entity(scene.project, "Concept")
    studio.link(EntityLink, entity_in_id=asset["id"], entity_out_id=part["id"])
    studio.link(EntityConceptLink, entity_in_id=concept["id"], entity_out_id=asset["id"])
    tasks = [studio.task(asset, name) for name in ("Modeling", "Shading")]
    shown = scene.api("client").get(f"/data/assets/{asset['id']}").json
    assert (shown["asset_type_name"], shown["project_name"]) == ("Prop", scene.project["name"])
    assert (shown["preview_file_id"], shown["ready_for"], shown["casting_episode_ids"]) == ("", "None", [])
    assert (shown["entities_out"], shown["entities_in"]) == ([part["id"]], [])
    assert [task["id"] for task in shown["tasks"]] == [task["id"] for task in tasks]
    assert [row["id"] for row in scene.api().get(f"/data/assets/{asset['id']}/assets").json] == [part["id"]]
    rows = scene.api().get(f"/data/assets/{asset['id']}/tasks?relations=true").json
    assert [(row["id"], row["assignees"]) for row in rows] == [(task["id"], []) for task in tasks]
    types = scene.api().get(f"/data/assets/{asset['id']}/task-types").json
    assert [row["name"] for row in types] == ["Modeling", "Shading"]


def test_assets_of_an_episode_come_before_the_ones_that_it_casts(studio, scene):
    episode = studio.entity(scene.project, "Episode")
    cast = studio.entity(scene.project, "Prop", name="cast")
    both = studio.entity(scene.project, "Prop", name="both", source_id=episode["id"])
    studio.entity(scene.project, "Prop", name="other")
    for asset in (cast, both):
        studio.link(EntityLink, entity_in_id=episode["id"], entity_out_id=asset["id"])

    def names(query, role="user"):
        return [row["name"] for row in scene.api(role).get(f"/data/assets?{query}").json]

    assert names(f"episode_id={episode['id']}") == ["both", "cast"]
    assert names(f"episode_id={episode['id']}&name=cast") == ["cast"]
    project = f"project_id={scene.project['id']}"
    assert names(f"{project}&episode_id=all") == ["cast", "both", "other"]
    assert names(f"{project}&episode_id=main") == ["cast", "other"]
    for value in ("all", "main", cast["id"], new_id()):
        assert scene.api("user").get(f"/data/assets?episode_id={value}").status_int == 404
    assert scene.api().get(f"/data/assets?{project}&episode_id=nonsense").status_int == 400


def test_the_callers_work_in_an_episode_is_asked_for_among_its_own_assets(studio, scene):
    episode = studio.entity(scene.project, "Episode")
    cast = studio.entity(scene.project, "Prop", name="cast")
    studio.entity(scene.project, "Prop", name="own", source_id=episode["id"])
    mine = studio.entity(scene.project, "Prop", name="mine", source_id=episode["id"])
    studio.link(EntityLink, entity_in_id=episode["id"], entity_out_id=cast["id"])
    studio.task(mine, assignees=[scene.team["user"], scene.team["vendor"]])

    def names(query, role="user"):
        return [row["name"] for row in scene.api(role).get(f"/data/assets?{query}").json]

    assert names(f"episode_id={episode['id']}&assigned_to=me") == ["mine", "cast"]
    assert names(f"project_id={scene.project['id']}&episode_id=all&assigned_to=me") == ["mine"]
    assert names("assigned_to=") == ["mine"]
    assert names(f"episode_id={episode['id']}&assigned_to=me", "vendor") == ["mine"]
    assert names(f"episode_id={episode['id']}", "vendor") == ["mine"]


def test_assets_of_a_type_in_a_project(studio, scene):
    prop, vehicle = studio.entity(scene.project, "Prop"), studio.entity(scene.project, "Vehicle")
    path = f"/data/projects/{scene.project['id']}"
    get = scene.api("user").get
    assert {row["id"] for row in get(f"{path}/assets").json} == {prop["id"], vehicle["id"]}
    assert [row["id"] for row in get(f"{path}/asset-types/{prop['entity_type_id']}/assets").json] == [prop["id"]]
    assert get(f"{path}/asset-types/{scene.entity['entity_type_id']}/assets").json == []
    assert [row["id"] for row in get(f"{path}/assets?name={prop['name'].lower()}").json] == [prop["id"]]
    assert get(f"{path}/asset-types/{prop['entity_type_id']}/assets?canceled=true").json == []
    elsewhere = studio.project()["id"]
    assert len(get(f"{path}/assets?project_id={elsewhere}").json) == 2
    assert get(f"{path}/assets?is_shared=perhaps").status_int == 400
    assert get(f"{path}/asset-types/nonsense/assets").status_int == 400
    assert scene.api().get("/data/projects/nonsense/assets").status_int == 400
    assert scene.api().get(f"/data/projects/{new_id()}/assets").json == []


def test_assets_are_those_of_the_callers_teams_open_or_closed(studio, scene):
    mine, foreign = studio.entity(scene.project, "Prop"), studio.entity(studio.project(), "Prop")
    assert [row["id"] for row in scene.api("user").get("/data/assets").json] == [mine["id"]]
    assert {row["id"] for row in scene.api().get("/data/assets/all").json} == {mine["id"], foreign["id"]}
    assert [row["id"] for row in scene.api("user").get("/data/assets?is_shared=false").json] == [mine["id"]]
    assert scene.outsider().get("/data/assets").json == []
