"""The settings of a production: links one by one and in batch, their priorities and boards."""

import pytest

from kitsulite.models.entities import EntityType
from kitsulite.models.previews import PreviewBackgroundFile
from kitsulite.models.projects import Project, ProjectTaskStatusLink, ProjectTaskTypeLink
from kitsulite.models.tasks import StatusAutomation, TaskStatus, TaskType

UNKNOWN = "8b4ef3f8-6d2e-4b43-9d3a-1d0a8a0b6f10"
#: path of the setting -> field of the body, relation of the production, table
SETTINGS = {
    "asset-types": ("asset_type_id", "asset_types", EntityType),
    "task-types": ("task_type_id", "task_types", TaskType),
    "task-status": ("task_status_id", "task_statuses", TaskStatus),
    "status-automations": ("status_automation_id", "status_automations", StatusAutomation),
    "preview-background-files": ("preview_background_file_id", "preview_background_files", PreviewBackgroundFile),
}
READS = {
    "task-types": "task-types",
    "settings/task-status": "task-status",
    "settings/status-automations": "status-automations",
    "settings/preview-background-files": "preview-background-files",
}


@pytest.fixture
def project(studio):
    studio.add(StatusAutomation)
    studio.add(PreviewBackgroundFile, name="Sky")
    return studio.project()


def linkable(studio, setting):
    field, relation, model = SETTINGS[setting]
    return field, relation, studio.db.all(model)[-1]["id"]


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_is_linked_once_and_unlinked(studio, project, admin, setting):
    field, relation, row_id = linkable(studio, setting)
    path = f"/data/projects/{project['id']}/settings/{setting}"
    answer = admin.post(path, {field: row_id})
    assert answer.status_int == 201
    assert (answer.json["id"], answer.json["type"]) == (project["id"], "Project")
    assert relation not in answer.json
    assert studio.events() == ["project:update"]
    assert admin.post(path, {field: row_id.upper()}).status_int == 201
    assert studio.db.related(Project, project["id"], relation) == [row_id]
    assert studio.events() == ["project:update"] * (2 if setting == "task-types" else 1)

    studio.forget_events()
    assert admin.delete(f"{path}/{row_id}").status_int == 204
    assert studio.db.related(Project, project["id"], relation) == []
    assert admin.delete(f"{path}/{row_id}").status_int == 204
    assert admin.delete(f"{path}/nonsense").status_int == 204
    assert studio.events() == ["project:update"] * 3


@pytest.mark.parametrize("setting", SETTINGS)
def test_what_is_unknown_is_not_linked(studio, project, admin, setting):
    field, relation, row_id = linkable(studio, setting)
    path = f"/data/projects/{project['id']}/settings/{setting}"
    kind = SETTINGS[setting][2].type_name()
    answer = admin.post(path, {field: UNKNOWN})
    assert (answer.status_int, answer.json["message"]) == (400, f"{kind} with id {UNKNOWN} not found")
    for value in ("nonsense", "", None, 3):
        assert admin.post(path, {field: value}).status_int == 400
    assert admin.post(path, {}).json["message"] == "Validation error."
    for method in (admin.post, admin.delete):
        rest = "" if method == admin.post else f"/{row_id}"
        assert method(f"/data/projects/{UNKNOWN}/settings/{setting}{rest}", {field: row_id}).status_int == 404
    assert studio.db.related(Project, project["id"], relation) == []
    assert studio.events() == []


@pytest.mark.parametrize("read", READS)
def test_the_rows_of_a_setting_are_listed(studio, project, admin, read):
    setting = READS[read]
    field, _, row_id = linkable(studio, setting)
    admin.post(f"/data/projects/{project['id']}/settings/{setting}", {field: row_id})
    [row] = admin.get(f"/data/projects/{project['id']}/{read}").json
    assert row == studio.db.get(SETTINGS[setting][2], row_id)
    assert admin.get(f"/data/projects/{UNKNOWN}/{read}").status_int == 404
    assert admin.get(f"/data/projects/nonsense/{read}").status_int == 404


def test_programs_find_task_types_among_the_settings(studio, project, admin):
    admin.post(f"/data/projects/{project['id']}/settings/task-types", {"task_type_id": studio.task_type("FX")["id"]})
    [row] = admin.get(f"/data/projects/{project['id']}/settings/task-types").json
    assert row == studio.db.get(TaskType, studio.task_type("FX")["id"])


def test_there_is_no_list_of_linked_asset_types(project, admin):
    assert admin.get(f"/data/projects/{project['id']}/settings/asset-types").status_int == 405


