"""What clients see of tasks: neither who works on them, nor when."""

import pytest

from kitsulite.models.projects import ProjectPersonLink

DATES = ("done_date", "due_date", "end_date", "last_comment_date", "real_start_date", "start_date")
NUMBERS = ("completion_rate", "duration", "estimation", "nb_assets_ready", "nb_drawings", "priority", "retake_count")


@pytest.fixture
def task(studio, scene):
    """A shot task of the scene with all that clients do not see."""
    moment = "2026-03-02T12:00:00.000000"
    sequence = studio.entity(scene.project, "Sequence")
    shot = studio.entity(scene.project, "Shot", parent_id=sequence["id"])
    return studio.task(
        shot,
        "Layout",
        [scene.team["user"]],
        assigner_id=scene.team["manager"]["id"],
        difficulty=4,
        **dict.fromkeys(DATES, moment),
        **dict.fromkeys(NUMBERS, 3),
    )


def is_blank(row):
    blank = {
        "assignees": [],
        "assigner_id": None,
        "difficulty": None,
        **dict.fromkeys(DATES),
        **dict.fromkeys(NUMBERS, 0),
    }
    return all(row[name] == value for name, value in blank.items() if name in row)


def readers(scene, task):
    """What reads the task: a function of an API that returns its row."""
    entity, project = task["entity_id"], scene.project["id"]
    of_shot = f"/data/shots/{entity}"

    def listed(path, where=lambda answer: answer):
        return lambda api: next(row for row in where(api.get(path).json) if row["id"] == task["id"])

    def nested(path):
        return listed(path, lambda rows: next(row for row in rows if row["id"] == entity)["tasks"])

    return {
        "generic list": listed("/data/tasks"),
        "generic row": lambda api: api.get(f"/data/tasks/{task['id']}").json,
        "full": lambda api: api.get(f"/data/tasks/{task['id']}/full").json,
        "of project": listed(f"/data/projects/{project}/tasks"),
        "open": listed("/data/tasks/open-tasks", lambda answer: answer["data"]),
        "of shot": listed(f"{of_shot}/tasks?relations=true"),
        "in shot": listed(of_shot, lambda answer: answer["tasks"]),
        "of type": listed(f"/data/entities/{entity}/task-types/{task['task_type_id']}/tasks"),
        "with tasks": nested(f"/data/shots/with-tasks?project_id={project}"),
    }


def test_a_client_sees_blank_tasks_everywhere(scene, task):
    for name, read in readers(scene, task).items():
        assert is_blank(read(scene.api("client"))), name
        assert not is_blank(read(scene.api("user"))), name
    full = scene.api("client").get(f"/data/tasks/{task['id']}/full").json
    assert (full["persons"], "assigner" in full) == ([], False)


def test_the_role_on_the_project_of_a_task_counts(studio, scene, task):
    demoted, promoted = studio.person("manager"), studio.person("client")
    other = studio.project(team=[demoted, (promoted, "manager")])
    elsewhere = studio.task(studio.entity(other, "Shot"), "Layout", priority=3)
    for person, role in ((demoted, "client"), (promoted, "client")):
        studio.link(ProjectPersonLink, project_id=scene.project["id"], person_id=person["id"], role=role)
        rows = {row["id"]: row for row in studio.api(person).get("/data/tasks").json}
        assert is_blank(rows[task["id"]])
        assert rows[elsewhere["id"]]["priority"] == 3


def test_compact_rows_are_blank_too(scene, task):
    path = f"/data/shots/with-tasks?project_id={scene.project['id']}&compact=true"
    found = scene.api("client").get(path).json
    names = found["task_fields"]
    (row,) = [row for shot in found["rows"] for row in shot[-1] if task["id"] in row]
    assert is_blank(dict(zip(names, row, strict=True)))


def test_a_client_sees_no_rejected_previews_of_a_task(studio, scene):
    shown, _ = studio.preview(scene.task), studio.preview(scene.task, validation_status="rejected")
    path = f"/data/tasks/{scene.task['id']}/previews"
    assert [row["id"] for row in scene.api("client").get(path).json] == [shown["id"]]
    assert len(scene.api("user").get(path).json) == 2


def test_a_client_finds_no_task_by_what_is_blank(studio, scene, task):
    artist = scene.team["user"]["id"]
    sequence = studio.db.value("SELECT parent_id FROM entity WHERE id = ?", [task["entity_id"]])
    above = studio.task({"id": sequence, "project_id": scene.project["id"]}, "Layout", [scene.team["user"]])
    mixed, other = studio.person("user"), studio.project()
    for project, role in ((scene.project, "client"), (other, None)):
        studio.link(ProjectPersonLink, project_id=project["id"], person_id=mixed["id"], role=role)
    theirs = studio.task(studio.entity(other, "Shot"), "Layout", [scene.team["user"]], priority=3)
    queries = {
        f"/data/tasks?assignees={artist}": None,
        "/data/tasks?priority=3": None,
        f"/data/tasks/open-tasks?person_id={artist}": "data",
        "/data/tasks/open-tasks?priority=3": "data",
        f"/data/persons/{artist}/tasks": None,
        f"/data/persons/{artist}/related-tasks/{task['task_type_id']}": None,
    }
    for path, key in queries.items():

        def found(api, path=path, key=key):
            rows = api.get(path).json
            return {row["id"] for row in (rows[key] if key else rows)} - {above["id"]}

        assert found(scene.api("client")) == set(), path
        assert found(studio.api(mixed)) == {theirs["id"]}, path
        assert task["id"] in found(scene.api("supervisor")), path
    path = f"/data/sequences/with-tasks?project_id={scene.project['id']}&assigned_to={artist}"
    listed = {role: scene.api(role).get(path).json[0]["tasks"] for role in ("client", "user")}
    assert (listed["client"], [row["id"] for row in listed["user"]]) == ([], [above["id"]])


def test_counts_and_sheets_show_a_client_no_more(scene, task):
    project = scene.project["id"]
    client, artist = scene.api("client"), scene.api("user")
    stats, of_artist = (api.get("/data/tasks/open-tasks").json["stats"] for api in (client, artist))
    assert (stats["total"], stats["total_duration"], stats["total_estimation"]) == (2, 0, 0)
    assert of_artist["total_duration"] == 3
    assert client.get("/data/tasks/open-tasks/stats").json[project]["total_estimation"] == 0
    plan = client.get("/data/tasks/open-tasks/burndown").json
    assert (plan["total"], plan["total_estimation"], plan["start_date"], plan["done_by_day"]) == (2, 0, None, [])
    name = scene.team["user"]["last_name"]
    for api, is_shown in ((client, False), (artist, True)):
        sheet = api.get(f"/export/csv/projects/{project}/shots.csv").text
        assert ("0.01" in sheet, f"User {name}" in sheet) == (is_shown, is_shown)
