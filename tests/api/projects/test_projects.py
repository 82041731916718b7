"""Lists of productions, and their creation, change and deletion through the API."""

import pytest

from kitsulite.models.projects import (
    MetadataDescriptor,
    Project,
    ProjectStatus,
    ProjectTaskStatusLink,
    ProjectTaskTypeLink,
)


def names(answer):
    assert answer.status_int == 200
    return [project["name"] for project in answer.json]


# Open productions


def test_an_admin_sees_all_productions_that_are_open_in_the_wide_sense(studio, admin):
    for name in ("Open", "open", "Active", "Closed"):
        studio.project(name=f"Is {name}", project_status_id=studio.project_status(name))
    assert names(admin.get("/data/projects/open")) == ["Is Active", "Is Open", "Is open"]


def test_others_see_the_open_productions_of_their_teams(studio):
    artist = studio.person("user")
    studio.project(name="Foreign")
    studio.project(name="Mine", team=[artist])
    studio.project(name="Active", team=[artist], project_status_id=studio.project_status("Active"))
    studio.project(name="Closed", team=[artist], project_status_id=studio.project_status("Closed"))
    assert names(studio.api(artist).get("/data/projects/open")) == ["Mine"]


def test_the_name_of_an_open_production_is_exact(studio, admin):
    studio.project(name="Big Buck")
    assert names(admin.get("/data/projects/open?name=Big Buck")) == ["Big Buck"]
    assert names(admin.get("/data/projects/open?name=big buck")) == []
    assert names(admin.get("/data/projects/open?name=")) == []


def test_an_open_production_shows_its_settings(studio, admin):
    project = studio.project()
    modeling, todo = studio.task_type("Modeling"), studio.task_status("todo")
    studio.link(ProjectTaskTypeLink, project_id=project["id"], task_type_id=modeling["id"], priority=4)
    studio.link(ProjectTaskStatusLink, project_id=project["id"], task_status_id=todo["id"], roles_for_board=["user"])
    [shown] = admin.get("/data/projects/open").json
    assert shown["task_types"] == [modeling["id"]]
    assert shown["task_types_priority"] == {modeling["id"]: 4}
    bitrates = {"hd_bitrate_compression": None, "ld_bitrate_compression": None}
    assert shown["task_type_links"] == {modeling["id"]: {"priority": 4, **bitrates, "is_client_visible": True}}
    link = {"priority": None, "roles_for_board": ["user"], "is_client_allowed": None}
    assert shown["task_statuses_link"] == {todo["id"]: link}
    assert shown["descriptors"] == []
    assert "first_episode_id" not in shown


def descriptor(studio, project, name, departments=(), **columns):
    columns = {"entity_type": "Asset", "field_name": name.lower(), "data_type": "string", "choices": [], **columns}
    row = studio.add(MetadataDescriptor, project_id=project["id"], name=name, **columns)
    with studio.db.write():
        studio.db.relate(MetadataDescriptor, row["id"], "departments", [d["id"] for d in departments])
    return row


def test_descriptors_of_an_open_production_are_ordered_and_limited_by_role(studio):
    ours, theirs = studio.department(), studio.department()
    vendor, client, artist = studio.person("vendor", [ours]), studio.person("client"), studio.person("user")
    project = studio.project(team=[vendor, client, artist])
    descriptor(studio, project, "Unplaced", for_client=True)
    descriptor(studio, project, "Second", [theirs], position=2)
    descriptor(studio, project, "First", [theirs, ours], position=1, for_client=None)

    def seen(person):
        [shown] = studio.api(person).get("/data/projects/open").json
        return [d["name"] for d in shown["descriptors"]]

    assert seen(artist) == ["First", "Second", "Unplaced"]
    assert seen(vendor) == ["First", "Unplaced"]
    assert seen(client) == ["Unplaced"]
    [shown] = studio.api(artist).get("/data/projects/open").json
    first = shown["descriptors"][0]
    assert first["for_client"] is False
    assert set(first["departments"]) == {ours["id"], theirs["id"]}


