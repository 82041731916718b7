"""Tasks in full, of persons, of the open productions; sent to review."""

import pytest

from kitsulite.domain.files.file_trees import MalformedTree, Place, folder_and_name
from kitsulite.models.activity import Subscription
from kitsulite.models.entities import Entity
from kitsulite.models.fields import new_id
from kitsulite.models.people import Person
from kitsulite.models.people import Studio as Firm
from kitsulite.models.projects import Project, ProjectStatus
from kitsulite.models.tasks import Task


@pytest.fixture
def story(board):
    """The board with a shot below sequence and episode, and a task of it."""
    studio = board.studio
    board.episode = studio.entity(board.project, "Episode", name="E1")
    board.sequence = studio.entity(board.project, "Sequence", name="S1", parent_id=board.episode["id"])
    board.shot = studio.entity(board.project, "Shot", name="P1", parent_id=board.sequence["id"])
    board.animation = studio.task(board.shot, "Animation", assignees=[board.artist], assigner_id=board.manager["id"])
    studio.forget_events()
    return board


# One task


def test_a_task_in_full(story):
    story.studio.add(Subscription, person_id=story.manager["id"], task_id=story.animation["id"])
    full = story.api().get(f"/data/tasks/{story.animation['id']}/full").json
    assert full["type"] == "Task"
    assert full["assignees"] == [story.artist["id"]]
    assert full["is_subscribed"] is True
    assert (full["entity"]["id"], full["entity"]["type"]) == (story.shot["id"], "Entity")
    assert full["entity_type"]["name"] == "Shot"
    assert full["sequence"]["id"] == story.sequence["id"]
    assert full["episode"]["id"] == story.episode["id"]
    assert full["project"]["id"] == story.project["id"]
    assert full["task_type"]["name"] == "Animation"
    assert full["task_status"]["short_name"] == "todo"
    assert [person["id"] for person in full["persons"]] == [story.artist["id"]]
    assert full["assigner"]["departments"] == []
    assert "password" not in full["assigner"]
    of_asset = story.api().get(f"/data/tasks/{story.task['id']}/full").json
    assert not {"assigner", "sequence", "episode"} & set(of_asset)
    assert of_asset["is_subscribed"] is False


def test_people_of_a_task_are_shown_as_elsewhere(story):
    by_artist = story.api(story.artist).get(f"/data/tasks/{story.animation['id']}/full").json
    assert "email" not in by_artist["persons"][0]
    assert "daily_salary" not in by_artist["assigner"]


def test_previews_of_a_task_the_last_revision_first(story):
    for revision in (1, 3, 2):
        story.studio.preview(story.task, revision=revision)
    found = story.api().get(f"/data/tasks/{story.task['id']}/previews").json
    assert [preview["revision"] for preview in found] == [3, 2, 1]
    assert "comments" not in found[0]
    assert story.api().get(f"/data/tasks/{new_id()}/previews").status_int == 404


def test_tasks_of_a_type_of_an_entity(story):
    second = story.studio.task(story.asset, name="a second")
    path = f"/data/entities/{story.asset['id']}/task-types"
    found = story.api().get(f"{path}/{story.task['task_type_id']}/tasks").json
    assert [task["id"] for task in found] == [second["id"], story.task["id"]]
    assert story.api().get(f"{path}/{new_id()}/tasks").json == []
    assert story.api().get(f"{path}/no-id/tasks").status_int == 404


# The preview of the entity


def test_the_first_preview_of_the_last_revision_stands_for_the_entity(story):
    wanted = None
    for revision, position in ((1, 1), (2, 1), (2, 2)):
        preview = story.studio.preview(story.task, revision=revision, position=position)
        wanted = preview if (revision, position) == (2, 1) else wanted
    story.studio.forget_events()
    answer = story.api().put(f"/actions/tasks/{story.task['id']}/set-main-preview", {})
    assert (answer.json["preview_file_id"], answer.json["type"]) == (wanted["id"], "Entity")
    assert story.studio.events() == ["preview-file:set-main", "asset:update"]
    assert story.api().put(f"/actions/tasks/{story.animation['id']}/set-main-preview", {}).status_int == 400


