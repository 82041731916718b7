"""Casting through the API: replaced, counted, followed by episodes, read in every form."""

import json

import pytest

from kitsulite.models.entities import Entity, EntityLink
from kitsulite.models.fields import new_id
from kitsulite.store import database, json_stream


def test_a_casting_is_replaced_as_a_whole(breakdown):
    breakdown.cast(breakdown.first, breakdown.lamp, breakdown.chair, label="animate")
    (chair, lamp) = breakdown.api.get(breakdown.path(breakdown.first)).json
    assert chair == {
        "asset_id": breakdown.chair["id"],
        "asset_name": "Chair",
        "asset_type_name": "Prop",
        "ready_for": None,
        "episode_id": None,
        "preview_file_id": None,
        "nb_occurences": 1,
        "label": "animate",
        "is_shared": False,
        "project_id": breakdown.project["id"],
    }
    assert lamp["asset_name"] == "Lamp"
    breakdown.cast(breakdown.first, breakdown.table)
    assert breakdown.casting(breakdown.first) == ["Table"]
    breakdown.cast(breakdown.first)
    assert breakdown.casting(breakdown.first) == []


def test_the_episode_casts_what_its_shots_cast(breakdown):
    breakdown.cast(breakdown.first, breakdown.chair, label="fixed")
    breakdown.cast(breakdown.second, breakdown.chair, breakdown.lamp)
    assert breakdown.casting(breakdown.episode) == ["Chair", "Lamp"]
    assert breakdown.counter(breakdown.episode) == 2
    link = breakdown.db.find(EntityLink, entity_in_id=breakdown.episode["id"], entity_out_id=breakdown.chair["id"])
    assert (link["nb_occurences"], link["label"]) == (1, "fixed")
    breakdown.cast(breakdown.first)
    assert breakdown.casting(breakdown.episode) == ["Chair", "Lamp"]
    breakdown.cast(breakdown.second, breakdown.lamp)
    assert breakdown.casting(breakdown.episode) == ["Lamp"]
    assert breakdown.counter(breakdown.episode) == 1


def test_what_an_episode_drops_leaves_its_shots(studio, breakdown):
    other = studio.entity(breakdown.project, "Shot", parent_id=studio.entity(breakdown.project, "Sequence")["id"])
    for shot in (breakdown.first, breakdown.second, other):
        breakdown.cast(shot, breakdown.chair, breakdown.lamp)
    breakdown.cast(breakdown.episode, breakdown.lamp)
    assert breakdown.casting(breakdown.first) == breakdown.casting(breakdown.second) == ["Lamp"]
    assert breakdown.casting(other) == ["Chair", "Lamp"]
    assert (breakdown.counter(breakdown.first), breakdown.counter(other)) == (1, 2)


def test_the_events_of_a_shot_show_each_step(studio, breakdown):
    breakdown.cast(breakdown.first, breakdown.chair)
    assert studio.events() == ["asset:update", "entity-link:new", "shot:casting-update"]
    (update,) = breakdown.payloads("shot:casting-update")
    assert update == {
        "shot_id": breakdown.first["id"],
        "nb_entities_out": 1,
        "added_asset_ids": [breakdown.chair["id"]],
        "removed_asset_ids": [],
        "project_id": breakdown.project["id"],
    }
    (link,) = breakdown.payloads("entity-link:new")
    assert (link["entity_in_id"], link["entity_out_id"]) == (breakdown.first["id"], breakdown.chair["id"])
    assert breakdown.db.exists(EntityLink, id=link["entity_link_id"])
    studio.forget_events()
    breakdown.cast(breakdown.first)
    assert studio.events() == ["shot:casting-update", "episode:casting-update", "asset:update"]
    (update,) = breakdown.payloads("episode:casting-update")
    assert (update["nb_entities_out"], update["removed_asset_ids"]) == (0, [breakdown.chair["id"]])


