"""Templates of productions: what they hold, and who may change them."""

import pytest

from kitsulite.models.tasks import StatusAutomation
from kitsulite.models.templates import ProjectTemplate, ProjectTemplateTaskTypeLink

UNKNOWN = "8b4ef3f8-6d2e-4b43-9d3a-1d0a8a0b6f10"
TEMPLATES = "/data/project-templates"
NOT_FOUND = {"message": "Project template not found"}
KINDS = ("task-types", "task-statuses", "asset-types", "status-automations", "preview-background-files")


def of(template, rest=""):
    return f"{TEMPLATES}/{template['id']}{rest}"


# Generic routes


def test_a_template_takes_some_columns_and_ignores_the_others(studio, admin):
    body = {"name": "Series", "fps": 24, "is_frame_in_numbering": True, "task_types": [UNKNOWN], "surprise": 1}
    answer = admin.post(TEMPLATES, body)
    assert answer.status_int == 201
    made = answer.json
    assert (made["fps"], made["is_frame_in_numbering"], made["metadata_descriptors"]) == ("24", False, [])
    assert made["type"] == "ProjectTemplate"
    assert "task_types" not in made
    assert studio.events() == ["project-template:new"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": None},
        {"name": "n" * 81},
        {"name": "a", "max_retakes": "many"},
        {"name": "a", "production_style": "opera"},
        {"name": "a", "metadata_descriptors": "none"},
        {"name": "Series"},
    ],
)
def test_a_bad_template_is_refused(studio, template, admin, body):
    answer = admin.post(TEMPLATES, body)
    assert (answer.status_int, list(answer.json)) == (400, ["message"])
    assert len(studio.db.all(ProjectTemplate)) == 1


def test_a_template_is_changed_but_for_its_links(studio, template, admin, linkable):
    background = linkable["preview-background-files"][2]
    body = {
        "description": "x",
        "revision_padding": 3,
        "task_types": [linkable["task-types"][2]],
        "preview_background_files": [background],
    }
    answer = admin.put(of(template), body)
    assert (answer.json["description"], answer.json["revision_padding"]) == ("x", 3)
    assert "preview_background_files" not in answer.json
    assert studio.db.related(ProjectTemplate, template["id"], "task_types") == []
    assert studio.db.related(ProjectTemplate, template["id"], "preview_background_files") == [background]
    assert studio.events() == ["project-template:update"]


def test_a_deleted_template_takes_its_links_along(studio, template, admin, linkable):
    for kind, (field, _, row_id) in linkable.items():
        admin.post(of(template, f"/{kind}"), {field: row_id})
    studio.forget_events()
    assert admin.delete(of(template)).status_int == 204
    assert not studio.db.exists(ProjectTemplateTaskTypeLink)
    assert studio.events() == ["project-template:delete"]


@pytest.mark.parametrize("template_id", [UNKNOWN, "nonsense"])
def test_an_unknown_template_is_not_found_after_the_role(studio, admin, template_id):
    manager = studio.api(studio.person("manager"))
    for method in ("put", "delete"):
        answer = getattr(admin, method)(f"{TEMPLATES}/{template_id}", {})
        assert (answer.status_int, answer.json) == (404, NOT_FOUND)
        assert getattr(manager, method)(f"{TEMPLATES}/{template_id}", {}).status_int == 403
    assert admin.get(f"{TEMPLATES}/{template_id}").status_int == (404 if template_id == UNKNOWN else 400)


# Links


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_is_linked_and_unlinked(studio, template, admin, linkable, kind):
    field, relation, row_id = linkable[kind]
    assert admin.post(of(template, f"/{kind}"), {field: row_id}).status_int == 201
    assert admin.post(of(template, f"/{kind}"), {field: row_id.upper()}).status_int == 201
    assert studio.db.related(ProjectTemplate, template["id"], relation) == [row_id]
    assert [row["id"] for row in admin.get(of(template, f"/{kind}")).json] == [row_id]
    for target in (row_id, row_id, UNKNOWN, "nonsense"):
        assert admin.delete(of(template, f"/{kind}/{target}")).status_int == 204
    assert admin.get(of(template, f"/{kind}")).json == []
    assert studio.events() == ["project-template:update"] * 6
    [stored] = {row[0] for row in studio.db.execute("SELECT project_id FROM api_event")}
    assert stored is None


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_unknown_is_not_linked(studio, template, admin, linkable, kind):
    field, relation, row_id = linkable[kind]
    path = of(template, f"/{kind}")
    for value in (UNKNOWN, "nonsense"):
        answer = admin.post(path, {field: value})
        assert (answer.status_int, list(answer.json)) == (400, ["message"])
    assert admin.post(path, {field: ""}).json["message"] == "Validation error."
    for template_id in (UNKNOWN, "nonsense"):
        gone = of({"id": template_id}, f"/{kind}")
        for answer in (admin.get(gone), admin.post(gone, {field: row_id}), admin.delete(f"{gone}/{row_id}")):
            assert (answer.status_int, answer.json) == (404, NOT_FOUND)
    assert studio.db.related(ProjectTemplate, template["id"], relation) == []
    assert studio.events() == []


