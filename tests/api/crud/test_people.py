"""The generic routes of the studio's tables other than persons."""

import pytest
from support import ROLES

from kitsulite.models.people import DayOff, Organisation, SalaryScale
from kitsulite.models.projects import ProjectPersonLink
from kitsulite.models.tasks import Task, TaskPersonLink, TimeSpent

NAMED = {
    "departments": {"name": "Rigging", "color": "#123456"},
    "studios": {"name": "Paris", "color": "#123456"},
    "softwares": {"name": "Blender", "short_name": "bl", "file_extension": "blend"},
    "hardware-items": {"name": "Workstation", "short_name": "ws"},
}


# Departments, studios, software, hardware


@pytest.mark.parametrize("base", NAMED)
@pytest.mark.parametrize("role", ROLES)
def test_admins_write_and_all_but_hardware_is_read_by_everybody(studio, admin, base, role):
    row = admin.post(f"/data/{base}", NAMED[base]).json
    api, path = studio.api(studio.person(role)), f"/data/{base}/{row['id']}"
    may_read = base != "hardware-items" or role == "admin"
    assert api.get(path).status_int == (200 if may_read else 403)
    assert api.get(f"/data/{base}").status_int == (200 if may_read else 403)
    assert studio.nobody.get(path).status_int == 401
    allowed = role == "admin"
    assert api.put(path, {"archived": True}).status_int == (200 if allowed else 403)
    assert api.post(f"/data/{base}", {**NAMED[base], "name": "Other"}).status_int == (201 if allowed else 403)
    assert api.delete(path).status_int == (204 if allowed else 403)


@pytest.mark.parametrize("base", NAMED)
def test_names_are_unique_and_every_change_is_reported(studio, admin, base):
    row = admin.post(f"/data/{base}", NAMED[base]).json
    assert admin.post(f"/data/{base}", NAMED[base]).status_int == 400
    admin.put(f"/data/{base}/{row['id']}", {"name": "Other"})
    admin.delete(f"/data/{base}/{row['id']}")
    noun = {"softwares": "software"}.get(base, base[:-1])
    assert studio.events() == [f"{noun}:new", f"{noun}:update", f"{noun}:delete"]


def test_a_department_in_use_stays(studio, admin):
    department = studio.department()
    studio.person(departments=[department])
    assert admin.delete(f"/data/departments/{department['id']}").status_int == 400


# Organisation


@pytest.mark.parametrize("role", ROLES)
def test_only_admins_see_and_filter_by_the_tokens_of_the_chats(studio, role):
    organisation = studio.add(Organisation, name="Studio", chat_token_slack="secret")
    api = studio.api(studio.person(role))
    (listed,) = api.get("/data/organisations").json
    shown = api.get(f"/data/organisations/{organisation['id']}").json
    found = api.get("/data/organisations?chat_token_slack=secret")
    if role == "admin":
        assert listed["chat_token_slack"] == shown["chat_token_slack"] == "secret"
        assert len(found.json) == 1
    else:
        assert not {"chat_token_slack", "chat_webhook_mattermost", "chat_token_discord"} & (set(listed) | set(shown))
        assert found.status_int == 400
        assert api.put(f"/data/organisations/{organisation['id']}", {"name": "Mine"}).status_int == 403


def test_hours_by_day_are_a_number_above_zero(studio, admin):
    path = f"/data/organisations/{studio.add(Organisation, name='Studio')['id']}"
    assert admin.put(path, {"hours_by_day": "7.5"}).json["hours_by_day"] == 7.5
    number, above = "hours_by_day must be a number.", "hours_by_day must be above 0."
    for wrong, message in (("many", number), (None, number), ([8], number), (0, above), (-1, above), ("-0.5", above)):
        body = {"name": "Another", "hours_by_day": wrong}
        for answer in (admin.put(path, body), admin.post("/data/organisations", body)):
            assert answer.status_int == 400
            assert answer.json == {"error": True, "message": message, "data": None}
    assert admin.get(path).json["hours_by_day"] == 7.5
    assert studio.events() == ["organisation:update"]


# Salary scales


