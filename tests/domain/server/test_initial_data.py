"""The rows that a new studio starts with."""

import pytest

from kitsulite.application import Application
from kitsulite.domain.server import initial_data
from kitsulite.models.entities import EntityType
from kitsulite.models.people import Department, Person
from kitsulite.models.projects import Project, ProjectStatus
from kitsulite.models.tasks import TaskStatus, TaskType

TABLES = (ProjectStatus, EntityType, Department, TaskType, TaskStatus)


def rows(db):
    return {model.table(): db.all(model) for model in TABLES}


def create(studio, domain):
    with studio.db.write():
        initial_data.create(studio.context(), domain)


@pytest.fixture(scope="module", params=sorted(initial_data.TASK_TYPES))
def fresh(request, tmp_path_factory):
    """A new studio of each kind, only to be read: (kind, database)."""
    folder = tmp_path_factory.mktemp(request.param)
    app = Application(data_dir=str(folder), secret_key="k" * 40, domain=request.param, synchronous="OFF")
    yield request.param, app.db
    app.close()


def names(db, model):
    return [row["name"] for row in db.all(model)]


def test_every_studio_has_its_statuses(fresh):
    _, db = fresh
    assert [(row["name"], row["color"]) for row in db.all(ProjectStatus)] == [
        ("Open", "#000000"),
        ("Closed", "#000000"),
    ]
    shown = [(row["short_name"], row["for_concept"], row["is_default"]) for row in db.all(TaskStatus)]
    assert shown == [
        ("todo", False, True),
        ("wip", False, False),
        ("wfa", False, False),
        ("retake", False, False),
        ("done", False, False),
        ("ready", False, False),
        ("neutral", True, True),
        ("approved", True, False),
        ("rejected", True, False),
    ]
    flags = ("is_wip", "is_feedback_request", "is_retake", "is_done")
    flagged = {flag: [row["short_name"] for row in db.all(TaskStatus) if row[flag]] for flag in flags}
    assert flagged == {"is_wip": ["wip"], "is_feedback_request": ["wfa"], "is_retake": ["retake"], "is_done": ["done"]}
    assert all(
        row["is_artist_allowed"] and row["is_client_allowed"] and row["priority"] == 1 for row in db.all(TaskStatus)
    )


def test_asset_types_and_kinds_of_entities_depend_on_the_studio(fresh):
    domain, db = fresh
    own = {"3d": [], "2d": [], "vfx": ["Vehicle"], "games": ["UI"]}[domain]
    third = "Background" if domain == "2d" else "Environment"
    kinds = ["Episode", "Sequence", "Shot", "Edit", "Scene", "Concept"]
    assert names(db, EntityType) == ["Character", "Prop", third, "FX", *own, *kinds]
    assert all(row["short_name"] is None for row in db.all(EntityType))


def test_task_types_are_led_by_departments(fresh):
    domain, db = fresh
    expected = {
        "3d": (4, 7, "Modeling Animation FX Compositing Concept Layout"),
        "2d": (1, 6, "Concept Layout Animation Compositing"),
        "vfx": (4, 10, "Modeling Animation FX Compositing Concept Layout Matchmove DMP"),
        "games": (6, 1, None),
    }[domain]
    for_assets, for_shots, departments = expected
    types = db.all(TaskType)
    assert [sum(row["for_entity"] == kind for row in types) for kind in ("Asset", "Shot")] == [for_assets, for_shots]
    assert departments is None or names(db, Department) == departments.split()
    leads = {row["id"]: row["name"] for row in db.all(Department)}
    without = [(row["name"], row["for_entity"]) for row in types if row["department_id"] is None]
    assert without == [("Concept", "Concept")]
    assert all(row["short_name"] == "" and row["allow_timelog"] for row in types)
    if domain == "games":
        assert all(leads[row["department_id"]] == row["name"] for row in types if row["department_id"])


def test_the_edit_comes_last(fresh):
    domain, db = fresh
    edit = db.find(TaskType, for_entity="Edit")
    assert (edit and edit["priority"]) == {"3d": 8, "2d": 7, "vfx": 9, "games": None}[domain]


def test_nothing_else_is_made(fresh):
    _, db = fresh
    assert not db.exists(Project)
    assert not db.exists(Person)


def test_a_second_time_changes_nothing(studio):
    before = rows(studio.db)
    create(studio, "3d")
    assert rows(studio.db) == before
    assert studio.events() == []


def test_what_is_there_stays_and_what_is_missing_comes(studio):
    layout = studio.db.find(Department, name="Layout")
    with studio.db.write():
        studio.db.update(Department, layout["id"], color="#ABCDEF")
        studio.db.delete(TaskStatus, short_name="wip")
        studio.db.update(TaskStatus, studio.task_status("todo")["id"], name="To do", short_name="start")
    create(studio, "vfx")
    assert studio.db.get(Department, layout["id"])["color"] == "#ABCDEF"
    assert [row["name"] for row in studio.db.all(TaskStatus, "is_default AND NOT for_concept")] == ["To do"]
    assert {"Matchmove", "DMP"} <= set(names(studio.db, Department))
    assert studio.events() == [
        "asset-type:new",
        *["department:new"] * 2,
        *["task-type:new"] * 3,
        "task-status:new",
    ]
