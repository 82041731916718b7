"""A clock that is set back by an hour or a day: nobody is kept out, nothing is lost, and work goes on."""

import pyotp
import pytest
from support import PASSWORD

from kitsulite import clock
from kitsulite.auth import tokens
from kitsulite.domain.server import backups
from kitsulite.domain.server.backups import AUTOMATIC, Backups
from kitsulite.jobs import mail
from kitsulite.models.people import Department
from kitsulite.models.server import Mail
from kitsulite.testing.clock import Clock

pytestmark = pytest.mark.parametrize("hours", [1, 24])


@pytest.fixture
def moment():
    found = Clock()
    found.freeze("2031-05-04T12:00:00")
    yield found
    found.release()


@pytest.fixture
def back(moment, hours):
    """Set the clock back."""
    return lambda: moment.tick(hours=-hours)


def sign_in(studio, account, password=PASSWORD, **more):
    return studio.nobody.post("/auth/login", {"email": account["email"], "password": password, **more}).json


def test_sessions_go_on(studio, back):
    account = studio.account()
    session = sign_in(studio, account)
    back()
    headers = {"Authorization": f"Bearer {session['access_token']}"}
    assert studio.nobody.get("/auth/authenticated", headers=headers).status_int == 200
    headers = {"Authorization": f"Bearer {session['refresh_token']}"}
    assert studio.nobody.get("/auth/refresh-token", headers=headers).status_int == 200
    assert sign_in(studio, account)["login"]


def test_sessions_from_before_are_ended_too(studio, back):
    account = studio.account()
    before = sign_in(studio, account)["access_token"]
    back()
    with studio.db.write():
        tokens.end_sessions(studio.context(), account["id"])
    after = sign_in(studio, account)["access_token"]
    seen = [
        studio.nobody.get("/auth/authenticated", headers={"Authorization": f"Bearer {token}"}).status_int
        for token in (before, after)
    ]
    assert seen == [401, 200]


def test_the_order_goes_on_after_a_restart(studio, back, monkeypatch):
    studio.api(studio.admin).post("/data/departments", {"name": "Late", "color": "#000000"})
    latest = studio.db.value("SELECT max(created_at) FROM api_event")
    monkeypatch.setattr(tokens, "order", type(tokens.order)())
    back()
    type(studio.app)({}, data_dir=studio.app.folder, synchronous="OFF").close()
    assert tokens.order.next() > latest


def test_nobody_stays_locked_out(studio, back):
    account = studio.account()
    for _ in range(5):
        sign_in(studio, account, "wrong password")
    assert "too_many_failed_login_attemps" in sign_in(studio, account)
    back()
    assert sign_in(studio, account)["login"]
    for _ in range(5):
        sign_in(studio, account, "wrong password")
    assert "too_many_failed_login_attemps" in sign_in(studio, account)


def test_guesses_are_forgotten(studio, back, set_up):
    set_up(login_tries_per_account=3)
    account = studio.account()
    for _ in range(3):
        sign_in(studio, account, "wrong password")
    assert not sign_in(studio, account)["login"]
    back()
    sign_in(studio, account, "wrong password")
    assert sign_in(studio, account)["login"]


def test_one_time_codes_count(studio, back, moment):
    secret = pyotp.random_base32()
    account = studio.account(totp_secret=secret, totp_enabled=True)

    def code():
        return pyotp.TOTP(secret).at(clock.since_1970(moment.now))

    assert sign_in(studio, account, totp=code())["login"]
    assert not sign_in(studio, account, totp=code()).get("login")
    back()
    assert sign_in(studio, account, totp=code())["login"]
    assert not sign_in(studio, account, totp=code()).get("login")


def test_events_are_caught_up_with_in_order(studio, back):
    api = studio.api(studio.admin)
    names = [f"Department {number}" for number in range(4)]
    made = [api.post("/data/departments", {"name": name, "color": "#000000"}).json for name in names[:2]]
    back()
    seen = api.get("/data/events/last?limit=1").json[0]["id"]
    made += [api.post("/data/departments", {"name": name, "color": "#000000"}).json for name in names[2:]]
    events = api.get(f"/data/events/last?after_event_id={seen}").json
    assert [event["data"]["department_id"] for event in events] == [row["id"] for row in made[2:]]
    assert [row["name"] for row in studio.db.all(Department, order="rowid")][-4:] == names


def test_mail_leaves(studio, back, tmp_path, monkeypatch):
    with studio.db.write():
        studio.db.add(Mail, recipient="ann@studio.com", message="new")
        studio.db.add(Mail, recipient="bob@studio.com", message="again", tries=3, due_at="2031-05-04T12:05:00.000000")
    back()
    sent = []
    monkeypatch.setattr(mail.Mailer, "_carry", lambda self, row: sent.append(row["message"]))
    studio.app.mailer.deliver()
    # what waits for the next try waits an hour longer, and no day
    assert "new" in sent
    assert studio.db.value("SELECT count(*) FROM mail") == 2 - len(sent)


@pytest.fixture
def made(application, studio, tmp_path):
    found = Backups(application)
    found.folder = tmp_path / "backups"
    return found


def test_backups_are_made_in_order_and_the_newest_are_kept(made, back, moment, set_up):
    set_up(backup_keep=2)
    first = made.attempt(AUTOMATIC)
    back()
    later = [made.attempt(AUTOMATIC) for _ in range(2)]
    assert made.paths() == later
    assert first not in later
    moment.tick(days=3)
    last = made.attempt(AUTOMATIC)
    assert made.paths() == [later[1], last]


def test_the_next_backup_is_due_a_day_later(made, back, monkeypatch):
    steady = [1000.0]
    monkeypatch.setattr(backups.time, "monotonic", lambda: steady[0])
    made.attempt(AUTOMATIC)
    back()
    assert made.due_in() == 24 * backups.HOUR
    steady[0] += 24 * backups.HOUR
    assert made.due_in() == 0
    made.attempt(AUTOMATIC)
    assert made.due_in() == 24 * backups.HOUR


def test_a_server_that_starts_then_makes_one_soon(made, back, monkeypatch):
    made.attempt(AUTOMATIC)
    back()
    steady = [1000.0]
    monkeypatch.setattr(backups.time, "monotonic", lambda: steady[0])
    again = Backups(made.app)
    again.folder = made.folder
    assert again.due_in() == backups.FIRST
    steady[0] += backups.FIRST
    assert again.due_in() == 0
    assert again.attempt(AUTOMATIC)
    assert again.due_in() == 24 * backups.HOUR


def test_a_failure_of_later_does_not_hold_the_next_try_up(made, back):
    made.note_failure(ValueError("a full disk"))
    back()
    assert made.due_in() <= backups.FIRST