def test_every_department_has_a_salary_for_each_position_and_seniority(studio, admin):
    departments = {row["id"] for row in admin.get("/data/departments").json}
    rows = admin.get("/data/salary-scales?page=1&position=none").json
    assert len(rows) == 9 * len(departments) == len({(r["department_id"], r["position"], r["seniority"]) for r in rows})
    assert {row["salary"] for row in rows} == {0}
    changed = admin.put(f"/data/salary-scales/{rows[0]['id']}", {"salary": 300, "department_id": None})
    assert (changed.json["salary"], changed.json["department_id"]) == (300, rows[0]["department_id"])
    admin.delete(f"/data/salary-scales/{rows[1]['id']}")
    assert len(admin.get("/data/salary-scales").json) == len(rows)
    assert studio.events() == ["salary-scale:update", "salary-scale:delete"]
    department = studio.department()
    assert len(admin.get("/data/salary-scales").json) == len(rows) + 9
    assert admin.delete(f"/data/departments/{department['id']}").status_int == 204
    assert not studio.db.exists(SalaryScale, department_id=department["id"])


@pytest.mark.parametrize("role", ROLES)
def test_salary_scales_are_for_admins_and_never_created(studio, role):
    api = studio.api(studio.person(role))
    assert api.get("/data/salary-scales").status_int == (200 if role == "admin" else 403)
    assert api.post("/data/salary-scales", {}).status_int == (400 if role == "admin" else 403)


# Days off


@pytest.mark.parametrize("role", ROLES)
def test_persons_keep_their_own_days_off_and_admins_all(studio, role):
    caller, other = studio.person(role), studio.person()
    api, allowed = studio.api(caller), role == "admin"
    for person, fine in ((caller, True), (other, allowed)):
        body = {"person_id": person["id"], "date": "2026-01-05", "end_date": "2026-01-06"}
        assert api.post("/data/day-offs", body).status_int == (201 if fine else 403)
        row = studio.db.find(DayOff, person_id=person["id"]) or studio.add(DayOff, **body)
        path = f"/data/day-offs/{row['id']}"
        assert api.get(path).status_int == (200 if fine else 403)
        assert api.put(path, {"end_date": "2026-01-07"}).status_int == (200 if fine else 403)
        assert api.delete(path).status_int == (204 if fine else 403)
    assert api.get("/data/day-offs").status_int == (200 if allowed else 403)


def test_only_admins_give_a_day_off_to_another_person(studio, admin):
    artist, other = studio.person(), studio.person()
    row = studio.add(DayOff, person_id=artist["id"], date="2026-01-05", end_date="2026-01-05")
    path, change = f"/data/day-offs/{row['id']}", {"person_id": other["id"]}
    assert studio.api(artist).put(path, change).status_int == 403
    assert admin.put(path, change).json["person_id"] == other["id"]


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        ("2026-01-05", "2026-01-05", 400),
        ("2026-01-01", "2026-01-05", 400),
        ("2026-01-07", "2026-01-09", 400),
        ("2026-01-01", "2026-02-01", 400),
        ("2026-01-04", "2026-01-04", 201),
        ("2026-01-08", "2026-01-08", 201),
    ],
)
def test_days_off_of_a_person_do_not_overlap(studio, admin, start, end, status):
    artist = studio.person()
    studio.add(DayOff, person_id=artist["id"], date="2026-01-05", end_date="2026-01-07")
    studio.add(DayOff, person_id=studio.admin["id"], date="2026-01-01", end_date="2026-02-01")
    body = {"person_id": artist["id"], "date": start, "end_date": end}
    assert admin.post("/data/day-offs", body).status_int == status
    moved = studio.add(DayOff, person_id=artist["id"], date="2027-01-05", end_date="2027-01-07")
    answer = admin.put(f"/data/day-offs/{moved['id']}", {"date": start, "end_date": end})
    assert answer.status_int == 400
    assert admin.put(f"/data/day-offs/{moved['id']}", {"date": "2027-01-06"}).status_int == 200


