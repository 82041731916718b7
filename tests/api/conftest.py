"""Templates of productions and what they link, for several files of tests."""

import pytest

from kitsulite.models.entities import EntityType
from kitsulite.models.previews import PreviewBackgroundFile
from kitsulite.models.tasks import StatusAutomation
from kitsulite.models.templates import ProjectTemplate


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
