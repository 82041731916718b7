"""Playlists of a production through the API."""

import io
import zipfile

import pytest
from scene import picture
from support import ROLES

from kitsulite.jobs.turns import Turns
from kitsulite.models.entities import Entity
from kitsulite.models.fields import new_id
from kitsulite.models.people import Organisation, Person
from kitsulite.models.previews import BuildJob, Playlist, PreviewFile
from kitsulite.models.projects import Project, ProjectPersonLink, ProjectTaskTypeLink
from kitsulite.models.tasks import Task


def add(studio, scene, *shots, **columns):
    columns = {"name": "Dailies", "project_id": scene.project["id"], "shots": list(shots), **columns}
    return studio.add(Playlist, **columns)


def entry(entity, preview=None, key="entity_id"):
    return {key: entity["id"], **({"preview_file_id": preview["id"]} if preview else {})}


def path(scene, playlist=None):
    return f"/data/projects/{scene.project['id']}/playlists" + (f"/{playlist['id']}" if playlist else "")


def names(answer):
    return [row["name"] for row in answer.json]


# Lists


def test_playlists_are_listed_in_short_with_their_first_preview(studio, scene):
    preview = studio.preview(scene.task)
    add(studio, scene, entry(scene.entity), name="empty", for_entity=None)
    add(studio, scene, entry(scene.entity, preview), name="shown")
    add(studio, scene, entry(scene.entity, {"id": ""}), name="blank")
    rows = {row["name"]: row for row in scene.api("user").get(path(scene)).json}
    assert rows["shown"]["first_preview_file_id"] == preview["id"]
    assert not any("first_preview_file_id" in rows[name] for name in ("empty", "blank"))
    assert "shots" not in rows["shown"]
    assert (rows["empty"]["for_entity"], rows["empty"]["type"]) == ("shot", "Playlist")


def test_playlists_are_listed_twenty_on_a_page(studio, scene):
    for number in range(21):
        add(studio, scene, name=f"{number:02}")
    pages = [names(scene.api().get(path(scene) + f"?sort_by=name&page={page}")) for page in (0, 1, 2, 3)]
    assert pages[0] == pages[1] == [f"{number:02}" for number in range(20)]
    assert pages[2:] == [["20"], []]
    assert scene.api().get(path(scene) + "?page=x").status_int == 400


def test_playlists_are_listed_in_the_order_that_is_asked_for(studio, scene):
    for name in ("b", "a", "c"):
        add(studio, scene, name=name, created_at=f"2026-01-0{ord(name) - 96}T00:00:00.000000")
    assert names(scene.api().get(path(scene) + "?sort_by=name")) == ["a", "b", "c"]
    assert names(scene.api().get(path(scene) + "?sort_by=created_at")) == ["c", "b", "a"]
    assert names(scene.api().get(path(scene) + "?sort_by=nonsense")) == ["c", "a", "b"]
    assert names(scene.api().get(path(scene))) == ["c", "a", "b"]


def test_playlists_are_listed_by_task_type_and_episode(studio, scene):
    episode = studio.entity(scene.project, "Episode")
    kind = scene.task["task_type_id"]
    add(studio, scene, name="of the type", task_type_id=kind)
    add(studio, scene, name="of the episode", episode_id=episode["id"])
    add(studio, scene, name="for all", is_for_all=True)
    assert names(scene.api().get(path(scene) + f"?task_type_id={kind}")) == ["of the type"]
    assert len(scene.api().get(path(scene) + "?task_type_id=").json) == 3
    for pack, expected in ((episode["id"], "of the episode"), ("all", "for all"), ("main", "of the type")):
        episodes = f"/data/projects/{scene.project['id']}/episodes/{pack}/playlists"
        assert names(scene.api().get(episodes)) == [expected]
    for unknown in (new_id(), scene.entity["id"]):
        address = f"/data/projects/{scene.project['id']}/episodes/{unknown}/playlists"
        assert scene.api().get(address).status_int == 404


