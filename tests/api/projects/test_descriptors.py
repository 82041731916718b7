"""Metadata descriptors of one production and of all that the caller manages."""

import pytest
from descriptors import EVERYWHERE, UNKNOWN, field_names, make, path

from kitsulite.models.entities import Entity
from kitsulite.models.projects import MetadataDescriptor, Project, ProjectStatus
from kitsulite.models.tasks import Task

# Creation


@pytest.mark.parametrize(
    ("name", "field_name"),
    [
        ("Dïff Level", "diff_level"),
        ("  a -- b!", "a_b"),
        ("UPPER_case", "upper_case"),
        ("Сложность", "slozhnost"),
    ],
)
def test_the_field_name_is_made_of_the_name(studio, project, admin, name, field_name):
    made = make(admin, project, name)
    assert (made["name"], made["field_name"], made["type"]) == (name, field_name, "MetadataDescriptor")
    assert (made["entity_type"], made["position"], made["choices"], made["for_client"]) == ("Asset", None, [], False)
    assert made["departments"] == []
    assert studio.events() == ["metadata-descriptor:new"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": " ?! "},
        {"name": None},
        {"name": "n" * 121},
        {"name": "a", "data_type": "colour"},
        {"name": "a", "entity_type": "Scene"},
        {"name": "a", "choices": None},
        {"name": "a", "choices": [1]},
        {"name": "a", "for_client": "maybe"},
        {"name": "a", "entity_type": "Task"},
        {"name": "a", "entity_type": "Task", "task_type_id": UNKNOWN},
        {"name": "a", "entity_type": "Task", "task_type_id": "nonsense"},
    ],
)
def test_a_bad_descriptor_is_refused(studio, project, admin, body):
    assert admin.post(path(project), body).status_int == 400
    assert not studio.db.exists(MetadataDescriptor)


def test_only_descriptors_of_tasks_have_a_task_type(studio, project, admin):
    modeling, shading = studio.task_type("Modeling")["id"], studio.task_type("Shading")["id"]
    assert admin.post(path(project), {"name": "a", "task_type_id": modeling}).status_int == 400
    assert make(admin, project, "a", task_type_id="")["task_type_id"] is None
    make(admin, project, "Layer", entity_type="Task", task_type_id=modeling)
    make(admin, project, "Layer", entity_type="Task", task_type_id=shading)
    body = {"name": "Layer", "entity_type": "Task", "task_type_id": modeling}
    assert admin.post(path(project), body).status_int == 400


def test_name_and_field_name_are_unique_per_production_and_kind(studio, project, admin):
    make(admin, project, "Mood")
    make(admin, project, "Mood", entity_type="Shot")
    make(admin, studio.project(), "Mood")
    for name in ("Mood", "mood!"):
        answer = admin.post(path(project), {"name": name})
        assert (answer.status_int, answer.json["message"]) == (400, "Metadata descriptor already exists.")


def test_unknown_departments_are_dropped_and_malformed_ones_not_found(studio, project, admin):
    lead = studio.department()
    made = make(admin, project, "Mood", departments=[lead["id"].upper(), UNKNOWN])
    assert admin.get(path(project, f"/{made['id']}")).json["departments"] == [lead["id"]]
    assert admin.post(path(project), {"name": "b", "departments": ["nonsense"]}).status_int == 404


# Reading


def test_descriptors_are_listed_by_position_and_name(studio, project, admin):
    for name in ("zoo", "Berg", "ast", "First"):
        make(admin, project, name)
    first = studio.db.find(MetadataDescriptor, field_name="first")
    admin.put(f"/data/metadata-descriptors/{first['id']}", {"position": 1})
    make(admin, studio.project(), "elsewhere")
    answer = admin.get(path(project))
    assert field_names(answer) == ["first", "ast", "berg", "zoo"]
    assert answer.json[0]["departments"] == []


def test_clients_of_the_production_see_what_is_for_them(studio, admin):
    client, demoted, vendor = studio.person("client"), studio.person("manager"), studio.person("vendor")
    project = studio.project(team=[client, (demoted, "client"), vendor])
    make(admin, project, "Secret")
    make(admin, project, "Shown", for_client=True)
    for person, seen in ((client, ["shown"]), (demoted, ["shown"]), (vendor, ["secret", "shown"])):
        assert field_names(studio.api(person).get(path(project))) == seen


