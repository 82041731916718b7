"""Who may see and do what with comments, previews and playlists, based on the rules in `access.py`."""

from kitsulite.domain import access
from kitsulite.errors import Forbidden, NotFound
from kitsulite.models.activity import Chat, ChatMessage
from kitsulite.models.choices import EXTERNAL, SUPERVISORS
from kitsulite.models.previews import Playlist, PreviewFile
from kitsulite.models.tasks import Comment, Task, TaskStatus


def comment_of_task(ctx, comment_id, task_id):
    """The comment with an id on this task; raises NotFound."""
    comment = ctx.db.get(Comment, comment_id)
    if comment["object_id"] != task_id:
        raise NotFound("Comment not found on this task.")
    return comment


def require_comment_reader(ctx, comment):
    """Require a reader of its task; studio and clients see each other's comments by the rules of the project."""
    task = ctx.db.get(Task, comment["object_id"])
    if ctx.is_admin:
        return access.with_row(access.on_project(ctx, task["project_id"]), task)
    scoped = access.require_task_reader(ctx, task)
    if scoped.role in SUPERVISORS:
        return scoped
    from_client = access.project_role(ctx, comment["person_id"], task["project_id"]) == "client"
    if scoped.role == "client":
        isolated = ctx.db.value("SELECT is_clients_isolated FROM project WHERE id = ?", [task["project_id"]])
        own = comment["person_id"] == ctx.person_id
        ctx.require(comment["for_client"] or (from_client and (own or not isolated)))
    else:
        ctx.require(not from_client)
    return scoped


#: a text (comment or reply) that mentions the caller, by name or by department
_CALLS_ON = (
    "EXISTS (SELECT 1 FROM json_each({text}, '$.mentions') WHERE value = :person) OR EXISTS"
    " (SELECT 1 FROM json_each({text}, '$.department_mentions') m JOIN department_link d"
    " ON d.department_id = m.value WHERE d.person_id = :person)"
)
_MENTIONED = (
    "SELECT 1 FROM comment c WHERE c.object_id = :task AND ("
    " EXISTS (SELECT 1 FROM comment_mentions m WHERE m.comment = c.id AND m.person = :person)"
    " OR EXISTS (SELECT 1 FROM comment_department_mentions m JOIN department_link d"
    " ON d.department_id = m.department WHERE m.comment = c.id AND d.person_id = :person)"
    f" OR EXISTS (SELECT 1 FROM json_each(c.replies) r WHERE {_CALLS_ON.format(text='r.value')})) LIMIT 1"
)


def is_mentioned(ctx, task):
    """Whether the caller, a team member of the studio, is mentioned on the task by name or department."""
    member = access.membership(ctx, task["project_id"])
    if not member.in_team or member.role in EXTERNAL:
        return False
    return ctx.db.value(_MENTIONED, {"task": task["id"], "person": ctx.person_id}) is not None


def require_commenter(ctx, task, status_id):
    """Require a person who may act on the task, or is mentioned on it and keeps its status; `row` is the status."""
    keeps_status = status_id.lower() == task["task_status_id"]
    ctx.require(access.may_act_on_task(ctx, task) or (keeps_status and is_mentioned(ctx, task)))
    status = ctx.db.get(TaskStatus, status_id)
    scoped = access.on_project(ctx, task["project_id"])
    require_status(scoped, status)
    return access.with_row(scoped, status)


def require_preview(ctx, preview_id):
    """Require a member of its project who sees its entity; `row` is the preview."""
    preview = ctx.db.get(PreviewFile, preview_id)
    return access.with_row(access.require_task(ctx, preview["task_id"]), preview)


def require_preview_action(ctx, preview_id):
    """Require a person who may act on its task; `row` is the preview."""
    preview = ctx.db.get(PreviewFile, preview_id)
    return access.with_row(access.require_task_action(ctx, preview["task_id"]), preview)


def require_preview_manager(ctx, preview_id):
    """Require a manager of its project; `row` is the preview."""
    preview = ctx.db.get(PreviewFile, preview_id)
    return access.with_row(access.require_manager(ctx, ctx.db.get(Task, preview["task_id"])["project_id"]), preview)


def require_annotator(ctx, preview_id):
    """Require a manager or client of its project, or a supervisor of its department; `row` is the preview."""
    preview = ctx.db.get(PreviewFile, preview_id)
    task = ctx.db.get(Task, preview["task_id"])
    scoped = access.require_task_reader(ctx, task)
    supervises = scoped.role == "supervisor" and access.leads_task_type(ctx, task["task_type_id"])
    ctx.require(scoped.is_manager or scoped.role == "client" or supervises)
    return access.with_row(scoped, preview)


