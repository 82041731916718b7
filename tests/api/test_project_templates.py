"""Templates of productions: what they hold, from a production and back."""

import pytest

from kitsulite.models.entities import EntityType
from kitsulite.models.previews import PreviewBackgroundFile
from kitsulite.models.projects import MetadataDescriptor, Project, ProjectTaskStatusLink, ProjectTaskTypeLink
from kitsulite.models.tasks import StatusAutomation
from kitsulite.models.templates import ProjectTemplate, ProjectTemplateTaskStatusLink, ProjectTemplateTaskTypeLink

UNKNOWN = "8b4ef3f8-6d2e-4b43-9d3a-1d0a8a0b6f10"
TEMPLATES = "/data/project-templates"
NOT_FOUND = {"message": "Project template not found"}


@pytest.fixture
def template(studio):
    return studio.add(ProjectTemplate, name="Series")


@pytest.fixture
def linkable(studio):
    """A row of each kind that a template links, by the path of its routes: (field of the body, relation, id)."""
    return {
        "task-types": ("task_type_id", "task_types", studio.task_type("Layout")["id"]),
        "task-statuses": ("task_status_id", "task_statuses", studio.task_status("todo")["id"]),
        "asset-types": ("asset_type_id", "asset_types", studio.db.find(EntityType, name="Prop")["id"]),
        "status-automations": ("status_automation_id", "status_automations", studio.add(StatusAutomation)["id"]),
        "preview-background-files": (
            "preview_background_file_id",
            "preview_background_files",
            studio.add(PreviewBackgroundFile, name="Sky")["id"],
        ),
    }


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


def test_only_json_is_an_order(studio, template):
    admin = studio.api(studio.admin)
    path = f"/actions/project-templates/{template['id']}/task-types/reorder"
    assert admin.upload(path, [], task_type_ids=UNKNOWN).status_int == 415


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


# From a production and back


@pytest.fixture
def source(studio, linkable):
    """A production with settings of all kinds and two descriptors."""
    background = linkable["preview-background-files"][2]
    lead = studio.department()
    source = studio.project(
        name="Source",
        **{"fps": "24", "max_retakes": 4, "data": {"a": 1}, "file_tree": {"b": 2}, "production_style": "3d"},
        **{"default_preview_background_file_id": background, "is_frame_in_numbering": True, "start_date": "2026-01-01"},
    )
    for _, relation, row_id in linkable.values():
        with studio.db.write():
            studio.db.relate(Project, source["id"], relation, [row_id])
    with studio.db.write():
        studio.db.execute("UPDATE project_task_type_link SET priority = 6")
        studio.db.execute("UPDATE project_task_status_link SET priority = 7, roles_for_board = '[\"user\"]'")
    for columns in (
        {"name": "Mood", "field_name": "mood", "entity_type": "Asset", "choices": ["x"], "position": 2},
        {"name": "Layer", "field_name": "layer", "entity_type": "Task", "task_type_id": linkable["task-types"][2]},
    ):
        row = studio.add(MetadataDescriptor, project_id=source["id"], data_type="list", for_client=True, **columns)
        with studio.db.write():
            studio.db.relate(MetadataDescriptor, row["id"], "departments", [lead["id"]])
    return source


def test_a_template_is_made_of_a_production(studio, admin, source, linkable):
    answer = admin.post(f"{TEMPLATES}/from-project/{source['id']}", {"name": "Kept", "description": "d"})
    assert answer.status_int == 201
    made = answer.json
    assert (made["fps"], made["max_retakes"], made["data"], made["file_tree"]) == ("24", 4, {"a": 1}, {"b": 2})
    assert (made["description"], made["is_frame_in_numbering"]) == ("d", False)
    assert made["default_preview_background_file_id"] == source["default_preview_background_file_id"]
    assert [d["field_name"] for d in made["metadata_descriptors"]] == ["mood", "layer"]
    assert made["metadata_descriptors"][0]["position"] == 2
    for _, relation, row_id in linkable.values():
        assert studio.db.related(ProjectTemplate, made["id"], relation) == [row_id]
    assert studio.db.find(ProjectTemplateTaskTypeLink)["priority"] == 6
    assert studio.db.find(ProjectTemplateTaskStatusLink)["roles_for_board"] == ["user"]
    assert studio.events() == ["project-template:new"]


