"""Generic routes of tasks, task types and statuses, automations, custom actions and comments."""

import pytest
from support import UNKNOWN

from kitsulite.models.fields import new_id
from kitsulite.models.projects import (
    ProductionScheduleVersion,
    ProductionScheduleVersionTaskLink,
    ProjectPersonLink,
    ProjectStatusAutomationLink,
    ProjectTaskTypeLink,
    ScheduleItem,
)
from kitsulite.models.tasks import Comment, StatusAutomation, Task, TaskStatus, TaskType

# Tasks


def body(board, **more):
    rigging = board.studio.task_type("Rigging")["id"]
    values = {"project_id": board.project["id"], "entity_id": board.asset["id"], "task_type_id": rigging}
    return {**values, "task_status_id": board.status("todo"), **more}


def test_a_task_is_created_with_the_name_main(board):
    answer = board.api(board.artist).post("/data/tasks", body(board, assignees=[board.artist["id"], new_id()]))
    assert answer.status_int == 201
    task = answer.json
    assert (task["name"], task["assignees"], task["assigner_id"]) == ("main", [board.artist["id"]], None)
    assert board.studio.events() == ["task:new"]
    assert board.notified() == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": None}, 201),
        ({"name": ""}, 201),
        ({"task_status_id": None}, 201),
        ({"task_type_id": "gone"}, 400),
        ({"task_type_id": new_id()}, 404),
        ({"entity_id": None}, 400),
        ({"assignees": "me"}, 400),
        ({"entity_id": new_id()}, 404),
        ({"colour": "red"}, 400),
        ({"assignees": ["no id"]}, 400),
        ({"difficulty": 6}, 400),
        ({"project_id": new_id()}, 400),
        ({"priority": "high"}, 400),
    ],
)
def test_bodies_of_a_new_task(board, change, status):
    assert board.api().post("/data/tasks", body(board, **change)).status_int == status


def test_a_new_task_names_type_and_entity_which_fit(board):
    for key in ("task_type_id", "entity_id"):
        lacking = body(board)
        del lacking[key]
        answer = board.api().post("/data/tasks", lacking)
        assert (answer.status_int, answer.json["message"]) == (400, f"A valid {key} is required.")
    shot = board.studio.entity(board.project, "Shot")
    assert board.api().post("/data/tasks", body(board, entity_id=shot["id"])).status_int == 400
    animation = board.studio.task_type("Animation")["id"]
    fits = body(board, entity_id=shot["id"], task_type_id=animation)
    assert board.api().post("/data/tasks", fits).status_int == 201
    again = board.api().post("/data/tasks", fits)
    assert (again.status_int, again.json) == (400, {"message": "Task already exists."})


def change(board, person=None, **values):
    return board.api(person).put(f"/data/tasks/{board.task['id']}", values)


def test_data_is_merged_and_emptied(board):
    change(board, data={"a": 1, "b": 1})
    assert change(board, data={"b": 2}).json["data"] == {"a": 1, "b": 2}
    assert change(board, data={}).json["data"] == {}
    assert change(board, data=None).json["data"] is None


def test_assignees_are_replaced_and_reported(board):
    answer = change(board, assignees=[board.colleague["id"]])
    assert "assignees" not in answer.json
    assert board.db.related(Task, board.task["id"], "assignees") == [board.colleague["id"]]
    assert board.studio.events() == ["task:assign", "task:unassign", "task:update"]
    assert board.notified() == [("assignation", board.colleague["id"])]
    change(board, name="other")
    assert board.studio.events()[3:] == ["task:update"]


def test_a_status_set_here_changes_nothing_else(board):
    assert change(board, task_status_id=board.status("wip")).json["real_start_date"] is None
    assert board.studio.events() == ["task:update"]


def test_a_task_stays_in_its_project(board):
    other = board.studio.project(team=[board.manager])
    assert change(board, project_id=other["id"]).json["project_id"] == board.project["id"]


