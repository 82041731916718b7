"""Who sees how much time persons spent, per period."""

import pytest
from support import ROLES

from kitsulite.models.people import Studio as Site
from kitsulite.models.projects import ProjectPersonLink
from kitsulite.models.tasks import Task, TimeSpent

UNKNOWN = "30000000-0000-4000-8000-000000000000"
TABLES = ("year-table", "month-table/2026", "week-table/2026", "day-table/2026/03")
PERIODS = ("year/2026", "month/2026/3", "week/2026/10", "day/2026/3/2", "2026-03-02")


class Office:
    """An artist who spends time on two productions."""

    def __init__(self, studio):
        self.studio = studio
        self.artist = studio.person()
        self.here, self.there = studio.project(name="Here"), studio.project(name="There")
        self.animation = studio.task(studio.entity(self.here, "Shot", name="SH01"), "Animation")
        self.layout = studio.task(studio.entity(self.there, "Shot", name="SH02"), "Layout")

    def spend(self, task, day, duration, person=None):
        person = person or self.artist
        return self.studio.add(TimeSpent, task_id=task["id"], person_id=person["id"], date=day, duration=duration)

    def path(self, rest="", person=None):
        return f"/data/persons/{(person or self.artist)['id']}/time-spents{rest}"

    def join(self, person, *projects):
        for project in projects:
            self.studio.link(ProjectPersonLink, project_id=project["id"], person_id=person["id"])

    def department(self, task):
        return {"id": self.studio.db.value("SELECT department_id FROM task_type WHERE id = ?", [task["task_type_id"]])}


@pytest.fixture
def office(studio):
    return Office(studio)


@pytest.fixture
def filled(office):
    """The same with a day's work on each production."""
    office.spend(office.animation, "2026-03-02", 100)
    office.spend(office.layout, "2026-03-02", 20)
    return office


# Of a person


def test_a_range_of_days_is_for_the_person_and_who_leads_them(studio, filled):
    admin = studio.api(studio.admin)
    assert admin.get(filled.path()).json == []
    assert len(admin.get(filled.path("?start_date=2026-03-02&end_date=2026-03-02")).json) == 2
    assert admin.get(filled.path("?start_date=2026-03-03&end_date=2026-03-09")).json == []
    for wrong in ("start_date=2026-03-02", "end_date=2026-03-02", "start_date=2026-03-02&end_date=x"):
        assert admin.get(filled.path("?" + wrong)).status_int == 400
    assert studio.api(studio.person("user")).get(filled.path()).status_int == 403
    rows = studio.api(filled.artist).get(filled.path("?start_date=2026-03-02&end_date=2026-03-02")).json
    assert [(row["project_id"], row["task_type_id"]) for row in rows] == [
        (task["project_id"], task["task_type_id"]) for task in (filled.animation, filled.layout)
    ]
    lead, stranger = studio.person("manager"), studio.person("manager")
    filled.join(lead, filled.here)
    for leader, number in ((lead, 1), (stranger, 0)):
        found = studio.api(leader).get(filled.path("?start_date=2026-03-02&end_date=2026-03-02"))
        assert (found.status_int, len(found.json)) == (200, number)


