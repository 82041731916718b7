"""Creation and deletion of many tasks."""

import pytest

from kitsulite.domain.tasks import creation
from kitsulite.models.activity import News, Notification, Subscription
from kitsulite.models.entities import Entity, EntityLink
from kitsulite.models.fields import new_id
from kitsulite.models.files import FileStatus, OutputFile, WorkingFile
from kitsulite.models.previews import AttachmentFile, PreviewFile
from kitsulite.models.projects import ProductionScheduleVersion, ProductionScheduleVersionTaskLink, Project
from kitsulite.models.tasks import Task, TimeSpent
from kitsulite.store.database import Database


@pytest.fixture
def sets(studio):
    return Sets(studio)


class Sets:
    """A production with entities of each kind, and one of another production."""

    def __init__(self, studio):
        self.studio = studio
        self.project, self.foreign = studio.project(), studio.project()
        make = studio.entity
        self.episode = make(self.project, "Episode", name="E1")
        self.sequence = make(self.project, "Sequence", name="S1", parent_id=self.episode["id"])
        self.shot = make(self.project, "Shot", name="P1", parent_id=self.sequence["id"])
        self.loose = make(self.project, "Shot", name="loose")
        self.asset = make(self.project, "Prop", name="Ball", source_id=self.episode["id"])
        self.gone = make(self.project, "Character", name="Gone", canceled=True)
        self.edit, self.concept = make(self.project, "Edit"), make(self.project, "Concept")
        self.other = make(self.foreign, "Prop")
        studio.forget_events()

    def create(self, kind, task_type="Modeling", body=None, query="", project=None):
        task_type = self.studio.task_type(task_type)["id"]
        project = (project or self.project)["id"]
        path = f"/actions/projects/{project}/task-types/{task_type}/{kind}"
        return self.studio.api(self.studio.admin).post(f"{path}{query}", {} if body is None else body)

    def made(self, *args, **more):
        answer = self.create(*args, **more)
        assert answer.status_int == 201, answer.text
        return {task["entity_id"] for task in answer.json}


def test_tasks_are_made_for_all_entities_of_a_kind(sets):
    assert sets.made("assets/create-tasks") == {sets.asset["id"], sets.gone["id"]}
    assert sets.made("shots/create-tasks", "Animation") == {sets.shot["id"]}
    assert sets.made("edits/create-tasks", "Edit") == {sets.edit["id"]}
    assert sets.made("concepts/create-tasks", "Concept") == {sets.concept["id"]}
    assert sets.made("create-tasks/sequence", "Storyboard") == {sets.sequence["id"]}
    assert sets.made("create-tasks/EPISODE", "Storyboard") == {sets.episode["id"]}
    assert sets.studio.events() == ["task:new"] * 7


def test_a_new_task_is_shown_with_the_names_of_type_and_status(sets):
    (task,) = sets.create("shots/create-tasks", "Animation").json
    assert (task["name"], task["assignees"], task["assigner_id"]) == ("main", [], sets.studio.admin["id"])
    assert (task["task_type_name"], task["task_status_short_name"]) == ("Animation", "todo")
    assert {"task_status_name", "task_status_color", "task_type_color", "task_type_priority"} <= set(task)
    assert sets.create("concepts/create-tasks", "Concept").json[0]["task_status_short_name"] == "neutral"


def test_entities_that_have_such_a_task_are_left_out(sets):
    sets.studio.task(sets.asset, "Modeling", name="other")
    assert sets.made("assets/create-tasks") == {sets.gone["id"]}
    assert sets.made("assets/create-tasks") == set()


def test_a_list_chooses_among_the_entities_of_the_project(sets):
    assert sets.made("assets/create-tasks", body=[sets.asset["id"], sets.other["id"], sets.asset["id"]]) == {
        sets.asset["id"]
    }
    assert sets.create("assets/create-tasks", body=[sets.shot["id"]]).status_int == 404
    assert sets.create("create-tasks/sequence", body=[sets.shot["id"]]).status_int == 404
    assert sets.create("assets/create-tasks", body=[new_id()]).status_int == 404
    assert sets.made("create-tasks/sequence", body=[sets.sequence["id"]]) == {sets.sequence["id"]}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?name=bALL", {"asset"}),
        ("?name=x", set()),
        ("?canceled=true", {"gone"}),
        ("?id={asset}", {"asset"}),
        ("?episode_id={episode}", {"asset", "gone"}),
        ("?episode_id=main", {"gone"}),
        ("?episode_id=all", {"asset", "gone"}),
        ("?unknown=1", {"asset", "gone"}),
    ],
)
def test_a_query_chooses_by_column(sets, query, found):
    sets.studio.add(EntityLink, entity_in_id=sets.episode["id"], entity_out_id=sets.gone["id"])
    query = query.format(asset=sets.asset["id"], episode=sets.episode["id"])
    assert sets.made("assets/create-tasks", query=query) == {getattr(sets, name)["id"] for name in found}


