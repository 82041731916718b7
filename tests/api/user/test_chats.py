"""The chats that the caller takes part in."""

import pytest
from support import ROLES

from kitsulite.models.activity import Chat, ChatParticipant
from kitsulite.models.fields import new_id
from kitsulite.models.projects import Project, ProjectPersonLink, ProjectStatus


@pytest.fixture
def artist(studio):
    return studio.person("user")


@pytest.fixture
def prop(studio, artist):
    return studio.entity(studio.project(team=[artist]), "Prop", name="Tree")


@pytest.fixture
def heard(application):
    found = []
    stop = application.bus.listen(lambda name, payload: found.append((name, payload)))
    yield found
    stop()


def path(entity):
    return f"/actions/user/chats/{entity['id']}/join"


def test_joining_makes_the_chat_and_shows_the_listeners_only(studio, artist, prop, heard):
    studio.forget_events()
    answer = studio.api(artist).post(path(prop))
    assert answer.status_int == 200
    expected = {"type": "Chat", "object_id": prop["id"], "object_type": "entity", "last_message": None}
    assert {key: answer.json[key] for key in expected} == expected
    assert heard == [("chat:joined", {"chat_id": answer.json["id"], "person_id": artist["id"]})]
    assert studio.events() == []
    assert studio.db.related(Chat, answer.json["id"], "participants") == [artist["id"]]


def test_joining_twice_is_joining_once(studio, artist, prop):
    api = studio.api(artist)
    first, second = api.post(path(prop)), api.post(path(prop))
    assert (second.status_int, second.json["id"]) == (200, first.json["id"])
    assert studio.db.related(Chat, first.json["id"], "participants") == [artist["id"]]


def test_leaving_takes_the_caller_out_and_nobody_else(studio, artist, prop, heard):
    for person in (artist, studio.admin):
        chat = studio.api(person).post(path(prop)).json
    heard.clear()
    for _ in range(2):
        assert studio.api(artist).delete(path(prop)).status_int == 204
    assert heard == [("chat:left", {"chat_id": chat["id"], "person_id": artist["id"]})] * 2
    assert studio.db.related(Chat, chat["id"], "participants") == [studio.admin["id"]]


def test_my_chats_are_the_ones_that_i_joined_in_open_productions(studio, artist, prop):
    api = studio.api(artist)
    chat = api.post(path(prop)).json
    studio.api(studio.admin).post(path(studio.entity(studio.project(), "Prop")))
    assert api.get("/data/user/chats").json == [
        {
            "id": chat["id"],
            "object_id": prop["id"],
            "last_message": None,
            "entity_name": "Prop / Tree",
            "project_id": prop["project_id"],
            "preview_file_id": None,
        }
    ]
    with studio.db.write():
        closed = studio.db.find(ProjectStatus, name="Closed")["id"]
        studio.db.update(Project, prop["project_id"], project_status_id=closed)
    assert api.get("/data/user/chats").json == []


@pytest.mark.parametrize("role", ROLES)
def test_the_chat_is_for_the_team_and_for_vendors_with_a_task(studio, role):
    inside, outside = studio.person(role), studio.person(role)
    prop = studio.entity(studio.project(team=[inside]), "Prop")
    for person, allowed in ((inside, role != "vendor"), (outside, role == "admin")):
        assert studio.api(person).post(path(prop)).status_int == (200 if allowed and role != "client" else 403)
        assert studio.api(person).delete(path(prop)).status_int == (204 if allowed else 403)
    studio.task(prop, "Modeling", [inside])
    assert studio.api(inside).post(path(prop)).status_int == (403 if role == "client" else 200)


def test_who_left_the_team_has_no_chat_of_it_any_more(studio):
    person = studio.person()
    project = studio.project(team=[person])
    api = studio.api(person)
    api.post(path(studio.entity(project, "Prop")))
    assert len(api.get("/data/user/chats").json) == 1
    with studio.db.write():
        studio.db.delete(ProjectPersonLink, person_id=person["id"])
    assert api.get("/data/user/chats").json == []


def test_my_chats_cost_the_same_queries_however_many_they_are(studio, artist, prop):
    def ask():
        with studio.statements() as found:
            rows = studio.api(artist).get("/data/user/chats").json
        return len(rows), len(found)

    def join(count):
        with studio.db.write():
            for _ in range(count):
                chat = studio.add(Chat, object_id=studio.entity({"id": prop["project_id"]}, "Prop")["id"])
                studio.link(ChatParticipant, chat_id=chat["id"], person_id=artist["id"])

    join(10)
    few, queries = ask()
    join(990)
    assert (few, ask()) == (10, (1000, queries))


def test_an_unknown_entity_is_not_found(studio):
    for wrong in (new_id(), "nothing"):
        for person in (studio.admin, studio.person()):
            assert studio.api(person).post(path({"id": wrong})).status_int == 404
    assert studio.db.all(Chat) == []