def test_the_first_episode_of_a_show_is_the_first_running_one(studio, admin):
    show = studio.project(production_type="tvshow")
    assert "first_episode_id" not in admin.get("/data/projects/open").json[0]
    studio.entity(show, "Episode", name="E00", status="complete")
    running = studio.entity(show, "Episode", name="E02")
    studio.entity(show, "Episode", name="E03")
    assert admin.get("/data/projects/open").json[0]["first_episode_id"] == running["id"]


def test_a_show_without_running_episode_starts_with_its_first(studio, admin):
    show = studio.project(production_type="tvshow")
    studio.entity(show, "Episode", name="E02", status="complete")
    first = studio.entity(show, "Episode", name="E01", status="standby")
    assert admin.get("/data/projects/open").json[0]["first_episode_id"] == first["id"]


# All productions


def test_all_productions_show_their_status_and_own_descriptors_to_admins(studio, admin):
    closed = studio.project(name="Closed one", project_status_id=studio.project_status("Closed"))
    descriptor(studio, closed, "Code", entity_type="Project")
    descriptor(studio, closed, "Mood")
    studio.project(name="Another")
    first, second = admin.get("/data/projects/all").json
    assert (first["name"], second["name"]) == ("Another", "Closed one")
    assert second["project_status_name"] == "Closed"
    assert [d["name"] for d in second["descriptors"]] == ["Code"]
    assert "team" not in second


def test_others_get_the_productions_of_their_teams_closed_or_not(studio):
    artist = studio.person("user")
    studio.project(name="Foreign")
    studio.project(name="Mine", team=[artist], project_status_id=studio.project_status("Closed"))
    api = studio.api(artist)
    assert names(api.get("/data/projects/all")) == ["Mine"]
    assert "descriptors" not in api.get("/data/projects/all").json[0]
    assert names(api.get("/data/projects/all?name=mine")) == ["Mine"]
    assert api.get("/data/projects/all?name=Foreign").status_int == 404


def test_a_production_is_found_by_name_in_any_case_and_with_wildcards(studio, admin):
    studio.project(name="Éléphants Dream")
    studio.project(name="Spring")
    assert names(admin.get("/data/projects/all", params={"name": "éléphants dream"})) == ["Éléphants Dream"]
    assert names(admin.get("/data/projects/all?name=%25dream")) == ["Éléphants Dream"]
    assert admin.get("/data/projects/all?name=Sprin").status_int == 404


# Generic routes


def test_the_generic_list_holds_related_productions_only(studio):
    artist = studio.person("user")
    studio.project(name="Foreign")
    mine = studio.project(name="Mine", team=[artist])
    studio.project(name="Closed", team=[artist], project_status_id=studio.project_status("Closed"))
    api = studio.api(artist)
    assert names(api.get("/data/projects")) == ["Mine"]
    assert names(api.get(f"/data/projects?team={artist['id']}")) == ["Mine"]
    assert api.get("/data/projects?relations=true").json[0]["team"] == [artist["id"]]
    assert api.get("/data/projects?page=1").json["total"] == 1
    assert api.get(f"/data/projects/{mine['id']}").json["project_status_name"] == "Open"


def test_a_new_production_is_open_and_has_an_event(studio, admin):
    answer = admin.post("/data/projects", {"name": "Agent 327", "fps": 24, "production_style": None})
    assert answer.status_int == 201
    assert answer.json["project_status_id"] == studio.project_status("Open")
    assert (answer.json["fps"], answer.json["production_style"], answer.json["team"]) == ("24", "2d3d", [])
    assert studio.events() == ["project:new"]