def test_task_types_show_the_priority_of_the_link(studio, template, admin):
    ids = {name: studio.task_type(name)["id"] for name in ("Layout", "Animation", "FX", "Rendering")}
    for name, priority in (("Layout", 3), ("Animation", None), ("FX", 0), ("Rendering", "1")):
        body = {"task_type_id": ids[name], "priority": priority}
        link = admin.post(of(template, "/task-types"), body).json
        assert (link["type"], link["project_template_id"]) == ("ProjectTemplateTaskTypeLink", template["id"])
    shown = admin.get(of(template, "/task-types")).json
    assert [(row["name"], row["priority"]) for row in shown] == [
        ("Animation", None),
        ("FX", 0),
        ("Rendering", 1),
        ("Layout", 3),
    ]
    assert shown[0]["type"] == "TaskType"
    admin.post(of(template, "/task-types"), {"task_type_id": ids["Layout"], "priority": 9})
    assert admin.post(of(template, "/task-types"), {"task_type_id": ids["Layout"]}).json["priority"] == 9


def test_task_statuses_show_priority_and_boards(studio, template, admin):
    todo = studio.task_status("todo")["id"]
    link = admin.post(of(template, "/task-statuses"), {"task_status_id": todo}).json
    assert link["roles_for_board"] == ["user", "admin", "supervisor", "manager", "vendor"]
    body = {"task_status_id": todo, "roles_for_board": ["client"], "priority": 2}
    assert admin.post(of(template, "/task-statuses"), body).json["roles_for_board"] == ["client"]
    assert admin.post(of(template, "/task-statuses"), {"task_status_id": todo, "roles_for_board": []}).json[
        "roles_for_board"
    ] == ["client"]
    bad = {"task_status_id": todo, "roles_for_board": ["king"]}
    assert admin.post(of(template, "/task-statuses"), bad).status_int == 400
    [row] = admin.get(of(template, "/task-statuses")).json
    assert (row["priority"], row["roles_for_board"], row["type"]) == (2, ["client"], "TaskStatus")


def test_asset_types_and_backgrounds_are_shown_in_short(studio, template, admin, linkable):
    for kind, keys in (("asset-types", {"id", "name"}), ("preview-background-files", {"id", "name", "is_default"})):
        field, _, row_id = linkable[kind]
        assert set(admin.post(of(template, f"/{kind}"), {field: row_id}).json) == keys
        assert set(admin.get(of(template, f"/{kind}")).json[0]) == keys
    field, _, row_id = linkable["status-automations"]
    whole = admin.post(of(template, "/status-automations"), {field: row_id}).json
    assert whole == studio.db.get(StatusAutomation, row_id)


def test_the_default_background_is_one_of_the_template(studio, template, admin, linkable):
    field, _, background = linkable["preview-background-files"]
    path, default = of(template, "/default-preview-background-file"), "default_preview_background_file_id"
    for value in (background, UNKNOWN, "nonsense"):
        answer = admin.put(path, {default: value})
        assert (answer.status_int, list(answer.json)) == (400, ["message"])
    admin.post(of(template, "/preview-background-files"), {field: background})
    assert admin.put(path, {default: background}).json[default] == background
    assert admin.put(path, {}).json[default] is None
    admin.put(path, {default: background})
    admin.delete(of(template, f"/preview-background-files/{background}"))
    assert admin.get(of(template)).json[default] is None
    assert admin.put(of({"id": UNKNOWN}, "/default-preview-background-file"), {}).json == NOT_FOUND


# Order


@pytest.mark.parametrize(
    ("kind", "key", "names"),
    [
        ("task-types", "task_type_ids", ("Layout", "Animation", "FX")),
        ("task-statuses", "task_status_ids", ("todo", "wip", "done")),
    ],
)
def test_reordering_links_what_is_not_linked(studio, template, admin, kind, key, names):
    find = studio.task_type if kind == "task-types" else studio.task_status
    ids = [find(name)["id"] for name in names]
    field = key.removesuffix("s")
    body = {field: ids[0], "roles_for_board": ["user"]}
    first = admin.post(of(template, f"/{kind}"), body).json
    studio.forget_events()
    path = f"/actions/project-templates/{template['id']}/{kind}/reorder"
    answer = admin.post(path, {key: [ids[2], ids[0], ids[1]]})
    assert answer.status_int == 200
    assert [(link[field], link["priority"]) for link in answer.json] == [(ids[2], 1), (ids[0], 2), (ids[1], 3)]
    assert answer.json[1]["id"] == first["id"]
    assert answer.json[1].get("roles_for_board") == first.get("roles_for_board")
    assert studio.events() == ["project-template:update"] * 3
    for bad in ({}, {key: None}, {key: ids[0]}, {key: [UNKNOWN]}, {key: ["nonsense"]}, {key: [3]}):
        assert admin.post(path, bad).json["error"] is True
    gone = admin.post(path.replace(template["id"], UNKNOWN), {key: []})
    assert (gone.status_int, gone.json["error"]) == (404, True)


