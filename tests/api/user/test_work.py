"""The caller's own tasks and entities through the API."""

import pytest
from support import ROLES

from kitsulite.models.entities import EntityLink
from kitsulite.models.fields import new_id
from kitsulite.models.projects import MetadataDescriptor, Project, ProjectPersonLink, ProjectStatus
from kitsulite.models.tasks import Comment, TaskType


@pytest.fixture
def artist(studio):
    return studio.person("user")


@pytest.fixture
def api(studio, artist):
    return studio.api(artist)


@pytest.fixture
def project(studio, artist):
    return studio.project(team=[artist])


def names(answer):
    assert answer.status_int == 200, answer.text
    return [row["name"] for row in answer.json]


def close(studio, project):
    closed = studio.db.find(ProjectStatus, name="Closed")
    with studio.db.write():
        studio.db.update(Project, project["id"], project_status_id=closed["id"])


def status(studio, short_name):
    return studio.task_status(short_name)["id"]


def test_my_open_and_done_tasks_are_two_lists(studio, artist, api, project):
    prop = studio.entity(project, "Prop")
    wip = studio.task(prop, "Modeling", [artist], task_status_id=status(studio, "wip"))
    done = studio.task(prop, "Shading", [artist], task_status_id=status(studio, "done"))
    studio.task(prop, "Rigging", [studio.person()])
    assert [row["id"] for row in api.get("/data/user/tasks").json] == [wip["id"]]
    assert [row["id"] for row in api.get("/data/user/done-tasks").json] == [done["id"]]


def test_done_tasks_come_by_end_then_task_type_then_entity(studio, artist, api, project):
    done = status(studio, "done")
    for name, task_type, end in (
        ("b", "Shading", "2026-01-02T00:00:00.000000"),
        ("c", "Modeling", "2026-01-02T00:00:00.000000"),
        ("a", "Modeling", "2026-01-02T00:00:00.000000"),
        ("z", "Rigging", "2026-01-03T00:00:00.000000"),
        ("y", "Rigging", None),
    ):
        prop = studio.entity(project, "Prop", name=name)
        studio.task(prop, task_type, [artist], task_status_id=done, end_date=end)
    rows = api.get("/data/user/done-tasks").json
    assert [row["entity_name"] for row in rows] == ["y", "z", "a", "c", "b"]


def test_tasks_of_closed_or_foreign_productions_are_no_work(studio, artist, api):
    closed, foreign = studio.project(team=[artist]), studio.project()
    close(studio, closed)
    for project in (closed, foreign):
        studio.task(studio.entity(project, "Prop"), "Modeling", [artist])
    assert api.get("/data/user/tasks").json == []


def test_even_an_admin_works_only_in_their_teams(studio):
    studio.task(studio.entity(studio.project(), "Prop"), "Modeling", [studio.admin])
    assert studio.api(studio.admin).get("/data/user/tasks").json == []


def test_a_task_is_shown_with_what_it_belongs_to(studio, artist, api, project):
    episode = studio.entity(project, "Episode", name="E01")
    sequence = studio.entity(project, "Sequence", name="SQ01", parent_id=episode["id"])
    shot = studio.entity(project, "Shot", name="SH01", parent_id=sequence["id"], data={"fps": 24}, description="fog")
    task = studio.task(shot, "Animation", [artist], estimation=480.0, task_status_id=status(studio, "wip"))
    row = api.get("/data/user/tasks").json[0]
    expected = {
        "id": task["id"],
        "type": "Task",
        "project_name": project["name"],
        "project_has_avatar": False,
        "entity_name": "SH01",
        "entity_description": "fog",
        "entity_data": {"fps": 24},
        "entity_preview_file_id": "",
        "entity_source_id": "",
        "entity_type_name": "Shot",
        "entity_canceled": False,
        "sequence_name": "SQ01",
        "episode_id": episode["id"],
        "episode_name": "E01",
        "task_type_for_entity": "Shot",
        "task_estimation": 480.0,
        "task_type_name": "Animation",
        "task_status_name": "Work In Progress",
        "task_status_short_name": "wip",
        "assignees": [artist["id"]],
        "last_comment": {},
    }
    assert {key: row[key] for key in expected} == expected
    assert "episode_ids" not in row


