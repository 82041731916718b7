"""Listings of entities with their tasks inside."""

import json

import pytest
from webtest import TestRequest

from kitsulite.auth import tokens
from kitsulite.domain.entities import assets, shots
from kitsulite.models.activity import Subscription
from kitsulite.models.entities import EntityLink
from kitsulite.models.task_texts import IN_ASSET, IN_SHOT

KINDS = {"assets": "Prop", "shots": "Shot", "sequences": "Sequence", "episodes": "Episode", "edits": "Edit"}


@pytest.fixture
def production(studio):
    return Production(studio)


class Production:
    """An episode with a sequence of two shots, an asset and an edit; each has a task of the artist."""

    def __init__(self, studio):
        self.studio = studio
        self.artist, self.manager = studio.person(), studio.person("manager")
        self.project = studio.project(team=[self.artist, self.manager])
        self.episode = studio.entity(self.project, "Episode", name="E01", data={"fps": 24})
        self.sequence = studio.entity(self.project, "Sequence", name="SQ01", parent_id=self.episode["id"])
        self.shot = studio.entity(
            self.project, "Shot", name="SH01", parent_id=self.sequence["id"], data={"frame_in": 1, "fps": "25"}
        )
        self.bare = studio.entity(self.project, "Shot", name="SH02", parent_id=self.sequence["id"])
        self.lonely = studio.entity(self.project, "Shot", name="SH03")
        self.asset = studio.entity(self.project, "Prop", name="Chair", data={"size": [1, {"a": None}]})
        self.edit = studio.entity(self.project, "Edit", name="Cut", parent_id=self.episode["id"])
        self.tasks = {
            entity["id"]: studio.task(entity, "Animation", [self.artist], priority=None)
            for entity in (self.shot, self.asset, self.sequence, self.episode, self.edit)
        }

    def get(self, path, person=None):
        answer = self.studio.api(person or self.manager).get(path)
        assert answer.status_int == 200, answer.text
        return answer

    def listing(self, noun, query="", person=None):
        return self.get(f"/data/{noun}/with-tasks?project_id={self.project['id']}{query}", person).json

    def names(self, noun, query="", person=None):
        return [row["name"] for row in self.listing(noun, query, person)]


def test_a_shot_comes_with_its_place_frames_and_tasks(studio, production):
    shot, bare = production.listing("shots")
    task = production.tasks[shot["id"]]
    assert {name: shot[name] for name in ("name", "sequence_name", "episode_name", "type", "canceled")} == {
        "name": "SH01",
        "sequence_name": "SQ01",
        "episode_name": "E01",
        "type": "Shot",
        "canceled": False,
    }
    assert (shot["frame_in"], shot["frame_out"], shot["fps"]) == (1, None, "25")
    assert (shot["sequence_id"], shot["episode_id"]) == (production.sequence["id"], production.episode["id"])
    assert shot["data"] == {"frame_in": 1, "fps": "25"}
    assert (bare["data"], bare["tasks"]) == ({}, [])
    assert [found["id"] for found in shot["tasks"]] == [task["id"]]
    assert shot["tasks"][0]["assignees"] == [production.artist["id"]]
    assert (shot["tasks"][0]["priority"], shot["tasks"][0]["last_preview_file_id"]) == (0, None)
    assert shot["tasks"][0]["duration"] == 0.0
    assert list(shot) == [*shots.FIELDS, "tasks"]
    assert list(shot["tasks"][0]) == list(IN_SHOT)


def test_an_asset_shows_what_it_lacks_as_text(production):
    (asset,) = production.listing("assets")
    assert (asset["preview_file_id"], asset["ready_for"], asset["episode_id"]) == ("", "None", "")
    assert asset["data"] == {"size": [1, {"a": None}]}
    assert asset["tasks"][0]["last_preview_file_id"] is None
    assert asset["asset_type_name"] == "Prop"
    assert list(asset) == [*assets.FIELDS, "tasks"]
    assert list(asset["tasks"][0]) == list(IN_ASSET)


def test_the_order_is_kept_across_projects(studio, production):
    for kind, name, project in (
        ("Vehicle", "A", production.project),
        ("Prop", "Bed", studio.project()),
        ("Prop", "Arm", studio.project()),
        ("Prop", "Door", production.project),
    ):
        studio.entity(project, kind, name=name)
    rows = production.get("/data/assets/with-tasks", studio.admin).json
    assert [row["name"] for row in rows] == ["Arm", "Bed", "Chair", "Door", "A"]


