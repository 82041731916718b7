"""The generic routes of persons: what is shown, filtered, changed and deleted."""

import pytest
from support import PASSWORD, ROLES

from kitsulite.domain.people.persons import FOR_CLIENTS, MINIMAL, SECRETS
from kitsulite.models.activity import News, SearchFilter, SearchFilterGroup
from kitsulite.models.people import DayOff, DepartmentLink, Person
from kitsulite.models.projects import ProductionScheduleVersion, ProjectPersonLink, ProjectStatus
from kitsulite.models.tasks import Comment, Task, TaskPersonLink, TimeSpent

PATH = "/data/persons"
NEW = {"first_name": "Ann", "last_name": "Lee", "email": "ann.lee@example.com"}


# What is shown


@pytest.mark.parametrize("role", ROLES)
def test_the_list_shows_all_to_admins_and_the_minimum_to_others(studio, role):
    department = studio.department()
    caller = studio.person(role, departments=[department])
    studio.project(team=[caller])
    row = next(r for r in studio.api(caller).get(f"{PATH}?relations=true").json if r["id"] == caller["id"])
    assert row.get("departments", [department["id"]]) == [department["id"]]
    if role == "admin":
        assert "email" in row
        assert not SECRETS & set(row)
    else:
        assert set(row) == set(FOR_CLIENTS if role == "client" else MINIMAL)


def test_clients_see_only_whom_they_work_with(studio, admin):
    client, mate, former, stranger = studio.person("client"), studio.person(), studio.person(), studio.person()
    studio.project(team=[client, mate])
    closed = studio.db.find(ProjectStatus, name="Closed")["id"]
    studio.project(team=[client, former], project_status_id=closed)
    api = studio.api(client)
    assert {row["id"] for row in api.get(PATH).json} == {client["id"], mate["id"]}
    assert set(api.get(f"{PATH}/{mate['id']}").json) == set(FOR_CLIENTS)
    assert set(api.get(f"{PATH}/{client['id']}").json) == set(FOR_CLIENTS)
    for other in (former, stranger):
        assert api.get(f"{PATH}/{other['id']}").status_int == 403
    for hidden in ("departments", "studio_id", "desktop_login"):
        assert api.get(f"{PATH}?{hidden}=x").status_int == 400
    assert api.get(f"{PATH}?email={mate['email']}").json == []
    assert api.get(f"{PATH}?email={stranger['email']}").json == []
    context = api.get("/data/user/context").json["persons"]
    assert [row["id"] for row in context] == [client["id"], mate["id"]]
    assert set(context[0]) == set(FOR_CLIENTS)


def test_departments_are_shown_with_relations_only(studio, admin):
    artist = studio.person(departments=[studio.department()])
    shown = studio.api(artist).get(PATH).json[-1]
    assert shown["departments"] == []
    assert "departments" not in admin.get(PATH).json[-1]
    path = f"{PATH}/{artist['id']}"
    assert len(admin.get(path).json["departments"]) == 1
    assert "departments" not in admin.get(f"{path}?relations=false").json
    assert studio.api(artist).get(f"{path}?relations=false").json["departments"] == []


@pytest.mark.parametrize("role", ROLES)
def test_managers_see_all_of_one_person_and_others_the_minimum_even_of_themselves(studio, role):
    caller = studio.person(role)
    shown = studio.api(caller).get(f"{PATH}/{caller['id']}").json
    assert ("email" in shown) == (role in ("admin", "manager"))
    assert not SECRETS & set(shown)


def test_an_unknown_id_is_reported_from_a_malformed_one(studio, admin):
    assert admin.get(f"{PATH}/{studio.project()['id']}").status_int == 404
    assert admin.get(f"{PATH}/nobody").status_int == 400
    assert studio.nobody.get(PATH).status_int == 401


