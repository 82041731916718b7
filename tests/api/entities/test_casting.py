"""Casting through the API: replaced, counted, followed by episodes and readiness, read in every form."""

import pytest

from kitsulite.models.activity import ApiEvent
from kitsulite.models.entities import Entity, EntityLink
from kitsulite.models.fields import new_id
from kitsulite.models.projects import ProjectTaskTypeLink
from kitsulite.models.tasks import Task


class Breakdown:
    """Two shots of one episode and three props; the manager's API."""

    def __init__(self, studio):
        self.studio, self.db = studio, studio.db
        self.manager = studio.person("manager")
        self.project = studio.project(team=[self.manager])
        self.api = studio.api(self.manager)
        self.episode = studio.entity(self.project, "Episode", name="E01")
        self.sequence = studio.entity(self.project, "Sequence", name="SQ01", parent_id=self.episode["id"])
        self.first, self.second = (self.shot(name) for name in ("SH01", "SH02"))
        self.chair, self.lamp, self.table = (
            studio.entity(self.project, "Prop", name=name) for name in ("Chair", "Lamp", "Table")
        )
        studio.forget_events()

    def shot(self, name):
        return self.studio.entity(self.project, "Shot", name=name, parent_id=self.sequence["id"])

    def path(self, entity):
        return f"/data/projects/{self.project['id']}/entities/{entity['id']}/casting"

    def cast(self, entity, *assets, **columns):
        body = [{"asset_id": asset["id"], "nb_occurences": 1, **columns} for asset in assets]
        answer = self.api.put(self.path(entity), body)
        assert (answer.status_int, answer.json) == (200, body), answer.text

    def casting(self, entity):
        return [row["asset_name"] for row in self.api.get(self.path(entity)).json]

    def counter(self, entity):
        return self.db.get(Entity, entity["id"])["nb_entities_out"]

    def payloads(self, name):
        return [row["data"] for row in self.db.all(ApiEvent, "name = ?", [name])]


@pytest.fixture
def breakdown(studio):
    return Breakdown(studio)


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
    assert studio.events() == ["shot:casting-update", "entity-link:new", "asset:update", "episode:casting-update"]
    (update,) = breakdown.payloads("shot:casting-update")
    assert (update["nb_entities_out"], update["removed_asset_ids"]) == (0, [breakdown.chair["id"]])


def test_all_other_kinds_have_the_events_of_assets(studio, breakdown):
    for entity in (breakdown.lamp, breakdown.sequence):
        studio.forget_events()
        breakdown.cast(entity, breakdown.chair)
        assert studio.events() == ["entity-link:new", "asset:casting-update"]
        assert breakdown.payloads("asset:casting-update")[0]["asset_id"] == entity["id"]
    assert breakdown.casting(breakdown.episode) == []


def test_a_repeated_asset_changes_its_link_and_unusable_items_are_counted(studio, breakdown):
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
        assert breakdown.counter(entity) == 5
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
    item = [{"asset_id": breakdown.chair["id"], "nb_occurences": 2}]
    assert breakdown.api.put(path, item).json == item
    assert [row["nb_occurences"] for row in breakdown.api.get(path).json] == [2]
    assert [row["id"] for row in breakdown.api.get(f"/data/assets/{breakdown.lamp['id']}/assets").json] == [
        breakdown.chair["id"]
    ]


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


# Readiness


class Readiness(Breakdown):
    """Layout comes before animation, and this before lighting; the first shot has a task of each."""

    def __init__(self, studio):
        super().__init__(studio)
        self.types = {name: studio.task_type(name)["id"] for name in ("Layout", "Animation", "Lighting", "Modeling")}
        for priority, name in enumerate(("Layout", "Animation", "Lighting"), 1):
            studio.link(
                ProjectTaskTypeLink,
                project_id=self.project["id"],
                task_type_id=self.types[name],
                priority=priority,
            )
        self.tasks = {name: studio.task(self.first, name) for name in ("Layout", "Animation", "Lighting")}

    def ready(self):
        return [self.db.get(Task, task["id"])["nb_assets_ready"] for task in self.tasks.values()]

    def set_ready(self, asset, name):
        body = {"ready_for": self.types[name] if name else None}
        assert self.api.put(f"/data/entities/{asset['id']}", body).status_int == 200


def test_a_counter_that_lags_behind_never_falls_below_zero(breakdown):
    breakdown.cast(breakdown.first, breakdown.chair)
    with breakdown.db.write():
        breakdown.db.update(Entity, breakdown.episode["id"], nb_entities_out=0)
    breakdown.cast(breakdown.first)
    assert breakdown.casting(breakdown.episode) == []
    assert breakdown.counter(breakdown.episode) == 0


