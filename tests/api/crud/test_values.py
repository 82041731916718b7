"""What every generic route takes as the value of a column or relation."""

import json

import pytest

from kitsulite.models.fields import new_id
from kitsulite.models.people import Person
from kitsulite.models.tasks import Task

UNKNOWN = "8b4ef3f8-6d2e-4b43-9d3a-1d0a8a0b6f10"


@pytest.fixture
def task(studio):
    return studio.task(studio.entity(studio.project(), "Prop"))


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"priority": "3"}, 3),
        ({"priority": 2.7}, 3),
        ({"priority": None}, None),
        ({"estimation": 60}, 60.0),
        ({"estimation": "1.5"}, 1.5),
        ({"description": 12}, "12"),
        ({"description": ""}, ""),
        ({"due_date": "2026-01-05"}, "2026-01-05T00:00:00"),
        ({"due_date": "2026-01-05T10:00:00Z"}, "2026-01-05T10:00:00"),
        ({"due_date": "2026-01-05T10:00:00.250+02:00"}, "2026-01-05T10:00:00"),
        ({"data": [1, {"a": None}]}, [1, {"a": None}]),
        ({"last_preview_file_id": UNKNOWN.upper()}, UNKNOWN),
        ({"last_preview_file_id": None}, None),
    ],
)
def test_values_are_converted(admin, task, given, stored):
    answer = admin.put(f"/data/tasks/{task['id']}", given)
    found = answer.json[next(iter(given))]
    assert (found, type(found)) == (stored, type(stored))


def test_null_in_a_new_row_means_the_default_of_its_column(studio, admin):
    missing = dict.fromkeys(("resolution", "fps", "max_retakes", "is_clients_isolated", "production_type", "data"))
    made = admin.post("/data/projects", {"name": "Spring", **missing})
    assert {key: made.json[key] for key in missing} == {
        **{"resolution": "1920x1080", "fps": "25", "max_retakes": 0, "is_clients_isolated": False},
        **{"production_type": "short", "data": None},
    }
    changed = admin.put(f"/data/projects/{made.json['id']}", missing)
    assert {key: changed.json[key] for key in missing} == missing


@pytest.mark.parametrize(
    "given",
    [
        *({"priority": "1.5"}, {"priority": "high"}, {"priority": True}, {"priority": 2**40}),
        *({"estimation": "long"}, {"estimation": False}, {"estimation": -1e16}),
        *({"name": "n" * 81}, {"name": ["n"]}, {"name": None}, {"name": True}),
        *({"entity_id": ""}, {"entity_id": "x"}, {"entity_id": f"{UNKNOWN} or 1"}, {"entity_id": UNKNOWN}),
        *({"due_date": ""}, {"due_date": 5}, {"difficulty": 6}),
        *({"assignees": "x"}, {"assignees": ["x"]}, {"assignees": [{}]}, {"assignees": [[]]}, {"assignees": 5}),
    ],
)
def test_values_that_suit_no_column_are_refused(studio, admin, task, given):
    answer = admin.put(f"/data/tasks/{task['id']}", given)
    assert (answer.status_int, list(answer.json)) == (400, ["message"])
    assert studio.db.get(Task, task["id"]) == task
    assert studio.events("task:update") == []


def test_a_text_that_is_no_date_shows_its_name_when_a_row_is_changed(admin, task):
    answer = admin.put(f"/data/tasks/{task['id']}", {"due_date": "soon"})
    assert (answer.status_int, answer.json["error"], answer.json["data"]) == (400, True, None)
    assert all(word in answer.json["message"] for word in ("due_date", "soon", "ISO 8601"))


@pytest.mark.parametrize(
    ("flag", "status"), [(1, 200), (0, 200), (True, 200), (None, 200), ("true", 400), (2, 400), ([], 400)]
)
def test_a_flag_is_a_boolean_or_its_number(studio, admin, flag, status):
    department = studio.department()
    answer = admin.put(f"/data/departments/{department['id']}", {"archived": flag})
    assert answer.status_int == status
    if status == 200:
        assert answer.json["archived"] is (None if flag is None else bool(flag))


def test_relations_hold_the_known_of_the_given_ids_once(studio, admin):
    person, here, there = studio.person(), studio.department(), studio.department()
    path = f"/data/persons/{person['id']}"
    given = [here["id"].upper(), here["id"], UNKNOWN, {"id": there["id"], "name": "x"}]
    assert admin.put(path, {"departments": given}).json["departments"] == [here["id"], there["id"]]
    assert admin.put(path, {"departments": [there["id"]]}).json["departments"] == [there["id"]]
    assert admin.put(path, {}).json["departments"] == [there["id"]]
    assert admin.put(path, {"departments": None}).json["departments"] == []


