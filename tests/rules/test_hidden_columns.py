"""What a listing hides from a caller, its filters do not reveal."""

import pytest
from rules.crud_rules import RULES, WORDS, World
from support import ROLES

LISTED = [
    pytest.param(rule, role, id=f"{rule.base}-{role}")
    for rule in RULES
    for role in ("user", "client", "vendor")
    if WORDS[rule.list](role, True)
]


@pytest.mark.parametrize(("rule", "role"), LISTED)
def test_a_filter_on_a_hidden_column_shows_nothing(studio, rule, role):
    world = World(studio, ROLES)
    world.add(rule.table, world.row(rule.table, True, world.people["manager"]))
    api, path = studio.api(world.people[role]), f"/data/{rule.base}"
    query = rule.query.format(project_id=world.project_id(True))
    listed = api.get(path + query).json
    shown = {key for row in listed for key in row}
    hidden = [name for name, field in rule.model.columns().items() if name not in shown and not field.secret]
    for name in hidden if listed else ():
        answers = []
        for stored in studio.db.column(f'SELECT DISTINCT "{name}" FROM "{rule.table}" WHERE "{name}" IS NOT NULL'):
            answer = api.get(path, params={**dict(p.split("=") for p in query[1:].split("&") if p), name: stored})
            if (rule.table, name, role) == ("person", "email", "user"):
                continue  # programs of artists look people up by their address, as the reference lets them
            answers.append([row["id"] for row in answer.json] if answer.status_int == 200 else answer.status_int)
        me = [world.people[role]["id"]]
        assert all(found in ([], me, 400) for found in answers) or len({str(found) for found in answers}) == 1, (
            name,
            answers,
        )


def test_people_from_outside_find_themselves_by_their_address_and_nobody_else(studio):
    other = studio.person("user", email="other@example.com")
    for role, found in (("client", []), ("vendor", []), ("user", [other["id"]]), ("admin", [other["id"]])):
        person = studio.person(role)
        studio.project(team=[person])
        ask = studio.api(person).get
        assert [row["id"] for row in ask("/data/persons?email=other@example.com").json] == found
        assert [row["id"] for row in ask(f"/data/persons?email={person['email']}").json] == [person["id"]]