@pytest.mark.parametrize(
    "change",
    [
        {"date": None},
        {"date": "soon"},
        {"end_date": "2026-13-01"},
        {"end_date": "2026-01-01"},
        {"person_id": "x"},
        {"person_id": "30000000-0000-4000-8000-000000000000"},
    ],
)
def test_a_bad_day_off_is_refused(studio, admin, change):
    body = {"person_id": studio.admin["id"], "date": "2026-01-05", "end_date": "2026-01-07"}
    assert admin.post("/data/day-offs", {**body, **change}).status_int == 400
    assert studio.events() == []


@pytest.mark.parametrize("key", ["person_id", "date", "end_date"])
def test_a_day_off_needs_its_person_and_both_ends(studio, admin, key):
    body = {"person_id": studio.admin["id"], "date": "2026-01-05", "end_date": "2026-01-07"}
    answer = admin.post("/data/day-offs", {k: v for k, v in body.items() if k != key})
    assert (answer.status_int, answer.json) == (400, {"message": f"'{key}'"})


def test_a_day_off_of_nobody_is_for_admins(studio, admin):
    made = admin.post("/data/day-offs", {"person_id": None, "date": "2026-01-05", "end_date": "2026-01-07"}).json
    for person, status in ((studio.admin, 200), (studio.person("manager"), 403)):
        assert studio.api(person).get(f"/data/day-offs/{made['id']}").status_int == status


@pytest.mark.parametrize(
    ("value", "on_update"), [("soon", ["error", "message", "data"]), (5, ["message"]), ("", ["message"])]
)
def test_what_is_no_date_is_reported_like_in_other_tables(studio, admin, value, on_update):
    body = {"person_id": studio.admin["id"], "date": "2026-01-05", "end_date": "2026-01-07"}
    row = admin.post("/data/day-offs", body).json
    assert list(admin.post("/data/day-offs", {**body, "date": value}).json) == ["message"]
    assert list(admin.put(f"/data/day-offs/{row['id']}", {"date": value}).json) == on_update


def test_time_spent_on_a_day_off_is_deleted(studio, admin):
    task = studio.task(studio.entity(studio.project(), "Shot"), "Animation", duration=400)
    for day in ("2026-01-04", "2026-01-05", "2026-01-06", "2026-01-07"):
        studio.add(TimeSpent, task_id=task["id"], person_id=studio.admin["id"], date=day, duration=100)
    body = {"person_id": studio.admin["id"], "date": "2026-01-05", "end_date": "2026-01-05"}
    row = admin.post("/data/day-offs", body).json
    left = "SELECT date FROM time_spent ORDER BY date"
    assert studio.db.column(left) == ["2026-01-04", "2026-01-06", "2026-01-07"]
    admin.put(f"/data/day-offs/{row['id']}", {"end_date": "2026-01-06"})
    assert studio.db.column(left) == ["2026-01-04", "2026-01-07"]
    assert studio.db.get(Task, task["id"])["duration"] == 400
    assert studio.events() == ["day-off:new", "day-off:update"]


# Time spents


@pytest.fixture
def work(studio):
    """A task of an artist and a body of time that he spent on it."""
    artist = studio.person()
    task = studio.task(studio.entity(studio.project(), "Shot"), "Animation", assignees=[artist])
    return artist, task, {"task_id": task["id"], "person_id": artist["id"], "date": "2026-01-05", "duration": 60}


def test_the_duration_of_a_task_follows_its_time_spents(studio, admin, work):
    _, task, body = work
    row = admin.post("/data/time-spents", body).json
    admin.post("/data/time-spents", {**body, "date": "2026-01-06", "duration": "30"})
    assert studio.db.get(Task, task["id"])["duration"] == 90
    path = f"/data/time-spents/{row['id']}"
    admin.put(path, {"duration": 10})
    assert studio.db.get(Task, task["id"])["duration"] == 40
    other = studio.task(studio.entity(studio.project(), "Shot"), "Animation", assignees=[work[0]])
    admin.put(path, {"task_id": other["id"]})
    assert [studio.db.get(Task, t["id"])["duration"] for t in (task, other)] == [30, 10]
    assert admin.delete(path).status_int == 204
    assert studio.db.get(Task, other["id"])["duration"] == 0
    new, change = ["task:update", "time-spent:new"], ["task:update", "time-spent:update"]
    moved, gone = ["task:update", *change], ["time-spent:delete", "task:update"]
    assert studio.events() == [*new, *new, *change, *moved, *gone]


