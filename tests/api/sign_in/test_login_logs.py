"""Desktop logins, presence of a month, logins at the server."""

import pytest
from support import ROLES

from kitsulite.models.people import DesktopLoginLog, LoginLog
from kitsulite.models.tasks import TimeSpent

UNKNOWN = "30000000-0000-4000-8000-000000000000"


def path(person):
    return f"/data/persons/{person['id']}/desktop-login-logs"


def presence(studio, person):
    return studio.db.value("SELECT last_presence FROM person WHERE id = ?", [person["id"]])


@pytest.mark.parametrize("role", ROLES)
def test_who_reads_and_writes_desktop_logins(studio, role):
    caller, other = studio.person(role), studio.person()
    api = studio.api(caller)
    assert api.get(path(caller)).status_int == 200
    assert api.post(path(caller), {}).status_int == 201
    assert api.get(path(other)).status_int == (200 if role in ("admin", "manager") else 403)
    assert api.post(path(other), {}).status_int == (201 if role == "admin" else 403)
    assert api.get("/data/user/desktop-login-logs").status_int == 200
    assert api.post("/data/user/desktop-login-logs", {}).status_int == 201


def test_a_role_on_a_production_does_not_count(studio):
    caller, other = studio.person("user"), studio.person()
    studio.project(team=[(caller, "manager"), other])
    assert studio.api(caller).get(path(other)).status_int == 403


def test_bots_have_no_logins_of_their_own(studio):
    _, api = studio.bot("admin")
    assert api.get("/data/user/desktop-login-logs").status_int == 403
    assert api.post("/data/user/desktop-login-logs", {"date": "soon"}).status_int == 403
    assert studio.nobody.get("/data/user/desktop-login-logs").status_int == 401


def test_logins_are_listed_latest_first_and_move_the_last_presence(studio):
    artist = studio.person()
    api = studio.api(artist)
    studio.forget_events()
    first = api.post(path(artist), {"date": "2026-03-02"}).json
    assert (first["date"], first["person_id"]) == ("2026-03-02T00:00:00", artist["id"])
    assert presence(studio, artist) == "2026-03-02"
    second = api.post("/data/user/desktop-login-logs?date=2026-03-05T10:20:30").json
    third = api.post("/data/user/desktop-login-logs", {"date": "2026-03-01T10:00:00"}).json
    assert presence(studio, artist) == "2026-03-05"
    assert api.get(path(artist)).json == api.get("/data/user/desktop-login-logs").json == [second, first, third]
    assert studio.events() == ["person:update"] * 3


def test_later_time_spent_is_the_last_presence(studio):
    artist = studio.person()
    task = studio.task(studio.entity(studio.project(), "Shot"), "Animation")
    studio.add(TimeSpent, task_id=task["id"], person_id=artist["id"], date="2026-04-01", duration=60)
    studio.api(artist).post(path(artist), {"date": "2026-03-02"})
    assert presence(studio, artist) == "2026-04-01"


def test_bad_dates_and_persons(studio):
    admin, artist = studio.api(studio.admin), studio.api(studio.person())
    for date in ("soon", "", 20260101, "2026-02-30"):
        assert admin.post(path(studio.admin), {"date": date}).status_int == 400
        assert admin.post("/data/user/desktop-login-logs", {"date": date}).status_int == 400
    assert artist.post(path(studio.admin), {"date": "soon"}).status_int == 400
    for person_id in (UNKNOWN, "x"):
        assert admin.get(path({"id": person_id})).status_int == 404
        assert admin.post(path({"id": person_id}), {}).status_int == 404
        assert artist.get(path({"id": person_id})).status_int == 403
    assert not studio.db.exists(DesktopLoginLog)


def test_the_presence_of_a_month_is_a_csv_table(studio):
    ann = studio.person(first_name="Ann", last_name="Lee")
    bob = studio.person(first_name="Bob", last_name="A;B", is_bot=True)
    studio.person(first_name="=cmd|'/c calc'!A1", last_name="")
    for person in (studio.person(is_guest=True), studio.person(active=False)):
        studio.add(DesktopLoginLog, person_id=person["id"], date="2024-02-10T00:00:00.000000")
    for day in ("2024-01-31", "2024-02-01", "2024-02-29", "2024-03-01"):
        studio.add(DesktopLoginLog, person_id=ann["id"], date=f"{day}T23:59:59.000000")
    answer = studio.api(studio.admin).get("/data/persons/presence-logs/2024-02")
    head, formula, admin, *lines = answer.text.split("\r\n")
    assert formula.startswith("'=cmd|")
    assert head == "2024;" + ";".join(map(str, range(1, 30)))
    assert admin.startswith(f"Admin {studio.admin['last_name']};;")
    assert lines == ["Ann Lee;X" + ";" * 28 + "X", '"Bob A;B"' + ";" * 29, ""]
    assert answer.headers["Content-Type"] == "text/csv"
    assert bob["last_name"] in answer.text


@pytest.mark.parametrize("month", ["2024-13", "2024-00", "2024", "month", "2024-2-1", "24-01"])
def test_a_month_that_is_none(studio, month):
    answer = studio.api(studio.admin).get(f"/data/persons/presence-logs/{month}")
    assert (answer.status_int, answer.json["message"]) == (400, "Invalid month or year.")


@pytest.mark.parametrize("role", ROLES)
def test_presence_and_server_logins_are_for_admins(studio, role):
    api, status = studio.api(studio.person(role)), 200 if role == "admin" else 403
    assert api.get("/data/persons/presence-logs/2024-02").status_int == status
    assert api.get("/data/events/login-logs/last").status_int == status
    assert api.get("/data/events/login-logs/last?limit=many").status_int == (400 if role == "admin" else 403)


def test_server_logins_are_filtered_and_paged_by_a_cursor(studio):
    artist = studio.person()
    logs = [
        studio.add(LoginLog, person_id=person["id"], created_at=f"2026-01-0{n}T00:00:00.000000", origin="web")
        for n, person in enumerate([studio.admin, artist, artist, studio.admin], 1)
    ]
    first, second, third, fourth = (log["id"] for log in logs)
    api = studio.api(studio.admin)

    def found(query=""):
        return [row["id"] for row in api.get(f"/data/events/login-logs/last?{query}").json]

    assert found() == [fourth, third, second, first]
    assert found("limit=2") == [fourth, third]
    assert found(f"cursor_login_log_id={third}") == [second, first]
    assert found(f"person_ids={artist['id']}") == [third, second]
    assert found(f"person_ids={artist['id']}&person_ids={studio.admin['id']}&limit=1") == [fourth]
    assert found("after=2026-01-01&before=2026-01-03T00:00:00") == [second]
    row = api.get("/data/events/login-logs/last?limit=1").json[0]
    assert set(row) == {"id", "created_at", "ip_address", "person_id", "origin"}


@pytest.mark.parametrize(
    "query",
    [
        *("limit=many", "limit=-1", "after=soon", "before=2026-13-01"),
        *(f"cursor_login_log_id={UNKNOWN}", "cursor_login_log_id=x", f"person_ids={UNKNOWN}", "person_ids=x"),
    ],
)
def test_bad_filters_of_server_logins(studio, query):
    assert studio.api(studio.admin).get(f"/data/events/login-logs/last?{query}").status_int == 400
