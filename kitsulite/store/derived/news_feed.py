"""The news feed: the news of each project in order of time, and their counts, kept up to date by triggers.

The cost of a page of news must not grow with their number: `news_place` has the news of a project in the order in
which they are read, `news_group` counts those with the same values in the columns that lists filter by, and how many
of them changed a status, `news_author` and `news_month` count those of each group by author and by month. The triggers
run in the transaction of the change, in any program.
"""

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from kitsulite.store.derived.table import Derived, differ, trigger, unequal

if TYPE_CHECKING:
    from kitsulite.store.database import Database

TABLES = (
    "CREATE TABLE news_group (number INTEGER PRIMARY KEY, project_id TEXT NOT NULL, task_status_id TEXT NOT NULL,"
    " task_type_id TEXT NOT NULL, has_preview INTEGER NOT NULL, amount INTEGER NOT NULL, changes INTEGER NOT NULL,"
    " UNIQUE (project_id, task_status_id, task_type_id, has_preview))",
    "CREATE TABLE news_place (project_id TEXT NOT NULL, created_at TEXT NOT NULL, news_id TEXT NOT NULL,"
    " group_number INTEGER NOT NULL, change INTEGER NOT NULL,"
    " PRIMARY KEY (project_id, created_at, news_id)) WITHOUT ROWID",
    "CREATE TABLE news_author (author_id TEXT NOT NULL, group_number INTEGER NOT NULL, amount INTEGER NOT NULL,"
    " changes INTEGER NOT NULL, PRIMARY KEY (author_id, group_number)) WITHOUT ROWID",
    "CREATE TABLE news_month (group_number INTEGER NOT NULL, month TEXT NOT NULL, amount INTEGER NOT NULL,"
    " changes INTEGER NOT NULL, PRIMARY KEY (group_number, month)) WITHOUT ROWID",
)
#: the view that fills these tables; null becomes an empty string
VIEW = (
    "CREATE VIEW news_feed AS SELECT n.id AS news_id, n.task_id, n.comment_id, n.author_id,"
    " COALESCE(n.created_at, '') AS created_at, COALESCE(t.project_id, '') AS project_id,"
    " COALESCE(t.task_type_id, '') AS task_type_id, COALESCE(c.task_status_id, '') AS task_status_id,"
    " COALESCE(n.change, 0) AS change, n.preview_file_id IS NOT NULL AS has_preview"
    " FROM news n JOIN task t ON t.id = n.task_id LEFT JOIN comment c ON c.id = n.comment_id"
)
ALL_NEWS = "SELECT COALESCE(sum(amount), 0) FROM news_group"
ALIKE = "project_id, task_status_id, task_type_id, has_preview"
HERE = "place.project_id = v.project_id AND place.created_at = v.created_at AND place.news_id = v.news_id"
MONTH = "substr({row}.created_at, 1, 7)"
COUNTED = "ON CONFLICT DO UPDATE SET amount = amount + excluded.amount, changes = changes + excluded.changes;"


def enter(which: str) -> str:
    """SQL that adds news to places and groups; `which` is a condition on the view."""
    grouped = (
        f"count(*), sum(v.change) FROM news_feed v JOIN news_group g USING ({ALIKE})"
        f" WHERE {is_new(which)} GROUP BY 1, 2 {COUNTED}"
    )
    return (
        f"{count(which)} INSERT INTO news_author SELECT v.author_id, g.number, {grouped}"
        f" INSERT INTO news_month SELECT g.number, {MONTH.format(row='v')}, {grouped} {place(which)}"
    )


def is_new(which: str) -> str:
    return f"{which} AND NOT EXISTS (SELECT 1 FROM news_place place WHERE {HERE})"


def count(which: str) -> str:
    """SQL that adds news to groups."""
    return (
        f"INSERT INTO news_group ({ALIKE}, amount, changes) SELECT {ALIKE}, count(*), sum(v.change)"
        f" FROM news_feed v WHERE {is_new(which)} GROUP BY {ALIKE} {COUNTED}"
    )


def place(which: str) -> str:
    """SQL that adds news to places."""
    return (
        "INSERT INTO news_place (project_id, created_at, news_id, group_number, change)"
        " SELECT v.project_id, v.created_at, v.news_id, g.number, v.change FROM news_feed v"
        f" JOIN news_group g USING ({ALIKE}) WHERE {is_new(which)} ORDER BY v.project_id, v.created_at, v.news_id;"
    )


def leave(which: str) -> str:
    """SQL that removes news from places and groups."""
    groups = ", ".join(f"g.{name}" for name in ALIKE.split(", "))
    placed = f"FROM news_feed v JOIN news_place place ON {HERE}"
    return (
        f"INSERT INTO news_group ({ALIKE}, amount, changes) SELECT {groups}, -count(*), -sum(place.change)"
        f" {placed} JOIN news_group g ON g.number = place.group_number WHERE {which} GROUP BY g.number {COUNTED}"
        "INSERT INTO news_author SELECT v.author_id, place.group_number, -count(*), -sum(place.change)"
        f" {placed} WHERE {which} GROUP BY 1, 2 {COUNTED}"
        f"INSERT INTO news_month SELECT place.group_number, {MONTH.format(row='place')}, -count(*), -sum(place.change)"
        f" {placed} WHERE {which} GROUP BY 1, 2 {COUNTED}"
        "DELETE FROM news_place WHERE (project_id, created_at, news_id)"
        f" IN (SELECT v.project_id, v.created_at, v.news_id FROM news_feed v WHERE {which});"
    )


def are_there(which: str) -> str:
    return f"EXISTS (SELECT 1 FROM news WHERE {which})"


