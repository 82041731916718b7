"""What a client loads right after a login."""

import pytest
from support import ROLES

from kitsulite.models.activity import Notification, Plugin
from kitsulite.models.entities import EntityType
from kitsulite.models.people import Studio as Workplace
from kitsulite.models.previews import PreviewBackgroundFile
from kitsulite.models.projects import MetadataDescriptor, Project, ProjectStatus
from kitsulite.models.tasks import CustomAction, StatusAutomation

CONTEXT = "/data/user/context"
KEYS = [
    *("asset_types", "custom_actions", "status_automations", "departments", "studios"),
    *("persons", "project_status", "project_roles", "projects", "task_types", "task_status", "search_filters"),
    *("search_filter_groups", "preview_background_files", "plugins"),
]
MINIMAL = {
    *("id", "type", "first_name", "last_name", "full_name", "has_avatar"),
    *("active", "departments", "studio_id", "role", "desktop_login", "is_bot"),
}


def close(studio, project):
    closed = studio.db.find(ProjectStatus, name="Closed")["id"]
    with studio.db.write():
        studio.db.update(Project, project["id"], project_status_id=closed)


@pytest.mark.parametrize("role", ROLES)
def test_everybody_gets_the_same_keys_and_admins_the_user_limit(studio, role):
    answer = studio.api(studio.person(role)).get(CONTEXT)
    assert answer.status_int == 200
    assert list(answer.json) == [*KEYS, *(["user_limit"] if role == "admin" else []), "notification_count"]
    if role == "admin":
        assert answer.json["user_limit"] == studio.app.settings.user_limit


def test_a_fresh_studio(studio):
    context = studio.api(studio.admin).get(CONTEXT).json
    assert {row["name"] for row in context["asset_types"]} == {"Character", "Prop", "Environment", "FX"}
    assert {row["type"] for row in context["asset_types"]} == {"AssetType"}
    assert {row["name"] for row in context["project_status"]} == {"Open", "Closed"}
    for key, kind in (("departments", "Department"), ("task_types", "TaskType"), ("task_status", "TaskStatus")):
        assert {row["type"] for row in context[key]} == {kind}
    empty = ("custom_actions", "status_automations", "studios", "projects", "preview_background_files", "plugins")
    assert [context[key] for key in empty] == [[]] * len(empty)
    assert (context["project_roles"], context["search_filters"], context["search_filter_groups"]) == ({}, {}, {})
    assert context["notification_count"] == 0


def test_every_table_is_in_it(studio):
    task_type = studio.task_type("Modeling")["id"]
    prop = studio.db.find(EntityType, name="Prop")
    with studio.db.write():
        studio.db.relate(EntityType, prop["id"], "task_types", [task_type])
    for model, values in (
        (CustomAction, {"name": "publish"}),
        (StatusAutomation, {}),
        (Workplace, {"name": "Paris", "color": "#000000"}),
        (PreviewBackgroundFile, {"name": "meadow"}),
        (Plugin, {"plugin_id": "p", "name": "P", "version": "1.0.0", "maintainer_name": "me", "license": "MIT"}),
    ):
        studio.add(model, **values)
    context = studio.api(studio.person("user")).get(CONTEXT).json
    assert next(row["task_types"] for row in context["asset_types"] if row["id"] == prop["id"]) == [task_type]
    for key, kind in (
        ("custom_actions", "CustomAction"),
        ("status_automations", "StatusAutomation"),
        ("studios", "Studio"),
        ("preview_background_files", "PreviewBackgroundFile"),
    ):
        assert [row["type"] for row in context[key]] == [kind]
    assert set(context["plugins"][0]) == {
        *("id", "plugin_id", "name", "description", "version", "maintainer_name", "maintainer_email"),
        *("frontend_project_enabled", "frontend_studio_enabled", "icon"),
    }


