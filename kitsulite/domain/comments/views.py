"""Comments as each role sees them."""

import functools

from kitsulite.domain import access
from kitsulite.domain.people.persons import short_parts
from kitsulite.models.base import json_object, parts
from kitsulite.models.previews import PreviewFile
from kitsulite.models.tasks import Comment

FROM = (
    "FROM comment JOIN task t ON t.id = comment.object_id JOIN person author ON author.id = comment.person_id"
    " LEFT JOIN person editor ON editor.id = comment.editor_id"
    " LEFT JOIN task_status ON task_status.id = comment.task_status_id"
)
PREVIEW_COLUMNS = (
    *("id", "task_id", "revision", "extension", "width", "height", "duration"),
    *("status", "validation_status", "original_name", "position", "annotations"),
)
HAS_PREVIEWS = "EXISTS (SELECT 1 FROM comment_preview_link l WHERE l.comment = comment.id)"
#: the project role of the author of a comment on task `t`
AUTHOR_ROLE = (
    "COALESCE((SELECT NULLIF(l.role, 'admin') FROM project_person_link l"
    " WHERE l.project_id = t.project_id AND l.person_id = author.id), author.role)"
)

#: whether clients of the project of the task t do not see each other's comments
IS_ISOLATED = "COALESCE((SELECT p.is_clients_isolated FROM project p WHERE p.id = t.project_id), 0)"


def attachments(*more):
    """SQL of the list of a comment's attachments; `more` adds columns."""
    columns = ("id", "name", "extension", "size", *more)
    shown = json_object({column: f"a.{column}" for column in columns})
    rows = "SELECT * FROM attachment_file WHERE comment_id = comment.id ORDER BY created_at, rowid"
    return f"json((SELECT json_group_array({shown}) FROM ({rows}) a))"


def replies():
    """SQL of the replies to a comment with their authors."""
    writer = (
        f"(SELECT {json_object(short_parts('writer'))} FROM person writer"
        " WHERE writer.id = json_extract(reply.value, '$.person_id'))"
    )
    with_writer = f"json_set(reply.value, '$.person', json(COALESCE({writer}, 'null')))"
    return f"json((SELECT json_group_array({with_writer}) FROM json_each(COALESCE(comment.replies, '[]')) reply))"


def previews(for_client):
    """SQL of the previews of a comment as objects; clients see no rejected ones."""
    columns = parts(PreviewFile, "f")
    shown = json_object({name: columns[name] for name in PREVIEW_COLUMNS})
    hidden = " AND COALESCE(f.validation_status, '') <> 'rejected'" if for_client else ""
    rows = (
        "SELECT f.* FROM comment_preview_link l JOIN preview_file f ON f.id = l.preview_file"
        f" WHERE l.comment = comment.id{hidden} ORDER BY f.revision, f.position, l.rowid"
    )
    return f"json((SELECT json_group_array({shown}) FROM ({rows}) f))"


def meant_for_client(comment="comment", role=AUTHOR_ROLE, isolated=IS_ISOLATED, caller=":caller"):
    """SQL condition: the caller, a client, may read the whole comment; `role` is SQL of its author's project role."""
    by_client = f"{role} = 'client' AND (NOT {isolated} OR {comment}.person_id = {caller})"
    return f"(COALESCE({comment}.for_client, 0) = 1 OR ({by_client}))"


MEANT_FOR_CLIENT = meant_for_client()


def blanked(values):
    """Comments as a client sees them: comments of the studio that only show previews are empty."""
    lists = ("attachment_files", "checklist", "links", "replies")
    empty = {"text": "''", "data": "'null'", **dict.fromkeys(lists, "json('[]')")}
    for name, nothing in empty.items():
        if name not in values:
            continue
        value = f"CASE WHEN {MEANT_FOR_CLIENT} THEN {values[name]} ELSE {nothing} END"
        values[name] = value if name == "text" else f"json({value})"
    return values