def test_the_events_of_an_episode_come_after_those_of_its_shots(studio, breakdown):
    breakdown.cast(breakdown.first, breakdown.chair)
    studio.forget_events()
    breakdown.cast(breakdown.episode, breakdown.lamp)
    of_episode = ["entity-link:new", "asset:update", "episode:casting-update"]
    assert studio.events() == ["shot:casting-update"] * 2 + of_episode
    correction, removal = breakdown.payloads("shot:casting-update")
    assert (correction["nb_entities_out"], correction["removed_asset_ids"]) == (0, [])
    assert (removal["nb_entities_out"], removal["removed_asset_ids"]) == (0, [breakdown.chair["id"]])


def test_all_other_kinds_have_the_events_of_assets(studio, breakdown):
    for entity in (breakdown.lamp, breakdown.sequence):
        studio.forget_events()
        breakdown.cast(entity, breakdown.chair)
        assert studio.events() == ["entity-link:new", "asset:casting-update"]
        assert breakdown.payloads("asset:casting-update")[0]["asset_id"] == entity["id"]
    assert breakdown.casting(breakdown.episode) == []


def test_a_repeated_asset_changes_its_link_and_unusable_items_are_left_out(studio, breakdown):
    body = [
        {"asset_id": breakdown.chair["id"], "nb_occurences": 1, "label": "one"},
        {"asset_id": breakdown.lamp["id"]},
        {"nb_occurences": 2},
        "nonsense",
        {"asset_id": breakdown.chair["id"], "nb_occurences": 5},
    ]
    for entity in (breakdown.first, breakdown.episode):
        studio.forget_events()
        assert breakdown.api.put(breakdown.path(entity), body).json == body
        (row,) = breakdown.api.get(breakdown.path(entity)).json
        assert (row["nb_occurences"], row["label"]) == (5, "")
        assert breakdown.counter(entity) == 1
        links = [name for name in studio.events() if name.startswith("entity-link")]
        assert links == ["entity-link:new", "entity-link:update"]


@pytest.mark.parametrize(
    ("item", "status"),
    [
        ({"asset_id": new_id(), "nb_occurences": 1}, 404),
        ({"asset_id": "nonsense", "nb_occurences": 1}, 404),
        ({"asset_id": None, "nb_occurences": 1}, 404),
        ({"asset_id": "chair", "nb_occurences": "many"}, 400),
        ({"asset_id": "chair", "nb_occurences": 1, "label": "x" * 81}, 400),
    ],
)
def test_a_bad_item_changes_nothing(studio, breakdown, item, status):
    breakdown.cast(breakdown.first, breakdown.lamp)
    studio.forget_events()
    if item["asset_id"] == "chair":
        item = {**item, "asset_id": breakdown.chair["id"]}
    good = {"asset_id": breakdown.table["id"], "nb_occurences": 1}
    answer = breakdown.api.put(breakdown.path(breakdown.first), [good, item])
    assert answer.status_int == status
    assert breakdown.casting(breakdown.first) == ["Lamp"]
    assert studio.events() == []


def test_the_casting_of_an_entity_is_asked_for_in_its_project(studio, breakdown):
    foreign = studio.entity(studio.project(), "Shot")
    assert breakdown.api.get(breakdown.path(foreign)).status_int == 403
    assert breakdown.api.put(breakdown.path(foreign), []).status_int == 403
    assert breakdown.api.put(breakdown.path({"id": new_id()}), []).status_int == 404
    for body in ({}, "x", None, 3):
        assert breakdown.api.put(breakdown.path(breakdown.first), body).status_int == 400
        assert breakdown.api.put(f"/data/assets/{breakdown.chair['id']}/casting", body).status_int == 400
    outsider = studio.api(studio.person())
    assert outsider.put(breakdown.path(breakdown.first), {}).status_int == 400


def test_several_castings_are_all_checked_before_one_is_changed(studio, breakdown):
    path = f"/data/projects/{breakdown.project['id']}/entities/casting"
    item = [{"asset_id": breakdown.chair["id"], "nb_occurences": 1}]
    good = {breakdown.first["id"]: item, breakdown.second["id"]: []}
    assert breakdown.api.put(path, good).json == good
    assert breakdown.casting(breakdown.first) == ["Chair"]
    foreign = studio.entity(studio.project(), "Shot")
    for other, status in ((foreign["id"], 403), (new_id(), 404)):
        assert breakdown.api.put(path, {breakdown.first["id"]: [], other: []}).status_int == status
    for body in ([], {breakdown.first["id"]: {}}, None):
        assert breakdown.api.put(path, body).status_int == 400
    assert breakdown.casting(breakdown.first) == ["Chair"]