def test_a_template_of_nothing_is_refused(studio, admin, source, template):
    for project_id in (UNKNOWN, "nonsense"):
        answer = admin.post(f"{TEMPLATES}/from-project/{project_id}", {"name": "Kept"})
        assert (answer.status_int, answer.json) == (404, {"message": "Project not found"})
    path = f"{TEMPLATES}/from-project/{source['id']}"
    assert list(admin.post(path, {"name": template["name"]}).json) == ["message"]
    assert admin.post(path, {"name": ""}).json["message"] == "Validation error."


def apply(api, project, template):
    return api.post(f"/data/projects/{project['id']}/apply-template/{template['id']}")


def test_a_template_is_applied_to_a_production(studio, admin, source, linkable):
    kept = admin.post(f"{TEMPLATES}/from-project/{source['id']}", {"name": "Kept"}).json
    target = studio.project(fps="60", data={"z": 1}, production_type="short")
    other = studio.task_type("FX")["id"]
    layout = linkable["task-types"][2]
    for row_id in (other, layout):
        studio.link(ProjectTaskTypeLink, project_id=target["id"], task_type_id=row_id, priority=1)
    studio.forget_events()
    answer = apply(admin, target, kept)
    assert answer.status_int == 200
    changed = answer.json
    assert (changed["fps"], changed["data"], changed["production_style"]) == ("24", {"a": 1}, "3d")
    assert changed["default_preview_background_file_id"] == source["default_preview_background_file_id"]
    assert changed["start_date"] is None
    assert "team" not in changed
    priorities = {
        link["task_type_id"]: link["priority"]
        for link in studio.db.all(ProjectTaskTypeLink, "project_id = ?", [target["id"]])
    }
    assert priorities == {other: 1, layout: 1}
    [status_link] = studio.db.all(ProjectTaskStatusLink, "project_id = ?", [target["id"]])
    assert (status_link["priority"], status_link["roles_for_board"]) == (7, ["user"])
    made = studio.db.all(MetadataDescriptor, "project_id = ?", [target["id"]], relations=True)
    assert [(d["field_name"], d["position"], d["for_client"]) for d in made] == [
        ("mood", None, True),
        ("layer", None, True),
    ]
    assert len(made[0]["departments"]) == 1
    assert studio.events() == [*["metadata-descriptor:new"] * 2, "project:update"]
    before = studio.db.all(ProjectTaskTypeLink)
    assert apply(admin, target, kept).status_int == 200
    assert studio.db.all(ProjectTaskTypeLink) == before
    assert studio.events("metadata-descriptor:new") == ["metadata-descriptor:new"] * 2


def test_a_default_background_stays(studio, admin, template):
    sky, sea = (studio.add(PreviewBackgroundFile, name=name) for name in ("Sky", "Sea"))
    default = "default_preview_background_file_id"
    admin.put(of(template), {default: sky["id"]})
    target = studio.project(**{default: sea["id"]})
    assert apply(admin, target, template).json[default] == sea["id"]


