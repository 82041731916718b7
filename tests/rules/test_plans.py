"""What is asked of the database costs what is asked for, however large the studio: plans for a large one are looked at.

Every route is called on a studio with a row of everything, and every statement that it runs is explained.
"""

import sys
import threading
from pathlib import Path

import pytest
from kitsulite_process import CHECKOUT
from rules import plans
from rules.calls import Filled, routes

from kitsulite.auth import tokens
from kitsulite.store.database import Database

PACKAGE = CHECKOUT / "kitsulite"
#: all that read, but the one that ends the session
ROUTES = [route for route in routes("GET") if route.rule != "/auth/logout"]
#: query strings that each listing is asked with
QUERIES = ("", "page=1&limit=5", "project_id={project_id}", "page=2&project_id={project_id}", "name=abc")
#: (file, what it does, table): reads that are allowed, by the reason
ALLOWED = {
    "the comments of one task, of which the newest is shown": {
        *(f"domain/{file}.py sort comment" for file in ("tasks/rows", "user/checks", "playlists/sheets")),
    },
    "the episodes of one production, or those in which one asset is cast": {
        *("domain/projects/projects.py sort entity", "domain/tasks/rows.py sort entity_link"),
    },
    "the playlists of one production, in an order of the caller's choice": {"domain/playlists/views.py sort playlist"},
    "at most 2,000 tasks, or those of the entities of a page": {"domain/tasks/open_pages.py sort task"},
    "the tasks that wait for the caller, sorted by names": {
        *(f"domain/user/checks.py {what}" for what in ("sort task", "list task", "list entity")),
        *(f"domain/user/checks.py scan {table}" for table in ("task", "entity", "task_person_link")),
    },
    "the news of one entity": {"domain/comments/news_rows.py sort news", "domain/comments/news_rows.py sort task"},
    "a look into an index for each name of an event": {"domain/server/event_log.py scan api_event"},
    "who came in lately, for administrators": {"domain/sign_in/login_logs.py scan login_log"},
    "the concepts, which clients do not see": {
        *("domain/user/notifications.py scan entity", "api/crud/filters.py scan entity"),
    },
    "rows without a page, or of a list of ids": {
        *("domain/entities/entities.py list entity", "domain/planning/quota_shots.py list entity"),
        *("domain/tasks/of_entities.py list entity", "domain/tasks/of_entities.py list task"),
    },
    "pages for copies of a whole production, each of which sorts its rows": {
        *(f"domain/tasks/of_projects.py sort {table}" for table in ("comment", "preview_file", "playlist")),
        *("domain/previews/previews.py sort preview_file", "domain/previews/previews.py sort task"),
        "domain/entities/links.py sort entity",
        "domain/entities/links.py sort entity_link",
    },
    "rows of the projects of a caller who is no admin, sorted or walked through for a page": {
        *("api/crud/filters.py scan task", "api/crud/filters.py scan playlist"),
        *(f"api/crud/filters.py sort {table}" for table in ("preview_file", "working_file", "output_file")),
    },
    "the whole studio is counted, for a page of administrators": {
        *(f"domain/server/pages.py scan {table}" for table in ("entity", "preview_file", "attachment_file")),
        "domain/server/status.py scan preview_file",
    },
    "the work of everybody": {
        *("domain/tasks/of_persons.py scan task_person_link", "domain/planning/time_sheets.py scan time_spent"),
    },
    "sheets of all open productions": {
        *("exchange/csv/studio.py scan entity", "exchange/csv/studio.py scan time_spent"),
    },
}
#: all rows of a table, as who may see them all asks for them
LISTED = "api/crud/filters.py list"


class Watch:
    """Explains the statements that are run for the first time: `found` is {"file what table": statement}."""

    def __init__(self, patch):
        self.found, self._seen = {}, set()
        run, thread = Database.execute, threading.current_thread()

        def watched(database, sql, params=()):
            text = plans.normal(sql)
            if text not in self._seen and threading.current_thread() is thread:
                self._seen.add(text)
                for what, table in plans.findings(text, params):
                    self.found.setdefault(f"{caller()} {what} {table}", text)
            return run(database, sql, params)

        patch.setattr(Database, "execute", watched)


def caller():
    """The file that asks the database, below the package."""
    frame = sys._getframe(1)
    while frame:
        path = Path(frame.f_code.co_filename)
        if PACKAGE in path.parents and path != PACKAGE / "store" / "database.py":
            return str(path.relative_to(PACKAGE))
        frame = frame.f_back
    return "tests"


@pytest.fixture(scope="module")
def watched(application):
    filled = Filled(application)
    with pytest.MonkeyPatch.context() as patch:
        watch = Watch(patch)
        for role in ("admin", "manager", "vendor"):
            person = filled.world.people[role]
            filled.token = tokens.pair(application.settings, person["id"])[0]
            for route in ROUTES:
                filled.reset()
                for query in QUERIES if role == "admin" and "<" not in route.rule else QUERIES[:2]:
                    filled.send("GET", filled.path(route), query.format(**filled.values))
    filled.reset()
    return watch.found


def test_no_table_that_grows_is_read_or_sorted_in_full(watched):
    allowed = {place for places in ALLOWED.values() for place in places}
    found = {place: sql for place, sql in watched.items() if place not in allowed and not place.startswith(LISTED)}
    assert not found, "\n".join(f"{place}: {sql}" for place, sql in found.items())


PLANS = {
    "SELECT count(*) FROM news": set(),
    "SELECT * FROM comment ORDER BY updated_at DESC LIMIT 5": set(),
    "SELECT * FROM comment ORDER BY text LIMIT 5": {("scan", "comment")},
    "SELECT * FROM task WHERE name LIKE ?": {("scan", "task")},
    "SELECT * FROM task WHERE project_id = ? ORDER BY updated_at DESC LIMIT 5": set(),
    "SELECT * FROM task WHERE project_id = ? ORDER BY due_date LIMIT 5": {("sort", "task")},
    "SELECT * FROM task WHERE project_id = ? ORDER BY due_date": set(),
    "SELECT * FROM entity WHERE id IN (SELECT id FROM entity WHERE project_id = ? ORDER BY updated_at LIMIT 5)"
    " ORDER BY name": set(),
    "SELECT * FROM entity WHERE id IN (SELECT id FROM entity WHERE project_id = ? ORDER BY code LIMIT 5)"
    " ORDER BY name": {("sort", "entity")},
    "SELECT * FROM department ORDER BY name LIMIT 5": set(),
}


@pytest.mark.parametrize("sql", PLANS)
def test_how_plans_are_read(sql):
    assert plans.findings(sql, [1] * sql.count("?")) == PLANS[sql]