def test_vendors_see_what_is_for_their_departments(studio, admin):
    layout, other = studio.department(), studio.department()
    vendor, demoted = studio.person("vendor", [layout]), studio.person("manager")
    project = studio.project(team=[vendor, (demoted, "vendor")])
    made = {
        name: make(admin, project, name, departments=[department["id"]] if department else [])
        for name, department in (("all", None), ("mine", layout), ("theirs", other))
    }
    for person, seen in ((vendor, ["all", "mine"]), (demoted, ["all"])):
        api = studio.api(person)
        assert field_names(api.get(path(project))) == seen
        assert sorted(field_names(api.get("/data/metadata-descriptors"))) == seen
        (row,) = api.get("/data/projects/open").json
        assert [found["field_name"] for found in row["descriptors"]] == seen
        shown = api.get(f"/data/projects/{project['id']}").json
        assert [found["field_name"] for found in shown["descriptors"]] == seen
        statuses = {name: api.get(path(project, f"/{row['id']}")).status_int for name, row in made.items()}
        assert {name for name, status in statuses.items() if status == 200} == set(seen)
        assert set(statuses.values()) == {200, 403}


def test_a_new_name_is_refused_before_anything_moves(studio, project, admin):
    made, taken = make(admin, project, "Mood"), make(admin, project, "Tone")
    entity = studio.entity(project, "Prop", data={"mood": "calm"})
    long = "Ж" * 100
    for name in ("Tone", "TONE", long, "n" * 121):
        assert admin.put(path(project, f"/{made['id']}"), {"name": name}).status_int == 400
    for name in ("", None):
        assert admin.put(path(project, f"/{made['id']}"), {"name": name}).json["name"] == "Mood"
    other = studio.project()
    make(admin, other, "Mood")
    assert admin.put(f"{EVERYWHERE}/mood", {"entity_type": "Asset", "name": "Tone"}).status_int == 400
    assert studio.db.find(MetadataDescriptor, project_id=other["id"])["name"] == "Mood"
    assert studio.db.get(Entity, entity["id"])["data"] == {"mood": "calm"}
    assert studio.db.exists(MetadataDescriptor, id=taken["id"])


def test_an_unknown_production_has_no_descriptors(admin):
    assert admin.get(path({"id": UNKNOWN})).json == []
    assert admin.get(path({"id": "nonsense"})).status_int == 404
    assert admin.post(path({"id": UNKNOWN}), {"name": "a"}).status_int == 404


def test_a_descriptor_of_another_production_is_unknown(studio, project, admin):
    manager = studio.person("manager")
    own = studio.project(team=[manager])
    foreign = make(admin, project, "Mood")
    make(admin, own, "Mood")
    api = studio.api(manager)
    for descriptor_id in (foreign["id"], UNKNOWN, "nonsense"):
        target = path(own, f"/{descriptor_id}")
        assert api.get(target).status_int == 404
        assert api.put(target, {"name": "Changed"}).status_int == 404
        assert api.delete(target).status_int == 404
    assert studio.db.get(MetadataDescriptor, foreign["id"])["name"] == "Mood"


# Change


def test_a_change_replaces_all_that_it_does_not_name(studio, project, admin):
    lead = studio.department()
    made = make(admin, project, "Mood", data_type="list", choices=["a"], for_client=True, departments=[lead["id"]])
    studio.forget_events()
    body = {"name": "Mood", "entity_type": "Shot", "position": 3, "field_name": "x"}
    answer = admin.put(path(project, f"/{made['id']}"), body)
    assert answer.status_int == 200
    assert answer.json["departments"] == []
    changed = admin.get(path(project, f"/{made['id']}")).json
    assert (changed["data_type"], changed["choices"], changed["for_client"]) == ("string", [], False)
    assert (changed["departments"], changed["position"], changed["entity_type"]) == ([], None, "Asset")
    assert studio.events() == ["metadata-descriptor:update"]


@pytest.mark.parametrize("body", [{}, {"name": None}])
def test_a_change_without_name_keeps_the_name(project, admin, body):
    made = make(admin, project, "Mood")
    assert admin.put(path(project, f"/{made['id']}"), body).json["name"] == "Mood"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "..."}, 400),
        ({"name": "Mood", "data_type": "colour"}, 400),
        ({"name": "Mood", "departments": ["nonsense"]}, 404),
        ({"name": "Mood", "choices": "a"}, 400),
    ],
)
def test_a_bad_change_is_refused(studio, project, admin, body, status):
    made = make(admin, project, "Mood")
    assert admin.put(path(project, f"/{made['id']}"), body).status_int == status
    assert studio.db.find(MetadataDescriptor, id=made["id"], relations=True) == made


def test_a_name_that_is_taken_moves_no_value(studio, project, admin):
    made = make(admin, project, "Mood")
    make(admin, project, "Style")
    tree = studio.entity(project, "Prop", data={"mood": "calm", "style": "flat"})
    assert admin.put(path(project, f"/{made['id']}"), {"name": "style"}).status_int == 400
    assert studio.db.get(Entity, tree["id"]) == tree


def entities(studio, project, value):
    return {
        kind: studio.entity(project, kind, data={"mood": value, "other": 1})["id"]
        for kind in ("Prop", "Shot", "Edit", "Episode", "Sequence", "Scene")
    }


