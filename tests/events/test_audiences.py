"""Who hears which event."""

import pytest

from kitsulite.api.crud import RESOURCES
from kitsulite.events import names
from kitsulite.events.audiences import WORD, Audiences, word_of
from kitsulite.models.projects import ProjectPersonLink

ROLES = ("manager", "supervisor", "user", "client", "vendor")


@pytest.fixture
def company(studio):
    """A person of each role in one production, and one of each in another."""
    people = {(role, own): studio.person(role) for role in ROLES for own in (True, False)}
    project, other = (
        studio.project(team=[p for (_, mine), p in people.items() if mine is own]) for own in (True, False)
    )
    people["admin", False] = studio.admin
    return people, project["id"], other["id"]


def ids_of(listeners):
    return {one.person_id for one in listeners}


@pytest.fixture
def heard(studio, company):
    """Words for those who hear an event: the role of each, `foreign` before it for the other production."""
    people, audiences = company[0], Audiences(studio.db)

    def ask(name, payload, about=None):
        found = ids_of(audiences.listeners(name, payload, about, [person["id"] for person in people.values()]))
        words = {
            ("" if own or role == "admin" else "foreign ") + role
            for (role, own), p in people.items()
            if p["id"] in found
        }
        return words

    ask.audiences = audiences
    return ask


EVERYBODY = {"admin", *ROLES, *(f"foreign {role}" for role in ROLES)}


def test_every_event_has_an_audience():
    assert {name for name in names.EVENTS if name.partition(":")[0] not in WORD} == set()


def test_events_of_a_project_are_heard_by_its_people_alone(heard, company):
    _, project, _ = company
    assert heard("task:update", {"task_id": "1", "project_id": project}) == {"admin", *ROLES}
    assert heard("asset_instance:new", {"asset_instance_id": "1"}, project) == {"admin", *ROLES}
    assert heard("news:new", {"news_id": "1", "project_id": project}) == {"admin", *ROLES} - {"client"}
    assert heard("budget:create", {"budget_id": "1", "project_id": project}) == {"admin", "manager"}
    assert heard("chat:new-message", {"chat_id": "1"}, project) == {"admin", *ROLES} - {"client"}


def test_vendors_hear_of_no_metadata(studio, company, heard):
    people, project, _ = company
    update = {"asset_id": "1", "data": {"price": 3}, "project_id": project}
    ids = [person["id"] for person in people.values()]
    whole, rest = heard.audiences.parts("asset:update", update, None, ids)
    assert rest == ({"asset_id": "1", "project_id": project}, {people["vendor", True]["id"]})
    assert (whole[0], whole[1] | rest[1]) == (
        update,
        ids_of(heard.audiences.listeners("asset:update", update, None, ids)),
    )
    _, nobody = heard.audiences.parts("asset:update", {"asset_id": "1", "project_id": project}, None, ids)
    assert nobody[1] == set()


def test_what_lies_in_no_place_that_is_known_admins_hear(heard):
    assert heard("preview-file:update", {"preview_file_id": "1"}) == {"admin"}
    assert heard("salary-scale:update", {"salary_scale_id": "1"}) == {"admin"}
    assert heard("no-such:event", {}) == {"admin"}


def test_events_of_the_studio_are_heard_by_everybody(heard):
    assert heard("task-type:update", {"task_type_id": "1"}) == EVERYBODY
    assert heard("project-template:new", {"project_template_id": "1"}) == {"admin", "manager", "foreign manager"}


def test_events_about_a_person_are_heard_by_whom_they_concern(heard, company):
    people, project, _ = company
    artist = people["user", True]["id"]
    payload = {"notification_id": "1", "person_id": artist, "project_id": project}
    assert heard("notification:new", payload) == {"admin", "user"}
    assert heard("day-off:new", {"day_off_id": "1"}, artist) == {"admin", "user"}
    assert heard("person:update", {"person_id": artist}) == EVERYBODY - {"foreign client"}


def test_who_joins_and_leaves_hears_at_once_and_no_longer(studio, heard, company):
    people, project, _ = company
    person, event = people["user", False], ("task:update", {"task_id": "1", "project_id": project})
    studio.link(ProjectPersonLink, project_id=project, person_id=person["id"])
    assert "foreign user" in heard(*event)
    with studio.db.write():
        studio.db.delete(ProjectPersonLink, project_id=project, person_id=person["id"])
    assert "foreign user" not in heard(*event)


def test_the_last_team_hears_that_a_project_is_gone(studio, heard, company):
    people, project, _ = company
    for person in people.values():
        heard.audiences.greet(person["id"])
    with studio.db.write():
        studio.db.delete(ProjectPersonLink, project_id=project)
        studio.db.execute("DELETE FROM project WHERE id = ?", [project])
    assert heard("project:delete", {"project_id": project}) == {"admin", *ROLES}


def test_who_has_left_the_team_while_nobody_listened_is_not_of_the_last_team(studio, heard, company):
    people, project, _ = company
    manager = people["manager", True]["id"]
    for _ in range(2):
        heard.audiences.greet(manager)
        with studio.db.write():
            studio.db.delete(ProjectPersonLink, project_id=project)
    with studio.db.write():
        studio.db.execute("DELETE FROM project WHERE id = ?", [project])
    assert heard("project:delete", {"project_id": project}) == {"admin"}


def test_the_rows_of_the_generic_routes_say_what_they_are_about(studio):
    personal = {r.base for r in RESOURCES if word_of(f"{r.model.table().replace('_', '-')}:new") == "the person"}
    assert personal == {"day-offs", "notifications", "subscriptions"}