def test_supervisors_plan_the_tasks_of_their_departments(board):
    studio = board.studio
    home = {"id": board.db.value("SELECT department_id FROM task_type WHERE id = ?", [board.task["task_type_id"]])}
    lead, stranger = studio.person("supervisor", [home]), studio.person("supervisor", [studio.department()])
    project = studio.project(team=[lead, stranger])
    task = studio.task(studio.entity(project, "Prop"))
    path = f"/data/tasks/{task['id']}"
    plan = {"priority": 1, "start_date": "2026-01-01", "estimation": 5, "difficulty": 2, "data": {}}
    assert board.api(lead).put(path, plan).status_int == 200
    assert board.api(lead).put(path, {**plan, "name": "x"}).status_int == 403
    assert board.api(stranger).put(path, plan).status_int == 403


def test_tasks_of_an_episode(board):
    studio = board.studio
    episode = studio.entity(board.project, "Episode")
    sequence = studio.entity(board.project, "Sequence", parent_id=episode["id"])
    task = studio.task(studio.entity(board.project, "Shot", parent_id=sequence["id"]), "Animation")
    found = board.api().get(f"/data/tasks?episode_id={episode['id']}").json
    assert [row["id"] for row in found] == [task["id"]]
    assert board.api().get("/data/tasks?episode_id=x").status_int == 400


def test_a_task_in_a_schedule_version_needs_force_to_be_deleted(board):
    version = board.studio.add(ProductionScheduleVersion, name="v1", project_id=board.project["id"])
    link = {"production_schedule_version_id": version["id"], "task_id": board.task["id"]}
    assert board.api().post("/data/production-schedule-version-task-links", link).status_int == 201
    path = f"/data/tasks/{board.task['id']}"
    assert board.api().delete(path).status_int == 400
    assert board.db.exists(ProductionScheduleVersionTaskLink, **link)
    assert board.api().delete(f"{path}?force=true").status_int == 204
    assert not board.db.exists(ProductionScheduleVersionTaskLink, **link)


def test_a_task_with_comments_needs_force_to_be_deleted(board):
    # no news: a comment alone
    task = board.studio.task(board.studio.entity(board.project, "Concept"), "Concept")
    comment = board.studio.comment(task)
    path = f"/data/tasks/{task['id']}"
    assert board.api().delete(path).status_int == 400
    assert board.api().delete(f"{path}?force=true").status_int == 204
    assert not board.db.exists(Comment, id=comment["id"])


# Task statuses


def test_a_new_default_takes_the_place_of_that_of_its_kind(studio):
    api = studio.api(studio.admin)

    def set_default(short_name, **body):
        path = f"/data/task-status/{studio.task_status(short_name)['id']}"
        assert api.put(path, {"is_default": True, **body}).json["is_default"] is True
        return {row["short_name"] for row in api.get("/data/task-status").json if row["is_default"]}

    body = {"name": "New", "short_name": "new", "color": "#fff", "is_default": True}
    assert api.post("/data/task-status", body).status_int == 201
    assert set_default("new") == {"new", "neutral"}
    assert set_default("todo") == {"todo", "neutral"}
    assert set_default("new", for_concept=True) == {"todo", "new"}
    assert set_default("neutral") == {"todo", "neutral"}


def test_a_refused_status_leaves_the_default_alone(studio):
    body = {"name": "New", "short_name": "longer than ten", "color": "#fff", "is_default": True}
    assert studio.api(studio.admin).post("/data/task-status", body).status_int == 400
    assert studio.api(studio.person()).post("/data/task-status", {**body, "short_name": "new"}).status_int == 403
    assert studio.task_status("todo")["is_default"] is True


def test_a_used_status_is_not_deleted(board):
    path = f"/data/task-status/{board.status('todo')}"
    assert board.api(board.studio.admin).delete(path).status_int == 400
    assert board.db.exists(TaskStatus, short_name="todo")


# Task types


