"""The tasks that wait for the caller's feedback, depending on their global role."""

from kitsulite.domain import visibility
from kitsulite.domain.access import IN_OPEN_PROJECT, IN_RELATED_PROJECT
from kitsulite.domain.tasks import open_pages
from kitsulite.domain.tasks.open_tasks import GROUPED, OF_PAGES, add_persons, grouped
from kitsulite.domain.tasks.rows import BY_CREATION, FROM, ROW, work_row
from kitsulite.models.choices import SUPERVISORS
from kitsulite.store.conditions import Condition, quoted
from kitsulite.store.derived.entity_places import NO_NAME
from kitsulite.store.statements import marks

ASKING = "SELECT id FROM task_status WHERE is_feedback_request = 1"
#: condition with one parameter: a task is in a project; the index of its tasks by status begins with their types
OF_PROJECT = "t.project_id = ? AND t.task_type_id IN (SELECT id FROM task_type)"
#: order_by -> SQL
ORDERS = {
    "priority": "t.priority DESC NULLS LAST, t.due_date NULLS LAST",
    "due_date": "t.due_date NULLS LAST",
    "estimation": "t.estimation DESC NULLS LAST",
    "entity_name": "p.name, tt.name, place.episode_name, place.sequence_name, place.entity_name",
}
#: condition with one parameter: an entity id is in an episode, or has it as its source
IN_EPISODE = (
    "IN (SELECT e.id FROM (SELECT ? AS id) episode JOIN entity e ON e.source_id = episode.id"
    " OR e.parent_id = episode.id OR e.parent_id IN (SELECT id FROM entity WHERE parent_id = episode.id))"
)
#: filter -> condition with one parameter
FILTERS = {
    "project_id": OF_PROJECT,
    "task_type_id": "t.task_type_id = ?",
    "task_status_id": "t.task_status_id = ?",
    "episode_id": f"t.entity_id {IN_EPISODE}",
    "due_date_since": "t.due_date >= ?",
    "due_date_until": "t.due_date <= ?",
}
#: name -> SQL of further ids in the list: of the entities and persons with a waiting task
VALUES = {
    "episode_ids": (
        # their places lead to the entities in episodes, which many projects do not have
        f"SELECT DISTINCT {ROW['episode_id']} AS episode_id FROM project p CROSS JOIN entity_place place"
        f" ON place.project_id = p.id AND place.episode_name < {NO_NAME} CROSS JOIN entity e ON e.id = place.entity_id"
        " JOIN entity_type et ON et.id = e.entity_type_id"
        " LEFT JOIN entity parent ON parent.id = e.parent_id LEFT JOIN entity grand ON grand.id = parent.parent_id"
        " WHERE episode_id <> '' AND EXISTS (SELECT 1 FROM task t WHERE t.entity_id = e.id AND {waits})"
    ),
    "person_ids": (
        "SELECT person.id FROM person WHERE EXISTS"
        " (SELECT 1 FROM task_person_link l CROSS JOIN task t ON t.id = l.task_id"
        " WHERE l.person_id = person.id AND {waits})"
    ),
}


def waiting(ctx):
    """The condition for all tasks that wait for the caller."""
    condition = Condition()
    # the ids themselves: of a list that it does not know, SQLite expects so many that it would read all tasks
    few = ", ".join(map(quoted, ctx.db.remembered(ASKING, lambda: ctx.db.column(ASKING), of_setup=True)))
    condition.add(f"t.task_status_id IN ({ASKING})", walked=f"t.task_status_id IN ({few})", about="task_status_id")
    if ctx.is_admin:
        add_projects(condition, IN_OPEN_PROJECT)
    elif ctx.global_role in SUPERVISORS:
        add_projects(condition, IN_RELATED_PROJECT, [ctx.person_id])
        condition.add(visibility.sees(ctx, "t.entity_id", "t.project_id"))
        condition.add(visibility.no_client(ctx, "t.project_id"), about="project_id")
    else:
        condition.add("0")
    if ctx.global_role == "supervisor" and ctx.departments:
        departments = sorted(ctx.departments)
        types = f"SELECT id FROM task_type WHERE department_id IN ({marks(departments)})"
        condition.add(f"t.task_type_id IN ({types})", departments, about="task_type_id")
    return condition


def add_projects(condition, which, params=()):
    """Add a condition on the project; in its `walked` form, tasks are found by status, as few of a project wait."""
    condition.add(f"t.project_id {which}", params, walked=f"+t.project_id {which}", about="project_id")


def listing(ctx, order_by, page, limit, person_id=None, **filters):
    """The waiting tasks that match filters: all, or a page with counts and sums, as JSON."""
    condition = waiting(ctx)
    for name, value in filters.items():
        if value is not None:
            condition.add(FILTERS[name], [value], about=name)
    if person_id:
        add_persons(condition, person_id)
    order = f"{ORDERS[order_by]}, {BY_CREATION}" if order_by in ORDERS else open_pages.ORDER
    if page is None:
        sql = f"SELECT {work_row(ctx)} {FROM} {open_pages.PLACE} WHERE {condition.walked.sql} ORDER BY {order}"
        return ctx.db.json_list(sql, condition.params)
    page, limit = max(1, page), max(1, limit)
    groups, offset = grouped(ctx, condition, OF_PAGES), (page - 1) * limit
    total = sum(group["amount"] for group in groups)
    if order_by in ORDERS:
        source = open_pages.ANY if "place." in order else open_pages.ALONE
        rowids = open_pages.some(ctx, condition.walked, limit, offset, order, source)
    else:
        rowids = open_pages.rowids(ctx, condition, groups, limit, offset)
    sums = {name: sum((group[name] for group in groups), 0.0) for name in ("total_duration", "total_estimation")}
    more = {"stats": {"total": total, **sums}, "page": page, "limit": limit, "is_more": page * limit < total}
    return open_pages.page(ctx, work_row(ctx), rowids, more)


def filter_values(ctx):
    """The ids in the list of all waiting tasks, sorted, by kind."""
    condition = waiting(ctx)
    waits = f"t.entity_id IS NOT NULL AND t.task_type_id IS NOT NULL AND {condition.sql}"
    groups = grouped(ctx, condition)
    values = {f"{name}s": {group[name] for group in groups} for name in GROUPED}
    for name, sql in VALUES.items():
        values[name] = ctx.db.column(sql.format(waits=waits), condition.params)
    return {name: sorted(ids) for name, ids in values.items()}