def test_unusable_descriptors_of_a_template_are_left_out(studio, admin, template):
    lead, layout = studio.department(), studio.task_type("Layout")["id"]
    given = [
        {"name": "Good", "entity_type": "Asset", "departments": [lead["id"], UNKNOWN, "nonsense"]},
        {"name": "Good", "entity_type": "Task", "task_type_id": layout.upper()},
        {"name": "Good", "entity_type": "Task", "task_type_id": layout},
        {"name": "good!", "entity_type": "Asset"},
        {"name": "Good", "entity_type": "Asset"},
        {"name": "", "entity_type": "Asset", "field_name": "x"},
        {"name": 3, "entity_type": "Asset"},
        {"name": "Kindless"},
        {"name": "Odd", "entity_type": "Planet"},
        {"name": "Odd", "entity_type": "Asset", "data_type": "colour"},
        {"name": "Odd", "entity_type": "Asset", "task_type_id": layout},
        {"name": "Taskless", "entity_type": "Task"},
        {"name": "Taskless", "entity_type": "Task", "task_type_id": UNKNOWN},
    ]
    admin.put(of(template, "/metadata-descriptors"), given)
    target = studio.project()
    assert apply(admin, target, template).status_int == 200
    made = studio.db.all(MetadataDescriptor, relations=True)
    assert [(d["name"], d["entity_type"]) for d in made] == [("Good", "Asset"), ("Good", "Task")]
    assert (made[0]["data_type"], made[0]["departments"]) == ("string", [lead["id"]])


@pytest.mark.parametrize("value", ["text", "", [1], 3, {"a": None}])
def test_data_of_any_kind_is_taken_over(studio, admin, value):
    source = studio.project(data=value, file_tree=value)
    template = admin.post(f"{TEMPLATES}/from-project/{source['id']}", {"name": "Kept"})
    assert (template.status_int, template.json["data"], template.json["file_tree"]) == (201, value, value)
    made = apply(admin, studio.project(), template.json)
    assert (made.status_int, made.json["data"], made.json["file_tree"]) == (200, value, value)


def test_an_unknown_production_or_template_is_not_applied(studio, admin, template):
    project = studio.project()
    for bad in (UNKNOWN, "nonsense"):
        answer = apply(admin, {"id": bad}, template)
        assert (answer.status_int, answer.json) == (404, {"message": "Project not found"})
        answer = apply(admin, project, {"id": bad})
        assert (answer.status_int, answer.json) == (404, NOT_FOUND)
    assert studio.events() == []


# A new production from a template


def test_a_new_production_takes_from_its_template_what_its_body_lacks(studio, admin, source, linkable):
    kept = admin.post(f"{TEMPLATES}/from-project/{source['id']}", {"name": "Kept"}).json
    studio.forget_events()
    body = {
        "name": "New",
        "project_template_id": kept["id"],
        "fps": "12",
        "max_retakes": 0,
        "data": {},
        "file_tree": {"mine": 1},
        "production_type": "tvshow",
        "ratio": None,
    }
    answer = admin.post("/data/projects", body)
    assert answer.status_int == 201
    made = answer.json
    assert (made["fps"], made["max_retakes"], made["data"], made["ratio"]) == ("12", 0, {"a": 1}, "16:9")
    assert (made["file_tree"], made["production_style"]) == ({"mine": 1}, "3d")
    assert made["default_preview_background_file_id"] == source["default_preview_background_file_id"]
    assert made["task_types"] == [linkable["task-types"][2]]
    assert "first_episode_id" in made
    assert studio.events() == [
        *["metadata-descriptor:new"] * 2,
        "project:update",
        "episode:new",
        "project:new",
    ]


def test_a_default_background_that_is_given_empty_stays_empty(studio, admin, source):
    kept = admin.post(f"{TEMPLATES}/from-project/{source['id']}", {"name": "Kept"}).json
    default = "default_preview_background_file_id"
    made = admin.post("/data/projects", {"name": "New", "project_template_id": kept["id"], default: None}).json
    assert made[default] is None


def test_a_show_from_a_template_gets_its_first_episode(studio, admin, template):
    admin.put(of(template), {"production_type": "tvshow"})
    made = admin.post("/data/projects", {"name": "New", "project_template_id": template["id"]}).json
    assert made["production_type"] == "tvshow"
    assert "first_episode_id" in made


@pytest.mark.parametrize("template_id", [UNKNOWN, "nonsense", 3])
def test_a_production_with_an_unknown_template_is_made_all_the_same(studio, admin, template_id):
    assert admin.post("/data/projects", {"name": "New", "project_template_id": template_id}).status_int == 404
    assert studio.db.exists(Project, name="New")
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
        (changes, lambda api: apply(api, project, template)),
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
