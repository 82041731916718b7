"""The tasks in open projects: filtered, in pages, and counted."""

import collections

from kitsulite.domain import access, visibility
from kitsulite.domain.entities import client_view
from kitsulite.domain.tasks import open_pages
from kitsulite.domain.tasks.rows import ROW, as_seen
from kitsulite.errors import BadParameter
from kitsulite.models.base import json_object
from kitsulite.models.fields import is_id
from kitsulite.store.conditions import Condition
from kitsulite.store.derived.task_groups import UNIT
from kitsulite.store.statements import marks

ENTRY = {
    **ROW,
    "type_name": "tt.name",
    "status_name": "ts.name",
    "type_color": "tt.color",
    "status_color": "ts.color",
    "status_short_name": "ts.short_name",
}
#: condition on a task: it is shown by default
NO_CONCEPT = "t.task_type_id IN (SELECT id FROM task_type WHERE COALESCE(for_entity, '') <> 'Concept')"
GROUPED = ("project_id", "task_type_id", "task_status_id")
#: columns for whose values counts are kept
COUNTED = {*GROUPED, "priority"}
#: columns by which tasks are counted for pages
OF_PAGES = ("project_id", "task_status_id")
ASSIGNEES = "SELECT l.task_id FROM task_person_link l JOIN person ON person.id = l.person_id"
UNASSIGNED = "NOT EXISTS (SELECT 1 FROM task_person_link l WHERE l.task_id = t.id)"
#: columns of filters that no index has
UNINDEXED = {"priority", "start_date", "due_date"}
SUMMED = ("amount", "amount_done", "total_duration", "total_estimation")
#: the counts of a page without tasks
NOTHING = {"total_duration": 0, "total_estimation": 0, "total": 0, "status": []}
#: filter -> condition with one parameter
FILTERS = {
    "task_type_id": "t.task_type_id = ?",
    "task_status_id": "t.task_status_id = ?",
    "studio_id": f"t.id IN ({ASSIGNEES} WHERE person.studio_id = ?)",
    "department_id": (
        f"t.id IN ({ASSIGNEES} JOIN department_link d ON d.person_id = person.id WHERE d.department_id = ?)"
    ),
    "start_date": "t.start_date >= ?",
    "due_date": "t.due_date <= ?",
    "priority": "t.priority = ?",
}
#: filters by columns that clients see too
OF_PLACE = ("task_type_id", "task_status_id")


def scope(ctx, project_id=None):
    """The condition for tasks that the caller sees: in one of their projects, or in all their open ones."""
    if project_id:
        ctx = access.require_member(ctx, project_id)
        condition = Condition("t.project_id = ?", [project_id], about="project_id")
    elif ctx.is_admin:
        condition = Condition(f"t.project_id {access.IN_OPEN_PROJECT}", about="project_id")
    else:
        condition = Condition(f"t.project_id {access.IN_RELATED_PROJECT}", [ctx.person_id], about="project_id")
    condition.add(visibility.sees(ctx, "t.entity_id", "t.project_id"))
    return condition


def listing(ctx, page, limit, project_id=None, person_id=None, **filters):
    """A page of tasks with the counts and sums of all pages, as JSON in bytes.

    `person_id`: ids separated by commas, or `unassigned`. Counts are empty if the page is; the total leaves out the
    tasks of earlier pages.
    """
    limit = max(1, limit)
    condition = requested(ctx, project_id, person_id, **filters)
    offset = (page - 1) * limit if page > 0 else 0
    groups = grouped(ctx, condition, OF_PAGES)
    total = sum(group["amount"] for group in groups)
    rowids = open_pages.rowids(ctx, condition, groups, limit, offset) if offset < total else []
    stats = counts(ctx, groups, total - offset) if rowids else NOTHING
    is_more = bool(rowids) and page * limit < total
    more = {"stats": stats, "limit": limit, "is_more": is_more, "page": page or 1}
    return open_pages.page(ctx, json_object(client_view.tasks(ctx, as_seen(ctx, ENTRY))), rowids, more)


def requested(ctx, project_id=None, person_id=None, **filters):
    """The condition for filtered tasks in the scope of the caller; tasks of concepts only if their type is given."""
    condition = Condition()
    # before the scope: SQLite tests in this order, and each leaves fewer tasks over
    for name, value in filters.items():
        if value is not None:
            condition.add(FILTERS[name], [value], about=name)
    condition.parts += scope(ctx, project_id).parts
    if person_id:
        add_persons(condition, person_id)
    if person_id or any(value is not None for name, value in filters.items() if name not in OF_PLACE):
        condition.add(visibility.no_client(ctx, "t.project_id"), about="project_id")
    if not filters.get("task_type_id"):
        condition.add(NO_CONCEPT, about="task_type_id")
    return condition


