"""What the server's own pages ask for: overview, outbox, jobs, the first start."""

import json
import time

import pytest
import time_machine
from support import PASSWORD, Api

from kitsulite.domain.server import first_start, initial_data
from kitsulite.jobs import queue
from kitsulite.models.server import Job


def test_strangers_learn_the_name_of_the_studio_and_no_more(studio):
    about = studio.nobody.get("/kitsulite/about").json
    assert about == {"studio": "Kitsu", "min_password_length": 8, "demo": None, "ui": False}
    for path in ("overview", "outbox", "jobs"):
        assert studio.nobody.get(f"/kitsulite/{path}").status_int == 401


# The overview


@pytest.fixture
def counted(studio):
    """A production with two tasks, one of them of a vendor; its people by role."""
    people = {role: studio.person(role) for role in ("manager", "user", "vendor", "client")}
    project = studio.project(team=[*people.values()])
    done = studio.task_status("done")["id"]
    studio.task(studio.entity(project, "Prop"))
    studio.task(studio.entity(project, "Prop"), assignees=[people["vendor"]], task_status_id=done)
    studio.task(studio.entity(project, "Prop", canceled=True))
    studio.project()
    return studio, project, people


def counts(studio, person):
    projects = studio.api(person).get("/kitsulite/overview").json["projects"]
    return [(project["name"], sum(count for _, count in project["counts"])) for project in projects]


def test_everybody_sees_how_far_their_productions_are(counted):
    studio, project, people = counted
    assert counts(studio, people["user"]) == counts(studio, people["client"]) == [(project["name"], 2)]
    assert len(counts(studio, studio.admin)) == 2
    assert counts(studio, studio.person("user")) == []


def test_vendors_count_their_own_tasks_and_clients_what_is_shown_to_them(counted):
    studio, project, people = counted
    assert counts(studio, people["vendor"]) == [(project["name"], 1)]
    studio.api(studio.admin).put(f"/data/projects/{project['id']}", {"is_client_stats_visible": False})
    assert counts(studio, people["client"]) == [(project["name"], 0)]


def test_a_role_in_a_production_counts_there(counted):
    studio, project, _ = counted
    helper = studio.person("user")
    studio.api(studio.admin).post(f"/data/projects/{project['id']}/team", {"person_id": helper["id"]})
    with studio.db.write():
        studio.db.execute("UPDATE project_person_link SET role = 'vendor' WHERE person_id = ?", [helper["id"]])
    assert counts(studio, helper) == [(project["name"], 0)]
    with studio.db.write():
        studio.db.execute("UPDATE person SET role = 'vendor' WHERE id = ?", [helper["id"]])
        studio.db.execute("UPDATE project_person_link SET role = 'admin' WHERE person_id = ?", [helper["id"]])
    # nobody is an administrator of a single production
    assert counts(studio, helper) == [(project["name"], 0)]


def test_the_overview_costs_as_many_queries_for_ten_productions_as_for_one(studio):
    def asked():
        api = studio.api(studio.admin)
        with studio.statements() as found:
            api.get("/kitsulite/overview")
        return len(found)

    studio.task(studio.entity(studio.project(), "Prop"))
    few = asked()
    for _ in range(9):
        studio.task(studio.entity(studio.project(), "Prop"))
    assert asked() == few


def test_only_administrators_see_the_machine(studio):
    own = {"folder", "disk", "jobs", "addresses"}
    seen = studio.api(studio.admin).get("/kitsulite/overview").json
    assert own <= set(seen)
    assert seen["disk"]["total"] >= seen["disk"]["free"] > 0
    assert not own & set(studio.api(studio.person("manager")).get("/kitsulite/overview").json)


def test_clients_see_who_is_there_of_their_productions_alone(counted, monkeypatch):
    studio, _, people = counted
    stranger = studio.person("user")
    there = {people["user"]["id"], stranger["id"]}
    monkeypatch.setattr(type(studio.app), "present", lambda self: there)
    seen = {role: studio.api(people[role]).get("/kitsulite/overview").json["present"] for role in people}
    assert seen["client"] == [people["user"]["id"]]
    assert set(seen["user"]) == there


# The outbox


def test_administrators_read_the_outbox(studio):
    person = studio.account()
    studio.nobody.post("/auth/reset-password", {"email": person["email"]})
    api = studio.api(studio.admin)
    [mail] = api.get("/kitsulite/outbox").json
    assert mail["to"] == person["email"]
    whole = api.get(f"/kitsulite/outbox/{mail['id']}").json
    assert "reset-change-password?" in whole["links"][0]
    page = api.get(f"/kitsulite/outbox/{mail['id']}/page")
    assert "<h1>" in page.text
    assert '<base target="_blank">' in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy
    for path in ("/kitsulite/outbox", f"/kitsulite/outbox/{mail['id']}", f"/kitsulite/outbox/{mail['id']}/page"):
        assert studio.api(person).get(path).status_int == 403


def test_a_mail_is_looked_for_in_the_outbox_alone(admin, studio):
    (studio.app.folder / "outbox").mkdir(exist_ok=True)
    (studio.app.folder / "secret.eml").write_text("To: me\n\nsecret")
    for name in ("..%2Fsecret", "nothing", "%2E%2E", "a" * 3000):
        assert admin.get(f"/kitsulite/outbox/{name}").status_int == 404


# Jobs