def holding(studio, ids, key):
    return {kind for kind, row_id in ids.items() if key in studio.db.get(Entity, row_id)["data"]}


@pytest.mark.parametrize(
    ("kind", "moved"),
    [
        ("Asset", {"Prop"}),
        ("Shot", {"Shot"}),
        ("Edit", {"Edit"}),
        ("Episode", {"Episode"}),
        ("Sequence", {"Sequence"}),
    ],
)
def test_values_follow_a_new_name(studio, project, admin, kind, moved):
    ids = entities(studio, project, {"deep": [True, 0.1]})
    foreign = entities(studio, studio.project(), "calm")
    made = make(admin, project, "Mood", entity_type=kind)
    studio.forget_events()
    assert admin.put(path(project, f"/{made['id']}"), {"name": "Feeling"}).json["field_name"] == "feeling"
    assert holding(studio, ids, "feeling") == moved
    assert holding(studio, ids, "mood") == set(ids) - moved
    assert holding(studio, foreign, "mood") == set(foreign)
    one = studio.db.get(Entity, ids[next(iter(moved))])
    assert one["data"] == {"other": 1, "feeling": {"deep": [True, 0.1]}}
    assert studio.events() == ["metadata-descriptor:update"]


def test_empty_values_stay_under_the_old_name(studio, project, admin):
    empty = studio.entity(project, "Prop", data={"mood": None})
    studio.entity(project, "Prop", data=None)
    made = make(admin, project, "Mood")
    admin.put(path(project, f"/{made['id']}"), {"name": "Feeling"})
    assert studio.db.get(Entity, empty["id"])["data"] == {"mood": None}


@pytest.mark.parametrize("kind", ["Asset", "Shot", "Edit", "Episode", "Sequence"])
def test_deletion_strips_the_values_of_its_own_kind(studio, project, admin, kind):
    ids = entities(studio, project, None)
    made = make(admin, project, "Mood", entity_type=kind)
    studio.forget_events()
    assert admin.delete(path(project, f"/{made['id']}?force=true")).status_int == 204
    assert holding(studio, ids, "mood") == set(ids) - {"Prop" if kind == "Asset" else kind}
    assert studio.events() == ["metadata-descriptor:delete"]
    assert not studio.db.exists(MetadataDescriptor)


def test_values_of_tasks_and_of_the_production_follow_too(studio, project, admin):
    modeling = studio.task_type("Modeling")["id"]
    prop = studio.entity(project, "Prop")
    task = studio.task(prop, "Modeling", data={"layer": "bg"})
    other = studio.task(prop, "Shading", data={"layer": "bg"})
    with studio.db.write():
        studio.db.update(Project, project["id"], data={"layer": "x"})
    of_tasks = make(admin, project, "Layer", entity_type="Task", task_type_id=modeling)
    of_project = make(admin, project, "Layer", entity_type="Project")
    for made in (of_tasks, of_project):
        admin.put(path(project, f"/{made['id']}"), {"name": "Plane"})

    def data(model, row):
        return studio.db.get(model, row["id"])["data"]

    assert (data(Task, task), data(Task, other)) == ({"plane": "bg"}, {"layer": "bg"})
    assert data(Project, project) == {"plane": "x"}
    for made in (of_tasks, of_project):
        admin.delete(path(project, f"/{made['id']}"))
    assert (data(Task, task), data(Project, project)) == ({}, {})


# Order


def test_reordered_descriptors_come_first_and_the_rest_by_name(studio, project, admin):
    made = {name: make(admin, project, name)["id"] for name in ("a", "b", "c", "d")}
    shot = make(admin, project, "s", entity_type="Shot")
    studio.forget_events()
    body = {"entity_type": "Asset", "descriptor_ids": [made["d"], made["b"]]}
    answer = admin.post(path(project, "/reorder"), body)
    assert field_names(answer) == ["d", "b", "a", "c"]
    assert [d["position"] for d in answer.json] == [1, 2, 3, 4]
    assert answer.json[0]["departments"] == []
    assert studio.db.get(MetadataDescriptor, shot["id"])["position"] is None
    assert studio.events() == []


@pytest.mark.parametrize(
    "change",
    [
        {"descriptor_ids": [UNKNOWN]},
        {"descriptor_ids": ["nonsense"]},
        {"descriptor_ids": []},
        {"entity_type": "Shot"},
        {"entity_type": "Planet"},
    ],
)
def test_a_bad_order_changes_nothing(studio, project, admin, change):
    made = make(admin, project, "a")
    body = {"entity_type": "Asset", "descriptor_ids": [made["id"]], **change}
    assert admin.post(path(project, "/reorder"), body).status_int == 400
    assert studio.db.get(MetadataDescriptor, made["id"])["position"] is None


# Who may