def test_sequences_may_be_those_of_an_episode(sets):
    other = sets.studio.entity(sets.project, "Episode")
    assert sets.made("create-tasks/sequence", query=f"?episode_id={other['id']}") == set()
    assert sets.made("create-tasks/sequence", query=f"?episode_id={sets.episode['id']}") == {sets.sequence["id"]}


@pytest.mark.parametrize(
    ("kind", "body", "query", "status"),
    [
        ("assets/create-tasks", "text", "", 400),
        ("assets/create-tasks", {"a": 1}, "", 400),
        ("assets/create-tasks", ["no id"], "", 400),
        ("assets/create-tasks", None, "?parent_id=x", 400),
        ("assets/create-tasks", None, "?episode_id=x", 400),
        ("create-tasks/sequence", None, "?episode_id=x", 400),
        ("create-tasks/unicorn", None, "", 404),
    ],
)
def test_bad_input(sets, kind, body, query, status):
    assert sets.create(kind, body=body, query=query).status_int == status


def test_unknown_type_or_project(sets):
    path = f"/actions/projects/{sets.project['id']}/task-types/{new_id()}/assets/create-tasks"
    assert sets.studio.api(sets.studio.admin).post(path, {}).status_int == 404
    for kind in ("assets/create-tasks", "create-tasks/sequence"):
        assert sets.create(kind, project={"id": new_id()}).status_int == 404


# Deletion


def dependants(studio, task):
    """Give a task a row of everything that may belong to it."""
    comment = studio.comment(task)
    studio.add(AttachmentFile, comment_id=comment["id"], name="a", size=1)
    preview = studio.preview(task, comment)
    studio.add(News, task_id=task["id"], comment_id=comment["id"], author_id=studio.admin["id"])
    person = {"person_id": studio.admin["id"]}
    studio.add(Notification, type="comment", author_id=studio.admin["id"], comment_id=comment["id"], **person)
    studio.add(Subscription, task_id=task["id"], **person)
    studio.add(TimeSpent, task_id=task["id"], date="2026-01-01", duration=10, **person)
    working = studio.add(WorkingFile, name="w", task_id=task["id"])
    status = studio.add(FileStatus, name="s", color="#000000")
    studio.add(OutputFile, name="o", revision=1, file_status_id=status["id"], source_file_id=working["id"])
    version = studio.add(ProductionScheduleVersion, name="v", project_id=task["project_id"])
    studio.add(ProductionScheduleVersionTaskLink, production_schedule_version_id=version["id"], task_id=task["id"])
    with studio.db.write():
        studio.db.update(Entity, task["entity_id"], preview_file_id=preview["id"])
        studio.db.update(Task, task["id"], last_preview_file_id=preview["id"])


GONE = ("comment", "news", "notification", "subscription", "time_spent", "preview_file", "working_file", "output_file")


@pytest.mark.parametrize("way", ["of a type", "by list", "by force"])
def test_a_task_takes_everything_with_it_and_shows_once(sets, way):
    studio = sets.studio
    task, kept = studio.task(sets.asset, assignees=[studio.person()]), studio.task(sets.asset, "Rigging")
    dependants(studio, task)
    studio.forget_events()
    api, project = studio.api(studio.admin), sets.project["id"]
    if way == "of a type":
        path = f"/actions/projects/{project}/task-types/{task['task_type_id']}/delete-tasks"
        assert api.delete(path).status_int == 204
        assert api.delete(path).status_int == 204
    elif way == "by list":
        answer = api.post(f"/actions/projects/{project}/delete-tasks", [task["id"]])
        assert (answer.status_int, answer.json) == (200, [task["id"]])
    else:
        assert api.delete(f"/data/tasks/{task['id']}").status_int == 400
        assert api.delete(f"/data/tasks/{task['id']}?force=true").status_int == 204
    assert studio.db.column("SELECT id FROM task") == [kept["id"]]
    assert {table: studio.db.value(f"SELECT count(*) FROM {table}") for table in GONE} == dict.fromkeys(GONE, 0)
    assert studio.db.get(Entity, sets.asset["id"])["preview_file_id"] is None
    assert studio.events() == ["news:delete", "task:delete", "preview-file:set-main", "asset:update"]
    payload = studio.db.value("SELECT data FROM api_event WHERE name = 'task:delete'")
    assert all(value in payload for value in (task["id"], sets.asset["id"], task["task_type_id"], project))


def test_the_comments_that_go_are_sought_once(sets):
    task = sets.studio.task(sets.asset)
    dependants(sets.studio, task)
    with sets.studio.statements() as found:
        assert sets.studio.api(sets.studio.admin).delete(f"/data/tasks/{task['id']}?force=true").status_int == 204
    assert sum("FROM comment WHERE object_id IN" in sql for sql in found) == 1


def test_many_tasks_go_with_the_statements_of_one(sets):
    studio, path = sets.studio, f"/actions/projects/{sets.project['id']}/delete-tasks"
    tasks = [studio.task(sets.asset, name=f"Step {number}") for number in range(6)]
    for task in tasks:
        studio.preview(task, studio.comment(task))
    counts = []
    for some in (tasks[:2], tasks[2:]):
        with studio.statements() as statements:
            studio.api(studio.admin).post(path, [task["id"] for task in some])
        # one that a trigger follows is heard for each row
        counts.append(len({sql for sql in statements if sql.startswith(("DELETE", "UPDATE"))}))
    assert counts[0] == counts[1]