def test_jobs_are_listed_tried_again_and_cancelled(studio, admin, monkeypatch):
    # no worker takes the job before it is cancelled
    monkeypatch.setattr(queue, "NEXT", "SELECT id FROM job WHERE 0")
    project = studio.project()
    preview = studio.preview(studio.task(studio.entity(project, "Prop")), extension="mp4")
    values = {"kind": "movie", "subject_id": preview["id"], "project_id": project["id"]}
    job = studio.add(Job, **values, state="failed", message="no movie", options={})
    assert admin.get("/kitsulite/jobs").json[0]["message"] == "no movie"
    assert admin.post(f"/kitsulite/jobs/{job['id']}/retry").json["state"] == "queued"
    assert admin.post(f"/kitsulite/jobs/{job['id']}/cancel").json["state"] == "cancelled"
    assert admin.post(f"/kitsulite/jobs/{job['id']}/cancel").status_int == 400
    artist = studio.api(studio.person())
    assert artist.get("/kitsulite/jobs").status_int == 403
    assert artist.post(f"/kitsulite/jobs/{job['id']}/retry").status_int == 403


# The first start

CHOSEN = {"password": "a long password", "again": "a long password", "studio": "Lantern Street", "kind": "2d"}


def begin(studio, token, **chosen):
    return studio.nobody.post("/kitsulite/first-start", {**CHOSEN, "token": token, **chosen})


def test_the_link_of_the_first_start_sets_the_studio_up_once(studio):
    token = first_start.make_token(studio.context())
    answer = begin(studio, token, email="ann@studio.org")
    assert answer.json["login"] is True
    assert studio.nobody.get("/kitsulite/about").json["studio"] == "Lantern Street"
    login = studio.nobody.post("/auth/login", {"email": "ann@studio.org", "password": CHOSEN["password"]})
    assert login.json["user"]["id"] == studio.admin["id"]
    assert set(studio.db.column("SELECT name FROM department")) == {name for name, _ in initial_data.DEPARTMENTS["2d"]}
    expected = {(for_entity, name) for for_entity, name, *_ in initial_data.TASK_TYPES["2d"]}
    assert set(studio.db.execute("SELECT for_entity, name FROM task_type").fetchall()) == expected
    assert "Environment" not in studio.db.column("SELECT name FROM entity_type")
    again = begin(studio, token)
    assert (again.status_int, again.json["message"]) == (400, first_start.OVER)


def test_whoever_used_the_printed_password_before_is_signed_out(studio):
    before = studio.api(studio.admin)
    assert before.get("/kitsulite/overview").status_int == 200
    answer = begin(studio, first_start.make_token(studio.context()), email="Ann@Studio.org")
    assert before.get("/kitsulite/overview").status_int == 401
    token = answer.json["access_token"]
    assert Api(studio.app, token).get("/kitsulite/overview").status_int == 200
    assert answer.json["user"]["email"] == "ann@studio.org"


def test_a_refused_password_leaves_the_link_good(studio):
    token = first_start.make_token(studio.context())
    assert begin(studio, token, password="short", again="short").status_int == 400
    assert begin(studio, token, again="another password").status_int == 400
    assert begin(studio, token, kind="opera").status_int == 400
    assert begin(studio, token, email="nobody").status_int == 400
    assert begin(studio, token).status_int == 200


def test_the_link_is_good_for_a_quarter_of_an_hour(studio):
    token = first_start.make_token(studio.context())
    with time_machine.travel(time.time() + first_start.MINUTES * 60 + 1):
        assert begin(studio, token).status_int == 400
    assert begin(studio, "guess").status_int == 400
    assert begin(studio, "").status_int == 400


def test_without_a_first_start_there_is_no_way_in(studio):
    assert begin(studio, "").status_int == 400
    assert begin(studio, "anything").status_int == 400


def test_only_a_hash_of_the_token_is_kept(studio):
    token = first_start.make_token(studio.context())
    assert token not in json.dumps(studio.db.rows("SELECT * FROM expiring_value"))


def test_productions_keep_the_kind_of_their_studio(studio):
    token = first_start.make_token(studio.context())
    studio.project()
    assert begin(studio, token).status_int == 200
    assert "Modeling" in studio.db.column("SELECT name FROM task_type")


# Signing in


def test_pages_are_kept_signed_in_whatever_the_browser_calls_itself(studio):
    person = studio.account()
    headers = {"User-Agent": "HeadlessChrome/1", "X-Requested-With": "kitsulite"}
    body = {"email": person["email"], "password": PASSWORD}
    answer = studio.nobody._app.post_json("/api/auth/login", body, headers=headers)
    assert "access_token_cookie" in str(answer.headers.getall("Set-Cookie"))
    answer = studio.nobody._app.post_json("/api/auth/login", body, headers={"User-Agent": "HeadlessChrome/1"})
    assert "Set-Cookie" not in answer.headers


def test_of_two_who_use_the_link_of_the_first_start_at_once_one_gets_in(studio, monkeypatch):
    token, hashed, faster = first_start.make_token(studio.context()), first_start.passwords.hash_checked, []

    def set_up(name):
        return studio.nobody.post("/kitsulite/first-start", {**CHOSEN, "token": token, "studio": name})

    def meanwhile(*args):
        if not faster:
            faster.append(None)
            faster[0] = set_up("")
        return hashed(*args)

    name = studio.nobody.get("/kitsulite/about").json["studio"]
    monkeypatch.setattr(first_start.passwords, "hash_checked", meanwhile)
    slower = set_up("Too Late")
    assert faster[0].json["login"] is True
    assert (slower.status_int, slower.json["message"]) == (400, first_start.OVER)
    # without a name of its own the studio keeps the one that it has
    assert studio.nobody.get("/kitsulite/about").json["studio"] == name
