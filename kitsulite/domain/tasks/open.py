"""The tasks of the open projects: filtered, in pages, and counted."""

from kitsulite.domain import access, visibility
from kitsulite.domain.entities import client_view
from kitsulite.domain.tasks.rows import FROM, ROW, as_seen
from kitsulite.errors import BadParameter
from kitsulite.models.base import json_object
from kitsulite.models.fields import is_id
from kitsulite.store.conditions import Condition
from kitsulite.store.database import JsonText
from kitsulite.store.statements import marks

ENTRY = {
    **ROW,
    "type_name": "tt.name",
    "status_name": "ts.name",
    "type_color": "tt.color",
    "status_color": "ts.color",
    "status_short_name": "ts.short_name",
}
ORDER = (
    f"p.name, {ROW['episode_name']} NULLS LAST, parent.name NULLS LAST, et.name, e.name, tt.name, t.created_at, t.rowid"
)
NO_CONCEPT = "COALESCE(tt.for_entity, '') <> 'Concept'"
ASSIGNEES = "SELECT l.task_id FROM task_person_link l JOIN person ON person.id = l.person_id"
UNASSIGNED = "t.id NOT IN (SELECT task_id FROM task_person_link)"
SUMMED = ("amount", "amount_done", "total_duration", "total_estimation")
#: the counts of a page without tasks
NOTHING = '{"total_duration":0,"total_estimation":0,"total":0,"status":[]}'
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


def scope(ctx, project_id=None):
    """The tasks that the caller sees: of one project of theirs, else of all open ones."""
    if project_id:
        ctx = access.require_member(ctx, project_id)
        condition = Condition("t.project_id = ?", [project_id])
    elif ctx.is_admin:
        condition = Condition(f"t.project_id {access.IN_OPEN_PROJECT}")
    else:
        condition = Condition(f"t.project_id {access.IN_RELATED_PROJECT}", [ctx.person_id])
    condition.add(visibility.sees(ctx, "t.entity_id", "t.project_id"))
    return condition


def listing(ctx, page, limit, project_id=None, person_id=None, **filters):
    """A page of tasks with the counts and sums of all that fit: JSON text.

    `person_id`: ids separated by commas, or `unassigned`. Counts are empty if the page is; the
    total leaves out the tasks of earlier pages.
    """
    limit = max(1, limit)
    condition = asked(ctx, project_id, person_id, **filters)
    offset = (page - 1) * limit if page > 0 else 0
    chosen = f"SELECT t.rowid {FROM} WHERE {condition.sql} ORDER BY {ORDER} LIMIT ? OFFSET ?"
    shown = json_object(client_view.tasks(ctx, as_seen(ctx, ENTRY)))
    rows = ctx.db.column(
        f"SELECT {shown} {FROM} WHERE t.rowid IN ({chosen}) ORDER BY {ORDER}",
        [*condition.params, limit, offset],
    )
    stats, total = counts(ctx, condition, offset) if rows else (NOTHING, 0)
    is_more = "true" if page * limit < total else "false"
    return JsonText(
        f'{{"data":[{",".join(rows)}],"stats":{stats},"limit":{limit},"is_more":{is_more},"page":{page or 1}}}'
    )


def asked(ctx, project_id=None, person_id=None, **filters):
    """The condition of the tasks in the scope of the caller that filters ask for; concepts only by their task type."""
    condition = scope(ctx, project_id)
    for name, value in filters.items():
        if value is not None:
            condition.add(FILTERS[name], [value])
    if person_id:
        add_persons(condition, person_id)
    if not filters.get("task_type_id"):
        condition.add(NO_CONCEPT)
    return condition


def counts(ctx, condition, offset):
    """(sums and counts per status of all tasks that fit as JSON, how many fit); its total begins at an offset."""
    grouped = (
        "SELECT t.task_status_id, count(*) AS amount, total(t.duration) AS duration, total(t.estimation) AS estimation"
        f" {FROM} WHERE {condition.sql} GROUP BY t.task_status_id ORDER BY ts.name"
    )
    statuses = "json_group_array(json_object('task_status_id', task_status_id, 'amount', amount))"
    return ctx.db.row(
        "SELECT json_object('total_duration', total(duration), 'total_estimation', total(estimation),"
        f" 'total', sum(amount) - ?, 'status', {statuses}), sum(amount) FROM ({grouped})",
        [offset, *condition.params],
    )


def add_persons(condition, person_id):
    """Keep the tasks of any of these persons, or those without assignees."""
    if person_id == "unassigned":
        condition.add(UNASSIGNED)
        return
    ids = [part.strip() for part in person_id.split(",") if part.strip()]
    if not all(map(is_id, ids)):
        raise BadParameter("Wrong UUID format.")
    mine = f"SELECT task_id FROM task_person_link WHERE person_id IN ({marks(ids)})"
    condition.add(f"t.id IN ({mine})", [i.lower() for i in ids])


def per_project(ctx):
    """Counts and sums of the tasks of each open project, per task type and status."""
    condition = scope(ctx)
    rows = ctx.db.rows(
        "SELECT t.project_id, t.task_type_id, t.task_status_id, count(*) AS amount,"
        " CASE WHEN ts.is_done = 1 THEN count(*) ELSE 0 END AS amount_done,"
        " total(t.duration) AS total_duration, total(t.estimation) AS total_estimation"
        f" {FROM} WHERE {condition.sql} AND {NO_CONCEPT}"
        " GROUP BY t.project_id, t.task_type_id, t.task_status_id ORDER BY p.name, tt.priority, tt.name, ts.name",
        condition.params,
    )
    found = {}
    for row in rows:
        project = found.setdefault(row["project_id"], {**dict.fromkeys(SUMMED, 0), "task_types": []})
        for name in SUMMED:
            project[name] += row[name]
        project["task_types"].append(row)
    return found
