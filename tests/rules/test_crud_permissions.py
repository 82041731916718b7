"""Roles x generic routes x own and foreign production, against the permission table of the API."""

import pytest
from rules.crud_rules import RULES, WORDS, World
from support import ROLES

from kitsulite.application import declared_routes
from kitsulite.models.people import Person
from kitsulite.models.projects import Project, ProjectPersonLink, ProjectStatus

ROUTES = declared_routes()

PLACES = (True, False)


@pytest.fixture
def world(studio):
    return World(studio, ROLES)


def everybody(world):
    """Every (role, own, API of the person, person)."""
    apis = {role: world.studio.api(person) for role, person in world.people.items()}
    return [(role, own, apis[role], world.people[role]) for role in ROLES for own in PLACES]


def made(world, rule, own, caller, closed=False):
    """A fresh row of the table; of persons and productions the one that `own` speaks of."""
    if rule.model is Person and own:
        return world.studio.db.get(Person, caller["id"])
    with world.studio.db.write():
        row = world.add(rule.table, world.row(rule.table, own, caller))
        if rule.model is Project:
            status = world.studio.db.find(ProjectStatus, name="Closed" if closed else "Open")
            world.studio.db.update(Project, row["id"], project_status_id=status["id"])
            for person in world.people.values() if own else ():
                world.studio.link(ProjectPersonLink, project_id=row["id"], person_id=person["id"])
    return world.studio.db.get(rule.model, row["id"])


def compare(found, rule, word, role, own, answer, success, refused=403):
    """Note if an answer is not what the word says."""
    wanted = success if WORDS[word](role, own) else refused
    if answer.status_int != wanted:
        place = "own" if own else "foreign"
        found.append(f"{role}, {place} {rule.base}: {answer.status_int} instead of {wanted} {answer.text[:200]}")


@pytest.fixture(params=RULES, ids=lambda rule: rule.base)
def rule(request):
    return request.param


def test_a_row_is_shown_to_those_who_may_see_it(world, rule):
    found = []
    for role, own, api, person in everybody(world):
        answer = api.get(f"/data/{rule.base}/{made(world, rule, own, person)['id']}")
        compare(found, rule, rule.get, role, own, answer, 200)
    assert not found


def test_a_listing_holds_the_rows_that_the_caller_may_see(world, rule):
    rows = {own: made(world, rule, own, world.people["user"])["id"] for own in PLACES}
    found = []
    for role, own, api, _ in everybody(world):
        query = rule.query.format(project_id=world.project_id(own))
        answer = api.get(f"/data/{rule.base}{query}")
        compare(found, rule, rule.list, role, own, answer, 200)
        if answer.status_int == 200:
            seen = rows[own] in [row["id"] for row in answer.json]
            if seen != WORDS[rule.sees](role, own):
                found.append(f"{role} {'sees' if seen else 'misses'} the {'own' if own else 'foreign'} row")
    assert not found


def test_rows_are_made_by_those_who_may(world, rule):
    found = []
    for role, own, api, person in everybody(world):
        answer = api.post(f"/data/{rule.base}", world.row(rule.table, own, person))
        # No salary scale is ever made by hand.
        success, refused = (None, 400 if role == "admin" else 403) if rule.create == "nobody" else (201, 403)
        compare(found, rule, rule.create, role, own, answer, success, refused)
    assert not found


def test_rows_are_changed_by_those_who_may(world, rule):
    found = []
    for role, own, api, person in everybody(world):
        row = made(world, rule, own, person)
        change = {**rule.change, "name": f"Changed {world.number()}"} if "name" in rule.change else rule.change
        answer = api.put(f"/data/{rule.base}/{row['id']}", change)
        compare(found, rule, rule.update, role, own, answer, 200, rule.refused)
        if answer.status_int != 200:
            assert world.studio.db.get(rule.model, row["id"]) == row
    assert not found


def test_rows_are_deleted_by_those_who_may(world, rule):
    found = []
    for role, own, api, person in everybody(world):
        row = made(world, rule, own, person, closed=True)
        answer = api.delete(f"/data/{rule.base}/{row['id']}")
        compare(found, rule, rule.delete, role, own, answer, 204)
        assert world.studio.db.exists(rule.model, id=row["id"]) == (answer.status_int != 204)
    assert not found


def test_nobody_gets_in_without_a_token(world, rule):
    path = f"/data/{rule.base}"
    row = made(world, rule, False, world.people["user"])
    nobody = world.studio.nobody
    item = f"{path}/{row['id']}"
    answers = [nobody.get(path), nobody.post(path, {}), nobody.get(item), nobody.put(item, {}), nobody.delete(item)]
    assert {answer.status_int for answer in answers} == {401}
    assert all("msg" in answer.json for answer in answers)


def test_the_table_holds_every_generic_route():
    declared = {route.rule.split("/")[2] for route in ROUTES if route.tag == "crud" and route.rule.count("/") == 2}
    assert declared == {rule.base for rule in RULES}