def test_id_and_moments_of_a_row_are_the_servers(studio, admin):
    body = {"name": "A", "color": "#000000", "id": UNKNOWN, "created_at": "2000-01-01", "updated_at": "soon"}
    made = admin.post("/data/departments", body)
    assert made.status_int == 201
    assert made.json["id"] != UNKNOWN
    assert not made.json["created_at"].startswith("2000")


def test_an_unknown_key_is_refused_in_a_new_row_and_ignored_in_a_change(studio, admin):
    made = admin.post("/data/departments", {"name": "A", "color": "#000000", "hue": 1})
    assert (made.status_int, list(made.json)) == (400, ["message"])
    assert "hue" in made.json["message"]
    for key in ("type", "full_name"):
        assert admin.post("/data/persons", {"first_name": "A", "last_name": "B", key: "x"}).status_int == 400
    person = studio.person()
    changed = admin.put(f"/data/persons/{person['id']}", {"type": "x", "full_name": "x", "hue": 1})
    assert (changed.status_int, changed.json["type"]) == (200, "Person")


@pytest.mark.parametrize("body", ["[]", "5", '"text"', "null", "{", ""])
def test_a_body_is_an_object(studio, admin, body):
    department = studio.department()
    before = studio.db.all(Person)
    for method, path in (("POST", "persons"), ("PUT", f"departments/{department['id']}")):
        answer = admin.send(method, f"/data/{path}", body)
        assert (answer.status_int, answer.json["error"]) == (400, True)
    assert studio.db.all(Person) == before
    for content_type in ("text/plain", ""):
        answer = admin.send("POST", "/data/departments", json.dumps({"name": "A", "color": "#1"}), content_type)
        assert (answer.status_int, answer.json["error"]) == (415, True)


def test_what_is_wrong_is_reported_in_order(studio):
    """The form of the id, whether there is such a row, who asks, what is asked."""
    artist, department = studio.api(studio.person()), studio.department()
    assert artist.put("/data/departments/x", {"archived": "x"}).json["message"] == "Malformed ID."
    assert artist.put(f"/data/departments/{department['id']}-1", {}).status_int == 400
    assert artist.put(f"/data/departments/{new_id()}", {"archived": "x"}).status_int == 404
    assert artist.put(f"/data/departments/{department['id']}", {"archived": "x"}).status_int == 403
    assert artist.put(f"/data/departments/{department['id']}", []).status_int == 400
    assert artist.post("/data/departments", {"archived": "x"}).status_int == 403
    assert artist.delete("/data/departments/x").status_int == 400
    assert artist.get("/data/news/x").status_int == 400
    assert artist.get(f"/data/news/{new_id()}").status_int == 404


def test_every_change_notes_its_moment(studio, admin):
    department = studio.department(updated_at="2020-01-01T00:00:00.000000")
    changed = admin.put(f"/data/departments/{department['id']}", {}).json
    assert changed["updated_at"] >= changed["created_at"] > department["updated_at"]


def test_a_final_slash_makes_no_difference(studio, admin):
    made = admin.post("/data/departments/", {"name": "A", "color": "#000000"})
    assert made.status_int == 201
    path = f"/data/departments/{made.json['id']}/"
    assert admin.get(path).json["id"] == made.json["id"]
    assert admin.put(path, {}).status_int == 200
    assert admin.delete(path).status_int == 204
    assert admin.get("/data/departments/").status_int == 200


def test_an_error_of_our_own_is_no_fault_of_the_body(admin, monkeypatch, caplog):
    def broken(*_):
        raise KeyError("a name of our own")

    monkeypatch.setattr("kitsulite.domain.people.persons.prepare_new", broken)
    answer = admin.post("/data/persons", {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.com"})
    assert answer.status_int == 500
    assert "own" not in answer.text
    assert "a name of our own" in caplog.text


@pytest.mark.parametrize("path", ["entities", "milestones", "playlists", "schedule-items"])
@pytest.mark.parametrize("project_id", [True, 5, ["x"], {"id": 1}])
def test_a_project_id_that_is_no_text_names_no_project(scene, path, project_id):
    answer = scene.api("user").post(f"/data/{path}", {"name": "A", "project_id": project_id})
    assert answer.status_int in (400, 403, 404)
