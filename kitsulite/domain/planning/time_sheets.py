"""Reading time spents: by task, project or person, and summed per period.

In the statements, `s` is the time spent, `t` its task, or the kept sums of a day or month (`store/derived/time_sums`).
"""

from kitsulite.domain import periods, visibility
from kitsulite.errors import BadParameter
from kitsulite.models.base import json_object, parts, shown
from kitsulite.models.tasks import TimeSpent
from kitsulite.store.conditions import Condition
from kitsulite.store.database import JsonText
from kitsulite.store.derived.task_groups import UNIT
from kitsulite.store.statements import marks

ROW = shown(TimeSpent, "s")
BY_DAY = "s.date, s.created_at, s.rowid"
LATEST = "s.date DESC, s.created_at DESC, s.rowid DESC"
TASKS = "JOIN task t ON t.id = s.task_id"
TASK_TYPES = "JOIN task_type tt ON tt.id = t.task_type_id"
#: a task with its entity, and its minutes in a period
TASK_TOTAL = json_object(
    {
        "task_id": "t.id",
        "task_type_id": "t.task_type_id",
        "project_id": "p.id",
        "project_name": "p.name",
        "entity_name": "e.name",
        "entity_type_name": "et.name",
        "sequence_name": "parent.name",
        "episode_name": "grand.name",
        "duration": "sum(s.duration)",
    }
)
#: name of an id in a request -> condition
FILTERS = {
    "project_id": "t.project_id = ?",
    "department_id": "t.task_type_id IN (SELECT id FROM task_type WHERE department_id = ?)",
    "studio_id": "person_id IN (SELECT id FROM person WHERE studio_id = ?)",
}
#: kind of table -> the unit of the kept sums that it is made of, and SQL of the number of a date in it
UNITS = {
    "year": ("month", "CAST(substr(t.date, 1, 4) AS INTEGER)"),
    "month": ("month", "CAST(substr(t.date, 6, 2) AS INTEGER)"),
    "week": ("day", periods.iso_week("t.date")),
    "day": ("day", "CAST(substr(t.date, 9, 2) AS INTEGER)"),
}
MINUTES = f"sum(t.minutes) / {UNIT}.0"
#: the kept sums of all projects: those of each are in order of their dates
OF_ALL = "t.project_id IN (SELECT id FROM project UNION ALL SELECT '')"


def listing(ctx, where, params, joins="", order=BY_DAY):
    """Time spents as JSON text."""
    return ctx.db.json_list(f"SELECT {ROW} FROM time_spent s {joins} WHERE {where} ORDER BY {order}", params)


# Of tasks and projects


def of_task(ctx, task_id, day=None):
    """The time spents of a task by person, and their total."""
    where, params = ("task_id = ? AND date = ?", [task_id, day]) if day else ("task_id = ?", [task_id])
    rows = ctx.db.all(TimeSpent, where, params, "date, created_at, rowid")
    by_person = {"total": sum(row["duration"] for row in rows)}
    for row in rows:
        by_person.setdefault(row["person_id"], []).append(row)
    return by_person


def of_entity(ctx, entity_id):
    """The time spents of all tasks of an entity as JSON text, latest first; clients see none."""
    if ctx.role == "client":
        return JsonText("[]")
    return listing(ctx, "t.entity_id = ?", [entity_id], TASKS, LATEST)


def of_project(ctx, project_id):
    """The time spents of the tasks of a project that the caller sees, as JSON in bytes."""
    seen = f"t.project_id = ? AND {visibility.sees(ctx, 't.entity_id', 't.project_id')}"
    places = f"SELECT placed.rowid FROM task t CROSS JOIN time_spent placed ON placed.task_id = t.id WHERE {seen}"
    condition = Condition(f"s.rowid IN ({places})", [project_id])
    most = ctx.db.counted("time_spent", Condition("project_id = ?", [project_id]))
    return ctx.db.json_stream(parts(TimeSpent, "s"), "time_spent s", condition, "s.created_at, s.rowid", total=most)


def of_task_type(ctx, project_id, task_type_id, start=None, end=None):
    """The time spents of a task type in a project by person as JSON text, latest first."""
    where, params = "t.project_id = ? AND t.task_type_id = ?", [project_id, task_type_id]
    for day, condition in ((start, " AND s.date >= ?"), (end, " AND s.date <= ?")):
        if day is not None:
            where += condition
            params.append(periods.read_day(day))
    return ctx.db.json_groups(
        f"SELECT s.person_id, {ROW} FROM time_spent s {TASKS} WHERE {where} ORDER BY {LATEST}", params
    )


def by_department(ctx, project_id):
    """Minutes spent on a project: `{department id: {"total", person id: {"total", "YYYY-MM"}}}`."""
    sql = (
        f"SELECT tt.department_id, NULLIF(t.person_id, ''), substr(t.date, 1, 7), {MINUTES} FROM time_sum t"
        f" {TASK_TYPES} WHERE t.project_id = ? AND t.unit = 'month' AND t.minutes > 0 AND tt.department_id IS NOT NULL"
        " GROUP BY tt.department_id, t.person_id, t.date ORDER BY tt.department_id, t.person_id, t.date"
    )
    sums = {}
    for department_id, person_id, month, minutes in ctx.db.execute(sql, [project_id]):
        department = sums.setdefault(department_id, {"total": 0})
        person = department.setdefault(person_id, {"total": 0})
        department["total"] += minutes
        person["total"] += minutes
        person[month] = minutes
    return sums


