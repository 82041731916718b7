"""Episodes and sequences, what lies below them, and the numbers of their tasks."""

import pytest

from kitsulite.models.entities import Entity
from kitsulite.models.fields import new_id
from kitsulite.models.projects import Project, ProjectPersonLink


class Season:
    """An episode with a sequence of two shots and a scene, an edit, an asset; a task of each."""

    def __init__(self, studio):
        self.studio = studio
        self.artist, self.vendor = studio.person(), studio.person("vendor")
        self.project = studio.project(team=[self.artist, self.vendor])
        self.episode = studio.entity(self.project, "Episode", name="E01")
        self.sequence = studio.entity(self.project, "Sequence", name="SQ01", parent_id=self.episode["id"])
        self.first, self.second = (
            studio.entity(self.project, "Shot", parent_id=self.sequence["id"], nb_frames=frames)
            for frames in (10, None)
        )
        self.scene = studio.entity(self.project, "Scene", parent_id=self.sequence["id"])
        self.edit = studio.entity(self.project, "Edit", parent_id=self.episode["id"])
        self.asset = studio.entity(self.project, "Prop", source_id=self.episode["id"])
        self.tasks = {
            name: studio.task(getattr(self, name), task_type)
            for name, task_type in {
                **{"first": "Animation", "second": "Layout", "scene": "Layout", "edit": "Edit"},
                **{"asset": "Modeling", "sequence": "Storyboard", "episode": "Storyboard"},
            }.items()
        }

    def get(self, path, person=None):
        answer = self.studio.api(person or self.artist).get(path)
        assert answer.status_int == 200, answer.text
        return answer.json

    def of(self, noun, what, query=""):
        return self.get(f"/data/{noun}s/{getattr(self, noun)['id']}/{what}{query}")

    def ids(self, *names):
        return {self.tasks[name]["id"] for name in names}


@pytest.fixture
def season(studio):
    return Season(studio)


def test_tasks_are_listed_of_each_level(season):
    wanted = {
        ("episode", "tasks"): {"episode"},
        ("episode", "shot-tasks"): {"first", "second", "scene"},
        ("episode", "asset-tasks"): {"asset"},
        ("episode", "edit-tasks"): {"edit"},
        ("sequence", "tasks"): {"sequence"},
        ("sequence", "shot-tasks"): {"first", "second", "scene"},
    }
    for (noun, what), names in wanted.items():
        rows = season.of(noun, what)
        assert {row["id"] for row in rows} == season.ids(*names), (noun, what)
        assert "assignees" not in rows[0]
        if (noun, what) != ("episode", "tasks"):
            assert season.of(noun, what, "?relations=true")[0]["assignees"] == []


def test_task_types_are_those_of_the_shots_below(season):
    for noun in ("episode", "sequence"):
        assert {row["name"] for row in season.of(noun, "task-types")} == {"Animation", "Layout"}


def test_what_lies_below_an_episode_is_listed(studio, season):
    assert [row["id"] for row in season.of("episode", "sequences")] == [season.sequence["id"]]
    assert season.of("episode", "sequences", "?name=other") == []
    assert {row["id"] for row in season.of("episode", "shots")} == {season.first["id"], season.second["id"]}
    assert season.of("episode", "shots", "?relations=true")[0]["entities_out"] == []
    (edit,) = season.of("episode", "edits")
    assert (edit["id"], edit["type"], "entities_out" in edit) == (season.edit["id"], "Edit", False)
    assert season.of("episode", "edits", "?relations=true")[0]["entities_in"] == []
    assert season.get("/data/episodes/all/sequences") == []
    assert studio.api(season.artist).get(f"/data/episodes/{new_id()}/sequences").status_int == 404
    foreign = studio.entity(studio.project(), "Episode")
    assert studio.api(season.artist).get(f"/data/episodes/{foreign['id']}/sequences").status_int == 403


def test_sequences_are_asked_for_by_episode(studio, season):
    studio.entity(season.project, "Sequence", name="SQ00")
    assert [row["name"] for row in season.get(f"/data/sequences?project_id={season.project['id']}")] == ["SQ00", "SQ01"]
    rows = season.get(f"/data/sequences?episode_id={season.episode['id']}")
    assert [(row["name"], row["type"]) for row in rows] == [("SQ01", "Sequence")]
    for value in ("all", season.sequence["id"], new_id()):
        assert studio.api(season.artist).get(f"/data/sequences?episode_id={value}").status_int == 404


def test_a_sequence_shows_the_episode_that_it_has(studio, season):
    shown = season.get(f"/data/sequences/{season.sequence['id']}")
    assert (shown["episode_id"], shown["episode_name"]) == (season.episode["id"], "E01")
    alone = studio.entity(season.project, "Sequence")
    shown = season.get(f"/data/sequences/{alone['id']}")
    assert (shown["project_name"], "episode_id" in shown) == (season.project["name"], False)
    assert season.get(f"/data/episodes/{season.episode['id']}")["project_name"] == season.project["name"]