@functools.cache
def item_parts(relations, for_client, with_previews):
    """The parts of a comment on the item route: name -> SQL."""
    values = parts(Comment, relations=relations)
    values = {**values, "person": json_object(short_parts("author")), "replies": replies()}
    if relations:
        values["attachment_files"] = attachments()
        if with_previews:
            values["previews"] = previews(for_client)
    return blanked(values) if for_client else values


@functools.cache
def list_parts(for_client):
    """The parts of a comment in the listing of a task: name -> SQL."""
    values = {
        **parts(Comment, relations=True),
        "person": json_object(short_parts("author")),
        "task_status": json_object({name: f"task_status.{name}" for name in ("name", "short_name", "color", "id")}),
        "previews": previews(for_client),
        "attachment_files": attachments("reply_id"),
        "replies": replies(),
    }
    if for_client:
        values = blanked(values)
    return values


def with_editor(shown):
    """SQL of a comment with its editor, if there is one."""
    editor = {name: sql for name, sql in short_parts("editor").items() if name != "full_name"}
    return f"CASE WHEN editor.id IS NOT NULL THEN json_set({shown}, '$.editor', {json_object(editor)}) ELSE {shown} END"


@functools.cache
def list_sql(for_client, visible):
    """SQL of the listing of a task's comments that meet the condition `visible`, newest first."""
    return (
        f"SELECT {with_editor(json_object(list_parts(for_client)))} {FROM}"
        f" WHERE comment.object_id = :task AND {visible}"
        " ORDER BY comment.created_at DESC, comment.rowid DESC"
    )


def visible_to(role):
    """SQL condition: people with this role see a comment in the listing of its task."""
    if role == "client":
        return f"({MEANT_FOR_CLIENT} OR {HAS_PREVIEWS})"
    return f"{AUTHOR_ROLE} <> 'client'" if role in ("user", "vendor") else "1"


def caller_of(ctx, task, person_id=None):
    """The parameters of the conditions about clients: the caller, or another person."""
    return {"task": task["id"], "caller": person_id or ctx.person_id}


def of_task(ctx, task):
    """The comments of a task as the caller's role on its project sees them, newest first, as JSON text."""
    return ctx.db.json_list(list_sql(ctx.role == "client", visible_to(ctx.role)), caller_of(ctx, task))


def is_listed(ctx, task, comment_id):
    """Whether the caller sees a comment in the listing of its task."""
    sql = f"SELECT 1 {FROM} WHERE comment.id = :comment AND"
    keys = {**caller_of(ctx, task), "comment": comment_id}
    return ctx.db.value(f"{sql} {visible_to(ctx.role)}", keys) is not None


def is_read_by(ctx, task, comment_id, person_id):
    """Whether a person may read the text of a comment."""
    role = access.project_role(ctx, person_id, task["project_id"])
    condition = MEANT_FOR_CLIENT if role == "client" else visible_to(role)
    sql = f"SELECT 1 {FROM} WHERE comment.id = :comment AND {condition}"
    return ctx.db.value(sql, {**caller_of(ctx, task, person_id), "comment": comment_id}) is not None


def require_shown(ctx, comment):
    """Require a person who sees a comment in the listing of its task."""
    ctx = access.require_task(ctx, comment["object_id"])
    ctx.require(ctx.is_admin or is_listed(ctx, ctx.row, comment["id"]))
    return ctx


def shown(ctx, task, comment_id, relations, with_previews):
    """One comment as the caller's role on its project sees it."""
    values = item_parts(relations, ctx.role == "client", with_previews)
    sql = f"SELECT {json_object(values)} {FROM} WHERE comment.id = :comment"
    return ctx.db.objects(sql, {**caller_of(ctx, task), "comment": comment_id})[0]


def plain(ctx, task, comment_id, relations=False):
    """The columns, and optionally relations, of a comment as the caller's role on its project sees them."""
    values = {**parts(Comment, relations=True)}
    if ctx.role == "client":
        values = blanked(values)
    shown = values if relations else {name: values[name] for name in parts(Comment)}
    sql = f"SELECT {json_object(shown)} {FROM} WHERE comment.id = :comment"
    return ctx.db.objects(sql, {**caller_of(ctx, task), "comment": comment_id})[0]