#: what a preview and its entity say of whether its picture is seen, and of its files
OF_FILES = ("id", "extension", "file_size", "status", "updated_at")
OF_ENTITY = ("id", "project_id", "preview_file_id", "is_shared")
THUMBNAIL_SQL = (
    f"SELECT {', '.join([*map('f.{}'.format, OF_FILES), *map('e.{}'.format, OF_ENTITY)])} FROM preview_file f"
    " JOIN task t ON t.id = f.task_id JOIN entity e ON e.id = t.entity_id WHERE f.id = ?"
)


def require_thumbnail(ctx, preview_id):
    """Require a person who sees the preview; that of a shared asset is seen by everybody but vendors.

    `row` is as much of the preview as its files ask for: pages show hundreds of them.
    """
    row = ctx.db.row(THUMBNAIL_SQL, [preview_id.lower()])
    if row is None:
        raise NotFound("PreviewFile not found.")
    preview = dict(zip(OF_FILES, row, strict=False))
    entity = dict(zip(OF_ENTITY, row[len(OF_FILES) :], strict=True))
    scoped = access.on_project(ctx, entity["project_id"])
    is_face = entity["preview_file_id"] == preview["id"]
    if not (is_face and entity["is_shared"] and scoped.role != "vendor"):
        is_seen = scoped.membership.is_member and access.sees_entity(scoped, entity["id"])
        ctx.require(is_seen or (is_face and access.glimpse(ctx, entity)))
    return access.with_row(scoped, preview)


def require_attachment(ctx, attachment):
    """Require a person who reads its comment, or sees the entity of its chat and is not a client."""
    if attachment["comment_id"]:
        return require_comment_reader(ctx, ctx.db.get(Comment, attachment["comment_id"]))
    if attachment["chat_message_id"]:
        message = ctx.db.get(ChatMessage, attachment["chat_message_id"])
        scoped = access.require_entity(ctx, ctx.db.get(Chat, message["chat_id"])["object_id"])
        scoped.require(scoped.role != "client")
        return scoped
    raise Forbidden


def may_change_playlist(ctx, playlist):
    """Whether the caller manages the project, or supervises it and created the playlist (or nobody is known to)."""
    member = access.membership(ctx, playlist["project_id"])
    return member.is_manager or (member.is_supervisor and playlist["created_by"] in (None, ctx.person_id))


def require_playlist_reader(ctx, playlist):
    """Require a member of the project who is not a vendor; a client only if the playlist is for clients."""
    scoped = access.require_member(ctx, playlist["project_id"])
    ctx.require(scoped.role != "vendor" and (scoped.role != "client" or playlist["for_client"]))
    return access.with_row(scoped, playlist)


def require_playlist_change(ctx, playlist_id):
    """Require a person who may change the playlist."""
    playlist = ctx.db.get(Playlist, playlist_id)
    ctx.require(may_change_playlist(ctx, playlist))
    return access.with_row(access.on_project(ctx, playlist["project_id"]), playlist)


def require_playlist_manager(ctx, playlist_id):
    """Require a manager of the project of the playlist."""
    playlist = ctx.db.get(Playlist, playlist_id)
    return access.with_row(access.require_manager(ctx, playlist["project_id"]), playlist)


def require_playlist(ctx, playlist_id, supervisors=False):
    """Require a manager of the project, a client if the playlist is for clients, or with `supervisors` one of them."""
    playlist = ctx.db.get(Playlist, playlist_id)
    scoped = access.require_member(ctx, playlist["project_id"])
    roles = {"client"} if playlist["for_client"] else set()
    roles |= {"supervisor"} if supervisors else set()
    ctx.require(scoped.is_manager or scoped.role in roles)
    return access.with_row(scoped, playlist)


def require_status(ctx, status):
    """Require a task status that the caller may set in the context's project; artists and clients may set only some."""
    ctx.require(ctx.role != "user" or status["is_artist_allowed"])
    ctx.require(ctx.role != "client" or is_for_clients(ctx, ctx.membership.project_id, status))


def is_for_clients(ctx, project_id, status):
    """Whether clients may set a task status in a project: by its link, else by the status itself."""
    sql = "SELECT is_client_allowed FROM project_task_status_link WHERE project_id = ? AND task_status_id = ?"
    own = ctx.db.value(sql, [project_id, status["id"]])
    return bool(status["is_client_allowed"] if own is None else own)
