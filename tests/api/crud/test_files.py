"""Rows of production files and playlists through the API."""

import pytest
from support import ROLES

from kitsulite.models.activity import Notification
from kitsulite.models.fields import new_id
from kitsulite.models.files import FileStatus, OutputFile, OutputType, WorkingFile
from kitsulite.models.previews import BuildJob, Playlist, PlaylistShareLink, PreviewBackgroundFile
from kitsulite.models.projects import ProjectPersonLink
from kitsulite.models.tasks import TaskPersonLink


@pytest.fixture
def output(studio, scene):
    status = studio.add(FileStatus, name="Draft", color="#000000")
    source = studio.add(WorkingFile, name="scene", task_id=scene.task["id"], entity_id=scene.entity["id"], revision=1)
    return studio.add(
        OutputFile,
        name="geometry",
        revision=1,
        entity_id=scene.entity["id"],
        file_status_id=status["id"],
        source_file_id=source["id"],
    )


def add_playlist(studio, scene, **columns):
    columns = {"name": "Dailies", "project_id": scene.project["id"], **columns}
    return studio.add(Playlist, **columns)


def supervisor_elsewhere(studio, scene):
    other = studio.person("supervisor")
    studio.link(ProjectPersonLink, project_id=scene.project["id"], person_id=other["id"])
    return studio.api(other)


# Output and working files


def test_an_output_file_shows_its_source_and_shows_its_production(studio, scene, output):
    for row in (
        scene.api("user").get(f"/data/output-files/{output['id']}").json,
        scene.api("user").get("/data/output-files").json[0],
    ):
        assert (row["source_file"]["id"], row["source_file"]["type"]) == (output["source_file_id"], "WorkingFile")
    studio.forget_events()
    scene.api("manager").put(f"/data/output-files/{output['id']}", {"comment": "a", "source_file": {"id": "x"}})
    scene.api().delete(f"/data/output-files/{output['id']}")
    payloads = studio.db.objects("SELECT data FROM api_event")
    assert payloads == [{"output_file_id": output["id"], "project_id": scene.project["id"]}] * 2
    assert studio.events() == ["output-file:update", "output-file:delete"]


def test_an_output_file_needs_an_entity(studio, scene, output):
    body = {"name": "b", "revision": 1, "file_status_id": output["file_status_id"]}
    assert scene.api().post("/data/output-files", body).status_int == 400
    assert scene.api().post("/data/output-files", {**body, "entity_id": None}).status_int == 400
    assert scene.api().post("/data/output-files", {**body, "entity_id": new_id()}).status_int == 400
    assert scene.api().post("/data/output-files", {**body, "entity_id": scene.entity["id"]}).status_int == 201
    assert scene.api().put(f"/data/output-files/{output['id']}", {"entity_id": None}).status_int == 400
    loose = f"/data/output-files/{studio.add(OutputFile, **body)['id']}"
    assert scene.api().get(loose).status_int == 404
    assert scene.api().put(loose, {}).status_int == 404
    assert scene.api().delete(loose).status_int == 404


def test_who_sees_and_changes_output_files(studio, scene, output):
    path = f"/data/output-files/{output['id']}"
    seen = {role: scene.api(role).get(path).status_int for role in ROLES}
    assert seen == {**dict.fromkeys(ROLES, 200), "vendor": 403}
    listed = {role: scene.api(role).get("/data/output-files").status_int for role in ROLES}
    assert listed == {**dict.fromkeys(ROLES, 200), "vendor": 403}
    assert scene.outsider().get("/data/output-files").json == []
    changed = {role: scene.api(role).put(path, {"comment": "a"}).status_int for role in ROLES}
    assert changed == {**dict.fromkeys(ROLES, 403), "admin": 200, "manager": 200}
    studio.task(scene.entity, "Layout", assignees=[scene.team["user"], scene.team["client"]])
    assert scene.api("user").put(path, {"comment": "a"}).status_int == 200
    assert scene.api("client").put(path, {"comment": "a"}).status_int == 403
    with studio.db.write():
        studio.db.delete(ProjectPersonLink, person_id=scene.team["user"]["id"])
    assert scene.api("user").put(path, {"comment": "a"}).status_int == 403
    assert scene.api("manager").delete(path).status_int == 403


