"""The JSON texts of tasks, which are most of the work of large listings.

The texts of `models/task_texts.py` are kept in two tables, so that a listing reads no more pages than it needs.
Triggers set the texts that a change affects to null. A missing text is made on request; it is stored later, while
nobody writes. A new task only has a row for what lists the tasks of its entity.
"""

from typing import TYPE_CHECKING

from kitsulite.models.task_texts import CUT, LIST, OBJECT, WHOLE
from kitsulite.models.tasks import Task
from kitsulite.store.derived.table import Derived, differ, trigger
from kitsulite.store.quiet import Quiet

if TYPE_CHECKING:
    from kitsulite.store.database import Database

SCHEMA = (
    "CREATE TABLE kept_task (task_id TEXT NOT NULL PRIMARY KEY, whole TEXT, cut INTEGER)",
    "CREATE TABLE kept_nested_task (task_id TEXT NOT NULL PRIMARY KEY, entity_id TEXT, object TEXT, list TEXT)",
    "CREATE INDEX kept_nested_task_entity_id ON kept_nested_task (entity_id)",
    # which tasks lack texts
    "CREATE INDEX kept_nested_task_missing ON kept_nested_task (object) WHERE object IS NULL",
)
TABLES = ("kept_task", "kept_nested_task")
TYPED = "JOIN entity e ON e.id = t.entity_id JOIN entity_type et ON et.id = e.entity_type_id"
OF_TYPE = "entity_id IN (SELECT id FROM entity WHERE entity_type_id = NEW.id)"
#: most tasks per transaction whose texts are made, and most transactions per look
PORTION, PORTIONS = 500, 10
#: number of tasks without texts from which listings are quicker if they use no kept texts
MANY = 500


#: SQL that adds a new task without texts
ADD = "INSERT INTO kept_nested_task (task_id, entity_id) VALUES (NEW.id, NEW.entity_id);"


def remove(task_id: str) -> str:
    """SQL that removes a task."""
    return "".join(f"DELETE FROM {table} WHERE task_id = {task_id};" for table in TABLES)


def forget(which: str) -> str:
    """SQL that clears the texts of tasks."""
    return f"UPDATE kept_task SET whole = NULL, cut = NULL WHERE {which} AND whole IS NOT NULL;{forget_nested(which)}"


def forget_nested(which: str) -> str:
    """SQL that clears those texts of tasks that depend on the type of their entity."""
    return f"UPDATE kept_nested_task SET object = NULL, list = NULL WHERE {which} AND object IS NOT NULL;"


#: a tool may have written metadata that is not JSON, or bytes, which JSON cannot hold
IS_READABLE = (
    "((t.data IS NULL OR json_valid(t.data))"
    f" AND 'blob' NOT IN ({', '.join(f'typeof(t.{column})' for column in Task.columns())}))"
)
#: SQL that selects tasks without texts
MISSING = (
    "SELECT t.id FROM kept_nested_task k INDEXED BY kept_nested_task_missing JOIN task t ON t.id = k.task_id"
    f" {TYPED} WHERE k.object IS NULL AND {IS_READABLE} LIMIT"
)
#: SQL that adds all tasks with their texts in one go: adding texts to existing rows would move most of them
ALL_TEXTS = (
    f"INSERT INTO kept_task SELECT t.id, CASE WHEN {IS_READABLE} THEN {WHOLE} END,"
    f" CASE WHEN {IS_READABLE} THEN {CUT} END FROM task t"
    " ORDER BY t.project_id, t.updated_at",
    f"INSERT INTO kept_nested_task SELECT t.id, t.entity_id, CASE WHEN {IS_READABLE} THEN {OBJECT} END,"
    f" CASE WHEN {IS_READABLE} THEN {LIST} END FROM task t {TYPED.replace('JOIN', 'LEFT JOIN')} ORDER BY t.rowid",
)


