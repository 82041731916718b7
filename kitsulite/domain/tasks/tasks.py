"""Tasks: their initial status, and the columns that follow from their comments."""

from kitsulite import clock
from kitsulite.domain.kinds import TEMPORAL
from kitsulite.errors import Refused
from kitsulite.events.bus import emit
from kitsulite.models.entities import Entity, EntityType
from kitsulite.models.tasks import Task, TaskStatus, TaskType

#: SQL condition with one parameter: an entity id is in a sequence of this episode
IN_EPISODE = "(SELECT e.id FROM entity e JOIN entity parent ON parent.id = e.parent_id WHERE parent.parent_id = ?)"

#: `for_concept` -> (name, short name, color) of the status to create if a studio has no default
FIRST_STATUSES = {False: ("Todo", "todo", "#f5f5f5"), True: ("Neutral", "neutral", "#CCCCCC")}


def default_status(ctx, for_concept=False):
    """The status of new tasks, which is created if the studio has none."""
    status = find_default_status(ctx, for_concept)
    if status:
        return status
    with ctx.db.write():
        # read again, since another request may have created it meanwhile
        return find_default_status(ctx, for_concept) or add_default_status(ctx, for_concept)


def find_default_status(ctx, for_concept):
    """The default status of tasks or concepts, else the one with its usual name; None without both."""
    status = ctx.db.first(TaskStatus, "is_default = 1 AND COALESCE(for_concept, 0) = ?", [int(for_concept)])
    return status or ctx.db.find(TaskStatus, short_name=FIRST_STATUSES[for_concept][1])


def add_default_status(ctx, for_concept):
    """Create the status for new tasks or concepts."""
    name, short_name, color = FIRST_STATUSES[for_concept]
    columns = {"name": name, "short_name": short_name, "color": color}
    status = ctx.db.insert(TaskStatus, **columns, is_default=True, for_concept=for_concept)
    emit(ctx, "task-status:new", {"task_status_id": status["id"]})
    return status


def forget_default_status(ctx, for_concept):
    """Unset the default status of tasks or concepts for another one, which would else be chosen only by its age."""
    kind = "is_default = 1 AND COALESCE(for_concept, 0) = ?"
    for status_id in ctx.db.column(f"SELECT id FROM task_status WHERE {kind}", [int(for_concept)]):
        ctx.db.update(TaskStatus, status_id, is_default=False)


def require_fit(ctx, task_type_id, entity_id):
    """Refuse a task type for another kind of entity."""
    for_entity = ctx.db.get(TaskType, task_type_id)["for_entity"]
    kind = ctx.db.get(EntityType, ctx.db.get(Entity, entity_id)["entity_type_id"])["name"]
    if for_entity != (kind if kind in TEMPORAL else "Asset"):
        raise Refused(f"The task type is for {for_entity}, the entity is a {kind}.")


def is_concept(ctx, entity_id):
    """Whether an entity is a concept."""
    sql = "SELECT et.name = 'Concept' FROM entity e JOIN entity_type et ON et.id = e.entity_type_id WHERE e.id = ?"
    return bool(ctx.db.value(sql, [entity_id]))


def update_and_emit(ctx, task, **columns):
    """Change columns of a task and emit the event."""
    ctx.db.update(Task, task["id"], **columns)
    emit(ctx, "task:update", {"task_id": task["id"]}, task["project_id"])


def emit_status_change(ctx, task, before, after, person_id):
    """Emit that a person's comment changed the status (ids) of a task; returns the payload."""
    change = {
        "task_id": task["id"],
        "new_task_status_id": after,
        "previous_task_status_id": before,
        "person_id": person_id,
    }
    emit(ctx, "task:status-changed", change, task["project_id"])
    return change


def follow(ctx, task, comment, status):
    """Update a task, given as it was before, to its newest comment; returns whether its status changed.

    `comment` has its full `created_at`, and `status` is the row of its status. After a comment that is older than the
    last one, the whole history is read again, and the status stays.
    """
    if (task["last_comment_date"] or "") > comment["created_at"][:19]:
        recompute(ctx, task["id"])
        return False
    changed = task["task_status_id"] != status["id"]
    update_and_emit(ctx, task, **after_comment(task, comment, status, changed, clock.now()))
    if changed:
        emit_new_status(ctx, task, comment, status)
    return changed


def after_comment(task, comment, status, changed, now):
    """The columns of a task after its newest comment; `changed`: whether that changes its status now."""
    columns = after_status(task, status, now) if changed else {}
    return {"last_comment_date": comment["created_at"], **columns}


def emit_new_status(ctx, task, comment, status):
    """Emit that a comment changed the status of a task, given as it was before."""
    change = emit_status_change(ctx, task, task["task_status_id"], status["id"], comment["person_id"])
    if status["is_feedback_request"]:
        emit(ctx, "task:to-review", {**change, "comment_id": comment["id"]}, task["project_id"])


def after_status(task, status, now):
    """The columns of a task whose status changes now."""
    columns = {"task_status_id": status["id"], "done_date": now if status["is_done"] else None}
    if status["is_feedback_request"]:
        columns["end_date"] = now
    elif not status["is_done"]:
        columns["end_date"] = None
    if status["is_retake"]:
        columns["retake_count"] = (task["retake_count"] or 0) + 1
    if status["is_wip"] and task["real_start_date"] is None:
        columns["real_start_date"] = now
    return columns


def recompute(ctx, task_id):
    """Recompute status, dates, retakes and duration of a task from its whole history; returns the id of its status."""
    task = ctx.db.get(Task, task_id)
    # looked up in any case, as in Zou: a missing one is created, with its event
    first_status = default_status(ctx, is_concept(ctx, task["entity_id"]))
    comments = ctx.db.rows(
        "SELECT c.created_at AS moment, ts.* FROM comment c JOIN task_status ts ON ts.id = c.task_status_id"
        " WHERE c.object_id = ? ORDER BY c.created_at, c.rowid",
        [task_id],
    )
    duration = ctx.db.value("SELECT COALESCE(sum(duration), 0) FROM time_spent WHERE task_id = ?", [task_id])
    status_id = (comments or [first_status])[-1]["id"]
    update_and_emit(ctx, task, duration=duration, task_status_id=status_id, **after_comments(comments))
    return status_id


def after_comments(comments):
    """The columns that follow from all comments of a task, given as their statuses with a `moment`, oldest first."""

    def moments(flag):
        return [comment["moment"] for comment in comments if comment[flag]] or [None]

    retakes = [bool(comment["is_retake"]) for comment in comments]
    return {
        "retake_count": sum(now and not before for before, now in zip([False, *retakes], retakes, strict=False)),
        "real_start_date": moments("is_wip")[0],
        "end_date": moments("is_feedback_request")[0],
        "done_date": moments("is_done")[-1],
        "last_comment_date": comments[-1]["moment"] if comments else None,
    }
