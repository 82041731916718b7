"""Templates made of productions, and productions made with templates."""

import pytest

from kitsulite.models.previews import PreviewBackgroundFile
from kitsulite.models.projects import MetadataDescriptor, Project, ProjectTaskStatusLink, ProjectTaskTypeLink
from kitsulite.models.templates import ProjectTemplate, ProjectTemplateTaskStatusLink, ProjectTemplateTaskTypeLink

UNKNOWN = "8b4ef3f8-6d2e-4b43-9d3a-1d0a8a0b6f10"
TEMPLATES = "/data/project-templates"


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
    admin.put(f"{TEMPLATES}/{template['id']}", {default: sky["id"]})
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
    admin.put(f"{TEMPLATES}/{template['id']}/metadata-descriptors", given)
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
        assert (answer.status_int, answer.json) == (404, {"message": "Project template not found"})
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
    admin.put(f"{TEMPLATES}/{template['id']}", {"production_type": "tvshow"})
    made = admin.post("/data/projects", {"name": "New", "project_template_id": template["id"]}).json
    assert made["production_type"] == "tvshow"
    assert "first_episode_id" in made


@pytest.mark.parametrize("template_id", [UNKNOWN, "nonsense", 3])
def test_a_production_with_an_unknown_template_is_made_all_the_same(studio, admin, template_id):
    assert admin.post("/data/projects", {"name": "New", "project_template_id": template_id}).status_int == 404
    assert studio.db.exists(Project, name="New")
    assert studio.events() == []
