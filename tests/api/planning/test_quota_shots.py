"""The shots behind the quota of a person."""

import pytest
from support import ROLES

from kitsulite.models.people import Person
from kitsulite.models.projects import ProjectPersonLink
from kitsulite.models.tasks import Task, TimeSpent

UNKNOWN = "30000000-0000-4000-8000-000000000000"
MODES = ("weighted", "weighteddone", "feedback", "done")
#: Monday and Friday of a week in March
MONDAY, FRIDAY = "2026-03-02", "2026-03-06"


class Board:
    """A production with an artist on shots to animate; days are those of UTC."""

    def __init__(self, studio):
        self.studio = studio
        self.artist = studio.person(timezone="UTC")
        self.project = studio.project(team=[self.artist])
        self.task_type = studio.task_type("Animation")

    def shot(self, name, assigned=True, **moments):
        moments = {key: f"{day}T12:00:00.000000" if len(day) == 10 else day for key, day in moments.items()}
        assignees = [self.artist] if assigned else []
        shot = self.studio.entity(self.project, "Shot", name=name)
        return self.studio.task(shot, "Animation", assignees=assignees, **moments)

    def spend(self, task, day, duration, person=None):
        person = person or self.artist
        self.studio.add(TimeSpent, task_id=task["id"], person_id=person["id"], date=day, duration=duration)
        with self.studio.db.write():
            total = "SELECT sum(duration) FROM time_spent WHERE task_id = ?"
            self.studio.db.update(Task, task["id"], duration=self.studio.db.value(total, [task["id"]]))

    def ask(self, period, caller=None, **query):
        path = f"/data/persons/{self.artist['id']}/quota-shots/{period}"
        query = {"project_id": self.project["id"], "task_type_id": self.task_type["id"], **query}
        query = {name: value for name, value in query.items() if value is not None}
        return self.studio.api(caller or self.artist).get(path, params=query)

    def weights(self, period, **query):
        return {shot["name"]: shot["weight"] for shot in self.ask(period, **query).json}


@pytest.fixture
def board(studio):
    return Board(studio)


def test_a_shot_is_shown_with_its_full_name_and_weight(studio, board):
    sequence = studio.entity(board.project, "Sequence", name="SE01")
    shot = studio.entity(board.project, "Shot", name="SH01", parent_id=sequence["id"])
    studio.task(shot, "Animation", assignees=[board.artist], end_date=f"{MONDAY}T12:00:00.000000")
    (found,) = board.ask("month/2026/03", count_mode="feedback").json
    assert found == {**shot, "full_name": "SE01 / SH01", "weight": 1, "type": "Entity"}


@pytest.mark.parametrize(("mode", "column"), [("feedback", "end_date"), ("done", "done_date")])
def test_shots_that_end_in_the_period_count_once(studio, board, mode, column):
    board.shot("Monday", **{column: MONDAY})
    board.shot("Friday", **{column: FRIDAY})
    board.shot("April", **{column: "2026-04-15"})
    board.shot("Open", real_start_date=MONDAY)
    board.shot("Foreign", assigned=False, **{column: MONDAY})
    prop = studio.entity(board.project, "Prop")
    studio.task(prop, "Animation", assignees=[board.artist], **{column: f"{MONDAY}T12:00:00.000000"})
    assert board.weights("month/2026/3", count_mode=mode) == {"Friday": 1, "Monday": 1}
    assert list(board.weights("week/2026/10", count_mode=mode)) == ["Friday", "Monday"]
    assert board.weights("day/2026/3/2", count_mode=mode) == {"Monday": 1}
    assert board.weights("month/2026/5", count_mode=mode) == {}


@pytest.mark.parametrize(("mode", "column"), [("weighted", "end_date"), ("weighteddone", "done_date")])
def test_a_shot_counts_by_the_share_of_the_time_spent_on_it(studio, board, mode, column):
    task = board.shot("Timed", **{column: FRIDAY})
    board.spend(task, MONDAY, 100)
    board.spend(task, FRIDAY, 100)
    board.spend(task, FRIDAY, 100, studio.person())
    board.spend(board.shot("Open", real_start_date=MONDAY), MONDAY, 100)
    assert board.weights("month/2026/3", count_mode=mode) == {"Timed": 0.66}
    assert board.weights("day/2026/3/2", count_mode=mode) == {"Timed": 0.33}
    assert board.weights("day/2026/3/3", count_mode=mode) == {}