@pytest.mark.parametrize("ending", ["/playlists", "/episodes/main/playlists"])
def test_clients_see_the_playlists_for_them_and_vendors_none(studio, scene, ending):
    add(studio, scene, name="internal")
    add(studio, scene, name="shown", for_client=True)
    address = f"/data/projects/{scene.project['id']}{ending}"
    counts = {role: len(scene.api(role).get(address).json) for role in ROLES if role != "vendor"}
    assert counts == {"admin": 2, "manager": 2, "supervisor": 2, "user": 2, "client": 1}
    assert scene.api("vendor").get(address).status_int == 403
    assert scene.outsider().get(address).status_int == 403
    reviewer = studio.person("user")
    studio.link(ProjectPersonLink, project_id=scene.project["id"], person_id=reviewer["id"], role="client")
    assert names(studio.api(reviewer).get(address)) == ["shown"]


def test_all_playlists_are_listed_whole_to_admins(studio, scene):
    playlist = add(studio, scene, entry(scene.entity))
    job = studio.add(BuildJob, playlist_id=playlist["id"])
    rows = scene.api().get(path(scene) + "/all").json
    assert (rows[0]["shots"], rows[0]["build_jobs"]) == ([entry(scene.entity)], [job["id"]])
    assert scene.api().get(path(scene) + "/all?page=1").json["total"] == 1
    assert scene.api("manager").get(path(scene) + "/all").status_int == 403
    page = scene.api().get(f"/data/projects/{scene.project['id']}/playlists/all?page=1").json
    assert (len(page["data"]), page["nb_pages"], page["page"]) == (page["total"], 1, 1)
    assert scene.api().get(f"/data/projects/{new_id()}/playlists/all").status_int == 404


# One playlist


def test_a_playlist_is_opened_with_all_previews_of_its_entities(studio, scene):
    main = studio.preview(scene.task, revision=2, status="ready", duration=None)
    extra = studio.preview(scene.task, revision=2, position=2)
    old = studio.preview(scene.task, revision=1)
    bare = studio.entity(scene.project, "Shot")
    playlist = add(studio, scene, entry(scene.entity, main), entry(bare, key="shot_id"), "nonsense")
    opened = scene.api("user").get(path(scene, playlist)).json
    assert (opened["type"], opened["build_jobs"]) == ("Playlist", [])
    first, second = opened["shots"]
    revisions = first["preview_files"][scene.task["task_type_id"]]
    assert [revision["id"] for revision in revisions] == [main["id"], old["id"]]
    assert (revisions[0]["status"], revisions[1]["status"]) == ("Ready", "Processing")
    assert "annotations" not in revisions[0]
    assert [preview["id"] for preview in revisions[0]["previews"]] == [extra["id"]]
    assert first["id"] == first["entity_id"] == scene.entity["id"]
    assert (first["preview_file_id"], first["preview_file_revision"]) == (main["id"], 2)
    assert (first["preview_file_status"], first["preview_file_duration"]) == ("Ready", 0)
    assert (first["preview_file_task_id"], len(first["preview_file_previews"])) == (scene.task["id"], 1)
    assert second == {"shot_id": bare["id"], "id": bare["id"], "preview_files": []}


def test_previews_that_are_gone_or_foreign_are_not_shown(studio, scene):
    foreign = studio.task(studio.entity(studio.project(), "Shot"), "Animation")
    secret = studio.preview(foreign)
    playlist = add(
        studio,
        scene,
        entry(scene.entity, {"id": new_id()}),
        entry({"id": foreign["entity_id"]}, secret),
        {"entity_id": 3},
        {},
    )
    shots = scene.api("user").get(path(scene, playlist)).json["shots"]
    assert [shot["preview_files"] for shot in shots] == [[], [], [], []]
    assert not any("preview_file_id" in shot for shot in shots)


def test_entities_that_are_shared_are_shown_in_other_productions(studio, scene):
    prop = studio.entity(studio.project(), "Props", is_shared=True)
    preview = studio.preview(studio.task(prop, "Modeling"))
    playlist = add(studio, scene, entry(prop, preview))
    assert scene.api().get(path(scene, playlist)).json["shots"][0]["preview_file_id"] == preview["id"]


