"""Instances of assets in scenes, shots and other assets."""

import pytest

from kitsulite.models.activity import ApiEvent
from kitsulite.models.entities import AssetInstance, AssetInstanceLink, EntityType
from kitsulite.models.fields import new_id


@pytest.fixture
def layout(studio, scene):
    """A scene to place assets in."""
    return studio.entity(scene.project, "Scene", parent_id=studio.entity(scene.project, "Sequence")["id"])


def place(scene, layout, asset, **body):
    answer = scene.api("user").post(f"/data/scenes/{layout['id']}/asset-instances", {"asset_id": asset["id"], **body})
    assert answer.status_int == 201, answer.text
    return answer.json


def test_instances_are_numbered_per_asset_and_scene(studio, scene, layout):
    bob, tree = (studio.entity(scene.project, "Prop", name=name) for name in ("Big Bob é", "Tree"))
    other = studio.entity(scene.project, "Scene")
    studio.forget_events()
    made = [place(scene, layout, bob, description="left"), place(scene, layout, bob), place(scene, layout, tree)]
    assert [row["name"] for row in made] == ["Big_Bob_e_0001", "Big_Bob_e_0002", "Tree_0001"]
    assert [row["number"] for row in made] == [1, 2, 1]
    assert (made[0]["description"], made[1]["description"], made[0]["scene_id"]) == ("left", None, layout["id"])
    assert place(scene, other, bob)["number"] == 1
    assert studio.events() == ["asset_instance:new"] * 4
    first = studio.db.first(ApiEvent)
    assert first["data"] == {
        "scene_id": layout["id"],
        "asset_id": bob["id"],
        "asset_instance_id": made[0]["id"],
    }
    rows = scene.api().get(f"/data/scenes/{layout['id']}/asset-instances").json
    assert {key: [row["number"] for row in group] for key, group in rows.items()} == {
        bob["id"]: [1, 2],
        tree["id"]: [1],
    }


def test_a_long_name_leaves_room_for_the_number(studio, scene, layout):
    asset = studio.entity(scene.project, "Prop", name="x" * 160)
    assert len(place(scene, layout, asset)["name"]) <= 80


def test_an_asset_is_placed_within_another(studio, scene):
    house, chair = studio.entity(scene.project, "Prop"), studio.entity(scene.project, "Prop", name="Chair")
    path = f"/data/assets/{house['id']}/asset-asset-instances"
    studio.forget_events()
    made = scene.api("user").post(path, {"asset_to_instantiate_id": chair["id"]})
    assert (made.status_int, made.json["name"], made.json["target_asset_id"]) == (201, "Chair_0001", house["id"])
    (event,) = studio.db.all(ApiEvent)
    assert event["data"] == {
        "asset_id": house["id"],
        "asset_instantiated": chair["id"],
        "asset_instance_id": made.json["id"],
    }
    assert scene.api().get(path).json == {chair["id"]: [made.json]}
    assert scene.api().post(path, {}).status_int == 400
    assert scene.api().post(path, {"asset_to_instantiate_id": new_id()}).status_int == 404


def test_only_shared_assets_of_other_projects_are_placed(studio, scene, layout):
    foreign = studio.project()
    hidden, shared = studio.entity(foreign, "Prop"), studio.entity(foreign, "Prop", is_shared=True)
    path = f"/data/scenes/{layout['id']}/asset-instances"
    assert scene.api("user").post(path, {"asset_id": hidden["id"]}).status_int == 404
    assert place(scene, layout, shared)["asset_id"] == shared["id"]
    instance = studio.add(AssetInstance, asset_id=hidden["id"], number=1)
    body = {"asset_instance_id": instance["id"]}
    assert scene.api("user").post(f"/data/shots/{scene.entity['id']}/asset-instances", body).status_int == 404


def test_an_instance_is_put_into_a_shot_once_and_taken_out(studio, scene, layout):
    asset = studio.entity(scene.project, "Prop")
    instance = place(scene, layout, asset)
    path, body = f"/data/shots/{scene.entity['id']}/asset-instances", {"asset_instance_id": instance["id"]}
    studio.forget_events()
    for _ in range(2):
        answer = scene.api("user").post(path, body)
        assert (answer.status_int, answer.json["id"], answer.json["type"]) == (201, scene.entity["id"], "Entity")
    assert len(studio.db.rows("SELECT * FROM asset_instance_link")) == 1
    assert scene.api().get(path).json == {asset["id"]: [instance]}
    by_shot = scene.api().get(f"/data/assets/{asset['id']}/shot-asset-instances").json
    assert by_shot == {scene.entity["id"]: [instance]}
    assert scene.api("user").delete(f"{path}/{instance['id']}").status_int == 204
    assert scene.api("user").delete(f"{path}/{instance['id']}").status_int == 404
    assert scene.api("user").delete(f"{path}/{new_id()}").status_int == 404
    assert scene.api("user").post(path, {"asset_instance_id": new_id()}).status_int == 404
    assert studio.events() == ["asset_instance:add-to-shot", "asset_instance:remove-from-shot"]
    assert studio.db.value("SELECT count(*) FROM asset_instance_link") == 0


def test_all_instances_of_an_asset_are_listed_by_scene(studio, scene, layout):
    asset = studio.entity(scene.project, "Prop")
    placed = place(scene, layout, asset)
    loose = studio.add(AssetInstance, asset_id=asset["id"], number=7)
    rows = scene.api().get(f"/data/assets/{asset['id']}/scene-asset-instances").json
    assert {key: [row["id"] for row in group] for key, group in rows.items()} == {
        layout["id"]: [placed["id"]],
        "None": [loose["id"]],
    }


def test_cameras_of_a_scene_make_their_type_if_it_is_missing(studio, scene, layout):
    path = f"/data/scenes/{layout['id']}/camera-instances"
    studio.forget_events()
    assert not studio.db.exists(EntityType, name="Camera")
    for _ in range(2):
        assert scene.api().get(path).json == {}
    assert studio.events() == ["asset-type:new"]
    camera, tree = studio.entity(scene.project, "Camera"), studio.entity(scene.project, "Prop")
    place(scene, layout, tree)
    placed = place(scene, layout, camera)
    assert scene.api().get(path).json == {camera["id"]: [placed]}


def test_a_link_names_the_shot_it_is_in(studio, scene, layout):
    instance = place(scene, layout, studio.entity(scene.project, "Prop"))
    studio.link(AssetInstanceLink, entity_id=scene.entity["id"], asset_instance_id=instance["id"])
    other = studio.entity(scene.project, "Shot")
    assert scene.api().get(f"/data/shots/{other['id']}/asset-instances").json == {}
    assert scene.api().delete(f"/data/shots/{other['id']}/asset-instances/{instance['id']}").status_int == 404