def test_sequences_episodes_and_scenes_name_their_parent_as_episode(studio, production):
    studio.entity(production.project, "Scene", parent_id=production.sequence["id"])
    assert production.listing("sequences")[0]["episode_id"] == production.episode["id"]
    assert production.listing("episodes")[0]["episode_id"] == "None"
    assert production.listing("episodes")[0]["fps"] == 24
    assert production.listing("scenes")[0]["episode_id"] == production.sequence["id"]
    assert production.listing("scenes")[0]["preview_file_id"] == ""


def test_an_edit_names_its_episode(studio, production):
    edit = production.listing("edits")[0]
    assert (edit["episode_name"], edit["preview_file_id"], edit["type"]) == ("E01", None, "Edit")
    assert "done_date" not in edit["tasks"][0]


# Forms


@pytest.mark.parametrize("noun", ["shots", "assets"])
def test_all_forms_hold_the_same(studio, production, noun):
    path = f"/data/{noun}/with-tasks?project_id={production.project['id']}"
    plain = production.get(path).json
    compact = production.get(path + "&compact=true").json
    streamed = production.get(path + "&stream=true")
    lines = streamed.text.splitlines()
    both = [json.loads(line) for line in production.get(path + "&stream=true&compact=true").text.splitlines()]

    def unpacked(header, rows):
        tasks, fields = header["task_fields"], header[f"{noun[:-1]}_fields"]
        found = [dict(zip(fields, row, strict=True)) for row in rows]
        return [{**row, "tasks": [dict(zip(tasks, task, strict=True)) for task in row["tasks"]]} for row in found]

    assert streamed.content_type == "application/x-ndjson"
    assert streamed.text.endswith("\n")
    assert json.loads(lines[0]) == {"compact": False}
    assert [json.loads(line) for line in lines[1:]] == plain
    assert compact["compact"] is True
    assert unpacked(compact, compact["rows"]) == plain
    assert both[0] == {key: value for key, value in compact.items() if key != "rows"}
    assert both[1:] == compact["rows"]


def test_a_stream_is_made_line_by_line(studio, production):
    headers = {"Authorization": f"Bearer {tokens.pair(studio.app.settings, production.manager['id'])[0]}"}
    path = f"/api/data/shots/with-tasks?project_id={production.project['id']}&stream=true"
    sent = []
    chunks = iter(studio.app(TestRequest.blank(path, headers=headers).environ, lambda *start: sent.append(start)))
    assert next(chunks) == b'{"compact":false}\n'
    assert [json.loads(chunk)["name"] for chunk in chunks] == ["SH01", "SH02"]
    assert "Content-Length" not in dict(sent[0][1])


@pytest.mark.parametrize("value", ["True", "1", "yes", ""])
def test_forms_are_asked_for_by_true_alone(production, value):
    assert isinstance(production.listing("shots", f"&stream={value}&compact={value}"), list)


def test_a_refused_stream_is_an_ordinary_error(studio, production):
    api = studio.api(studio.person())
    answer = api.get(f"/data/shots/with-tasks?project_id={production.project['id']}&stream=true")
    assert (answer.status_int, answer.content_type) == (403, "application/json")


# Parameters


@pytest.mark.parametrize("noun", [*KINDS, "scenes", "concepts"])
def test_malformed_ids_are_refused_before_anything_else(studio, noun):
    for name in ("id", "project_id", "episode_id"):
        known = not (noun in ("sequences", "episodes", "scenes") and name == "id") and (noun, name) != (
            "concepts",
            "episode_id",
        )
        answer = studio.api(studio.person()).get(f"/data/{noun}/with-tasks?{name}=nonsense")
        assert answer.status_int == (400 if known else 403)
        if known:
            assert answer.json["message"] == f"Invalid UUID format for {name}: nonsense"


def test_shots_of_an_episode(studio, production):
    other = studio.entity(production.project, "Sequence")
    studio.entity(production.project, "Shot", name="SH09", parent_id=other["id"])
    assert production.names("shots") == ["SH01", "SH02", "SH09"]
    assert production.names("shots", "&episode_id=all") == ["SH01", "SH02", "SH09"]
    assert production.names("shots", f"&episode_id={production.episode['id']}") == ["SH01", "SH02"]
    assert production.names("shots", "&episode_id=main") == []
    assert production.names("shots", f"&id={production.bare['id']}") == ["SH02"]