@pytest.mark.parametrize(
    "change",
    [
        *({"duration": 0}, {"duration": -5}, {"duration": "long"}, {"date": "soon"}, {"date": None}),
        *({"task_id": None}, {"task_id": "x"}, {"task_id": "30000000-0000-4000-8000-000000000000"}),
        {"person_id": "30000000-0000-4000-8000-000000000000"},
    ],
)
def test_a_bad_time_spent_is_refused(studio, admin, work, change):
    assert admin.post("/data/time-spents", {**work[2], **change}).status_int == 400
    assert not studio.db.exists(TimeSpent)
    assert studio.events() == []


@pytest.mark.parametrize("task_id", [None, "x", "30000000-0000-4000-8000-000000000000"])
def test_time_is_never_moved_to_no_task(studio, admin, work, task_id):
    row = admin.post("/data/time-spents", work[2]).json
    studio.forget_events()
    assert admin.put(f"/data/time-spents/{row['id']}", {"task_id": task_id, "duration": 10}).json.keys() == {"message"}
    assert admin.get(f"/data/time-spents/{row['id']}").json == row
    assert studio.events() == []


def test_one_row_for_a_person_a_task_and_a_day(admin, work):
    assert admin.post("/data/time-spents", work[2]).status_int == 201
    assert admin.post("/data/time-spents", work[2]).status_int == 400
    assert admin.post("/data/time-spents", {}).json == {"message": "'task_id'"}


def test_time_spents_are_listed_by_days(studio, admin, work):
    for day in ("2026-01-04", "2026-01-05", "2026-01-06"):
        studio.add(TimeSpent, **{**work[2], "date": day})
    listed = admin.get("/data/time-spents?start_date=2026-01-05&end_date=2026-01-06").json
    assert [row["date"] for row in listed] == ["2026-01-05", "2026-01-06"]
    assert len(admin.get("/data/time-spents").json) == 3
    for wrong in ("start_date=2026-01-05", "end_date=2026-01-05", "start_date=a&end_date=b"):
        assert admin.get(f"/data/time-spents?{wrong}").status_int == 400


@pytest.mark.parametrize("role", ROLES)
def test_time_is_deleted_by_its_assignee_their_managers_and_admins(studio, work, role):
    artist, task, body = work
    row = studio.add(TimeSpent, **body)
    stranger, member = studio.person(role), studio.person(role)
    studio.link(ProjectPersonLink, project_id=task["project_id"], person_id=member["id"])
    path, admin_only = f"/data/time-spents/{row['id']}", 200 if role == "admin" else 403
    assert studio.api(stranger).get(path).status_int == admin_only
    assert studio.api(stranger).put(path, {"duration": 5}).status_int == admin_only
    if role != "admin":
        assert studio.api(stranger).delete(path).status_int == 403
    allowed = role in ("admin", "manager")
    assert studio.api(member).delete(path).status_int == (204 if allowed else 403)
    if not allowed:
        assert studio.api(artist).delete(path).status_int == 204


def test_time_of_a_person_no_longer_assigned_stays(studio, admin, work):
    row = studio.add(TimeSpent, **work[2])
    with studio.db.write():
        studio.db.delete(TaskPersonLink)
    assert admin.delete(f"/data/time-spents/{row['id']}").status_int == 403


@pytest.mark.parametrize("role", ROLES)
def test_time_of_others_is_shown_to_the_team_but_not_to_clients(studio, work, role):
    _, task, body = work
    row = studio.add(TimeSpent, **body)
    member = studio.person(role)
    studio.link(ProjectPersonLink, project_id=task["project_id"], person_id=member["id"])
    shown = studio.api(member).get(f"/data/time-spents/{row['id']}")
    # a vendor sees the tasks that are theirs
    assert shown.status_int == (403 if role in ("client", "vendor") else 200)


def test_salary_scales_are_completed_once(studio, admin):
    rows = admin.get("/data/salary-scales").json
    with studio.statements() as statements:
        assert admin.get("/data/salary-scales").json == rows
    assert not [statement for statement in statements if statement.startswith("INSERT")]