@pytest.mark.parametrize("role", ["admin", "manager", "supervisor", "user", "client", "vendor"])
def test_who_may_touch_descriptors_of_a_production(studio, admin, role):
    member, stranger = studio.person(role), studio.person(role)
    project = studio.project(team=[member])
    made = make(admin, project, "Mood", for_client=True)
    calls = [
        (True, lambda api: api.get(path(project))),
        (True, lambda api: api.get(path(project, f"/{made['id']}"))),
        (False, lambda api: api.post(path(project), {"name": f"By {role}"})),
        (False, lambda api: api.put(path(project, f"/{made['id']}"), {"name": "Mood", "for_client": True})),
        (
            False,
            lambda api: api.post(path(project, "/reorder"), {"entity_type": "Asset", "descriptor_ids": [made["id"]]}),
        ),
        (False, lambda api: api.delete(path(project, f"/{made['id']}"))),
    ]
    for readable, call in calls:
        assert call(studio.nobody).status_int == 401
        assert call(studio.api(stranger)).status_int == 403 or role == "admin"
        assert (call(studio.api(member)).status_int < 300) == (readable or role == "manager") or role == "admin"


def test_a_supervisor_looks_after_the_descriptors_of_their_departments(studio, admin):
    layout, lighting = studio.department(), studio.department()
    supervisor, leader_of_all = studio.person("supervisor", [layout]), studio.person("supervisor")
    project = studio.project(team=[supervisor, leader_of_all])
    api = studio.api(supervisor)
    assert api.post(path(project), {"name": "a"}).status_int == 403
    assert api.post(path(project), {"name": "a", "departments": [lighting["id"]]}).status_int == 403
    own = make(api, project, "own", departments=[layout["id"].upper(), lighting["id"]])
    assert studio.api(leader_of_all).post(path(project), {"name": "b"}).status_int == 403
    make(studio.api(leader_of_all), project, "b", departments=[lighting["id"]])
    foreign = make(admin, project, "foreign", departments=[lighting["id"]])
    assert api.delete(path(project, f"/{foreign['id']}")).status_int == 403
    assert api.put(path(project, f"/{foreign['id']}"), {"name": "foreign"}).status_int == 403
    assert api.put(path(project, f"/{own['id']}"), {"name": "own", "departments": []}).status_int == 200
    assert api.delete(path(project, f"/{own['id']}")).status_int == 403


# Generic routes


def test_the_generic_list_shows_departments_without_any_parameter(studio, project, admin):
    made = make(admin, project, "Mood")
    assert admin.get("/data/metadata-descriptors").json[0]["departments"] == []
    assert "departments" not in admin.get(f"/data/metadata-descriptors?project_id={project['id']}").json[0]
    assert admin.get("/data/metadata-descriptors?relations=true").json[0]["departments"] == []
    assert admin.get(f"/data/metadata-descriptors/{made['id']}").json["departments"] == []


def test_the_generic_list_holds_those_of_related_productions(studio, project, admin):
    vendor = studio.person("vendor")
    related, closed = studio.project(team=[vendor]), studio.project(team=[vendor])
    for place in (project, related, closed):
        make(admin, place, "Mood")
    admin.put(
        f"/data/projects/{closed['id']}", {"project_status_id": studio.db.find(ProjectStatus, name="Closed")["id"]}
    )
    found = studio.api(vendor).get("/data/metadata-descriptors").json
    assert [d["project_id"] for d in found] == [related["id"]]
    assert studio.api(vendor).get(f"/data/metadata-descriptors/{found[0]['id']}").status_int == 200


def test_the_generic_routes_leave_values_alone(studio, project, admin):
    made = make(admin, project, "Mood")
    tree = studio.entity(project, "Prop", data={"mood": "calm"})
    answer = admin.put(f"/data/metadata-descriptors/{made['id']}", {"data_type": "colour"})
    assert (answer.status_int, answer.json["message"]) == (400, "Invalid data_type")
    admin.put(f"/data/metadata-descriptors/{made['id']}", {"field_name": "feeling"})
    assert admin.delete(f"/data/metadata-descriptors/{made['id']}").status_int == 204
    assert studio.db.get(Entity, tree["id"]) == tree


def test_the_generic_creation_needs_a_field_name_and_keeps_uniqueness(studio, project, admin):
    body = {"project_id": project["id"], "entity_type": "Asset", "name": "Mood", "data_type": "string"}
    assert admin.post("/data/metadata-descriptors", body).status_int == 400
    assert admin.post("/data/metadata-descriptors", {**body, "field_name": "mood"}).status_int == 201
    assert admin.post("/data/metadata-descriptors", {**body, "field_name": "other"}).status_int == 400
    assert admin.post("/data/metadata-descriptors", {**body, "name": "Other", "field_name": "mood"}).status_int == 400