@pytest.mark.parametrize("kind", ["Sequence", "Prop", "Shot"])
def test_the_episode_of_a_task(studio, artist, api, project, kind):
    episode = studio.entity(project, "Episode", name="E01")
    place = {"Sequence": {"parent_id": episode["id"]}, "Prop": {"source_id": episode["id"]}, "Shot": {}}[kind]
    studio.task(studio.entity(project, kind, **place), "Layout", [artist])
    row = api.get("/data/user/tasks").json[0]
    assert (row["episode_id"], row["episode_name"]) == (("", None) if kind == "Shot" else (episode["id"], "E01"))


def test_an_asset_cast_in_episodes_shows_them_by_name(studio, artist, api, project):
    prop = studio.entity(project, "Prop")
    for name in ("E02", "E01"):
        episode = studio.entity(project, "Episode", name=name)
        studio.add(EntityLink, entity_in_id=episode["id"], entity_out_id=prop["id"])
    studio.add(EntityLink, entity_in_id=studio.entity(project, "Shot")["id"], entity_out_id=prop["id"])
    studio.task(prop, "Modeling", [artist])
    row = api.get("/data/user/tasks").json[0]
    assert row["episode_names"] == ["E01", "E02"]
    assert len(row["episode_ids"]) == 2
    assert row["description"] is None


def test_the_last_comment_is_the_newest_that_no_client_wrote(studio, artist, api, project):
    task = studio.task(studio.entity(project, "Prop"), "Modeling", [artist])
    client = studio.person("client")
    for author, text, day in ((artist, "old", 1), (artist, "new", 2), (client, "nice", 3)):
        moment = f"2026-01-0{day}T10:00:00.000000"
        body = {"object_id": task["id"], "object_type": "Task", "person_id": author["id"], "text": text}
        studio.add(Comment, **body, created_at=moment)
    assert api.get("/data/user/tasks").json[0]["last_comment"] == {
        "text": "new",
        "date": "2026-01-02T10:00:00",
        "person_id": artist["id"],
    }


def test_who_checks_which_tasks(studio):
    modeling = studio.department()
    people = {role: studio.person(role) for role in ROLES}
    people["lead of modeling"] = studio.person("supervisor", departments=[modeling])
    team, foreign = studio.project(team=people.values()), studio.project()
    task_type = studio.add(TaskType, name="Sculpting", for_entity="Asset", department_id=modeling["id"])
    wfa = status(studio, "wfa")
    here, there = studio.entity(team, "Prop"), studio.entity(foreign, "Prop")
    mine = studio.task(here, "Sculpting", task_type_id=task_type["id"], task_status_id=wfa)["id"]
    other = studio.task(here, "Shading", task_status_id=wfa)["id"]
    far = studio.task(there, "Shading", task_status_id=wfa)["id"]
    studio.task(here, "Rigging", task_status_id=status(studio, "wip"))
    expected = {
        **{role: set() for role in ("user", "client", "vendor")},
        "admin": {mine, other, far},
        "manager": {mine, other},
        "supervisor": {mine, other},
        "lead of modeling": {mine},
    }
    for role, person in people.items():
        rows = studio.api(person).get("/data/user/tasks-to-check").json
        assert {row["id"] for row in rows} == expected[role], role


