"""Asset types."""

import pytest

from kitsulite.domain.entities.asset_instances import cameras_in_scene
from kitsulite.domain.kinds import TEMPORAL, temporal_id
from kitsulite.domain.tasks.tasks import default_status
from kitsulite.models.entities import EntityLink, EntityType, TaskTypeAssetTypeLink
from kitsulite.models.fields import new_id
from kitsulite.models.tasks import TaskStatus


def names(answer):
    assert answer.status_int == 200, answer.text
    return [row["name"] for row in answer.json]


def test_asset_types_are_all_that_are_not_temporal(studio, scene):
    prop = studio.entity(scene.project, "Prop")
    temporal = {kind: temporal_id(studio.context(), kind) for kind in TEMPORAL}
    task_type = studio.task_type("Modeling")
    studio.link(TaskTypeAssetTypeLink, asset_type_id=prop["entity_type_id"], task_type_id=task_type["id"])
    rows = {row["name"]: row for row in scene.api("vendor").get("/data/asset-types").json}
    assert "Prop" in rows
    assert not set(TEMPORAL) & set(rows)
    assert (rows["Prop"]["type"], rows["Prop"]["task_types"]) == ("AssetType", [task_type["id"]])
    assert scene.api("client").get(f"/data/asset-types/{prop['entity_type_id']}").json == rows["Prop"]
    for type_id in (temporal["Shot"], new_id(), "nonsense"):
        assert scene.api().get(f"/data/asset-types/{type_id}").status_int == 404


def test_asset_types_are_asked_for_by_column_or_project(studio, scene):
    other = studio.project()
    studio.entity(scene.project, "Prop", canceled=True)
    studio.entity(other, "Vehicle")
    get = scene.api().get
    assert names(get("/data/asset-types?name=vehICLE")) == ["Vehicle"]
    assert names(get(f"/data/asset-types?project_id={other['id']}")) == ["Vehicle"]
    assert names(get(f"/data/asset-types?project_id={other['id']}&name=Prop")) == []
    assert get("/data/asset-types?project_id=nonsense").status_int == 400
    assert names(get(f"/data/projects/{scene.project['id']}/asset-types")) == ["Prop"]
    assert "task_types" not in get(f"/data/projects/{scene.project['id']}/asset-types").json[0]
    assert names(get(f"/data/projects/{new_id()}/asset-types")) == []
    assert get("/data/projects/nonsense/asset-types").status_int == 400


def test_the_types_of_a_shot_are_the_ones_that_it_casts(studio, scene):
    props = [studio.entity(scene.project, kind, canceled=True) for kind in ("Prop", "Prop", "Vehicle")]
    for asset in props[:2]:
        studio.link(EntityLink, entity_in_id=scene.entity["id"], entity_out_id=asset["id"])
    assert names(scene.api("vendor").get(f"/data/shots/{scene.entity['id']}/asset-types")) == ["Prop"]
    assert scene.api().get(f"/data/shots/{props[0]['id']}/asset-types").status_int == 404


@pytest.mark.parametrize(
    ("needed", "model", "columns"),
    [
        (lambda ctx, place: cameras_in_scene(ctx, place["id"]), EntityType, {"name": "Camera"}),
        (lambda ctx, place: temporal_id(ctx, "Moodboard"), EntityType, {"name": "Moodboard"}),
        (lambda ctx, place: default_status(ctx), TaskStatus, {"name": "First", "short_name": "todo", "color": ""}),
    ],
)
def test_rows_that_two_requests_need_at_once_are_made_once(studio, monkeypatch, needed, model, columns):
    place = studio.entity(studio.project(), "Scene")
    with studio.db.write():
        studio.db.execute("UPDATE task_status SET short_name = 'old', is_default = 0 WHERE short_name = 'todo'")
    write = studio.db.write

    def beaten():
        monkeypatch.setattr(studio.db, "write", write)
        studio.add(model, **columns)
        return write()

    monkeypatch.setattr(studio.db, "write", beaten)
    needed(studio.context(), place)
    assert studio.db.column(f"SELECT name FROM {model.table()} ORDER BY rowid DESC LIMIT 1") == [columns["name"]]
