"""The minutes that persons spent on each project and task type, by day and by month.

Time on tasks without a type is in no table of times and is not summed. A missing project or person is an empty id.
"""

from collections.abc import Iterator

from kitsulite.store.derived.table import Derived, counting, unequal
from kitsulite.store.derived.task_groups import units

KEY = "project_id, unit, date, person_id, task_type_id"
SCHEMA = (
    "CREATE TABLE time_sum (project_id TEXT, unit TEXT, date TEXT, person_id TEXT, task_type_id TEXT,"
    f" minutes INTEGER NOT NULL, PRIMARY KEY ({KEY})) WITHOUT ROWID",
    "CREATE INDEX time_sum_person_id ON time_sum (person_id, unit, date)",
)
#: unit -> SQL of the first day of the one in which a `{row}` of time was spent
UNITS = {"day": "{row}.date", "month": "substr({row}.date, 1, 7) || '-01'"}
OF_TIME = ("duration", "date", "task_id", "person_id")
OF_TASK = ("id", "project_id", "task_type_id")


def parts(source: str, spent: str = "s", task: str = "t", times: str = "1") -> Iterator[str]:
    """SQL that selects what time spents add to the sums of each unit; `source`: from where, and their condition."""
    for unit, date in UNITS.items():
        yield (
            f"SELECT COALESCE({task}.project_id, '') AS project_id, '{unit}' AS unit, {date.format(row=spent)} AS date,"
            f" COALESCE({spent}.person_id, '') AS person_id, {task}.task_type_id,"
            f" {times} * {units(f'{spent}.duration')} AS minutes {source} AND {task}.task_type_id IS NOT NULL"
        )


def add(selected: Iterator[str]) -> str:
    conflict = "ON CONFLICT DO UPDATE SET minutes = minutes + excluded.minutes;"
    return "".join(f"INSERT INTO time_sum {part} {conflict}" for part in selected)


def count(row: str, times: str) -> str:
    """SQL for a trigger that adds a time spent to the sums; `times` is -1 to remove it."""
    return add(parts(f"FROM task t WHERE t.id = {row}.task_id", spent=row, times=times))


def count_of(row: str, times: str) -> str:
    """The same for the time spents of a task, which tools may insert before it, and delete after it."""
    return add(parts(f"FROM time_spent s WHERE s.task_id = {row}.id", task=row, times=times))


#: the sums as they should be
ALL = " UNION ALL ".join(parts("FROM time_spent s JOIN task t ON t.id = s.task_id WHERE 1"))
NOW = f"SELECT {KEY}, sum(minutes) AS minutes FROM ({ALL}) GROUP BY {KEY}"
TIMES = Derived(
    "the sums of time spents",
    prefix="time_sum",
    follows=frozenset({"time_spent", "task"}),
    schema=SCHEMA,
    filling=(f"INSERT INTO time_sum {NOW}",),
    triggers=(
        *counting("time_sum", "time_spent", OF_TIME, count),
        *counting("time_sum_task", "task", OF_TASK, count_of),
    ),
    lags=f"(SELECT total(minutes) FROM time_sum) <> (SELECT total(minutes) FROM ({ALL}))",
    differing=unequal(NOW, "time_sum", KEY, "minutes"),
)
