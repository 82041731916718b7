"""Budgets of a production and their entries."""

import pytest

from kitsulite.models.people import Department
from kitsulite.models.projects import Budget, BudgetEntry
from kitsulite.models.tasks import TaskType, TimeSpent

UNKNOWN = "8b4ef3f8-6d2e-4b43-9d3a-1d0a8a0b6f10"


def path(project, *rest):
    ids = [part["id"] if isinstance(part, dict) else part for part in rest]
    return "/".join([f"/data/projects/{project['id']}/budgets", *ids])


@pytest.fixture
def entry_body(studio):
    return {
        "department_id": studio.db.find(Department, name="Layout")["id"],
        "start_date": "2026-01-15",
        "months_duration": 6,
        "daily_salary": 250.5,
    }


# Budgets


def test_budgets_are_numbered_per_production(studio, project, admin):
    first = admin.post(path(project), {"name": "Bid"})
    assert first.status_int == 200
    assert (first.json["revision"], first.json["currency"], first.json["type"]) == (1, "USD", "Budget")
    second = admin.post(path(project), {"name": "Bid", "currency": None}).json
    assert (second["revision"], second["currency"]) == (2, None)
    assert admin.post(path(studio.project()), {"name": "Other", "currency": "EUR"}).json["revision"] == 1
    admin.delete(path(project, first.json))
    assert admin.post(path(project), {"name": "Bid"}).json["revision"] == 3
    listed = admin.get(path(project)).json
    assert [budget["revision"] for budget in listed] == [2, 3]
    assert set(listed[0]) == {"id", "project_id", "revision", "name", "currency"}
    assert studio.events() == [*["budget:create"] * 3, "budget:delete", "budget:create"]


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": None}, {"name": "a", "currency": "EURO"}, {"name": "a" * 256}]
)
def test_a_bad_budget_is_refused(studio, project, admin, body):
    assert admin.post(path(project), body).status_int == 400
    assert not studio.db.exists(Budget)


def test_a_budget_is_renamed(studio, project, admin):
    budget = admin.post(path(project), {"name": "Bid"}).json
    assert admin.put(path(project, budget), {"name": None, "currency": "EUR", "revision": 7}).json["revision"] == 1
    changed = admin.put(path(project, budget), {"name": ""}).json
    assert (changed["name"], changed["currency"]) == ("", "EUR")
    assert admin.put(path(project, budget), {"currency": "EURO"}).status_int == 400
    assert admin.get(path(project, budget)).json == changed
    assert studio.events() == ["budget:create", "budget:update", "budget:update"]


def test_a_deleted_budget_takes_its_entries_along(studio, project, admin, entry_body):
    budget, other = (admin.post(path(project), {"name": name}).json for name in ("Bid", "Plan"))
    for place in (budget, other):
        admin.post(path(project, place, "entries"), entry_body)
    studio.forget_events()
    assert admin.delete(path(project, budget)).status_int == 204
    assert [entry["budget_id"] for entry in studio.db.all(BudgetEntry)] == [other["id"]]
    assert studio.events() == ["budget:delete"]


# Entries


def test_an_entry_has_defaults(studio, project, admin, entry_body):
    budget = admin.post(path(project), {"name": "Bid"}).json
    answer = admin.post(path(project, budget, "entries"), {**entry_body, "position": None, "exceptions": {"a": 1}})
    assert answer.status_int == 200
    made = answer.json
    assert (made["position"], made["seniority"], made["person_id"], made["exceptions"]) == ("artist", "mid", None, {})
    assert {key: made[key] for key in entry_body} == entry_body
    assert made["type"] == "BudgetEntry"
    assert admin.get(path(project, budget, "entries", made)).json == made
    [listed] = admin.get(path(project, budget, "entries")).json
    assert set(made) - set(listed) == {"type", "created_at", "updated_at"}
    assert studio.events() == ["budget:create", "budget-entry:create"]
    stored = studio.db.value("SELECT data FROM api_event WHERE name = 'budget-entry:create'")
    assert budget["id"] in stored
    assert project["id"] in stored


BAD_VALUES = [
    {"department_id": ""},
    {"department_id": None},
    {"department_id": "nonsense"},
    {"department_id": UNKNOWN},
    {"person_id": UNKNOWN},
    {"person_id": "nonsense"},
    {"start_date": None},
    {"start_date": "soon"},
    {"start_date": "2026-02-30"},
    {"months_duration": "long"},
    {"months_duration": None},
    {"months_duration": 2**40},
    {"daily_salary": None},
    {"daily_salary": "much"},
    {"position": "king"},
    {"seniority": "old"},
]