@pytest.mark.parametrize("role", [role for role in ROLES if role != "client"])
def test_managers_see_whole_persons_and_the_others_the_minimum(studio, role):
    department = studio.department()
    colleague = studio.person("user", departments=[department], active=False, phone="123")
    bot = studio.person("user", is_bot=True)
    guest = studio.person("user", is_guest=True)
    persons = {row["id"]: row for row in studio.api(studio.person(role)).get(CONTEXT).json["persons"]}
    assert {colleague["id"], bot["id"], studio.admin["id"]} <= set(persons)
    assert guest["id"] not in persons
    shown = persons[colleague["id"]]
    assert shown["departments"] == [department["id"]]
    assert shown["type"] == "Person"
    if role in ("admin", "manager"):
        assert (shown["phone"], shown["email"]) == ("123", colleague["email"])
        assert not {"password", "totp_secret", "otp_recovery_codes", "jti"} & set(shown)
    else:
        assert set(shown) == MINIMAL


def test_a_role_on_a_production_is_reported_and_widens_nothing_here(studio):
    person = studio.person("user")
    lead, plain = studio.project(team=[(person, "manager")]), studio.project(team=[person])
    closed = studio.project(team=[(person, "client")])
    close(studio, closed)
    context = studio.api(person).get(CONTEXT).json
    assert context["project_roles"] == {lead["id"]: "manager", closed["id"]: "client"}
    assert {row["id"] for row in context["projects"]} == {lead["id"], plain["id"]}
    assert set(context["persons"][0]) == MINIMAL


def test_open_productions_are_those_of_the_teams_and_all_for_an_admin(studio):
    member = studio.person("client")
    mine, foreign = studio.project(team=[member], name="A"), studio.project(name="B")
    closed = studio.project(team=[member], name="C")
    close(studio, closed)
    for person, names in ((member, ["A"]), (studio.admin, ["A", "B"])):
        api = studio.api(person)
        listed = api.get("/data/user/projects/open").json
        assert [row["name"] for row in listed] == names
        assert api.get(CONTEXT).json["projects"] == listed
    api = studio.api(member)
    for name, found in (("A", [mine["id"]]), ("a", []), ("", []), ("B", []), ("C", [])):
        assert [row["id"] for row in api.get(f"/data/user/projects/open?name={name}").json] == found
    assert studio.api(studio.admin).get("/data/user/projects/open?name=B").json[0]["id"] == foreign["id"]


def test_descriptors_are_the_ones_that_the_role_may_see(studio):
    client, artist = studio.person("client"), studio.person("user")
    project = studio.project(team=[client, artist])
    for name, for_client in (("cost", False), ("mood", True)):
        place = {"project_id": project["id"], "entity_type": "Asset", "data_type": "string"}
        studio.add(MetadataDescriptor, name=name, field_name=name, for_client=for_client, **place)
    for person, names in ((client, {"mood"}), (artist, {"cost", "mood"})):
        found = studio.api(person).get(CONTEXT).json["projects"][0]["descriptors"]
        assert {row["name"] for row in found} == names


def test_only_my_unread_notifications_are_counted(studio):
    me, other = studio.person(), studio.person()
    kinds = ("comment", "mention", "assignation", "reply")
    for person, kind, read in ((me, kinds[0], 0), (me, kinds[1], 0), (me, kinds[2], 1), (other, kinds[3], 0)):
        studio.add(Notification, type=kind, person_id=person["id"], author_id=studio.admin["id"], read=read)
    assert studio.api(me).get(CONTEXT).json["notification_count"] == 2


def test_its_lists_are_those_of_their_own_routes(studio):
    lead = studio.person("manager")
    project, api = studio.project(team=[lead]), studio.api(lead)
    place = {"name": "props", "project_id": project["id"], "is_shared": True}
    api.post("/data/user/filters", {**place, "query": "x"})
    api.post("/data/user/filter-groups", place)
    context = api.get(CONTEXT).json
    assert context["search_filters"] == api.get("/data/user/filters").json != {}
    assert context["search_filter_groups"] == api.get("/data/user/filter-groups").json != {}


def test_it_costs_the_same_queries_however_big_the_studio_is(studio):
    api = studio.api(studio.admin)

    def ask():
        with studio.statements() as found:
            context = api.get(CONTEXT).json
        return len(context["persons"]), len(found)

    def hire(count):
        with studio.db.write():
            for _ in range(count):
                studio.person()

    hire(9)
    few, queries = ask()
    hire(990)
    assert (few, ask()) == (10, (1000, queries))
    assert queries <= 24
