"""Estimations of the tasks of a type from CSV files."""

import pytest
from support import ROLES, UNKNOWN

from kitsulite.models.people import Organisation
from kitsulite.models.projects import MetadataDescriptor
from kitsulite.models.tasks import Task, TaskType

HEADER = "Parent,Entity,Estimation,Drawings,Start date,Due date,Difficulty\n"


class Production:
    """A TV show with a shot of the same name in each of two episodes and an asset, each with a task."""

    def __init__(self, studio):
        self.studio, self.db = studio, studio.db
        self.animation, self.modeling = studio.task_type("Animation"), studio.task_type("Modeling")
        leader = studio.db.find(TaskType, id=self.animation["id"])["department_id"]
        self.team = {role: studio.person(role) for role in ROLES}
        self.leader = studio.person("supervisor", departments=[{"id": leader}])
        self.project = studio.project(team=[*self.team.values(), self.leader], production_type="tvshow")
        self.episodes = [studio.entity(self.project, "Episode", name=name) for name in ("E1", "E2")]
        sequences = [
            studio.entity(self.project, "Sequence", name="S 1", parent_id=episode["id"]) for episode in self.episodes
        ]
        shots = [studio.entity(self.project, "Shot", name="P1", parent_id=row["id"]) for row in sequences]
        self.tasks = [studio.task(shot, "Animation", data={"note": "keep"}) for shot in shots]
        self.tree = studio.entity(self.project, "Props", name="Träe!")
        self.asset_task = studio.task(self.tree, "Modeling")
        studio.forget_events()

    def path(self, task_type, episode=None):
        episode = f"/episodes/{episode}" if episode else ""
        return f"/import/csv/projects/{self.project['id']}{episode}/task-types/{task_type['id']}/estimations"

    def send(self, text, task_type=None, episode=None, query="", person=None):
        path = self.path(task_type or self.animation, episode) + query
        return self.studio.api(person or self.team["manager"]).upload(path, [("file", "a.csv", text.encode())])

    def first(self, text, **options):
        """The task of the shot of the first episode after an import for that."""
        answer = self.send(text, episode=self.episodes[0]["id"], **options)
        assert (answer.status_int, answer.json) == (201, [None]), answer.text
        return self.db.get(Task, self.tasks[0]["id"])


@pytest.fixture
def production(studio):
    return Production(studio)


def test_a_row_changes_the_task_of_its_entity(production):
    task = production.first(HEADER + "S 1,P1,2.5,30,2024-01-05,,4\n")
    assert (task["estimation"], task["nb_drawings"], task["difficulty"]) == (1200, 30, 4)
    assert (task["start_date"], task["due_date"]) == ("2024-01-05T00:00:00", "2024-01-09T00:00:00")
    assert production.db.get(Task, production.tasks[1]["id"])["estimation"] == 0
    assert production.studio.events() == ["task:update"]


def test_empty_cells_leave_the_task_as_it_is(production):
    before = production.first(HEADER + "S 1,P1,1,2,2024-01-05,2024-02-01,1\n")
    after = production.first(HEADER + "S 1,P1,,,,,\n")
    assert {**after, "updated_at": None} == {**before, "updated_at": None}
    assert before["due_date"] == "2024-02-01T00:00:00"
    assert production.studio.events() == ["task:update", "task:update"]


def test_hours_where_the_studio_counts_in_hours(production):
    organisation = production.db.first(Organisation) or production.studio.add(Organisation, name="Studio")
    with production.db.write():
        production.db.update(Organisation, organisation["id"], hours_by_day=7, format_duration_in_hours=True)
    task = production.first(HEADER + "S 1,P1,15,,2024-01-05,,\n")
    assert (task["estimation"], task["due_date"]) == (900, "2024-01-09T00:00:00")


def test_names_are_found_in_another_spelling_and_metadata_is_added(production):
    columns = {"entity_type": "Task", "task_type_id": production.animation["id"], "data_type": "string"}
    production.studio.add(
        MetadataDescriptor, project_id=production.project["id"], name="Team", field_name="team", **columns
    )
    task = production.first("Parent;Entity;Team;Other\r\ns-1;p1;Blue;x\r\n")
    assert task["data"] == {"note": "keep", "team": "Blue"}
    assert production.first("Parent;Entity;Team\r\ns-1;p1;\r\n")["data"] == task["data"]
    answer = production.send("Parent;Entity;Drawings\r\nprops;trae;12\r\n", production.modeling)
    assert answer.json == [None]
    assert production.db.get(Task, production.asset_task["id"])["nb_drawings"] == 12


def test_every_bad_cell_is_named_and_no_task_is_changed(production):
    bad = "S 1,P1,much,1.5,05/01/2024,2024-13-01,6\nS 1,P9,1,,,,\nS 1,,1,,,,\n"
    answer = production.send(HEADER + "S 1,P1,1,,,,\n" + bad, episode=production.episodes[0]["id"])
    assert (answer.status_int, answer.json["line_number"], answer.json["imported_rows"]) == (400, 3, 0)
    assert [(problem["line"], problem["column"]) for problem in answer.json["problems"]] == [
        *[(3, "Estimation"), (3, "Drawings"), (3, "Difficulty"), (3, "Start date"), (3, "Due date")],
        *[(4, "Entity"), (5, "Entity")],
    ]
    assert answer.json["problems"][5]["reason"] == "Entity 'P9' with parent 'S 1' not found"
    assert production.db.get(Task, production.tasks[0]["id"])["estimation"] == 0
    assert production.studio.events() == []


def test_entities_that_are_called_alike_need_their_episode(production):
    for episode in (None, "all", "main"):
        answer = production.send(HEADER + "S 1,P1,1,,,,\n", episode=episode)
        assert answer.json["message"] == "Several entities are called S 1 / P1."
    assert production.send(HEADER, episode="E1").json["message"] == "Invalid UUID value: E1"
    assert production.send(HEADER, episode="E1").status_int == 400


def test_entities_without_the_task_and_task_types_of_other_kinds(production):
    with production.db.write():
        production.db.delete(Task, id=production.asset_task["id"])
    answer = production.send(HEADER + "Props,Träe!,1,,,,\n", production.modeling)
    assert answer.json["message"] == "Träe! has no task of the type Modeling."
    answer = production.send(HEADER + "Props,Träe!,1,,,,\n", production.studio.task_type("Edit"))
    assert answer.json["message"] == "Entity 'Träe!' with parent 'Props' not found"


def test_a_dry_run_says_what_would_be_changed(production):
    answer = production.send(HEADER + "S 1,P1,1,,,,\n", episode=production.episodes[1]["id"], query="?dry_run=true")
    assert (answer.status_int, answer.json["changed"], answer.json["refused"]) == (200, 1, [])
    assert production.db.get(Task, production.tasks[1]["id"])["estimation"] == 0


def test_managers_and_supervisors_of_the_task_type_import(production):
    team = {**production.team, "leader": production.leader, "outsider": production.studio.person("manager")}
    found = {role: production.send(HEADER, person=person).status_int for role, person in team.items()}
    allowed = ("admin", "manager", "supervisor", "leader")
    assert found == {role: 201 if role in allowed else 403 for role in team}
    assert production.send(HEADER, production.modeling, person=production.leader).status_int == 403
    assert production.send(HEADER, {"id": UNKNOWN}).status_int == 404
    assert production.studio.nobody.upload(production.path(production.animation), []).status_int == 401
