"""The number of rows per project of some tables: tasks by status, comments by author, previews by file extension.

Rows without a project are counted under an empty id.
"""

import functools
from collections.abc import Iterator
from typing import NamedTuple

from kitsulite.store.derived.table import Derived, counting, differ, trigger, unequal

TABLE = (
    "CREATE TABLE row_count (table_name TEXT, project_id TEXT, kind TEXT, amount INTEGER NOT NULL,"
    " PRIMARY KEY (table_name, project_id, kind)) WITHOUT ROWID"
)


class Counted(NamedTuple):
    """How a table is counted: `column` refers to the `owner` of a row (a task or entity), which has the project.

    Without an owner, `column` is the project itself.
    """

    column: str
    owner: str | None = None
    kind: str | None = None

    def knows(self, columns: set[str | None]) -> bool:
        """Whether the counts can answer a condition about these columns."""
        return columns <= {"project_id", self.kind}

    def kind_of(self, row: str) -> str:
        return f"COALESCE({row}.{self.kind}, '')" if self.kind else "''"

    def project_of(self, row: str) -> str:
        if not self.owner:
            return f"COALESCE({row}.{self.column}, '')"
        return f"COALESCE((SELECT project_id FROM {self.owner} WHERE id = {row}.{self.column}), '')"


COUNTED = {
    "task": Counted("project_id", kind="task_status_id"),
    "comment": Counted("object_id", "task", "person_id"),
    "preview_file": Counted("task_id", "task", "extension"),
    "notification": Counted("task_id", "task"),
    "time_spent": Counted("task_id", "task"),
    "entity_link": Counted("entity_in_id", "entity"),
}


def add(rows: str) -> str:
    """SQL that adds to counts; `rows` is a SELECT."""
    return f"INSERT INTO row_count {rows} ON CONFLICT DO UPDATE SET amount = amount + excluded.amount;"


def count(table: str, row: str, amount: str) -> str:
    """SQL for a trigger that adds a row to the counts, or removes it."""
    counted = COUNTED[table]
    return add(f"SELECT '{table}', {counted.project_of(row)}, {counted.kind_of(row)}, {amount} WHERE 1")


def move(table: str, project: str, sign: str, owner: str) -> str:
    """SQL that adds the rows of an owner to the counts of a project, or removes them."""
    counted = COUNTED[table]
    rows = f"FROM {table} r WHERE r.{counted.column} = {owner} GROUP BY 3"
    return add(f"SELECT '{table}', COALESCE({project}, ''), {counted.kind_of('r')}, {sign}count(*) {rows}")


def of_rows(table: str) -> tuple[str, ...]:
    """The triggers of a counted table."""
    columns = [column for column in (COUNTED[table].column, COUNTED[table].kind) if column]
    return counting(f"row_count_{table}", table, columns, functools.partial(count, table))


def of_owner(owner: str) -> Iterator[str]:
    """The triggers of tasks or entities: their rows may be inserted before them, and deleted after them."""
    owned = [table for table, counted in COUNTED.items() if counted.owner == owner]
    for name, event, row, before, after in (
        ("new", "INSERT", "NEW", "NULL", "NEW.project_id"),
        ("gone", "DELETE", "OLD", "OLD.project_id", "NULL"),
        ("moved", "UPDATE OF project_id", "NEW", "OLD.project_id", "NEW.project_id"),
    ):
        moves = [move(table, before, "-", f"{row}.id") + move(table, after, "", f"{row}.id") for table in owned]
        are_there = [f"EXISTS (SELECT 1 FROM {table} WHERE {COUNTED[table].column} = {row}.id)" for table in owned]
        condition = differ("project_id") if name == "moved" else " OR ".join(are_there)
        yield trigger(f"row_count_of_{owner}_{name}", f"AFTER {event} ON {owner}", "".join(moves), condition)


def now(table: str, counted: Counted) -> str:
    """SQL that selects the counts of a table as they should be."""
    return (
        f"SELECT '{table}' AS table_name, {counted.project_of('r')} AS project_id, {counted.kind_of('r')} AS kind,"
        f" count(*) AS amount FROM {table} r GROUP BY 2, 3"
    )


NOW = " UNION ALL ".join(now(table, counted) for table, counted in COUNTED.items())
COUNTS = Derived(
    "the number of rows",
    prefix="row_count",
    follows=frozenset({*COUNTED, "task", "entity"}),
    schema=(TABLE,),
    filling=(f"INSERT INTO row_count {NOW}",),
    triggers=(*(sql for table in COUNTED for sql in of_rows(table)), *of_owner("task"), *of_owner("entity")),
    lags=f"(SELECT total(amount) FROM row_count) <> {' + '.join(f'(SELECT count(*) FROM {t})' for t in COUNTED)}",
    differing=unequal(NOW, "row_count", "table_name, project_id, kind", "amount"),
)