def test_the_tasks_of_a_period_with_their_sums(studio, office):
    sequence = studio.entity(
        office.here, "Sequence", name="SE01", parent_id=studio.entity(office.here, "Episode")["id"]
    )
    shot = studio.entity(office.here, "Shot", name="SH00", parent_id=sequence["id"])
    deep = studio.task(shot, "Animation")
    for day, duration in (
        ("2026-02-28", 1),
        ("2026-03-01", 2),
        ("2026-03-02", 4),
        ("2026-03-31", 8),
        ("2026-04-01", 16),
    ):
        office.spend(office.animation, day, duration)
    office.spend(deep, "2026-03-02", 32)
    office.spend(deep, "2026-03-02", 64, studio.person())
    api = studio.api(office.artist)

    def sums(rest):
        return [(row["entity_name"], row["duration"]) for row in api.get(office.path(rest)).json]

    assert sums("/year/2026") == [("SH00", 32), ("SH01", 31)]
    assert sums("/month/2026/03") == sums("/month/2026/3") == [("SH00", 32), ("SH01", 14)]
    assert sums("/week/2026/9") == [("SH01", 3)]
    assert sums("/week/2026/10") == [("SH00", 32), ("SH01", 4)]
    assert sums("/day/2026/3/31") == [("SH01", 8)]
    assert sums("/day/2026/3/30") == []
    row = api.get(office.path("/day/2026/03/02")).json[0]
    assert row == {
        **{"task_id": deep["id"], "task_type_id": deep["task_type_id"], "duration": 32},
        **{"project_id": office.here["id"], "project_name": "Here", "entity_name": "SH00", "entity_type_name": "Shot"},
        **{"sequence_name": "SE01", "episode_name": studio.db.value("SELECT name FROM entity WHERE name LIKE 'Epi%'")},
    }


def test_the_time_of_a_day_and_of_a_month(studio, filled):
    row = filled.spend(filled.animation, "2026-03-31", 5)
    filled.spend(filled.animation, "2026-04-01", 5)
    api = studio.api(filled.artist)
    assert api.get(filled.path("/2026-03-31")).json == [row]
    assert [r["duration"] for r in api.get(filled.path("/month/all/2026/03")).json] == [100, 20, 5]


@pytest.mark.parametrize("rest", PERIODS)
def test_managers_see_the_time_in_their_productions(studio, filled, rest):
    manager = studio.person("manager")
    api, path = studio.api(manager), filled.path(f"/{rest}")
    assert api.get(path).json == []
    filled.join(manager, filled.here)
    assert [row["duration"] for row in api.get(path).json] == [100]
    filled.join(manager, filled.there)
    assert sum(row["duration"] for row in api.get(path).json) == 120


@pytest.mark.parametrize("rest", PERIODS)
def test_supervisors_see_the_time_of_their_departments(studio, filled, rest):
    layout = filled.department(filled.layout)
    everywhere, narrow = studio.person("supervisor"), studio.person("supervisor", departments=[layout])
    path = filled.path(f"/{rest}")
    for supervisor, seen in ((everywhere, 120), (narrow, 20)):
        filled.join(supervisor, filled.here, filled.there)
        assert sum(row["duration"] for row in studio.api(supervisor).get(path).json) == seen


def test_a_production_narrows_what_is_seen(studio, filled):
    manager = studio.person("manager")
    filled.join(manager, filled.here)
    path, here, there = filled.path("/year/2026?project_id="), filled.here["id"], filled.there["id"]
    for api in (studio.api(studio.admin), studio.api(filled.artist)):
        assert [row["project_id"] for row in api.get(path + there).json] == [there]
        assert api.get(path + UNKNOWN).json == []
        assert api.get(path + "x").status_int == 400
    api = studio.api(manager)
    assert [row["project_id"] for row in api.get(path + here).json] == [here]
    assert api.get(path + there).status_int == 403
    assert api.get(path + UNKNOWN).status_int == 403
    assert api.get(path + "x").status_int == 400


@pytest.mark.parametrize("rest", [*PERIODS, "month/all/2026/3"])
@pytest.mark.parametrize("role", ROLES)
def test_who_may_ask_for_the_time_of_whom(studio, office, role, rest):
    caller = studio.person(role)
    api = studio.api(caller)
    leads = ("admin",) if "all" in rest else ("admin", "manager", "supervisor")
    assert api.get(office.path(f"/{rest}", caller)).status_int == 200
    assert api.get(office.path(f"/{rest}")).status_int == (200 if role in leads else 403)
    bot, as_bot = studio.bot(role)
    assert as_bot.get(office.path(f"/{rest}", bot)).status_int == 403
    assert studio.nobody.get(office.path(f"/{rest}")).status_int == 401