# Of a person


def in_days(ctx, person_id, start, end):
    """The time spents of a person from one day to another; none if both are missing."""
    days = periods.queried_days(start, end)
    return between(ctx, person_id, days) if days else []


def visible_in_days(ctx, person_id, start, end):
    """The time spents of a person from one day to another that the caller may see, with project and task type."""
    days = periods.queried_days(start, end)
    if not days:
        return []
    condition = visible(ctx, person_id, days)
    row = json_object({**parts(TimeSpent, "s"), "project_id": "t.project_id", "task_type_id": "t.task_type_id"})
    sql = f"SELECT {row} FROM time_spent s LEFT {TASKS} WHERE {condition.sql} ORDER BY {BY_DAY}"
    return ctx.db.json_list(sql, condition.params)


def between(ctx, person_id, days):
    """The time spents of a person in a span of days as JSON text."""
    return listing(ctx, "s.person_id = ? AND s.date BETWEEN ? AND ?", [person_id, *days])


def of_day(ctx, person_id, day):
    """The time spents of a person on a day that the caller may see, as JSON text."""
    condition = visible(ctx, person_id, [day, day])
    return listing(ctx, condition.sql, condition.params, f"LEFT {TASKS}")


def by_task(ctx, person_id, days, project_id=None):
    """The tasks that a person worked on in a span of days and that the caller may see, as JSON text."""
    condition = visible(ctx, person_id, days, project_id)
    sql = (
        f"SELECT {TASK_TOTAL} FROM time_spent s {TASKS} {TASK_TYPES} JOIN project p ON p.id = t.project_id"
        " JOIN entity e ON e.id = t.entity_id JOIN entity_type et ON et.id = e.entity_type_id"
        " LEFT JOIN entity parent ON parent.id = e.parent_id LEFT JOIN entity grand ON grand.id = parent.parent_id"
        f" WHERE {condition.sql} GROUP BY t.id ORDER BY p.name, e.name, t.name, t.id"
    )
    return ctx.db.json_list(sql, condition.params)


def visible(ctx, person_id, days, project_id=None):
    """The condition for a person's time spents in a span of days that the caller may see."""
    condition = Condition("person_id = ?", [person_id])
    narrow(condition, days, project_id=project_id)
    if not ctx.is_admin and ctx.person_id != person_id:
        keep_led(ctx, condition, project_id)
    return condition


def narrow(condition, days, **ids):
    """Narrow a condition to a span of days and to the given ids."""
    if days:
        condition.add("date BETWEEN ? AND ?", days)
    for name, row_id in ids.items():
        if row_id:
            condition.add(FILTERS[name], [TimeSpent.id.sought(row_id)])


def keep_led(ctx, condition, project_id):
    """Limit a condition to what managers and supervisors lead: work in their teams, and in their departments if any."""
    own = ctx.db.column("SELECT project_id FROM project_person_link WHERE person_id = ?", [ctx.person_id])
    ctx.require(not project_id or project_id.lower() in own)
    condition.add(f"t.project_id IN ({marks(own)})", own)
    if ctx.global_role == "supervisor" and ctx.departments:
        of_departments = f"SELECT id FROM task_type WHERE department_id IN ({marks(ctx.departments)})"
        condition.add(f"t.task_type_id IN ({of_departments})", ctx.departments)


# Tables


def table(ctx, unit, days=None, project_id=None, department_id=None, studio_id=None):
    """Minutes per year, month, ISO week or day and person: `{"<number>": {person id: minutes}}`."""
    kept, number = UNITS[unit]
    condition = Condition("t.unit = ? AND t.minutes > 0", [kept])
    narrow(condition, days, project_id=project_id, department_id=department_id, studio_id=studio_id)
    if ctx.global_role in ("manager", "supervisor"):
        require_department(ctx, department_id)
        keep_led(ctx, condition, project_id)
    elif not ctx.is_admin:
        condition.add("t.person_id = ?", [ctx.person_id])
    elif not project_id:
        condition.add(OF_ALL)
    sql = (
        f"SELECT {number} AS number, NULLIF(t.person_id, ''), {MINUTES} FROM time_sum t WHERE {condition.sql}"
        " GROUP BY number, t.person_id ORDER BY number, t.person_id"
    )
    sums = {}
    for number, person_id, minutes in ctx.db.execute(sql, condition.params):
        sums.setdefault(str(number), {})[person_id] = minutes
    return sums


def require_department(ctx, department_id):
    """Refuse a supervisor who asks for a department other than their own."""
    if ctx.global_role == "supervisor" and department_id and department_id.lower() not in ctx.departments:
        raise BadParameter("You may only ask for your own departments.")
