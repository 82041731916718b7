"""The tasks that wait for the caller's feedback: their global role says which."""

from kitsulite.domain import visibility
from kitsulite.domain.access import IN_OPEN_PROJECT, IN_RELATED_PROJECT
from kitsulite.domain.tasks.open import add_persons
from kitsulite.domain.tasks.rows import BY_CREATION, FROM, ROW, work_row
from kitsulite.models.choices import SUPERVISORS
from kitsulite.store.conditions import Condition
from kitsulite.store.database import JsonText
from kitsulite.store.statements import marks

EPISODE, SEQUENCE = f"{ROW['episode_name']} NULLS LAST", "parent.name NULLS LAST"
#: order_by -> SQL
ORDERS = {
    "priority": "t.priority DESC NULLS LAST, t.due_date NULLS LAST",
    "due_date": "t.due_date NULLS LAST",
    "estimation": "t.estimation DESC NULLS LAST",
    "entity_name": f"p.name, tt.name, {EPISODE}, {SEQUENCE}, e.name",
}
BY_PLACE = f"p.name, {EPISODE}, {SEQUENCE}, et.name, e.name, tt.name"
#: filter -> condition with one parameter
FILTERS = {
    "project_id": "t.project_id = ?",
    "task_type_id": "t.task_type_id = ?",
    "task_status_id": "t.task_status_id = ?",
    "episode_id": "? IN (grand.id, parent.id, e.source_id)",
    "due_date_since": "t.due_date >= ?",
    "due_date_until": "t.due_date <= ?",
}
#: name -> SQL of the values that occur in the list
VALUES = {
    "project_ids": "t.project_id",
    "task_type_ids": "t.task_type_id",
    "task_status_ids": "t.task_status_id",
    "episode_ids": f"NULLIF({ROW['episode_id']}, '')",
    "person_ids": "l.person_id",
}


def waiting(ctx):
    """The condition of all tasks that wait for the caller."""
    condition = Condition("ts.is_feedback_request = 1")
    if ctx.is_admin:
        condition.add(f"t.project_id {IN_OPEN_PROJECT}")
    elif ctx.global_role in SUPERVISORS:
        condition.add(f"t.project_id {IN_RELATED_PROJECT}", [ctx.person_id])
        condition.add(visibility.sees(ctx, "t.entity_id", "t.project_id"))
    else:
        condition.add("0")
    if ctx.global_role == "supervisor" and ctx.departments:
        departments = sorted(ctx.departments)
        condition.add(f"tt.department_id IN ({marks(departments)})", departments)
    return condition


def listing(ctx, order_by, page, limit, person_id=None, **filters):
    """The tasks that wait and that filters ask for: all, or a page with counts and sums: JSON text."""
    condition = waiting(ctx)
    for name, value in filters.items():
        if value is not None:
            condition.add(FILTERS[name], [value])
    if person_id:
        add_persons(condition, person_id)
    order = f"{ORDERS.get(order_by, BY_PLACE)}, {BY_CREATION}"
    sql = f"SELECT {work_row(ctx)} {FROM} WHERE {condition.sql} ORDER BY {order}"
    if page is None:
        return ctx.db.json_list(sql, condition.params)
    page, limit = max(1, page), max(1, limit)
    rows = ctx.db.json_list(f"{sql} LIMIT ? OFFSET ?", [*condition.params, limit, (page - 1) * limit])
    sums = "'total', count(*), 'total_duration', total(t.duration), 'total_estimation', total(t.estimation)"
    stats, total = ctx.db.row(f"SELECT json_object({sums}), count(*) {FROM} WHERE {condition.sql}", condition.params)
    is_more = "true" if page * limit < total else "false"
    return JsonText(f'{{"data":{rows},"stats":{stats},"page":{page},"limit":{limit},"is_more":{is_more}}}')


def filter_values(ctx):
    """The ids that occur in the list of all tasks that wait, sorted, by what they are ids of."""
    condition = waiting(ctx)
    assignees = "LEFT JOIN task_person_link l ON l.task_id = t.id"
    rows = ctx.db.execute(
        f"SELECT DISTINCT {', '.join(VALUES.values())} {FROM} {assignees} WHERE {condition.sql}", condition.params
    ).fetchall()
    return {name: sorted({row[place] for row in rows} - {None}) for place, name in enumerate(VALUES)}