def test_the_casting_of_an_asset_has_routes_of_its_own(breakdown):
    path = f"/data/assets/{breakdown.lamp['id']}/casting"
    item = [{"asset_id": breakdown.chair["id"], "nb_occurences": 2, "label": ""}]
    assert breakdown.api.put(path, [{**item[0], "label": "", "more": 1}]).json == item
    assert breakdown.api.put(path, [{"asset_id": breakdown.table["id"]}]).json[0]["nb_occurences"] == 1
    refused = breakdown.api.put(path, [item[0], {"nb_occurences": -1}])
    assert (refused.status_int, [error["field"] for error in refused.json["data"]["errors"]]) == (
        400,
        ["1.asset_id", "1.nb_occurences"],
    )
    assert breakdown.api.put(path, item).json == item
    assert [row["nb_occurences"] for row in breakdown.api.get(path).json] == [2]
    assert [row["id"] for row in breakdown.api.get(f"/data/assets/{breakdown.lamp['id']}/assets").json] == [
        breakdown.chair["id"]
    ]


# One asset in several entities


def cast_in(breakdown, asset, *entities, api=None, **columns):
    path = f"/data/projects/{breakdown.project['id']}/entities/casting/assets/{asset['id']}"
    body = {"entity_ids": [entity["id"] for entity in entities], **columns}
    return (api or breakdown.api).put(path, body)


def test_one_asset_is_cast_in_several_entities(studio, breakdown):
    breakdown.cast(breakdown.first, breakdown.lamp)
    studio.forget_events()
    answer = cast_in(breakdown, breakdown.chair, breakdown.first, breakdown.second, nb_occurences=3, label="front")
    assert answer.status_int == 200, answer.text
    assert {key: [row["asset_name"] for row in rows] for key, rows in answer.json.items()} == {
        breakdown.first["id"]: ["Chair", "Lamp"],
        breakdown.second["id"]: ["Chair"],
    }
    (chair,) = answer.json[breakdown.second["id"]]
    assert (chair["nb_occurences"], chair["label"]) == (3, "front")
    assert chair == breakdown.api.get(breakdown.path(breakdown.second)).json[0]
    assert breakdown.casting(breakdown.episode) == ["Chair", "Lamp"]
    each = ["entity-link:new", "shot:casting-update"]
    assert studio.events() == ["asset:update", *each, *each]
    assert [update["added_asset_ids"] for update in breakdown.payloads("shot:casting-update")] == [
        [breakdown.chair["id"]]
    ] * 2


def test_what_is_left_out_of_a_link_stays(studio, breakdown):
    cast_in(breakdown, breakdown.chair, breakdown.first, nb_occurences=3, label="front")
    studio.forget_events()
    answer = cast_in(breakdown, breakdown.chair, breakdown.first, breakdown.lamp, label=None)
    found = {key: (rows[0]["nb_occurences"], rows[0]["label"]) for key, rows in answer.json.items()}
    assert found == {breakdown.first["id"]: (3, "front"), breakdown.lamp["id"]: (1, "")}
    assert studio.events() == [
        *("entity-link:update", "shot:casting-update"),
        *("entity-link:new", "asset:casting-update"),
    ]
    answer = cast_in(breakdown, breakdown.chair, breakdown.first, nb_occurences=2)
    assert (answer.json[breakdown.first["id"]][0]["nb_occurences"]) == 2


def test_no_occurences_take_an_asset_out(studio, breakdown):
    breakdown.cast(breakdown.first, breakdown.chair, breakdown.lamp)
    studio.forget_events()
    answer = cast_in(breakdown, breakdown.chair, breakdown.first, breakdown.second, nb_occurences=0)
    assert [len(rows) for rows in answer.json.values()] == [1, 0]
    assert studio.events() == ["shot:casting-update", "episode:casting-update", "asset:update"]
    assert breakdown.casting(breakdown.episode) == ["Lamp"]
    cast_in(breakdown, breakdown.lamp, breakdown.episode, nb_occurences=0)
    assert breakdown.casting(breakdown.first) == breakdown.casting(breakdown.episode) == []
    assert breakdown.counter(breakdown.first) == breakdown.counter(breakdown.episode) == 0