def test_many_main_previews_until_the_first_refusal(story):
    story.studio.preview(story.task)
    ids = [story.animation["id"], story.task["id"], new_id()]
    path = "/actions/tasks/set-main-preview"
    assert story.api().put(path, {"task_ids": ids}).status_int == 404
    assert story.db.get(Entity, story.asset["id"])["preview_file_id"]
    assert [entity["id"] for entity in story.api().put(path, {"task_ids": ids[:2]}).json] == [story.asset["id"]]


# Of persons


def tasks_of(story, person, caller=None, kind="tasks"):
    answer = story.api(caller).get(f"/data/persons/{person['id']}/{kind}")
    assert answer.status_int == 200, answer.text
    return [task["id"] for task in answer.json]


def test_tasks_of_a_person_in_the_open_projects_of_the_caller(story):
    hidden = story.studio.project(team=[story.artist])
    story.studio.task(story.studio.entity(hidden, "Prop"), assignees=[story.artist])
    assert set(tasks_of(story, story.artist)) == {story.task["id"], story.animation["id"]}
    assert len(tasks_of(story, story.artist, story.artist)) == 3
    assert len(tasks_of(story, story.artist, story.studio.admin)) == 3
    story.posted(status="done")
    assert tasks_of(story, story.artist) == [story.animation["id"]]
    assert tasks_of(story, story.artist, kind="done-tasks") == [story.task["id"]]


def test_a_task_of_a_person_has_the_names_of_if_it_belongs(story):
    story.posted(story.artist, text="mine", task=story.animation)
    (task,) = [t for t in story.api().get(f"/data/persons/{story.artist['id']}/tasks").json if t["sequence_name"]]
    names = ("entity_name", "sequence_name", "episode_name", "task_type_name", "task_status_short_name")
    assert [task[name] for name in names] == ["P1", "S1", "E1", "Animation", "todo"]
    assert task["episode_id"] == story.episode["id"]
    assert (task["last_comment"]["text"], task["last_comment"]["person_id"]) == ("mine", story.artist["id"])


def test_clients_and_vendors_see_no_work_lists_of_others(story):
    client, vendor = story.studio.person("client"), story.studio.person("vendor")
    assert tasks_of(story, story.artist, client) == []
    assert tasks_of(story, vendor, vendor) == []
    for kind in ("tasks", "done-tasks", f"related-tasks/{new_id()}"):
        assert story.api(vendor).get(f"/data/persons/{story.artist['id']}/{kind}").status_int == 403


@pytest.mark.parametrize("kind", ["tasks", "done-tasks", "related-tasks/00000000-0000-4000-8000-000000000000"])
def test_bots_and_strangers_have_no_work_lists(story, kind):
    bot, _ = story.studio.bot()
    assert story.api().get(f"/data/persons/{bot['id']}/{kind}").status_int == 403
    assert story.api().get(f"/data/persons/{new_id()}/{kind}").status_int == 404


def test_tasks_besides_those_of_a_person(story):
    rigging = story.studio.task(story.asset, "Rigging")
    story.studio.task(story.studio.entity(story.project, "Prop"), "Rigging")
    path = f"/data/persons/{story.artist['id']}/related-tasks"
    found = story.api().get(f"{path}/{rigging['task_type_id']}").json
    assert [task["id"] for task in found] == [rigging["id"]]
    assert story.api().get(f"{path}/{new_id()}").json == []
    assert story.api().get(f"{path}/no-id").status_int == 404


# When they work


def dates(story, caller=None, query=""):
    return story.api(caller).get(f"/data/persons/task-dates{query}")


def plan(story, task, start, due):
    with story.db.write():
        story.db.update(
            Task,
            task["id"],
            start_date=start and f"{start}T00:00:00.000000",
            due_date=due and f"{due}T00:00:00.000000",
        )


def test_first_and_last_day_of_each_person(story):
    plan(story, story.task, "2026-01-05", None)
    plan(story, story.animation, "2026-01-02", None)
    expected = {
        "person_id": story.artist["id"],
        "min_date": "2026-01-02T00:00:00",
        "max_date": "None",
        "busy_periods": [],
    }
    assert dates(story).json == [expected]
    assert dates(story, query=f"?project_id={story.project['id']}").json == [expected]
    assert dates(story, query="?project_id=%20").json == [expected]
    with story.db.write():
        story.db.update(Person, story.artist["id"], active=False)
    assert dates(story).json == []


