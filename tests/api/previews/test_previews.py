"""Previews of comments through the API."""

import pytest
from scene import picture
from support import ROLES

from kitsulite.domain.kinds import temporal_id
from kitsulite.models.activity import News
from kitsulite.models.entities import Entity
from kitsulite.models.fields import new_id
from kitsulite.models.previews import PreviewFile
from kitsulite.models.projects import Project, ProjectPersonLink
from kitsulite.models.tasks import Task, TaskPersonLink


def place(answer):
    assert answer.status_int == 201, answer.text
    return answer.json["revision"], answer.json["position"]


def test_a_new_preview_waits_for_its_file_and_is_notified_of(studio, scene):
    news = studio.add(News, author_id=studio.admin["id"], comment_id=scene.comment["id"], task_id=scene.task["id"])
    studio.forget_events()
    preview = scene.add_preview().json
    assert preview["status"] == "processing"
    assert (preview["extension"], preview["source"], len(preview["name"])) == ("mp4", "webgui", 13)
    assert preview["comments"] == [scene.comment["id"]]
    assert preview["person_id"] == scene.team["admin"]["id"]
    assert studio.db.get(News, news["id"])["preview_file_id"] == preview["id"]
    assert studio.events() == ["preview-file:new", "comment:update"]


def test_ids_of_a_path_may_be_in_capitals(scene):
    task_id, comment_id = scene.task["id"].upper(), scene.comment["id"].upper()
    answer = scene.api().post(f"/actions/tasks/{task_id}/comments/{comment_id}/add-preview", {})
    assert (answer.json["task_id"], answer.json["comments"]) == (scene.task["id"], [scene.comment["id"]])


def test_each_comment_takes_the_next_revision_and_its_previews_share_it(studio, scene):
    other = studio.comment(scene.task)
    assert place(scene.add_preview()) == (1, 1)
    assert place(scene.add_preview()) == (1, 2)
    assert place(scene.add_preview(other)) == (2, 1)
    assert place(scene.add_preview()) == (1, 3)


def test_a_chosen_revision_must_be_free(studio, scene):
    assert place(scene.add_preview(revision=0)) == (0, 1)
    assert place(scene.add_preview(studio.comment(scene.task), revision="7")) == (7, 1)
    refused = scene.add_preview(studio.comment(scene.task), revision=7)
    assert refused.status_int == 400
    assert refused.json["message"].startswith("Revision 7 already exists for this task.")
    assert place(scene.add_preview(revision=7)) == (7, 2)


@pytest.mark.parametrize("revision", [-1, "x", 1.5])
def test_a_revision_is_a_whole_number(scene, revision):
    assert scene.add_preview(revision=revision).status_int == 400


def test_a_production_may_want_one_preview_per_revision(studio, scene):
    with studio.db.write():
        studio.db.update(Project, scene.project["id"], is_single_preview_per_revision=True)
    assert place(scene.add_preview()) == (1, 1)
    assert scene.add_preview().status_int == 400
    assert studio.db.value("SELECT count(*) FROM preview_file") == 1


def test_an_extra_preview_takes_the_revision_of_another(studio, scene):
    first = scene.add_preview(revision=4).json
    assert place(scene.api().post(f"{scene.path()}/preview-files/{first['id']}")) == (4, 2)
    foreign = studio.preview(studio.task(scene.entity, "Layout"), revision=9)
    assert scene.api().post(f"{scene.path()}/preview-files/{foreign['id']}").status_int == 404
    assert scene.api().post(f"{scene.path()}/preview-files/{new_id()}").status_int == 404


