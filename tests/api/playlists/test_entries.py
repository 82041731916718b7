"""Who reads a playlist, and which previews its entries may show."""

import pytest

from kitsulite.models.fields import new_id
from kitsulite.models.previews import Playlist
from kitsulite.models.projects import Project, ProjectPersonLink, ProjectTaskTypeLink


@pytest.fixture
def playlist(studio, scene):
    return studio.add(Playlist, name="Dailies", project_id=scene.project["id"], shots=[])


def paths(scene, playlist):
    return [f"/data/playlists/{playlist['id']}", f"/data/projects/{scene.project['id']}/playlists/{playlist['id']}"]


def set_columns(studio, playlist, **columns):
    with studio.db.write():
        studio.db.update(Playlist, playlist["id"], **columns)


def test_a_client_reads_what_is_for_clients(studio, scene, playlist):
    demoted = studio.person("manager")
    studio.link(ProjectPersonLink, project_id=scene.project["id"], person_id=demoted["id"], role="client")
    for path in paths(scene, playlist):
        assert scene.api("user").get(path).status_int == 200
        for api in (scene.api("client"), studio.api(demoted), scene.api("vendor")):
            assert api.get(path).status_int == 403
    assert studio.api(demoted).get("/data/playlists").json == []
    set_columns(studio, playlist, for_client=True)
    for path in paths(scene, playlist):
        for api, status in ((scene.api("client"), 200), (studio.api(demoted), 200), (scene.api("vendor"), 403)):
            assert api.get(path).status_int == status
    assert len(studio.api(demoted).get("/data/playlists").json) == 1


def test_the_role_on_each_project_counts_in_the_list(studio, scene, playlist):
    person = studio.person("manager")
    studio.link(ProjectPersonLink, project_id=scene.project["id"], person_id=person["id"], role="vendor")
    other = studio.project(team=[person])
    own = studio.add(Playlist, name="Own", project_id=other["id"], shots=[])
    assert [row["id"] for row in studio.api(person).get("/data/playlists").json] == [own["id"]]


def test_playlists_of_an_episode_are_listed_by_kind(studio, scene):
    episode = studio.entity(scene.project, "Episode")
    columns = {"project_id": scene.project["id"], "episode_id": episode["id"], "shots": []}
    for name, kind in (("shots", None), ("assets", "asset")):
        studio.add(Playlist, name=name, for_entity=kind, **columns)
    path = f"/data/projects/{scene.project['id']}/episodes/{episode['id']}/playlists"
    found = {
        query: [row["name"] for row in scene.api().get(f"{path}?{query}&sort_by=name").json]
        for query in ("", "for_entity=shot", "for_entity=asset", "for_entity=edit")
    }
    assert found == {
        "": ["assets", "shots"],
        "for_entity=shot": ["shots"],
        "for_entity=asset": ["assets"],
        "for_entity=edit": [],
    }


class Pins:
    """A preview of the entity of the scene, and one of another entity."""

    def __init__(self, studio, scene):
        self.entity = scene.entity["id"]
        self.own = studio.preview(scene.task)["id"]
        self.foreign = studio.preview(studio.task(studio.entity(scene.project, "Shot")))["id"]


@pytest.fixture
def pins(studio, scene):
    return Pins(studio, scene)


def test_previews_of_other_entities_are_unpinned(studio, scene, playlist, pins):
    api = scene.api("manager")
    for preview, stored in ((pins.own.upper(), pins.own), (pins.foreign, None), (new_id(), None), ("x", None)):
        shot = {"entity_id": pins.entity, "preview_file_id": preview}
        made = api.post("/data/playlists", {"name": new_id(), "project_id": scene.project["id"], "shots": [shot]})
        assert made.json["shots"] == [{**shot, "preview_file_id": stored}]
        changed = api.put(f"/data/playlists/{playlist['id']}", {"shots": [shot]})
        assert changed.json["shots"] == [{"entity_id": pins.entity, "preview_file_id": stored}]


