"""Accounts from the command line."""

import re

import pytest

from kitsulite.auth import passwords, tokens
from kitsulite.models.people import DesktopLoginLog, Person
from kitsulite.models.server import Mail
from kitsulite.store import folder


def person(app, email):
    return app.db.find(Person, email=email)


def stored_password(app, email):
    return app.db.value("SELECT password FROM person WHERE email = ?", [email])


def test_an_account_is_made_with_its_role_and_a_generated_password(kitsulite_command, opened):
    code, out, _ = kitsulite_command("user", "create", "ann@studio.com", "--role", "manager", "--last-name", "Lee")
    assert code == 0
    made = person(opened, "ann@studio.com")
    assert (made["role"], made["first_name"], made["last_name"]) == ("manager", "ann", "Lee")
    assert passwords.matches(re.search(r"Password: (\S+)", out)[1], stored_password(opened, "ann@studio.com"))


def test_a_given_password_is_not_printed(kitsulite_command, opened):
    code, out, _ = kitsulite_command("user", "create", "ann@studio.com", "--password", "a-long-secret")
    assert code == 0
    assert "a-long-secret" not in out
    assert passwords.matches("a-long-secret", stored_password(opened, "ann@studio.com"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["user", "create", "boss@studio.com"], "."),
        (["user", "create", "ann@studio.com", "--password", "short"], "at least 8"),
        (["user", "reset-password", "boss@studio.com", "--password", "short"], "at least 8"),
        (["user", "reset-password", "nobody@studio.com"], "kitsulite user list"),
        (["user", "disable", "nobody@studio.com"], "kitsulite user list"),
    ],
)
def test_what_cannot_be_done_is_reported_and_changes_nothing(kitsulite_command, opened, words, message):
    before = opened.db.all(Person), stored_password(opened, "boss@studio.com")
    code, out, errors = kitsulite_command(*words)
    assert code == 1
    assert out == ""
    assert re.search(message, errors)
    assert "Traceback" not in errors
    assert (opened.db.all(Person), stored_password(opened, "boss@studio.com")) == before


def test_accounts_are_listed_without_disabled_ones_and_bots(kitsulite_command):
    kitsulite_command("user", "create", "ann@studio.com", "--role", "manager")
    kitsulite_command("user", "create", "bob@studio.com")
    kitsulite_command("user", "disable", "bob@studio.com")
    assert kitsulite_command("user", "list")[1].splitlines() == [
        "ann@studio.com\tann\tmanager",
        "boss@studio.com\tSuper Admin\tadmin",
    ]
    assert kitsulite_command("user", "list", "--role", "user")[1] == ""
    assert kitsulite_command("user", "list", "--role", "user", "--all")[1] == "bob@studio.com\tbob\tuser\tdisabled\n"


def test_a_disabled_account_can_be_let_in_again(kitsulite_command, opened):
    kitsulite_command("user", "create", "ann@studio.com")
    kitsulite_command("user", "disable", "ann@studio.com")
    assert person(opened, "ann@studio.com")["active"] is False
    kitsulite_command("user", "enable", "ann@studio.com")
    assert person(opened, "ann@studio.com")["active"] is True


def test_a_new_password_ends_a_lockout(kitsulite_command, opened):
    boss = person(opened, "boss@studio.com")
    with opened.db.write():
        opened.db.update(Person, boss["id"], login_failed_attemps=99)
    _, out, _ = kitsulite_command("user", "reset-password", "boss@studio.com")
    assert passwords.matches(out.split()[-1], stored_password(opened, "boss@studio.com"))
    assert opened.db.value("SELECT login_failed_attemps FROM person WHERE id = ?", [boss["id"]]) == 0


def test_the_operator_lets_in_an_administrator_without_their_second_factor(kitsulite_command, opened):
    code, _, errors = kitsulite_command("user", "disable-two-factor", "boss@studio.com")
    assert (code, "No two factor" in errors) == (1, True)
    boss = person(opened, "boss@studio.com")
    with opened.db.write():
        opened.db.update(Person, boss["id"], totp_enabled=True, totp_secret="A" * 32)
    assert kitsulite_command("user", "disable-two-factor", "boss@studio.com")[0] == 0
    assert opened.db.row("SELECT totp_enabled, totp_secret FROM person WHERE id = ?", [boss["id"]]) == (0, None)