def test_unknown_comments_and_those_of_other_tasks_are_not_found(studio, scene):
    elsewhere = studio.entity(studio.project(), "Shot")
    for task in (studio.task(elsewhere, "Animation"), studio.task(scene.entity, "Layout")):
        assert scene.add_preview(studio.comment(task)).status_int == 404
    assert scene.add_preview({"id": new_id()}).status_int == 404
    assert scene.add_preview({"id": "x"}).status_int == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [("admin", 201), ("manager", 201), ("supervisor", 201), ("client", 201), ("user", 403), ("vendor", 403)],
)
def test_who_acts_on_a_task_adds_previews(studio, scene, role, status):
    assert scene.api(role).post(scene.path() + "/add-preview", {}).status_int == status
    first = studio.preview(scene.task)
    assert scene.api(role).post(f"{scene.path()}/preview-files/{first['id']}", {}).status_int == status
    outsider = studio.api(studio.person("manager"))
    assert outsider.post(scene.path() + "/add-preview", {}).status_int == 403


@pytest.mark.parametrize("role", ROLES)
def test_who_acts_on_the_task_and_reads_the_comment_deletes_its_previews(studio, scene, role):
    preview = studio.preview(scene.task, scene.comment)
    studio.forget_events()
    path = f"{scene.path()}/preview-files/{preview['id']}"
    assert studio.api(studio.person("manager")).delete(path).status_int == 403
    allowed = role in ("admin", "manager", "supervisor")
    assert scene.api(role).delete(path).status_int == (204 if allowed else 403)
    assert studio.db.exists(PreviewFile, id=preview["id"]) is not allowed
    assert studio.events() == []
    assert scene.api(role).delete(path).status_int == (404 if allowed else 403)


def test_assignees_delete_previews_and_managers_their_files(studio, scene):
    studio.link(TaskPersonLink, task_id=scene.task["id"], person_id=scene.team["user"]["id"])
    preview = scene.upload("a.png", picture()).json
    path = f"{scene.path()}/preview-files/{preview['id']}"
    assert scene.api("user").delete(path + "?force=true").status_int == 403
    assert scene.api("supervisor").delete(path + "?force=true").status_int == 403
    assert scene.api("user").delete(path).status_int == 204


def test_a_preview_is_deleted_on_its_own_comment_alone(studio, scene):
    preview, other = studio.preview(scene.task, scene.comment), studio.comment(scene.task)
    elsewhere = studio.comment(studio.task(scene.entity, "Layout"))
    for comment in (other, elsewhere):
        assert scene.api().delete(f"{scene.path(comment)}/preview-files/{preview['id']}").status_int == 404
    assert studio.db.exists(PreviewFile, id=preview["id"])


def test_a_deletion_checks_its_ids(studio, scene):
    elsewhere = studio.preview(studio.task(studio.entity(studio.project(), "Shot"), "Animation"))
    assert scene.api("manager").delete(f"{scene.path()}/preview-files/{elsewhere['id']}").status_int == 404
    malformed = scene.api().delete(f"{scene.path()}/preview-files/nonsense")
    assert (malformed.status_int, malformed.json["message"]) == (400, "Wrong UUID format.")
    unknown = f"/actions/tasks/{new_id()}/comments/{scene.comment['id']}/preview-files/{elsewhere['id']}"
    assert scene.api().delete(unknown).status_int == 404


def test_what_pointed_at_a_deleted_preview_turns_to_the_newest_that_can_be_shown(studio, scene):
    ready = {"status": "ready", "comment": scene.comment}
    first = studio.preview(scene.task, **ready)
    for number, other in enumerate(({"extension": "pdf"}, {"position": 2}, {"status": "broken"}), 2):
        studio.preview(scene.task, **{**ready, **other}, revision=number)
    last = studio.preview(scene.task, **ready, revision=9)
    with studio.db.write():
        studio.db.update(Project, scene.project["id"], is_set_preview_automated=True)
        studio.db.update(Task, scene.task["id"], last_preview_file_id=last["id"])
        studio.db.update(Entity, scene.entity["id"], preview_file_id=last["id"])
    news = studio.add(News, author_id=studio.admin["id"], task_id=scene.task["id"], preview_file_id=last["id"])
    for gone, new in ((last, first["id"]), (first, None)):
        studio.forget_events()
        assert scene.api().delete(f"{scene.path()}/preview-files/{gone['id']}").status_int == 204
        assert studio.db.get(Task, scene.task["id"])["last_preview_file_id"] == new
        assert studio.db.get(Entity, scene.entity["id"])["preview_file_id"] == new
        assert studio.events() == ["task:update", "preview-file:set-main", "shot:update"]
    assert studio.db.get(News, news["id"])["preview_file_id"] is None