def test_an_episode_keeps_what_was_cast_in_it_by_hand(breakdown):
    cast_in(breakdown, breakdown.chair, breakdown.episode)
    breakdown.cast(breakdown.first, breakdown.chair, breakdown.lamp)
    breakdown.cast(breakdown.first)
    assert breakdown.casting(breakdown.episode) == ["Chair"]


def test_an_asset_of_another_project_is_cast_if_it_is_shared(studio, breakdown):
    other = studio.project()
    shared, own = studio.entity(other, "Prop", is_shared=True), studio.entity(other, "Prop")
    assert cast_in(breakdown, shared, breakdown.first).status_int == 200
    assert cast_in(breakdown, own, breakdown.first).status_int == 403
    assert cast_in(breakdown, breakdown.second, breakdown.first).status_int == 404
    assert cast_in(breakdown, {"id": new_id()}, breakdown.first).status_int == 404
    assert cast_in(breakdown, shared, studio.entity(other, "Shot")).status_int == 403
    assert cast_in(breakdown, shared, {"id": new_id()}).status_int == 404
    for body in ({"nb_occurences": -1}, {"entity_ids": []}, {"entity_ids": ["x"]}, {"label": 1}):
        assert cast_in(breakdown, shared, breakdown.first, **body).status_int == 400
    assert breakdown.casting(breakdown.second) == []


# Reading


def cancel(breakdown, entity):
    with breakdown.db.write():
        breakdown.db.update(Entity, entity["id"], canceled=True)


def test_castings_leave_canceled_assets_out(breakdown):
    breakdown.cast(breakdown.first, breakdown.chair, breakdown.lamp)
    cancel(breakdown, breakdown.chair)
    assert breakdown.casting(breakdown.first) == ["Lamp"]
    for group in ("episodes", "sequences/all"):
        found = breakdown.api.get(f"/data/projects/{breakdown.project['id']}/{group}/casting").json
        assert [row["name"] for row in found[breakdown.first["id"]]] == ["Lamp"]
    assert len(breakdown.api.get(f"/data/shots/{breakdown.first['id']}/assets").json) == 2


@pytest.mark.parametrize("base", ["shots", "entities"])
def test_a_shot_that_comes_back_is_counted_again(studio, breakdown, base):
    studio.task(breakdown.first, "Animation")
    breakdown.cast(breakdown.first, breakdown.chair, breakdown.lamp)
    path = f"/data/{base}/{breakdown.first['id']}"
    assert breakdown.api.put(path, {"canceled": True}).status_int == 200
    breakdown.api.put(f"/data/entities/{breakdown.chair['id']}", {"canceled": True})
    assert breakdown.counter(breakdown.first) == 2
    assert breakdown.api.put(path, {"canceled": False}).status_int == 200
    assert breakdown.counter(breakdown.first) == 1


def test_castings_are_read_by_group(studio, breakdown):
    other = studio.entity(breakdown.project, "Sequence", name="SQ00")
    loose = studio.entity(breakdown.project, "Shot", name="SH09", parent_id=other["id"])
    breakdown.cast(breakdown.second, breakdown.lamp, breakdown.chair)
    breakdown.cast(breakdown.first, breakdown.chair)
    breakdown.cast(loose, breakdown.table)
    breakdown.cast(breakdown.lamp, breakdown.table)

    def groups(path):
        answer = breakdown.api.get(f"/data/projects/{breakdown.project['id']}/{path}/casting")
        assert answer.status_int == 200, answer.text
        return {key: [row["asset_name"] for row in rows] for key, rows in answer.json.items()}, answer.json

    shots = {breakdown.first["id"]: ["Chair"], breakdown.second["id"]: ["Chair", "Lamp"]}
    found, rows = groups("sequences/all")
    assert list(found.items()) == [(loose["id"], ["Table"]), *shots.items()]
    assert set(rows[loose["id"]][0]) == {
        *("asset_id", "name", "asset_name", "asset_type_name", "preview_file_id", "nb_occurences", "label"),
        *("is_shared", "project_id", "sequence_name"),
    }
    assert rows[loose["id"]][0]["sequence_name"] == "SQ00"
    assert groups(f"sequences/{breakdown.sequence['id']}")[0] == shots
    assert groups(f"episodes/{breakdown.episode['id']}/sequences/all")[0] == shots
    assert groups("episodes/all/sequences/all")[0] == found
    assert groups("episodes/main/sequences/all")[0] == {}
    everything, rows = groups("episodes")
    assert everything == {
        **found,
        breakdown.episode["id"]: ["Chair", "Lamp"],
        breakdown.lamp["id"]: ["Table"],
    }
    assert "sequence_name" not in rows[loose["id"]][0]
    by_type, rows = groups(f"asset-types/{breakdown.chair['entity_type_id']}")
    assert by_type == {breakdown.lamp["id"]: ["Table"]}
    assert not {"is_shared", "project_id"} & set(rows[breakdown.lamp["id"]][0])