class Desk:
    """What waits for a manager: two tasks on shots and one on an asset of an episode."""

    def __init__(self, studio):
        self.studio, self.manager, self.artist = studio, studio.person("manager"), studio.person()
        self.project = studio.project(team=[self.manager])
        self.episode = studio.entity(self.project, "Episode", name="E01")
        sequence = studio.entity(self.project, "Sequence", name="SQ01", parent_id=self.episode["id"])
        second, first = (studio.entity(self.project, "Shot", name=n, parent_id=sequence["id"]) for n in ("SH2", "SH1"))
        prop = studio.entity(self.project, "Prop", name="Chair", source_id=self.episode["id"])
        self.tasks = {
            "second": self.task(second, "Animation", "2026-03-04", priority=2, estimation=10, duration=5),
            "first": self.task(first, "Layout", "2026-03-02", priority=1, estimation=30),
            "prop": self.task(prop, "Modeling", None, assignees=[self.artist], estimation=20),
        }

    def task(self, entity, kind, due, **columns):
        due = due and f"{due}T00:00:00.000000"
        return self.studio.task(entity, kind, task_status_id=status(self.studio, "wfa"), due_date=due, **columns)

    def ask(self, query="", person=None, rest=""):
        answer = self.studio.api(person or self.manager).get(f"/data/user/tasks-to-check{rest}{query}")
        assert answer.status_int == 200, answer.text
        return answer.json

    def named(self, query):
        rows = self.ask(query)
        names = {task["id"]: name for name, task in self.tasks.items()}
        return [names[row["id"]] for row in (rows["data"] if isinstance(rows, dict) else rows)]


@pytest.fixture
def desk(studio):
    return Desk(studio)


def test_what_waits_comes_in_an_order(desk):
    assert desk.named("") == ["first", "second", "prop"]
    assert desk.named("?order_by=priority") == ["second", "first", "prop"]
    assert desk.named("?order_by=due_date") == ["first", "second", "prop"]
    assert desk.named("?order_by=estimation") == ["first", "prop", "second"]
    assert desk.named("?order_by=entity_name") == ["second", "first", "prop"]
    assert desk.named("?order_by=name") == ["first", "second", "prop"]


def test_what_waits_is_filtered(studio, desk):
    first = desk.tasks["first"]
    assert desk.named(f"?task_type_id={first['task_type_id']}&project_id={desk.project['id']}") == ["first"]
    assert desk.named(f"?task_status_id={status(studio, 'todo')}") == []
    assert desk.named(f"?episode_id={desk.episode['id']}") == ["first", "second", "prop"]
    assert desk.named(f"?episode_id={new_id()}") == []
    assert desk.named(f"?person_id={desk.artist['id']}") == ["prop"]
    assert desk.named("?person_id=unassigned") == ["first", "second"]
    assert desk.named("?due_date_since=2026-03-02&due_date_until=2026-03-03") == ["first"]
    assert desk.named("?due_date_until=2026-03-04") == ["first", "second"]
    for wrong in ("project_id=", "episode_id=x", "person_id=x", "due_date_since=soon", "page=x"):
        assert studio.api(desk.manager).get(f"/data/user/tasks-to-check?{wrong}").status_int == 400


def test_what_waits_comes_in_pages(studio, desk):
    page = desk.ask("?page=1&limit=2")
    assert (desk.named("?page=1&limit=2"), desk.named("?page=2&limit=2")) == (["first", "second"], ["prop"])
    assert (page["page"], page["limit"], page["is_more"]) == (1, 2, True)
    assert page["stats"] == {"total": 3, "total_duration": 5, "total_estimation": 60}
    assert desk.ask("?page=-1&limit=0")["limit"] == 1
    assert desk.ask("?page=2&limit=2")["is_more"] is False
    empty = desk.ask("?page=1", person=studio.person())
    assert (empty["data"], empty["stats"]["total"]) == ([], 0)


