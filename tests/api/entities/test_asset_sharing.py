"""Assets that are shared with other productions."""

import pytest

from kitsulite.models.entities import Entity, EntityLink
from kitsulite.models.fields import new_id


class Studios:
    """Two productions of one manager, each with a prop and a vehicle."""

    def __init__(self, studio):
        self.studio = studio
        self.manager = studio.person("manager")
        self.api = studio.api(self.manager)
        self.first, self.second = (studio.project(team=[self.manager]) for _ in range(2))
        self.prop, self.vehicle = (studio.entity(self.first, kind) for kind in ("Prop", "Vehicle"))
        self.foreign = studio.entity(self.second, "Prop")
        self.shot = studio.entity(self.first, "Shot")

    def shared(self):
        return set(self.studio.db.column("SELECT id FROM entity WHERE is_shared = 1"))

    def share(self, path, **body):
        answer = self.api.post(f"/actions/{path}assets/share", body)
        assert answer.status_int == 200, answer.text
        return {row["id"] for row in answer.json}

    def unshare(self):
        with self.studio.db.write():
            self.studio.db.execute("UPDATE entity SET is_shared = 0")


@pytest.fixture
def studios(studio):
    return Studios(studio)


def test_assets_of_a_project_are_shared_by_list_or_all(studio, studios):
    path = f"projects/{studios.first['id']}/"
    both = {studios.prop["id"], studios.vehicle["id"]}
    studio.forget_events()
    listed = [studios.prop["id"], studios.foreign["id"], studios.shot["id"], new_id()]
    assert studios.share(path, asset_ids=listed) == studios.shared() == {studios.prop["id"]}
    for body in ({}, {"asset_ids": []}, {"asset_ids": None, "is_shared": None}):
        studios.unshare()
        assert studios.share(path, **body) == studios.shared() == both
    assert studios.share(path, is_shared=False, asset_ids=[studios.prop["id"]]) == {studios.prop["id"]}
    assert studios.shared() == {studios.vehicle["id"]}
    assert studio.events() == []


def test_assets_of_a_type_are_shared(studio, studios):
    path = f"projects/{studios.first['id']}/asset-types/{studios.prop['entity_type_id']}/"
    assert studios.share(path, asset_ids=[studios.vehicle["id"]]) == studios.shared() == {studios.prop["id"]}
    bad = f"/actions/projects/{studios.first['id']}/asset-types/nonsense/assets/share"
    assert studios.api.post(bad, {}).status_int == 400


def test_assets_of_several_projects_are_shared_by_who_manages_all(studio, studios):
    ids = [studios.prop["id"], studios.foreign["id"]]
    assert studios.share("", asset_ids=ids) == studios.shared() == set(ids)
    beyond = studio.entity(studio.project(), "Prop")
    path = "/actions/assets/share"
    assert studios.api.post(path, {"asset_ids": [*ids, beyond["id"]], "is_shared": False}).status_int == 403
    for other in (studios.shot["id"], new_id()):
        assert studios.api.post(path, {"asset_ids": [*ids, other], "is_shared": False}).status_int == 404
    assert studios.shared() == set(ids)
    for body in ({}, {"asset_ids": []}):
        assert studio.api(studio.person("vendor")).post(path, body).json == []
    for body in ({"asset_ids": ["x"]}, {"asset_ids": "x"}, {"is_shared": "perhaps"}):
        assert studios.api.post(path, body).status_int == 400


def test_shared_assets_that_shots_use_come_from_other_projects(studio, studios):
    def foreign(**columns):
        return studio.entity(studios.second, "Prop", **{"is_shared": True, **columns})

    episode = studio.entity(studios.first, "Episode")
    sequence = studio.entity(studios.first, "Sequence", parent_id=episode["id"])
    shots = [
        studio.entity(studios.first, "Shot", parent_id=parent) for parent in (sequence["id"], sequence["id"], None)
    ]
    elsewhere = studio.entity(studios.first, "Shot", parent_id=studio.entity(studios.first, "Sequence")["id"])
    used, loose, other = foreign(), foreign(), foreign()
    own = studio.entity(studios.first, "Prop", is_shared=True)
    links = [(shots[0], used), (shots[1], used), (shots[2], loose), (elsewhere, other), (episode, loose)]
    for asset in (own, foreign(is_shared=False), foreign(canceled=True)):
        links.append((shots[0], asset))
    for entity, asset in links:
        studio.link(EntityLink, entity_in_id=entity["id"], entity_out_id=asset["id"])
    project = f"/data/projects/{studios.first['id']}"

    def found(path):
        return [row["id"] for row in studios.api.get(f"{project}/{path}assets/shared-used").json]

    assert found("") == found("episodes/all/") == found("episodes/main/") == [used["id"], other["id"]]
    assert found(f"episodes/{episode['id']}/") == [used["id"]]
    assert found("episodes/nonsense/") == []
    assert studios.api.get(f"{project}/assets/shared-used").json[0]["type"] == "Asset"


def test_a_shared_asset_shows_when_it_changed(studio, studios):
    with studio.db.write():
        studio.db.update(Entity, studios.prop["id"], updated_at="2020-01-01T00:00:00.000000")
    studios.share("", asset_ids=[studios.prop["id"]])
    assert studio.db.get(Entity, studios.prop["id"])["updated_at"] > "2020-01-02"


def test_a_shared_asset_is_shown_to_who_works_where_it_is_cast(studio, scene):
    asset = studio.entity(studio.project(), "Prop", is_shared=True)
    path = f"/data/assets/{asset['id']}"
    assert scene.api("user").get(path).status_int == 403
    studio.link(EntityLink, entity_in_id=scene.entity["id"], entity_out_id=asset["id"])
    shown = scene.api("user").get(path)
    assert (shown.status_int, shown.json["id"]) == (200, asset["id"])
    assert scene.api("vendor").get(path).status_int == 403
    studio.task(scene.entity, "Layout", [scene.team["vendor"]])
    assert scene.api("vendor").get(path).status_int == 200
    assert scene.outsider().get(path).status_int == 403
    with studio.db.write():
        studio.db.update(Entity, asset["id"], is_shared=False)
    assert scene.api("user").get(path).status_int == 403