def test_builds_are_named_newest_first(studio, scene):
    playlist = add(studio, scene)
    ids = [studio.add(BuildJob, playlist_id=playlist["id"])["id"] for _ in range(2)]
    builds = scene.api().get(path(scene, playlist)).json["build_jobs"]
    assert [build["id"] for build in builds] == ids[::-1]
    assert set(builds[0]) == {"id", "status", "created_at", "message"}


def test_a_playlist_is_opened_in_its_production_alone(studio, scene):
    foreign = studio.add(Playlist, name="foreign", project_id=studio.project()["id"])
    assert scene.api().get(path(scene, foreign)).status_int == 404
    assert scene.api().get(path(scene, {"id": new_id()})).status_int == 404
    playlist = add(studio, scene, shots=None)
    statuses = {role: scene.api(role).get(path(scene, playlist)).status_int for role in ROLES}
    assert statuses == {**dict.fromkeys(ROLES, 200), "client": 403, "vendor": 403}
    assert scene.outsider().get(path(scene, playlist)).status_int == 403
    assert scene.api().get(path(scene, playlist)).json["shots"] == []


def test_opening_a_playlist_takes_few_statements(studio, scene):
    shots = [studio.entity(scene.project, "Shot") for _ in range(6)]
    short = add(studio, scene, entry(shots[0]), name="short")
    long = add(studio, scene, *map(entry, shots), name="long")

    def statements(playlist):
        with studio.statements() as found:
            scene.api().get(path(scene, playlist))
        return len(found)

    assert statements(long) == statements(short)


# Filling


def test_entities_are_added_with_their_latest_preview(studio, scene):
    playlist = add(studio, scene)
    studio.preview(scene.task, revision=1)
    latest = studio.preview(scene.task, revision=2)
    layout = studio.preview(studio.task(scene.entity, "Layout"), revision=3)
    bare = studio.entity(scene.project, "Shot")
    studio.forget_events()
    address = f"/actions/playlists/{playlist['id']}/add-entity"
    assert scene.api().post(address, {"entity_id": scene.entity["id"]}).json["shots"] == [entry(scene.entity, layout)]
    answer = scene.api().post(address, {"entity_id": bare["id"], "preview_file_id": ""})
    assert answer.status_int == 200
    assert answer.json["shots"] == [entry(scene.entity, layout), entry(bare)]
    assert studio.events() == ["playlist:add_entity"] * 2
    payloads = studio.db.objects("SELECT data FROM api_event")
    assert payloads[1]["preview_file_id"] is None
    typed = add(studio, scene, name="typed", task_type_id=scene.task["task_type_id"])
    answer = scene.api().post(f"/actions/playlists/{typed['id']}/add-entity", {"entity_id": scene.entity["id"]})
    assert answer.json["shots"] == [entry(scene.entity, latest)]


def test_entries_that_name_nothing_do_no_harm(studio, scene):
    odd = [{"entity_id": 3, "preview_file_id": ["x"]}, {"entity_id": {}, "preview_file_id": None}]
    playlist = add(studio, scene, *odd)
    token = scene.api().post(f"/data/playlists/{playlist['id']}/share", {}).json["token"]
    for address in (
        path(scene, playlist),
        f"/data/playlists/{playlist['id']}/download/zip",
        f"/export/csv/playlists/{playlist['id']}",
        *(f"/shared/playlists/{token}{ending}" for ending in ("", "/context", "/comments")),
    ):
        assert scene.api().get(address).status_int == 200
    answer = scene.api().post(f"/actions/playlists/{playlist['id']}/add-entity", {"entity_id": scene.entity["id"]})
    assert (answer.status_int, answer.json["shots"]) == (200, [*odd, {"entity_id": scene.entity["id"]}])


def test_a_couple_of_entity_and_preview_is_added_once(studio, scene):
    first, second = studio.preview(scene.task), studio.preview(scene.task, revision=2)
    playlist = add(studio, scene, entry(scene.entity, first, key="id"))
    couples = [entry(scene.entity, first), entry(scene.entity, second), entry(scene.entity, second)]
    studio.forget_events()
    answer = scene.api().post(f"/actions/playlists/{playlist['id']}/add-entities", {"entities": couples})
    assert [shot["preview_file_id"] for shot in answer.json["shots"]] == [first["id"], second["id"]]
    assert studio.events() == ["playlist:add_entity"]


