"""Preview accounts: throw-away clients by which managers see what clients see."""

import datetime as dt

import pytest
import time_machine
from support import UNKNOWN, Api

from kitsulite.models.people import Person
from kitsulite.models.projects import Project, ProjectPersonLink, ProjectStatus

NOON = dt.datetime(2026, 3, 2, 12)
SHOWN = {"id", "email", "full_name", "preview_open_until"}


class Desk:
    """A production with its manager, and the account that they made."""

    def __init__(self, studio):
        self.studio, self.db = studio, studio.db
        self.manager, self.artist = studio.person("manager"), studio.person()
        self.project = studio.project(team=[self.manager, self.artist], name="Sintel")
        self.api = studio.api(self.manager)
        self.path = f"/data/projects/{self.project['id']}/preview-account"
        studio.forget_events()
        self.made = self.api.post(self.path).json

    def open(self, opens=True):
        answer = self.api.put(self.path, {"is_open": opens})
        assert answer.status_int == 200, answer.text
        return answer.json

    def sign_in(self):
        body = {"email": self.made["email"], "password": self.made["password"]}
        return self.studio.nobody.post("/auth/login", body)

    def client(self):
        """The API as the open account sees it."""
        return Api(self.studio.app, self.sign_in().json["access_token"])


@pytest.fixture
def moment():
    with time_machine.travel(NOON, tick=False) as moment:
        yield moment


@pytest.fixture
def desk(studio, moment):
    return Desk(studio)


def test_a_manager_makes_an_account_once(studio, desk):
    assert set(desk.made) == {*SHOWN, "password"}
    assert (desk.made["full_name"], desk.made["preview_open_until"], len(desk.made["password"])) == (
        "Preview Sintel",
        None,
        16,
    )
    assert desk.made["email"].endswith("@preview.kitsu.invalid")
    assert studio.events() == ["project:update"]
    account = studio.db.get(Person, desk.made["id"])
    assert (account["role"], account["preview_project_id"]) == ("client", desk.project["id"])
    desk.open()
    again = desk.api.post(desk.path)
    assert (again.status_int, again.json["id"], again.json["preview_open_until"]) == (201, desk.made["id"], None)
    assert again.json["password"] != desk.made["password"]
    assert {**desk.made, "password": None} == {**desk.api.get(desk.path).json, "password": None}


def test_the_account_lets_in_while_it_is_open(desk, moment):
    closed = desk.sign_in()
    assert (closed.status_int, closed.json["unactive"]) == (401, True)
    assert desk.open()["preview_open_until"] == "2026-03-02T13:00:00.000000"
    api = desk.client()
    assert api.get(f"/data/projects/{desk.project['id']}").status_int == 200
    moment.shift(dt.timedelta(minutes=50))
    desk.open()
    moment.shift(dt.timedelta(minutes=50))
    assert api.get("/data/user/context").status_int == 200
    moment.shift(dt.timedelta(minutes=10))
    assert (api.get("/data/user/context").status_int, desk.sign_in().status_int) == (401, 401)
    desk.open()
    assert api.get("/data/user/context").status_int == 401
    assert desk.client().get("/data/user/context").status_int == 200
    desk.open(False)
    assert desk.sign_in().status_int == 401


def test_the_account_only_reads(studio, desk, set_up):
    set_up(enforce_2fa=True)
    desk.open()
    api = desk.client()
    task = studio.task(studio.entity(desk.project, "Shot"))
    for answer in (
        api.post(f"/actions/tasks/{task['id']}/comment", {"task_status_id": task["task_status_id"]}),
        api.put(f"/data/persons/{desk.made['id']}", {"phone": "1"}),
        api.delete(f"/data/tasks/{task['id']}"),
    ):
        assert answer.status_int == 403
    assert api.get(f"/data/tasks/{task['id']}").status_int == 200
    assert api.get("/auth/logout").status_int == 200


def test_the_account_is_left_out_of_the_lists_of_persons(studio, desk, set_up):
    admin = studio.api(studio.admin)
    assert desk.made["id"] not in [row["id"] for row in admin.get("/data/persons").json]
    assert desk.made["id"] not in [row["id"] for row in admin.get("/data/persons?page=1").json["data"]]
    assert desk.made["id"] not in [row["id"] for row in admin.get("/data/user/context").json["persons"]]
    assert "Preview" not in admin.get("/export/csv/persons.csv").text
    assert admin.post("/data/search", {"query": "Preview", "index_names": ["persons"]}).json["persons"] == []
    assert admin.get(f"/data/persons/{desk.made['id']}").json["preview_project_id"] == desk.project["id"]
    assert desk.made["id"] in [row["id"] for row in desk.api.get(f"/data/projects/{desk.project['id']}/team").json]
    set_up(user_limit=4)
    new = {"first_name": "A", "last_name": "B", "email": "a@example.com"}
    assert admin.post("/data/persons", new).status_int == 201