def test_an_entity_gets_no_other_main_preview_unless_its_project_wants_that(studio, scene):
    studio.preview(scene.task, scene.comment, status="ready")
    last = studio.preview(scene.task, scene.comment, status="ready", revision=2)
    with studio.db.write():
        studio.db.update(Entity, scene.entity["id"], preview_file_id=last["id"])
    studio.forget_events()
    assert scene.api().delete(f"/data/preview-files/{last['id']}").status_int == 204
    assert studio.db.get(Entity, scene.entity["id"])["preview_file_id"] is None
    assert studio.events() == ["preview-file:set-main", "shot:update", "preview-file:delete"]


def test_a_preview_becomes_the_face_of_its_entity(studio, scene):
    preview = studio.preview(scene.task)
    studio.forget_events()
    answer = scene.api("manager").put(f"/actions/preview-files/{preview['id']}/set-main-preview", {})
    assert answer.status_int == 200
    assert (answer.json["type"], answer.json["preview_file_id"]) == ("Entity", preview["id"])
    assert studio.events() == ["preview-file:set-main", "shot:update"]


@pytest.mark.parametrize(
    ("role", "status"),
    [("admin", 200), ("manager", 200), ("supervisor", 200), ("user", 200), ("client", 403), ("vendor", 403)],
)
def test_readers_of_a_task_but_no_clients_choose_the_face(studio, scene, role, status):
    path = f"/actions/preview-files/{studio.preview(scene.task)['id']}/set-main-preview"
    assert scene.api(role).put(path, {}).status_int == status
    assert studio.api(studio.person("manager")).put(path, {}).status_int == 403


def test_only_movies_have_frames(studio, scene):
    path = f"/actions/preview-files/{studio.preview(scene.task)['id']}/set-main-preview"
    assert scene.api().put(path, {"frame_number": 3}).status_int == 400
    assert scene.api().put(path, {"frame_number": "x"}).json["message"] == "Validation error."


def test_previews_of_a_revision_are_put_in_order(studio, scene):
    first, second, third = (studio.preview(scene.task, position=n)["id"] for n in (1, 2, 3))
    studio.preview(scene.task, revision=2)

    def move(preview_id, position):
        answer = scene.api().put(f"/actions/preview-files/{preview_id}/update-position", {"position": position})
        return [preview["id"] for preview in answer.json]

    studio.forget_events()
    assert move(third, 1) == [third, first, second]
    assert move(third, 3) == [first, second, third]
    assert move(first, 0) == move(first, 4) == [first, second, third]
    assert studio.db.column("SELECT position FROM preview_file WHERE revision = 1 ORDER BY position") == [1, 2, 3]
    assert studio.events() == []


@pytest.mark.parametrize(
    ("role", "status"),
    [("admin", 200), ("manager", 200), ("supervisor", 200), ("client", 200), ("user", 403), ("vendor", 403)],
)
def test_who_acts_on_a_task_orders_its_previews(studio, scene, role, status):
    path = f"/actions/preview-files/{studio.preview(scene.task)['id']}/update-position"
    assert scene.api(role).put(path, {"position": 1}).status_int == status
    assert scene.api(role).put(f"/actions/preview-files/{new_id()}/update-position", {}).status_int == 404