def test_the_name_of_a_task_type_is_taken_whatever_it_is_for(studio):
    api = studio.api(studio.admin)
    taken = api.post("/data/task-types", {"name": "Modeling", "for_entity": "Shot"})
    assert (taken.status_int, taken.json["error"], taken.json["data"]) == (400, True, None)
    rigging = studio.task_type("Rigging")["id"]
    assert api.put(f"/data/task-types/{rigging}", {"name": "Modeling"}).status_int == 400
    assert api.put(f"/data/task-types/{rigging}", {"name": "Rigging", "color": "#123456"}).status_int == 200
    assert api.post("/data/task-types", {"name": "modeling"}).status_int == 400
    assert api.put(f"/data/task-types/{rigging}", {"name": "RIGGING"}).status_int == 200
    concept = studio.db.find(TaskType, name="Concept", for_entity="Concept")["id"]
    assert api.put(f"/data/task-types/{concept}", {"name": "Concept"}).status_int == 200
    assert api.post("/data/task-types", {}).status_int == 400


def test_a_task_type_in_use_needs_force(studio):
    project, rigging = studio.project(), studio.task_type("Rigging")["id"]
    studio.add(ProjectTaskTypeLink, project_id=project["id"], task_type_id=rigging)
    studio.add(ScheduleItem, project_id=project["id"], task_type_id=rigging)
    api, path = studio.api(studio.admin), f"/data/task-types/{rigging}"
    refused = api.delete(path)
    assert refused.status_int == 400
    assert all(word in refused.json["message"] for word in ("schedule items", "projects", "force=true"))
    assert api.delete(f"{path}?force=true").status_int == 204
    assert not studio.db.exists(TaskType, id=rigging)


def test_a_task_type_with_tasks_stays_with_its_links(board):
    modeling = board.task["task_type_id"]
    board.studio.add(ProjectTaskTypeLink, project_id=board.project["id"], task_type_id=modeling)
    answer = board.api(board.studio.admin).delete(f"/data/task-types/{modeling}?force=true")
    assert (answer.status_int, set(answer.json)) == (400, {"message"})
    assert board.db.exists(ProjectTaskTypeLink, task_type_id=modeling)


def test_task_types_are_put_in_order(studio):
    ids = [studio.task_type("Rigging")["id"], new_id(), studio.task_type("Modeling")["id"]]
    studio.forget_events()
    answer = studio.api(studio.admin).post("/actions/task-types/reorder", {"task_type_ids": ids})
    assert [(row["name"], row["priority"]) for row in answer.json] == [("Rigging", 1), ("Modeling", 3)]
    assert studio.events() == []
    assert (
        studio.api(studio.person("manager")).post("/actions/task-types/reorder", {"task_type_ids": []}).status_int
        == 403
    )
    for body in ({}, {"task_type_ids": "x"}, {"task_type_ids": ["x"]}, {"task_type_ids": [3]}):
        assert studio.api(studio.admin).post("/actions/task-types/reorder", body).status_int == 400


# Automations, actions, comments


def test_an_automation_in_use_is_refused_before_the_caller_is_looked_at(studio):
    used, free = (studio.add(StatusAutomation) for _ in range(2))
    studio.link(ProjectStatusAutomationLink, project_id=studio.project()["id"], status_automation_id=used["id"])
    for person, status in ((studio.person(), 403), (studio.admin, 204)):
        refused = studio.api(person).delete(f"/data/status-automations/{used['id']}")
        assert (refused.status_int, set(refused.json)) == (400, {"message"})
        assert studio.api(person).delete(f"/data/status-automations/{free['id']}").status_int == status


def test_a_custom_action_has_a_name(studio):
    api = studio.api(studio.admin)
    for body in ({"url": "https://example.com"}, {"name": None}):
        answer = api.post("/data/custom-actions", body)
        assert (answer.status_int, answer.json["error"]) == (400, True)
    action = api.post("/data/custom-actions", {"name": "Go"}).json
    assert api.put(f"/data/custom-actions/{action['id']}", {"name": None}).status_int == 400
    assert api.put(f"/data/custom-actions/{action['id']}", {"url": "https://example.com"}).json["name"] == "Go"