def test_the_castings_of_many_entities_are_written_while_they_are_sent(studio, breakdown, monkeypatch):
    studio.entity(breakdown.project, "Shot", name="AA", parent_id=breakdown.sequence["id"])
    breakdown.cast(breakdown.first, breakdown.lamp, breakdown.chair)
    breakdown.cast(breakdown.second, breakdown.chair)
    path = f"/data/projects/{breakdown.project['id']}/sequences/all/casting"
    whole = breakdown.api.get(path).body
    assert set(json.loads(whole)) == {breakdown.first["id"], breakdown.second["id"]}
    turns = []
    monkeypatch.setattr(database, "takes_long", lambda: turns.append(1))
    monkeypatch.setattr(json_stream, "LONG", 2)
    monkeypatch.setattr(json_stream, "PIECE", 1)
    assert breakdown.api.get(path).body == whole
    assert len(turns) == 1
    # of one sequence, or with a limit, they are few however many the project has
    project = f"/data/projects/{breakdown.project['id']}"
    assert breakdown.api.get(f"{project}/sequences/{breakdown.sequence['id']}/casting").body == whole
    assert len(breakdown.api.get(f"{project}/entity-links?limit=1").json) == 1
    assert len(turns) == 1
    assert len(breakdown.api.get(f"{project}/entity-links").json) == 5
    assert len(turns) == 2


def test_groups_of_other_projects_and_kinds_are_refused(studio, breakdown):
    foreign = studio.entity(studio.project(), "Sequence")
    project = f"/data/projects/{breakdown.project['id']}"
    assert breakdown.api.get(f"{project}/sequences/{foreign['id']}/casting").status_int == 403
    assert breakdown.api.get(f"{project}/sequences/{breakdown.first['id']}/casting").status_int == 404
    assert breakdown.api.get(f"{project}/asset-types/{breakdown.first['entity_type_id']}/casting").status_int == 404
    assert breakdown.api.get(f"{project}/episodes/nonsense/sequences/all/casting").status_int == 404
    admin = studio.api(studio.admin)
    assert admin.get("/data/projects/nonsense/episodes/casting").status_int == 404
    assert admin.get(f"/data/projects/{new_id()}/episodes/casting").json == {}


def test_where_an_asset_is_cast_shots_come_before_assets(studio, breakdown):
    other = studio.entity(breakdown.project, "Sequence", name="SQ00")
    loose = studio.entity(breakdown.project, "Shot", name="SH00", parent_id=other["id"])
    canceled = breakdown.shot("SH03")
    for entity in (breakdown.lamp, loose, breakdown.second, breakdown.first, canceled):
        breakdown.cast(entity, breakdown.chair)
    cancel(breakdown, canceled)
    rows = breakdown.api.get(f"/data/assets/{breakdown.chair['id']}/cast-in").json
    assert [row.get("shot_name") or row["asset_name"] for row in rows] == ["SH01", "SH02", "SH00", "Lamp"]
    assert rows[0]["episode_id"] == breakdown.episode["id"]
    assert (rows[2]["episode_id"], rows[2]["episode_name"], rows[2]["sequence_name"]) == ("None", None, "SQ00")
    assert set(rows[3]) == {"asset_id", "asset_name", "asset_type_name", "preview_file_id", "nb_occurences"}


