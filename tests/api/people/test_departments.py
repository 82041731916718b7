"""Software, hardware and members of departments."""

import pytest
from support import ROLES

from kitsulite.models.people import DepartmentLink, HardwareItem, Software

UNKNOWN = "30000000-0000-4000-8000-000000000000"


@pytest.fixture
def admin(studio):
    studio.forget_events()
    return studio.api(studio.admin)


@pytest.fixture(params=["software", "hardware"])
def equipment(request, studio):
    """A department, an item, the name of its key and the last part of its paths."""
    names = {"name": "Blender", "short_name": "bl"}
    if request.param == "software":
        item, key, base = studio.add(Software, file_extension="blend", **names), "software_id", "software-licenses"
    else:
        item, key, base = studio.add(HardwareItem, **names), "hardware_item_id", "hardware-items"
    return studio.department(), item, key, base


def test_a_department_gets_and_loses_equipment(studio, admin, equipment):
    department, item, key, base = equipment
    path = f"/data/departments/{department['id']}/{base}"
    assert admin.get(f"/data/departments/{base}").json == {}
    link = admin.post(path, {key: item["id"]})
    assert link.status_int == 201
    assert (link.json["department_id"], link.json[key]) == (department["id"], item["id"])
    assert link.json["type"].endswith("DepartmentLink")
    assert admin.post(path, {key: item["id"]}).json == link.json
    assert admin.get(f"/data/departments/{base}").json == {department["id"]: [item]}
    assert admin.get(f"{path}/{item['id']}").json == (item if key == "software_id" else [item])
    for _ in range(2):
        assert admin.delete(f"{path}/{item['id']}").status_int == 204
    assert admin.get(f"/data/departments/{base}").json == {}
    if key == "software_id":
        assert [admin.get(f"{path}/{other}").status_int for other in (item["id"], UNKNOWN, "x")] == [404, 404, 400]
    assert studio.events() == []


def test_equipment_is_found_before_it_is_given(admin, equipment):
    department, item, key, base = equipment
    path = "/data/departments/{}/" + base
    assert admin.post(path.format(department["id"]), {key: "x"}).json["message"] == "Validation error."
    assert admin.post(path.format("x"), {}).json["message"] == "Validation error."
    assert admin.post(path.format("x"), {key: item["id"]}).json["message"] == "Wrong UUID format."
    assert admin.post(path.format(UNKNOWN), {key: item["id"]}).status_int == 404
    assert admin.post(path.format(department["id"]), {key: UNKNOWN}).status_int == 404
    assert admin.delete(path.format(department["id"]) + "/x").status_int == 400
    assert admin.delete(path.format(department["id"]) + "/" + UNKNOWN).status_int == 404
    assert admin.get(path.format(department["id"])).status_int == 405


@pytest.mark.parametrize("role", ROLES)
def test_equipment_is_for_admins(studio, equipment, role):
    department, item, key, base = equipment
    api, allowed = studio.api(studio.person(role)), role == "admin"
    path = f"/data/departments/{department['id']}/{base}"
    assert api.get(f"/data/departments/{base}").status_int == (200 if allowed else 403)
    assert api.post(path, {key: item["id"]}).status_int == (201 if allowed else 403)
    assert api.get(f"{path}/{item['id']}").status_int == (200 if allowed else 403)
    assert api.delete(f"{path}/{item['id']}").status_int == (204 if allowed else 403)
    assert studio.nobody.get(f"/data/departments/{base}").status_int == 401


def test_persons_join_and_leave_departments(studio, admin):
    artist, department = studio.person(), studio.department()
    path = f"/actions/persons/{artist['id']}/departments"
    for _ in range(2):
        joined = admin.post(f"{path}/add", {"department_id": department["id"]})
        assert (joined.status_int, joined.json["departments"]) == (201, [department["id"]])
    for _ in range(2):
        assert admin.delete(f"{path}/{department['id']}").status_int == 204
    assert not studio.db.exists(DepartmentLink)
    assert studio.events() == ["person:update"] * 4


def test_the_persons_of_a_department(studio, admin):
    department = studio.department()
    bea, ann = (
        studio.person(departments=[department], first_name=name, active=name == "Ann") for name in ("Bea", "Ann")
    )
    path = f"/data/departments/{department['id']}/persons"
    assert [row["id"] for row in admin.get(path).json] == [ann["id"], bea["id"]]
    assert admin.get(path).json[0]["departments"] == [department["id"]]
    assert "email" in admin.get(path).json[0]
    shown = studio.api(studio.person("manager")).get(path).json
    assert ("email" in shown[0], shown[0]["departments"]) == (False, [department["id"]])
    client = studio.person("client")
    assert studio.api(client).get(path).json == []
    studio.project(team=[client, bea])
    (row,) = studio.api(client).get(path).json
    assert (row["id"], "departments" in row) == (bea["id"], False)
    assert admin.get(f"/data/departments/{UNKNOWN}/persons").status_int == 404
    assert admin.get("/data/departments/x/persons").status_int == 400
    assert studio.nobody.get(path).status_int == 401


def test_unknown_departments_and_persons(studio, admin):
    path = f"/actions/persons/{studio.admin['id']}/departments"
    answer = admin.post(f"{path}/add", {"department_id": UNKNOWN})
    assert (answer.status_int, answer.json["message"]) == (400, "Department ID matches no department")
    assert admin.post(f"{path}/add", {}).status_int == 400
    assert admin.delete(f"{path}/{UNKNOWN}").status_int == 400
    assert admin.delete(f"{path}/x").status_int == 400
    department = studio.department()
    for person in (UNKNOWN, "x"):
        body = {"department_id": department["id"]}
        assert admin.post(f"/actions/persons/{person}/departments/add", body).status_int == 404
        assert admin.delete(f"/actions/persons/{person}/departments/{department['id']}").status_int == 404


@pytest.mark.parametrize("role", ROLES[1:])
def test_only_admins_move_persons_between_departments(studio, role):
    caller, department = studio.person(role), studio.department()
    path = f"/actions/persons/{caller['id']}/departments"
    assert studio.api(caller).post(f"{path}/add", {"department_id": department["id"]}).status_int == 403
    assert studio.api(caller).delete(f"{path}/{department['id']}").status_int == 403