@pytest.mark.parametrize(
    "body", [{}, {"entities": []}, {"entities": "x"}, {"entities": [{}]}, {"entities": [{"entity_id": "x"}]}]
)
def test_bodies_are_checked_after_rights(studio, scene, body):
    address = f"/actions/playlists/{add(studio, scene)['id']}/add-entities"
    assert scene.api().post(address, body).status_int == 400
    assert scene.api("user").post(address, body).status_int == 403
    assert scene.api().post(address.replace("entities", "entity"), body).status_int == 400
    assert scene.api().post(f"/actions/playlists/{new_id()}/add-entities", body).status_int == 404


def test_who_fills_a_playlist(studio, scene):
    mine = add(studio, scene, created_by=scene.team["supervisor"]["id"])
    others = add(studio, scene, name="others", created_by=scene.team["manager"]["id"])
    body = {"entity_id": scene.entity["id"]}
    for playlist, supervisor in ((mine, 200), (others, 403)):
        address = f"/actions/playlists/{playlist['id']}/add-entity"
        statuses = {role: scene.api(role).post(address, body).status_int for role in ROLES}
        assert statuses == {**dict.fromkeys(ROLES, 403), "admin": 200, "manager": 200, "supervisor": supervisor}
        assert scene.outsider().post(address, body).status_int == 403


# Temporary playlists


def test_a_temporary_playlist_shows_the_last_work_on_tasks(studio, scene):
    sequence = studio.entity(scene.project, "Sequence", parent_id=studio.entity(scene.project, "Episode")["id"])
    shot = studio.entity(scene.project, "Shot", parent_id=sequence["id"], name="A")
    task = studio.task(shot, "Animation")
    preview = studio.preview(task, status="ready", annotations=None)
    answer = scene.api("user").post(path(scene) + "/temp", {"task_ids": [scene.task["id"], task["id"]]})
    assert answer.status_int == 200
    bare, full = answer.json
    assert (bare["id"], bare["preview_files"], bare["parent_name"]) == (scene.entity["id"], {}, "")
    assert "preview_file_id" not in bare
    assert (full["sequence_name"], full["parent_name"]) == (sequence["name"],) * 2
    assert (full["episode_id"], full["episode_name"], full["asset_type_name"]) == ("", "", "")
    assert (full["preview_file_id"], full["preview_file_status"]) == (preview["id"], "ready")
    assert (full["preview_file_annotations"], full["preview_file_task_id"]) == ([], task["id"])
    assert full["preview_files"][task["task_type_id"]][0]["id"] == preview["id"]
    assert scene.api().post(path(scene) + "/temp", {"task_ids": []}).json == []


def test_entries_of_a_temporary_playlist_say_where_their_entities_lie(studio, scene):
    episode = studio.entity(scene.project, "Episode", name="E1")
    places = {
        "Sequence": ({"parent_id": episode["id"]}, ("E1", "E1", "")),
        "Edit": ({"parent_id": episode["id"]}, ("E1", "E1", "")),
        "Episode": ({}, ("", "", "")),
        "Props": ({}, ("Props", "", "Props")),
    }
    for kind, (columns, expected) in places.items():
        task = studio.task(studio.entity(scene.project, kind, **columns), "Modeling")
        found = scene.api().post(path(scene) + "/temp", {"task_ids": [task["id"]]}).json[0]
        assert (found["parent_name"], found["episode_name"], found["asset_type_name"]) == expected


def test_a_task_without_previews_shows_those_of_the_first_task_type_that_has_some(studio, scene):
    for name, priority in (("Layout", 1), ("Lighting", 2)):
        kind = studio.task_type(name)
        link = {"project_id": scene.project["id"], "task_type_id": kind["id"]}
        studio.link(ProjectTaskTypeLink, **link, priority=priority)
        preview = studio.preview(studio.task(scene.entity, name))
    found = scene.api().post(path(scene) + "/temp", {"task_ids": [scene.task["id"]]}).json[0]
    assert found["preview_file_id"] == preview["id"]
    assert found["preview_file_task_id"] == scene.task["id"]