def test_a_working_file_always_shows_its_outputs(studio, scene, output):
    path = f"/data/working-files/{output['source_file_id']}"
    for query in ("", "?relations=false"):
        assert scene.api("user").get(path + query).json["outputs"] == [output["id"]]
    assert "outputs" not in scene.api("user").get("/data/working-files").json[0]
    for outputs in ([], [output["id"]]):
        assert scene.api().put(path, {"outputs": outputs}).status_int == 200
        assert scene.api("user").get(path).json["outputs"] == outputs
    assert scene.api().delete(path).status_int == 204
    assert studio.db.get(OutputFile, output["id"])["source_file_id"] is None


def test_a_preview_is_changed_only_by_those_who_see_it(studio, scene):
    client, concept = scene.team["client"], studio.entity(scene.project, "Concept")
    for entity, status in ((concept, 403), (scene.entity, 200)):
        path = f"/preview-files/{studio.preview(studio.task(entity, 'Layout', [client]))['id']}"
        changed = scene.api("client").put(f"/data{path}", {"description": "a"})
        annotated = scene.api("client").put(f"/actions{path}/update-annotations", {"additions": []})
        read = scene.api("client").get(f"/data{path}")
        assert [answer.status_int for answer in (changed, annotated, read)] == [status] * 3


def test_a_working_file_goes_only_to_an_entity_that_the_caller_sees(studio, scene, output):
    studio.link(TaskPersonLink, task_id=scene.task["id"], person_id=scene.team["vendor"]["id"])
    row = studio.add(WorkingFile, name="a", task_id=scene.task["id"], entity_id=scene.entity["id"])
    other = {"entity_id": studio.entity(scene.project, "Shot")["id"]}
    moved = {role: scene.api(role).put(f"/data/working-files/{row['id']}", other) for role in ("vendor", "manager")}
    assert {role: answer.status_int for role, answer in moved.items()} == {"vendor": 403, "manager": 200}


@pytest.mark.parametrize(
    ("base", "column", "wrong"),
    [("output-files", "quality", ["best", "", 5, []]), ("working-files", "validation_status", ["best", "", 5, None])],
)
def test_a_wrong_choice_for_a_file_is_refused_as_a_rule_does(scene, output, base, column, wrong):
    path = f"/data/{base}/{output['id'] if base == 'output-files' else output['source_file_id']}"
    row = scene.api().get(path).json
    new = {key: row[key] for key in ("revision", "entity_id", "task_id", "file_status_id") if key in row}
    for value in wrong:
        for answer in (
            scene.api().put(path, {column: value}),
            scene.api().post(f"/data/{base}", {**new, "name": "new", column: value}),
        ):
            assert answer.status_int == 400
            assert answer.json == {"error": True, "message": f"Invalid {column}", "data": None}
    assert scene.api().put(path, {column: row[column]}).json[column] == row[column]


def test_who_sees_and_changes_working_files(studio, scene, output):
    path = f"/data/working-files/{output['source_file_id']}"
    assert scene.api("vendor").get(path).status_int == scene.api("vendor").get("/data/working-files").status_int == 403
    assert scene.outsider().get(path).status_int == 403
    assert scene.outsider().get("/data/working-files").json == []
    changed = {role: scene.api(role).put(path, {"comment": "a"}).status_int for role in ROLES}
    assert changed == {**dict.fromkeys(ROLES, 200), "user": 403, "vendor": 403, "client": 403}
    assert scene.api("manager").delete(path).status_int == 403


@pytest.mark.parametrize("base", ["working-files", "output-files", "output-types", "softwares"])
def test_a_malformed_id_is_unknown_to_some_tables(scene, base):
    assert scene.api().get(f"/data/{base}/nonsense").status_int == 404
    assert scene.api().put(f"/data/{base}/nonsense", {}).status_int == 400


@pytest.mark.parametrize(
    ("base", "model", "body"),
    [
        ("output-types", OutputType, {"name": "Cache", "short_name": "abc"}),
        ("file-status", FileStatus, {"name": "Draft", "color": "#000000"}),
    ],
)
def test_everybody_reads_and_admins_change_kinds_of_files(studio, scene, base, model, body):
    made = scene.api().post(f"/data/{base}", body)
    assert made.status_int == 201
    assert scene.api().post(f"/data/{base}", body).status_int == 400
    path = f"/data/{base}/{made.json['id']}"
    for role in ROLES[1:]:
        assert scene.api(role).get(path).json == made.json
        assert made.json in scene.api(role).get(f"/data/{base}").json
        assert scene.api(role).post(f"/data/{base}", {**body, "name": "x"}).status_int == 403
        assert scene.api(role).put(path, {"name": "x"}).status_int == 403
        assert scene.api(role).delete(path).status_int == 403
    assert scene.api().put(path, {"name": "x"}).json["name"] == "x"
    assert scene.api().delete(path).status_int == 204


