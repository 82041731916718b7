"""Statements cost what they return, however large the studio: their plans for a large one are checked.

Every route that reads is called on a studio with a row of everything; what all tests ask is looked at in their end.
"""

import pytest
from rules import plans, statements
from rules.calls import Filled, routes

from kitsulite.auth import tokens
from kitsulite.models.base import PAGE_ORDER

#: all that read, but the one that ends the session
ROUTES = [route for route in routes("GET") if route.rule != "/auth/logout"]
#: query strings that each listing is asked with
QUERIES = ("", "page=1&limit=5", "project_id={project_id}", "page=2&project_id={project_id}", "name=abc")


@pytest.fixture
def costly(application, recording):
    """What is found while three roles ask all routes that read."""
    before = set(recording.costly)
    filled = Filled(application)
    for role in ("admin", "manager", "vendor"):
        person = filled.world.people[role]
        filled.token = tokens.pair(application.settings, person["id"])[0]
        for route in ROUTES:
            filled.reset()
            for query in QUERIES if role == "admin" and "<" not in route.rule else QUERIES[:2]:
                filled.send("GET", filled.path(route), query.format(**filled.values))
    filled.reset()
    return {place: sql for place, sql in recording.costly.items() if place not in before}


def test_no_table_that_grows_is_read_or_sorted_in_full(costly):
    found = statements.unexpected(costly)
    assert not found, found


PLANS = {
    "SELECT count(*) FROM news": set(),
    "SELECT * FROM comment ORDER BY updated_at DESC LIMIT 5": set(),
    "SELECT * FROM comment ORDER BY text LIMIT 5": {("scan", "comment")},
    "SELECT * FROM task WHERE name LIKE ?": {("scan", "task")},
    "SELECT * FROM (SELECT id AS i FROM comment ORDER BY updated_at DESC LIMIT 5) w CROSS JOIN task ON id = i": set(),
    "SELECT * FROM (SELECT id AS place FROM comment ORDER BY text LIMIT -1) w CROSS JOIN comment ON id = place": {
        ("scan", "comment")
    },
    "SELECT * FROM task WHERE project_id = ? ORDER BY updated_at DESC LIMIT 5": set(),
    "SELECT * FROM task WHERE project_id = ? ORDER BY due_date LIMIT 5": {("sort", "task")},
    "SELECT * FROM task WHERE project_id = ? ORDER BY due_date": set(),
    "SELECT * FROM entity WHERE id IN (SELECT id FROM entity WHERE project_id = ? ORDER BY updated_at LIMIT 5)"
    " ORDER BY name": set(),
    "SELECT * FROM entity WHERE id IN (SELECT id FROM entity WHERE project_id = ? ORDER BY code LIMIT 5)"
    " ORDER BY name": {("sort", "entity")},
    "SELECT * FROM department ORDER BY name LIMIT 5": set(),
    "SELECT * FROM preview_file WHERE status <> 'ready' ORDER BY created_at, rowid": set(),
    "SELECT * FROM preview_file WHERE status = 'ready' ORDER BY created_at, rowid": {("scan", "preview_file")},
    "UPDATE task SET priority = ? WHERE difficulty = 2": {("scan", "task")},
    "DELETE FROM comment WHERE text = :text": {("scan", "comment")},
}


@pytest.mark.parametrize("sql", PLANS)
def test_how_plans_are_read(sql):
    assert plans.findings(sql) == PLANS[sql]


PAGED = ("comment", "entity", "entity_link", "news", "notification", "preview_file", "task", "time_spent")


@pytest.mark.parametrize("table", PAGED)
def test_rows_of_earlier_pages_are_not_looked_at(table):
    assert steps(table) == [f"SCAN {table} USING COVERING INDEX {table}_pages"]


@pytest.mark.parametrize("table", ["entity", "task"])
def test_nor_are_those_of_a_project(table):
    index = f"COVERING INDEX {table}_project_id_pages (project_id=?)"
    assert steps(table, "WHERE project_id = ?") == [f"SEARCH {table} USING {index}"]


def test_the_time_that_a_person_spent_is_read_from_one_day_to_another():
    sql = "SELECT * FROM time_spent WHERE person_id = ? AND date BETWEEN ? AND ?"
    (step,) = (step for *_, step in plans.explain(f"EXPLAIN QUERY PLAN {sql}"))
    assert step.endswith("(person_id=? AND date>? AND date<?)")


def steps(table, condition=""):
    """How the ids of a page are found."""
    page = f"SELECT id FROM {table} {condition} ORDER BY {PAGE_ORDER} LIMIT ? OFFSET ?"
    return [step for *_, step in plans.explain(f"EXPLAIN QUERY PLAN {page}")]