def test_a_temporary_playlist_is_sorted_by_name(studio, scene):
    tasks = [studio.task(studio.entity(scene.project, "Shot", name=name), "Animation") for name in "bca"]
    body = {"task_ids": [task["id"] for task in tasks]}
    assert names(scene.api().post(path(scene) + "/temp", body)) == ["b", "c", "a"]
    assert names(scene.api().post(path(scene) + "/temp?sort=true", body)) == ["a", "b", "c"]


def test_a_temporary_playlist_is_for_readers_of_all_its_tasks(studio, scene):
    foreign = studio.task(studio.entity(studio.project(), "Shot"), "Animation")
    assert scene.api("user").post(path(scene) + "/temp", {"task_ids": [foreign["id"]]}).status_int == 403
    body = {"task_ids": [scene.task["id"]]}
    statuses = {role: scene.api(role).post(path(scene) + "/temp", body).status_int for role in ROLES}
    assert statuses == {**dict.fromkeys(ROLES, 200), "vendor": 403}
    assert scene.outsider().post(path(scene) + "/temp", {}).status_int == 403
    assert scene.api().post(path(scene) + "/temp", {"task_ids": ["x"]}).status_int == 400
    bare = studio.task({"id": None, "project_id": scene.project["id"]})
    for task_id in (new_id(), bare["id"]):
        assert scene.api().post(path(scene) + "/temp", {"task_ids": [task_id]}).status_int == 404


# Builds and archives


def test_builds_are_seen_downloaded_and_deleted(studio, scene, monkeypatch):
    playlist = add(studio, scene, name="Dailies 1")
    with studio.db.write():
        studio.db.update(Project, scene.project["id"], name="My Film", production_type="tvshow")
    job = studio.add(BuildJob, playlist_id=playlist["id"], created_at="2026-02-03T04:05:06.000000")
    address = f"/data/playlists/{playlist['id']}/jobs/{job['id']}"
    assert scene.api("manager").get(address).json == {**job, "type": "BuildJob"}
    unfinished = scene.api("manager").get(address + "/build/mp4")
    assert (unfinished.status_int, unfinished.json["message"]) == (400, "Build is not finished")
    with studio.db.write(), studio.app.files.workspace() as folder:
        studio.db.update(BuildJob, job["id"], status="succeeded")
        (folder / "movie").write_bytes(b"0123456789")
        studio.app.files.place(folder / "movie", "movies", "playlists", job["id"])
    loaded = scene.api("supervisor").get(address + "/build/mp4")
    assert (loaded.body, loaded.content_type) == (b"0123456789", "video/mp4")
    name = "20260203_040506_my_film_main_pack_dailies_1.mp4"
    assert loaded.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert scene.api().get(f"/data/projects/{scene.project['id']}/build-jobs").json[0]["id"] == job["id"]
    assert scene.api("manager").get(f"/data/projects/{scene.project['id']}/build-jobs").status_int == 403
    monkeypatch.setattr(studio.app.settings, "remove_files", True)
    studio.forget_events()
    assert scene.api("manager").delete(address).status_int == 204
    assert studio.events() == ["build-job:delete"]
    assert studio.app.files.find("movies", "playlists", job["id"]) is None
    assert scene.api("manager").get(address).status_int == 404


def test_a_build_belongs_to_its_playlist(studio, scene):
    job = studio.add(BuildJob, playlist_id=add(studio, scene)["id"])
    address = f"/data/playlists/{add(studio, scene, name='other')['id']}/jobs/{job['id']}"
    for call, ending in ((scene.api().get, ""), (scene.api().get, "/build/mp4"), (scene.api().delete, "")):
        assert call(address + ending).status_int == 404


