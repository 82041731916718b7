"""Exports persons, projects, task types, tasks and time spent as sheets."""

from dataclasses import dataclass

from kitsulite.domain.entities.names import full_name
from kitsulite.domain.people.persons import full_name as name_of_person
from kitsulite.domain.project_status import IS_OPEN, IS_WIDELY_OPEN


@dataclass(frozen=True)
class Sheet:
    """The header of a sheet, and the SQL of its rows."""

    header: tuple[str, ...]
    sql: str


def nulls_last(*columns):
    return " ORDER BY " + ", ".join(f"{column} IS NULL, {column}" for column in columns)


PERSONS = Sheet(
    (
        *("First Name", "Last Name", "Email", "Phone", "Role", "Departments", "Studio", "Country", "Contract Type"),
        *("Position", "Seniority", "Daily Salary", "Active"),
    ),
    "SELECT p.first_name, p.last_name, p.email, p.phone, p.role,"
    " (SELECT group_concat(name) FROM (SELECT d.name FROM department_link l JOIN department d"
    " ON d.id = l.department_id WHERE l.person_id = p.id ORDER BY d.name)),"
    " s.name, p.country, p.contract_type, p.position, p.seniority, p.daily_salary,"
    " CASE WHEN p.active THEN 'yes' ELSE 'no' END"
    " FROM person p LEFT JOIN studio s ON s.id = p.studio_id"
    " WHERE NOT p.is_bot AND NOT p.is_guest AND p.preview_project_id IS NULL"
    " ORDER BY folded(p.first_name), folded(p.last_name), p.rowid",
)
PROJECTS = Sheet(
    ("Name", "Status"),
    "SELECT p.name, s.name FROM project p JOIN project_status s ON s.id = p.project_status_id ORDER BY p.name",
)
TASK_TYPES = Sheet(
    ("Department", "Name"),
    "SELECT d.name, tt.name FROM task_type tt JOIN department d ON d.id = tt.department_id ORDER BY d.name, tt.name",
)
TASKS = Sheet(
    (
        *("Project", "Task Type", "Episode", "Sequence", "Entity Type", "Entity", "Assigner", "Assignees"),
        *("Duration", "Estimation", "Start date", "Due date", "WIP date", "Validation date", "Task Status"),
    ),
    "SELECT p.name, tt.name, grand.name, parent.name, et.name, e.name,"
    f" {name_of_person('g')}, (SELECT group_concat(name, ', ') FROM (SELECT {name_of_person('a')} AS name"
    " FROM task_person_link l JOIN person a ON a.id = l.person_id WHERE l.task_id = t.id ORDER BY l.rowid)),"
    " t.duration, t.estimation, substr(t.start_date, 1, 10), substr(t.due_date, 1, 10),"
    " substr(t.real_start_date, 1, 10), substr(t.end_date, 1, 10), ts.name"
    " FROM task t JOIN project p ON p.id = t.project_id JOIN task_type tt ON tt.id = t.task_type_id"
    " JOIN entity e ON e.id = t.entity_id JOIN entity_type et ON et.id = e.entity_type_id"
    " LEFT JOIN task_status ts ON ts.id = t.task_status_id LEFT JOIN entity parent ON parent.id = e.parent_id"
    " LEFT JOIN entity grand ON grand.id = parent.parent_id LEFT JOIN person g ON g.id = t.assigner_id"
    f" WHERE {IS_OPEN}" + nulls_last("p.name", "tt.name", "t.name", "grand.name", "parent.name", "et.name", "e.name"),
)
TIME_SPENTS = Sheet(
    ("Project", "Person", "Entity Type Name", "Entity", "Task Type", "Date", "Time spent"),
    f"SELECT p.name, {name_of_person('w')}, et.name,"
    f" CASE et.name WHEN 'Shot' THEN {full_name()} ELSE e.name END, tt.name, x.date, x.duration"
    " FROM time_spent x JOIN task t ON t.id = x.task_id JOIN project p ON p.id = t.project_id"
    " JOIN person w ON w.id = x.person_id JOIN task_type tt ON tt.id = t.task_type_id"
    " JOIN entity e ON e.id = t.entity_id JOIN entity_type et ON et.id = e.entity_type_id"
    f" WHERE {IS_WIDELY_OPEN}" + nulls_last("x.date", "w.last_name", "p.name", "et.name", "e.name"),
)


def rows(ctx, sheet):
    """Iterate over the rows of a sheet."""
    yield from ctx.db.execute(sheet.sql)
