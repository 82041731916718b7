"""Time spents of tasks, entities and productions, and the caller's own."""

import pytest
from support import ROLES

from kitsulite.models.people import Person
from kitsulite.models.projects import Project, ProjectPersonLink
from kitsulite.models.tasks import Task, TaskPersonLink, TimeSpent

UNKNOWN = "30000000-0000-4000-8000-000000000000"
DAY = "2026-03-02"


class Work:
    """A task of an artist in a production."""

    def __init__(self, studio):
        self.studio = studio
        self.artist = studio.person()
        self.project = studio.project(team=[self.artist])
        self.shot = studio.entity(self.project, "Shot")
        self.task = studio.task(self.shot, "Animation", assignees=[self.artist])
        self.of_task = f"/actions/tasks/{self.task['id']}/time-spents"

    def path(self, person=None, day=DAY, task=None):
        person, task = person or self.artist, task or self.task
        return f"/actions/tasks/{task['id']}/time-spents/{day}/persons/{person['id']}"

    def spend(self, day, duration=60, person=None, task=None):
        person, task = person or self.artist, task or self.task
        return self.studio.add(TimeSpent, task_id=task["id"], person_id=person["id"], date=day, duration=duration)

    def duration(self):
        return self.studio.db.get(Task, self.task["id"])["duration"]

    def join(self, person, role=None):
        self.studio.link(ProjectPersonLink, project_id=self.project["id"], person_id=person["id"], role=role)


@pytest.fixture
def work(studio):
    found = Work(studio)
    studio.forget_events()
    return found


@pytest.fixture
def api(studio, work):
    return studio.api(work.artist)


# Writing


def test_time_is_set_changed_added_and_removed(studio, work, api):
    made = api.post(work.path(), {"duration": "30.5"})
    assert (made.status_int, made.json["duration"], made.json["date"]) == (201, 30.5, DAY)
    assert (made.json["person_id"], made.json["task_id"]) == (work.artist["id"], work.task["id"])
    assert studio.db.get(Person, work.artist["id"])["last_presence"] == DAY
    assert api.post(work.path(), {"duration": 60}).json["id"] == made.json["id"]
    assert api.post(work.path() + "/add", {"duration": 15}).json["duration"] == 75
    assert api.post(work.path(day="2026-03-01") + "/add", {"duration": 5}).json["duration"] == 5
    assert work.duration() == 80
    gone = api.delete(work.path())
    assert (gone.status_int, gone.json["id"], gone.json["duration"]) == (201, made.json["id"], 0)
    assert work.duration() == 5
    assert api.delete(work.path()).status_int == 404
    new, change = ["person:update", "time-spent:new", "task:update"], ["time-spent:update", "task:update"]
    assert studio.events() == [*new, *change, *change, *new, "time-spent:delete", "task:update"]


def test_the_last_presence_is_the_latest_day(studio, work, api):
    api.post(work.path(day="2026-03-05"), {"duration": 5})
    api.post(work.path(day="2026-03-01"), {"duration": 5})
    assert studio.db.get(Person, work.artist["id"])["last_presence"] == "2026-03-05"


@pytest.mark.parametrize(
    "body", [{}, {"duration": 0}, {"duration": -1}, {"duration": 1e16}, {"duration": "long"}, {"duration": None}, []]
)
def test_a_duration_is_more_than_nothing(studio, work, api, body):
    for path in (work.path(), work.path() + "/add"):
        answer = api.post(path, body)
        assert (answer.status_int, answer.json["message"]) == (400, "Validation error.")
    assert studio.events() == []


@pytest.mark.parametrize("day", ["soon", "2026-02-30", "2026-3-1"])
def test_a_day_is_a_date(work, api, day):
    assert api.post(work.path(day=day), {"duration": 5}).json["message"] == "Invalid date format."
    assert api.delete(work.path(day=day)).status_int == 400
    assert api.get(f"{work.of_task}/{day}").status_int == 400
    assert api.get(f"/data/user/time-spents/{day}").status_int == 400
    assert api.get(f"/data/user/tasks/{work.task['id']}/time-spents/{day}").status_int == 400


def test_what_is_unknown_is_reported_before_anything_else(studio, work):
    stranger = studio.api(studio.person())
    for wrong in ({"id": UNKNOWN}, {"id": "x"}):
        assert stranger.post(work.path(task=wrong), {}).status_int == 404
        assert stranger.post(work.path(wrong), {}).status_int == 404
        assert stranger.delete(work.path(wrong)).status_int == 404
    assert stranger.post(work.path(day="soon"), {}).json["message"] == "Validation error."
    assert stranger.post(work.path(day="soon"), {"duration": 1}).status_int == 403


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("member", [True, False])
def test_time_is_kept_by_its_assignee_their_managers_and_admins(studio, work, role, member):
    caller = studio.person(role)
    if member:
        work.join(caller)
    allowed = role == "admin" or (member and role == "manager")
    api = studio.api(caller)
    assert api.post(work.path(), {"duration": 5}).status_int == (201 if allowed else 403)
    assert api.post(work.path() + "/add", {"duration": 5}).status_int == (201 if allowed else 403)
    work.spend("2026-01-01")
    assert api.delete(work.path(day="2026-01-01")).status_int == (201 if allowed else 403)
    assert api.post(work.path(caller), {"duration": 5}).status_int == 403
    studio.link(TaskPersonLink, task_id=work.task["id"], person_id=caller["id"])
    assert api.post(work.path(caller), {"duration": 5}).status_int == 201


