"""Versions of a project's schedule: dates, estimations and assignees, separate from those of the tasks."""

from kitsulite import clock
from kitsulite.domain.projects import projects
from kitsulite.errors import BadParameter
from kitsulite.events.bus import emit
from kitsulite.models.fields import NEW_ID, clean_ids
from kitsulite.models.projects import ProductionScheduleVersion, ProductionScheduleVersionTaskLink, Project
from kitsulite.models.tasks import Task

LINKS = "production_schedule_version_task_link"
ASSIGNEES = "production_schedule_version_task_link_person_link"
COLUMNS = ("start_date", "due_date", "estimation")


def task_links(ctx, version_id, task_type_id=None, relations=False):
    """The links of a version to tasks, optionally of one task type, as JSON text."""
    where, params = "production_schedule_version_id = ?", [version_id]
    if task_type_id:
        where += " AND task_id IN (SELECT id FROM task WHERE task_type_id = ?)"
        params += clean_ids(task_type_id)
    return ctx.db.all_json(ProductionScheduleVersionTaskLink, where, params, relations=relations)


def set_from_production(ctx, version):
    """Copy dates, estimations and assignees of all tasks of the project; returns the number of tasks."""
    params = {"version": version["id"], "project": version["project_id"]}
    put_links(ctx, "task", "s.id", "s.project_id = :project", params)
    set_assignees(ctx, "JOIN task_person_link a ON a.task_id = l.task_id", "1", params)
    return ctx.db.value("SELECT count(*) FROM task WHERE project_id = :project", params)


def set_from_version(ctx, version, source):
    """Copy the links of another version of the project; returns their number."""
    if source["project_id"] != version["project_id"]:
        raise BadParameter("Production schedule versions must belong to the same project.")
    if source["id"] == version["id"]:
        raise BadParameter("A production schedule version cannot be set from itself.")
    params = {"version": version["id"], "source": source["id"]}
    put_links(ctx, LINKS, "s.task_id", "s.production_schedule_version_id = :source", params)
    of_source = f"{LINKS} s WHERE s.production_schedule_version_id = :source"
    joined = (
        f"JOIN {LINKS} s ON s.task_id = l.task_id AND s.production_schedule_version_id = :source"
        f" JOIN {ASSIGNEES} a ON a.production_schedule_version_task_link_id = s.id"
    )
    set_assignees(ctx, joined, f"l.task_id IN (SELECT s.task_id FROM {of_source})", params)
    ctx.db.update(ProductionScheduleVersion, version["id"], production_schedule_from=source["id"])
    emit_update(ctx, version)
    return ctx.db.value(f"SELECT count(*) FROM {of_source}", params)


def put_links(ctx, table, task_id, condition, params):
    """Link the version to the tasks of rows `s` of a table, with their dates and estimations, replacing older ones."""
    names = ", ".join(COLUMNS)
    values = ", ".join(f"s.{name}" for name in COLUMNS)
    overwrite = ", ".join(f"{name} = excluded.{name}" for name in (*COLUMNS, "updated_at"))
    ctx.db.execute(
        f"INSERT INTO {LINKS} (id, created_at, updated_at, production_schedule_version_id, task_id, {names})"
        f" SELECT {NEW_ID}, :now, :now, :version, {task_id}, {values} FROM {table} s WHERE {condition}"
        f" ON CONFLICT (production_schedule_version_id, task_id) DO UPDATE SET {overwrite}",
        {**params, "now": clock.now()},
    )


def set_assignees(ctx, joined, condition, params):
    """Give the links `l` of the version that meet the condition the joined assignees `a`."""
    own = f"{LINKS} l WHERE l.production_schedule_version_id = :version AND {condition}"
    ctx.db.execute(
        f"DELETE FROM {ASSIGNEES} WHERE production_schedule_version_task_link_id IN (SELECT l.id FROM {own})", params
    )
    ctx.db.execute(
        f"INSERT INTO {ASSIGNEES} (production_schedule_version_task_link_id, person_id)"
        f" SELECT l.id, a.person_id FROM {LINKS} l {joined} WHERE l.production_schedule_version_id = :version",
        params,
    )


def apply_to_production(ctx, version):
    """Set dates and estimations, but not assignees, of the linked tasks; returns the number of tasks."""
    params = {"version": version["id"], "now": clock.now()}
    own = f"{LINKS} l WHERE l.production_schedule_version_id = :version"
    task_ids = ctx.db.column(f"SELECT l.task_id FROM {own} ORDER BY l.rowid", params)
    ctx.db.execute(
        f"UPDATE task SET ({', '.join(COLUMNS)}, updated_at) ="
        f" (SELECT {', '.join(f'l.{name}' for name in COLUMNS)}, :now FROM {own} AND l.task_id = task.id)"
        f" WHERE id IN (SELECT l.task_id FROM {own})",
        params,
    )
    ctx.db.update(ProductionScheduleVersion, version["id"], locked=True)
    ctx.db.update(Project, version["project_id"], from_schedule_version_id=version["id"])
    for task_id in task_ids:
        emit(ctx, "task:update", {"task_id": task_id}, version["project_id"])
    emit_update(ctx, version)
    projects.changed(ctx, version["project_id"])
    return len(task_ids)


def emit_update(ctx, version):
    payload = {"production_schedule_version_id": version["id"]}
    emit(ctx, "production_schedule_version:update", payload, version["project_id"])


def check_link(ctx, version_id, task_id):
    """The project of a version and a task to link; raises BadParameter if they are of two projects."""
    version = ctx.db.get(ProductionScheduleVersion, version_id)
    task = ctx.db.get(Task, task_id)
    if task["project_id"] != version["project_id"]:
        raise BadParameter("The task and the schedule version must belong to the same project.")
    return version["project_id"]
