"""Comments on tasks."""

from kitsulite.auth import access
from kitsulite.auth.policy import inside
from kitsulite.domain import comments
from kitsulite.models.tasks import Task, TaskStatus
from kitsulite.web.fields import Bool, ListOrText, Str
from kitsulite.web.route import post


@post(
    "/actions/tasks/<task_id>/comment",
    allow=inside("somebody who works on the task, leads it or is mentioned on it; with a status that his role may set"),
    status=201,
    body={
        "task_status_id": Str(required=True),
        "comment": Str(default=""),
        "checklist": ListOrText(),
        "links": ListOrText(texts=True),
        "for_client": Bool(default=False),
        "person_id": Str(default=""),
        "created_at": Str(default=""),
    },
)
def comment_task(ctx, task_id, task_status_id, comment, person_id, created_at, for_client, **columns):
    """Comment on a task and set its status.

    Only managers write in another's name (`person_id`), for clients (`for_client`) or at another time
    (`created_at`, YYYY-MM-DD HH:MM:SS). File parts become attachments.
    """
    task, status = ctx.db.get(Task, task_id), ctx.db.get(TaskStatus, task_status_id)
    access.require_commenter(ctx, task, status)
    if ctx.is_manager:
        columns |= {"for_client": for_client, "author_id": person_id, "created_at": comments.moment(created_at)}
    return comments.post(ctx, task, status, comment, **columns)