def test_the_role_on_the_production_counts(studio, work):
    promoted, demoted = studio.person(), studio.person("manager")
    work.join(promoted, "manager")
    work.join(demoted, "user")
    assert studio.api(promoted).post(work.path(), {"duration": 5}).status_int == 201
    assert studio.api(demoted).post(work.path(), {"duration": 5}).status_int == 403
    assert studio.nobody.post(work.path(), {"duration": 5}).status_int == 401


def test_bots_spend_time_where_productions_welcome_them_and_never_lose_it(studio, work):
    bot, api = studio.bot()
    studio.link(TaskPersonLink, task_id=work.task["id"], person_id=bot["id"])
    assert api.post(work.path(bot), {"duration": 5}).status_int == 403
    with studio.db.write():
        studio.db.update(Project, work.project["id"], is_bot_collaboration_enabled=True)
    assert api.post(work.path(bot), {"duration": 5}).status_int == 201
    assert studio.api(studio.admin).delete(work.path(bot)).status_int == 403


# Reading


def test_the_time_of_a_task_by_person(studio, work, api):
    assert api.get(work.of_task).json == {"total": 0}
    other = studio.person()
    first, second = work.spend("2026-03-01", 10), work.spend("2026-03-02", 20)
    third = work.spend("2026-03-02", 30, other)
    work.spend("2026-03-02", 40, task=studio.task(work.shot, "Layout"))
    assert api.get(work.of_task).json == {"total": 60, work.artist["id"]: [first, second], other["id"]: [third]}
    day = {"total": 50, work.artist["id"]: [second], other["id"]: [third]}
    assert api.get(f"{work.of_task}/2026-03-02").json == day
    assert api.get(f"{work.of_task}/2026-03-03").json == {"total": 0}


def test_the_time_of_an_entity_latest_first(studio, work, api):
    first, third = work.spend("2026-03-01"), work.spend("2026-03-03")
    second = work.spend("2026-03-02", task=studio.task(work.shot, "Layout"))
    work.spend("2026-03-02", task=studio.task(studio.entity(work.project, "Shot"), "Layout"))
    assert api.get(f"/data/entities/{work.shot['id']}/time-spents").json == [third, second, first]


@pytest.mark.parametrize("role", ROLES)
def test_who_reads_the_time_of_a_task_an_entity_and_a_production(studio, work, role):
    member, stranger = studio.person(role), studio.person(role)
    work.join(member)
    paths = [work.of_task, f"{work.of_task}/{DAY}", f"/data/entities/{work.shot['id']}/time-spents"]
    hidden = {"vendor": paths, "client": paths[:2]}.get(role, [])
    for path in paths:
        assert studio.api(member).get(path).status_int == (403 if path in hidden else 200)
        assert studio.api(stranger).get(path).status_int == (200 if role == "admin" else 403)
    project = f"/data/projects/{work.project['id']}"
    assert studio.api(member).get(f"{project}/time-spents").status_int == (403 if role == "client" else 200)
    assert studio.api(stranger).get(f"{project}/time-spents").status_int == (200 if role == "admin" else 403)
    of_type = f"{project}/task-types/{work.task['task_type_id']}/time-spents"
    assert studio.api(member).get(of_type).status_int == (200 if role in ("admin", "manager") else 403)
    assert studio.api(stranger).get(of_type).status_int == (200 if role == "admin" else 403)
    assert studio.api(member).get(f"{project}/budgets/time-spents").status_int == (200 if role == "admin" else 403)
    assert studio.nobody.get(f"{project}/time-spents").status_int == 401
    studio.link(TaskPersonLink, task_id=work.task["id"], person_id=member["id"])
    if role != "client":
        assert {studio.api(member).get(path).status_int for path in paths} == {200}


def test_clients_see_no_time_of_others(studio, work):
    client = studio.person("client")
    work.join(client)
    row = work.spend("2026-03-01")
    api = studio.api(client)
    assert api.get(f"/data/entities/{work.shot['id']}/time-spents").json == []
    assert api.get(f"/data/time-spents/{row['id']}").status_int == 403


