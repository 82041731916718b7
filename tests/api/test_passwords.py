"""Passwords through the API."""

import pytest
from support import PASSWORD


def sign_in(studio, person, password):
    return studio.nobody.post("/auth/login", {"email": person["email"], "password": password})


# By oneself


def body(old=PASSWORD, password="a new password", again=None):
    return {"old_password": old, "password": password, "password_2": password if again is None else again}


def test_one_changes_ones_password_and_stays_signed_in(studio):
    person = studio.account()
    api = studio.api(person)
    answer = api.post("/auth/change-password", body())
    assert (answer.status_int, answer.json) == (200, {"success": True})
    assert sign_in(studio, person, PASSWORD).status_int == 400
    assert sign_in(studio, person, "a new password").status_int == 200
    assert api.get("/auth/authenticated").status_int == 200


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (body(old="wrong password"), "Old password is wrong."),
        (body(password="short"), "Password is too short."),
        (body(password="short", again="other"), "Password is too short."),
        (body(again="something else"), "Confirmation password doesn't match."),
    ],
)
def test_a_bad_new_or_old_password_changes_nothing(studio, given, message):
    person = studio.account()
    answer = studio.api(person).post("/auth/change-password", given)
    assert (answer.status_int, answer.json) == (400, {"error": True, "message": message})
    assert sign_in(studio, person, PASSWORD).status_int == 200


@pytest.mark.parametrize("missing", ["old_password", "password", "password_2"])
def test_each_password_is_required(studio, missing):
    person = studio.account()
    given = {key: value for key, value in body().items() if key != missing}
    answer = studio.api(person).post("/auth/change-password", given)
    assert answer.json["data"]["errors"] == [{"field": missing, "message": "Field required"}]
    answer = studio.api(person).post("/auth/change-password", {**given, missing: ""})
    assert answer.json["data"]["errors"] == [{"field": missing, "message": "String should have at least 1 character"}]


def test_wrong_old_passwords_lock_the_account(studio):
    person = studio.account()
    api = studio.api(person)
    for _ in range(5):
        api.post("/auth/change-password", body(old="wrong password"))
    answer = api.post("/auth/change-password", body())
    assert answer.status_int == 400
    assert answer.json["too_many_failed_login_attemps"] is True
    assert sign_in(studio, person, PASSWORD).json["too_many_failed_login_attemps"] is True


def test_a_stranger_gets_no_hint_about_the_body(studio):
    assert studio.nobody.post("/auth/change-password", {}).status_int == 401
