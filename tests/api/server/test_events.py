"""The log of events through the API."""

import pytest

from kitsulite.models.activity import ApiEvent


@pytest.fixture
def log(studio):
    """An event a second, from noon; those of each name in a project of their own or none."""
    studio.forget_events()
    project = studio.project()

    def add(second, name, project_id=None, **columns):
        moment = f"2026-01-01T12:00:{second:02}.500000"
        return studio.add(ApiEvent, name=name, project_id=project_id, created_at=moment, data={}, **columns)["id"]

    ids = [
        add(1, "task:new", project["id"]),
        add(2, "task:update"),
        add(3, "comment:new"),
        add(4, "person:set-thumbnail"),
    ]
    return ids, project


def ids_of(answer):
    assert answer.status_int == 200
    return [event["id"] for event in answer.json]


def test_events_come_newest_first_with_their_six_keys(studio, log):
    ids, _ = log
    answer = studio.api(studio.admin).get("/data/events/last")
    assert ids_of(answer) == ids[::-1]
    assert list(answer.json[0]) == ["id", "created_at", "name", "user_id", "project_id", "data"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=2", [3, 2]),
        ("limit=0", []),
        ("after=2026-01-01T12:00:02&before=2026-01-01T12:00:04", [2, 1]),
        ("after=2026-01-02", []),
        ("name=task:new", [0]),
        ("name_prefixes=task&name_prefixes=comment", [2, 1, 0]),
        ("name_prefixes=task&name_suffixes=new", [0]),
        ("only_files=true", [3]),
        ("only_files=True", [3]),
        ("only_files=False", [3, 2, 1, 0]),
        ("only_files=x", [3, 2, 1, 0]),
    ],
)
def test_filters(studio, log, query, expected):
    ids, _ = log
    assert ids_of(studio.api(studio.admin).get(f"/data/events/last?{query}")) == [ids[i] for i in expected]


def test_filters_that_have_an_index_of_their_own_are_taken_together(studio, log):
    ids, project = log
    api, path = studio.api(studio.admin), f"/data/events/last?project_id={project['id']}&name="
    assert ids_of(api.get(f"{path}task:new")) == [ids[0]]
    assert ids_of(api.get(f"{path}task:update")) == []
    assert ids_of(api.get("/data/events/last?name_prefixes=nothing")) == []
    assert ids_of(api.get(f"/data/events/last?name=comment:new&after_event_id={ids[0]}")) == [ids[2]]


def test_a_cursor_goes_on_with_older_events(studio, log):
    ids, _ = log
    assert ids_of(studio.api(studio.admin).get(f"/data/events/last?cursor_event_id={ids[2]}&limit=1")) == [ids[1]]


def test_catching_up_gives_what_came_after_oldest_first(studio, log):
    ids, _ = log
    assert ids_of(studio.api(studio.admin).get(f"/data/events/last?after_event_id={ids[1]}")) == ids[2:]


@pytest.mark.parametrize(
    "query",
    [
        "limit=x",
        "limit=-1",
        "after=soon",
        "before=",
        "name_prefixes=%25",
        "name_suffixes=Task",
        "person_ids=x",
        "cursor_event_id=x",
        "cursor_event_id=6b71b755-c86e-46ca-a0a3-34674135d906",
        "after_event_id=6b71b755-c86e-46ca-a0a3-34674135d906",
        "project_id=x",
    ],
)
def test_bad_parameters_are_refused(studio, log, query):
    answer = studio.api(studio.admin).get(f"/data/events/last?{query}")
    assert answer.status_int == 400
    assert answer.json["error"] is True


def test_a_manager_sees_the_events_of_their_projects_alone(studio, log):
    _, foreign = log
    manager = studio.person("manager")
    own = studio.project(team=[manager])
    api = studio.api(manager)
    mine = studio.add(ApiEvent, name="shot:new", project_id=own["id"], data={})["id"]
    assert ids_of(api.get("/data/events/last")) == [mine]
    assert ids_of(api.get(f"/data/events/last?project_id={own['id']}")) == [mine]
    assert api.get(f"/data/events/last?project_id={foreign['id']}").status_int == 403


def test_a_manager_of_one_project_must_name_it(studio):
    artist = studio.person("user")
    own, other = studio.project(team=[(artist, "manager")]), studio.project(team=[artist])
    api = studio.api(artist)
    assert api.get("/data/events/last").status_int == 403
    assert api.get(f"/data/events/last?project_id={other['id']}").status_int == 403
    assert api.get(f"/data/events/last?project_id={own['id']}").status_int == 200


def test_ids_are_known_in_upper_case_too(studio, log):
    ids, project = log
    person = studio.person()
    with studio.db.write():
        studio.db.update(ApiEvent, ids[2], user_id=person["id"])
    api = studio.api(studio.admin)
    assert ids_of(api.get(f"/data/events/last?project_id={project['id'].upper()}")) == [ids[0]]
    assert ids_of(api.get(f"/data/events/last?person_ids={person['id'].upper()}")) == [ids[2]]


@pytest.mark.parametrize("query", ["limit=x", "after=soon", "cursor_event_id=x", "name_prefixes=%25"])
def test_who_may_not_read_the_log_learns_nothing_of_its_parameters(studio, query):
    api = studio.api(studio.person("user"))
    assert api.get(f"/data/events/last?{query}").status_int == 403
    assert api.get(f"/data/events/last?{query}&project_id=x").status_int == 400


def test_names_are_listed_once_each_for_managers(studio, log):
    assert studio.api(studio.admin).get("/data/events/names").json == [
        "comment:new",
        "person:set-thumbnail",
        "task:new",
        "task:update",
    ]
    assert studio.api(studio.person("supervisor")).get("/data/events/names").status_int == 403