def test_only_admins_get_password_hashes_for_a_migration(studio, admin):
    studio.add(Person, first_name="A", last_name="B", password="$2b$12$hash")
    assert admin.get(f"{PATH}?with_pass_hash=true").json[-1]["password"] == "$2b$12$hash"
    assert "password" not in admin.get(PATH).json[-1]
    manager = studio.api(studio.person("manager"))
    assert "password" not in manager.get(f"{PATH}?with_pass_hash=true").json[-1]


# Filters


@pytest.mark.parametrize(
    "query",
    [
        "full_name=Ann Lee",
        "desktop_login=ann",
        "departments={department}",
        'role=["user"]',
    ],
)
def test_filters_that_everybody_may_use(studio, query):
    department = studio.department()
    ann = studio.person(departments=[department], desktop_login="ann", **NEW)
    studio.person("client", first_name="Lee", last_name="Ann")
    artist = studio.api(studio.person("vendor"))
    found = artist.get(f"{PATH}?{query.format(department=department['id'])}").json
    assert [row["id"] for row in found] == [ann["id"]]


def test_what_is_hidden_cannot_be_filtered_on(studio, admin):
    manager = studio.api(studio.person("manager"))
    for column in ("daily_salary", "phone", "password", "jti"):
        answer = manager.get(f"{PATH}?{column}=1")
        assert (answer.status_int, answer.json["message"]) == (400, f"Filtering on {column} is not allowed.")
    for column in SECRETS:
        assert admin.get(f"{PATH}?{column}=1").status_int == 400
    for api in (admin, manager):
        assert api.get(f"{PATH}?is_guest=false").status_int == 200
    assert admin.get(f"{PATH}?daily_salary=x").status_int == 400
    assert len(manager.get(f"{PATH}?order_by=email").json) == 2


def test_pages_hold_what_the_caller_may_see(studio):
    page = studio.api(studio.person("vendor")).get(f"{PATH}?page=1&limit=1").json
    assert (page["total"], page["nb_pages"]) == (2, 2)
    assert set(page["data"][0]) == set(MINIMAL)


# Changes


def test_persons_change_themselves_and_admins_everybody(studio, admin):
    artist, other = studio.person(), studio.person("manager")
    path = f"{PATH}/{artist['id']}"
    kept = {"daily_salary": 5, "position": "lead", "seniority": "senior", "is_guest": True}
    answer = studio.api(artist).put(path, {"phone": "123", **kept, "nonsense": 1})
    assert (answer.json["phone"], answer.json["daily_salary"], answer.json["departments"]) == ("123", 0, [])
    assert {name: answer.json[name] for name in kept} == {name: artist[name] for name in kept}
    assert admin.put(path, {"phone": "456"}).json["phone"] == "456"
    assert studio.api(other).put(path, {"phone": "789"}).status_int == 403
    assert studio.events() == ["person:update", "person:update"]


def test_what_only_admins_may_change_is_left_out(studio, admin):
    department = studio.department()
    artist = studio.person()
    change = {
        **{"role": "admin", "departments": [department["id"]], "active": False, "archived": True, "is_bot": True},
        **{"last_presence": "2026-01-01", "ldap_uid": "x", "is_generated_from_ldap": True},
    }
    path = f"{PATH}/{artist['id']}"
    same = studio.api(artist).put(path, change).json
    assert {k: same[k] for k in change} == {
        **dict.fromkeys(("active",), True),
        **dict.fromkeys(("archived", "is_bot", "is_generated_from_ldap"), False),
        **dict.fromkeys(("last_presence", "ldap_uid")),
        **{"role": "user", "departments": []},
    }
    changed = admin.put(path, change).json
    assert {k: changed[k] for k in change} == change
    assert admin.put(path, {"departments": None}).json["departments"] == []


