"""The burndown of the tasks in open projects, day by day."""

from kitsulite.domain.entities import client_view
from kitsulite.domain.tasks import open_pages, open_tasks

WITH_PROJECT = f"CROSS JOIN project p ON p.id = t.project_id WHERE {open_pages.IS_WHOLE}"
COLUMNS = ("estimation", "start_date", "due_date", "done_date")


def burndown(ctx, **filters):
    """The amount of work in the scope of the caller, and how much of it was done on each day (UTC).

    Work that was done before the first day of the plan counts on that day. Clients see amounts, but no dates.
    """
    condition = open_tasks.requested(ctx, **filters)
    source = f"FROM {open_tasks.read_from(ctx, condition.sql)} {WITH_PROJECT} AND {condition.sql}"
    task = client_view.tasks(ctx, {name: f"t.{name}" for name in COLUMNS})
    start, due = (f"substr({task[name]}, 1, 10)" for name in ("start_date", "due_date"))
    sums = (
        f"count(*) AS total, total({task['estimation']}) AS estimation, min({start}) AS start, max({due}) AS end,"
        " min(p.start_date) AS first, max(p.end_date) AS last"
    )
    (plan,) = ctx.db.rows(f"SELECT {sums} {source}", condition.params)
    start, end = plan["start"] or plan["first"], plan["end"] or plan["last"]
    days = done_by_day(ctx, task, source, condition.params, min(start, end or start) if start else None)
    dates = [*filter(None, (start, end)), *(day["date"] for day in days)]
    return {
        "total": plan["total"],
        "total_estimation": plan["estimation"],
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