def filling(most: int = -1) -> tuple[str, str]:
    """SQL that makes the missing texts of all tasks, or of at most this number."""
    return (
        # each becomes the last of the table: listings, in the order of changes, read page after page
        f"REPLACE INTO kept_task SELECT t.id, {WHOLE}, {CUT} FROM task t WHERE t.id IN ({MISSING} {most})"
        " ORDER BY t.updated_at",
        "UPDATE kept_nested_task SET (object, list) ="
        f" (SELECT {OBJECT}, {LIST} FROM task t {TYPED} WHERE t.id = task_id) WHERE task_id IN ({MISSING} {most})",
    )


def differs(kept: str, text: str) -> str:
    """SQL condition: a kept text differs from what it should be."""
    return f"CASE WHEN {kept} IS NOT NULL THEN {kept} <> {text} END"


TEXTS = Derived(
    "the texts of tasks",
    prefix="kept_",
    follows=frozenset({"task", "task_person_link", "entity", "entity_type"}),
    schema=SCHEMA,
    filling=ALL_TEXTS,
    triggers=(
        # INSERT OR REPLACE deletes the old row without calling a trigger
        trigger("kept_task_new", "AFTER INSERT ON task", remove("NEW.id") + ADD),
        trigger("kept_task_gone", "AFTER DELETE ON task", remove("OLD.id")),
        trigger("kept_task_changed", "AFTER UPDATE ON task", forget("task_id = OLD.id")),
        trigger(
            "kept_task_moved",
            "AFTER UPDATE OF id, entity_id ON task",
            remove("OLD.id") + ADD,
            differ("id", "entity_id"),
        ),
        trigger("kept_link_new", "AFTER INSERT ON task_person_link", forget("task_id = NEW.task_id")),
        trigger("kept_link_gone", "AFTER DELETE ON task_person_link", forget("task_id = OLD.task_id")),
        trigger(
            "kept_link_changed", "AFTER UPDATE ON task_person_link", forget("task_id IN (OLD.task_id, NEW.task_id)")
        ),
        trigger("kept_entity_new", "AFTER INSERT ON entity", forget_nested("entity_id = NEW.id")),
        trigger("kept_entity_changed", "AFTER UPDATE OF entity_type_id ON entity", forget_nested("entity_id = NEW.id")),
        trigger("kept_type_new", "AFTER INSERT ON entity_type", forget_nested(OF_TYPE)),
        trigger("kept_type_changed", "AFTER UPDATE OF name ON entity_type", forget_nested(OF_TYPE)),
    ),
    # any text may be outdated, and checking them costs as much as making them
    lags="EXISTS (SELECT 1 FROM task) OR EXISTS (SELECT 1 FROM kept_task)",
    differing=(
        "(SELECT count(*) FROM task t LEFT JOIN kept_task k ON k.task_id = t.id"
        f" LEFT JOIN kept_nested_task n ON n.task_id = t.id {TYPED.replace('JOIN', 'LEFT JOIN')}"
        " WHERE n.task_id IS NULL OR n.entity_id IS NOT t.entity_id"
        f" OR {differs('k.whole', WHOLE)} OR {differs('k.cut', CUT)}"
        f" OR {differs('n.object', OBJECT)} OR {differs('n.list', LIST)})"
        + "".join(f" + (SELECT count(*) FROM {table} WHERE task_id NOT IN (SELECT id FROM task))" for table in TABLES)
    ),
)


def are_kept(db: "Database") -> bool:
    """Whether listings are quicker with kept texts: not while many are missing, as after an import."""
    missing = "FROM kept_nested_task INDEXED BY kept_nested_task_missing WHERE object IS NULL"
    return db.value(f"SELECT 1 {missing} LIMIT 1 OFFSET ?", [MANY - 1]) is None


class TaskTexts:
    """Makes missing texts while nobody writes."""

    def __init__(self, database: "Database") -> None:
        self.database = database
        self._quiet = Quiet(database)

    def look(self) -> None:
        """Make some of them, if nobody has written since the last look."""
        if not self._quiet.look():
            return
        for _ in range(PORTIONS):
            if not self.database.value(f"{MISSING} 1"):
                break
            with self.database.write():
                for sql in filling(PORTION):
                    self.database.execute(sql)
        # its own writes do not count
        self._quiet.look()
