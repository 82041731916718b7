"""The events of comments, the same wherever a comment changes."""

from kitsulite.events.bus import emit


def emit_new(ctx, comment, project_id):
    ids = {"comment_id": comment["id"], "task_id": comment["object_id"], "task_status_id": comment["task_status_id"]}
    emit(ctx, "comment:new", {**ids, **author(comment)}, project_id)


def emit_update(ctx, comment, project_id):
    ids = {"comment_id": comment["id"], "task_id": comment["object_id"]}
    emit(ctx, "comment:update", {**ids, **author(comment)}, project_id)


def emit_delete(ctx, comment, project_id):
    emit(ctx, "comment:delete", {"comment_id": comment["id"], "task_id": comment["object_id"]}, project_id)


def author(comment):
    """The part of a payload by which listeners see whether a comment concerns them."""
    return {"person_id": comment["person_id"], "for_client": comment["for_client"]}