def test_who_reads_builds_and_archives(studio, scene):
    playlists = {False: add(studio, scene), True: add(studio, scene, name="shown", for_client=True)}
    for for_client, playlist in playlists.items():
        job = studio.add(BuildJob, playlist_id=playlist["id"])
        address = f"/data/playlists/{playlist['id']}"
        allowed = {"admin", "manager"} | ({"client"} if for_client else set())
        for path_read, more in (
            (f"{address}/jobs/{job['id']}", set()),
            (address + "/download/zip", {"supervisor"}),
            (f"/export/csv/playlists/{playlist['id']}", {"supervisor"}),
        ):
            seen = {role for role in ROLES if scene.api(role).get(path_read).status_int == 200}
            assert seen == allowed | more
        assert scene.outsider().get(address + "/download/zip").status_int == 403
        gone = {role for role in ROLES if scene.api(role).delete(f"{address}/jobs/{job['id']}").status_int == 403}
        assert gone == set(ROLES) - allowed


def test_an_archive_holds_the_files_of_the_revisions_that_are_shown(studio, scene):
    shown = scene.upload("a.png", picture(), studio.preview(scene.task, revision=3)).json
    extra = scene.upload("b.gif", b"gif", studio.preview(scene.task, revision=3, position=2)).json
    scene.upload("c.gif", b"old", studio.preview(scene.task, revision=1))
    lost = studio.preview(scene.task, revision=4)
    playlist = add(
        studio, scene, entry(scene.entity, shown), entry(scene.entity, extra), entry(scene.entity, lost), {}, "x"
    )
    answer = scene.api("supervisor").get(f"/data/playlists/{playlist['id']}/download/zip")
    assert (answer.content_type, answer.headers["Cache-Control"]) == ("application/zip", "no-cache")
    assert answer.headers["Content-Disposition"].endswith("_dailies.zip")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
        assert [name.rpartition("_v")[2] for name in packed.namelist()] == ["3.png", "3-2.gif"]
        assert packed.read(packed.namelist()[1]) == b"gif"


def test_an_archive_holds_nothing_of_other_productions(studio, scene):
    hidden, shared = (studio.entity(studio.project(), "Props", is_shared=is_shared) for is_shared in (False, True))
    previews = [scene.upload("a.gif", b"gif", studio.preview(studio.task(prop))).json for prop in (hidden, shared)]
    playlist = add(studio, scene, *map(entry, (hidden, shared), previews))
    answer = scene.api("manager").get(f"/data/playlists/{playlist['id']}/download/zip")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
        (name,) = packed.namelist()
        assert shared["name"].lower().replace(" ", "_") in name


def test_playlists_are_packed_by_a_few_requests_at_a_time(studio, scene, monkeypatch):
    monkeypatch.setattr(studio.app.jobs, "packing", Turns(1, 0))
    path = f"/data/playlists/{add(studio, scene)['id']}/download/zip"
    with studio.app.jobs.packing.take():
        answer = scene.api().get(path)
    assert (answer.status_int, answer.headers["Retry-After"]) == (503, "5")
    assert scene.api().get(path).status_int == 200


def test_an_archive_can_be_fetched_in_parts(studio, scene):
    address = f"/data/playlists/{add(studio, scene)['id']}/download/zip"
    whole = scene.api().get(address)
    assert (whole.headers["Accept-Ranges"], "ETag" in whole.headers) == ("bytes", True)
    assert "Last-Modified" in whole.headers
    part = scene.api().get(address, headers={"Range": "bytes=0-3"})
    assert (part.status_int, part.body) == (206, whole.body[:4])


def test_names_of_an_archive_lead_nowhere_and_are_unique(studio, scene):
    studio.add(Organisation, name="Studio", use_original_file_name=True)
    first = scene.upload("a.gif", b"1", studio.preview(scene.task, position=1)).json
    scene.upload("a.gif", b"2", studio.preview(scene.task, position=2))
    third = scene.upload("c.gif", b"3", studio.preview(scene.task, position=3)).json
    with studio.db.write():
        studio.db.update(PreviewFile, third["id"], original_name="../../etc/passwd")
    playlist = add(studio, scene, entry(scene.entity, first))
    answer = scene.api().get(f"/data/playlists/{playlist['id']}/download/zip")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
        assert packed.namelist() == ["a.gif", "a-2.gif", "_.._etc_passwd.gif"]


