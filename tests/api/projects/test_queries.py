"""A listing of a production costs the same number of statements however many rows it holds."""

import pytest

from kitsulite.models.entities import Entity
from kitsulite.models.people import Department, Person
from kitsulite.models.previews import PreviewBackgroundFile
from kitsulite.models.projects import (
    Budget,
    BudgetEntry,
    MetadataDescriptor,
    Milestone,
    ProductionScheduleVersion,
    ProductionScheduleVersionTaskLink,
    Project,
    ProjectPersonLink,
    ProjectTaskStatusLink,
    ProjectTaskTypeLink,
    ScheduleItem,
)
from kitsulite.models.tasks import StatusAutomation, Task, TaskStatus, TaskType, TimeSpent
from kitsulite.models.templates import ProjectTemplate, ProjectTemplateTaskStatusLink, ProjectTemplateTaskTypeLink

FEW, MANY = 10, 200


class Production:
    """A production whose listings can be made longer."""

    def __init__(self, studio):
        self.studio, self.db = studio, studio.db
        self.project = studio.project(production_type="tvshow")
        p = {"project_id": self.project["id"]}
        self.version = studio.add(ProductionScheduleVersion, name="v", **p)
        self.budget = studio.add(Budget, name="b", **p)
        self.template = studio.add(ProjectTemplate, name="t")
        self.department = studio.db.find(Department, name="Layout")
        self.layout = studio.task_type("Layout")
        self.asset = studio.entity(self.project, "Prop")
        self.episode_type = studio.entity(self.project, "Episode")["entity_type_id"]

    def grow(self, start, end):
        with self.db.write():
            for number in range(start, end):
                self.add_rows(number)

    def add_rows(self, number):
        add, p, name = self.db.add, {"project_id": self.project["id"]}, f"{number:04}"
        open_status = self.project["project_status_id"]
        add(Project, name=name, project_status_id=open_status, production_type="tvshow")
        person = add(Person, first_name=name, last_name="")
        add(ProjectPersonLink, person_id=person, **p)
        department = add(Department, name=name, color="#000000")
        task_type = add(TaskType, name=name, for_entity="Asset", department_id=department)
        add(ProjectTaskTypeLink, task_type_id=task_type, **p)
        status = add(TaskStatus, name=name, short_name=name, color="#000000")
        add(ProjectTaskStatusLink, task_status_id=status, **p)
        self.db.execute(
            "INSERT INTO project_status_automation_link VALUES (?, ?)", [self.project["id"], add(StatusAutomation)]
        )
        self.db.execute(
            "INSERT INTO project_preview_background_file_link VALUES (?, ?)",
            [self.project["id"], add(PreviewBackgroundFile, name=name)],
        )
        descriptor = add(MetadataDescriptor, name=name, field_name=name, entity_type="Asset", **p)
        self.db.execute("INSERT INTO department_metadata_descriptor_link VALUES (?, ?)", [descriptor, department])
        add(Milestone, name=name, **p)
        episode = add(Entity, name=name, entity_type_id=self.episode_type, **p)
        add(ScheduleItem, task_type_id=self.layout["id"], object_id=episode, **p)
        add(ScheduleItem, task_type_id=task_type, **p)
        task = add(Task, name="main", task_type_id=task_type, entity_id=self.asset["id"], **p)
        add(TimeSpent, task_id=task, person_id=person, date="2026-01-01", duration=1)
        version = {"production_schedule_version_id": self.version["id"]}
        link = add(ProductionScheduleVersionTaskLink, task_id=task, **version)
        self.db.execute("INSERT INTO production_schedule_version_task_link_person_link VALUES (?, ?)", [link, person])
        add(Budget, name=name, **p)
        add(
            BudgetEntry,
            **{"budget_id": self.budget["id"], "department_id": self.department["id"]},
            **{"start_date": "2026-01-01", "months_duration": 1, "daily_salary": 1},
        )
        add(ProjectTemplate, name=name)
        add(ProjectTemplateTaskTypeLink, project_template_id=self.template["id"], task_type_id=task_type)
        add(ProjectTemplateTaskStatusLink, project_template_id=self.template["id"], task_status_id=status)

    def paths(self):
        base, template = f"/data/projects/{self.project['id']}", f"/data/project-templates/{self.template['id']}"
        yield from ("/data/projects/open", "/data/projects/all", "/data/projects?relations=true")
        yield from ("/data/metadata-descriptors", "/data/project-templates?relations=true", "/data/budget-entries")
        yield f"/data/production-schedule-version-task-links?project_id={self.project['id']}&relations=true"
        for rest in ("team", "task-types", "metadata-descriptors", "milestones", "schedule-items", "budgets"):
            yield f"{base}/{rest}"
        for setting in ("task-status", "status-automations", "preview-background-files"):
            yield f"{base}/settings/{setting}"
        yield f"{base}/schedule-items/{self.layout['id']}/episodes"
        yield f"{base}/schedule-items/task-types"
        yield f"{base}/budgets/{self.budget['id']}/entries"
        yield f"{base}/budgets/time-spents"
        yield f"/data/production-schedule-versions/{self.version['id']}/task-links?relations=true"
        yield from (f"{template}/task-types", f"{template}/task-statuses")


def statements(studio, api, path):
    """How many statements a request runs, and how many rows it answers."""
    seen = []
    # who calls is remembered until something changes, and so are some answers
    with studio.db.write():
        studio.db.execute("UPDATE project SET name = name")
    api.get("/data/departments")
    connection = studio.db.connection()
    connection.set_trace_callback(seen.append)
    try:
        answer = api.get(path)
    finally:
        connection.set_trace_callback(None)
    assert answer.status_int == 200, answer.text
    assert answer.text != "[]"
    return len(seen), len(answer.json)


@pytest.mark.parametrize("role", ["admin", "manager"])
def test_listings_cost_a_fixed_number_of_statements(studio, role):
    production = Production(studio)
    person = studio.person(role)
    studio.link(ProjectPersonLink, project_id=production.project["id"], person_id=person["id"])
    api = studio.api(person)
    production.grow(0, FEW)
    paths = [path for path in production.paths() if api.get(path).status_int == 200]
    few = {path: statements(studio, api, path) for path in paths}
    production.grow(FEW, MANY)
    assert len(paths) > 15
    for path in paths:
        count, rows = statements(studio, api, path)
        assert count == few[path][0], path
        assert rows > few[path][1] or path.startswith("/data/projects"), path
        assert count < 12, path