def test_secrets_and_second_factors_are_not_written(studio, admin):
    change = {"password": "x", "jti": "x", "totp_enabled": True, "totp_secret": "x", "fido_enabled": True}
    answer = admin.put(f"{PATH}/{studio.admin['id']}", change)
    assert answer.status_int == 200
    assert (answer.json["totp_enabled"], answer.json["fido_enabled"]) == (False, False)
    row = studio.db.row("SELECT password, jti, totp_secret FROM person WHERE id = ?", [studio.admin["id"]])
    assert row == (None, None, None)
    made = admin.post(PATH, {**NEW, "totp_enabled": True, "otp_recovery_codes": ["a"], "jti": "x"}).json
    assert made["totp_enabled"] is False


def test_an_assignment_in_a_schedule_version_keeps_a_person_until_force(studio, admin):
    artist, project = studio.person(), studio.project()
    task = studio.task(studio.entity(project, "Shot"), "Animation")
    version = studio.add(ProductionScheduleVersion, name="v1", project_id=project["id"])
    body = {"production_schedule_version_id": version["id"], "task_id": task["id"], "assignees": [artist["id"]]}
    assert admin.post("/data/production-schedule-version-task-links", body).json["assignees"] == [artist["id"]]
    assert admin.delete(f"{PATH}/{artist['id']}").status_int == 400
    assert admin.delete(f"{PATH}/{artist['id']}?force=true").status_int == 204


def test_an_address_stays_unique_and_present(studio, admin):
    other = studio.person(email="taken@example.com")
    path = f"{PATH}/{studio.admin['id']}"
    assert admin.put(path, {"email": "Taken@example.com"}).json["message"] == "Email already in use."
    assert admin.put(path, {"email": studio.admin["email"]}).status_int == 200
    assert admin.put(path, {"email": None}).status_int == 400
    bot, _ = studio.bot()
    assert admin.put(f"{PATH}/{bot['id']}", {"email": other["email"]}).status_int == 200


@pytest.mark.parametrize("change", [{"timezone": "Nowhere"}, {"position": "boss"}, {"last_presence": "soon"}])
def test_a_bad_value_changes_nothing(studio, admin, change):
    path = f"{PATH}/{studio.admin['id']}"
    assert admin.put(path, {"phone": "1", **change}).status_int == 400
    assert admin.get(path).json["phone"] is None


def test_an_unknown_time_zone_has_no_error_key(studio, admin):
    answers = [admin.put(f"{PATH}/{studio.admin['id']}", {"timezone": "Mars/Olympus"})]
    answers.append(admin.post(PATH, {"first_name": "Ann", "last_name": "Lee", "timezone": "Mars/Olympus"}))
    assert [(answer.status_int, list(answer.json)) for answer in answers] == [(400, ["message"])] * 2


def test_an_admin_unlocks_an_account(studio, admin):
    person = studio.account()
    login = {"email": person["email"], "password": PASSWORD}
    for _ in range(5):
        studio.nobody.post("/auth/login", {**login, "password": "wrong password"})
    unlocked = {"login_failed_attemps": 0}
    studio.api(person).put(f"{PATH}/{person['id']}", unlocked)
    assert studio.nobody.post("/auth/login", login).json["too_many_failed_login_attemps"]
    admin.put(f"{PATH}/{person['id']}", unlocked)
    assert studio.nobody.post("/auth/login", login).json["login"]


@pytest.mark.parametrize("zone", ["UTC", "Etc/GMT+3", "America/St_Johns"])
def test_any_known_time_zone_is_kept(studio, admin, zone):
    path = f"{PATH}/{studio.admin['id']}"
    assert admin.put(path, {"timezone": zone}).json["timezone"] == zone
    assert len(admin.get(f"{PATH}?timezone={zone.replace('+', '%2B')}").json) == 1


def test_a_full_studio_takes_nobody_back(studio, admin, set_up):
    gone = studio.person(active=False)
    set_up(user_limit=1)
    path = f"{PATH}/{gone['id']}"
    answer = admin.put(path, {"active": True})
    assert (answer.status_int, answer.json["message"]) == (400, "User limit reached.")
    assert admin.put(path, {"phone": "1", "active": False}).status_int == 200
    set_up(user_limit=2)
    assert admin.put(path, {"active": True}).status_int == 200


