"""Who works on a task, and what comes first."""

import pytest
from support import UNKNOWN

from kitsulite.models.fields import new_id
from kitsulite.models.projects import Project, ProjectPersonLink
from kitsulite.models.tasks import Task, TaskPersonLink


def assign(board, person, caller=None, task=None):
    return board.api(caller).put(f"/actions/tasks/{(task or board.task)['id']}/assign", {"person_id": person["id"]})


def assignees(board, task=None):
    return set(board.db.related(Task, (task or board.task)["id"], "assignees"))


def test_an_assigned_person_joins_task_and_team(board):
    newcomer = board.studio.person()
    answer = assign(board, newcomer)
    assert answer.status_int == 200
    assert set(answer.json["assignees"]) == {board.artist["id"], newcomer["id"]}
    assert answer.json["assigner_id"] == board.manager["id"]
    assert board.db.exists(ProjectPersonLink, project_id=board.project["id"], person_id=newcomer["id"])
    assert board.studio.events() == ["task:assign", "task:update", "project:update"]
    assert board.notified() == [("assignation", newcomer["id"])]


def test_the_team_is_notified_of_newcomers_alone(board):
    assign(board, board.colleague)
    assert board.studio.events() == ["task:assign", "task:update"]


@pytest.mark.parametrize("person_id", [UNKNOWN, "no id"])
def test_an_unknown_person_has_an_answer_of_its_own(board, person_id):
    answer = assign(board, {"id": person_id})
    assert (answer.status_int, answer.json) == (400, {"error": "Assignee doesn't exist in database."})
    path = f"/actions/persons/{person_id}/assign"
    assert board.api().put(path, {"task_ids": [board.task["id"]]}).json == answer.json


@pytest.mark.parametrize("body", [{}, {"person_id": ""}, {"person_id": None}, {"person_id": 3}])
def test_bad_bodies(board, body):
    assert board.api().put(f"/actions/tasks/{board.task['id']}/assign", body).status_int == 400
    assert board.api().put(f"/actions/tasks/{new_id()}/assign", {"person_id": board.artist["id"]}).status_int == 404


def test_bots_are_assigned_where_the_production_welcomes_them(board):
    bot, _ = board.studio.bot()
    assert assign(board, bot).status_int == 403
    assert assign(board, bot, board.studio.admin).status_int == 403
    with board.db.write():
        board.db.update(Project, board.project["id"], is_bot_collaboration_enabled=True)
    assert assign(board, bot).status_int == 200


class Departments:
    """A task of the modeling department, and persons in it or in another one."""

    def __init__(self, board):
        self.board = board
        home = board.db.value("SELECT department_id FROM task_type WHERE id = ?", [board.task["task_type_id"]])
        self.home, self.away = [{"id": home}], [board.studio.department()]

    def member(self, role="user", departments=()):
        person = self.board.studio.person(role, departments)
        self.board.studio.link(ProjectPersonLink, project_id=self.board.project["id"], person_id=person["id"])
        return person


@pytest.fixture
def departments(board):
    return Departments(board)


@pytest.mark.parametrize(
    ("leads", "works_in", "allowed"),
    [("none", "away", True), ("home", "home", True), ("home", "away", False), ("away", "away", False)],
)
def test_a_supervisor_assigns_within_their_departments(departments, leads, works_in, allowed):
    groups = {"none": (), "home": departments.home, "away": departments.away}
    lead = departments.member("supervisor", groups[leads])
    answer = assign(departments.board, departments.member("user", groups[works_in]), lead)
    assert answer.status_int == (200 if allowed else 403)


@pytest.mark.parametrize("role", ["user", "client", "vendor", "supervisor"])
def test_a_member_takes_a_task_of_their_department_alone(departments, role):
    inside, outside = departments.member(role, departments.home), departments.member(role, departments.away)
    assert assign(departments.board, inside, inside).status_int == 200
    assert assign(departments.board, outside, outside).status_int == 403
    assert departments.board.notified() == []


def test_nobody_outside_of_the_team_takes_a_task(departments):
    stranger = departments.board.studio.person("user", departments.home)
    assert assign(departments.board, stranger, stranger).status_int == 403


# Many at once


