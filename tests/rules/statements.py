"""The statements that the code runs, and which of them cost more in a larger studio."""

import functools
import os
import sys

from kitsulite_process import CHECKOUT
from rules import plans

from kitsulite.store.database import Database

PACKAGE = f"{CHECKOUT / 'kitsulite'}{os.sep}"
#: what asks for others
BETWEEN = {f"{PACKAGE}store{os.sep}{name}.py" for name in ("database", "remembering")}
#: (file, what it does, table): reads that are allowed, by the reason
ALLOWED = {
    "the comments of one task, of which the newest is shown": {
        *(f"domain/{file}.py sort comment" for file in ("tasks/rows", "user/checks", "playlists/sheets")),
    },
    "the previews of one task, of which the newest is sought, the tasks of one entity, the concepts of one name": {
        *("domain/tasks/reviews.py sort preview_file", "domain/tasks/automations.py sort task"),
        *("exchange/csv/estimations_import.py sort task", "domain/entities/concepts.py sort entity"),
        "exchange/shotgun/work.py sort preview_file",
    },
    "the tasks of one entity and what has one name, or one id on a Shotgun site, of which the first is taken": {
        *("domain/files/guesses.py sort entity", "domain/files/guesses.py sort task"),
        *(
            f"exchange/shotgun/{file}.py sort {t}"
            for file in ("reading", "removal")
            for t in ("comment", "entity", "task")
        ),
    },
    "the previews of one entity, of which the newest is shown": {
        *(f"domain/playlists/playlists.py sort {table}" for table in ("preview_file", "task")),
        "domain/playlists/temporary.py sort task",
    },
    "the notifications of one person, filtered by what they are about": {
        "domain/user/notifications.py sort notification",
    },
    "the entries of playlists are text, in which a row is sought that goes": {
        *(f"domain/playlist_entries.py {what} playlist" for what in ("list", "scan")),
    },
    "a production is deleted in portions of its tasks, the oldest first": {"domain/deletion/projects.py sort task"},
    "the episodes of one production, or those in which one asset is cast": {
        *("domain/projects/projects.py sort entity", "domain/tasks/rows.py sort entity_link"),
    },
    "the playlists of one production, in an order of the caller's choice": {"domain/playlists/views.py sort playlist"},
    "the tasks that filters leave over of many, for a page; others are read in its order": {
        "domain/tasks/open_pages.py sort task"
    },
    "the tasks of open projects by a date or priority, their burndown and the dates of a team, if most of all are": {
        *(f"domain/tasks/{file}.py scan task" for file in ("open_tasks", "burndown", "of_persons")),
    },
    "the entities in episodes of all projects, whose tasks may wait for the caller": {
        "domain/user/checks.py scan entity"
    },
    "the news of one entity, or of one episode": {
        *(
            f"domain/comments/{file}.py sort {table}"
            for file in ("news_rows", "news_pages")
            for table in ("news", "task")
        ),
    },
    "a look into an index for each name of an event": {"domain/server/event_log.py scan api_event"},
    "the log of events, counted in whole once; after that only what is newer": {"api/crud/filters.py scan api_event"},
    "the places of the rows of one production, if they are many: to read all in order costs less than to sort these": {
        *(f"domain/tasks/of_projects.py list {table}" for table in ("comment", "preview_file", "notification")),
    },
    "who came in lately, for administrators": {
        *(f"domain/sign_in/login_logs.py {what} login_log" for what in ("scan", "sort")),
    },
    "a push looks for the files of the chats of a production, which are few, once": {
        "exchange/kitsu/chat_files.py scan attachment_file",
    },
    "a status that arrives under another id than the one of its name here, once": {
        "exchange/kitsu/pulled_rows.py scan comment"
    },
    "the demo is a small studio": {
        *("demo/pictures.py scan preview_file", "demo/work.py sort task", "demo/work.py sort task_person_link"),
    },
    "the concepts, which clients do not see": {
        *("domain/user/notifications.py scan entity", "api/crud/filters.py scan entity"),
    },
    "rows without a page, or of a list of ids": {
        *("domain/entities/entities.py list entity", "domain/planning/quota_shots.py list entity"),
        *("domain/tasks/of_entities.py list entity", "domain/tasks/of_entities.py list task"),
    },
    "the attachments of one production among those of all, as few comments have one": {
        "domain/comments/attachments.py list attachment_file",
    },
    "pages for copies of a whole production, each of which sorts its rows": {
        *(
            f"domain/tasks/of_projects.py sort {table}"
            for table in ("comment", "preview_file", "playlist", "notification", "task")
        ),
        *("domain/previews/previews.py sort preview_file", "domain/previews/previews.py sort task"),
        "domain/entities/links.py sort entity",
        "domain/entities/links.py sort entity_link",
    },
    "rows of the projects of a caller who is not an admin, sorted or walked through for a page": {
        *("api/crud/filters.py scan task", "api/crud/filters.py scan playlist"),
        *(f"api/crud/filters.py sort {table}" for table in ("preview_file", "working_file", "output_file")),
    },
    "tasks of a name, if they are few: others are read in the order of the page": {"api/crud/filters.py sort task"},
    "what somebody did, in the index of each person whom it was told, once they are deleted": {
        "domain/deletion/references.py scan notification",
    },
    "the whole studio is counted, for a page of administrators": {
        *(f"domain/server/pages.py scan {table}" for table in ("entity", "preview_file", "attachment_file")),
        "domain/server/status.py scan preview_file",
    },
    "the work of everybody": {
        "domain/tasks/of_persons.py scan task_person_link",
    },
    "the movies that were stored without ffmpeg, or are lost, when a server starts or is told to look": {
        *(f"domain/previews/conversions.py {what} preview_file" for what in ("list", "scan", "sort")),
    },
    "sheets of all open productions": {
        *("exchange/csv/studio.py scan entity", "exchange/csv/studio.py scan time_spent"),
    },
}
#: all rows of a table, as who may see them all asks for them; what looks through all of a studio when it is told to
WHOLE = (
    "api/crud/filters.py list",
    *(f"domain/server/{file}.py " for file in ("verification", "stored_content")),
    *(f"store/{file}.py " for file in ("derived/__init__", "derived/table", "search", "migrations", "composing")),
)