def test_a_protected_account_is_kept_by_others(studio, admin, set_up):
    boss = studio.person("admin", email="boss@example.com")
    set_up(protected_accounts=["Boss@Example.com"])
    path = f"{PATH}/{boss['id']}"
    for change in ({"active": False}, {"active": None}, {"active": 0}, {"role": "user"}, {"role": "admin"}):
        assert admin.put(path, change).status_int == 403
    assert admin.delete(path).status_int == 403
    for name, value in (
        ("email", "me@example.com"),
        ("is_bot", True),
        ("expiration_date", None),
        ("oidc_subject", "me"),
    ):
        assert admin.put(path, {name: value}).status_int == 403, name
    assert admin.put(path, {"phone": "1", "role": None}).status_int == 400
    assert admin.put(path, {"phone": "1", "email": boss["email"], "is_bot": False}).status_int == 200
    assert studio.api(boss).put(path, {"role": "user"}).status_int == 200


def test_who_counts_only_now_needs_a_place(studio, admin, set_up):
    people = [studio.person(**columns) for columns in ({"active": False}, {"is_bot": True}, {"is_guest": True})]
    set_up(user_limit=1)
    for person, change in zip(people, ({"active": True}, {"is_bot": False}, {"is_guest": False}), strict=True):
        assert admin.put(f"{PATH}/{person['id']}", change).status_int == 400
        assert admin.put(f"{PATH}/{person['id']}", {"phone": "1"}).status_int == 200


# Deletion


@pytest.mark.parametrize("role", ROLES)
def test_admins_delete_others_but_not_themselves(studio, role):
    caller, other = studio.person(role), studio.person()
    api = studio.api(caller)
    assert api.delete(f"{PATH}/{caller['id']}?force=true").status_int == 403
    assert api.delete(f"{PATH}/{other['id']}").status_int == (204 if role == "admin" else 403)


def test_a_person_with_any_trace_stays_without_force(studio, admin):
    artist = studio.person(departments=[studio.department()])
    studio.link(ProjectPersonLink, project_id=studio.project()["id"], person_id=artist["id"])
    answer = admin.delete(f"{PATH}/{artist['id']}")
    assert (answer.status_int, answer.json["error"]) == (400, True)
    assert studio.db.exists(DepartmentLink, person_id=artist["id"])
    assert studio.events() == []


def test_force_removes_what_a_person_did(studio, admin):
    artist, other = studio.person(departments=[studio.department()]), studio.person()
    project = studio.project(team=[artist])
    task = studio.task(studio.entity(project, "Shot"), "Animation", assignees=[artist], assigner_id=artist["id"])
    comment = studio.add(Comment, object_id=task["id"], object_type="Task", person_id=artist["id"])
    studio.add(News, task_id=task["id"], author_id=other["id"], comment_id=comment["id"], change=True)
    studio.add(TimeSpent, task_id=task["id"], person_id=artist["id"], date="2026-01-05", duration=60)
    group = studio.add(SearchFilterGroup, list_type="shot", person_id=artist["id"])
    shared = studio.add(SearchFilter, list_type="shot", person_id=other["id"], search_filter_group_id=group["id"])
    assert admin.delete(f"{PATH}/{artist['id']}?force=true").status_int == 204
    assert admin.get(f"{PATH}/{artist['id']}").status_int == 404
    assert studio.db.get(Task, task["id"])["assigner_id"] is None
    assert not studio.db.exists(SearchFilter, id=shared["id"])
    for model in (Comment, News, TimeSpent, TaskPersonLink, ProjectPersonLink, DepartmentLink):
        assert not studio.db.exists(model)
    assert studio.events() == ["news:delete", "comment:delete", "person:delete", "person:delete"]


