"""Days off of a person, of everybody and of a team."""

import pytest
from support import ROLES

from kitsulite.models.people import DayOff
from kitsulite.models.projects import ProjectPersonLink

UNKNOWN = "30000000-0000-4000-8000-000000000000"
LISTS = ("", "/year/2026", "/month/2026/3", "/week/2026/10", "/2026-03-02")


def path(person, rest=""):
    return f"/data/persons/{person['id']}/day-offs{rest}"


def give(studio, person, start, end=None, **columns):
    return studio.add(DayOff, person_id=person["id"], date=start, end_date=end or start, **columns)


@pytest.fixture
def artist(studio):
    return studio.person()


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2026-03-02", "2026-03-02", {"year/2026", "month/2026/03", "week/2026/10"}),
        ("2026-03-08", "2026-03-08", {"year/2026", "month/2026/03", "week/2026/10"}),
        ("2026-03-09", "2026-03-09", {"year/2026", "month/2026/03"}),
        ("2026-03-01", "2026-03-01", {"year/2026", "month/2026/03"}),
        ("2026-02-20", "2026-03-01", {"year/2026", "month/2026/03"}),
        ("2026-02-20", "2026-04-20", {"year/2026", "month/2026/03", "week/2026/10"}),
        ("2026-03-31", "2026-03-31", {"year/2026", "month/2026/03"}),
        ("2026-04-01", "2026-04-01", {"year/2026"}),
        ("2025-12-31", "2026-01-01", {"year/2026"}),
        ("2025-12-31", "2025-12-31", set()),
        ("2027-01-01", "2027-01-01", set()),
    ],
)
def test_days_off_are_listed_by_the_periods_they_touch(studio, artist, start, end, found):
    row = give(studio, artist, start, end)
    give(studio, studio.admin, start, end)
    api = studio.api(artist)
    assert api.get(path(artist)).json == [row]
    for period in ("year/2026", "month/2026/03", "week/2026/10"):
        assert api.get(path(artist, f"/{period}")).json == ([row] if period in found else [])
    assert (api.get("/data/persons/day-offs/2026/3").json == [row]) == ("month/2026/03" in found)
    assert (api.get("/data/persons/day-offs/2026").json == [row]) == ("year/2026" in found)


def test_the_day_off_that_holds_a_day(studio, artist):
    row = give(studio, artist, "2026-03-02", "2026-03-04", description="Holidays")
    api = studio.api(artist)
    for day, found in (("2026-03-01", {}), ("2026-03-02", row), ("2026-03-04", row), ("2026-03-05", {})):
        assert api.get(path(artist, f"/{day}")).json == found
        assert api.get(f"/data/user/day-offs/{day}").json == found


@pytest.mark.parametrize("rest", LISTS)
@pytest.mark.parametrize("role", ROLES)
def test_days_off_are_read_by_the_person_and_admins(studio, artist, role, rest):
    caller = studio.person(role)
    api = studio.api(caller)
    assert api.get(path(caller, rest)).status_int == 200
    assert api.get(path(artist, rest)).status_int == (200 if role == "admin" else 403)
    bot, _ = studio.bot()
    assert api.get(path(bot, rest)).status_int == 403
    assert studio.nobody.get(path(artist, rest)).status_int == 401
    for unknown in (UNKNOWN, "x"):
        assert api.get(path({"id": unknown}, rest)).status_int == 404


@pytest.mark.parametrize("rest", ["/year/x", "/month/2026/13", "/week/2025/53", "/soon", "/2026-02-30"])
def test_a_period_that_is_none(studio, artist, rest):
    assert studio.api(artist).get(path(artist, rest)).status_int == 400


def test_own_days_and_those_of_everybody(studio, artist):
    mine, others = give(studio, artist, "2026-03-02"), give(studio, studio.person(), "2026-03-01")
    assert studio.api(studio.admin).get("/data/persons/day-offs/2026/03").json == [others, mine]
    for api in (studio.api(artist), studio.api(studio.person("manager"))):
        for wrong in ("2026/13", "20x", "99999"):
            assert api.get(f"/data/persons/day-offs/{wrong}").status_int == 400
        assert api.get("/data/user/day-offs/soon").status_int == 400
    assert studio.api(artist).get("/data/persons/day-offs/2026/03").json == [mine]
    assert studio.api(studio.person("manager")).get("/data/persons/day-offs/2026/03").json == []
    _, bot = studio.bot("admin")
    assert bot.get("/data/user/day-offs/2026-03-02").status_int == 403
    assert len(bot.get("/data/persons/day-offs/2026/03").json) == 2


