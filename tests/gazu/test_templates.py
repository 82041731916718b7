"""A production that is the model of the next one."""

import gazu
import pytest
from seats import Seat

SETTINGS = {"fps": "24", "ratio": "2.39:1", "resolution": "2048x858", "max_retakes": 3, "is_clients_isolated": True}
DESCRIPTORS = (
    {"name": "Difficulty", "entity_type": "Asset", "data_type": "list", "choices": ["easy", "hard"]},
    {"name": "Difficulty", "entity_type": "Shot", "data_type": "number", "for_client": True},
    {"name": "Bid", "entity_type": "Task", "data_type": "number"},
)


@pytest.fixture
def boss(kitsulite):
    return Seat(kitsulite)


@pytest.fixture
def first(boss):
    """A production with settings of its own in every corner."""
    project = boss(gazu.project.new_project, "First", production_style="vfx")
    boss(gazu.project.update_project, {"id": project["id"], **SETTINGS})
    for priority, name in enumerate(("Animation", "Layout", "Modeling"), 1):
        boss(gazu.project.add_task_type, project, boss(gazu.task.get_task_type_by_name, name), priority)
    for name in ("todo", "retake"):
        boss(gazu.project.add_task_status, project, boss(gazu.task.get_task_status_by_short_name, name))
    boss(gazu.project.add_asset_type, project, boss(gazu.asset.get_asset_type_by_name, "Prop"))
    path = f"data/projects/{project['id']}/settings/status-automations"
    boss(gazu.client.post, path, {"status_automation_id": automation(boss)["id"]})
    departments = [boss(gazu.person.get_department_by_name, "Animation")]
    for descriptor in DESCRIPTORS:
        of_task = descriptor["entity_type"] == "Task"
        task_type = {"task_type_id": boss(gazu.task.get_task_type_by_name, "Animation")} if of_task else {}
        boss(gazu.project.add_metadata_descriptor, project, departments=departments, **descriptor, **task_type)
    return project


def automation(boss):
    animation, layout = (boss(gazu.task.get_task_type_by_name, name) for name in ("Animation", "Layout"))
    done, wip = (boss(gazu.task.get_task_status_by_short_name, name) for name in ("done", "wip"))
    body = {
        "entity_type": "shot",
        "in_task_type_id": layout["id"],
        "in_task_status_id": done["id"],
        "out_field_type": "status",
        "out_task_type_id": animation["id"],
        "out_task_status_id": wip["id"],
    }
    return boss(gazu.client.post, "data/status-automations", body)


def settings(boss, name):
    """What two productions of one template have in common."""
    (project,) = [project for project in boss(gazu.project.all_open_projects) if project["name"] == name]
    descriptors = [{**descriptor, "id": None} for descriptor in project["descriptors"]]
    return {
        **{key: project[key] for key in (*SETTINGS, "production_type", "production_style", "homepage")},
        **{key: set(project[key]) for key in ("asset_types", "task_types", "task_statuses", "status_automations")},
        **{key: project[key] for key in ("task_types_priority", "task_statuses_link")},
        "descriptors": sorted(descriptors, key=lambda row: (row["entity_type"], row["name"])),
    }


def test_a_template_of_a_production_makes_a_second_one(boss, first):
    template = boss(gazu.project_template.new_project_template_from_project, first, "Our way")
    second = boss(gazu.project.new_project, "Second", project_template=template, production_style="vfx")
    assert settings(boss, "Second") == settings(boss, "First")
    assert len(settings(boss, "Second")["descriptors"]) == len(DESCRIPTORS)
    assert boss(gazu.project.get_team, second) == []
    assert boss(gazu.shot.all_shots_for_project, second) == []


def test_a_template_that_is_applied_again_changes_nothing(boss, first):
    template = boss(gazu.project_template.new_project_template_from_project, first, "Our way")
    second = boss(gazu.project.new_project, "Second", project_template=template, production_style="vfx")
    before = settings(boss, "Second")
    boss(gazu.project_template.apply_project_template, second, template)
    assert settings(boss, "Second") == before


def test_productions_go_their_own_ways_afterwards(boss, first):
    template = boss(gazu.project_template.new_project_template_from_project, first, "Our way")
    second = boss(gazu.project.new_project, "Second", project_template=template, production_style="vfx")
    before = settings(boss, "First")
    (shot_column,) = [d for d in boss(gazu.project.all_metadata_descriptors, second) if d["entity_type"] == "Shot"]
    boss(gazu.project.update_metadata_descriptor, second, {**shot_column, "name": "Effort"})
    boss(gazu.project.remove_task_type, second, boss(gazu.task.get_task_type_by_name, "Layout"))
    boss(gazu.project.update_project, {"id": second["id"], "fps": "30"})
    assert settings(boss, "First") == before
    third = boss(gazu.project.new_project, "Third", project_template=template, production_style="vfx")
    assert third["fps"] == "24"
    assert settings(boss, "Third") == before
