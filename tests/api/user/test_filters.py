"""Search filters of the caller and their groups through the API."""

import pytest

from kitsulite.models.activity import SearchFilter, SearchFilterGroup
from kitsulite.models.fields import new_id
from kitsulite.models.projects import Project, ProjectPersonLink, ProjectStatus

FILTERS, GROUPS = "/data/user/filters", "/data/user/filter-groups"
BOTH = pytest.mark.parametrize("path", [FILTERS, GROUPS])


@pytest.fixture
def lead(studio):
    return studio.person("user")


@pytest.fixture
def project(studio, lead):
    return studio.project(team=[(lead, "manager")])


@pytest.fixture
def api(studio, lead):
    return studio.api(lead)


def body(path, **values):
    return {"name": "props", **({"query": "type=prop"} if path == FILTERS else {"color": "#fff"}), **values}


def listed(answer):
    """(list type, project or all, name) of every row of a listing."""
    assert answer.status_int == 200, answer.text
    return [
        (kind, place, row["name"])
        for kind, places in answer.json.items()
        for place, rows in places.items()
        for row in rows
    ]


@BOTH
def test_a_new_row_belongs_to_the_caller_and_is_private(studio, lead, api, path):
    studio.forget_events()
    answer = api.post(path, body(path))
    assert answer.status_int == 201
    expected = {"name": "props", "list_type": "todo", "is_shared": False, "person_id": lead["id"], "project_id": None}
    assert {key: answer.json[key] for key in expected} == expected
    assert studio.events() == []
    assert listed(api.get(path)) == [("todo", "all", "props")]
    assert listed(studio.api(studio.admin).get(path)) == []


def test_the_query_of_a_filter_is_kept_as_search_query(api):
    made = api.post(FILTERS, body(FILTERS)).json
    assert (made["search_query"], made["type"]) == ("type=prop", "SearchFilter")
    changed = api.put(f"{FILTERS}/{made['id']}", {"search_query": "fx", "query": "x", "list_type": "shot"}).json
    assert (changed["search_query"], changed["list_type"]) == ("fx", "todo")


@BOTH
def test_rows_are_listed_by_list_type_and_project(api, project, path):
    api.post(path, body(path, list_type="asset", project_id=project["id"]))
    api.post(path, body(path, list_type='a "quoted" one'))
    expected = {("asset", project["id"], "props"), ('a "quoted" one', "all", "props")}
    assert set(listed(api.get(path))) == expected


@pytest.mark.parametrize(
    ("path", "wrong", "field"),
    [
        (FILTERS, {"name": ""}, "name"),
        (FILTERS, {"query": ""}, "query"),
        (FILTERS, {"query": "x" * 501}, "query"),
        (FILTERS, {"list_type": "x" * 81}, "list_type"),
        (FILTERS, {"list_type": None}, "list_type"),
        (FILTERS, {"project_id": {"id": 1}}, "project_id"),
        (GROUPS, {"name": None}, "name"),
        (GROUPS, {"name": "x" * 201}, "name"),
        (GROUPS, {"color": "#ffffffff"}, "color"),
        (GROUPS, {"entity_type": "x" * 81}, "entity_type"),
        (GROUPS, {"is_shared": None}, "is_shared"),
    ],
)
def test_a_bad_body_is_reported_field_by_field(api, path, wrong, field):
    answer = api.post(path, body(path, **wrong))
    assert answer.status_int == 400
    assert [error["field"] for error in answer.json["data"]["errors"]] == [field]
    assert api.get(path).json == {}


@BOTH
@pytest.mark.parametrize("key", ["project_id", "department_id"])
def test_unknown_and_malformed_places_are_not_found(studio, api, path, key):
    made = api.post(path, body(path)).json
    for who in (api, studio.api(studio.admin)):
        for wrong in (new_id(), "nowhere"):
            assert who.post(path, body(path, **{key: wrong})).status_int == 404
            assert who.put(f"{path}/{made['id']}", {key: wrong}).status_int == 404


@BOTH
def test_rows_of_closed_projects_are_not_listed(studio, api, project, path):
    api.post(path, body(path, project_id=project["id"]))
    with studio.db.write():
        closed = studio.db.find(ProjectStatus, name="Closed")["id"]
        studio.db.update(Project, project["id"], project_status_id=closed)
    assert api.get(path).json == {}