#: the columns on which places and groups depend
OF_NEWS = ("id", "task_id", "comment_id", "author_id", "created_at", "change", "preview_file_id")
OF_TASK = ("project_id", "task_type_id")
OF_COMMENT = ("task_status_id",)
#: SQL condition: neither `at_once` nor `without` is active; the group that marks it exists only within a transaction
IS_WATCHED = "NOT EXISTS (SELECT 1 FROM news_group WHERE number = 0)"
#: those of tasks and comments are for tools that write without foreign keys, in any order
TRIGGERS = (
    trigger("news_feed_new", "AFTER INSERT ON news", enter("v.news_id = NEW.id"), IS_WATCHED),
    trigger("news_feed_gone", "BEFORE DELETE ON news", leave("v.news_id = OLD.id"), IS_WATCHED),
    trigger(
        "news_feed_leaves",
        f"BEFORE UPDATE OF {', '.join(OF_NEWS)} ON news",
        leave("v.news_id = OLD.id"),
        differ(*OF_NEWS),
    ),
    trigger(
        "news_feed_enters",
        f"AFTER UPDATE OF {', '.join(OF_NEWS)} ON news",
        enter("v.news_id = NEW.id"),
        differ(*OF_NEWS),
    ),
    trigger("news_feed_task_new", "AFTER INSERT ON task", enter("v.task_id = NEW.id"), are_there("task_id = NEW.id")),
    trigger("news_feed_task_gone", "BEFORE DELETE ON task", leave("v.task_id = OLD.id"), are_there("task_id = OLD.id")),
    trigger(
        "news_feed_task_leaves",
        f"BEFORE UPDATE OF {', '.join(OF_TASK)} ON task",
        leave("v.task_id = OLD.id"),
        differ(*OF_TASK),
    ),
    trigger(
        "news_feed_task_enters",
        f"AFTER UPDATE OF {', '.join(OF_TASK)} ON task",
        enter("v.task_id = NEW.id"),
        differ(*OF_TASK),
    ),
    *(
        trigger(f"news_feed_comment_{name}", f"AFTER {event} ON comment", leave(which) + enter(which), condition)
        for name, event, which, condition in (
            ("new", "INSERT", "v.comment_id = NEW.id", are_there("comment_id = NEW.id")),
            ("gone", "DELETE", "v.comment_id = OLD.id", are_there("comment_id = OLD.id")),
            ("changed", f"UPDATE OF {', '.join(OF_COMMENT)}", "v.comment_id = NEW.id", differ(*OF_COMMENT)),
        )
    ),
)


@contextlib.contextmanager
def at_once(db: "Database", ids: list[str]) -> Iterator[None]:
    """Inside, new news are added to the feed together at the end; must be in a transaction."""
    with unwatched(db):
        yield
    change(db, enter, ids)


@contextlib.contextmanager
def without(db: "Database", ids: list[str]) -> Iterator[None]:
    """Inside, news can be deleted, which have left the feed together before; must be in a transaction."""
    change(db, leave, ids)
    with unwatched(db):
        yield


@contextlib.contextmanager
def unwatched(db: "Database") -> Iterator[None]:
    db.execute("INSERT INTO news_group VALUES (0, '', '', '', 2, 0, 0)")
    yield
    db.execute("DELETE FROM news_group WHERE number = 0")


def change(db: "Database", sql: Callable[[str], str], ids: list[str]) -> None:
    """Run what `enter` or `leave` returns for news with these ids."""
    for statement in statements(sql("v.news_id IN (SELECT value FROM json_each(?))")):
        db.execute(statement, [json.dumps(ids)])


def statements(text: str) -> list[str]:
    return [part for part in text.split(";") if part]


#: the counts as they should be, by author, and by month
BY_GROUP = f"SELECT {ALIKE}, count(*) AS amount, sum(change) AS changes FROM news_feed GROUP BY {ALIKE}"
BY_AUTHOR = (
    "SELECT n.author_id, place.group_number, count(*) AS amount, sum(place.change) AS changes"
    " FROM news_place place CROSS JOIN news n ON n.id = place.news_id GROUP BY 1, 2"
)
BY_MONTH = (
    f"SELECT place.group_number, {MONTH.format(row='place')} AS month, count(*) AS amount, sum(place.change) AS changes"
    " FROM news_place place GROUP BY 1, 2"
)
NEWS = Derived(
    "the feed of news",
    prefix="news_",
    follows=frozenset({"news", "task", "comment"}),
    schema=(*TABLES, VIEW),
    # all places are read sooner than all news
    filling=(
        *statements(count("1") + place("1")),
        f"INSERT INTO news_author {BY_AUTHOR}",
        f"INSERT INTO news_month {BY_MONTH}",
    ),
    triggers=TRIGGERS,
    lags="(SELECT total(amount) FROM news_group) <> (SELECT count(*) FROM news)",
    # news without their place, places without news, and groups with wrong counts
    differing=(
        "(SELECT count(*) FROM news_feed v WHERE NOT EXISTS (SELECT 1 FROM news_place place"
        f" JOIN news_group g ON g.number = place.group_number WHERE {HERE} AND place.change = v.change"
        " AND (g.project_id, g.task_status_id, g.task_type_id, g.has_preview)"
        " = (v.project_id, v.task_status_id, v.task_type_id, v.has_preview)))"
        " + abs((SELECT count(*) FROM news_place) - (SELECT count(*) FROM news_feed))"
        f" + {unequal(BY_GROUP, 'news_group', ALIKE, 'amount, changes')}"
        f" + {unequal(BY_AUTHOR, 'news_author', 'author_id, group_number', 'amount, changes')}"
        f" + {unequal(BY_MONTH, 'news_month', 'group_number, month', 'amount, changes')}"
    ),
)