def test_the_values_of_what_waits(studio, desk):
    tasks = desk.tasks.values()
    assert desk.ask(rest="/filter-values") == {
        "project_ids": [desk.project["id"]],
        "task_type_ids": sorted(task["task_type_id"] for task in tasks),
        "task_status_ids": [status(studio, "wfa")],
        "episode_ids": [desk.episode["id"]],
        "person_ids": [desk.artist["id"]],
    }
    animation = studio.task_type("Animation")
    supervisor = studio.person("supervisor", [{"id": animation["department_id"]}])
    studio.link(ProjectPersonLink, project_id=desk.project["id"], person_id=supervisor["id"])
    assert desk.ask(rest="/filter-values", person=supervisor)["task_type_ids"] == [
        task["task_type_id"]
        for task in tasks
        if studio.db.get(TaskType, task["task_type_id"])["department_id"] == animation["department_id"]
    ]
    empty = desk.ask(rest="/filter-values", person=studio.person("vendor"))
    assert (len(empty), [*empty.values()]) == (5, [[]] * 5)


def test_the_role_on_a_production_does_not_count_for_checking(studio):
    artist = studio.person("user")
    project = studio.project(team=[(artist, "manager")])
    studio.task(studio.entity(project, "Prop"), "Modeling", task_status_id=status(studio, "wfa"))
    assert studio.api(artist).get("/data/user/tasks-to-check").json == []


@pytest.fixture
def show(studio, artist):
    """A production with a task of the artist and one of another person on each kind of entity."""
    project, other = studio.project(team=[artist]), studio.person()
    episode = studio.entity(project, "Episode", name="E01")
    found = {"project": project, "episode": episode}
    found["sequence"] = studio.entity(project, "Sequence", name="SQ01", parent_id=episode["id"])
    found["empty"] = studio.entity(project, "Sequence", name="SQ02", parent_id=episode["id"])
    studio.entity(project, "Shot", name="SH09", parent_id=found["empty"]["id"])
    for kind, key in (("Prop", "asset"), ("Shot", "shot"), ("Scene", "scene")):
        parent = None if kind == "Prop" else found["sequence"]["id"]
        found[key] = studio.entity(project, kind, name=f"my {key}", parent_id=parent)
        theirs = studio.entity(project, kind, name=f"their {key}", parent_id=parent)
        studio.task(found[key], "Layout", [artist])
        studio.task(found[key], "Rigging", [other])
        studio.task(theirs, "Layout", [other])
    studio.task(found["sequence"], "Layout", [artist])
    return found


@pytest.mark.parametrize("kind", ["asset", "shot", "scene", "sequence"])
def test_my_tasks_of_an_entity_and_their_types(studio, artist, api, show, kind):
    path = f"/data/user/{kind}s/{show[kind]['id']}"
    tasks = api.get(f"{path}/tasks").json
    assert [(row["type"], row["entity_id"]) for row in tasks] == [("Task", show[kind]["id"])]
    assert "assignees" not in tasks[0]
    types = api.get(f"{path}/task-types")
    assert names(types) == ["Layout"]
    assert types.json[0]["type"] == "TaskType"
    stranger = studio.api(studio.admin)
    assert stranger.get(f"{path}/tasks").json == []
    assert stranger.get(f"{path}/task-types").json == []


def test_who_left_the_team_has_no_work_there_any_more(studio, artist, api, show):
    with studio.db.write():
        studio.db.delete(ProjectPersonLink, person_id=artist["id"])
    for path in (f"shots/{show['shot']['id']}/tasks", f"projects/{show['project']['id']}/sequences", "tasks"):
        assert api.get(f"/data/user/{path}").json == []


def test_only_entities_with_a_task_of_mine_are_mine(api, show):
    project, sequence = f"/data/user/projects/{show['project']['id']}", f"/data/user/sequences/{show['sequence']['id']}"
    asset_types = api.get(f"{project}/asset-types")
    assert names(asset_types) == ["Prop"]
    assert asset_types.json[0]["type"] == "AssetType"
    assets = api.get(f"{project}/asset-types/{asset_types.json[0]['id']}/assets")
    assert (names(assets), assets.json[0]["type"]) == (["my asset"], "Asset")
    for path, kind, found in (
        (f"{project}/sequences", "Sequence", ["SQ01"]),
        (f"{project}/episodes", "Episode", ["E01"]),
        (f"{sequence}/shots", "Shot", ["my shot"]),
        (f"{sequence}/scenes", "Scene", ["my scene"]),
    ):
        answer = api.get(path)
        assert (names(answer), answer.json[0]["type"]) == (found, kind)