def test_an_existing_task_type_keeps_its_priority(studio, project, admin):
    path = f"/data/projects/{project['id']}/settings/task-types"
    modeling, shading = studio.task_type("Modeling")["id"], studio.task_type("Shading")["id"]
    admin.post(path, {"task_type_id": modeling, "priority": "3"})
    admin.post(path, {"task_type_id": modeling, "priority": 5})
    admin.post(path, {"task_type_id": shading})
    assert admin.post(path, {"task_type_id": shading, "priority": "high"}).status_int == 400
    assert priorities(studio) == {modeling: 3, shading: None}


def priorities(studio):
    return {link["task_type_id"]: link["priority"] for link in studio.db.all(ProjectTaskTypeLink)}


# Batch


def test_a_batch_adds_and_never_takes_away(studio, project, admin):
    modeling, shading = studio.task_type("Modeling")["id"], studio.task_type("Shading")["id"]
    todo, prop = studio.task_status("todo")["id"], studio.db.find(EntityType, name="Prop")["id"]
    path = f"/data/projects/{project['id']}/settings/batch"
    body = {
        "task_types": [
            {"task_type_id": modeling, "priority": 1},
            {"task_type_id": UNKNOWN},
            {"task_type_id": modeling, "priority": 2},
        ],
        "task_status_ids": [todo, todo, UNKNOWN],
        "asset_type_ids": [prop],
    }
    answer = admin.post(path, body)
    assert (answer.status_int, answer.json["type"]) == (200, "Project")
    assert studio.events() == ["project:update"]
    admin.post(path, {"task_types": [{"task_type_id": modeling}, {"task_type_id": shading, "priority": 4}]})
    admin.post(path, {})
    assert priorities(studio) == {modeling: 2, shading: 4}
    assert studio.db.related(Project, project["id"], "task_statuses") == [todo]
    assert studio.db.related(Project, project["id"], "asset_types") == [prop]
    assert studio.events() == ["project:update"] * 3


def test_a_batch_may_replace_the_task_types(studio, project, admin):
    modeling, shading = studio.task_type("Modeling")["id"], studio.task_type("Shading")["id"]
    path = f"/data/projects/{project['id']}/settings/batch"
    admin.post(path, {"task_types": [{"task_type_id": modeling, "priority": 1}, {"task_type_id": shading}]})
    admin.post(path, {"task_types": [{"task_type_id": modeling, "priority": 7}], "replace_task_types": True})
    assert priorities(studio) == {modeling: 7}
    admin.post(path, {"replace_task_types": True})
    assert priorities(studio) == {}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"task_types": [{}]}, "task_types.0.task_type_id"),
        ({"task_types": None}, "task_types"),
        ({"task_status_ids": "todo"}, "task_status_ids"),
        ({"asset_type_ids": [1]}, "asset_type_ids.0"),
        ({"replace_task_types": None}, "replace_task_types"),
        ({"task_types": [{"task_type_id": UNKNOWN, "priority": "x"}]}, "task_types.0.priority"),
    ],
)
def test_a_bad_batch_is_reported_field_by_field(project, admin, body, field):
    answer = admin.post(f"/data/projects/{project['id']}/settings/batch", body)
    assert answer.status_int == 400
    assert [error["field"] for error in answer.json["data"]["errors"]] == [field]


def test_a_batch_with_a_malformed_id_writes_nothing(studio, project, admin):
    modeling = studio.task_type("Modeling")["id"]
    body = {"task_types": [{"task_type_id": modeling}], "asset_type_ids": ["nonsense"]}
    assert admin.post(f"/data/projects/{project['id']}/settings/batch", body).status_int == 400
    assert priorities(studio) == {}
    assert studio.events() == []


# Links with priority and boards


def test_a_task_type_link_is_made_and_changed(studio, project, admin):
    modeling = studio.task_type("Modeling")["id"]
    body = {"project_id": project["id"], "task_type_id": modeling}
    first = admin.post("/data/task-type-links", body)
    assert (first.status_int, first.json["priority"], first.json["type"]) == (201, 1, "ProjectTaskTypeLink")
    second = admin.post("/data/task-type-links", {**body, "priority": "6"})
    assert (second.status_int, second.json["id"], second.json["priority"]) == (201, first.json["id"], 6)
    assert admin.post("/data/task-type-links", {**body, "priority": None}).json["priority"] is None
    assert studio.events() == ["project:update"] * 3