def test_a_revision_is_moved_with_all_its_previews(studio, scene):
    main, extra, taken = (
        studio.preview(scene.task, revision=1),
        studio.preview(scene.task, revision=1, position=2),
        studio.preview(scene.task, revision=2),
    )
    api = scene.api("manager")
    assert api.put(f"/data/preview-files/{main['id']}", {"revision": 2}).status_int == 400
    assert api.put(f"/data/preview-files/{main['id']}", {"revision": 5}).json["revision"] == 5
    revisions = {p["id"]: p["revision"] for p in studio.db.all(PreviewFile)}
    assert revisions == {main["id"]: 5, extra["id"]: 5, taken["id"]: 2}


@pytest.mark.parametrize("role", ["supervisor", "user", "client", "vendor"])
def test_who_leads_or_does_the_work_changes_rows_of_previews_and_managers_delete_them(studio, scene, role):
    preview = studio.preview(scene.task)
    path = f"/data/preview-files/{preview['id']}"
    assert scene.api(role).put(path, {"status": "broken"}).status_int == (200 if role == "supervisor" else 403)
    assert scene.api(role).delete(path).status_int == 403
    assert scene.api("manager").put(path, {"status": "nonsense"}).status_int == 400
    studio.forget_events()
    assert scene.api("manager").delete(path).status_int == 204
    assert studio.events() == ["preview-file:delete"]


def test_only_admins_give_a_preview_other_comments(studio, scene):
    preview = studio.preview(scene.task, scene.comment)
    foreign = studio.comment(studio.task(studio.entity(scene.project, "Shot")))
    path = f"/data/preview-files/{preview['id']}"
    for role, kept in (("manager", scene.comment), ("admin", foreign)):
        assert scene.api(role).put(path, {"comments": [foreign["id"]]}).status_int == 200
        assert scene.api().get(path).json["comments"] == [kept["id"]]


def test_rows_of_previews_are_listed_to_those_who_may_see_them(studio, scene):
    preview = studio.preview(scene.task)
    closed = studio.project(
        team=list(scene.team.values()),
        project_status_id=studio.db.value("SELECT id FROM project_status WHERE name='Closed'"),
    )
    hidden = studio.preview(studio.task(studio.entity(closed, "Shot"), "Animation", assignees=[scene.team["vendor"]]))
    studio.preview(studio.task(studio.entity(studio.project(), "Shot"), "Animation"))

    def seen(role):
        return {row["id"] for row in scene.api(role).get("/data/preview-files").json}

    assert len(seen("admin")) == 3
    assert seen("manager") == seen("user") == seen("client") == {preview["id"]}
    assert seen("vendor") == set()
    assert scene.api("vendor").get(f"/data/preview-files/{preview['id']}").status_int == 403
    assert scene.api("vendor").get(f"/data/preview-files/{hidden['id']}").json["comments"] == []
    assert scene.api("user").get(f"/data/preview-files/{preview['id']}").status_int == 200


def annotation(time=0, *ids):
    return {"time": time, "drawing": {"objects": [{"id": i} for i in ids]}}


def test_annotations_are_changed_and_reported_of(studio, scene):
    preview = studio.preview(scene.task)
    path = f"/actions/preview-files/{preview['id']}/update-annotations"
    studio.forget_events()
    answer = scene.api("client").put(path, {"additions": [annotation(0, "a", "b")]})
    assert (answer.status_int, answer.json["type"]) == (200, "PreviewFile")
    assert answer.json["annotations"] == [annotation(0, "a", "b")]
    answer = scene.api("client").put(path, {"deletions": [{"time": 0, "objects": ["a"]}]})
    assert answer.json["annotations"] == [annotation(0, "b")]
    assert scene.api("client").put(path).status_int == 200
    payloads = studio.db.objects("SELECT data FROM api_event WHERE name = 'preview-file:annotation-update'")
    assert len(payloads) == len(studio.events()) == 3
    assert payloads[0] == {
        "preview_file_id": preview["id"],
        "person_id": scene.team["client"]["id"],
        "updated_at": payloads[0]["updated_at"],
        "project_id": scene.project["id"],
    }


