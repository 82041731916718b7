"""Rows refer only to rows of their own project or to shared ones: all references of all tables are tried."""

import pytest
from rules.crud_rules import RULES, World
from support import ROLES

from kitsulite.domain.belonging import reference_of
from kitsulite.models import TABLES
from kitsulite.models.entities import Entity
from kitsulite.models.homes import HOMES, is_owned, project_of, references

#: references of rows that the generic routes make, and to-many relations between rows of projects
REFERENCES = [pytest.param(rule, name, id=f"{rule.base}.{name}") for rule in RULES for name in references(rule.model)]
RELATIONS = [
    pytest.param(rule, name, id=f"{rule.base}.{name}")
    for rule in RULES
    for name in rule.model.relations
    if is_owned(reference_of(rule.model, name)[0])
]
#: relations that a change leaves as they are; routes of their own set them
UNCHANGED = {("playlist", "build_jobs"), ("entity", "entities_out"), ("entity", "entities_in")}
UNCHANGED |= {("entity", "instance_casting")}


@pytest.fixture
def world(studio):
    return World(studio, ROLES)


def foreign(world, table):
    """A row of a table in the other production."""
    rule_rows = {"search_filter_group": {"project_id": world.project_id(False)}}
    if table == "build_job":
        return world.add(table, {"playlist_id": foreign(world, "playlist")["id"]})
    return world.add(table, {**world.row(table, False, world.people["admin"]), **rule_rows.get(table, {})})


def in_place(world, table):
    """Columns of a row that lies in the own production for sure."""
    columns = world.row(table, True, world.people["admin"])
    return {**columns, "project_id": world.project_id(True)} if table == "search_filter" else columns


def strays(db, model):
    """The ids of rows that refer to a row of another project, and the references."""
    found = []
    for name, field in references(model).items():
        shared = f" AND NOT COALESCE((SELECT e.is_shared FROM entity e WHERE e.id = x.{name}), 0)"
        here, there = project_of(model.table(), "x.id"), project_of(field.table, f'x."{name}"')
        sql = f'SELECT x.id FROM "{model.table()}" x WHERE {here} <> {there}{shared if field.shared else ""}'
        found += [(name, row_id) for row_id in db.column(sql)]
    return found


@pytest.mark.parametrize(("rule", "name"), REFERENCES)
def test_a_reference_into_another_project_is_refused(world, rule, name):
    api, model = world.studio.api(world.people["admin"]), rule.model
    other = {name: foreign(world, references(model)[name].table)["id"]}
    row = world.add(model.table(), in_place(world, model.table()))
    answers = [
        api.post(f"/data/{rule.base}", {**in_place(world, model.table()), **other}),
        api.put(f"/data/{rule.base}/{row['id']}", other),
    ]
    assert strays(world.studio.db, model) == []
    for answer in answers if name not in HOMES.get(model.table(), ()) else ():
        # what a change ignores stays as it is
        assert answer.status_int == 400 or answer.json[name] == row[name], answer.text


@pytest.mark.parametrize(("rule", "name"), RELATIONS)
def test_a_relation_with_rows_of_another_project_is_refused(world, rule, name):
    api, model = world.studio.api(world.people["admin"]), rule.model
    other = foreign(world, reference_of(model, name)[0])
    row = world.add(model.table(), in_place(world, model.table()))
    posted = api.post(f"/data/{rule.base}", {**in_place(world, model.table()), name: [other["id"]]})
    put = api.put(f"/data/{rule.base}/{row['id']}", {name: [other["id"]]})
    assert posted.status_int == 400 or posted.json[name] == []
    assert put.status_int == (200 if (model.table(), name) in UNCHANGED else 400)
    assert other["id"] not in world.studio.db.related(model, row["id"], name)


def test_what_others_share_may_be_referred_to(world):
    api, db = world.studio.api(world.people["manager"]), world.studio.db
    asset, shot = foreign(world, "entity"), world.entity(True, "Shot")
    path = f"/data/projects/{world.project_id(True)}/entities/{shot['id']}/casting"
    item = {"asset_id": asset["id"], "nb_occurences": 1}
    assert api.put(path, [item]).status_int == 400
    assert db.related(Entity, shot["id"], "entities_out") == []
    with db.write():
        db.update(Entity, asset["id"], is_shared=True)
    assert api.put(path, [item]).status_int == 200
    assert db.related(Entity, shot["id"], "entities_out") == [asset["id"]]


def test_every_table_that_refers_to_rows_of_projects_belongs_to_one():
    assert [table for table, model in TABLES.items() if references(model) and not is_owned(table)] == []
    for table, columns in HOMES.items():
        assert set(columns) <= set(references(TABLES[table])), table