@pytest.mark.parametrize("bad", BAD_VALUES)
def test_a_bad_entry_is_refused(studio, project, admin, entry_body, bad):
    budget = admin.post(path(project), {"name": "Bid"}).json
    answer = admin.post(path(project, budget, "entries"), {**entry_body, **bad})
    assert (answer.status_int, set(answer.json)) == (400, {"error", "message", "data"})
    assert not studio.db.exists(BudgetEntry)


@pytest.mark.parametrize("key", ["department_id", "start_date", "months_duration", "daily_salary"])
def test_an_entry_needs_its_required_values(studio, project, admin, entry_body, key):
    budget = admin.post(path(project), {"name": "Bid"}).json
    del entry_body[key]
    assert admin.post(path(project, budget, "entries"), entry_body).status_int == 400


def test_a_change_replaces_an_entry(studio, project, admin, entry_body):
    artist = studio.person()
    budget = admin.post(path(project), {"name": "Bid"}).json
    body = {**entry_body, "person_id": artist["id"], "position": "lead", "seniority": "senior"}
    made = admin.post(path(project, budget, "entries"), body).json
    target = path(project, budget, "entries", made)
    exceptions = {"2026-01": "3", "2026-02": 0, "2026-03": None, "2026-04": -2, "2026-05": 4.7, "2026-06": ""}
    changed = admin.put(target, {**body, "daily_salary": 300, "exceptions": exceptions}).json
    assert (changed["daily_salary"], changed["exceptions"]) == (300.0, {"2026-01": 3, "2026-05": 4})
    assert (changed["person_id"], changed["position"]) == (artist["id"], "lead")
    changed = admin.put(target, {}).json
    assert {key: changed[key] for key in entry_body} == {**entry_body, "daily_salary": 300.0}
    assert [changed[key] for key in ("person_id", "position", "seniority", "exceptions")] == [None, None, None, {}]
    assert studio.events("budget-entry:update") == ["budget-entry:update"] * 2


BAD_EXCEPTIONS = [{"exceptions": bad} for bad in ([1], {"2026-01": "many"}, {"2026-01": []}, {"2026-01": {}})]


@pytest.mark.parametrize("bad", [*BAD_VALUES, *BAD_EXCEPTIONS])
def test_a_bad_change_of_an_entry_is_refused(studio, project, admin, entry_body, bad):
    budget = admin.post(path(project), {"name": "Bid"}).json
    made = admin.post(path(project, budget, "entries"), entry_body).json
    assert admin.put(path(project, budget, "entries", made), {**entry_body, **bad}).status_int == 400
    assert studio.db.get(BudgetEntry, made["id"]) == made


def test_an_entry_is_deleted(studio, project, admin, entry_body):
    budget = admin.post(path(project), {"name": "Bid"}).json
    made = admin.post(path(project, budget, "entries"), entry_body).json
    target = path(project, budget, "entries", made)
    assert admin.delete(target).status_int == 204
    assert admin.delete(target).status_int == 404
    assert studio.events("budget-entry:delete") == ["budget-entry:delete"]


# Whose money


def test_the_money_of_another_production_is_out_of_reach(studio, project, admin, entry_body):
    manager = studio.person("manager")
    own = studio.project(team=[manager])
    foreign = admin.post(path(project), {"name": "Secret"}).json
    foreign_entry = admin.post(path(project, foreign, "entries"), entry_body).json
    mine, other = (admin.post(path(own), {"name": name}).json for name in ("Bid", "Plan"))
    my_entry = admin.post(path(own, mine, "entries"), entry_body).json
    api = studio.api(manager)
    studio.forget_events()
    for target in (path(own, foreign), path(own, foreign, "entries", foreign_entry)):
        assert api.get(target).status_int == 404
        assert api.put(target, {"name": "Mine", **entry_body}).status_int == 404
        assert api.delete(target).status_int == 404
    assert api.get(path(own, foreign, "entries")).status_int == 404
    assert api.post(path(own, foreign, "entries"), entry_body).status_int == 404
    for target in (path(own, mine, "entries", foreign_entry), path(own, other, "entries", my_entry)):
        assert api.get(target).status_int == 404
        assert api.put(target, entry_body).status_int == 404
        assert api.delete(target).status_int == 404
    assert api.get(path(project, foreign)).status_int == 403
    assert len(studio.db.all(BudgetEntry)) == 2
    assert studio.events() == []


