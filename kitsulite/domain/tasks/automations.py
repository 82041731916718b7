"""Status automations: the status of a task changes another task, or the asset."""

from kitsulite.domain.entities import casting
from kitsulite.domain.kinds import TEMPORAL, kind_of
from kitsulite.events.bus import emit
from kitsulite.models.entities import Entity
from kitsulite.models.tasks import StatusAutomation, Task

WAITING = (
    "id IN (SELECT l.status_automation_id FROM project_status_automation_link l JOIN task t"
    " ON t.project_id = l.project_id AND t.id = ? WHERE t.task_type_id = status_automation.in_task_type_id"
    " AND t.task_status_id = status_automation.in_task_status_id) AND COALESCE(archived, 0) = 0"
)


def waiting(ctx, task_id):
    """The automations of the project for the type, status and kind of entity of a task."""
    rows = ctx.db.all(StatusAutomation, WAITING, [task_id])
    if not rows:
        return []
    sql = (
        "SELECT et.name FROM task t JOIN entity e ON e.id = t.entity_id JOIN entity_type et ON et.id = e.entity_type_id"
    )
    kind = ctx.db.value(f"{sql} WHERE t.id = ?", [task_id])
    if kind is None:
        return []
    kinds = {kind.lower()} if kind in TEMPORAL else {kind.lower(), "asset"}
    return [automation for automation in rows if (automation["entity_type"] or "").lower() in kinds]


def target(ctx, task, automation):
    """The task whose status an automation changes, or None: of the same entity, and not earlier in the pipeline."""
    before = priority(ctx, task, automation, "in_task_type_id")
    if before > priority(ctx, task, automation, "out_task_type_id") or not automation["out_task_status_id"]:
        return None
    where = "entity_id = ? AND task_type_id = ?"
    return ctx.db.first(Task, where, [task["entity_id"], automation["out_task_type_id"]], "name, created_at, rowid")


def priority(ctx, task, automation, key):
    """The priority of a task type in the project's pipeline for this kind of entity, 0 without one."""
    sql = (
        "SELECT l.priority FROM project_task_type_link l JOIN task_type tt ON tt.id = l.task_type_id"
        " WHERE l.project_id = ? AND tt.id = ? AND lower(tt.for_entity) = lower(?)"
    )
    return ctx.db.value(sql, [task["project_id"], automation[key], automation["entity_type"]]) or 0


def reason(ctx, automation):
    """The text of the comment of an automation."""
    return ctx.db.value(
        "SELECT 'Change triggered by ' || tt.name || ' set to ' || ts.name FROM task_type tt, task_status ts"
        " WHERE tt.id = ? AND ts.id = ?",
        [automation["in_task_type_id"], automation["in_task_status_id"]],
    )


def make_ready(ctx, task, automation):
    """Set the task type for which an asset is ready, and recount its shots; other entities are left alone."""
    if kind_of(ctx, ctx.db.get(Entity, task["entity_id"])) != "asset":
        return
    ctx.db.update(Entity, task["entity_id"], ready_for=automation["out_task_type_id"])
    asset = ctx.db.get(Entity, task["entity_id"])
    for _ in range(2):
        emit(ctx, "asset:update", {"asset_id": asset["id"], "data": asset["data"]}, asset["project_id"])
    casting.refresh_shots_of_asset(ctx, asset["id"])
