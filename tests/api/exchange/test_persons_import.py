"""The persons of the studio from a CSV file."""

import pytest
from support import ROLES

from kitsulite.models.people import Department, Person, Studio

PATH = "/import/csv/persons"
HEADER = "First Name,Last Name,Email,Role,Departments,Daily Salary,Active\n"


def send(studio, text, query="", api=None):
    return (api or studio.api(studio.admin)).upload(PATH + query, [("file", "persons.csv", text.encode())])


def test_new_persons_have_what_the_sheet_says(studio):
    animation = studio.db.find(Department, name="Animation")
    answer = send(
        studio, HEADER + "Zoé,Ng, ZOE@studio.org ,studio manager,Animation,120,no\n\nAl,Bo,al@studio.org,,,,\n"
    )
    assert answer.status_int == 201
    zoe, al = answer.json
    assert (zoe["email"], zoe["role"], zoe["daily_salary"], zoe["active"]) == ("zoe@studio.org", "admin", 120, False)
    assert (al["role"], al["active"]) == ("user", True)
    assert zoe["full_name"] == "Zoé Ng"
    assert "password" not in zoe
    assert studio.db.related(Person, zoe["id"], "departments") == [animation["id"]]


def test_known_persons_are_changed_on_demand_alone(studio):
    known = studio.person(email="al@studio.org", first_name="Al")
    row = HEADER + "Albert,Bo,AL@studio.org,Client,,,\n"
    assert send(studio, row).json[0]["first_name"] == "Al"
    assert send(studio, row, "?update=true&dry_run=true").json == {
        "dry_run": True,
        "created": 0,
        "changed": 1,
        "skipped": [],
        "refused": [],
        "nb_refused": 0,
    }
    assert studio.db.get(Person, known["id"])["first_name"] == "Al"
    changed = send(studio, row, "?update=true").json[0]
    assert (changed["id"], changed["first_name"], changed["role"]) == (known["id"], "Albert", "client")


def test_every_bad_cell_is_named_and_nobody_is_imported(studio):
    good = "Al,Bo,al@studio.org,,,,\n"
    bad = "A,B,notamail,Chef,,,\nC,D,c@studio.org,,Cooking,much,maybe\n"
    answer = send(studio, HEADER + good + bad)
    assert (answer.status_int, answer.json["line_number"]) == (400, 3)
    assert answer.json["message"].startswith("A value is invalid: Email: notamail (")
    assert [(problem["line"], problem["column"]) for problem in answer.json["problems"]] == [
        *[(3, "Email"), (3, "Role"), (4, "Daily Salary"), (4, "Active"), (4, "Departments")]
    ]
    assert not studio.db.exists(Person, email="al@studio.org")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_admins_alone_import_persons(studio, role):
    row = HEADER + "Al,Bo,al@studio.org,,,,\n"
    assert send(studio, row, api=studio.api(studio.person(role))).status_int == 403
    assert send(studio, row, api=studio.nobody).status_int == 401


def test_a_person_works_in_a_studio_that_there_is(studio):
    north = studio.add(Studio, name="North", color="#000000")
    header = "First Name,Last Name,Email,Studio\n"
    assert send(studio, header + "Al,Bo,al@studio.org,North\n").json[0]["studio_id"] == north["id"]
    refused = send(studio, header + "Bo,Al,bo@studio.org,South\n")
    assert refused.status_int == 400
    assert "Studio not found: South" in refused.text
    assert not studio.db.exists(Person, email="bo@studio.org")