# Playlists


def test_a_playlist_is_made_changed_and_deleted(studio, scene):
    studio.forget_events()
    body = {"name": "Dailies", "project_id": scene.project["id"], "episode_id": "main", "task_type_id": ""}
    made = scene.api("supervisor").post("/data/playlists/", {**body, "created_by": scene.team["admin"]["id"]})
    assert made.status_int == 201
    assert made.json["created_by"] == scene.team["supervisor"]["id"]
    assert (made.json["episode_id"], made.json["task_type_id"], made.json["build_jobs"]) == (None, None, [])
    path = f"/data/playlists/{made.json['id']}"
    preview = studio.preview(scene.task)
    shots = [
        {"id": scene.entity["id"], "preview_file_id": preview["id"], "more": 1},
        {"entity_id": "c", "preview_file_id": None},
        {"entity_id": "kept"},
        {"preview_file_id": "dropped"},
    ]
    changed = scene.api("supervisor").put(path, {"shots": shots, "project_id": studio.project()["id"]}).json
    assert changed["project_id"] == scene.project["id"]
    assert changed["shots"] == [
        {"entity_id": scene.entity["id"], "preview_file_id": preview["id"]},
        {"entity_id": "c", "preview_file_id": None},
        {"entity_id": "kept", "preview_file_id": None},
    ]
    assert "build_jobs" not in changed
    assert scene.api("supervisor").delete(path).status_int == 204
    assert studio.events() == ["playlist:new", "playlist:update", "playlist:delete"]


@pytest.mark.parametrize(
    "wrong",
    [{"for_entity": "scene"}, {"shots": "text"}, {"shots": ["text"]}, {"shots": {}}, {"task_type_id": "x"}],
)
def test_a_playlist_is_checked(studio, scene, wrong):
    made = scene.api().post("/data/playlists", {"name": "a", "project_id": scene.project["id"], **wrong})
    assert made.status_int == (201 if "task_type_id" in wrong else 400)
    path = f"/data/playlists/{add_playlist(studio, scene)['id']}"
    assert scene.api().put(path, wrong).status_int == (200 if wrong == {"shots": ["text"]} else 400)


def test_a_new_playlist_sent_back_loses_no_entry(studio, scene):
    path = f"/data/playlists/{add_playlist(studio, scene)['id']}"
    read = scene.api().get(path).json
    assert scene.api().put(path, {**read, "name": "b"}).json["shots"] is read["shots"] is None
    assert scene.api().put(path, {"shots": [{"id": scene.entity["id"]}]}).status_int == 200
    assert len(scene.api().put(path, read).json["shots"]) == 1


def test_a_playlist_is_sent_back_as_it_was_read(studio, scene):
    path = f"/data/playlists/{add_playlist(studio, scene, shots=[])['id']}"
    read = scene.api("manager").get(path).json
    job = studio.add(BuildJob, playlist_id=read["id"])
    assert scene.api("manager").put(path, read).json["shots"] == []
    foreign = studio.add(BuildJob, playlist_id=studio.add(Playlist, name="a", project_id=studio.project()["id"])["id"])
    assert scene.api("manager").put(path, {**read, "build_jobs": [foreign["id"]]}).status_int == 200
    assert scene.api("manager").get(path).json["build_jobs"] == [job["id"]]
    body = {"name": "copy", "project_id": scene.project["id"], "build_jobs": [job["id"]]}
    made = scene.api("manager").post("/data/playlists", body)
    assert (made.status_int, made.json["build_jobs"]) == (201, [])


def test_a_playlist_needs_a_production_and_a_name(scene):
    answer = scene.api().post("/data/playlists", {"name": "a"})
    assert (answer.status_int, answer.json) == (400, {"message": "'project_id'"})
    assert scene.api().post("/data/playlists", {"project_id": scene.project["id"]}).status_int == 400


def test_names_of_playlists_are_unique_in_an_episode(studio, scene):
    episode = studio.entity(scene.project, "Episode")
    body = {"name": "a", "project_id": scene.project["id"]}
    for status in (201, 201):
        assert scene.api().post("/data/playlists", body).status_int == status
    for status in (201, 400):
        assert scene.api().post("/data/playlists", {**body, "episode_id": episode["id"]}).status_int == status


