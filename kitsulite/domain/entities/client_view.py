"""What clients do not see of tasks: who works on them, and when."""

from kitsulite.domain.entities.vendor_view import caller
from kitsulite.models.fields import is_id
from kitsulite.models.projects import ProjectPersonLink
from kitsulite.store.conditions import quoted

#: name of what is blanked -> SQL of what stands there instead
BLANKS = {
    "assignees": "json('[]')",
    **dict.fromkeys(
        ("assigner_id", "difficulty", "done_date", "due_date", "end_date", "last_comment_date", "real_start_date"),
        "NULL",
    ),
    "start_date": "NULL",
    **dict.fromkeys(
        ("completion_rate", "duration", "estimation", "nb_assets_ready", "nb_drawings", "priority", "retake_count"), "0"
    ),
}


def tasks(ctx, values, task="t"):
    """What the caller sees of a task: name -> SQL; the table has the alias `task` in the statement."""
    is_client = of_client(ctx, f"{task}.project_id")
    if is_client == "0":
        return values
    blanked = {name: blank for name, blank in BLANKS.items() if name in values}
    if is_client != "1":
        blanked = {
            name: f"CASE WHEN {is_client} THEN {blank} ELSE {values[name]} END" for name, blank in blanked.items()
        }
        blanked = {name: f"json({sql})" if name == "assignees" else sql for name, sql in blanked.items()}
    return {**values, **blanked}


def of_client(ctx, project_id):
    """SQL of whether the caller is a client: of the project of the context, else of the one of a row."""
    if ctx.is_admin or ctx.person_id is None:
        return "0"
    if is_id(ctx.membership.project_id):
        return str(int(ctx.role == "client"))
    if ctx.global_role != "client" and not ctx.db.exists(ProjectPersonLink, person_id=ctx.person_id, role="client"):
        return "0"
    role = (
        "SELECT NULLIF(l.role, 'admin') FROM project_person_link l"
        f" WHERE l.person_id = {caller(ctx)} AND l.project_id = {project_id}"
    )
    return f"COALESCE(({role}), {quoted(ctx.global_role)}) = 'client'"
