"""How guessing is slowed down, besides the lockout of single accounts."""

import pytest
import time_machine
from support import PASSWORD

WRONG = {"login": False, "message": "Wrong email or password."}
LOCKED = {
    **{"error": True, "login": False, "too_many_failed_login_attemps": True},
    "message": "Too many failed login attempts, retry in a minute.",
}


@pytest.fixture
def moment():
    with time_machine.travel("2026-05-01 10:00:00", tick=False) as traveller:
        yield traveller


def log_in(studio, email, password="wrong password", peer="203.0.113.9"):
    body = {"email": email, "password": password}
    return studio.nobody.post("/auth/login", body, extra_environ={"REMOTE_ADDR": peer})


def test_one_address_may_guess_only_so_often(studio, set_up, moment):
    set_up(login_tries_per_address=10)
    anna = studio.account()
    for number in range(10):
        assert log_in(studio, f"stranger{number}@studio.org").json == {
            "login": False,
            "message": "Wrong email or password.",
        }
    assert log_in(studio, anna["email"], PASSWORD).json == LOCKED
    assert log_in(studio, anna["email"], PASSWORD, peer="203.0.113.10").status_int == 200
    moment.shift(3600)
    assert log_in(studio, anna["email"], PASSWORD).status_int == 200


def test_a_proxy_that_does_not_show_whom_it_speaks_for_is_never_shut_out(studio, set_up, moment):
    set_up(login_tries_per_address=2)
    for number in range(5):
        assert log_in(studio, f"stranger{number}@studio.org", peer="127.0.0.1").json == {
            "login": False,
            "message": "Wrong email or password.",
        }


def test_one_account_may_be_guessed_at_only_so_often(studio, set_up, moment):
    set_up(login_tries_per_account=12)
    anna = studio.account()
    for number in range(12):
        if number and number % 5 == 0:
            moment.shift(60)
        assert log_in(studio, anna["email"], peer=f"203.0.113.{number}").json == {
            "login": False,
            "message": "Wrong email or password.",
        }
    moment.shift(60)
    assert log_in(studio, anna["email"], PASSWORD, peer="198.51.100.1").json == LOCKED
    moment.shift(3600)
    assert log_in(studio, anna["email"], PASSWORD, peer="198.51.100.1").status_int == 200


def test_who_signs_in_starts_again(studio, set_up, moment):
    set_up(login_tries_per_account=4)
    anna = studio.account()
    for _ in range(3):
        for _ in range(3):
            assert log_in(studio, anna["email"]).json == WRONG
        assert log_in(studio, anna["email"], PASSWORD).status_int == 200


def test_both_limits_can_be_lifted(studio, set_up, moment):
    set_up(login_tries_per_account=0, login_tries_per_address=0)
    for _ in range(30):
        assert log_in(studio, "nobody@studio.org").json == WRONG
        moment.shift(3600)


def test_nobody_is_flooded_with_links(studio, outbox, moment):
    anna = studio.account()
    for _ in range(25):
        assert studio.nobody.post("/auth/reset-password", {"email": anna["email"]}).status_int == 200
    assert len(outbox()) == 20


def test_one_address_registers_only_so_many(studio, moment, monkeypatch, set_up):
    set_up(registration=True)
    monkeypatch.setattr("kitsulite.domain.sign_in.registration.MOST", 2)

    def register(number, peer="203.0.113.9"):
        body = {"email": f"p{number}@studio.org", "password": PASSWORD, "password_2": PASSWORD}
        body = {**body, "first_name": "A", "last_name": "B"}
        return studio.nobody.post("/auth/register", body, extra_environ={"REMOTE_ADDR": peer}).status_int

    assert [register(number) for number in range(3)] == [201, 201, 400]
    assert register(3, peer="203.0.113.10") == 201
