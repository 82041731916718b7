"""Bit rates of movies: of productions, templates, and of the task types in them."""

import pytest

from kitsulite.models.projects import ProjectTaskTypeLink
from kitsulite.models.templates import ProjectTemplate

HIGH, LOW = "hd_bitrate_compression", "ld_bitrate_compression"
RANGE = "Invalid bitrate {}. Expected an integer number of Mbit/s between 1 and 28."
ORDER = "The low definition bitrate (13) cannot exceed the high definition one (12)."


@pytest.fixture(params=["projects", "project-templates"])
def path(request, studio, project, template):
    return f"/data/{request.param}/{(project if request.param == 'projects' else template)['id']}"


@pytest.mark.parametrize("value", [0, 29, -1, "12", 1.5, True, [1]])
def test_a_rate_is_a_whole_number_up_to_that_of_the_server(admin, path, value):
    base = path.rpartition("/")[0]
    for answer in (admin.put(path, {HIGH: value}), admin.post(base, {"name": "New", LOW: value})):
        assert (answer.status_int, answer.json["message"]) == (400, RANGE.format(value))


def test_the_low_rate_is_no_higher_than_the_high_one(admin, path, set_up):
    base = path.rpartition("/")[0]
    for answer in (admin.put(path, {HIGH: 12, LOW: 13}), admin.post(base, {"name": "New", HIGH: 12, LOW: 13})):
        assert (answer.status_int, answer.json["message"]) == (400, ORDER)
    assert admin.put(path, {HIGH: 20, LOW: 13}).status_int == 200
    # the low one is capped where it is used
    assert admin.put(path, {HIGH: 12}).status_int == 200
    assert admin.put(path, {HIGH: 12, LOW: 13, "description": "x"}).status_int == 200
    assert admin.put(path, {HIGH: None, LOW: None}).json[LOW] is None
    set_up(movie_highdef_bitrate=8)
    assert admin.put(path, {LOW: 9}).status_int == 400


def link_of(studio, project):
    link = studio.db.find(ProjectTaskTypeLink, project_id=project["id"])
    return link["priority"], link[HIGH], link[LOW], link["is_client_visible"]


def test_a_task_type_of_a_production_has_rates_of_its_own(studio, project, admin):
    kind = studio.task_type("Layout")["id"]
    path = f"/data/projects/{project['id']}/settings/task-types"
    assert admin.post(path, {"task_type_id": kind, "priority": 3, HIGH: "10"}).status_int == 201
    assert link_of(studio, project) == (3, 10, None, True)
    admin.post(path, {"task_type_id": kind, "priority": 5, "is_client_visible": False})
    assert link_of(studio, project) == (3, 10, None, False)
    admin.post(path, {"task_type_id": kind, LOW: 4, "is_client_visible": None})
    assert link_of(studio, project) == (3, None, 4, False)
    admin.put(f"/data/projects/{project['id']}", {HIGH: 12})
    for wrong in ({HIGH: 0}, {HIGH: "x"}, {HIGH: 29}, {LOW: 13}, {HIGH: 5, LOW: 6}):
        assert admin.post(path, {"task_type_id": kind, **wrong}).status_int == 400
    assert link_of(studio, project) == (3, None, 4, False)
    shown = admin.get(f"/data/projects/{project['id']}").json["task_type_links"]
    assert shown == {kind: {"priority": 3, HIGH: None, LOW: 4, "is_client_visible": False}}


def test_all_settings_at_once_say_what_clients_see(studio, project, admin):
    kind = studio.task_type("Layout")["id"]
    path = f"/data/projects/{project['id']}/settings/batch"
    admin.post(path, {"task_types": [{"task_type_id": kind, "priority": 2, "is_client_visible": False}]})
    assert link_of(studio, project) == (2, None, None, False)
    admin.post(path, {"task_types": [{"task_type_id": kind}]})
    assert link_of(studio, project) == (2, None, None, False)


def test_a_template_carries_rates_and_what_clients_see(studio, project, template, admin):
    kind, status = studio.task_type("Layout")["id"], studio.task_status("wip")["id"]
    path = f"/data/project-templates/{template['id']}"
    assert admin.post(f"{path}/task-types", {"task_type_id": kind, HIGH: 10, LOW: 11}).status_int == 400
    admin.post(f"{path}/task-types", {"task_type_id": kind, "priority": 2, HIGH: 10, "is_client_visible": False})
    admin.post(f"{path}/task-types", {"task_type_id": kind, "priority": 4})
    admin.post(f"{path}/task-statuses", {"task_status_id": status, "is_client_allowed": True})
    admin.post(f"{path}/task-statuses", {"task_status_id": status, "priority": 1})
    (row,) = admin.get(f"{path}/task-types").json
    assert (row["priority"], row[HIGH], row[LOW], row["is_client_visible"]) == (4, 10, None, False)
    assert admin.get(f"{path}/task-statuses").json[0]["link_is_client_allowed"] is True
    admin.put(path, {"is_client_stats_visible": False, "is_client_task_list_visible": False})
    admin.post(f"/data/projects/{project['id']}/apply-template/{template['id']}", {})
    shown = admin.get(f"/data/projects/{project['id']}").json
    assert link_of(studio, project) == (4, 10, None, False)
    assert shown["task_statuses_link"][status]["is_client_allowed"] is True
    assert (shown["is_client_stats_visible"], shown["is_client_task_panel_visible"]) == (False, True)
    kept = admin.post(f"/data/project-templates/from-project/{project['id']}", {"name": "Kept"}).json
    assert (kept["is_client_task_list_visible"], kept["is_client_task_panel_visible"]) == (False, True)
    assert admin.get(f"/data/project-templates/{kept['id']}/task-types").json[0][HIGH] == 10
    admin.post(f"{path}/task-statuses", {"task_status_id": status, "is_client_allowed": None})
    assert admin.get(f"{path}/task-statuses").json[0]["link_is_client_allowed"] is None
    assert studio.db.exists(ProjectTemplate, id=kept["id"])