# Sheets


def sheet(scene, playlist, role="admin"):
    answer = scene.api(role).get(f"/export/csv/playlists/{playlist['id']}")
    assert answer.content_type == "text/csv"
    return [line.split(";") for line in answer.text.split("\r\n")]


def test_a_sheet_shows_the_state_of_each_entry(studio, scene):
    with studio.db.write():
        studio.db.update(Project, scene.project["id"], name="My Film")
        studio.db.update(Entity, scene.entity["id"], nb_frames=12)
        studio.db.update(Task, scene.task["id"], retake_count=2)
        studio.db.update(Person, scene.team["supervisor"]["id"], timezone="Asia/Tokyo")
    studio.comment(scene.task, scene.team["client"], text="for all", created_at="2030-01-01T00:00:00.000000")
    studio.comment(scene.task, text="internal", created_at="2030-01-02T20:00:00.000000")
    preview, bare = studio.preview(scene.task, revision=3), studio.entity(scene.project, "Shot")
    shots = [entry(scene.entity, preview), entry(bare)]
    created = {"created_at": "2030-02-01T20:00:00.000000", "for_client": True, "for_entity": "asset"}
    playlist = add(studio, scene, *shots, **created)
    later = {"text": "from a client", "created_at": "2030-01-03T00:00:00.000000"}
    studio.comment(scene.task, scene.team["client"], **later)
    lines = sheet(scene, playlist, "supervisor")
    assert lines[0] == ["Playlist", "My Film | for assets", "Dailies", "2030-02-02T05:00:00", "", "", ""]
    assert (lines[1], lines[2][0], len(lines[2])) == ([""] * 7, "Entity name", 9)
    known = [scene.entity["name"], "12", "Animation", "2", "3", "Todo"]
    author = f"{studio.admin['first_name']} {studio.admin['last_name']}"
    assert lines[3] == [*known, author, "2030-01-03T05:00:00", "internal"]
    assert lines[4] == [bare["name"], *[""] * 8]
    shown = sheet(scene, playlist, "client")[3]
    assert (shown[3], shown[-1]) == ("0", "from a client")
    with studio.db.write():
        studio.db.update(Project, scene.project["id"], is_clients_isolated=True)
    studio.comment(scene.task, studio.person("client"), **{**later, "created_at": "2030-01-03T01:00:00.000000"})
    assert sheet(scene, playlist, "client")[3][-2:] == ["2030-01-03T01:00:00", "from a client"]
    studio.comment(scene.task, text="=1+1", created_at="2030-01-04T00:00:00.000000")
    assert sheet(scene, playlist)[3][-1] == "'=1+1"
    answer = scene.api().get(f"/export/csv/playlists/{playlist['id']}")
    assert answer.headers["Content-Disposition"] == "attachment; filename=kitsu_my_film_playlist_dailies.csv"
    with studio.db.write():
        studio.db.update(Playlist, playlist["id"], created_at=None)
    assert sheet(scene, playlist)[0][3] == ""


def test_a_sheet_shows_no_work_of_other_productions(studio, scene):
    hidden, shared = (studio.entity(studio.project(), "Props", is_shared=is_shared) for is_shared in (False, True))
    task = studio.task(shared, retake_count=2)
    studio.comment(task, text="internal")
    preview = studio.preview(task, revision=3)
    playlist = add(studio, scene, entry(hidden), entry(shared, preview))
    name = f"Props / {shared['name']}"
    assert sheet(scene, playlist, "manager")[3:5] == [[""] * 9, [name, "", "Modeling", "", "3", "", "", "", ""]]


def test_a_sheet_names_its_episode_and_needs_all_its_previews(studio, scene):
    episode = studio.entity(scene.project, "Episode", name="E1")
    playlist = add(studio, scene, episode_id=episode["id"])
    assert sheet(scene, playlist)[0][1] == f"{scene.project['name']} - E1 | for shots"
    gone = add(studio, scene, entry(scene.entity, {"id": new_id()}), name="gone")
    assert scene.api().get(f"/export/csv/playlists/{gone['id']}").status_int == 404