@pytest.mark.parametrize(
    ("role", "status"),
    [("admin", 201), ("manager", 201), ("supervisor", 201), ("user", 403), ("client", 403), ("vendor", 403)],
)
def test_who_makes_playlists(scene, role, status):
    body = {"name": "a", "project_id": scene.project["id"]}
    assert scene.api(role).post("/data/playlists", body).status_int == status
    assert scene.outsider().post("/data/playlists", body).status_int == 403


def test_supervisors_change_their_own_playlists(studio, scene):
    mine = add_playlist(studio, scene, created_by=scene.team["supervisor"]["id"])
    for call in ("put", "delete"):
        for role, foreign in (("user", 403), ("client", 403), ("vendor", 403)):
            assert getattr(scene.api(role), call)(f"/data/playlists/{mine['id']}", {}).status_int == foreign
        other = supervisor_elsewhere(studio, scene)
        assert getattr(other, call)(f"/data/playlists/{mine['id']}", {}).status_int == 403
        assert getattr(scene.outsider(), call)(f"/data/playlists/{mine['id']}", {}).status_int == 403
    nobodys = add_playlist(studio, scene)
    assert scene.api("supervisor").put(f"/data/playlists/{nobodys['id']}", {}).status_int == 200
    assert scene.api("supervisor").delete(f"/data/playlists/{mine['id']}").status_int == 204
    assert scene.api("manager").delete(f"/data/playlists/{nobodys['id']}").status_int == 204


def test_who_sees_playlists(studio, scene):
    internal, shown = add_playlist(studio, scene), add_playlist(studio, scene, for_client=True)
    studio.add(Playlist, name="foreign", project_id=studio.project()["id"])
    counts = {role: len(scene.api(role).get("/data/playlists").json) for role in ROLES if role != "vendor"}
    assert counts == {"admin": 3, "manager": 2, "supervisor": 2, "user": 2, "client": 1}
    assert scene.api("client").get("/data/playlists").json[0]["id"] == shown["id"]
    assert scene.api("vendor").get("/data/playlists").status_int == 403
    seen = {role: scene.api(role).get(f"/data/playlists/{internal['id']}").status_int for role in ROLES}
    assert seen == {**dict.fromkeys(ROLES, 200), "client": 403, "vendor": 403}
    assert scene.outsider().get(f"/data/playlists/{internal['id']}").status_int == 403


def test_a_deleted_playlist_takes_its_builds_links_and_notifications_along(studio, scene, monkeypatch):
    monkeypatch.setattr(studio.app.settings, "remove_files", True)
    playlist = add_playlist(studio, scene)
    job = studio.add(BuildJob, playlist_id=playlist["id"])
    studio.add(PlaylistShareLink, token="t", playlist_id=playlist["id"], created_by=studio.admin["id"])
    ids = {"person_id": studio.admin["id"], "author_id": studio.admin["id"], "playlist_id": playlist["id"]}
    studio.add(Notification, type="playlist-ready", **ids)
    with studio.app.files.workspace() as folder:
        (folder / "movie").write_bytes(b"x")
        studio.app.files.place(folder / "movie", "movies", "playlists", job["id"])
    studio.forget_events()
    assert scene.api("manager").delete(f"/data/playlists/{playlist['id']}").status_int == 204
    assert studio.events() == ["build-job:delete", "playlist:delete"]
    assert not any(studio.db.exists(model) for model in (BuildJob, PlaylistShareLink, Notification))
    assert studio.app.files.find("movies", "playlists", job["id"]) is None


def test_a_playlist_may_be_about_a_task_type(studio, scene):
    layout = studio.task_type("Layout")["id"]
    made = scene.api().post("/data/playlists", {"name": "a", "project_id": scene.project["id"], "task_type_id": layout})
    assert (made.status_int, made.json["task_type_id"]) == (201, layout)


def test_previews_are_filtered_by_columns_of_their_own_too(studio, scene):
    movie = studio.preview(scene.task, extension="mp4")
    studio.preview(scene.task)
    assert [row["id"] for row in scene.api().get("/data/preview-files?extension=mp4").json] == [movie["id"]]


def test_a_background_keeps_its_name_if_none_is_sent(studio, scene):
    row = studio.add(PreviewBackgroundFile, name="Meadow")
    path = f"/data/preview-background-files/{row['id']}"
    assert scene.api().put(path, {"is_default": True}).json["name"] == "Meadow"
    assert scene.api().get(path).json["is_default"] is True