def test_the_open_status_is_made_if_it_is_missing(studio, admin):
    with studio.db.write():
        studio.db.delete(ProjectStatus, name="Open")
    made = admin.post("/data/projects", {"name": "Agent 327"}).json
    assert admin.get(f"/data/project-status/{made['project_status_id']}").json["color"] == "#000000"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": None},
        {"name": "n" * 81},
        {"name": "a", "production_style": "opera"},
        {"name": "a", "production_style": ""},
        {"name": "a", "resolution": "1920"},
        {"name": "a", "resolution": "19200x1080"},
        {"name": "a", "resolution": "1920x1080\n"},
        {"name": "a", "team": "everybody"},
        {"name": "a", "start_date": "soon"},
        {"name": "a", "has_avatar": "yes"},
        {"name": "a", "surprise": 1},
        {"name": "a", "type": "Project"},
        [],
    ],
)
def test_a_bad_production_is_refused_and_not_stored(studio, admin, body):
    assert admin.post("/data/projects", body).status_int == 400
    assert not studio.db.exists(Project)


def test_names_of_productions_are_unique(studio, admin):
    studio.project(name="Spring")
    assert admin.post("/data/projects", {"name": "Spring"}).status_int == 400


@pytest.mark.parametrize("resolution", ["1920x1080", "x720", ""])
def test_good_resolutions(admin, resolution):
    assert admin.post("/data/projects", {"name": "a", "resolution": resolution}).json["resolution"] == resolution


def test_an_unknown_background_of_a_new_production_is_not_found(studio, admin):
    unknown = "8b4ef3f8-6d2e-4b43-9d3a-1d0a8a0b6f10"
    answer = admin.post("/data/projects", {"name": "a", "preview_background_files": [unknown]})
    assert answer.status_int == 404
    assert not studio.db.exists(Project)


def test_relations_are_given_on_creation(studio, admin):
    artist, modeling, todo = studio.person(), studio.task_type("Modeling"), studio.task_status("todo")
    body = {"name": "a", "team": [artist["id"]], "task_types": [modeling["id"]], "task_statuses": [{"id": todo["id"]}]}
    made = admin.post("/data/projects", body).json
    assert (made["team"], made["task_types"], made["task_statuses"]) == ([artist["id"]], [modeling["id"]], [todo["id"]])
    assert studio.db.find(ProjectTaskTypeLink)["priority"] is None
    link = studio.db.find(ProjectTaskStatusLink)
    assert link["roles_for_board"] == ["user", "admin", "supervisor", "manager", "vendor"]


def test_a_new_show_gets_its_first_episode(studio, admin):
    made = admin.post("/data/projects", {"name": "Show", "production_type": "tvshow"}).json
    episode = admin.get(f"/data/entities/{made['first_episode_id']}").json
    assert (episode["name"], episode["project_id"], episode["status"]) == ("E01", made["id"], "running")
    assert episode["created_by"] == studio.admin["id"]
    assert studio.events() == ["episode:new", "project:new"]


def test_a_new_production_takes_over_the_descriptors_of_productions(studio, admin):
    closed = studio.project(project_status_id=studio.project_status("Closed"))
    first, second = studio.project(), studio.project(project_status_id=studio.project_status("Active"))
    lead = studio.department()
    descriptor(studio, closed, "Gone", entity_type="Project")
    descriptor(studio, first, "Code", [lead], entity_type="Project", position=2, choices=["a"], data_type="list")
    descriptor(studio, second, "Code", entity_type="Project", position=9)
    descriptor(studio, second, "Audience", entity_type="Project", position=1)
    descriptor(studio, second, "Mood", entity_type="Asset")
    made = admin.post("/data/projects", {"name": "New"}).json
    found = studio.db.all(MetadataDescriptor, "project_id = ?", [made["id"]], relations=True)
    assert [(d["name"], d["data_type"], d["choices"], d["position"]) for d in found] == [
        ("Audience", "string", [], None),
        ("Code", "list", ["a"], None),
    ]
    assert found[1]["departments"] == [lead["id"]]
    assert studio.events() == ["metadata-descriptor:new", "metadata-descriptor:new", "project:new"]