def test_what_even_force_does_not_remove_keeps_the_person_and_their_work(studio, admin):
    artist = studio.person(departments=[studio.department()])
    project = studio.project(team=[artist])
    comment = studio.comment(studio.task(studio.entity(project, "Shot"), "Animation"), artist)
    studio.add(DayOff, person_id=artist["id"], date="2026-01-05", end_date="2026-01-05")
    answer = admin.delete(f"{PATH}/{artist['id']}?force=true")
    assert answer.status_int == 400
    assert admin.get(f"{PATH}/{artist['id']}").status_int == 200
    assert studio.db.exists(Comment, id=comment["id"])
    for model in (ProjectPersonLink, DepartmentLink):
        assert studio.db.exists(model, person_id=artist["id"])
    assert studio.events() == []


def test_no_route_of_persons_sets_second_factors_and_preview_accounts(studio, admin):
    anna = studio.person()
    own = {
        **{"totp_enabled": True, "email_otp_enabled": True, "fido_enabled": True},
        **{"preferred_two_factor_authentication": "totp", "preview_project_id": studio.project()["id"]},
        **{"preview_open_until": "2030-01-01T00:00:00", "preview_opened_at": "2020-01-01T00:00:00"},
    }
    for row in (admin.put(f"{PATH}/{anna['id']}", own).json, admin.post(PATH, {**NEW, **own}).json):
        assert not any(row[name] for name in own)


def test_only_admins_bind_a_person_to_an_identity(studio, admin):
    anna, ben = studio.person(), studio.person()
    identity = {"oidc_issuer": "https://idp", "oidc_subject": "42"}
    sql = "SELECT oidc_issuer, oidc_subject FROM person WHERE id = ?"
    assert studio.api(anna).put(f"{PATH}/{anna['id']}", identity).status_int == 200
    assert studio.db.row(sql, [anna["id"]]) == (None, None)
    shown = admin.put(f"{PATH}/{anna['id']}", identity).json
    assert studio.db.row(sql, [anna["id"]]) == tuple(identity.values())
    assert not {"oidc_issuer", "oidc_subject", "saml_issuer", "saml_subject"} & set(shown)
    assert admin.put(f"{PATH}/{ben['id']}", identity).status_int == 400
    assert admin.post(PATH, {**NEW, **identity}).status_int == 400
    assert len(admin.get(f"{PATH}?oidc_subject=42").json) in (0, len(admin.get(PATH).json))


@pytest.mark.parametrize(
    ("wanted", "status"),
    [("bob", 400), ("bob@example.com", 400), ("Bob@Example.com", 400), ("ann", 200), ("annie", 200), ("", 200)],
)
def test_nobody_takes_the_name_by_which_another_signs_in(studio, wanted, status):
    ann = studio.person(desktop_login="ann")
    studio.person(email="bob@example.com", desktop_login="bob")
    answer = studio.api(ann).put(f"{PATH}/{ann['id']}", {"desktop_login": wanted})
    assert answer.status_int == status
    assert studio.db.get(Person, ann["id"])["desktop_login"] == (wanted if status == 200 else "ann")


@pytest.mark.parametrize("change", [{"role": "manager"}, {"active": False}])
def test_the_last_administrator_stays_one(studio, change):
    others = studio.db.column("SELECT id FROM person WHERE role = 'admin' AND id <> ?", [studio.admin["id"]])
    with studio.db.write():
        for person_id in others:
            studio.db.update(Person, person_id, active=False)
    path = f"{PATH}/{studio.admin['id']}"
    refused = studio.api(studio.admin).put(path, change)
    assert (refused.status_int, "last active administrator" in refused.json["message"]) == (400, True)
    assert studio.db.get(Person, studio.admin["id"])["role"] == "admin"
    studio.person("admin")
    assert studio.api(studio.admin).put(path, change).status_int == 200