def test_where_else_they_are_busy(story):
    elsewhere = story.studio.project()
    spans = (
        ("2026-03-01", "2026-03-05"),
        ("2026-03-05", "2026-03-08"),
        ("2026-04-01", "2026-04-02"),
        (None, "2026-05-01"),
    )
    for start, due in spans:
        task = story.studio.task(story.studio.entity(elsewhere, "Prop"), assignees=[story.artist, story.colleague])
        plan(story, task, start, due)
    busy = [
        {"start_date": "2026-03-01 00:00:00", "end_date": "2026-03-08 00:00:00"},
        {"start_date": "2026-04-01 00:00:00", "end_date": "2026-04-02 00:00:00"},
    ]
    found = {row["person_id"]: row for row in dates(story).json}
    assert found[story.artist["id"]]["busy_periods"] == busy
    assert found[story.artist["id"]]["min_date"] == "None"
    assert found[story.colleague["id"]] == {
        "person_id": story.colleague["id"],
        "min_date": None,
        "max_date": None,
        "busy_periods": busy,
    }
    for caller, query in ((None, f"?project_id={story.project['id']}"), (story.studio.admin, "")):
        assert all(row["busy_periods"] == [] for row in dates(story, caller, query).json)


def test_who_may_ask_when_others_work(story):
    assert dates(story, story.artist).status_int == 403
    foreign = story.studio.project()
    assert dates(story, query=f"?project_id={foreign['id']}").status_int == 403
    assert dates(story, query=f"?project_id={new_id()}").status_int == 404
    assert dates(story, query="?project_id=x").json["message"] == "Invalid project_id."


# Of the open productions


def open_tasks(story, query="", caller=None):
    answer = story.api(caller).get(f"/data/tasks/open-tasks{query}")
    assert answer.status_int == 200, answer.text
    return answer.json


def found(story, query="", caller=None):
    return {task["id"] for task in open_tasks(story, query, caller)["data"]}


def test_open_tasks_are_those_of_the_open_projects_of_the_caller(story):
    closed = story.studio.project(
        team=[story.manager], project_status_id=story.db.find(ProjectStatus, name="Closed")["id"]
    )
    foreign = story.studio.project()
    hidden = [story.studio.task(story.studio.entity(project, "Prop")) for project in (closed, foreign)]
    mine = {story.task["id"], story.animation["id"]}
    assert found(story) == mine
    assert found(story, caller=story.studio.admin) == {*mine, hidden[1]["id"]}
    assert found(story, f"?project_id={closed['id']}") == {hidden[0]["id"]}
    assert story.api().get(f"/data/tasks/open-tasks?project_id={foreign['id']}").status_int == 403
    assert story.api().get(f"/data/tasks/open-tasks?project_id={new_id()}").status_int == 404


def test_a_vendor_finds_the_tasks_of_their_productions(story):
    vendor = story.studio.person("vendor")
    project = story.studio.project(team=[vendor])
    asset = story.studio.entity(project, "Prop")
    own = story.studio.task(asset, assignees=[vendor])
    other = story.studio.task(asset, "Rigging")
    both = {own["id"], other["id"]}
    assert found(story, caller=vendor) == found(story, f"?project_id={project['id']}", vendor) == both
    stats = story.api(vendor).get("/data/tasks/open-tasks/stats").json
    assert stats[project["id"]]["amount"] == 2