def test_entries_are_stored_in_one_form(scene, playlist, pins):
    shots = [{"id": pins.entity, "name": "x"}, {"preview_file_id": pins.own}, "text", {"entity_id": [1]}, None]
    changed = scene.api("manager").put(f"/data/playlists/{playlist['id']}", {"shots": shots})
    assert changed.json["shots"] == [{"entity_id": pins.entity, "preview_file_id": None}]
    for wrong in ("text", {}, 3):
        assert scene.api("manager").put(f"/data/playlists/{playlist['id']}", {"shots": wrong}).status_int == 400


def test_an_added_entity_shows_no_preview_of_another(scene, playlist, pins):
    api, path = scene.api("manager"), f"/actions/playlists/{playlist['id']}"
    added = api.post(f"{path}/add-entity", {"entity_id": pins.entity, "preview_file_id": pins.foreign}).json
    assert added["shots"] == [{"entity_id": pins.entity, "preview_file_id": None}]
    entries = [{"entity_id": pins.entity, "preview_file_id": pins.own}]
    added = api.post(f"{path}/add-entities", {"entities": entries}).json
    assert added["shots"][1] == {"entity_id": pins.entity, "preview_file_id": pins.own}


def test_a_temporary_playlist_stands_for_entities_too(studio, scene):
    path = f"/data/projects/{scene.project['id']}/playlists/temp"
    late = studio.task(scene.entity, "Layout", last_comment_date="2026-03-03T00:00:00.000000")
    studio.task(scene.entity, "FX", last_comment_date="2026-03-09T00:00:00.000000")
    for task in (scene.task, late):
        studio.preview(task)
    bare = studio.entity(scene.project, "Shot")
    api = scene.api("manager")
    (shown,) = api.post(path, {"entity_ids": [scene.entity["id"], bare["id"]]}).json
    assert shown["preview_file_task_id"] == late["id"]
    assert api.post(path, {}).json == []
    assert len(api.post(path, {"task_ids": [scene.task["id"]], "entity_ids": [scene.entity["id"]]}).json) == 2
    assert scene.api("vendor").post(path, {"entity_ids": [scene.entity["id"]]}).status_int == 403
    assert scene.outsider().post(path, {"entity_ids": [scene.entity["id"]]}).status_int == 403


@pytest.mark.parametrize("names", [("Layout", "Animation"), ("Animation", "Layout")])
def test_of_task_types_of_one_priority_the_one_linked_first_is_shown(studio, scene, names):
    bare = studio.task(scene.entity, "FX")
    for name in names:
        studio.preview(studio.task(scene.entity, name, name=name))
        studio.link(ProjectTaskTypeLink, project_id=scene.project["id"], task_type_id=studio.task_type(name)["id"])
    path = f"/data/projects/{scene.project['id']}/playlists/temp"
    (shown,) = scene.api("manager").post(path, {"task_ids": [bare["id"]]}).json
    first = studio.task_type(names[0])["id"]
    assert shown["preview_file_id"] == shown["preview_files"][first][0]["id"]


@pytest.mark.parametrize(
    ("columns", "pack"),
    [
        ({}, "main_pack"),
        ({"is_for_all": True, "for_entity": "shot"}, "all_shots"),
        ({"is_for_all": True, "for_entity": "asset"}, "all_assets"),
    ],
)
def test_an_archive_of_a_show_names_its_pack(studio, scene, playlist, columns, pack):
    with studio.db.write():
        studio.db.update(Project, scene.project["id"], production_type="tvshow")
    set_columns(studio, playlist, **columns)
    answer = scene.api().get(f"/data/playlists/{playlist['id']}/download/zip")
    assert answer.headers["Content-Disposition"].endswith(f"_{pack}_dailies.zip")


def test_an_entry_shows_previews_of_its_own_entity_alone(studio, scene):
    other = studio.preview(studio.task(studio.entity(scene.project, "Shot"), "Animation"), revision=1)
    own = studio.preview(scene.task, revision=1)
    shots = [{"entity_id": scene.entity["id"], "preview_file_id": shown["id"]} for shown in (other, own)]
    playlist = studio.add(Playlist, name="a", project_id=scene.project["id"], shots=shots)
    path = f"/data/projects/{scene.project['id']}/playlists/{playlist['id']}"
    assert [entry.get("preview_file_id") for entry in scene.api().get(path).json["shots"]] == [None, own["id"]]