@BOTH
def test_only_managers_of_the_project_share(studio, api, project, path):
    stranger = studio.api(studio.person("user"))
    for place in ({"project_id": project["id"]}, {}):
        asked = body(path, is_shared=True, **place)
        assert stranger.post(path, asked).json["is_shared"] is False
        assert api.post(path, asked).json["is_shared"] is bool(place)
        assert studio.api(studio.admin).post(path, asked).json["is_shared"] is bool(place)
    # their own two, and none of a project that they are not in
    assert len(listed(stranger.get(path))) == 2


@BOTH
def test_sharing_later_needs_the_project_in_the_body_and_taking_it_back_does_not(api, project, path):
    made = api.post(path, body(path, project_id=project["id"])).json
    item = f"{path}/{made['id']}"
    assert api.put(item, {"is_shared": True}).json["is_shared"] is False
    assert api.put(item, {"is_shared": True, "project_id": project["id"]}).json["is_shared"] is True
    assert api.put(item, {"is_shared": True}).json["is_shared"] is True
    assert api.put(item, {"name": "all"}).json["is_shared"] is True
    assert api.put(item, {"is_shared": False}).json["is_shared"] is False


@BOTH
def test_a_shared_row_is_shared_only_in_projects_that_its_owner_manages(studio, api, lead, project, path):
    reader = studio.person()
    foreign, led = studio.project(team=[reader]), studio.project(team=[(lead, "manager"), reader])
    made = api.post(path, body(path, project_id=project["id"], is_shared=True)).json
    item = f"{path}/{made['id']}"
    for place, is_shared in ((led, True), (foreign, False)):
        assert api.put(item, {"project_id": place["id"]}).json["is_shared"] is is_shared
        assert bool(listed(studio.api(reader).get(path))) is is_shared


def test_the_filters_of_a_group_that_is_shared_no_more_are_not_shared_either(studio, api, project):
    place = {"project_id": project["id"], "is_shared": True}
    group = api.post(GROUPS, body(GROUPS, **place)).json["id"]
    made = api.post(FILTERS, body(FILTERS, search_filter_group_id=group, **place)).json
    api.put(f"{GROUPS}/{group}", {"project_id": studio.project()["id"]})
    assert studio.db.get(SearchFilter, made["id"])["is_shared"] is False


@BOTH
def test_null_leaves_a_value_as_it_is(api, project, path):
    made = api.post(path, body(path, project_id=project["id"])).json
    nothing = dict.fromkeys(("name", "is_shared", "project_id", "department_id", "color", "search_query"))
    changed = api.put(f"{path}/{made['id']}", nothing).json
    assert changed == {**made, "updated_at": changed["updated_at"]}


@BOTH
def test_only_the_owner_and_admins_reach_a_row(studio, api, project, path):
    made = api.post(path, body(path, is_shared=True, project_id=project["id"])).json
    mate = studio.person("manager")
    item, stranger = f"{path}/{made['id']}", studio.api(mate)
    assert listed(stranger.get(path)) == []
    studio.link(ProjectPersonLink, project_id=project["id"], person_id=mate["id"])
    assert listed(stranger.get(path)) == [("todo", project["id"], "props")]
    for refused in (stranger.put(item, {"name": "stolen"}), stranger.delete(item)):
        assert refused.status_int == 404
    assert studio.api(studio.admin).put(item, {"name": "ours"}).json["name"] == "ours"
    assert studio.api(studio.admin).delete(item).status_int == 204
    for wrong in (made["id"], "nothing"):
        assert api.put(f"{path}/{wrong}", {"name": "x"}).status_int == 404
        assert api.delete(f"{path}/{wrong}").status_int == 404


def test_a_single_group_is_read_by_its_owner_and_a_single_filter_by_nobody(studio, api, project):
    made = api.post(GROUPS, body(GROUPS, is_shared=True, project_id=project["id"])).json
    assert api.get(f"{GROUPS}/{made['id']}").json == made
    assert studio.api(studio.admin).get(f"{GROUPS}/{made['id']}").json == made
    assert studio.api(studio.person()).get(f"{GROUPS}/{made['id']}").status_int == 404
    assert api.get(f"{GROUPS}/nothing").status_int == 404
    search_filter = api.post(FILTERS, body(FILTERS)).json
    assert api.get(f"{FILTERS}/{search_filter['id']}").status_int == 405