def test_the_token_of_a_bot_opens_the_api(kitsulite_command, opened):
    code, out, _ = kitsulite_command("token", "create", "Render farm", "--role", "manager")
    assert code == 0
    claims = tokens.read(opened.settings, out.strip(), "access")
    bot = opened.db.find(Person, id=claims["sub"])
    assert (bot["first_name"], bot["role"], bot["is_bot"]) == ("Render farm", "manager", True)
    assert tokens.holder(opened.db, claims)[1]
    assert "exp" not in claims


def test_the_token_of_a_bot_may_expire(kitsulite_command, opened):
    _, out, _ = kitsulite_command("token", "create", "Publisher", "--expires", "2099-12-31")
    assert "exp" in tokens.read(opened.settings, out.strip(), "access")
    code, _, errors = kitsulite_command("token", "create", "Publisher", "--expires", "yesterday")
    assert code == 1
    assert "Traceback" not in errors


def test_a_command_leaves_the_mail_to_the_server(kitsulite_command, folder, opened):
    with opened.db.write():
        opened.db.add(Mail, recipient="ann@studio.com", message="To: ann@studio.com\n\nHello")
    kitsulite_command("user", "list")
    assert opened.db.exists(Mail, recipient="ann@studio.com")
    assert not (folder / "outbox").exists()


def test_a_person_without_work_is_deleted(kitsulite_command, opened):
    kitsulite_command("user", "create", "ann@studio.com")
    code, out, _ = kitsulite_command("user", "delete", "ann@studio.com")
    assert (code, out) == (0, "ann@studio.com is deleted.\n")
    assert person(opened, "ann@studio.com") is None


def test_a_person_with_work_is_deleted_by_force_only(kitsulite_command, opened):
    kitsulite_command("user", "create", "ann@studio.com")
    ann = person(opened, "ann@studio.com")
    with opened.db.write():
        opened.db.add(DesktopLoginLog, person_id=ann["id"], date="2030-01-01")
    code, _, errors = kitsulite_command("user", "delete", "ann@studio.com")
    assert (code, "still linked" in errors) == (1, True)
    assert person(opened, "ann@studio.com")
    assert kitsulite_command("user", "delete", "ann@studio.com", "--force")[0] == 0
    assert person(opened, "ann@studio.com") is None


def test_a_command_says_that_the_server_shows_its_change_only_if_it_has_made_one(
    kitsulite_command, opened, monkeypatch
):
    monkeypatch.setattr(folder, "running_server", lambda folder: {"url": "http://studio:5000", "pid": 7})
    said = "The server at http://studio:5000, pid 7, shows the change at once"
    assert said in kitsulite_command("user", "create", "ann@studio.com")[2]
    # a list, an attempt that is rolled back, and an opening of the studio that notes that its tables are up to date
    assert kitsulite_command("user", "list")[2] == ""
    with opened.db.write():
        opened.db.add(DesktopLoginLog, person_id=person(opened, "ann@studio.com")["id"], date="2030-01-01")
    assert said not in kitsulite_command("user", "delete", "ann@studio.com")[2]
    assert said in kitsulite_command("search", "rebuild")[2]
    assert kitsulite_command("verify")[2] == ""


def test_the_role_of_a_person_is_changed(kitsulite_command, opened):
    kitsulite_command("user", "create", "ann@studio.com")
    code, out, _ = kitsulite_command("user", "role", "ann@studio.com", "supervisor")
    assert (code, out) == (0, "ann@studio.com has the role supervisor now.\n")
    assert person(opened, "ann@studio.com")["role"] == "supervisor"
    assert kitsulite_command("user", "role", "boss@studio.com", "user")[0] == 1
    assert person(opened, "boss@studio.com")["role"] == "admin"
