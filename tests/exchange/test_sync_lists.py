"""The lists that the sync commands of the reference ask for: it stores their rows by the names of columns.

A key that is no column there ends its whole run, so that there must be none but those that it takes out.
"""

import pytest

from kitsulite.models import TABLES

PAGED = {"data", "total", "nb_pages", "limit", "offset", "page"}
STUDIO = {
    **{"studios": "studio", "departments": "department", "task-types": "task_type", "task-status": "task_status"},
    **{"status-automations": "status_automation", "custom-actions": "custom_action", "organisations": "organisation"},
    **{"project-status": "project_status", "entity-types": "entity_type", "persons": "person", "projects": "project"},
    **{"search-filter-groups": "search_filter_group", "search-filters": "search_filter", "day-offs": "day_off"},
    "events": "api_event",
}
PROJECT = {
    **dict.fromkeys(("episodes", "sequences", "assets", "shots", "concepts"), "entity"),
    **{"time-spents": "time_spent", "build-jobs": "build_job", "attachment-files": "attachment_file"},
    **{"metadata-descriptors": "metadata_descriptor", "schedule-items": "schedule_item"},
    **{"subscriptions": "subscription", "entity-links": "entity_link", "milestones": "milestone"},
}
PAGES = {
    **{"tasks": "task", "preview-files": "preview_file", "playlists/all": "playlist", "comments": "comment"},
    **{"notifications": "notification", "news": "news"},
}
#: keys that are no columns, and that the reference takes out or links
TAKEN_OUT = {
    "person": {"full_name", "departments"},
    "project": {
        *("project_status_name", "team", "task_types", "task_statuses", "asset_types", "status_automations"),
        "preview_background_files",
    },
    "entity_type": {"task_types"},
    "entity": {
        *("entities_in", "entities_out", "episode_id", "episode_name", "project_name", "sequence_name", "tasks"),
        *("asset_type_id", "asset_type_name", "sequence_id", "frame_in", "frame_out", "fps", "entity_concept_links"),
    },
    "entity_link": {"project_name"},
    "task": {"assignees"},
    "comment": {"previews", "mentions", "department_mentions", "acknowledgements", "attachment_files"},
    "preview_file": {"comments"},
    "playlist": {"build_jobs"},
    "attachment_file": {"comment", "chat_message"},
    "metadata_descriptor": {"departments"},
    "notification": {"notification_type"},
}
#: what it reads of news
NEWS = {"id", "created_at", "change", "author_id", "comment_id", "preview_file_id", "task_id"}


def asked(source, path):
    answer = source.server.api.get(path)
    assert answer.status == 200, answer.content
    return answer.json


def check(table, rows):
    assert rows
    allowed = {*TABLES[table].columns(), *TAKEN_OUT.get(table, ()), "type"}
    for row in rows:
        assert row["id"]
        if table == "news":
            assert set(row) >= NEWS
            continue
        assert set(row) - allowed == set()
        assert ("asset_type_name" in row) >= ("asset_type_id" in row)
        assert table != "entity" or row["data"] is not None or not {"frame_in", "frame_out", "fps"} & set(row)


@pytest.mark.parametrize("path", STUDIO)
def test_lists_of_the_studio(source, path):
    # the organisation is made at first need
    asked(source, "/auth/authenticated")
    hashes = "&with_pass_hash=true" if path == "persons" else ""
    page = asked(source, f"/data/{path}?relations=true&page=1{hashes}")
    assert set(page) == PAGED
    check(STUDIO[path], page["data"])
    assert ("password" in page["data"][0]) == (path == "persons")


@pytest.mark.parametrize("path", PROJECT)
def test_lists_of_a_production(source, path):
    rows = asked(source, f"/data/projects/{source.show['id']}/{path}")
    assert isinstance(rows, list)
    check(PROJECT[path], rows)


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_a_production(source, path):
    page = asked(source, f"/data/projects/{source.show['id']}/{path}?page=1")
    assert set(page) >= PAGED
    check(PAGES[path], page["data"])
    beyond = asked(source, f"/data/projects/{source.show['id']}/{path}?page=99")
    assert beyond["data"] == []


def test_a_production_is_found_by_its_name(source):
    (project,) = asked(source, "/data/projects?name=Agent%20327")
    (same,) = asked(source, f"/data/projects?relations=true&page=1&id={project['id']}")["data"]
    assert same["name"] == "Agent 327"
    assert project["id"] in {row["id"] for row in asked(source, "/data/projects/open")}


def test_events_come_newest_first_from_a_cursor(source):
    events = asked(source, "/data/events/last?limit=300")
    moments = source.db.column("SELECT created_at FROM api_event ORDER BY created_at DESC, rowid DESC LIMIT 300")
    assert [event["created_at"] for event in events] == [moment[:19] for moment in moments]
    path = f"/data/events/last?limit=2&cursor_event_id={events[1]['id']}"
    assert [event["id"] for event in asked(source, path)] == [event["id"] for event in events[2:4]]
    with_files = asked(source, "/data/events/last?only_files=true&limit=50")
    assert {event["name"] for event in with_files} >= {"preview-file:add-file", "person:set-thumbnail"}