def test_the_time_of_a_production(studio, work, api):
    rows = [work.spend("2026-03-01"), work.spend("2026-03-02", task=studio.task(work.shot, "Layout"))]
    work.spend("2026-03-02", task=studio.task(studio.entity(studio.project(), "Shot"), "Layout"))
    assert api.get(f"/data/projects/{work.project['id']}/time-spents?page=1").json == rows
    admin = studio.api(studio.admin)
    assert admin.get(f"/data/projects/{UNKNOWN}/time-spents").json == []
    assert api.get(f"/data/projects/{UNKNOWN}/time-spents").status_int == 404
    assert admin.get("/data/projects/x/time-spents").status_int == 404


def test_the_time_of_a_task_type_by_person(studio, work):
    other = studio.person()
    rows = [work.spend(f"2026-03-0{day}") for day in (1, 2, 3)]
    foreign = work.spend("2026-03-02", person=other)
    work.spend("2026-03-02", task=studio.task(work.shot, "Layout"))
    admin, project = studio.api(studio.admin), f"/data/projects/{work.project['id']}/task-types"
    path = f"{project}/{work.task['task_type_id']}/time-spents"
    assert admin.get(path).json == {work.artist["id"]: rows[::-1], other["id"]: [foreign]}
    assert admin.get(f"{path}?start_date=2026-03-03").json == {work.artist["id"]: rows[2:]}
    assert admin.get(f"{path}?start_date=2026-03-01&end_date=2026-03-01").json == {work.artist["id"]: rows[:1]}
    for wrong in ("start_date=soon", "end_date=", "start_date=2026-02-30"):
        assert admin.get(f"{path}?{wrong}").status_int == 400
    assert admin.get(f"{project}/{UNKNOWN}/time-spents").json == {}
    assert admin.get(f"{project}/x/time-spents").status_int == 400
    assert admin.get(f"/data/projects/x/task-types/{UNKNOWN}/time-spents").status_int == 404


def test_the_time_of_departments_by_person_and_month(studio, work):
    other = studio.person()
    work.spend("2026-03-31", 10)
    work.spend("2026-04-01", 20)
    work.spend("2026-04-02", 30)
    work.spend("2026-04-02", 40, other)
    work.spend("2026-04-02", 50, task=studio.task(work.shot, "Layout"))
    work.spend("2026-04-02", 60, task=studio.task(studio.entity(work.project, "Concept"), "Concept", name="a"))
    admin = studio.api(studio.admin)
    animation, layout = (studio.task_type(name)["department_id"] for name in ("Animation", "Layout"))
    assert admin.get(f"/data/projects/{work.project['id']}/budgets/time-spents").json == {
        animation: {
            "total": 100,
            work.artist["id"]: {"total": 60, "2026-03": 10, "2026-04": 50},
            other["id"]: {"total": 40, "2026-04": 40},
        },
        layout: {"total": 50, work.artist["id"]: {"total": 50, "2026-04": 50}},
    }
    assert admin.get(f"/data/projects/{UNKNOWN}/budgets/time-spents").json == {}
    assert admin.get("/data/projects/x/budgets/time-spents").status_int == 400


# The caller's own


def test_own_time_in_a_range_of_days(studio, work, api):
    rows = [work.spend(f"2026-03-0{day}") for day in (1, 2, 3)]
    work.spend("2026-03-02", person=studio.person())
    assert api.get("/data/user/time-spents").json == []
    assert api.get("/data/user/time-spents?start_date=&end_date=").json == []
    assert api.get("/data/user/time-spents?start_date=2026-03-02&end_date=2026-03-03").json == rows[1:]
    for wrong in ("start_date=2026-03-02", "end_date=2026-03-02", "start_date=a&end_date=b"):
        assert api.get(f"/data/user/time-spents?{wrong}").status_int == 400
    assert api.get("/data/user/time-spents/2026-03-02").json == [rows[1]]
    assert api.get("/data/user/time-spents/2026-03-04").json == []


def test_own_time_on_a_task_and_a_day(work, api):
    row = work.spend(DAY)
    path = "/data/user/tasks/{}/time-spents/" + DAY
    assert api.get(path.format(work.task["id"])).json == row
    assert api.get(path.format(UNKNOWN)).json is None
    assert api.get(path.format("x")).status_int == 404


@pytest.mark.parametrize("role", ROLES)
def test_everybody_but_bots_reads_own_time(studio, work, role):
    paths = (
        *("/data/user/time-spents", f"/data/user/time-spents/{DAY}"),
        f"/data/user/tasks/{work.task['id']}/time-spents/{DAY}",
    )
    person, (_, bot) = studio.api(studio.person(role)), studio.bot(role)
    assert [person.get(path).status_int for path in paths] == [200] * 3
    assert [bot.get(path).status_int for path in paths] == [403] * 3
    assert [studio.nobody.get(path).status_int for path in paths] == [401] * 3