@pytest.mark.parametrize("drawing", ["text", 5, True, ["a"], {"objects": "a"}, {"objects": ["a"]}])
def test_a_drawing_is_an_object_with_objects(studio, scene, drawing):
    preview = studio.preview(scene.task, annotations=[annotation(0, "a")])
    path = f"/actions/preview-files/{preview['id']}/update-annotations"
    for changes in ("additions", "updates"):
        answer = scene.api().put(path, {changes: [{"time": 0, "drawing": drawing}]})
        assert (answer.status_int, set(answer.json)) == (400, {"error", "message", "data"})


def test_rights_to_annotate_come_before_the_body(studio, scene):
    path = f"/actions/preview-files/{studio.preview(scene.task)['id']}/update-annotations"
    wrong = {"additions": "text", "deletions": ["id"]}
    statuses = {role: scene.api(role).put(path, wrong).status_int for role in ROLES}
    assert statuses == {**dict.fromkeys(ROLES, 400), "user": 403, "vendor": 403}
    assert scene.outsider().put(path, wrong).status_int == 403
    fields = {error["field"] for error in scene.api().put(path, wrong).json["data"]["errors"]}
    assert fields == {"additions", "deletions.0"}
    elsewhere = studio.person("supervisor", departments=[studio.department()])
    studio.link(ProjectPersonLink, project_id=scene.project["id"], person_id=elsewhere["id"])
    assert studio.api(elsewhere).put(path, {}).status_int == 403


def test_previews_are_listed_by_task_newest_revision_first(studio, scene):
    ids = [studio.preview(scene.task, revision=revision)["id"] for revision in (1, 3, 2)]
    studio.preview(studio.task(scene.entity, "Layout"))
    path = f"/data/tasks/{scene.task['id']}/previews"
    assert [row["id"] for row in scene.api("user").get(path).json] == [ids[1], ids[2], ids[0]]
    studio.task(scene.entity, "Lighting", assignees=[scene.team["vendor"]])
    assert len(scene.api("vendor").get(path).json) == 3
    assert scene.outsider().get(path).status_int == 403
    assert scene.api().get(f"/data/tasks/{new_id()}/previews").status_int == 404


def test_previews_of_a_production_are_listed_to_admins_in_pages(studio, scene):
    first, second = studio.preview(scene.task), studio.preview(scene.task)
    studio.preview(studio.task(studio.entity(studio.project(), "Shot"), "Animation"))
    path = f"/data/projects/{scene.project['id']}/preview-files"
    assert [row["id"] for row in scene.api().get(path).json] == [second["id"], first["id"]]
    assert scene.api().get(path + "?page=0").json == scene.api().get(path).json
    page = scene.api().get(path + "?page=1").json
    assert (page["total"], page["nb_pages"], page["limit"], len(page["data"])) == (2, 1, 100, 2)
    assert scene.api().get(path + "?page=x").status_int == 400
    assert scene.api("manager").get(path).status_int == 403
    assert scene.api().get(f"/data/projects/{new_id()}/preview-files").status_int == 404


def test_previews_of_an_entity_are_listed_in_short(studio, scene):
    layout = studio.task(scene.entity, "Layout")
    wanted = [
        studio.preview(scene.task, revision=2, position=1)["id"],
        studio.preview(scene.task, revision=2, position=2)["id"],
        studio.preview(scene.task, revision=1)["id"],
        studio.preview(layout, revision=9)["id"],
    ]
    rows = scene.api("client").get(f"/data/entities/{scene.entity['id']}/preview-files").json
    assert [row["id"] for row in rows] == wanted
    assert "annotations" not in rows[0]
    assert rows[0]["validation_status"] == "neutral"


#: path -> kind of the entities that it knows
BY_TYPE = {
    "/data/playlists/entities/{}/preview-files": "Shot",
    "/data/shots/{}/preview-files": "Shot",
    "/data/edits/{}/preview-files": "Edit",
    "/data/concepts/{}/preview-files": "Concept",
}