@pytest.fixture
def readiness(studio):
    return Readiness(studio)


def test_an_asset_is_ready_for_its_step_and_those_before(readiness):
    readiness.cast(readiness.first, readiness.chair, readiness.lamp)
    assert readiness.ready() == [0, 0, 0]
    readiness.set_ready(readiness.chair, "Animation")
    assert readiness.ready() == [1, 1, 0]
    readiness.set_ready(readiness.lamp, "Lighting")
    assert readiness.ready() == [2, 2, 1]
    readiness.set_ready(readiness.chair, None)
    assert readiness.ready() == [1, 1, 1]
    readiness.cast(readiness.first, readiness.chair)
    assert readiness.ready() == [0, 0, 0]


def test_an_asset_that_is_ready_for_no_step_of_the_project_is_not_ready(studio, readiness):
    readiness.cast(readiness.first, readiness.chair)
    readiness.set_ready(readiness.chair, "Modeling")
    assert readiness.ready() == [0, 0, 0]
    fx = studio.task(readiness.first, "FX")
    readiness.set_ready(readiness.chair, "Layout")
    assert readiness.ready() == [1, 0, 0]
    assert studio.db.get(Task, fx["id"])["nb_assets_ready"] == 1


def test_shared_assets_of_other_projects_are_always_ready(studio, readiness):
    shared = studio.entity(studio.project(), "Prop", is_shared=True)
    own = studio.entity(readiness.project, "Prop", is_shared=True)
    readiness.cast(readiness.first, shared, own)
    assert readiness.ready() == [1, 1, 1]


def test_canceled_and_dropped_assets_are_not_ready(studio, readiness):
    readiness.set_ready(readiness.chair, "Lighting")
    studio.task(readiness.chair, "Modeling")
    readiness.cast(readiness.first, readiness.chair)
    assert readiness.ready() == [1, 1, 1]
    readiness.cast(readiness.episode, readiness.lamp)
    assert readiness.ready() == [0, 0, 0]
    readiness.cast(readiness.first, readiness.chair)
    admin = studio.api(studio.admin)
    assert admin.delete(f"/data/assets/{readiness.chair['id']}").status_int == 204
    assert readiness.ready() == [0, 0, 0]
    assert readiness.api.put(f"/data/entities/{readiness.chair['id']}", {"canceled": False}).status_int == 200
    assert readiness.ready() == [1, 1, 1]
    assert admin.delete(f"/data/assets/{readiness.chair['id']}?force=true").status_int == 204
    assert readiness.ready() == [0, 0, 0]


def test_each_task_is_notified_of_but_not_in_the_log(studio, readiness):
    heard = []
    end = studio.app.bus.listen(lambda name, payload: heard.append((name, payload)))
    readiness.cast(readiness.first, readiness.chair)
    end()
    told = [payload for name, payload in heard if name == "task:update-casting-stats"]
    assert [payload["task_id"] for payload in told] == [task["id"] for task in readiness.tasks.values()]
    assert told[0] == {
        "task_id": readiness.tasks["Layout"]["id"],
        "nb_assets_ready": 0,
        "project_id": readiness.project["id"],
    }
    assert studio.events("task:update-casting-stats") == []


def test_shots_of_an_asset_are_notified_of_by_place(studio, readiness):
    other = studio.entity(readiness.project, "Sequence", name="A", parent_id=readiness.episode["id"])
    shots = [studio.entity(readiness.project, "Shot", name=name, parent_id=other["id"]) for name in "CAB"]
    tasks = {shot["name"]: studio.task(shot, "Layout")["id"] for shot in shots}
    for shot in (*shots, readiness.first):
        readiness.cast(shot, readiness.chair)
    heard = []
    end = studio.app.bus.listen(lambda name, payload: heard.append(payload.get("task_id")))
    readiness.set_ready(readiness.chair, "Layout")
    told = [tasks[name] for name in "ABC"] + [task["id"] for task in readiness.tasks.values()]
    assert heard == [*told, None]
    heard.clear()
    assert studio.api(studio.admin).delete(f"/data/assets/{readiness.chair['id']}").status_int == 204
    end()
    assert heard == [None, *told]


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
    assert (beyond["total"], beyond["data"]) == (0, [])
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
    assert breakdown.counter(breakdown.lamp) == 1
    assert studio.events() == []
