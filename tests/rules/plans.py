"""How SQLite would run a statement in a large studio: the tables that it would read or sort as a whole."""

import collections
import functools
import re
import sqlite3
from types import SimpleNamespace

from kitsulite.models import TABLES
from kitsulite.store import derived, migrations, search
from kitsulite.store.statements import folded

#: tables that grow with the work of a studio -> their number of rows in a large one
GROWING = {
    **{"api_event": 1_000_000, "news": 1_000_000, "news_place": 1_000_000, "comment": 440_000, "notification": 200_000},
    **{"task": 125_000, "task_person_link": 130_000, "time_spent": 115_000, "preview_file": 70_000},
    **{"kept_task": 125_000, "kept_nested_task": 125_000, "time_sum": 120_000},
    **{"entity_link": 78_000, "entity": 20_000, "subscription": 20_000, "comment_preview_link": 50_000},
    **{"comment_mentions": 20_000, "comment_acknoledgments": 20_000, "attachment_file": 20_000},
    **{"working_file": 50_000, "output_file": 50_000, "login_log": 20_000, "playlist": 5_000},
}
#: derived tables with indexes
DERIVED = ("news_place", "news_group", "kept_task", "kept_nested_task", "time_sum")
#: column -> its number of distinct values, ten for all others
VALUES = {
    **{"project_id": 50, "person_id": 200, "author_id": 200, "user_id": 200, "person": 200, "assigner_id": 200},
    **{"task_id": 100_000, "entity_id": 15_000, "comment_id": 400_000, "object_id": 100_000, "comment": 400_000},
    **{"entity_in_id": 15_000, "entity_out_id": 3_000, "parent_id": 500, "preview_file_id": 40_000, "name": 5_000},
    **{"preview_file": 50_000, "news_id": 1_000_000, "source_file_id": 20_000, "asset_instance_id": 1_000},
    **{"shotgun_id": 100_000, "chat_message_id": 5_000, "temporal_entity_id": 15_000},
    **{"date": 500, "file_size": 40_000},
}
ID = re.compile(r"'[0-9a-f]{8}-[0-9a-f-]{27}'")
VALUES_OF_LIST = re.compile(r"\?(?:, \?)+")
NAMED = re.compile(r":[a-z_]+\b")
LAST = re.compile(r'\(SELECT max\(rowid\) FROM "?\w+"?\)')
#: a condition that no row meets
NOTHING = re.compile(r" AND (?:\(0\)|0(?=\)| ORDER |$))|(?<!NOT) IN \(\)")
#: beginnings of statements whose rows are answered
ANSWERED = (
    *("SELECT json_object(", "SELECT CAST(json_object(", "SELECT CAST(group_concat(json_object("),
    "SELECT CAST(group_concat(COALESCE(",
)
PLANNED = ("SELECT", "WITH", "UPDATE", "DELETE", "INSERT")
INDEX = re.compile(r"USING (?:COVERING )?INDEX (\w+) \((.*)\)")
LIMIT = re.compile(r"\bLIMIT (?!-1)")
SORT = "USE TEMP B-TREE FOR ORDER BY"