@pytest.mark.parametrize("rest", ["", *(f"/{period}" for period in PERIODS), "/month/all/2026/3"])
def test_unknown_persons_and_bots_have_no_time(studio, office, rest):
    admin = studio.api(studio.admin)
    for person_id in (UNKNOWN, "x"):
        assert admin.get(office.path(rest, {"id": person_id})).status_int == 404
    bot, _ = studio.bot()
    assert admin.get(office.path(rest, bot)).status_int == 403


@pytest.mark.parametrize(
    "rest",
    [
        *("/year/20x6", "/month/2026/13", "/month/2026/0", "/week/2025/53", "/week/2026/0", "/day/2026/2/29"),
        *("/month/all/2026/13", "/month/all/2026/june", "/by-date?date=2026-03-02", "/2026-02-30"),
    ],
)
def test_a_period_that_is_none(studio, office, rest):
    assert studio.api(office.artist).get(office.path(rest)).status_int == 400


# Tables


def ask(api, table, **query):
    return api.get(f"/data/persons/time-spents/{table}", params=query)


def test_tables_sum_per_unit_and_person(studio, office):
    other, me = studio.person()["id"], office.artist["id"]
    for day, duration in (
        ("2025-12-31", 1),
        ("2026-01-01", 2),
        ("2026-03-02", 4),
        ("2026-03-31", 8),
        ("2026-12-31", 16),
    ):
        office.spend(office.animation, day, duration)
    office.spend(office.layout, "2026-03-02", 32)
    office.spend(office.layout, "2026-03-02", 64, {"id": other})
    admin = studio.api(studio.admin)
    assert ask(admin, "year-table").json == {"2025": {me: 1}, "2026": {me: 62, other: 64}}
    assert ask(admin, "month-table/2026").json == {"1": {me: 2}, "3": {me: 44, other: 64}, "12": {me: 16}}
    assert ask(admin, "week-table/2026").json == {
        **{"1": {me: 3}, "10": {me: 36, other: 64}, "14": {me: 8}, "53": {me: 16}},
    }
    assert ask(admin, "day-table/2026/3").json == {"2": {me: 36, other: 64}, "31": {me: 8}}
    assert ask(admin, "month-table/2024").json == {}


def test_the_first_days_of_a_year_may_fall_into_its_last_week(studio, office):
    for day, duration in (("2027-01-01", 5), ("2024-12-30", 7), ("2024-01-01", 9)):
        office.spend(office.animation, day, duration)
    admin, me = studio.api(studio.admin), office.artist["id"]
    tables = {year: ask(admin, f"week-table/{year}").json for year in (2024, 2025, 2026, 2027)}
    assert tables == {2024: {"1": {me: 9}}, 2025: {"1": {me: 7}}, 2026: {"53": {me: 5}}, 2027: {}}


def test_time_without_a_person_or_a_project_counts_but_none_on_a_task_without_a_type(studio, office):
    nobody, admin = {"id": None}, studio.api(studio.admin)
    office.spend(office.animation, "2026-03-02", 7, nobody)
    task = studio.add(Task, name="free", task_type_id=office.animation["task_type_id"])
    spent = office.spend(task, "2026-03-02", 0.25)
    office.spend(studio.add(Task, name="untyped", project_id=office.here["id"]), "2026-03-02", 30)
    assert ask(admin, "year-table").json == {"2026": {"null": 7, office.artist["id"]: 0.25}}
    of_department = {office.department(office.animation)["id"]: {"total": 7, "null": {"total": 7, "2026-03": 7}}}
    assert admin.get(f"/data/projects/{office.here['id']}/budgets/time-spents").json == of_department
    with studio.db.write():
        studio.db.delete(TimeSpent, id=spent["id"])
    assert ask(admin, "day-table/2026/3").json == {"2": {"null": 7}}


def minutes(answer):
    return sum(sum(persons.values()) for persons in answer.json.values())


