"""A new password ends the sessions that were there before."""

import pytest
from support import PASSWORD, Api

from kitsulite.context import Context
from kitsulite.domain.sign_in import accounts

NEW = {"password": "staple battery", "password_2": "staple battery"}


@pytest.fixture
def anna(studio):
    return studio.account("user", email="anna@studio.org")


@pytest.fixture
def log_in(studio, anna):
    def session(password=PASSWORD):
        answer = studio.nobody.post("/auth/login", {"email": "anna@studio.org", "password": password}).json
        return Api(studio.app, answer["access_token"]), Api(studio.app, answer["refresh_token"])

    return session


def alive(session):
    access, refresh = session
    return access.get("/auth/authenticated").status_int, refresh.get("/auth/refresh-token").status_int


def by_oneself(studio, anna, session):
    body = {"old_password": PASSWORD, **NEW}
    assert session[0].post("/auth/change-password", body).status_int == 200


def by_an_administrator(studio, anna, session):
    path = f"/actions/persons/{anna['id']}/change-password"
    assert studio.api(studio.admin).post(path, NEW).status_int == 200


def on_the_machine(studio, anna, session):
    accounts.set_password(Context(studio.app), anna, NEW["password"])


@pytest.mark.parametrize("way", [by_oneself, by_an_administrator, on_the_machine])
def test_a_new_password_ends_all_other_sessions(studio, anna, log_in, way):
    one, other = log_in(), log_in()
    access = other[1].get("/auth/refresh-token").json["access_token"]
    way(studio, anna, one)
    assert alive(other) == (401, 401)
    assert Api(studio.app, access).get("/auth/authenticated").status_int == 401
    assert alive(one) == ((200, 200) if way is by_oneself else (401, 401))
    assert alive(log_in(NEW["password"])) == (200, 200)


def test_the_session_that_chose_a_password_may_do_so_again(studio, anna, log_in):
    one, other = log_in(), log_in()
    by_oneself(studio, anna, one)
    later = log_in(NEW["password"])
    body = {"old_password": NEW["password"], "password": PASSWORD, "password_2": PASSWORD}
    assert one[0].post("/auth/change-password", body).status_int == 200
    assert [alive(session) for session in (one, other, later)] == [(200, 200), (401, 401), (401, 401)]


def test_sessions_of_others_and_tokens_of_bots_go_on(studio, anna, admin):
    bot = studio.api(studio.admin).post("/data/persons", {"first_name": "B", "last_name": "", "is_bot": True}).json
    by_an_administrator(studio, anna, None)
    assert admin.get("/auth/authenticated").status_int == 200
    assert Api(studio.app, bot["access_token"]).get("/data/persons").status_int == 200
