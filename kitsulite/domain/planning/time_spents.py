"""Time spents: the minutes that a person worked on a task on a day."""

from kitsulite.domain.tasks import tasks
from kitsulite.errors import NotFound
from kitsulite.events.bus import emit
from kitsulite.models.people import Person
from kitsulite.models.tasks import TimeSpent


def set_time(ctx, task, person_id, day, minutes):
    """Set the minutes of a person on a task on a day; returns the row."""
    return store(ctx, task, person_id, day, lambda before: minutes)


def add_time(ctx, task, person_id, day, minutes):
    """Add minutes of a person on a task on a day; returns the row."""
    return store(ctx, task, person_id, day, lambda before: before + minutes)


def store(ctx, task, person_id, day, duration):
    """Write the minutes of a day; `duration` computes the new ones from the old ones."""
    row = ctx.db.find(TimeSpent, task_id=task["id"], person_id=person_id, date=day)
    if row:
        action = "update"
        ctx.db.update(TimeSpent, row["id"], duration=duration(row["duration"]))
        row = ctx.db.get(TimeSpent, row["id"])
    else:
        action = "new"
        row = ctx.db.insert(TimeSpent, task_id=task["id"], person_id=person_id, date=day, duration=duration(0))
        refresh_presence(ctx, person_id)
    emit(ctx, f"time-spent:{action}", {"time_spent_id": row["id"]}, task["project_id"])
    refresh_duration(ctx, task["id"])
    return row


def remove_time(ctx, task, person_id, day):
    """Remove the time of a person on a task on a day; returns the row with a duration of 0."""
    row = ctx.db.find(TimeSpent, task_id=task["id"], person_id=person_id, date=day)
    if row is None:
        raise NotFound("No time spent on this task that day.")
    ctx.db.delete(TimeSpent, id=row["id"])
    emit(ctx, "time-spent:delete", {"time_spent_id": row["id"]}, task["project_id"])
    refresh_duration(ctx, task["id"])
    return {**row, "duration": 0}


def refresh_duration(ctx, task_id):
    """Set the duration of a task to the sum of its time spents."""
    spent = "SELECT COALESCE(sum(duration), 0) FROM time_spent WHERE task_id = task.id"
    total, project_id = ctx.db.row(f"SELECT ({spent}), project_id FROM task WHERE id = ?", [task_id])
    tasks.update_and_emit(ctx, {"id": task_id, "project_id": project_id}, duration=total)


def refresh_presence(ctx, person_id):
    """Set the last presence of a person to the latest day with a desktop login or time spent."""
    sql = (
        "SELECT max(day) FROM (SELECT substr(date, 1, 10) AS day FROM desktop_login_log WHERE person_id = ?1"
        " UNION ALL SELECT date FROM time_spent WHERE person_id = ?1)"
    )
    ctx.db.update(Person, person_id, last_presence=ctx.db.value(sql, [person_id]))
    emit(ctx, "person:update", {"person_id": person_id})