# Those of whom one leads


@pytest.mark.parametrize(
    ("role", "sees"), [("manager", True), ("supervisor", True), ("user", False), ("client", False)]
)
@pytest.mark.parametrize("by", ["person", "team"])
def test_who_leads_a_team_sees_when_its_members_are_away(studio, artist, role, sees, by):
    row = give(studio, artist, "2026-03-02", description="Dentist")
    leader = studio.person(role if by == "person" else "vendor")
    studio.project(team=[artist, (leader, None if by == "person" else role)])
    shown = row if role == "manager" else {k: v for k, v in row.items() if k != "description"}
    api = studio.api(leader)
    for rest in LISTS[:-1]:
        answer = api.get(path(artist, rest))
        assert (answer.status_int, answer.json if sees else None) == ((200, [shown]) if sees else (403, None))
    for single in (path(artist, "/2026-03-02"), f"/data/day-offs/{row['id']}"):
        answer = api.get(single)
        assert (answer.status_int, answer.json if sees else None) == ((200, shown) if sees else (403, None))
    for days in ("2026", "2026/3"):
        assert api.get(f"/data/persons/day-offs/{days}").json == ([shown] if sees else [])


def test_a_supervisor_of_departments_sees_their_members_only(studio, artist):
    layout, other = studio.department(), studio.department()
    member = studio.person(departments=[layout])
    leader = studio.person("supervisor", [layout, other])
    studio.project(team=[artist, member, leader])
    row = give(studio, member, "2026-03-02")
    give(studio, artist, "2026-03-02")
    api = studio.api(leader)
    assert [found["id"] for found in api.get("/data/persons/day-offs/2026").json] == [row["id"]]
    assert (api.get(path(member)).status_int, api.get(path(artist)).status_int) == (200, 403)


def test_the_better_of_several_teams_counts(studio, artist):
    give(studio, artist, "2026-03-02", description="Dentist")
    leader = studio.person("supervisor")
    studio.project(team=[artist, leader])
    assert "description" not in studio.api(leader).get(path(artist)).json[0]
    studio.project(team=[artist, (leader, "manager")])
    assert studio.api(leader).get(path(artist)).json[0]["description"] == "Dentist"


# Teams


@pytest.fixture
def team(studio, artist):
    """A production whose team has an artist with two days off, and another one with none."""
    project = studio.project(team=[artist, studio.person()])
    rows = [give(studio, artist, day, description="Dentist") for day in ("2026-03-05", "2026-03-02")]
    give(studio, studio.person(), "2026-03-02")
    return project, rows[::-1]


@pytest.mark.parametrize("role", ROLES)
def test_members_see_the_days_off_of_their_team_and_managers_the_reasons(studio, artist, team, role):
    project, rows = team
    member, stranger = studio.person(role), studio.person(role)
    studio.link(ProjectPersonLink, project_id=project["id"], person_id=member["id"])
    own = give(studio, member, "2026-03-03", description="Mine")
    answer = studio.api(member).get(f"/data/projects/{project['id']}/day-offs")
    if role in ("client", "vendor"):
        assert answer.status_int == 403
    else:
        manages = role in ("admin", "manager")
        shown = rows if manages else [{k: v for k, v in row.items() if k != "description"} for row in rows]
        assert answer.json == {artist["id"]: shown, member["id"]: [own]}
    away = studio.api(stranger).get(f"/data/projects/{project['id']}/day-offs")
    assert away.status_int == (200 if role == "admin" else 403)


def test_days_off_of_a_team_in_a_range(studio, artist, team):
    project, (first, second) = team
    admin, path = studio.api(studio.admin), f"/data/projects/{project['id']}/day-offs"
    assert admin.get(f"{path}?start_date=2026-03-03").json == {artist["id"]: [second]}
    assert admin.get(f"{path}?end_date=2026-03-04").json == {artist["id"]: [first]}
    assert admin.get(f"{path}?start_date=2026-03-02&end_date=2026-03-05").json == {artist["id"]: [first, second]}
    assert admin.get(f"{path}?start_date=2026-03-03&end_date=2026-03-04").json == {}
    for wrong in ("start_date=", "end_date=soon"):
        assert admin.get(f"{path}?{wrong}").status_int == 400
    for unknown in (UNKNOWN, "x"):
        assert admin.get(f"/data/projects/{unknown}/day-offs").status_int == 404
        assert studio.api(artist).get(f"/data/projects/{unknown}/day-offs").status_int == 404