@pytest.mark.parametrize("table", TABLES)
def test_tables_are_narrowed_by_production_department_and_studio(studio, filled, table):
    site = studio.add(Site, name="Paris", color="#000000")
    filled.spend(filled.layout, "2026-03-02", 3, studio.person(studio_id=site["id"]))
    admin = studio.api(studio.admin)
    assert minutes(ask(admin, table)) == 123
    assert minutes(ask(admin, table, project_id=filled.there["id"])) == 23
    assert minutes(ask(admin, table, department_id=filled.department(filled.animation)["id"])) == 100
    assert minutes(ask(admin, table, studio_id=site["id"])) == 3
    assert minutes(ask(admin, table, studio_id=site["id"], project_id=filled.here["id"])) == 0
    for name in ("project_id", "department_id", "studio_id"):
        assert ask(admin, table, **{name: "x"}).status_int == 400
        assert minutes(ask(admin, table, **{name: UNKNOWN})) == 0


@pytest.mark.parametrize("table", TABLES)
def test_managers_see_tables_of_their_productions(studio, filled, table):
    manager = studio.person("manager")
    filled.join(manager, filled.here)
    api = studio.api(manager)
    assert minutes(ask(api, table)) == 100
    assert minutes(ask(api, table, project_id=filled.here["id"])) == 100
    assert ask(api, table, project_id=filled.there["id"]).status_int == 403
    assert minutes(ask(api, table, department_id=filled.department(filled.layout)["id"])) == 0


@pytest.mark.parametrize("table", TABLES)
def test_supervisors_see_tables_of_their_departments(studio, filled, table):
    animation, layout = filled.department(filled.animation), filled.department(filled.layout)
    everywhere, narrow = studio.person("supervisor"), studio.person("supervisor", departments=[layout])
    for supervisor in (everywhere, narrow):
        filled.join(supervisor, filled.here, filled.there)
    assert minutes(ask(studio.api(everywhere), table)) == 120
    assert ask(studio.api(everywhere), table, department_id=animation["id"]).status_int == 400
    api = studio.api(narrow)
    assert minutes(ask(api, table)) == minutes(ask(api, table, department_id=layout["id"])) == 20
    assert ask(api, table, department_id=animation["id"]).status_int == 400


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", ["user", "client", "vendor"])
def test_others_see_tables_of_their_own_time(studio, filled, table, role):
    caller = studio.person(role)
    filled.join(caller, filled.here, filled.there)
    filled.spend(filled.animation, "2026-03-02", 7, caller)
    assert minutes(ask(studio.api(caller), table)) == 7
    assert minutes(ask(studio.api(caller), table, project_id=filled.there["id"])) == 0
    bot, as_bot = studio.bot(role)
    filled.spend(filled.animation, "2026-03-02", 3, bot)
    assert minutes(ask(as_bot, table)) == 3
    assert ask(studio.nobody, table).status_int == 401


@pytest.mark.parametrize("table", ["month-table/x", "week-table/0", "day-table/2026/13", "day-table/2026/x"])
def test_a_table_of_no_period(studio, table):
    answer = ask(studio.api(studio.admin), table)
    assert (answer.status_int, answer.json["message"]) == (400, "Invalid month or year.")


def test_a_table_costs_the_same_number_of_statements_however_much_it_sums(studio, office):
    api = studio.api(studio.admin)
    with studio.statements() as few:
        ask(api, "day-table/2026/3")
    for day in range(1, 29):
        office.spend(office.animation, f"2026-03-{day:02}", 5)
    with studio.statements() as many:
        ask(api, "day-table/2026/3")
    assert len(many) == len(few)


def test_tables_read_kept_sums_and_no_time_spents(studio, filled):
    manager = studio.person("manager")
    filled.join(manager, filled.here)
    with studio.statements() as statements:
        for table in TABLES:
            for person in (studio.admin, manager, filled.artist):
                assert minutes(ask(studio.api(person), table)) >= 100
            assert minutes(ask(studio.api(studio.admin), table, project_id=filled.here["id"])) == 100
    assert "time_sum" in str(statements)
    assert "time_spent " not in str(statements)
