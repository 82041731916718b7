"""Passwords through the API."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from support import PASSWORD

from kitsulite.domain.sign_in import passwords

LINK = re.compile(r"http://localhost:8080/reset-change-password\?[^\s)]+")
WRONG_TOKEN = {"error": True, "message": "Wrong or expired token.", "data": None}


def sign_in(studio, person, password):
    return studio.nobody.post("/auth/login", {"email": person["email"], "password": password})


def link_in(mail):
    """The parameters of the link in a mail."""
    text = mail.get_body(("plain",)).get_content()
    return {key: values[0] for key, values in parse_qs(urlsplit(LINK.search(text).group()).query).items()}


def by_link(query, password="a new password", again=None, **changes):
    body = {"email": query["email"], "token": query["token"], "password": password, "password2": again or password}
    return {**body, **changes}


# By oneself


def body(old=PASSWORD, password="a new password", again=None):
    return {"old_password": old, "password": password, "password_2": password if again is None else again}


def test_one_changes_ones_password_and_stays_signed_in(studio, outbox):
    person = studio.account()
    api = studio.api(person)
    answer = api.post("/auth/change-password", body())
    assert (answer.status_int, answer.json) == (200, {"success": True})
    assert sign_in(studio, person, PASSWORD).status_int == 400
    assert sign_in(studio, person, "a new password").status_int == 200
    assert api.get("/auth/authenticated").status_int == 200
    assert [mail["Subject"] for mail in outbox()] == ["Kitsu - Kitsu: password changed"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (body(old="wrong password"), "Old password is wrong."),
        (body(password="short"), "Password is too short."),
        (body(password="short", again="other"), "Password is too short."),
        (body(again="something else"), "Confirmation password doesn't match."),
    ],
)
def test_a_bad_new_or_old_password_changes_nothing(studio, outbox, given, message):
    person = studio.account()
    answer = studio.api(person).post("/auth/change-password", given)
    assert (answer.status_int, answer.json) == (400, {"error": True, "message": message})
    assert sign_in(studio, person, PASSWORD).status_int == 200
    assert outbox() == []


@pytest.mark.parametrize("missing", ["old_password", "password", "password_2"])
def test_each_password_is_required(studio, missing):
    person = studio.account()
    given = {key: value for key, value in body().items() if key != missing}
    answer = studio.api(person).post("/auth/change-password", given)
    assert answer.json["data"]["errors"] == [{"field": missing, "message": "Field required"}]
    answer = studio.api(person).post("/auth/change-password", {**given, missing: ""})
    assert answer.json["data"]["errors"] == [{"field": missing, "message": "String should have at least 1 character"}]


def test_wrong_old_passwords_lock_the_change_and_nothing_else(studio):
    person = studio.account()
    api = studio.api(person)
    for _ in range(5):
        api.post("/auth/change-password", body(old="wrong password"))
    answer = api.post("/auth/change-password", body())
    assert answer.status_int == 400
    assert answer.json["too_many_failed_login_attemps"] is True
    assert sign_in(studio, person, PASSWORD).json["login"] is True


def test_a_stranger_gets_no_hint_about_the_body(studio):
    assert studio.nobody.post("/auth/change-password", {}).status_int == 401


# By a link


def forget(studio, email, **environ):
    return studio.nobody.post("/auth/reset-password", {"email": email}, extra_environ=environ)


def test_a_mail_names_the_address_of_a_request_not_what_it_claims(studio, outbox):
    claims = {"HTTP_X_FORWARDED_FOR": "call 0800 123", "HTTP_X_REAL_IP": "call 0800 123"}
    forget(studio, studio.account()["email"], REMOTE_ADDR="203.0.113.9", **claims)
    (mail,) = outbox()
    assert "IP address: 203.0.113.9\n" in mail.get_body(("plain",)).get_content()


def test_a_forgotten_password_is_replaced_by_a_link_that_is_good_once(studio, outbox):
    person = studio.account(email="anna+x@studio.org", first_name="Anna <b>")
    answer = forget(studio, "Anna+X@studio.org")
    assert (answer.status_int, answer.json) == (200, {"success": "Reset token sent"})
    (mail,) = outbox()
    assert mail["To"] == "anna+x@studio.org"
    assert mail["Subject"] == "Kitsu - Kitsu: password recovery"
    assert "Hello Anna &lt;b&gt;," in mail.get_body(("html",)).get_content()
    query = link_in(mail)
    assert query["email"] == "Anna+X@studio.org"
    assert re.fullmatch("[A-Z0-9]{64}", query["token"])
    answer = studio.nobody.put("/auth/reset-password", by_link(query))
    assert (answer.status_int, answer.json) == (200, {"success": True})
    assert sign_in(studio, person, "a new password").status_int == 200
    again = studio.nobody.put("/auth/reset-password", by_link(query, "another password"))
    assert (again.status_int, again.json) == (400, WRONG_TOKEN)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"token": "wrong"}, "Wrong or expired token."),
        ({"token": "tökën"}, "Wrong or expired token."),
        ({"email": "other@studio.org"}, "Wrong or expired token."),
        ({"email": "nobody@studio.org"}, "Wrong or expired token."),
        ({"password": "short", "password2": "short"}, "Password is too short."),
        ({"password2": "another password"}, "Confirmation password doesn't match."),
    ],
)
def test_a_bad_reset_leaves_the_password_and_the_link(studio, outbox, changes, message):
    person = studio.account(email="anna@studio.org")
    studio.account(email="other@studio.org")
    forget(studio, "anna@studio.org")
    query = link_in(outbox()[0])
    answer = studio.nobody.put("/auth/reset-password", by_link(query, **changes))
    assert (answer.status_int, answer.json["message"]) == (400, message)
    assert sign_in(studio, person, PASSWORD).status_int == 200
    assert studio.nobody.put("/auth/reset-password", by_link(query)).status_int == 200


def test_a_link_is_good_for_two_hours(studio, outbox):
    studio.account(email="anna@studio.org")
    with time_machine.travel("2026-05-01 10:00:00", tick=False) as moment:
        forget(studio, "anna@studio.org")
        query = link_in(outbox()[0])
        moment.shift(2 * 3600)
        assert studio.nobody.put("/auth/reset-password", by_link(query)).json == WRONG_TOKEN


def test_a_new_link_ends_the_former_one(studio, outbox):
    studio.account(email="anna@studio.org")
    forget(studio, "anna@studio.org")
    forget(studio, "anna@studio.org")
    first, second = (link_in(mail) for mail in outbox())
    assert studio.nobody.put("/auth/reset-password", by_link(first)).json == WRONG_TOKEN
    assert studio.nobody.put("/auth/reset-password", by_link(second)).status_int == 200


def test_nothing_shows_who_is_registered(studio, outbox):
    studio.account(email="gone@studio.org", active=False)
    studio.person("user", email="bot@studio.org", is_bot=True)
    known = forget(studio, studio.account()["email"])
    for email in ("nobody@studio.org", "gone@studio.org", "bot@studio.org", "no address", "a@b\nBcc: c@d.org"):
        answer = forget(studio, email)
        assert (answer.status_int, answer.json) == (known.status_int, known.json)
    assert len(outbox()) == 1


def test_a_look_alike_address_gets_no_mail(studio, outbox):
    studio.account(email="kim@studio.org")
    forget(studio, "\u212aim@studio.org")
    assert all(mail["To"] == "kim@studio.org" for mail in outbox())


def test_the_default_password_asks_for_a_new_one(studio):
    person = studio.account(password_text="default")
    answer = studio.nobody.post("/auth/login", {"email": person["email"]})
    assert answer.status_int == 400
    assert {**answer.json, "token": ""} == {"login": False, "default_password": True, "token": ""}
    query = {"email": person["email"], "token": answer.json["token"]}
    assert studio.nobody.put("/auth/reset-password", by_link(query)).status_int == 200
    assert sign_in(studio, person, "a new password").status_int == 200


# By an admin


def act(api, person, action, json=None):
    path = f"/actions/persons/{person['id']}/{action}"
    return api.get(path) if action == "invite" else api.post(path, json)


def test_an_invitation_holds_a_link_for_a_week(studio, outbox):
    person = studio.person("user", locale="fr_CA")
    with time_machine.travel("2026-05-01 10:00:00", tick=False) as moment:
        answer = act(studio.api(studio.admin), person, "invite")
        assert (answer.status_int, answer.json) == (200, {"success": True, "message": "Email sent"})
        (mail,) = outbox()
        assert mail["Subject"] == "Kitsu vous invite sur Kitsu"
        assert mail["Content-Language"] == "fr-FR"
        assert person["email"] in mail.get_body(("plain",)).get_content()
        query = link_in(mail)
        assert query["type"] == "new"
        moment.shift(6 * 86400)
        assert studio.nobody.put("/auth/reset-password", by_link(query)).status_int == 200
    assert sign_in(studio, person, "a new password").status_int == 200


def test_a_reset_link_is_given_again_while_it_is_good(studio, outbox):
    person = studio.person("user")
    with time_machine.travel("2026-05-01 10:00:00", tick=False) as moment:
        api = studio.api(studio.admin)
        first = act(api, person, "reset-password-link").json["reset_password_link"]
        moment.shift(3600)
        assert act(api, person, "reset-password-link").json["reset_password_link"] == first
        moment.shift(3600)
        second = act(api, person, "reset-password-link").json["reset_password_link"]
    assert second != first
    assert LINK.fullmatch(second)
    assert outbox() == []


def test_an_admin_gives_a_person_a_password(studio, outbox):
    person = studio.account()
    api = studio.api(studio.admin)
    answer = act(api, person, "change-password", {"password": "a new password", "password_2": "a new password"})
    assert (answer.status_int, answer.json) == (200, {"success": True})
    assert sign_in(studio, person, "a new password").status_int == 200
    assert len(outbox()) == 1
    different = act(api, person, "change-password", {"password": "a new password", "password_2": "another one"})
    assert different.status_int == 400
    assert [error["field"] for error in different.json["data"]["errors"]] == [""]
    short = act(api, person, "change-password", {"password": "short", "password_2": "short"})
    assert (short.status_int, short.json["message"]) == (400, "Password is too short.")


@pytest.mark.parametrize("action", ["reset-password-link", "change-password"])
def test_other_admins_and_protected_accounts_are_left_alone(studio, set_up, action):
    set_up(protected_accounts=["Boss@studio.org"])
    boss = studio.person("user", email="boss@studio.org")
    admin, new_admin = studio.account("admin"), studio.person("admin")
    api = studio.api(admin)
    given = {"password": "a new password", "password_2": "a new password"}
    other = studio.api(studio.admin)
    assert act(api, boss, action, given).status_int == 400
    assert act(other, admin, action, given).status_int == 400
    assert act(other, new_admin, action, given).status_int == 200
    assert act(api, admin, action, given).status_int == 200
    assert act(studio.api(boss), boss, action, given).status_int == 403


@pytest.mark.parametrize("action", ["invite", "reset-password-link", "change-password"])
@pytest.mark.parametrize("role", ["manager", "supervisor", "user", "client", "vendor"])
def test_only_admins_do_so(studio, outbox, action, role):
    other = studio.person("user")
    assert act(studio.api(studio.person(role)), other, action, {}).status_int == 403
    assert act(studio.nobody, other, action, {}).status_int == 401
    assert outbox() == []


@pytest.mark.parametrize("action", ["invite", "reset-password-link", "change-password"])
def test_bots_have_no_password_and_the_unknown_are_unknown(studio, action):
    bot = studio.person("user", is_bot=True)
    for person in (studio.admin, studio.person("user")):
        api = studio.api(person)
        assert act(api, bot, action, {}).status_int == 403
        for unknown in ("00000000-0000-4000-8000-000000000000", "nonsense"):
            assert act(api, {"id": unknown}, action, {}).status_int == 404


@pytest.mark.parametrize("action", ["invite", "reset-password-link"])
def test_without_an_address_there_is_no_link(studio, action):
    person = studio.person("user", email=None)
    assert act(studio.api(studio.admin), person, action).status_int == 400


def test_of_two_resets_by_one_link_at_once_one_counts(studio, outbox, monkeypatch):
    person = studio.account(email="anna@studio.org")
    forget(studio, "anna@studio.org")
    query, hashed, faster = link_in(outbox()[0]), passwords.hash_checked, []

    def meanwhile(*args):
        if not faster:
            faster.append(None)
            faster[0] = studio.nobody.put("/auth/reset-password", by_link(query, "the faster password"))
        return hashed(*args)

    monkeypatch.setattr(passwords, "hash_checked", meanwhile)
    slower = studio.nobody.put("/auth/reset-password", by_link(query, "the slower password"))
    assert (faster[0].status_int, slower.status_int, slower.json) == (200, 400, WRONG_TOKEN)
    assert sign_in(studio, person, "the faster password").status_int == 200