def test_time_on_a_task_without_duration_does_not_count(studio, board):
    task = board.shot("Timed", end_date=FRIDAY)
    board.spend(task, MONDAY, 100)
    with studio.db.write():
        studio.db.update(Task, task["id"], duration=0)
    assert board.weights("month/2026/3") == {}


def test_a_shot_without_time_counts_by_its_business_days(board):
    board.shot("Inside", real_start_date=MONDAY, end_date=FRIDAY)
    board.shot("Begins", real_start_date="2026-03-30", end_date="2026-04-03")
    board.shot("Ends", real_start_date="2026-02-26", end_date="2026-03-03")
    board.shot("Spans", real_start_date="2026-02-27", end_date="2026-04-01")
    board.shot("Before", real_start_date="2026-02-01", end_date="2026-02-20")
    board.shot("Unstarted", end_date=FRIDAY)
    board.shot("Foreign", assigned=False, real_start_date=MONDAY, end_date=FRIDAY)
    assert board.weights("month/2026/3") == {
        **{"Inside": 1, "Begins": 0.4, "Ends": 0.75},
        "Spans": round(1 / 24, 2),
    }


def test_time_outside_of_the_period_leaves_a_shot_out(board):
    board.spend(board.shot("Timed", real_start_date=MONDAY, end_date=FRIDAY), "2026-04-01", 100)
    assert board.weights("month/2026/3") == {}


@pytest.mark.parametrize(
    ("zone", "days"), [("Asia/Tokyo", ["3"]), ("America/New_York", ["2"]), ("UTC", ["2"]), (None, ["3"])]
)
def test_a_day_is_that_of_the_caller(studio, board, set_up, zone, days):
    set_up(default_timezone="Asia/Tokyo")
    board.shot("Late", end_date=f"{MONDAY}T20:00:00.000000")
    with studio.db.write():
        studio.db.update(Person, board.artist["id"], timezone=zone)
    found = [day for day in ("1", "2", "3", "4") if board.weights(f"day/2026/3/{day}", count_mode="feedback")]
    assert found == days


@pytest.mark.parametrize("missing", ["project_id", "task_type_id"])
def test_without_a_production_or_task_type_those_of_all_count(board, missing):
    board.shot("Monday", end_date=MONDAY)
    found = board.ask("month/2026/3", count_mode="feedback", **{missing: None}).json
    assert [row["name"] for row in found] == ["Monday"]


@pytest.mark.parametrize("role", ROLES)
def test_the_person_and_who_leads_the_production_may_ask(studio, board, role):
    member, stranger = studio.person(role), studio.person(role)
    studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=member["id"])
    for mode in MODES:
        for period in ("month/2026/3", "week/2026/10", "day/2026/3/2"):
            allowed = 200 if role in ("admin", "manager", "supervisor") else 403
            assert board.ask(period, member, count_mode=mode).status_int == allowed
    assert board.ask("month/2026/3", stranger).status_int == (200 if role == "admin" else 403)
    assert board.ask("month/2026/3", member, project_id=None).status_int == (200 if role == "admin" else 403)


def test_the_role_on_the_production_counts(studio, board):
    promoted, demoted = studio.person(), studio.person("manager")
    for person, role in ((promoted, "manager"), (demoted, "user")):
        studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=person["id"], role=role)
    assert board.ask("month/2026/3", promoted).status_int == 200
    assert board.ask("month/2026/3", demoted).status_int == 403


def test_what_is_wrong_is_reported(studio, board):
    for period in ("month/2026/13", "week/2025/53", "day/2026/2/29", "day/x/1/1"):
        answer = board.ask(period)
        assert (answer.status_int, answer.json["message"]) == (400, "Invalid month or year.")
    assert board.ask("month/2026/3", count_mode="all").status_int == 400
    assert board.ask("month/2026/3", studio.person(), count_mode="all").status_int == 400
    for unknown in (UNKNOWN, "x"):
        for caller in (board.artist, studio.admin):
            assert board.ask("month/2026/3", caller, project_id=unknown).status_int == 404
        path = f"/data/persons/{unknown}/quota-shots/month/2026/3"
        assert studio.api(board.artist).get(path).status_int == 404
    bot, _ = studio.bot()
    path = f"/data/persons/{bot['id']}/quota-shots/month/2026/3"
    assert studio.api(studio.admin).get(path).status_int == 403
    assert studio.nobody.get(path).status_int == 401