@pytest.mark.parametrize("role", ["admin", "manager", "supervisor", "user", "client", "vendor"])
def test_only_managers_of_the_production_see_its_money(studio, admin, role, entry_body):
    member, stranger = studio.person(role), studio.person(role)
    project = studio.project(team=[member])
    budget = admin.post(path(project), {"name": "Bid"}).json
    entry = admin.post(path(project, budget, "entries"), entry_body).json
    allowed = role in ("admin", "manager")
    calls = [
        lambda api: api.get(path(project)),
        lambda api: api.post(path(project), {"name": "New"}),
        lambda api: api.get(path(project, budget)),
        lambda api: api.put(path(project, budget), {"name": "Renamed"}),
        lambda api: api.get(path(project, budget, "entries")),
        lambda api: api.post(path(project, budget, "entries"), entry_body),
        lambda api: api.get(path(project, budget, "entries", entry)),
        lambda api: api.put(path(project, budget, "entries", entry), entry_body),
    ]
    deletions = [
        lambda api: api.delete(path(project, budget, "entries", entry)),
        lambda api: api.delete(path(project, budget)),
    ]
    for call in [*calls, *deletions]:
        assert call(studio.nobody).status_int == 401
        if role != "admin":
            assert call(studio.api(stranger)).status_int == 403
        assert (call(studio.api(member)).status_int < 300) == allowed
    # the permission comes before the body
    assert studio.api(member).post(path(project), {}).status_int == (400 if allowed else 403)
    assert studio.api(member).get(path(project, "time-spents")).status_int == (200 if role == "admin" else 403)


def test_bad_ids_of_budgets(studio, project, admin):
    budget = admin.post(path(project), {"name": "Bid"}).json
    for target in (path({"id": "nonsense"}), path(project, "nonsense"), path(project, budget, "entries", "nonsense")):
        answer = admin.get(target)
        assert (answer.status_int, answer.json["message"]) == (400, "Wrong UUID format.")
    assert admin.get(path({"id": UNKNOWN})).json == []
    assert admin.post(path({"id": UNKNOWN}), {"name": "a"}).status_int == 404
    assert admin.get(path(project, UNKNOWN)).status_int == 404
    assert admin.get(path(project, UNKNOWN, "entries")).status_int == 404
    assert admin.get(path(project, budget, "entries", UNKNOWN)).status_int == 404


# Time spents


def test_time_spents_are_summed_by_department_person_and_month(studio, project, admin):
    ada, bob = studio.person(), studio.person()
    prop = studio.entity(project, "Prop")
    departments = {name: studio.task_type(name)["department_id"] for name in ("Modeling", "Rigging")}
    modeling, rigging = studio.task(prop, "Modeling"), studio.task(prop, "Rigging")
    nowhere = studio.add(TaskType, name="Nowhere", for_entity="Asset")
    elsewhere = studio.task(studio.entity(studio.project(), "Prop"), "Modeling")
    for person, task, date, minutes in (
        (ada, modeling, "2026-01-01", 60),
        (ada, modeling, "2026-01-31", 30),
        (ada, modeling, "2026-02-01", 10),
        (bob, modeling, "2026-02-01", 5),
        (ada, rigging, "2026-02-01", 7),
        (ada, studio.task(prop, "Nowhere", task_type_id=nowhere["id"]), "2026-02-01", 100),
        (ada, elsewhere, "2026-02-01", 100),
    ):
        studio.add(TimeSpent, person_id=person["id"], task_id=task["id"], date=date, duration=minutes)
    assert admin.get(path(project, "time-spents")).json == {
        departments["Modeling"]: {
            "total": 105,
            ada["id"]: {"total": 100, "2026-01": 90, "2026-02": 10},
            bob["id"]: {"total": 5, "2026-02": 5},
        },
        departments["Rigging"]: {"total": 7, ada["id"]: {"total": 7, "2026-02": 7}},
    }
    assert admin.get(path({"id": UNKNOWN}, "time-spents")).json == {}
    assert admin.get(path({"id": "nonsense"}, "time-spents")).status_int == 400