def test_an_episode_starts_with_a_status_that_there_is(studio, season):
    path = f"/data/projects/{season.project['id']}/episodes"
    api = studio.api(studio.admin)
    for status, stored in (("complete", "complete"), ("unheard of", "running"), (None, "running")):
        assert api.post(path, {"name": str(status), "status": status}).json["status"] == stored


def test_a_vendor_works_in_episodes_by_shot_or_asset(studio, season):
    by_shot, by_asset, other = (studio.entity(season.project, "Episode", name=name) for name in "BAC")
    sequence = studio.entity(season.project, "Sequence", parent_id=by_shot["id"])
    studio.task(studio.entity(season.project, "Shot", parent_id=sequence["id"]), "FX", [season.vendor])
    studio.task(studio.entity(season.project, "Prop", source_id=by_asset["id"]), "FX", [season.vendor])
    studio.task(studio.entity(season.project, "Edit", parent_id=other["id"]), "FX", [season.vendor])
    rows = season.get(f"/data/episodes?project_id={season.project['id']}", season.vendor)
    assert [row["name"] for row in rows] == ["B", "A"]
    sequences = season.get(f"/data/projects/{season.project['id']}/sequences", season.vendor)
    assert [row["id"] for row in sequences] == [sequence["id"]]


# Numbers


def test_clients_see_the_stats_if_the_project_shows_them(studio, season):
    client = studio.person("client")
    studio.link(ProjectPersonLink, project_id=season.project["id"], person_id=client["id"])
    api, path = studio.api(client), f"/data/projects/{season.project['id']}/episodes/stats"
    assert api.get(path).status_int == 200
    with studio.db.write():
        studio.db.update(Project, season.project["id"], is_client_stats_visible=False)
    assert api.get(path).status_int == 403
    assert season.get(path, season.artist)


def test_episodes_count_their_tasks_by_status(studio, season):
    todo, done = studio.task_status("todo"), studio.task_status("done")
    with studio.db.write():
        studio.db.execute(
            "UPDATE task SET nb_drawings = 3, task_status_id = ? WHERE id = ?",
            [done["id"], season.tasks["first"]["id"]],
        )
    types = {name: studio.task_type(name)["id"] for name in ("Animation", "Layout")}
    stats = season.get(f"/data/projects/{season.project['id']}/episodes/stats")
    finished = {"name": "done", "color": done["color"], "count": 1, "frames": 10, "drawings": 3}
    waiting = {"name": "todo", "color": todo["color"], "count": 2, "frames": 0, "drawings": 0}
    everything = {
        types["Animation"]: {done["id"]: finished},
        types["Layout"]: {todo["id"]: waiting},
        "all": {done["id"]: finished, todo["id"]: waiting},
    }
    assert stats == {season.episode["id"]: everything, "all": everything}
    assert season.get(f"/data/projects/{season.project['id']}/episodes/stats", season.vendor) == {}
    empty = studio.project()
    admin = studio.api(studio.admin)
    assert admin.get(f"/data/projects/{empty['id']}/episodes/stats").json == {}
    for what in ("stats", "retake-stats"):
        assert admin.get(f"/data/projects/{new_id()}/episodes/{what}").status_int == 404


def test_episodes_show_how_often_tasks_were_retaken(studio, season):
    statuses = {name: studio.task_status(name)["id"] for name in ("done", "retake", "todo")}
    takes = {"first": ("done", 2), "second": ("retake", 1), "scene": ("todo", 0)}
    with studio.db.write():
        for name, (status, count) in takes.items():
            values = [statuses[status], count, season.tasks[name]["id"]]
            studio.db.execute("UPDATE task SET task_status_id = ?, retake_count = ? WHERE id = ?", values)
    stats = season.get(f"/data/projects/{season.project['id']}/episodes/retake-stats")

    def counts(level):
        return {kind: level[kind]["count"] for kind in ("done", "retake", "other")}

    whole = stats[season.episode["id"]]["all"]
    assert counts(whole) == {"done": 1, "retake": 1, "other": 1}
    assert whole["done"] == {"count": 1, "frames": 10, "drawings": 0}
    assert whole["max_retake_count"] == 2
    assert {take: counts(level) for take, level in whole["evolution"].items()} == {
        "1": {"done": 0, "retake": 2, "other": 1},
        "2": {"done": 0, "retake": 1, "other": 2},
    }
    layout = stats[season.episode["id"]][studio.task_type("Layout")["id"]]
    assert {take: counts(level) for take, level in layout["evolution"].items()} == {
        "1": {"done": 0, "retake": 1, "other": 1},
    }
    assert (counts(stats["all"]["all"]), stats["all"]["all"]["evolution"]) == (counts(whole), {})
    empty = season.get(f"/data/projects/{season.project['id']}/episodes/retake-stats", season.vendor)
    assert (list(empty), counts(empty["all"]["all"])) == (["all"], {"done": 0, "retake": 0, "other": 0})


def test_an_entity_outside_of_episodes_counts_for_none(studio, season):
    with studio.db.write():
        studio.db.update(Entity, season.sequence["id"], parent_id=None)
    assert season.get(f"/data/projects/{season.project['id']}/episodes/stats") == {}