def test_entities_of_closed_productions_are_not_listed(studio, api, show):
    close(studio, show["project"])
    project = f"/data/user/projects/{show['project']['id']}"
    for path in (f"{project}/asset-types", f"{project}/sequences", f"/data/user/shots/{show['shot']['id']}/tasks"):
        assert names(api.get(path)) == []


def test_unknown_malformed_and_wrong_ids_are_not_found(api, show):
    for wrong in (new_id(), "nothing", show["episode"]["id"]):
        for path in ("assets/{}/tasks", "shots/{}/task-types", "sequences/{}/shots", "scenes/{}/tasks"):
            assert api.get("/data/user/" + path.format(wrong)).status_int == 404
        assert api.get(f"/data/user/projects/{wrong}/asset-types").status_int == 404
        assert api.get(f"/data/user/projects/{wrong}/episodes").status_int == 404
    shot_type = show["shot"]["entity_type_id"]
    path = f"/data/user/projects/{show['project']['id']}/asset-types/{shot_type}/assets"
    assert api.get(path).status_int == 404


def test_my_tasks_cost_the_same_queries_however_many_they_are(studio, artist, api, project):
    def ask():
        with studio.statements() as found:
            rows = api.get("/data/user/tasks").json
        return len(rows), len(found)

    def assign(count):
        with studio.db.write():
            for _ in range(count):
                studio.task(prop, "Modeling", [artist], name=new_id())

    prop = studio.entity(project, "Prop")
    assign(10)
    few, queries = ask()
    assign(990)
    assert (few, ask()) == (10, (1000, queries))


@pytest.mark.parametrize("path", ["asset-types", "sequences", "episodes"])
def test_my_entities_cost_the_same_queries_however_many_they_are(studio, artist, api, project, path):
    def ask():
        with studio.statements() as found:
            api.get(f"/data/user/projects/{project['id']}/{path}")
        return len(found)

    def work(count):
        with studio.db.write():
            for _ in range(count):
                episode = studio.entity(project, "Episode")
                sequence = studio.entity(project, "Sequence", parent_id=episode["id"])
                studio.task(studio.entity(project, "Shot", parent_id=sequence["id"]), "Layout", [artist])
                studio.task(studio.entity(project, "Prop"), "Layout", [artist])

    work(10)
    queries = ask()
    work(90)
    assert ask() == queries


def test_a_vendor_does_not_see_the_metadata_of_other_departments(studio):
    own, other = studio.department(), studio.department()
    vendor = studio.person("vendor", departments=[own])
    project = studio.project(team=[vendor])
    for name, departments in (("cost", [other]), ("size", [own]), ("mood", [])):
        place = {"project_id": project["id"], "entity_type": "Shot", "data_type": "string"}
        descriptor = studio.add(MetadataDescriptor, name=name, field_name=name, **place)
        with studio.db.write():
            studio.db.relate(MetadataDescriptor, descriptor["id"], "departments", [d["id"] for d in departments])
    sequence = studio.entity(project, "Sequence")
    values = {"cost": 1, "size": 2, "mood": 3}
    shot = studio.entity(project, "Shot", parent_id=sequence["id"], data=values)
    artist = studio.person("user")
    studio.link(ProjectPersonLink, project_id=project["id"], person_id=artist["id"])
    studio.task(shot, "Layout", [vendor, artist])
    for person, seen in ((vendor, {"size": 2, "mood": 3}), (artist, values)):
        api = studio.api(person)
        assert api.get("/data/user/tasks").json[0]["entity_data"] == seen
        assert api.get(f"/data/user/sequences/{sequence['id']}/shots").json[0]["data"] == seen
