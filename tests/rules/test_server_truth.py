"""Columns that only the server or administrators write: no body of others changes them, on any table."""

import pytest
from rules.crud_rules import RULES, World
from support import ROLES

from kitsulite.models.fields import Choice, Flag, Id, Moment, Number, Whole, new_id
from kitsulite.models.people import Person

#: of every table: never written by a body, not even an administrator's
ALWAYS = ("id", "created_at", "updated_at")
#: of one table: written by the server alone
SERVERS = {"entity": ("nb_entities_out", "created_by", "shotgun_id"), "playlist": ("created_by",)}
#: of one table: written by the server and administrators
ADMINS = {
    "task": ("duration", "retake_count", "nb_assets_ready", "last_comment_date", "last_preview_file_id", "assigner_id"),
    **dict.fromkeys(("preview_file", "working_file", "output_file"), ("person_id",)),
}
#: of persons: what they may change of themselves, besides nothing
OWN = {
    *("first_name", "last_name", "email", "phone", "country", "desktop_login", "timezone", "locale", "data"),
    *("use_12_hour_clock", "has_avatar", "notifications_enabled", "notifications_slack_enabled"),
    *("notifications_slack_userid", "notifications_mattermost_enabled", "notifications_mattermost_userid"),
    *("notifications_discord_enabled", "notifications_discord_userid"),
}


@pytest.fixture
def world(studio):
    return World(studio, ROLES)


def other(field, value):
    """Another value for a column."""
    if isinstance(field, Flag):
        return not value
    if isinstance(field, (Whole, Number)):
        return (value or 0) + 1
    if isinstance(field, Id):
        return new_id()
    if isinstance(field, Moment):
        return "2001-01-01T00:00:00"
    choices = (field.choices or ()) if isinstance(field, Choice) else ()
    return next((choice for choice in choices if choice != value), "other")


def stored(db, rule, row):
    return db.rows(f'SELECT * FROM "{rule.table}" WHERE id = ?', [row["id"]])[0]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.base)
def test_what_the_server_writes_no_body_changes(world, rule):
    db, api = world.studio.db, world.studio.api(world.people["admin"])
    row = world.add(rule.table, world.row(rule.table, True, world.people["admin"]))
    before, fields = stored(db, rule, row), rule.model.columns()
    names = (*ALWAYS, *SERVERS.get(rule.table, ()))
    for name in names:
        answer = api.put(f"/data/{rule.base}/{row['id']}", {name: other(fields[name], before[name])})
        assert answer.status_int < 500
        now = stored(db, rule, row)
        assert [(name, now[name]) for name in names if name != "updated_at"] == [
            (name, before[name]) for name in names if name != "updated_at"
        ]


@pytest.mark.parametrize("table", ADMINS)
def test_authors_and_counters_are_changed_by_administrators_alone(world, table):
    db, rule = world.studio.db, next(rule for rule in RULES if rule.table == table)
    row = world.add(table, world.row(table, True, world.people["manager"]))
    for name in ADMINS[table]:
        before = stored(db, rule, row)[name]
        another = (
            world.colleague["id"] if name in ("person_id", "assigner_id") else other(rule.model.columns()[name], before)
        )
        for role in ("manager", "admin"):
            answer = world.studio.api(world.people[role]).put(f"/data/{rule.base}/{row['id']}", {name: another})
            assert answer.status_int == 200
            assert (stored(db, rule, row)[name] != before) == (role == "admin"), name


@pytest.mark.parametrize("role", ROLES[1:])
def test_a_person_changes_no_more_of_themselves_than_is_theirs(world, role):
    db, person = world.studio.db, world.people[role]
    api, rule = world.studio.api(person), next(rule for rule in RULES if rule.model is Person)
    for name, field in Person.columns().items():
        before = stored(db, rule, person)
        assert api.put(f"/data/persons/{person['id']}", {name: other(field, before[name])}).status_int in (200, 400)
        now = stored(db, rule, person)
        assert {key for key in now if now[key] != before[key]} <= {*OWN, "updated_at"}, name


def test_the_login_of_somebody_else_is_not_taken(world):
    db, person, other_one = world.studio.db, world.people["user"], world.people["client"]
    with world.studio.db.write():
        db.update(Person, other_one["id"], desktop_login="ann")
    path = f"/data/persons/{person['id']}"
    for taken in ("ann", other_one["email"].upper()):
        assert world.studio.api(person).put(path, {"desktop_login": taken}).status_int == 400
    assert world.studio.api(person).put(path, {"desktop_login": "bob"}).status_int == 200


@pytest.mark.parametrize("role", ["manager", "user"])
def test_a_new_task_starts_with_what_is_planned(world, role):
    db, api = world.studio.db, world.studio.api(world.people[role])
    columns = world.row("task", True, world.people[role])
    counted = {"retake_count": 7, "duration": 90, "done_date": "2001-01-01T00:00:00", "completion_rate": 50}
    made = api.post("/data/tasks", {**columns, **counted, "id": new_id(), "created_at": "2001-01-01T00:00:00"}).json
    assert made["created_at"] > "2002"
    assert made["retake_count"] == (7 if role == "manager" else 0)
    assert (made["done_date"] is None) == (role == "user")
    assert db.value("SELECT count(*) FROM task WHERE id = ?", [made["id"]]) == 1