def test_filters_of_open_tasks(story):
    studio = story.studio
    firm, department = studio.add(Firm, name="firm", color="#000000"), studio.department()
    with story.db.write():
        story.db.update(Person, story.colleague["id"], studio_id=firm["id"])
        story.db.relate(Person, story.colleague["id"], "departments", [department["id"]])
    rigging = studio.task(story.asset, "Rigging", assignees=[story.colleague], priority=2)
    free = studio.task(story.asset, "Shading", task_status_id=story.status("wip"))
    plan(story, rigging, "2026-01-10", "2026-01-20")
    for query, wanted in {
        f"task_type_id={rigging['task_type_id']}": {rigging["id"]},
        f"task_status_id={story.status('wip')}": {free["id"]},
        f"person_id={story.colleague['id']}": {rigging["id"]},
        f"person_id={story.colleague['id']},{story.artist['id']}": {
            rigging["id"],
            story.task["id"],
            story.animation["id"],
        },
        "person_id=unassigned": {free["id"]},
        f"studio_id={firm['id']}": {rigging["id"]},
        f"department_id={department['id']}": {rigging["id"]},
        "start_date=2026-01-10": {rigging["id"]},
        "start_date=2026-01-11": set(),
        "due_date=2026-01-20T00:00:00": {rigging["id"]},
        "due_date=2026-01-19": set(),
        "priority=2": {rigging["id"]},
        "group_by=x": {rigging["id"], free["id"], story.task["id"], story.animation["id"]},
    }.items():
        assert found(story, f"?{query}") == wanted, query


@pytest.mark.parametrize(
    "query",
    [
        "task_type_id=x",
        "person_id=x",
        "start_date=x",
        "priority=x",
        "page=x",
        "limit=x",
        "task_type_id=",
        "project_id=x",
    ],
)
def test_filters_that_cannot_be_read(story, query):
    answer = story.api().get(f"/data/tasks/open-tasks?{query}")
    assert answer.status_int == 400
    name = query.partition("=")[0]
    wrong_id, wrong_date = name.endswith("_id"), name.endswith("_date")
    date = f"Wrong date format for {name} argument. Expected format: 2020-01-05T13:23:10 or 2020-01-05"
    general = f"Wrong value for parameter {name}."
    assert answer.json["message"] == ("Wrong UUID format." if wrong_id else date if wrong_date else general)
    if wrong_id or wrong_date:
        assert answer.json["data"] is None
    else:
        assert [error["field"] for error in answer.json["data"]["errors"]] == [name]


def test_pages_and_counts(story):
    for task_type in ("Rigging", "Shading"):
        task = story.studio.task(story.asset, task_type, estimation=60, duration=30)
        assert task["estimation"] == 60
    concept = story.studio.task(story.studio.entity(story.project, "Concept"), "Concept", estimation=5)
    whole = open_tasks(story)
    assert concept["id"] not in {task["id"] for task in whole["data"]}
    assert (whole["stats"]["total"], whole["is_more"], whole["page"], whole["limit"]) == (4, False, 1, 100)
    assert (whole["stats"]["total_estimation"], whole["stats"]["total_duration"]) == (120, 60)
    assert whole["stats"]["status"] == [{"task_status_id": story.status("todo"), "amount": 4}]
    assert [open_tasks(story, f"?limit=2&page={page}")["is_more"] for page in (1, 2, 3)] == [True, False, False]
    assert (len(open_tasks(story, "?limit=0")["data"]), open_tasks(story, "?limit=-3")["limit"]) == (1, 1)
    first, second = open_tasks(story, "?limit=3"), open_tasks(story, "?limit=3&page=2")
    assert (len(first["data"]), first["is_more"], len(second["data"]), second["is_more"]) == (3, True, 1, False)
    assert [task["id"] for task in first["data"] + second["data"]] == [task["id"] for task in whole["data"]]
    nothing = {"total_duration": 0, "total_estimation": 0, "total": 0, "status": []}
    assert open_tasks(story, "?page=9")["stats"] == nothing
    assert open_tasks(story, "?page=0")["page"] == 1


def test_stats_per_project_type_and_status(story):
    story.posted(status="done")
    story.studio.task(story.studio.entity(story.project, "Prop"), estimation=10, duration=4)
    stats = story.api().get("/data/tasks/open-tasks/stats").json
    project = stats[story.project["id"]]
    assert (project["amount"], project["amount_done"], project["total_estimation"]) == (3, 1, 10)
    rows = {(row["task_type_id"], row["task_status_id"]): row for row in project["task_types"]}
    done = rows[story.task["task_type_id"], story.status("done")]
    assert (done["amount"], done["amount_done"], done["project_id"]) == (1, 1, story.project["id"])
    assert story.api(story.studio.person()).get("/data/tasks/open-tasks/stats").json == {}


