"""The number of tasks per project, status, type and priority, and the sums of their durations and estimations.

Tasks without assignees are also counted separately. Tasks without a project, type, status or entity are in no list of
work and are not counted.
"""

from kitsulite.store.derived.table import Derived, counting, differ, trigger, unequal

#: the status before the type: pages count by project and status
KEY = "project_id, task_status_id, task_type_id, priority"
#: times are summed as whole millionths of a minute: adding and subtracting leaves no rounding errors
UNIT = 1_000_000
#: most minutes that are counted for one task: two thousand years
MOST = 1e9
SUMS = ("amount", "duration", "estimation", "unassigned", "unassigned_duration", "unassigned_estimation")
TABLE = (
    "CREATE TABLE task_group (project_id TEXT, task_status_id TEXT, task_type_id TEXT, priority INTEGER,"
    f" {', '.join(f'{name} INTEGER NOT NULL' for name in SUMS)}, PRIMARY KEY ({KEY})) WITHOUT ROWID"
)
#: the groups of the tasks without assignees
VIEW = (
    f"CREATE VIEW task_group_unassigned AS SELECT {KEY}, unassigned AS amount, unassigned_duration AS duration,"
    " unassigned_estimation AS estimation FROM task_group"
)
NEEDED = ("project_id", "task_type_id", "task_status_id", "entity_id")
COUNTED = ("id", *NEEDED, "priority", "duration", "estimation")
#: FROM clause in a trigger: the task of a link, if it has no other assignee
ALONE = (
    "FROM task t WHERE t.id = {link}.task_id AND NOT EXISTS"
    " (SELECT 1 FROM task_person_link l WHERE l.task_id = t.id AND l.person_id <> {link}.person_id) AND"
)


def units(minutes: str) -> str:
    return f"CAST(round(max(min(COALESCE({minutes}, 0), {MOST}), -{MOST}) * {UNIT}) AS INTEGER)"


def key(row: str) -> str:
    """SQL of the values of KEY of a task; no priority counts as an empty text."""
    return f"{row}.project_id, {row}.task_status_id, {row}.task_type_id, COALESCE({row}.priority, '') AS priority"


def is_whole(row: str) -> str:
    return " AND ".join(f"{row}.{column} IS NOT NULL" for column in NEEDED)


def is_unassigned(row: str) -> str:
    return f"(NOT EXISTS (SELECT 1 FROM task_person_link l WHERE l.task_id = {row}.id))"


def sums(row: str, times: str, unassigned: str) -> list[str]:
    """SQL of the values to add for a task: `times` for all tasks, `unassigned` times for those without assignees."""
    one = ("1", units(f"{row}.duration"), units(f"{row}.estimation"))
    return [f"{number} * {value}" for number in (times, unassigned) for value in one]


def add(row: str, added: list[str], source: str = "WHERE") -> str:
    """SQL for a trigger that adds a task to its group."""
    changes = ", ".join(f"{name} = {name} + excluded.{name}" for name in SUMS)
    return (
        f"INSERT INTO task_group SELECT {', '.join([key(row), *added])} {source} {is_whole(row)}"
        f" ON CONFLICT DO UPDATE SET {changes};"
    )


def count(row: str, times: str) -> str:
    """SQL for a trigger that adds a task to the counts; `times` is -1 to remove it."""
    return add(row, sums(row, times, f"{times} * {is_unassigned(row)}"))


def unassign(link: str, times: str = "1") -> str:
    """SQL for a trigger that counts the task of a removed link as unassigned; `times` is -1 for a new link."""
    return add("t", sums("t", "0", times), ALONE.format(link=link))


#: the groups as they should be
NOW_SUMS = [f"sum({part}) AS {name}" for name, part in zip(SUMS, sums("t", "1", is_unassigned("t")), strict=True)]
NOW = f"SELECT {key('t')}, {', '.join(NOW_SUMS)} FROM task t WHERE {is_whole('t')} GROUP BY 1, 2, 3, 4"
GROUPS = Derived(
    "the number of tasks",
    prefix="task_group",
    follows=frozenset({"task", "task_person_link"}),
    schema=(TABLE, VIEW),
    filling=(f"INSERT INTO task_group {NOW}",),
    triggers=(
        *counting("task_group", "task", COUNTED, count),
        trigger("task_group_link_new", "AFTER INSERT ON task_person_link", unassign("NEW", "-1")),
        trigger("task_group_link_gone", "AFTER DELETE ON task_person_link", unassign("OLD")),
        trigger(
            "task_group_link_moved",
            "AFTER UPDATE OF task_id ON task_person_link",
            unassign("OLD") + unassign("NEW", "-1"),
            differ("task_id"),
        ),
    ),
    lags=f"(SELECT total(amount) FROM task_group) <> (SELECT count(*) FROM task t WHERE {is_whole('t')})",
    differing=unequal(NOW, "task_group", KEY, ", ".join(SUMS)),
)