def test_a_manager_of_the_production_changes_it(studio):
    manager, newcomer = studio.person("manager"), studio.person()
    project = studio.project(team=[manager], data={"a": 1})
    answer = studio.api(manager).put(
        f"/data/projects/{project['id']}",
        {"data": {"b": 2}, "team": [newcomer["id"]], "unknown": 1, "resolution": "x720"},
    )
    assert answer.status_int == 200
    assert (answer.json["data"], answer.json["resolution"]) == ({"b": 2}, "x720")
    assert "team" not in answer.json
    assert studio.db.related(Project, project["id"], "team") == [manager["id"]]
    assert studio.events() == ["project:update"]


@pytest.mark.parametrize(
    "body",
    [
        {"production_style": "opera"},
        {"resolution": "big"},
        {"name": None},
        {"preview_background_file_id": "8b4ef3f8-6d2e-4b43-9d3a-1d0a8a0b6f10", "preview_background_files": []},
    ],
)
def test_a_bad_change_of_a_production_is_refused(studio, admin, body):
    project = studio.project()
    assert admin.put(f"/data/projects/{project['id']}", body).status_int == 400
    assert studio.db.get(Project, project["id"]) == project


def test_links_that_stay_keep_their_priority(studio, admin):
    project = studio.project()
    modeling, shading = studio.task_type("Modeling"), studio.task_type("Shading")
    studio.link(ProjectTaskTypeLink, project_id=project["id"], task_type_id=modeling["id"], priority=4)
    admin.put(f"/data/projects/{project['id']}", {"task_types": [modeling["id"], shading["id"]]})
    assert {link["task_type_id"]: link["priority"] for link in studio.db.all(ProjectTaskTypeLink)} == {
        modeling["id"]: 4,
        shading["id"]: None,
    }


def test_a_production_that_becomes_a_show_gets_its_first_episode_once(studio, admin):
    project = studio.project()
    first = admin.put(f"/data/projects/{project['id']}", {"production_type": "tvshow"}).json["first_episode_id"]
    assert admin.put(f"/data/projects/{project['id']}", {}).json["first_episode_id"] == first
    assert studio.events() == ["episode:new", "project:update", "project:update"]


def test_only_closed_productions_are_deleted(studio, admin):
    project = studio.project()
    artist = studio.person("user")
    path = f"/data/projects/{project['id']}"
    assert admin.delete(path).json["message"] == "Only closed projects can be deleted"
    assert studio.api(artist).delete(path).status_int == 400
    admin.put(path, {"project_status_id": studio.project_status("Closed")})
    assert studio.api(artist).delete(path).status_int == 403
    studio.forget_events()
    assert admin.delete(path).status_int == 204
    assert studio.events() == ["project:delete"]
    assert admin.get(path).status_int == 404


def test_a_production_with_content_stays(studio, admin):
    project = studio.project(team=[studio.person()], project_status_id=studio.project_status("Closed"))
    studio.entity(project, "Prop")
    assert admin.delete(f"/data/projects/{project['id']}").status_int == 400
    assert studio.db.exists(Project, id=project["id"])
    assert len(studio.db.related(Project, project["id"], "team")) == 1


@pytest.mark.parametrize(
    ("role", "member", "get", "put", "post"),
    [
        ("admin", False, 200, 200, 201),
        ("manager", True, 200, 200, 403),
        ("manager", False, 403, 403, 403),
        ("supervisor", True, 200, 403, 403),
        ("user", True, 200, 403, 403),
        ("client", True, 200, 403, 403),
        ("vendor", True, 200, 403, 403),
        ("vendor", False, 403, 403, 403),
    ],
)
def test_who_may_read_and_change_productions(studio, role, member, get, put, post):
    person = studio.person(role)
    path = f"/data/projects/{studio.project(team=[person] if member else [])['id']}"
    api = studio.api(person)
    assert api.get(path).status_int == get
    assert api.put(path, {"code": "A"}).status_int == put
    assert api.post("/data/projects", {"name": "New"}).status_int == post
