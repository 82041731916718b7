"""Posting comments on tasks, and everything that follows from it."""

import contextlib
import datetime as dt
import functools
import json

from kitsulite import clock
from kitsulite.domain import access, comment_events
from kitsulite.domain.comments import attachments, mentions, news, notifications, views
from kitsulite.domain.people.persons import full_parts
from kitsulite.domain.previews import previews
from kitsulite.domain.tasks import automations, tasks
from kitsulite.errors import BadParameter
from kitsulite.models.base import json_object, parts, shown
from kitsulite.models.choices import MANAGERS
from kitsulite.models.fields import JsonText
from kitsulite.models.people import Person
from kitsulite.models.projects import ProjectPersonLink
from kitsulite.models.tasks import Comment, Task, TaskStatus


def post(ctx, task, status, text="", author_id=None, **columns):
    """Comment on a task with all that follows, as the author or else the caller; returns the whole comment.

    `columns` are checklist, links, for_client, created_at, and the received `files` to attach. Raises NotFound for an
    unknown author, BadParameter if no retake is left.
    """
    return json.loads(post_as_json(ctx, task, status, text, author_id, **columns))


def post_as_json(ctx, task, status, text, author_id=None, **columns):
    """The same as JSON text, for answers that nothing else looks at."""
    author = ctx.db.get(Person, author_id) if author_id else ctx.person
    comment = create(ctx, task, status, author["id"], text, **columns)
    return whole(ctx, comment["id"], departments=bool(author_id))


def create(ctx, task, status, author_id, text, **columns):
    """Comment on a task as `post` does; returns the comment's row with the full `created_at`."""
    if not has_retake_left(ctx, task, status):
        raise BadParameter("No more retakes allowed on this task")
    return carry_out(ctx, task, status, author_id, text, **columns)


def carry_out(ctx, task, status, author_id, text, tags=True, fired=(), **columns):
    """Write a comment and do all that follows; returns its row with the full `created_at`.

    With `tags`, its hashtags copy it to other tasks; `fired` are the automations that led to it.
    """
    comment = write(ctx, task, status, author_id, text, **columns)
    if tags:
        copy_to_tagged(ctx, task, comment)
    changed = tasks.follow(ctx, task, comment, status)
    notifications.notify_of_comment(ctx, task, comment, changed)
    news.add(ctx, task, comment, changed)
    automate(ctx, task, comment, fired)
    return comment


def for_managers(ctx, values):
    """The columns of a comment in a request that only managers may set.

    Managers write in the name of team members whom they lead, admins in that of anyone.
    """
    author_id = values.get("person_id")
    if author_id and author_id != ctx.person_id and not ctx.is_admin and ctx.db.find(Person, id=author_id):
        project_id = ctx.membership.project_id
        ctx.require(ctx.db.exists(ProjectPersonLink, project_id=project_id, person_id=author_id))
        ctx.require(access.project_role(ctx, author_id, project_id) not in MANAGERS)
    return {
        "author_id": values.get("person_id"),
        "created_at": moment(values.get("created_at")),
        "for_client": bool(values.get("for_client")),
    }


def moment(text):
    """The stored form of a moment in one of the two forms that clients send; None for any other text."""
    if not text:
        return None
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"):
        with contextlib.suppress(ValueError, TypeError):
            return clock.stored(dt.datetime.strptime(text, form))
    return None


def has_retake_left(ctx, task, status):
    """Whether a status is not a retake, or one of those that the project, or the entity itself, allows."""
    if not status["is_retake"]:
        return True
    allowed = ctx.db.row(
        "SELECT p.max_retakes, CAST(json_extract(e.data, '$.max_retakes') AS REAL) FROM project p, entity e"
        " WHERE p.id = ? AND e.id = ? AND p.max_retakes > 0",
        [task["project_id"], task["entity_id"]],
    )
    of_project, own = allowed or (0, None)
    return not 0 < (own or of_project) <= (task["retake_count"] or 0)


def write(ctx, task, status, author_id, text, created_at=None, files=(), **columns):
    """Insert a comment with its mentions and emit the event; returns its row with the full `created_at`."""
    created_at = created_at or clock.now()
    comment_id = ctx.db.add(
        Comment,
        object_id=task["id"],
        object_type="Task",
        task_status_id=status["id"],
        person_id=author_id,
        text=text,
        created_at=created_at,
        **{"checklist": [], "links": [], **columns},
    )
    if "@" in text:
        mentions.store(ctx, comment_id, text, task["project_id"])
    attachments.add(ctx, files, comment_id=comment_id)
    comment = {**ctx.db.get(Comment, comment_id, relations=True), "created_at": created_at}
    comment_events.emit_new(ctx, comment, task["project_id"])
    return comment


def copy_to_tagged(ctx, task, comment):
    """Repeat a comment on the entity's other tasks of the types in its hashtags (`#all` stands for all)."""
    tags = mentions.hashtags(comment["text"])
    if not tags:
        return
    own = ctx.db.value("SELECT name FROM task_type WHERE id = ?", [task["task_type_id"]])
    text = f"{comment['text']}\n\n____\nFrom {own} task"
    others = ctx.db.execute(
        "SELECT t.id, t.task_status_id, tt.name FROM task t JOIN task_type tt ON tt.id = t.task_type_id"
        " WHERE t.entity_id = ? AND tt.name <> ? AND t.task_status_id IS NOT NULL ORDER BY t.created_at, t.rowid",
        [task["entity_id"], own],
    )
    for other_id, status_id, name in others.fetchall():
        if "all" in tags or name.lower() in tags:
            status = ctx.db.get(TaskStatus, status_id)
            carry_out(ctx, ctx.db.get(Task, other_id), status, comment["person_id"], text, tags=False)


def automate(ctx, task, comment, fired):
    """Run the automations of the project that wait for the status which the task has now.

    Each fires once in a chain that one comment sets off. What a target does not take does not refuse the comment.
    """
    for automation in automations.waiting(ctx, task["id"]):
        if automation["id"] in fired:
            continue
        if automation["out_field_type"] == "ready_for":
            automations.make_ready(ctx, task, automation)
            continue
        target = automations.target(ctx, task, automation)
        status = target and ctx.db.get(TaskStatus, automation["out_task_status_id"])
        if target and has_retake_left(ctx, target, status):
            text = automations.reason(ctx, automation)
            fired = [*fired, automation["id"]]
            posted = carry_out(ctx, target, status, comment["person_id"], text, tags=False, fired=fired)
            if automation["import_last_revision"]:
                previews.copy_last_revision(ctx, task["id"], posted)


@functools.cache
def whole_sql(departments):
    values = {
        **parts(Comment, relations=True),
        "attachment_files": views.attachments(),
        "task_status": shown(TaskStatus),
        "person": json_object(full_parts(relations=departments)),
    }
    return (
        f"SELECT {json_object(values)} FROM comment JOIN task_status ON task_status.id = comment.task_status_id"
        " JOIN person ON person.id = comment.person_id WHERE comment.id = ?"
    )


def whole(ctx, comment_id, departments=False):
    """A comment with its relations, attachments, status and author, these with `departments` or not: JSON text."""
    return JsonText(ctx.db.value(whole_sql(departments), [comment_id]))
