"""Answers that clients keep and ask about each time."""

import re

import pytest

from kitsulite.models.entities import EntityLink
from kitsulite.models.people import Person
from kitsulite.models.tasks import TaskPersonLink
from kitsulite.web import reply


@pytest.fixture
def paths(scene):
    project = scene.project["id"]
    forms = ("", "&compact=true", "&stream=true", "&stream=true&compact=true")
    nested = [f"/data/{noun}/with-tasks?project_id={project}{form}" for noun in ("shots", "assets") for form in forms]
    return [*nested, f"/data/projects/{project}/tasks"]


@pytest.fixture
def scene_with_places(studio, scene):
    """The scene with an asset that an episode may cast."""
    studio.entity(scene.project, "Sequence")
    scene.episode, scene.asset = studio.entity(scene.project, "Episode"), studio.entity(scene.project, "Prop")
    studio.task(scene.asset, "Modeling")
    return scene


def ask(scene, path, tag=None, role="manager"):
    return scene.api(role).get(path, headers={"If-None-Match": tag} if tag else None)


def test_what_a_client_has_already_is_not_sent_again(scene_with_places, paths):
    scene = scene_with_places
    for path in paths:
        answer = ask(scene, path)
        tag = answer.headers["ETag"]
        assert re.fullmatch('"[0-9a-f]{64}"', tag)
        assert answer.headers["Cache-Control"] == "private, no-cache"
        for known in (tag, f"W/{tag}", f'"other", {tag}'):
            again = ask(scene, path, known)
            assert (again.status_int, again.body, again.headers["ETag"]) == (304, b"", tag)
        assert ask(scene, path, '"other"').status_int == 200


def test_a_change_is_sent(studio, scene_with_places):
    scene = scene_with_places
    path = f"/data/assets/with-tasks?project_id={scene.project['id']}"
    tag = ask(scene, path).headers["ETag"]
    with studio.db.write():
        studio.db.update(Person, scene.team["user"]["id"], first_name="Renamed")
    assert ask(scene, path, tag).status_int == 304
    studio.link(EntityLink, entity_in_id=scene.episode["id"], entity_out_id=scene.asset["id"])
    answer = ask(scene, path, tag)
    assert (answer.status_int, answer.json[0]["casting_episode_ids"]) == (200, [scene.episode["id"]])
    task_id = answer.json[0]["tasks"][0]["id"]
    studio.link(TaskPersonLink, task_id=task_id, person_id=scene.team["user"]["id"])
    assert ask(scene, path, answer.headers["ETag"]).status_int == 200


@pytest.mark.parametrize("form", ["", "?stream=true"])
def test_lists_of_all_projects_are_not_kept(scene, form):
    assert "ETag" not in ask(scene, f"/data/assets/with-tasks{form}").headers


def test_a_long_stream_is_not_held(scene_with_places, paths, monkeypatch):
    path = next(path for path in paths if "stream" in path)
    whole = ask(scene_with_places, path)
    monkeypatch.setattr(reply, "MOST_KEPT", 1)
    answer = ask(scene_with_places, path, whole.headers["ETag"])
    assert (answer.status_int, answer.body, "ETag" in answer.headers) == (200, whole.body, False)
