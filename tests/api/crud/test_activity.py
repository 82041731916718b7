"""Raw access of admins to events, notifications, chats, filters and their like."""

import pytest
from support import ROLES, UNKNOWN

from kitsulite.models.activity import ApiEvent, Chat

TABLES = (
    *("chats", "chat-messages", "events", "news", "notifications"),
    *("plugins", "search-filters", "search-filter-groups", "subscriptions"),
)


@pytest.fixture
def admin(studio):
    return studio.api(studio.admin)


@pytest.mark.parametrize("table", TABLES)
def test_only_admins_have_raw_access(studio, table):
    for role in ROLES:
        api = studio.api(studio.person(role))
        expected = 200 if role == "admin" else 403
        assert api.get(f"/data/{table}").status_int == expected
        assert api.post(f"/data/{table}", {"nothing": 1}).status_int == (400 if role == "admin" else 403)
    assert studio.nobody.get(f"/data/{table}").status_int == 401


def test_the_kind_of_a_notification_is_written_as_type_and_shown_as_notification_type(studio, admin):
    body = {"type": "mention", "person_id": studio.admin["id"], "author_id": studio.admin["id"]}
    made = admin.post("/data/notifications", body)
    assert made.status_int == 201
    assert (made.json["type"], made.json["notification_type"]) == ("Notification", "mention")
    path = f"/data/notifications/{made.json['id']}"
    assert admin.put(path, {"type": "reply", "notification_type": "comment"}).json["notification_type"] == "reply"
    assert admin.get(path).json["notification_type"] == "reply"
    assert [row["id"] for row in admin.get("/data/notifications?type=reply").json] == [made.json["id"]]
    assert admin.get("/data/notifications?type=mention").json == []
    assert len(admin.get("/data/notifications?notification_type=mention").json) == 1


def test_a_notification_of_an_unknown_kind_is_refused(studio, admin):
    people = {"person_id": studio.admin["id"], "author_id": studio.admin["id"]}
    assert admin.post("/data/notifications", {"type": "shout", **people}).status_int == 400
    assert admin.post("/data/notifications", {"notification_type": "reply", **people}).status_int == 400
    assert admin.get("/data/notifications").json == []


def test_the_whole_event_log_is_cut_after_a_thousand_rows_and_pages_are_not(studio, admin):
    with studio.db.write():
        studio.db.execute("DELETE FROM api_event")
        for number in range(1005):
            studio.db.add(
                ApiEvent, name="noise", data={"number": number}, created_at=f"2026-01-01T00:00:00.{number:06}"
            )
    rows = admin.get("/data/events").json
    assert [row["data"]["number"] for row in rows] == list(range(1000))
    page = admin.get("/data/events?page=1&limit=3").json
    assert (len(page["data"]), page["total"], page["nb_pages"]) == (3, 1005, 335)


def test_a_written_event_keeps_its_columns_and_is_reported(studio, admin):
    project = studio.project()
    studio.forget_events()
    body = {"name": "tool:done", "data": {"a": 1}, "project_id": project["id"]}
    made = admin.post("/data/events", body)
    assert made.status_int == 201
    assert {key: made.json[key] for key in body} == body
    assert made.json["user_id"] is None
    assert studio.events() == ["tool:done", "api-event:new"]
    assert studio.db.find(ApiEvent, name="api-event:new")["project_id"] == project["id"]


def test_the_project_of_a_row_cannot_be_changed(studio, admin):
    here, there = studio.project(), studio.project()
    made = admin.post("/data/search-filters", {"list_type": "asset", "name": "props", "project_id": here["id"]}).json
    changed = admin.put(f"/data/search-filters/{made['id']}", {"name": "all", "project_id": there["id"]}).json
    assert (changed["name"], changed["project_id"]) == ("all", here["id"])


@pytest.mark.parametrize("noun", ["search-filter", "search-filter-group"])
def test_the_events_of_filters_name_their_project(studio, admin, noun):
    project = studio.project()
    studio.forget_events()
    body = {"list_type": "asset", "name": "props", "project_id": project["id"]}
    path = f"/data/{noun}s/{admin.post(f'/data/{noun}s', body).json['id']}"
    assert (admin.put(path, {"name": "all"}).status_int, admin.delete(path).status_int) == (200, 204)
    emitted = [(row["name"], row["data"]["project_id"]) for row in studio.db.all(ApiEvent)]
    assert emitted == [(f"{noun}:{action}", project["id"]) for action in ("new", "update", "delete")]


def test_participants_are_set_and_shown_as_ids(studio, admin):
    person = studio.person()
    entity = studio.entity(studio.project(), "Prop")
    body = {"object_id": entity["id"], "object_type": "entity", "participants": [person["id"]]}
    made = admin.post("/data/chats", body)
    assert made.json["participants"] == [person["id"]]
    assert admin.get("/data/chats?relations=true").json[0]["participants"] == [person["id"]]
    assert studio.db.related(Chat, made.json["id"], "participants") == [person["id"]]


def test_a_row_is_part_of_one_that_exists(studio, admin):
    entity = studio.entity(studio.project(), "Prop")
    task = studio.task(entity)
    chat, comment = studio.add(Chat, object_id=entity["id"]), studio.comment(task)
    for path, known, wrong in (
        (f"/data/chats/{chat['id']}", entity, task),
        (f"/data/comments/{comment['id']}", task, entity),
    ):
        assert admin.put(path, {"object_id": known["id"]}).status_int == 200
        refused = admin.put(path, {"object_id": wrong["id"]})
        message = f"object_id refers to a row that does not exist: {wrong['id']}"
        assert (refused.status_int, refused.json["message"]) == (400, message)
    assert admin.post("/data/chats", {"object_id": UNKNOWN, "object_type": "entity"}).status_int == 400


@pytest.mark.parametrize("number", ["9" * 40, "-" + "9" * 40, "9" * 5000, "1.5", ""])
@pytest.mark.parametrize("name", ["page", "limit"])
def test_a_page_that_no_number_can_be_is_refused(admin, name, number):
    answer = admin.get(f"/data/news?page=1&{name}={number}" if name == "limit" else f"/data/news?page={number}")
    assert (answer.status_int, answer.json["message"]) == (400, f"{name} must be an integer.")
