"""Comments on tasks."""

from kitsulite.api.policies import inside, manager, manager_of, reader_of_task
from kitsulite.domain import access, review_access
from kitsulite.domain.comments import attachments, batches, changes, client_copies, comments, views
from kitsulite.errors import BadParameter
from kitsulite.models.tasks import Comment, Task
from kitsulite.web.fields import Bool, List, ListOrText, Nested, Str, Uuid, load_list
from kitsulite.web.route import delete, get, post

COMMENTS = "/data/tasks/<task_id>/comments"
COMMENT = f"{COMMENTS}/<comment_id>"
MAKER = "a person who works on the task or leads it; with a status that their role may set"


@post(
    "/actions/tasks/<task_id>/comment",
    allow=inside(f"{MAKER}; who is mentioned on it may keep its status"),
    status=201,
    transaction=False,
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
def comment_task(ctx, task_id, task_status_id, comment, checklist, links, **for_managers):
    """Comment on a task and set its status.

    Only managers write in another's name (`person_id`), for clients (`for_client`) or at another time
    (`created_at`, YYYY-MM-DD HH:MM:SS). File parts become attachments.
    """
    with attachments.received(ctx, ctx.request.uploads) as files, ctx.db.write():
        task = ctx.db.get(Task, task_id)
        ctx = review_access.require_commenter(ctx, task, task_status_id)
        columns = comments.for_managers(ctx, for_managers) if ctx.is_manager else {}
        return comments.post_as_json(
            ctx, task, ctx.row, comment, files=files, checklist=checklist, links=links, **columns
        )


ENTRY = Nested(
    {
        **{"object_id": Uuid(), "task_status_id": Uuid(), "comment": Str()},
        "links": List(Str(required=True), default=list, optional=True),
    }
)


@post(
    "/actions/projects/<project_id>/tasks/comment-many",
    allow=inside("per task: manager of its project, assignee, supervisor of its department"),
    status=201,
    transaction=False,
)
def comment_many_tasks(ctx, project_id):
    """Comment on many tasks: a list of `{object_id, task_status_id, comment, links}`.

    Entries that the caller may not make are left out.
    """
    access.on_project(ctx, project_id)
    return batches.post_many(ctx, load_list(ENTRY, ctx.request.json_list(BadParameter)))


@post(
    "/actions/projects/<project_id>/tasks/copy-client-comments",
    allow=manager_of("project_id"),
    status=201,
    body={"task_ids": List(Uuid(), required=True, min=1), "prefix": Str(default="")},
)
def copy_comments_of_clients(ctx, project_id, task_ids, prefix):
    """Post the last comment of a client on each task again as the caller, with a `prefix`."""
    return client_copies.copy(ctx, project_id, task_ids, prefix)


BATCH = {"comments": ListOrText(required=True)}


@post("/actions/tasks/batch-comment", allow=inside(f"per task: {MAKER}"), args=BATCH, status=201, transaction=False)
def comment_tasks(ctx, comments):
    """Comment on tasks with files: parts `attachment_file-<i>-<j>` and `preview_file-<i>-<j>` go with comment i."""
    return batches.post_batch(ctx, comments, ctx.request.files)


@post(
    "/actions/tasks/<task_id>/batch-comment",
    allow=inside(MAKER),
    args=BATCH,
    status=201,
    transaction=False,
)
def comment_task_often(ctx, task_id, comments):
    """Comment on a task several times with files, named as in the batch over several tasks."""
    return batches.post_batch(ctx, comments, ctx.request.files, task_id)


@get(COMMENTS, allow=reader_of_task("task_id"))
def get_task_comments(ctx, task_id):
    """List the comments of a task that the caller's role may see, newest first."""
    return views.of_task(ctx, ctx.row)


@get(COMMENT, allow=inside("who sees it in the listing of the task"))
def get_task_comment(ctx, task_id, comment_id):
    """Get a comment of a task."""
    comment = review_access.comment_of_task(ctx, comment_id, task_id)
    ctx = views.require_shown(ctx, comment)
    return views.plain(ctx, ctx.row, comment["id"])


@delete(COMMENT, allow=inside("the author or a manager"))
def delete_task_comment(ctx, task_id, comment_id):
    """Delete a comment with its previews; its task returns to the state of the other comments."""
    comment = ctx.db.get(Comment, comment_id)
    changes.require_deleter(ctx, comment)
    changes.remove(ctx, comment)


@post(f"{COMMENT}/ack", allow=reader_of_task("task_id"))
def acknowledge_comment(ctx, task_id, comment_id):
    """Acknowledge a comment, or withdraw the acknowledgement."""
    comment = ctx.db.get(Comment, comment_id)
    ctx = views.require_shown(ctx, comment)
    changes.toggle_acknowledgement(ctx, comment, ctx.row)
    return views.plain(ctx, ctx.row, comment["id"], relations=True)


@post(
    "/actions/tasks/<task_id>/comments/<comment_id>/move",
    allow=manager & reader_of_task("task_id"),
    body={"target_task_id": Str(required=True)},
)
def move_comment(ctx, task_id, comment_id, target_task_id):
    """Move a comment without previews to another task of the same entity."""
    target = access.require_task(ctx, target_task_id).row
    comment = ctx.db.get(Comment, comment_id)
    return changes.move(ctx, comment, ctx.row, target)