def test_an_order_is_a_list(studio, template):
    admin = studio.api(studio.admin)
    path = f"/actions/project-templates/{template['id']}/task-types/reorder"
    for answer in (admin.upload(path, [], task_type_ids=UNKNOWN), admin.post(path, {})):
        assert (answer.status_int, answer.json["data"]["errors"][0]["field"]) == (400, "task_type_ids")


# Descriptors


def test_descriptors_are_kept_as_they_are_given(template, admin):
    given = [
        {"name": "Dïff Level", "entity_type": "Asset", "data_type": "list", "departments": [None, "x"], "extra": 1},
        {"field_name": "kept", "for_client": 1, "choices": None},
    ]
    answer = admin.put(of(template, "/metadata-descriptors"), given)
    assert answer.status_int == 200
    first, second = answer.json["metadata_descriptors"]
    assert first == {
        "name": "Dïff Level",
        "field_name": "diff_level",
        "entity_type": "Asset",
        "task_type_id": None,
        "data_type": "list",
        "choices": [],
        "for_client": False,
        "departments": ["x"],
        "position": None,
    }
    assert (second["name"], second["field_name"], second["for_client"], second["choices"]) == (None, "kept", True, [])
    wrapped = admin.put(of(template, "/metadata-descriptors"), {"metadata_descriptors": given[:1]}).json
    assert len(wrapped["metadata_descriptors"]) == 1
    assert admin.put(of(template, "/metadata-descriptors"), {}).json["metadata_descriptors"] == []


@pytest.mark.parametrize(
    "body", [["x"], {"metadata_descriptors": [1]}, {"metadata_descriptors": "x"}, {"metadata_descriptors": {}}]
)
def test_bad_descriptors_of_a_template_are_refused(studio, template, admin, body):
    answer = admin.put(of(template, "/metadata-descriptors"), body)
    assert (answer.status_int, list(answer.json)) == (400, ["message"])
    assert studio.events() == []


# Who may


@pytest.mark.parametrize("role", ["admin", "manager", "supervisor", "user", "client", "vendor"])
def test_managers_read_templates_and_admins_change_them(studio, template, linkable, role):
    person = studio.person(role)
    project = studio.project(team=[(person, "manager")])
    api = studio.api(person)
    reads, changes = role in ("admin", "manager"), role == "admin"
    calls = [
        (reads, lambda api: api.get(TEMPLATES)),
        (reads, lambda api: api.get(of(template))),
        (changes, lambda api: api.post(TEMPLATES, {"name": "New"})),
        (changes, lambda api: api.put(of(template), {})),
        (changes, lambda api: api.put(of(template, "/default-preview-background-file"), {})),
        (changes, lambda api: api.put(of(template, "/metadata-descriptors"), [])),
        (changes, lambda api: api.post(f"{TEMPLATES}/from-project/{project['id']}", {"name": "Kept"})),
        (changes, lambda api: api.post(f"/data/projects/{project['id']}/apply-template/{template['id']}")),
    ]
    for key in ("task_type_ids", "task_status_ids"):
        kind = "task-types" if key == "task_type_ids" else "task-statuses"
        path = f"/actions/project-templates/{template['id']}/{kind}/reorder"
        calls.append((changes, lambda api, p=path, k=key: api.post(p, {k: []})))
    for kind, (field, _, row_id) in linkable.items():
        path = of(template, f"/{kind}")
        calls.append((reads, lambda api, p=path: api.get(p)))
        calls.append((changes, lambda api, p=path, f=field, i=row_id: api.post(p, {f: i})))
        calls.append((changes, lambda api, p=path, i=row_id: api.delete(f"{p}/{i}")))
    calls.append((changes, lambda api: api.delete(of(template))))
    for allowed, call in calls:
        assert call(studio.nobody).status_int == 401
        assert (call(api).status_int < 300) == allowed
    if not changes:
        # the permission comes before the body
        assert api.post(of(template, "/task-types"), {}).status_int == 403