def test_the_account_is_called_on_by_nobody(studio, desk):
    task = studio.task(studio.entity(desk.project, "Shot"))
    body = {"task_status_id": task["task_status_id"], "comment": "@Preview Sintel look"}
    made = desk.api.post(f"/actions/tasks/{task['id']}/comment", body).json
    assert made["mentions"] == []


def test_the_account_stays_what_it_is(studio, desk):
    other = studio.project(team=[desk.manager])
    admin = studio.api(studio.admin)
    account = desk.made["id"]
    team = f"/data/projects/{desk.project['id']}/team"
    assert desk.api.post(f"/data/projects/{other['id']}/team", {"person_id": account}).status_int == 400
    assert desk.api.post(team, {"person_id": account, "role": "manager"}).status_int == 400
    assert desk.api.put(f"{team}/{account}", {"role": "manager"}).status_int == 400
    assert desk.api.put(f"{team}/{account}", {"role": "client"}).status_int == 200
    assert admin.put(f"/data/persons/{account}", {"role": "admin"}).status_int == 403
    assert admin.post("/data/projects", {"name": "Cosmos", "team": [account]}).status_int == 400
    task = studio.task(studio.entity(desk.project, "Shot"), "Animation")
    new = {"entity_id": task["entity_id"], "task_type_id": studio.task_type("Layout")["id"], "project_id": None}
    for answer in (
        admin.put(f"/actions/tasks/{task['id']}/assign", {"person_id": account}),
        admin.put(f"/actions/persons/{account}/assign", {"task_ids": [task["id"]]}),
        admin.put(f"/data/tasks/{task['id']}", {"assignees": [account]}),
        admin.post("/data/tasks", {**new, "project_id": desk.project["id"], "assignees": [account]}),
    ):
        assert (answer.status_int, answer.json["message"]) == (400, "A preview account can't be assigned")
    assert desk.api.delete(f"{team}/{account}").status_int == 204
    desk.open()
    assert desk.client().get(f"/data/projects/{desk.project['id']}").status_int == 403


def test_the_account_is_removed(studio, desk):
    studio.forget_events()
    for _ in range(2):
        assert desk.api.delete(desk.path).status_int == 204
    assert desk.api.get(desk.path).json is None
    assert studio.events() == ["person:delete"]
    assert not studio.db.exists(ProjectPersonLink, person_id=desk.made["id"])
    assert desk.api.put(desk.path, {"is_open": True}).status_int == 404


@pytest.mark.parametrize("query", ["", "?force=true"])
def test_the_account_goes_with_its_project(studio, desk, query):
    studio.forget_events()
    closed = studio.db.find(ProjectStatus, name="Closed")["id"]
    with studio.db.write():
        studio.db.update(Project, desk.project["id"], project_status_id=closed)
    assert studio.api(studio.admin).delete(f"/data/projects/{desk.project['id']}{query}").status_int == 204
    assert not studio.db.exists(Person, id=desk.made["id"])


def test_only_managers_of_the_production_have_an_account(studio, desk, set_up):
    for role in ("manager", "supervisor", "client"):
        person = studio.person(role)
        if role != "manager":
            studio.link(ProjectPersonLink, project_id=desk.project["id"], person_id=person["id"])
        api = studio.api(person)
        answers = api.get(desk.path), api.post(desk.path), api.put(desk.path, {"is_open": True}), api.delete(desk.path)
        assert [answer.status_int for answer in answers] == [403] * 4
    admin = studio.api(studio.admin)
    unknown, malformed = (f"/data/projects/{name}/preview-account" for name in (UNKNOWN, "x"))
    assert (admin.get(unknown).json, admin.delete(unknown).status_int) == (None, 204)
    assert [admin.post(path).status_int for path in (unknown, malformed)] == [404, 404]
    assert [admin.get(malformed).status_int, admin.delete(malformed).status_int] == [404, 404]
    assert desk.api.put(desk.path, {}).status_int == 400
    assert studio.nobody.get("/config").json["preview_accounts_enabled"] is True
    set_up(auth_strategy="auth_local_no_password")
    assert desk.api.post(desk.path).status_int == 400
    assert studio.nobody.get("/config").json["preview_accounts_enabled"] is False
