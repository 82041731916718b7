"""Hides from clients who works on tasks, and when."""

from kitsulite.domain.visibility import has_role

#: hidden part -> SQL of what is shown instead
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
    """The parts of a task as the caller sees them: name -> SQL; `task` is the table's alias in the statement."""
    is_client = has_role(ctx, "client", f"{task}.project_id")
    if is_client == "0":
        return values
    blanked = {name: blank for name, blank in BLANKS.items() if name in values}
    if is_client != "1":
        blanked = {
            name: f"CASE WHEN {is_client} THEN {blank} ELSE {values[name]} END" for name, blank in blanked.items()
        }
        blanked = {name: f"json({sql})" if name == "assignees" else sql for name, sql in blanked.items()}
    return {**values, **blanked}