def test_assets_of_an_episode_are_its_own_and_the_ones_that_it_casts(studio, production):
    episode_id = production.episode["id"]
    own = studio.entity(production.project, "Prop", name="Own", source_id=episode_id)
    second = studio.entity(production.project, "Episode", name="A")
    for entity in (production.episode, second):
        studio.link(EntityLink, entity_in_id=entity["id"], entity_out_id=production.asset["id"])
    assert production.names("assets") == ["Chair", "Own"]
    assert production.names("assets", f"&episode_id={episode_id}") == ["Chair", "Own"]
    assert production.names("assets", f"&episode_id={second['id']}") == ["Chair"]
    assert production.names("assets", "&episode_id=main") == ["Chair"]
    by_name = {row["name"]: row["casting_episode_ids"] for row in production.listing("assets")}
    assert by_name == {"Chair": [second["id"], episode_id], "Own": []}
    (cast,) = production.listing("assets", f"&episode_id={second['id']}")
    assert cast["casting_episode_ids"] == [second["id"]]
    without_project = production.get(f"/data/assets/with-tasks?episode_id={episode_id}").json
    assert [row["casting_episode_ids"] for row in without_project] == [[], []]
    assert own["id"] in [row["id"] for row in without_project]


def test_sequences_and_edits_of_an_episode(studio, production):
    studio.entity(production.project, "Sequence", name="SQ02")
    studio.entity(production.project, "Edit", name="Trailer")
    episode = f"&episode_id={production.episode['id']}"
    assert production.names("sequences", episode) == ["SQ01"]
    assert production.names("sequences", "&episode_id=all") == ["SQ01", "SQ02"]
    assert production.names("sequences", "&episode_id=main") == ["SQ02"]
    assert production.names("edits", episode) == ["Cut"]
    assert production.names("edits", "&episode_id=all") == ["Cut", "Trailer"]
    assert production.names("edits", "&episode_id=main") == ["Trailer"]


def test_assigned_to_asks_for_the_callers_work(studio, production):
    studio.task(production.asset, "Modeling")
    assert production.names("shots", "&assigned_to=x", production.artist) == ["SH01"]
    assert production.names("shots", "&assigned_to=x") == []
    (asset,) = production.listing("assets", "&assigned_to=", production.artist)
    assert [task["id"] for task in asset["tasks"]] == [production.tasks[asset["id"]]["id"]]
    sequence = production.listing("sequences", f"&assigned_to={production.manager['id']}")[0]
    assert sequence["tasks"] == []
    assert len(production.listing("sequences", f"&assigned_to={production.artist['id']}")[0]["tasks"]) == 1


@pytest.mark.parametrize(("noun", "kind"), KINDS.items())
def test_subscriptions_are_known_within_a_project(studio, production, noun, kind):
    entity_id = next(e["id"] for e in production.listing(noun) if e["tasks"])
    studio.link(Subscription, person_id=production.manager["id"], task_id=production.tasks[entity_id]["id"])

    def subscribed(rows):
        return [task["is_subscribed"] for row in rows for task in row["tasks"]]

    assert subscribed(production.listing(noun)) == [True]
    assert subscribed(production.listing(noun, person=production.artist)) == [False]
    assert subscribed(production.get(f"/data/{noun}/with-tasks", studio.admin).json) == [False]


def test_assets_without_project_are_those_of_the_callers_teams(studio, production):
    studio.entity(studio.project(), "Prop", name="Foreign")
    path = "/data/assets/with-tasks"
    assert [row["name"] for row in production.get(path).json] == ["Chair"]
    assert sorted(row["name"] for row in production.get(path, studio.admin).json) == ["Chair", "Foreign"]
    assert studio.api(production.manager).get(path + "?episode_id=all").status_int == 404


# Cost


def rows_of(studio, production, number):
    for _ in range(number):
        shot = studio.entity(production.project, "Shot", parent_id=production.sequence["id"])
        asset = studio.entity(production.project, "Prop")
        for entity in (shot, asset):
            studio.task(entity, "Animation", [production.artist])
        studio.link(EntityLink, entity_in_id=shot["id"], entity_out_id=asset["id"])


LISTINGS = (
    *("/data/shots/with-tasks?project_id={}", "/data/shots/with-tasks?project_id={}&stream=true&compact=true"),
    *("/data/assets/with-tasks?project_id={}", "/data/sequences/with-tasks?project_id={}"),
    *("/data/shots?project_id={}", "/data/assets?project_id={}", "/data/projects/{}/shots"),
    *("/data/projects/{}/sequences/all/casting", "/data/projects/{}/episodes/casting"),
    *("/data/projects/{}/entity-links", "/data/projects/{}/episodes/stats", "/data/entities?project_id={}"),
)


def test_a_listing_costs_the_same_statements_however_many_rows_it_has(studio, production):
    manager = studio.api(production.manager)

    def count(path):
        manager.get(path)
        with studio.statements() as statements:
            assert manager.get(path).status_int == 200
        return len(statements)

    paths = [path.format(production.project["id"]) for path in LISTINGS]
    rows_of(studio, production, 10)
    few = {path: count(path) for path in paths}
    with studio.db.write():
        rows_of(studio, production, 590)
    assert {path: count(path) for path in paths} == few
    # three of them ask whether anything has changed, and one how long the answer is
    assert max(few.values()) <= 11