def test_a_raw_comment_has_no_effects(board):
    values = {"object_id": board.task["id"], "object_type": "Task", "person_id": board.artist["id"]}
    answer = board.api(board.studio.admin).post(
        "/data/comments", {**values, "task_status_id": board.status("wip"), "text": board.call(board.manager)}
    )
    assert answer.status_int == 201
    assert answer.json["mentions"] == []
    assert board.has_status("todo")
    assert board.notified() == []
    assert board.studio.events() == ["comment:new"]


@pytest.mark.parametrize("comment_id", [UNKNOWN, "no-id"])
def test_a_malformed_id_of_a_comment_is_an_unknown_one(studio, comment_id):
    api = studio.api(studio.admin)
    assert api.get(f"/data/comments/{comment_id}").status_int == 404
    assert api.delete(f"/data/comments/{comment_id}").status_int == 404
    assert not studio.db.exists(Comment)


@pytest.mark.parametrize("replies", ["abc", 5, {"text": "abc"}, ["abc"], [["abc"]], [None]])
def test_replies_are_a_list_of_objects(board, replies):
    comment = board.studio.comment(board.task)
    api, path = board.api(board.studio.admin), f"/data/comments/{comment['id']}"
    assert api.put(path, {"replies": replies}).status_int == 400
    assert api.get(path).json["replies"] == []
    assert api.put(path, {"replies": [{"text": "abc"}]}).status_int == 200
    assert api.get(path).json["replies"] == [{"text": "abc", "person": None}]


def test_a_task_is_made_in_a_production_of_ones_own_alone(board):
    stranger, vendor, client = [board.studio.person(role) for role in ("manager", "vendor", "client")]
    for person in (vendor, client):
        board.studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=person["id"])
    for person in (stranger, vendor, client):
        assert board.api(person).post("/data/tasks", body(board, name="mine")).status_int == 403
    foreign = board.studio.project(team=[board.artist])
    answer = board.api(board.artist).post("/data/tasks", body(board, name="mine", project_id=foreign["id"]))
    assert (answer.status_int, answer.json["message"]) == (400, "entity_id names a row of another project.")
    assert board.db.value("SELECT count(*) FROM task") == 1


def test_a_task_without_project_is_of_that_of_its_entity(board):
    answer = board.api(board.artist).post("/data/tasks", {**body(board, name="mine"), "project_id": None})
    assert answer.json["project_id"] == board.project["id"]


@pytest.mark.parametrize("method", ["post", "put"])
def test_only_people_of_the_team_are_assigned(board, method):
    outside = board.studio.person()
    path = "/data/tasks" + ("" if method == "post" else f"/{board.task['id']}")
    columns = body(board, name="mine") if method == "post" else {}
    answer = getattr(board.api(), method)(path, {**columns, "assignees": [outside["id"]]})
    assert (answer.status_int, "team" in answer.json["message"]) == (400, True)
    assert board.db.value("SELECT count(*) FROM task_person_link WHERE person_id = ?", [outside["id"]]) == 0
    assert getattr(board.api(), method)(path, {**columns, "assignees": [board.colleague["id"]]}).status_int < 300


def test_who_leads_nobody_assigns_themselves_alone(board):
    api = board.api(board.artist)
    assert api.post("/data/tasks", body(board, name="a", assignees=[board.colleague["id"]])).status_int == 403
    assert api.post("/data/tasks", body(board, name="b", assignees=[board.artist["id"]])).status_int == 201


def test_a_status_becomes_the_default_by_a_change_and_is_none_by_itself(studio):
    api = studio.api(studio.admin)
    made = api.post("/data/task-status", {"name": "New", "short_name": "new", "color": "#fff"}).json
    assert (made["is_default"], studio.task_status("todo")["is_default"]) == (False, True)
    changed = api.put(f"/data/task-status/{made['id']}", {"is_default": True}).json
    assert (changed["is_default"], studio.task_status("todo")["is_default"]) == (True, False)