def test_tasks_of_other_projects_and_unknown_ones_are_left_and_named(sets):
    foreign = sets.studio.task(sets.other)
    ids = [foreign["id"], new_id()]
    answer = sets.studio.api(sets.studio.admin).post(f"/actions/projects/{sets.project['id']}/delete-tasks", ids)
    assert answer.json == ids
    assert sets.studio.db.get(Task, foreign["id"])


@pytest.mark.parametrize("body", [{}, None, "x", ["no id"], {"task_ids": []}])
def test_a_deletion_needs_a_list_of_ids(sets, body):
    path = f"/actions/projects/{sets.project['id']}/delete-tasks"
    assert sets.studio.api(sets.studio.admin).post(path, body).status_int == 400


def test_a_task_that_only_has_assignees_and_plans_is_deleted_without_force(sets):
    assigned = [sets.studio.person()]
    task, commented = (sets.studio.task(sets.asset, name, assigned) for name in ("Modeling", "Rigging"))
    sets.studio.comment(commented)
    api = sets.studio.api(sets.studio.admin)
    assert [api.delete(f"/data/tasks/{row['id']}").status_int for row in (task, commented)] == [204, 400]
    assert sets.studio.db.column("SELECT id FROM task") == [commented["id"]]


def test_no_task_is_of_an_unknown_type(sets):
    api, project = sets.studio.api(sets.studio.admin), f"/actions/projects/{sets.project['id']}"
    kept = sets.studio.task(sets.asset)
    assert api.delete(f"{project}/task-types/{new_id()}/delete-tasks").status_int == 204
    assert api.delete(f"{project}/task-types/nonsense/delete-tasks").status_int == 404
    assert api.delete(f"/actions/projects/{new_id()}/task-types/{kept['task_type_id']}/delete-tasks").status_int == 404
    assert sets.studio.db.column("SELECT id FROM task") == [kept["id"]]


def test_an_entity_gets_another_main_preview_once_its_tasks_are_gone(sets):
    studio = sets.studio
    with studio.db.write():
        studio.db.update(Project, sets.project["id"], is_set_preview_automated=True)
    first, second, third = (studio.task(sets.asset, name) for name in ("Modeling", "Rigging", "Shading"))
    shown, gone, left = (studio.preview(task, status="ready", position=1) for task in (first, second, third))
    with studio.db.write():
        studio.db.update(Entity, sets.asset["id"], preview_file_id=shown["id"])
    studio.forget_events()
    path = f"/actions/projects/{sets.project['id']}/delete-tasks"
    assert studio.api(studio.admin).post(path, [first["id"], second["id"]]).status_int == 200
    assert studio.db.get(Entity, sets.asset["id"])["preview_file_id"] == left["id"]
    assert studio.events("preview-file:set-main") == ["preview-file:set-main"]
    assert not studio.db.exists(PreviewFile, id=gone["id"])


def test_many_tasks_keep_other_writers_out_for_few_statements(studio, breakdown, monkeypatch):
    """All is made ready before the transaction, and written by two statements."""
    task_type = studio.task_type("Layout")
    for number in range(28):
        breakdown.shot(f"SH9{number}")
    inside = []
    execute, execute_many = Database.execute, Database.execute_many
    monkeypatch.setattr(Database, "execute", lambda db, *args: note(db, execute, *args))
    monkeypatch.setattr(Database, "execute_many", lambda db, *args: note(db, execute_many, *args))

    def note(db, run, sql, *more):
        if db.in_transaction():
            inside.append(sql.split()[0])
        return run(db, sql, *more)

    path = f"/actions/projects/{breakdown.project['id']}/task-types/{task_type['id']}/shots/create-tasks"
    answer = studio.api(studio.admin).post(path)
    assert (answer.status_int, len(answer.json)) == (201, 30)
    assert inside.count("INSERT") == 2
    assert len(inside) < 10
    assert breakdown.payloads("task:new") == [
        {"task_id": row["id"], "project_id": breakdown.project["id"]} for row in answer.json
    ]


def test_tasks_that_others_have_made_meanwhile_are_left_out(studio, breakdown, monkeypatch):
    task_type = studio.task_type("Layout")
    store = creation.store

    def store_late(ctx, *args):
        studio.task(breakdown.first, "Layout", name="main")
        return store(ctx, *args)

    monkeypatch.setattr(creation, "store", store_late)
    path = f"/actions/projects/{breakdown.project['id']}/task-types/{task_type['id']}/shots/create-tasks"
    answer = studio.api(studio.admin).post(path)
    assert [row["entity_id"] for row in answer.json] == [breakdown.second["id"]]
    assert studio.db.value("SELECT count(*) FROM task WHERE task_type_id = ?", [task_type["id"]]) == 2
