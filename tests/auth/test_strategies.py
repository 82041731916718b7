"""Where passwords are checked: here, in a directory, or nowhere."""

import sys

import ldap3
import pytest
from ldap3.core.exceptions import LDAPSocketOpenError
from support import PASSWORD

from kitsulite.auth.sso import ldap

WRONG = {"login": False, "message": "Wrong email or password."}
SECRET = "in the directory"


def log_in(studio, email, password=SECRET):
    return studio.nobody.post("/auth/login", {"email": email, "password": password})


@pytest.fixture
def directory(set_up, monkeypatch):
    """A directory in memory that knows Anna; the names that it is asked for."""
    set_up(auth_strategy="auth_remote_ldap", ldap_base_dn="ou=people,dc=studio,dc=org", ldap_domain="studio.org")
    asked = []

    def connection(settings, user, password):
        asked.append(user)
        found = ldap3.Connection(ldap3.Server("nowhere"), user, password, client_strategy=ldap3.MOCK_SYNC)
        found.strategy.add_entry("uid=anna,ou=people,dc=studio,dc=org", {"userPassword": SECRET, "sn": "Lee"})
        return found

    monkeypatch.setattr(ldap, "connection", connection)
    return asked


def test_without_passwords_everybody_known_comes_in(studio, set_up):
    set_up(auth_strategy="auth_local_no_password")
    anna = studio.person("user")
    gone = studio.person("user", active=False)
    for password in ("anything", "default"):
        assert log_in(studio, anna["email"], password).status_int == 200
    assert log_in(studio, gone["email"]).status_int == 401
    assert log_in(studio, "nobody@studio.org").json == WRONG


def test_an_unknown_strategy_lets_nobody_in(studio, set_up):
    set_up(auth_strategy="whatever")
    answer = log_in(studio, studio.account()["email"], PASSWORD)
    assert (answer.status_int, answer.json) == (409, {"login": False})


def test_the_directory_checks_its_own_people(studio, directory):
    anna = studio.account(email="anna@studio.org", desktop_login="anna", is_generated_from_ldap=True)
    assert log_in(studio, "anna@studio.org").json["user"]["id"] == anna["id"]
    assert log_in(studio, "anna").status_int == 200
    assert log_in(studio, "anna", "wrong password").json == WRONG
    assert log_in(studio, "anna", PASSWORD).json == WRONG
    assert set(directory) == {"uid=anna,ou=people,dc=studio,dc=org"}


def test_an_empty_password_is_never_taken_to_the_directory(studio, directory):
    studio.person("user", desktop_login="anna", is_generated_from_ldap=True)
    assert log_in(studio, "anna", "").json == WRONG
    assert directory == []


def test_a_login_is_a_name_and_nothing_else_to_the_directory(studio, directory):
    studio.person("user", desktop_login="a,b", is_generated_from_ldap=True)
    log_in(studio, "a,b")
    assert directory == ["uid=a\\,b,ou=people,dc=studio,dc=org"]


@pytest.mark.parametrize(
    ("kind", "name"), [("ldap_is_ad", "studio.org\\anna"), ("ldap_is_ad_simple", "anna@studio.org")]
)
def test_an_active_directory_knows_people_by_their_domain(studio, directory, set_up, kind, name):
    set_up(**{kind: True})
    studio.person("user", desktop_login="anna", is_generated_from_ldap=True)
    log_in(studio, "anna")
    assert directory == [name]


@pytest.mark.parametrize(("fallback", "status"), [(False, 400), (True, 200)])
def test_others_use_their_password_here_where_that_is_allowed(studio, directory, set_up, fallback, status):
    set_up(ldap_fallback=fallback)
    person = studio.account()
    assert log_in(studio, person["email"], PASSWORD).status_int == status
    assert log_in(studio, person["email"]).json == WRONG
    assert directory == []


def test_wrong_passwords_of_the_directory_lock_too(studio, directory):
    studio.person("user", desktop_login="anna", is_generated_from_ldap=True)
    for _ in range(5):
        log_in(studio, "anna", "wrong password")
    assert log_in(studio, "anna").json["too_many_failed_login_attemps"] is True


def test_a_directory_that_is_away_is_a_failure_of_the_server(studio, directory, monkeypatch):
    studio.person("user", desktop_login="anna", is_generated_from_ldap=True)

    def away(*_):
        raise LDAPSocketOpenError("nobody listens")

    monkeypatch.setattr(ldap, "connection", away)
    answer = log_in(studio, "anna")
    assert (answer.status_int, {**answer.json, "message": ""}) == (500, {"error": True, "login": False, "message": ""})


def test_a_real_connection_is_made_as_set_up(studio, set_up):
    set_up(ldap_host="127.0.0.1", ldap_port=1, ldap_ssl=True, ldap_is_ad=True)
    made = ldap.connection(studio.app.settings, "studio.org\\anna", SECRET)
    assert (made.server.port, made.server.ssl, made.authentication) == (1, True, ldap3.NTLM)
    with pytest.raises(LDAPSocketOpenError):
        made.bind()


def test_a_missing_package_is_reported(studio, directory, monkeypatch):
    monkeypatch.setitem(sys.modules, "ldap3", None)
    answer = log_in(studio, studio.account()["email"], PASSWORD)
    assert answer.status_int == 500
    assert "pip install ldap3" in answer.json["message"]