def grouped(ctx, condition, names=GROUPED):
    """Counts and sums of the tasks that meet a condition, per project, task type and status, or some of these."""
    amount, unit, source, params = counted(ctx, condition)
    times = client_view.tasks(ctx, {name: f"t.{name}" for name in ("duration", "estimation")})
    sums = ", ".join(f"total({column}) / {unit}" for column in times.values())
    group = ", ".join(f"t.{name}" for name in names)
    rows = ctx.db.unchanged(f"SELECT {group}, {amount}, 0, {sums} FROM {source} GROUP BY {group}", params)
    return [dict(zip(names + SUMMED, row, strict=True)) for row in rows]


def counted(ctx, condition):
    """Where to count the tasks that meet a condition: SQL of the number, unit of times, source, and its parameters.

    Kept counts are enough if the condition is only about what they are grouped by, or about missing assignees.
    """
    if not condition.columns <= COUNTED | {"assignees"}:
        source = f"{read_from(ctx, condition)} WHERE {condition.sql} AND {open_pages.IS_WHOLE}"
        return "count(*)", "1", source, condition.params
    groups = "task_group_unassigned" if "assignees" in condition.columns else "task_group"
    condition = condition.about(COUNTED)
    return "sum(t.amount)", f"{UNIT}.0", f"{groups} t WHERE t.amount > 0 AND {condition.sql}", condition.params


def read_from(ctx, condition):
    """The table of tasks in a FROM clause, without indexes if a condition makes SQLite look at most of the tasks.

    An index would lead through them in another order than they are stored in, each to another page of the file.
    """
    if not condition.columns <= {*GROUPED} | UNINDEXED:
        return "task t"
    groups = condition.about(GROUPED)
    [(amount,)] = ctx.db.unchanged(f"SELECT total(t.amount) FROM task_group t WHERE {groups.sql}", groups.params)
    is_most = 2 * amount > (ctx.db.value("SELECT max(rowid) FROM task") or 0)
    return "task t NOT INDEXED" if is_most else "task t"


def counts(ctx, groups, total):
    """Sums, and the number of tasks per status; statuses are sorted by name."""
    amounts = collections.Counter()
    for group in groups:
        amounts[group["task_status_id"]] += group["amount"]
    statuses = ctx.db.column("SELECT id FROM task_status ORDER BY name, rowid")
    sums = {name: sum(group[name] for group in groups) for name in ("total_duration", "total_estimation")}
    per_status = [{"task_status_id": status, "amount": amounts[status]} for status in statuses if amounts[status]]
    return {**sums, "total": total, "status": per_status}


def add_persons(condition, person_id):
    """Add the condition that tasks are assigned to any of these persons, or to nobody."""
    if person_id == "unassigned":
        condition.add(UNASSIGNED, about="assignees")
        return
    ids = [part.strip() for part in person_id.split(",") if part.strip()]
    if not all(map(is_id, ids)):
        raise BadParameter("Wrong UUID format.")
    assigned = f"SELECT task_id FROM task_person_link WHERE person_id IN ({marks(ids)})"
    condition.add(f"t.id IN ({assigned})", [i.lower() for i in ids])


def per_project(ctx):
    """Counts and sums of the tasks in each open project, per task type and status."""
    condition = scope(ctx)
    condition.add(NO_CONCEPT, about="task_type_id")
    done = set(ctx.db.column("SELECT id FROM task_status WHERE is_done = 1"))
    positions = {
        row_id: position
        for table, order in (("project", "name"), ("task_type", "priority, name"), ("task_status", "name"))
        for position, row_id in enumerate(ctx.db.column(f"SELECT id FROM {table} ORDER BY {order}, id"))
    }
    projects = {}
    for row in sorted(grouped(ctx, condition), key=lambda row: [positions[row[name]] for name in GROUPED]):
        row["amount_done"] = row["amount"] if row["task_status_id"] in done else 0
        project = projects.setdefault(row["project_id"], {**dict.fromkeys(SUMMED, 0), "task_types": []})
        for name in SUMMED:
            project[name] += row[name]
        project["task_types"].append(row)
    return projects