@BOTH
def test_rows_of_a_department_are_for_its_people_and_for_managers(studio, path):
    modeling = studio.department()
    owner, modeler = studio.person("user"), studio.person("user", departments=[modeling])
    supervisor, manager = studio.person("supervisor"), studio.person("manager")
    project = studio.project(team=[(owner, "manager"), modeler, supervisor, manager])
    asked = body(path, is_shared=True, project_id=project["id"], department_id=modeling["id"])
    assert studio.api(owner).post(path, asked).json["is_shared"] is True
    hidden = {} if path == FILTERS else {"todo": {}}
    for person, sees in (
        (owner, False),
        (modeler, True),
        (supervisor, False),
        (manager, True),
        (studio.admin, True),
    ):
        answer = studio.api(person).get(path)
        assert listed(answer) == ([("todo", project["id"], "props")] if sees else [])
        if not sees:
            assert answer.json == hidden


def test_groups_come_newest_first_and_filters_in_the_order_of_their_making(api):
    for path in (FILTERS, GROUPS):
        for name in ("a", "c", "b"):
            api.post(path, body(path, name=name))
    assert [name for _, _, name in listed(api.get(FILTERS))] == ["a", "c", "b"]
    assert [name for _, _, name in listed(api.get(GROUPS))] == ["b", "c", "a"]


def test_a_filter_is_shared_as_its_group_is(api, project):
    place = {"project_id": project["id"]}
    shared = api.post(GROUPS, body(GROUPS, is_shared=True, **place)).json["id"]
    private = api.post(GROUPS, body(GROUPS, **place)).json["id"]
    assert api.post(FILTERS, body(FILTERS, search_filter_group_id=shared, **place)).status_int == 400
    made = api.post(FILTERS, body(FILTERS, search_filter_group_id=private, **place))
    assert made.status_int == 201
    item = f"{FILTERS}/{made.json['id']}"
    assert api.put(item, {"is_shared": True, **place}).status_int == 400
    assert api.put(item, {"search_filter_group_id": shared}).status_int == 400
    moved = api.put(item, {"search_filter_group_id": shared, "is_shared": True, **place}).json
    assert (moved["search_filter_group_id"], moved["is_shared"]) == (shared, True)
    assert api.put(item, {"name": "kept"}).json["search_filter_group_id"] == shared
    assert api.put(item, {"search_filter_group_id": None}).json["search_filter_group_id"] is None
    for wrong in (new_id(), "nothing"):
        assert api.post(FILTERS, body(FILTERS, search_filter_group_id=wrong)).status_int == 404
        assert api.put(item, {"search_filter_group_id": wrong}).status_int == 404


def test_sharing_a_group_shares_its_filters_and_deleting_it_deletes_them(studio, api, project):
    place = {"project_id": project["id"]}
    group = api.post(GROUPS, body(GROUPS, **place)).json["id"]
    made = api.post(FILTERS, body(FILTERS, search_filter_group_id=group, **place)).json
    other = studio.add(
        SearchFilter, list_type="todo", name="theirs", person_id=studio.admin["id"], search_filter_group_id=group
    )
    apart = api.post(FILTERS, body(FILTERS)).json
    assert api.put(f"{GROUPS}/{group}", {"is_shared": True, **place}).json["is_shared"] is True
    assert [studio.db.get(SearchFilter, row["id"])["is_shared"] for row in (made, other, apart)] == [True, True, False]
    assert api.put(f"{GROUPS}/{group}", {"is_shared": False}).json["is_shared"] is False
    assert studio.db.get(SearchFilter, made["id"])["is_shared"] is False
    assert api.delete(f"{GROUPS}/{group}").status_int == 204
    assert [row["id"] for row in studio.db.all(SearchFilter)] == [apart["id"]]
    assert studio.db.all(SearchFilterGroup) == []


@BOTH
def test_a_listing_costs_the_same_queries_however_long_it_is(studio, lead, api, path):
    def ask():
        with studio.statements() as found:
            rows = listed(api.get(path))
        return len(rows), len(found)

    def fill(count):
        model = SearchFilter if path == FILTERS else SearchFilterGroup
        with studio.db.write():
            for _ in range(count):
                studio.db.add(model, list_type="todo", name="x", person_id=lead["id"])

    fill(10)
    few, queries = ask()
    fill(990)
    assert (few, ask()) == (10, (1000, queries))