def test_a_task_status_link_holds_the_roles_of_boards(studio, project, admin):
    todo = studio.task_status("todo")["id"]
    body = {"project_id": project["id"], "task_status_id": todo}
    first = admin.post("/data/task-status-links", {**body, "roles_for_board": ["user", "client"], "priority": 2}).json
    assert (first["roles_for_board"], first["priority"]) == (["user", "client"], 2)
    second = admin.post("/data/task-status-links", body).json
    assert (second["id"], second["roles_for_board"], second["priority"]) == (first["id"], [], 1)
    assert admin.post("/data/task-status-links", {**body, "roles_for_board": ["king"]}).status_int == 400


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"task_type_id": None}, 400),
        ({"task_type_id": "nonsense"}, 400),
        ({"task_type_id": UNKNOWN}, 400),
        ({"project_id": UNKNOWN}, 404),
        ({"project_id": "nonsense"}, 404),
        ({"priority": "high"}, 400),
    ],
)
def test_a_bad_task_type_link_is_refused(studio, project, admin, change, status):
    body = {"project_id": project["id"], "task_type_id": studio.task_type("Modeling")["id"], **change}
    assert admin.post("/data/task-type-links", body).status_int == status
    assert priorities(studio) == {}


def test_a_missing_parameter_of_a_link_is_named(project, admin):
    answer = admin.post("/data/task-status-links", {"project_id": project["id"]})
    assert answer.json["message"] == "Missing required parameter: task_status_id"


def test_links_are_reordered_by_place(studio, project, admin):
    ids = [studio.task_type(name)["id"] for name in ("Modeling", "Shading", "Rigging")]
    for row_id in ids[:2]:
        studio.link(ProjectTaskTypeLink, project_id=project["id"], task_type_id=row_id, priority=9)
    path = f"/actions/projects/{project['id']}/task-type-links/reorder"
    answer = admin.post(path, {"task_type_ids": [ids[1], ids[2], ids[0]]})
    assert [(link["task_type_id"], link["priority"]) for link in answer.json] == [(ids[1], 1), (ids[0], 3)]
    assert priorities(studio) == {ids[1]: 1, ids[0]: 3}
    assert studio.events() == ["project:update"]
    for body in ({}, {"task_type_ids": "all"}, {"task_type_ids": ["nonsense"]}):
        assert admin.post(path, body).status_int == 400


def test_reordered_statuses_keep_their_boards(studio, project, admin):
    todo, done = studio.task_status("todo")["id"], studio.task_status("done")["id"]
    for row_id in (todo, done):
        studio.link(ProjectTaskStatusLink, project_id=project["id"], task_status_id=row_id, roles_for_board=["user"])
    path = f"/actions/projects/{project['id']}/task-status-links/reorder"
    answer = admin.post(path, {"task_status_ids": [done, todo]})
    assert [(x["task_status_id"], x["priority"], x["roles_for_board"]) for x in answer.json] == [
        (done, 1, ["user"]),
        (todo, 2, ["user"]),
    ]


# Who may


def requests(studio, project):
    """All routes of this file: (may a member who is no manager, a call with an API)."""
    base = f"/data/projects/{project['id']}"
    modeling, todo = studio.task_type("Modeling")["id"], studio.task_status("todo")["id"]
    for setting in SETTINGS:
        field, _, row_id = linkable(studio, setting)
        yield False, lambda api, s=setting, f=field, i=row_id: api.post(f"{base}/settings/{s}", {f: i})
        yield False, lambda api, s=setting, i=row_id: api.delete(f"{base}/settings/{s}/{i}")
    for read in READS:
        yield read != "settings/status-automations", lambda api, r=read: api.get(f"{base}/{r}")
    yield False, lambda api: api.post(f"{base}/settings/batch", {})
    link = {"project_id": project["id"], "task_type_id": modeling, "task_status_id": todo}
    yield False, lambda api: api.post("/data/task-type-links", link)
    yield False, lambda api: api.post("/data/task-status-links", link)
    actions = f"/actions/projects/{project['id']}"
    yield False, lambda api: api.post(f"{actions}/task-type-links/reorder", {"task_type_ids": []})
    yield False, lambda api: api.post(f"{actions}/task-status-links/reorder", {"task_status_ids": []})


@pytest.mark.parametrize("role", ["admin", "manager", "supervisor", "user", "client", "vendor"])
def test_managers_set_up_and_members_read(studio, project, role):
    member, stranger = studio.person(role), studio.person(role)
    with studio.db.write():
        studio.db.relate(Project, project["id"], "team", [member["id"]])
    for readable, call in requests(studio, project):
        allowed = role in ("admin", "manager") or readable
        assert (call(studio.api(member)).status_int < 300) == allowed
        assert call(studio.api(stranger)).status_int == 403 or role == "admin"
        assert call(studio.nobody).status_int == 401