def test_a_counter_that_lags_behind_never_falls_below_zero(breakdown):
    breakdown.cast(breakdown.first, breakdown.chair)
    with breakdown.db.write():
        breakdown.db.update(Entity, breakdown.episode["id"], nb_entities_out=0)
    breakdown.cast(breakdown.first)
    assert breakdown.casting(breakdown.episode) == []
    assert breakdown.counter(breakdown.episode) == 0


# Links


def test_links_of_a_project_are_read_in_order_of_creation(studio, breakdown):
    path = f"/data/projects/{breakdown.project['id']}/entity-links"
    breakdown.cast(breakdown.lamp, breakdown.chair, breakdown.table)
    studio.link(
        EntityLink, entity_in_id=studio.entity(studio.project(), "Shot")["id"], entity_out_id=breakdown.lamp["id"]
    )
    rows = breakdown.api.get(path).json
    assert [row["entity_out_id"] for row in rows] == [breakdown.chair["id"], breakdown.table["id"]]
    assert set(rows[0]) == {
        *("id", "entity_in_id", "entity_out_id", "nb_occurences", "label", "data", "created_at", "type"),
    }
    assert len(rows[0]["created_at"]) == 26
    assert breakdown.api.get(path + "?limit=1").json == rows[:1]
    newer = breakdown.api.get(f"{path}?cursor_created_at={rows[0]['created_at']}").json
    assert (newer["total"], [row["id"] for row in newer["data"]]) == (2, [rows[1]["id"]])
    assert newer["data"][0]["created_at"] == rows[1]["created_at"]
    page = breakdown.api.get(path + "?page=2&limit=1").json
    assert {key: page[key] for key in page if key != "data"} == {
        **{"total": 2, "nb_pages": 2, "limit": 1, "offset": 1, "page": 2},
    }
    assert (page["data"][0]["id"], page["data"][0]["created_at"]) == (rows[1]["id"], rows[1]["created_at"][:19])
    assert breakdown.api.get(path + "?page=1").json["limit"] == 100
    beyond = breakdown.api.get(path + "?page=9&limit=1").json
    assert (beyond["total"], beyond["data"]) == (2, [])
    for query, message in (("page=x", "page must be an integer."), ("limit=1.5", "limit must be an integer.")):
        answer = breakdown.api.get(f"{path}?{query}")
        assert (answer.status_int, answer.json["message"]) == (400, message)
    assert breakdown.api.get(path + "?limit=-1").json == rows
    for query in ("cursor_created_at=yesterday", "limit=-1&page=1"):
        assert breakdown.api.get(f"{path}?{query}").status_int == 400
    assert studio.api(studio.admin).get(f"/data/projects/{new_id()}/entity-links").status_int == 404


def test_a_link_is_deleted_in_its_project_and_returned(studio, breakdown):
    breakdown.cast(breakdown.lamp, breakdown.chair)
    link = breakdown.db.first(EntityLink)
    other = studio.project(team=[breakdown.manager])
    path = f"/data/projects/{{}}/entity-links/{link['id']}"
    studio.forget_events()
    assert breakdown.api.delete(path.format(other["id"])).status_int == 403
    assert breakdown.api.delete(path.format(breakdown.project["id"])).json == link
    assert breakdown.api.delete(path.format(breakdown.project["id"])).status_int == 404
    assert breakdown.counter(breakdown.lamp) == 0
    assert studio.events() == ["asset:casting-update"]
    (update,) = breakdown.payloads("asset:casting-update")
    assert (update["nb_entities_out"], update["removed_asset_ids"]) == (0, [breakdown.chair["id"]])


def test_the_link_of_a_shot_takes_that_of_its_episode_with_it(studio, breakdown):
    breakdown.cast(breakdown.first, breakdown.chair)
    link = breakdown.db.find(EntityLink, entity_in_id=breakdown.first["id"])
    studio.forget_events()
    assert breakdown.api.delete(f"/data/projects/{breakdown.project['id']}/entity-links/{link['id']}").json == link
    assert breakdown.casting(breakdown.episode) == []
    assert studio.events() == ["shot:casting-update", "episode:casting-update", "asset:update"]