@functools.cache
def studio():
    """A database with the empty tables of a studio, and the statistics of a large one."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.create_function("folded", 1, folded, deterministic=True)
    for sql, params in migrations.statements():
        connection.execute(sql, params)
    database = SimpleNamespace(execute_sql=connection.execute, connection=lambda: connection)
    search.create(database)
    for part in derived.ALL:
        part.create(database)
    connection.execute("ANALYZE")
    for table, index, columns in indexes(connection):
        rows = GROWING.get(table)
        if rows:
            shares = [rows]
            for column in columns:
                shares.append(max(1, shares[-1] // (VALUES.get(column) or (rows if is_unique(column) else 10))))
            stat = " ".join(map(str, shares))
            connection.execute("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", [table, index, stat])
    connection.execute("ANALYZE sqlite_schema")
    return connection


def is_unique(column):
    return column in ("id", "created_at", "updated_at")


def indexes(connection):
    """(table, index, its columns) of all indexes."""
    for table in [*TABLES, *DERIVED]:
        for _, index, *_ in connection.execute(f'PRAGMA index_list("{table}")').fetchall():
            columns = [row[2] for row in connection.execute(f'PRAGMA index_info("{index}")').fetchall()]
            yield table, index, columns


@functools.cache
def unique_prefixes():
    """index -> (table, how many of its columns together name one row, or None)."""
    connection, found = studio(), {}
    for table in [*TABLES, *DERIVED]:
        for _, index, is_unique, *_ in connection.execute(f'PRAGMA index_list("{table}")').fetchall():
            columns = len(connection.execute(f'PRAGMA index_info("{index}")').fetchall())
            found[index] = (table, columns if is_unique else None)
    return found


def normal(sql):
    """A statement without its literal ids, the length of its lists, and the numbers of last rows."""
    return LAST.sub("(1)", VALUES_OF_LIST.sub("?", ID.sub("''", sql)))


@functools.cache
def findings(sql):
    """(what, table) of what a statement does in full.

    What is `scan` for reading, `list` for reading what is also answered, `sort` for sorting more than is kept.
    A condition that nothing meets ends a statement before it reads.
    """
    if not sql.lstrip().upper().startswith(PLANNED) or " VALUES (" in sql or NOTHING.search(sql):
        return set()
    try:
        plan = explain(f"EXPLAIN QUERY PLAN {sql}")
        if not any("SCAN " in step or step == SORT for *_, step in plan):
            return set()
        code = explain(f"EXPLAIN {sql}")
    except sqlite3.Error:
        # about tables of other files, or of an older schema
        return set()
    # rows without a page are asked for as they are
    scan = "list" if sql.startswith(ANSWERED) and not LIMIT.search(sql) else "scan"
    return {(scan, table) for table in scanned(code, plan, sql)} | {("sort", table) for table in cut(plan, sql)}


def explain(sql):
    """The query plan of a statement, with any values."""
    named = collections.defaultdict(lambda: None)
    return studio().execute(sql, named if NAMED.search(sql) else [None] * sql.count("?")).fetchall()


@functools.cache
def pages():
    """The page where each table and index begins -> the name of the table; but indexes of few rows."""
    all_rows = "SELECT rootpage, tbl_name FROM sqlite_schema WHERE rootpage AND COALESCE(sql, '') NOT LIKE '% WHERE %'"
    return dict(studio().execute(all_rows).fetchall())


def scanned(code, plan, sql):
    """The growing tables that a program walks through from one end, unless it stops after as many as are asked for."""
    opened, begun, stepped, part = {}, set(), set(), 0
    for _, operation, p1, p2, p3, *_ in code:
        # the programs of triggers follow, and number their cursors anew
        part += operation == "Init"
        if operation in ("OpenRead", "OpenWrite") and p3 == 0:
            opened[part, p1] = pages().get(p2)
        elif operation in ("Rewind", "Last"):
            begun.add((part, p1))
        elif operation in ("Next", "Prev"):
            stepped.add((part, p1))
    found = {opened[cursor] for cursor in begun & stepped if opened.get(cursor) in GROWING}
    return set() if ends_with_the_page(plan, sql) else found


def ends_with_the_page(plan, sql):
    """Whether what is walked through is walked in the order that is asked for, up to a LIMIT."""
    gathered = {parent for _, parent, _, detail in plan if detail in (SORT, "USE TEMP B-TREE FOR GROUP BY")}
    inner = {step.split()[1] for *_, step in plan if step.startswith(("CO-ROUTINE ", "MATERIALIZE "))}
    scans = [(parent, step) for _, parent, _, step in plan if step.startswith("SCAN ") and "VIRTUAL" not in step]
    walks = [parent for parent, step in scans if step.split()[1] not in inner]
    return all(parent not in gathered and limits(sql)[parent != 0] for parent in walks)


def limits(sql):
    """Whether the outer statement, and whether one inside of it, has a limit."""
    outer, inner = sql.rpartition(")")[2], sql.rpartition(")")[0]
    return bool(LIMIT.search(outer)), bool(LIMIT.search(inner))


def cut(plan, sql):
    """The growing tables of whose rows more are sorted than a LIMIT keeps."""
    for _, parent, _, detail in plan:
        if detail == SORT and limits(sql)[parent != 0]:
            for _, beside, _, step in plan:
                match = INDEX.search(step)
                if beside == parent and match:
                    table, unique = unique_prefixes().get(match[1], (None, None))
                    if table in GROWING and match[2].count("=?") != unique:
                        yield table