class Statements:
    """Explains each statement when it is first run, and calls `note("file what table", statement)` for costly ones."""

    def __init__(self, note):
        self.note, self._seen, self._costly = note, set(), {}

    def start(self, patch):
        """Watch every database in this process."""
        for name in ("execute", "execute_many"):
            patch.setattr(Database, name, self.watching(getattr(Database, name)))

    def watching(self, run):
        @functools.wraps(run)
        def watched(database, sql, params=()):
            number = hash(sql)
            if number not in self._seen:
                self._seen.add(number)
                self.explain(number, plans.normal(sql))
            for what, table in self._costly.get(number, ()):
                self.note(f"{caller()} {what} {table}", plans.normal(sql))
            return run(database, sql, params)

        return watched

    def explain(self, number, sql):
        found = plans.findings(sql)
        if found:
            self._costly[number] = found


def caller():
    """The file in the package that runs the statement, else `tests`."""
    frame = sys._getframe(1)
    while frame:
        path = frame.f_code.co_filename
        if path.startswith(PACKAGE) and path not in BETWEEN:
            return path.removeprefix(PACKAGE).replace(os.sep, "/")
        frame = frame.f_back
    return "tests"


def unexpected(found):
    """The findings that no reason allows, one per line."""
    allowed = {place for places in ALLOWED.values() for place in places}
    return "\n".join(
        f"{place}: {sql[:1000]}"
        for place, sql in found.items()
        if place not in allowed and not place.startswith((*WHOLE, "tests "))
    )