def make(studio, entity, kind):
    """Make an entity one of another kind."""
    with studio.db.write():
        studio.db.update(Entity, entity["id"], entity_type_id=temporal_id(studio.context(), kind))


def test_previews_of_an_entity_are_gathered_by_task_type_and_revision(studio, scene):
    layout = studio.task(scene.entity, "Layout")
    studio.preview(studio.task(scene.entity, "Layout", name="older"))
    main = studio.preview(scene.task, revision=2, data={"original_width": 12}, duration=None)
    extra = studio.preview(scene.task, revision=2, position=2)
    old, other = studio.preview(scene.task, revision=1), studio.preview(layout)
    with studio.db.write():
        studio.db.execute("UPDATE task SET created_at = '2020-01-01T00:00:00.000000' WHERE name = 'older'")
    for path, kind in BY_TYPE.items():
        make(studio, scene.entity, kind)
        found = scene.api("user").get(path.format(scene.entity["id"])).json
        assert set(found) == {scene.task["task_type_id"], layout["task_type_id"]}
        revisions = found[scene.task["task_type_id"]]
        assert [revision["id"] for revision in revisions] == [main["id"], old["id"]]
        assert (revisions[0]["original_width"], revisions[0]["original_height"]) == (12, None)
        assert revisions[0]["duration"] == 0
        assert [(p["id"], p["position"], p["task_type_id"]) for p in revisions[0]["previews"]] == [
            (extra["id"], 2, scene.task["task_type_id"])
        ]
        assert revisions[1]["previews"] == []
        assert [revision["id"] for revision in found[layout["task_type_id"]]] == [other["id"]]
        assert scene.api().get(path.format(studio.entity(scene.project, kind)["id"])).json == {}


@pytest.mark.parametrize("path", [path for path in BY_TYPE if "playlists" not in path])
def test_previews_of_other_kinds_of_entities_are_not_found(studio, scene, path):
    make(studio, scene.entity, "Scene")
    assert scene.api().get(path.format(scene.entity["id"])).status_int == 404


@pytest.mark.parametrize("path", [*BY_TYPE, "/data/entities/{}/preview-files"])
def test_previews_of_an_entity_are_for_those_who_see_it(studio, scene, path):
    make(studio, scene.entity, BY_TYPE.get(path, "Shot"))
    path, is_concept = path.format(scene.entity["id"]), "concepts" in path
    statuses = {role: scene.api(role).get(path).status_int for role in ROLES}
    assert statuses == {**dict.fromkeys(ROLES, 200), "vendor": 403, "client": 403 if is_concept else 200}
    assert scene.outsider().get(path).status_int == 403
    assert scene.api().get(path.replace(scene.entity["id"], new_id())).status_int == 404


def test_unfinished_previews_are_listed_to_admins(studio, scene):
    studio.preview(scene.task, status="ready")
    broken, missing, waiting = (
        studio.preview(scene.task, status=status) for status in ("broken", "missing", "processing")
    )
    closed = studio.project(project_status_id=studio.db.value("SELECT id FROM project_status WHERE name = 'Closed'"))
    studio.preview(studio.task(studio.entity(closed, "Shot"), "Animation"), status="broken")
    path = "/data/playlists/preview-files/running"
    rows = scene.api().get(path).json
    assert [row["id"] for row in rows] == [waiting["id"], missing["id"], broken["id"]]
    assert rows[0]["full_entity_name"] == scene.entity["name"]
    assert (rows[0]["project_id"], rows[0]["task_type_id"]) == (scene.project["id"], scene.task["task_type_id"])
    assert len(scene.api().get(path + "?limit=1").json) == 1
    older = scene.api().get(f"{path}?cursor_preview_file_id={missing['id']}").json
    assert [row["id"] for row in older] == [broken["id"]]
    for wrong in ("limit=x", "cursor_preview_file_id=x", f"cursor_preview_file_id={new_id()}"):
        assert scene.api().get(f"{path}?{wrong}").status_int == 400
    assert scene.api("manager").get(path).status_int == 403