def test_a_listing_costs_the_same_however_long_it_is(story):
    api = story.api()
    paths = ("/data/tasks/open-tasks", f"/data/persons/{story.artist['id']}/tasks", "/data/tasks/open-tasks/stats")
    before = [statements(story, api, path) for path in paths]
    for number in range(5):
        story.studio.task(story.asset, "Rigging", name=str(number), assignees=[story.artist])
    assert [statements(story, api, path) for path in paths] == before


def statements(story, api, path):
    with story.studio.statements() as found:
        api.get(path)
    return len(found)


# Sent to review

TREE = {
    "preview": {
        "mountpoint": "/mnt",
        "root": "previews",
        "folder_path": {"shot": "<Project>/<Episode>/<Sequence>/<Shot>/<TaskType>", "asset": "<Project>/<Asset.id>"},
        "file_name": {
            "shot": "<Project>_<Sequence>_<Shot>_<Name>_v<Version>",
            "asset": "<AssetType>_<Asset.id>",
            "style": "uppercase",
        },
    }
}


def review(story, task=None, **body):
    return story.api().put(f"/actions/tasks/{(task or story.task)['id']}/to-review", body)


def give_tree(story, tree):
    with story.db.write():
        story.db.update(Project, story.project["id"], file_tree=tree, name="Héllo World")


def test_a_task_is_announced_with_the_path_of_its_preview(story):
    give_tree(story, TREE)
    answer = review(story, story.animation, person_id=story.artist["id"], comment="please", revision=7, name="main")
    assert answer.status_int == 200
    path = {"folder_path": "/mnt/previews/hello_world/e1/s1/p1/animation", "file_name": "HELLO_WORLD_S1_P1_MAIN_V007"}
    assert answer.json["preview_path"] == path
    assert (answer.json["comment"], answer.json["person"]["id"]) == ("please", story.artist["id"])
    assert answer.json["entity_type"]["name"] == "Shot"
    assert answer.json["task_status_id"] == story.studio.task_status("pndng")["id"]
    assert story.studio.events() == ["task-status:new", "task:to-review"]
    project_id, data = story.db.row("SELECT project_id, data FROM api_event WHERE name = 'task:to-review'")
    assert project_id is None
    assert '"change_status":true' in data
    assert story.status("todo") in data


def test_a_review_may_keep_the_status_and_name_nobody(story):
    answer = review(story, change_status=False)
    assert answer.json["task_status_id"] == story.status("todo")
    assert answer.json["person"] is None
    assert answer.json["preview_path"] == {"folder_path": "", "file_name": ""}
    assert review(story, person_id=new_id()).json == {"error": True, "message": "Cannot find given person."}
    assert review(story, revision=-1).status_int == 400


@pytest.mark.parametrize(
    ("tree", "why"),
    [
        (None, "No tree"),
        ({"working": {}}, "Mode preview"),
        ({"preview": {"root": "x"}}, "Can't find given mode"),
        ({"preview": {**TREE["preview"], "folder_path": {}}}, "^$"),
        ({"preview": {**TREE["preview"], "folder_path": {"asset": "<Unicorn>"}}}, "Unknown data type: Unicorn"),
        ({"preview": {**TREE["preview"], "folder_path": {"asset": "<Project.number>"}}}, "Project has no number"),
    ],
)
def test_a_tree_that_gives_no_path_says_why(story, tree, why):
    give_tree(story, tree)
    with pytest.raises(MalformedTree, match=why):
        folder_and_name(story.studio.context(), Place(story.db.get(Task, story.task["id"])), "preview")


def test_ids_in_a_file_name_keep_their_dashes(story):
    give_tree(story, TREE)
    place = Place(story.db.get(Task, story.task["id"]))
    folder, name = folder_and_name(story.studio.context(), place, "preview", sep="\\")
    assert folder == f"/mnt\\previews\\hello_world\\{story.asset['id']}"
    assert name.lower() == f"prop_{story.asset['id']}"


def test_what_waits_for_review_has_one_status(story):
    assert review(story).json["task_status_id"] == review(story).json["task_status_id"]
    assert story.studio.events("task-status:new") == ["task-status:new"]
