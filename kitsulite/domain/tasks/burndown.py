"""The burndown of the tasks in open projects, day by day."""

from kitsulite.domain.entities import client_view
from kitsulite.domain.tasks import open_pages, open_tasks

COLUMNS = ("estimation", "start_date", "due_date", "done_date")


def burndown(ctx, **filters):
    """The amount of work in the scope of the caller, and how much of it was done on each day (UTC).

    Work that was done before the first day of the plan counts on that day. Clients see amounts, but no dates.
    """
    condition = open_tasks.requested(ctx, **filters)
    source = f"FROM {open_tasks.read_from(ctx, condition)} WHERE {open_pages.IS_WHOLE} AND {condition.sql}"
    task = client_view.tasks(ctx, {name: f"t.{name}" for name in COLUMNS})
    sums = f"count(*), total({task['estimation']}), min({task['start_date']}), max({task['due_date']})"
    total, estimation, *plan = ctx.db.row(f"SELECT {sums} {source}", condition.params)
    start, end = (moment and moment[:10] for moment in plan)
    if total and not (start and end):
        of_tasks = f"FROM project WHERE id IN (SELECT t.project_id {source})"
        first, last = ctx.db.row(f"SELECT min(start_date), max(end_date) {of_tasks}", condition.params)
        start, end = start or first, end or last
    days = done_by_day(ctx, task, source, condition.params, min(start, end or start) if start else None)
    dates = [*filter(None, (start, end)), *(day["date"] for day in days)]
    return {
        "total": total,
        "total_estimation": estimation,
        "start_date": min(dates, default=None),
        "end_date": max(dates, default=None),
        "done_by_day": days,
    }


def done_by_day(ctx, task, source, params, first):
    """The days with done tasks in order; earlier ones count as the first. `task`: its columns as SQL."""
    day = f"max(substr({task['done_date']}, 1, 10), COALESCE(?, ''))"
    sql = (
        f"SELECT {day} AS date, count(*) AS done, total({task['estimation']}) AS done_estimation {source}"
        f" AND {task['done_date']} IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    return ctx.db.rows(sql, [first, *params])
