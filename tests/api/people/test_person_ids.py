"""Ids of persons in paths, in the case in which clients write them."""

import pytest


@pytest.mark.parametrize(
    ("method", "action", "status"),
    [
        ("get", "invite", 200),
        ("post", "reset-password-link", 200),
        ("delete", "disable-two-factor-authentication", 400),
    ],
)
def test_an_id_in_upper_case_is_the_same_person(studio, method, action, status):
    path = f"/actions/persons/{studio.person()['id'].upper()}/{action}"
    assert getattr(studio.api(studio.admin), method)(path).status_int == status
