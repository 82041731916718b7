"""The lockout against a plain model of its rule: any course of waiting and trying."""

import datetime as dt

import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from support import PASSWORD, Studio

from kitsulite.auth import accounts

WRONG = {"login": False, "message": "Wrong email or password."}
LOCKED = {
    **{"error": True, "login": False, "too_many_failed_login_attemps": True},
    "message": "Too many failed login attempts, retry in a minute.",
}
SEVERAL = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SECOND = 1_000_000
#: microseconds to wait, mostly around the minute that the lock lasts
WAITS = some.one_of(
    some.one_of(some.integers(0, 5), some.integers(55, 65), some.just(60)).map(lambda seconds: seconds * SECOND),
    some.integers(59 * SECOND, 61 * SECOND),
)


class Model:
    """Five wrong answers in a row lock for a minute, the next five for two; what is tried then counts for nothing."""

    def __init__(self):
        self.now, self.wrong, self.last = 0, 0, None

    def attempt(self, right):
        if self.wrong and self.wrong % 5 == 0 and self.now - self.last < 60 * SECOND * 2 ** (self.wrong // 5 - 1):
            return "locked"
        if right:
            self.wrong = 0
            return "in"
        self.wrong, self.last = self.wrong + 1, self.now
        return "wrong"


def attempt(studio, email, right):
    password = PASSWORD if right else "wrong password"
    answer = studio.nobody.post("/auth/login", {"email": email, "password": password}).json
    return "in" if answer["login"] else {str(WRONG): "wrong", str(LOCKED): "locked"}[str(answer)]


@SEVERAL
@given(some.lists(some.tuples(WAITS, some.booleans()), max_size=25))
def test_the_lockout_follows_its_rule(application, course):
    application.restore_pristine()
    studio, model = Studio(application), Model()
    with time_machine.travel("2026-05-01 10:00:00", tick=False) as moment:
        anna = studio.account()
        for wait, right in course:
            moment.shift(dt.timedelta(microseconds=wait))
            model.now += wait
            assert attempt(studio, anna["email"], right) == model.attempt(right)


@SEVERAL
@given(some.lists(WAITS, max_size=20))
def test_a_name_that_nobody_has_is_locked_alike(application, waits):
    application.restore_pristine()
    studio = Studio(application)
    with time_machine.travel("2026-05-01 10:00:00", tick=False) as moment:
        anna = studio.account()
        for wait in waits:
            moment.shift(dt.timedelta(microseconds=wait))
            known, unknown = (attempt(studio, email, False) for email in (anna["email"], "nobody@studio.org"))
            assert known == unknown


def tried_from(studio, address, email, right):
    password = PASSWORD if right else "wrong password"
    body = {"email": email, "password": password}
    return studio.nobody._app.post_json(
        "/api/auth/login", body, extra_environ={"REMOTE_ADDR": address}, expect_errors=True
    ).json


def test_wrong_answers_elsewhere_keep_nobody_out(studio, set_up):
    set_up(login_tries_per_account=8)
    anna = studio.account()
    assert tried_from(studio, "203.0.113.1", anna["email"], True)["login"]
    for _ in range(7):
        tried_from(studio, "198.51.100.1", anna["email"], False)
    assert tried_from(studio, "198.51.100.1", anna["email"], True) == LOCKED
    assert tried_from(studio, "198.51.100.2", anna["email"], True)["login"]
    for number in range(10, 18):
        tried_from(studio, f"198.51.100.{number}", anna["email"], False)
    assert tried_from(studio, "198.51.100.99", anna["email"], True) == LOCKED
    assert tried_from(studio, "203.0.113.1", anna["email"], True)["login"]


def test_who_sets_back_the_last_wrong_answer_lifts_the_lock(studio):
    anna = studio.account()
    for _ in range(5):
        attempt(studio, anna["email"], False)
    assert attempt(studio, anna["email"], True) == "locked"
    studio.api(studio.admin).put(f"/data/persons/{anna['id']}", {"last_login_failed": "2026-01-01T00:00:00"})
    assert attempt(studio, anna["email"], False) == "wrong"
    assert attempt(studio, anna["email"], True) == "in"


def test_a_session_that_is_there_goes_on_while_others_guess(studio):
    anna = studio.account()
    session = studio.api(anna)
    for _ in range(6):
        attempt(studio, anna["email"], False)
    assert attempt(studio, anna["email"], True) == "locked"
    assert session.get("/auth/authenticated").status_int == 200
    body = {"old_password": PASSWORD, "password": "staple battery", "password_2": "staple battery"}
    assert session.post("/auth/change-password", body).json == {"success": True}


def test_a_new_password_lifts_the_lock(studio):
    studio.account(email="anna@studio.org")
    assert [attempt(studio, "anna@studio.org", False) for _ in range(5)] == ["wrong"] * 5
    assert attempt(studio, "anna@studio.org", True) == "locked"
    context = studio.context()
    account = accounts.by_email(context, "anna@studio.org")
    with studio.db.write():
        accounts.set_password(context, account, account["password"])
    assert attempt(studio, "anna@studio.org", True) == "in"


def test_nobody_is_found_by_a_desktop_login_that_is_empty(studio):
    studio.account(email="anna@studio.org", desktop_login="")
    assert accounts.find(studio.context(), "") is None
