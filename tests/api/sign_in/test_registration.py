"""Registration through the API."""

import pytest

from kitsulite.models.people import Person

ALICE = {
    "email": "Alice@Studio.org",
    "password": "a good password",
    "password_2": "a good password",
    "first_name": "Alice",
    "last_name": "Doe",
}


@pytest.fixture
def open_to_strangers(set_up):
    set_up(registration=True)


pytestmark = pytest.mark.usefixtures("open_to_strangers")


def test_a_stranger_becomes_an_artist_who_can_sign_in(studio):
    studio.forget_events()
    answer = studio.nobody.post("/auth/register", {**ALICE, "role": "admin"})
    assert (answer.status_int, answer.json) == (201, {"registration_success": True})
    signed_in = studio.nobody.post("/auth/login", {"email": "alice@studio.org", "password": ALICE["password"]})
    assert signed_in.json["user"]["role"] == "user"
    assert signed_in.json["user"]["full_name"] == "Alice Doe"
    assert studio.events() == ["person:new"]


def test_a_form_does_as_well(studio):
    answer = studio.nobody._app.post("/api/auth/register", ALICE)
    assert answer.status_int == 201


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"password_2": "another password"}, "Confirmation password doesn't match."),
        ({"password": "short", "password_2": "short"}, "Password is too short."),
        ({"email": "alice"}, ""),
        ({"email": "alice@studio.org\nbcc: all@studio.org"}, ""),
        ({"email": "taken@studio.org"}, "Email already in use."),
        ({"first_name": "x" * 100}, ""),
    ],
)
def test_a_bad_field_creates_nobody(studio, changes, message):
    studio.person("user", email="taken@studio.org")
    before = studio.db.value("SELECT count(*) FROM person")
    answer = studio.nobody.post("/auth/register", {**ALICE, **changes})
    assert answer.status_int == 400
    assert answer.json["error"] is True
    assert answer.json["message"].startswith(message)
    assert studio.db.value("SELECT count(*) FROM person") == before


@pytest.mark.parametrize("field", ALICE)
def test_every_field_is_required(studio, field):
    body = {key: value for key, value in ALICE.items() if key != field}
    answer = studio.nobody.post("/auth/register", body)
    assert answer.json["data"]["errors"] == [{"field": field, "message": "Field required"}]


def test_a_full_studio_takes_nobody(studio, set_up):
    set_up(user_limit=1)
    answer = studio.nobody.post("/auth/register", ALICE)
    assert (answer.status_int, answer.json["message"]) == (400, "User limit reached.")
    assert not studio.db.exists(Person, email="alice@studio.org")


def test_registration_can_be_closed(studio, set_up):
    set_up(registration=False)
    assert studio.nobody.post("/auth/register", ALICE).status_int == 404
