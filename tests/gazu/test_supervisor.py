"""A supervisor of one department: what they see and may do, besides what they may not."""

import gazu
import pytest
from gazu.exception import NotAllowedException
from seats import Production, Seat, hire


class Crew:
    """A production with a supervisor of the department Animation and an artist of each department."""

    def __init__(self, server):
        self.boss = Seat(server)
        self.production = Production(self.boss)
        self.animation, self.modeling = (
            self.boss(gazu.person.get_department_by_name, name) for name in ("Animation", "Modeling")
        )
        self.sam = hire(server, "supervisor", "Sam", departments=[self.animation])
        self.ann = hire(server, name="Ann", departments=[self.animation])
        self.max = hire(server, name="Max", departments=[self.modeling])
        self.production.take_in(self.sam, self.ann, self.max)

    @property
    def project(self):
        return self.production.row

    @property
    def own(self):
        """The task of their department."""
        return self.production.animation

    @property
    def foreign(self):
        return self.production.modeling

    def status_of(self, task):
        return self.boss(gazu.task.get_task, task["id"])["task_status"]["short_name"]


@pytest.fixture
def crew(kitsulite):
    return Crew(kitsulite)


def refused(seat, function, *args, **options):
    with pytest.raises(NotAllowedException):
        seat(function, *args, **options)


def test_the_supervisor_comments_on_tasks_of_their_department(crew):
    done = crew.production.status("done")
    crew.sam(gazu.task.add_comment, crew.own, done, "Good")
    refused(crew.sam, gazu.task.add_comment, crew.foreign, done, "Good")
    assert (crew.status_of(crew.own), crew.status_of(crew.foreign)) == ("done", "todo")
    assert crew.boss(gazu.task.all_comments_for_task, crew.foreign) == []


def test_the_supervisor_reads_everything_of_their_production(crew):
    crew.boss(gazu.task.add_comment, crew.foreign, crew.production.status("wip"), "Modeling goes on")
    assert len(crew.sam(gazu.task.all_comments_for_task, crew.foreign)) == 1
    tasks = crew.sam(gazu.task.all_tasks_for_project, crew.project)
    assert {task["id"] for task in tasks} == {crew.own["id"], crew.foreign["id"]}


def test_the_supervisor_plans_tasks_of_their_department(crew):
    body = {"task_ids": [crew.own["id"], crew.foreign["id"]], "priority": 3}
    changed = crew.sam(gazu.client.put, "actions/tasks/set-priority", body)
    assert [task["id"] for task in changed] == [crew.own["id"]]
    planned = {"id": crew.own["id"], "estimation": 480, "due_date": "2026-05-01"}
    assert crew.sam(gazu.task.update_task, planned)["estimation"] == 480
    refused(crew.sam, gazu.task.update_task, {"id": crew.foreign["id"], "estimation": 480})
    refused(crew.sam, gazu.task.update_task, {"id": crew.own["id"], "name": "other"})


def test_the_supervisor_assigns_people_of_their_department_to_its_tasks(crew):
    def assignees(task):
        return set(crew.boss(gazu.task.get_task, task["id"])["assignees"])

    for task in (crew.own, crew.foreign):
        for artist in (crew.ann, crew.max):
            crew.sam(gazu.task.assign_task, task, artist.person)
    assert assignees(crew.own) == {crew.ann.person["id"]}
    assert assignees(crew.foreign) == set()
    crew.boss(gazu.task.assign_task, crew.foreign, crew.max.person)
    crew.sam(gazu.task.clear_assignations, [crew.own["id"], crew.foreign["id"]])
    assert assignees(crew.own) == set()
    assert assignees(crew.foreign) == {crew.max.person["id"]}


def test_the_supervisor_keeps_the_columns_of_their_department(crew):
    add = gazu.project.add_metadata_descriptor
    own = crew.sam(add, crew.project, "Key poses", "Shot", departments=[crew.animation])
    refused(crew.sam, add, crew.project, "For all", "Shot")
    refused(crew.sam, add, crew.project, "Polygons", "Shot", departments=[crew.modeling])
    foreign = crew.boss(add, crew.project, "Polygons", "Shot", departments=[crew.modeling])
    shot = crew.production.shots[0]
    crew.sam(gazu.shot.update_shot, {"id": shot["id"], "data": {own["field_name"]: 12}})
    refused(crew.sam, gazu.shot.update_shot, {"id": shot["id"], "data": {foreign["field_name"]: 900}})
    refused(crew.sam, gazu.shot.update_shot, {"id": shot["id"], "name": "SH099"})
    assert crew.boss(gazu.shot.get_shot, shot["id"])["data"][own["field_name"]] == 12
    refused(crew.sam, gazu.project.remove_metadata_descriptor, crew.project, foreign)
    crew.sam(gazu.project.remove_metadata_descriptor, crew.project, own)


def test_the_supervisor_checks_what_their_department_hands_in(crew):
    for task in (crew.own, crew.foreign):
        crew.boss(gazu.task.add_comment, task, crew.production.status("wfa"), "Please look")
    assert [task["id"] for task in crew.sam(gazu.user.all_tasks_requiring_feedback)] == [crew.own["id"]]


def test_the_supervisor_sees_the_time_of_their_department(crew):
    for task, artist in ((crew.own, crew.ann), (crew.foreign, crew.max)):
        crew.boss(gazu.task.assign_task, task, artist.person)
        artist(gazu.task.set_time_spent, task, artist.person, "2026-05-04", 60)
    table = crew.sam(gazu.client.get, "data/persons/time-spents/day-table/2026/05")
    assert table == {"4": {crew.ann.person["id"]: 60}}


def test_the_supervisor_is_no_manager(crew):
    refused(crew.sam, gazu.project.add_person_to_team, crew.project, crew.sam.person)
    refused(crew.sam, gazu.project.update_project, {"id": crew.project["id"], "name": "His"})
    refused(crew.sam, gazu.project.add_task_type, crew.project, crew.production.task_type("Layout"), 1)
    refused(crew.sam, gazu.project.get_budgets, crew.project)
    refused(crew.sam, gazu.task.remove_task, crew.own)
    good = {"task_status_id": crew.production.status("done")["id"], "text": "Good"}
    refused(crew.sam, gazu.task.add_tasks_batch_comments, [crew.own, crew.foreign], good)
    assert crew.status_of(crew.foreign) == "todo"


def test_an_artist_who_supervises_one_production_may_the_same_there_alone(crew, kitsulite):
    elsewhere = Production(crew.boss, "Elsewhere")
    elsewhere.take_in(crew.ann)
    crew.boss(gazu.project.update_team_member_role, crew.project, crew.ann.person, "supervisor")
    done = crew.production.status("done")
    crew.ann(gazu.task.add_comment, crew.own, done, "Good")
    refused(crew.ann, gazu.task.add_comment, crew.foreign, done, "Good")
    refused(crew.ann, gazu.task.add_comment, elsewhere.animation, done, "Good")
    crew.boss(gazu.project.update_team_member_role, crew.project, crew.ann.person, None)
    refused(crew.ann, gazu.task.add_comment, crew.own, done, "Good")


def test_without_a_department_a_supervisor_leads_all(crew):
    crew.boss(gazu.person.remove_person_from_department, crew.sam.person, crew.animation)
    done = crew.production.status("done")
    for task in (crew.own, crew.foreign):
        crew.sam(gazu.task.add_comment, task, done, "Good")
        assert crew.sam(gazu.task.assign_task, task, crew.max.person)