def test_tasks_that_may_not_be_assigned_are_left_out(board):
    foreign = board.studio.task(board.studio.entity(board.studio.project(), "Prop"))
    ids = [board.task["id"], foreign["id"], new_id(), "no id"]
    newcomer = board.studio.person()
    answer = board.api().put(f"/actions/persons/{newcomer['id']}/assign", {"task_ids": ids})
    assert [task["id"] for task in answer.json] == [board.task["id"]]
    assert newcomer["id"] in answer.json[0]["assignees"]
    assert assignees(board, foreign) == set()
    assert board.studio.events() == ["task:assign", "task:update", "project:update"]


def test_the_teams_of_all_tasks_are_joined(board):
    other = board.studio.project(team=[board.manager])
    second = board.studio.task(board.studio.entity(other, "Prop"))
    newcomer = board.studio.person()
    ids = [board.task["id"], second["id"]]
    assert len(board.api().put(f"/actions/persons/{newcomer['id']}/assign", {"task_ids": ids}).json) == 2
    teams = board.db.column("SELECT project_id FROM project_person_link WHERE person_id = ?", [newcomer["id"]])
    assert teams == [board.project["id"], other["id"]]


@pytest.mark.parametrize("body", [{}, {"task_ids": []}, {"task_ids": "x"}, {"task_ids": [1]}])
def test_many_need_a_list(board, body):
    for path in (f"/actions/persons/{board.artist['id']}/assign", "/actions/tasks/clear-assignation"):
        assert board.api().put(path, body).status_int == 400


def clear(board, caller=None, person=None, tasks=None):
    body = {"task_ids": [task["id"] for task in tasks or [board.task]]}
    return board.api(caller).put(
        "/actions/tasks/clear-assignation", {**body, **({"person_id": person["id"]} if person else {})}
    )


def test_everybody_or_one_person_leaves(board):
    board.studio.link(TaskPersonLink, task_id=board.task["id"], person_id=board.colleague["id"])
    assert clear(board, person=board.artist).json == [board.task["id"]]
    assert assignees(board) == {board.colleague["id"]}
    assert clear(board).json == [board.task["id"]]
    assert assignees(board) == set()
    assert board.studio.events() == ["task:unassign", "task:update"] * 2


def test_the_id_of_who_leaves_is_that_of_a_person_in_any_case(board):
    body = {"task_ids": [board.task["id"]]}
    path = "/actions/tasks/clear-assignation"
    for person_id in ("no id", 3):
        assert board.api().put(path, {**body, "person_id": person_id}).status_int == 400
    assert assignees(board) == {board.artist["id"]}
    answer = board.api(board.artist).put(path, {**body, "person_id": board.artist["id"].upper()})
    assert (answer.json, assignees(board)) == ([board.task["id"]], set())
    assert board.artist["id"] in board.db.value("SELECT data FROM api_event WHERE name = 'task:unassign'")


def test_who_was_not_assigned_is_notified_off_all_the_same(board):
    clear(board, person=board.colleague)
    assert board.studio.events() == ["task:unassign", "task:update"]


def test_artists_take_off_themselves_alone(board):
    assert clear(board, board.artist).json == []
    assert clear(board, board.colleague, board.artist).json == []
    assert clear(board, board.artist, board.artist, [board.task, {"id": new_id()}, {"id": "x"}]).json == [
        board.task["id"]
    ]


# Priority


def test_the_priority_of_many_tasks(board):
    foreign = board.studio.task(board.studio.entity(board.studio.project(), "Prop"))
    ids = [board.task["id"], foreign["id"], new_id()]
    answer = board.api().put("/actions/tasks/set-priority", {"task_ids": ids, "priority": "3"})
    assert [(task["id"], task["priority"]) for task in answer.json] == [(board.task["id"], 3)]
    assert board.studio.events() == ["task:update"]
    assert board.now(foreign)["priority"] == 0


@pytest.mark.parametrize("priority", [-1, "x", None, 1.5])
def test_a_priority_is_a_number_from_zero(board, priority):
    body = {"task_ids": [board.task["id"]], "priority": priority}
    assert board.api().put("/actions/tasks/set-priority", body).status_int == 400
