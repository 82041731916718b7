"""Shots through the API."""

import pytest


@pytest.fixture
def production(studio):
    manager = studio.person("manager")
    project = studio.project(team=[manager])
    return studio.api(manager), project


def test_a_manager_creates_a_shot_below_a_sequence(studio, production):
    api, project = production
    episode = studio.entity(project, "Episode")
    sequence = studio.entity(project, "Sequence", parent_id=episode["id"])
    studio.forget_events()
    answer = api.post(
        f"/data/projects/{project['id']}/shots",
        {"name": "SH01", "sequence_id": sequence["id"], "nb_frames": "12", "data": {"fps": 25}},
    )
    assert answer.status_int == 201
    assert {k: answer.json[k] for k in ("name", "parent_id", "nb_frames", "data", "type")} == {
        "name": "SH01",
        "parent_id": sequence["id"],
        "nb_frames": 12,
        "data": {"fps": 25},
        "type": "Shot",
    }
    assert studio.events() == ["shot:new"]


def test_a_shot_of_the_same_name_and_place_is_returned_unchanged(studio, production):
    api, project = production
    path = f"/data/projects/{project['id']}/shots"
    first = api.post(path, {"name": "SH01"})
    studio.forget_events()
    second = api.post(path, {"name": "SH01", "nb_frames": 5})
    assert second.status_int == 201
    assert second.json == first.json
    assert studio.events() == []


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({}, "name", "Field required"),
        ({"name": ""}, "name", "String should have at least 1 character"),
        ({"name": 3}, "name", "Input should be a valid string"),
        (
            {"name": "a", "nb_frames": 1.5},
            "nb_frames",
            "Input should be a valid integer, got a number with a fractional part",
        ),
        ({"name": "a", "sequence_id": ""}, "sequence_id", "Input should be a valid UUID"),
        ([], "", "Input should be a valid dictionary or object to extract fields from"),
    ],
)
def test_a_bad_body_is_told_field_by_field(production, body, field, message):
    api, project = production
    answer = api.post(f"/data/projects/{project['id']}/shots", body)
    assert answer.status_int == 400
    assert answer.json["message"] == "Validation error."
    assert answer.json["data"]["errors"] == [{"field": field, "message": message}]


def test_a_sequence_of_another_project_is_unknown(studio, production):
    api, project = production
    foreign = studio.entity(studio.project(), "Sequence")
    answer = api.post(f"/data/projects/{project['id']}/shots", {"name": "SH01", "sequence_id": foreign["id"]})
    assert answer.status_int == 404


@pytest.mark.parametrize("role", ["supervisor", "user", "client", "vendor"])
def test_only_managers_create_shots(studio, role):
    member = studio.person(role)
    project = studio.project(team=[member])
    assert studio.api(member).post(f"/data/projects/{project['id']}/shots", {"name": "SH01"}).status_int == 403


def test_the_role_on_the_project_counts(studio):
    promoted, demoted = studio.person("user"), studio.person("manager")
    project = studio.project(team=[(promoted, "manager"), (demoted, "user")])
    path = f"/data/projects/{project['id']}/shots"
    assert studio.api(promoted).post(path, {"name": "SH01"}).status_int == 201
    assert studio.api(demoted).post(path, {"name": "SH02"}).status_int == 403
