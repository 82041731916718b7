"""The number of tasks per project, type and status, and the sums of their durations and estimations.

Tasks without one of these, or without an entity, are in no list of work and are not counted.
"""

from kitsulite.store.derived.table import Derived, differ, trigger

KEY = "project_id, task_type_id, task_status_id"
#: times are summed as whole millionths of a minute: adding and subtracting leaves no rounding errors
UNIT = 1_000_000
#: most minutes that are counted for one task: two thousand years
MOST = 1e9
TABLE = (
    "CREATE TABLE task_group (project_id TEXT, task_type_id TEXT, task_status_id TEXT, amount INTEGER NOT NULL,"
    f" duration INTEGER NOT NULL, estimation INTEGER NOT NULL, PRIMARY KEY ({KEY})) WITHOUT ROWID"
)
NEEDED = ("project_id", "task_type_id", "task_status_id", "entity_id")
COUNTED = (*NEEDED, "duration", "estimation")


def units(minutes: str) -> str:
    return f"CAST(round(max(min(COALESCE({minutes}, 0), {MOST}), -{MOST}) * {UNIT}) AS INTEGER)"


def is_whole(row: str) -> str:
    return " AND ".join(f"{row}.{column} IS NOT NULL" for column in NEEDED)


def count(row: str, sign: str = "") -> str:
    """SQL for a trigger that adds a task to the counts, or removes it if the sign is a minus."""
    key = ", ".join(f"{row}.{column}" for column in KEY.split(", "))
    sums = ", ".join(f"{sign}{sum}" for sum in ("1", units(f"{row}.duration"), units(f"{row}.estimation")))
    return (
        f"INSERT INTO task_group SELECT {key}, {sums} WHERE {is_whole(row)} ON CONFLICT DO UPDATE SET"
        " amount = amount + excluded.amount, duration = duration + excluded.duration,"
        " estimation = estimation + excluded.estimation;"
    )


#: the groups as they should be
NOW = (
    f"SELECT {KEY}, count(*) AS amount, sum({units('t.duration')}) AS duration,"
    f" sum({units('t.estimation')}) AS estimation FROM task t WHERE {is_whole('t')} GROUP BY {KEY}"
)
GROUPS = Derived(
    "the number of tasks",
    prefix="task_group",
    follows=frozenset({"task"}),
    schema=(TABLE,),
    filling=(f"INSERT INTO task_group {NOW}",),
    triggers=(
        trigger("task_group_new", "AFTER INSERT ON task", count("NEW")),
        trigger("task_group_gone", "AFTER DELETE ON task", count("OLD", "-")),
        trigger(
            "task_group_changed",
            f"AFTER UPDATE OF {', '.join(COUNTED)} ON task",
            count("OLD", "-") + count("NEW"),
            differ(*COUNTED),
        ),
    ),
    lags=f"(SELECT total(amount) FROM task_group) <> (SELECT count(*) FROM task t WHERE {is_whole('t')})",
    differing=(
        f"(SELECT count(*) FROM (SELECT * FROM ({NOW}) EXCEPT SELECT * FROM task_group))"
        f" + (SELECT count(*) FROM task_group WHERE amount AND ({KEY}) NOT IN (SELECT {KEY} FROM ({NOW})))"
    ),
)
