"""Who may see and do what with the rows of a production: each rule once.

`is_...` and `may_...` answer; `require_...` raise Forbidden. Those that name a project set
the effective role of the caller for the rest of the request (`ctx.project_role`).
Source of the rules: the permission model of the API.
"""

from kitsulite.domain.entities.types import get_of_kind
from kitsulite.domain.projects.status import IS_OPEN, IS_WIDELY_OPEN
from kitsulite.errors import Forbidden, NotFound
from kitsulite.models.activity import Chat, ChatMessage
from kitsulite.models.entities import Entity
from kitsulite.models.fields import is_id
from kitsulite.models.people import Person
from kitsulite.models.previews import Playlist, PreviewFile
from kitsulite.models.tasks import Comment, Task, TaskStatus

#: what a supervisor may change on the tasks of his departments
SUPERVISED_COLUMNS = {"priority", "start_date", "due_date", "estimation", "difficulty", "data"}


def belongs_to(ctx, project_id):
    """Whether the caller is in the team; sets the effective role. Unknown project: NotFound."""
    ctx.project_role = None
    if project_id is None:
        return False
    sql = (
        "SELECT l.person_id, l.role FROM project p LEFT JOIN project_person_link l"
        " ON l.project_id = p.id AND l.person_id = ? WHERE p.id = ?"
    )
    row = ctx.db.row(sql, [ctx.person_id, project_id.lower()]) if is_id(project_id) else None
    if row is None:
        raise NotFound("Project not found.")
    if row[0] and not ctx.is_admin:
        ctx.project_role = row[1] if row[1] not in (None, "admin") else ctx.global_role
    return row[0] is not None


def is_member(ctx, project_id):
    """Admin, or somebody of the team."""
    return ctx.is_admin or belongs_to(ctx, project_id)


def is_manager(ctx, project_id):
    """Admin, or somebody of the team whose role there is manager."""
    return ctx.is_admin or (belongs_to(ctx, project_id) and ctx.is_manager)


def is_supervisor(ctx, project_id):
    """Admin, or somebody of the team whose role there is manager or supervisor."""
    return ctx.is_admin or (belongs_to(ctx, project_id) and ctx.role in ("manager", "supervisor"))


def require_member(ctx, project_id):
    ctx.require(is_member(ctx, project_id))


def require_manager(ctx, project_id):
    ctx.require(is_manager(ctx, project_id))


def require_supervisor(ctx, project_id):
    ctx.require(is_supervisor(ctx, project_id))


def in_department(ctx, department_id):
    """Whether a supervisor leads this department; without any department he leads all."""
    return not ctx.departments or department_id in ctx.departments


def leads_task_type(ctx, task_type_id):
    """Whether the caller's departments are empty or hold that of the task type."""
    sql = "SELECT department_id FROM task_type WHERE id = ?"
    return in_department(ctx, ctx.db.value(sql, [task_type_id]))


def is_supervisor_of_task_type(ctx, project_id, task_type_id):
    """Manager of the project, or a supervisor of the team for the department of the task type."""
    if is_manager(ctx, project_id):
        return True
    return ctx.project_role == "supervisor" and leads_task_type(ctx, task_type_id)


def require_departments(ctx, project_id, departments):
    """Manager of the project, or a supervisor of its team, all of whose departments are among these, not none."""
    if is_manager(ctx, project_id):
        return
    supervises = ctx.project_role == "supervisor"
    ctx.require(supervises and departments and ctx.departments <= {row_id.lower() for row_id in departments})


def is_assigned(ctx, task_id):
    """Whether the caller is an assignee of the task."""
    sql = "SELECT 1 FROM task_person_link WHERE task_id = ? AND person_id = ?"
    return ctx.db.value(sql, [task_id, ctx.person_id]) is not None


def works_on(ctx, entity_id):
    """Whether the caller is assigned to a task of the entity."""
    sql = (
        "SELECT 1 FROM task t JOIN task_person_link l ON l.task_id = t.id"
        " WHERE t.entity_id = ? AND l.person_id = ? LIMIT 1"
    )
    return ctx.db.value(sql, [entity_id, ctx.person_id]) is not None


def sees_entity(ctx, entity_id):
    """Everybody but vendors, who need a task on the entity."""
    return ctx.role != "vendor" or works_on(ctx, entity_id)


def entity_of(ctx, entity_id, kind=None):
    """The entity of an id, of this kind where one is named; else NotFound."""
    return get_of_kind(ctx, kind, entity_id) if kind else ctx.db.get(Entity, entity_id)


def require_entity_member(ctx, entity_id, kind=None):
    """Member of the entity's project."""
    require_member(ctx, entity_of(ctx, entity_id, kind)["project_id"])


def require_entity(ctx, entity_id, kind=None):
    """Member of the entity's project who sees the entity; returns the entity."""
    entity = entity_of(ctx, entity_id, kind)
    require_member(ctx, entity["project_id"])
    ctx.require(sees_entity(ctx, entity["id"]))
    return entity


def require_entity_manager(ctx, entity_id, kind=None):
    """Manager of the entity's project."""
    require_manager(ctx, entity_of(ctx, entity_id, kind)["project_id"])


def require_entity_owner(ctx, entity_id, kind=None):
    """Whoever made the entity, in the team or not, or a manager of its project."""
    entity = entity_of(ctx, entity_id, kind)
    if entity["created_by"] != ctx.person_id:
        require_manager(ctx, entity["project_id"])


def require_task(ctx, task_id):
    """Member of the task's project who sees its entity; returns the task."""
    task = ctx.db.get(Task, task_id)
    require_member(ctx, task["project_id"])
    ctx.require(sees_entity(ctx, task["entity_id"]))
    return task


def may_act_on_task(ctx, task):
    """Admin; of the team: manager, client, assignee, supervisor of its department, creator of its entity."""
    if ctx.is_admin:
        return True
    if not belongs_to(ctx, task["project_id"]):
        return False
    if ctx.role in ("manager", "client") or is_assigned(ctx, task["id"]):
        return True
    if ctx.role == "supervisor" and leads_task_type(ctx, task["task_type_id"]):
        return True
    return created(ctx, task["entity_id"])


def created(ctx, entity_id):
    """Whether the caller made the entity."""
    return ctx.db.value("SELECT created_by FROM entity WHERE id = ?", [entity_id]) == ctx.person_id


def require_task_action(ctx, task_id):
    """The task, for somebody who may act on it."""
    task = ctx.db.get(Task, task_id)
    ctx.require(may_act_on_task(ctx, task))
    return task


def require_comment_reader(ctx, comment):
    """Reader of its task; studio and clients see each other's comments by the rules of the production."""
    if ctx.is_admin:
        return
    task = require_task(ctx, comment["object_id"])
    if ctx.role in ("manager", "supervisor"):
        return
    from_client = project_role(ctx, comment["person_id"], task["project_id"]) == "client"
    if ctx.role == "client":
        isolated = ctx.db.value("SELECT is_clients_isolated FROM project WHERE id = ?", [task["project_id"]])
        own = comment["person_id"] == ctx.person_id
        ctx.require(comment["for_client"] or (from_client and (own or not isolated)))
    else:
        ctx.require(not from_client)


#: a text (comment or reply) whose author calls on the caller, by name or by department
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
    """Whether the caller, in the team and no vendor, is called by name or department on the task."""
    if not belongs_to(ctx, task["project_id"]) or ctx.role == "vendor":
        return False
    return ctx.db.value(_MENTIONED, {"task": task["id"], "person": ctx.person_id}) is not None


def require_commenter(ctx, task, status_id):
    """Somebody who may act on the task, or is mentioned on it and keeps its status; returns the usable status."""
    keeps_status = status_id.lower() == task["task_status_id"]
    ctx.require(may_act_on_task(ctx, task) or (keeps_status and is_mentioned(ctx, task)))
    status = ctx.db.get(TaskStatus, status_id)
    require_status(ctx, status)
    return status


def require_preview(ctx, preview_id):
    """The preview, for a member of its project who may see its entity."""
    preview = ctx.db.get(PreviewFile, preview_id)
    require_task(ctx, preview["task_id"])
    return preview


def require_preview_action(ctx, preview_id):
    """The preview, for somebody who may act on its task."""
    preview = ctx.db.get(PreviewFile, preview_id)
    require_task_action(ctx, preview["task_id"])
    return preview


def require_preview_manager(ctx, preview_id):
    """Manager of the project of the preview."""
    preview = ctx.db.get(PreviewFile, preview_id)
    require_manager(ctx, ctx.db.get(Task, preview["task_id"])["project_id"])


def require_annotator(ctx, preview_id):
    """The preview, for managers and clients of its project and supervisors of its department."""
    preview = ctx.db.get(PreviewFile, preview_id)
    task = ctx.db.get(Task, preview["task_id"])
    require_member(ctx, task["project_id"])
    supervises = ctx.role == "supervisor" and leads_task_type(ctx, task["task_type_id"])
    ctx.require(ctx.is_manager or ctx.role == "client" or supervises)
    return preview


def require_thumbnail(ctx, preview_id):
    """The preview, for those who may see it; that of a shared asset for everybody but vendors."""
    preview = ctx.db.get(PreviewFile, preview_id)
    task = ctx.db.get(Task, preview["task_id"])
    entity = ctx.db.get(Entity, task["entity_id"])
    belongs_to(ctx, entity["project_id"])
    is_face = entity["preview_file_id"] == preview["id"] and entity["is_shared"]
    if not is_face or ctx.role == "vendor":
        require_entity(ctx, entity["id"])
    return preview


def require_attachment(ctx, attachment):
    """Somebody who may see the task of its comment, or the entity of its chat."""
    if attachment["comment_id"]:
        require_task(ctx, ctx.db.get(Comment, attachment["comment_id"])["object_id"])
    elif attachment["chat_message_id"]:
        message = ctx.db.get(ChatMessage, attachment["chat_message_id"])
        require_entity(ctx, ctx.db.get(Chat, message["chat_id"])["object_id"])
    else:
        raise Forbidden


def may_change_playlist(ctx, playlist):
    """Manager of the project, or the supervisor of the team who made the playlist or whose maker is unknown."""
    if is_manager(ctx, playlist["project_id"]):
        return True
    return ctx.project_role == "supervisor" and playlist["created_by"] in (None, ctx.person_id)


def require_playlist_change(ctx, playlist_id):
    """Somebody who may change the playlist."""
    ctx.require(may_change_playlist(ctx, ctx.db.get(Playlist, playlist_id)))


def require_playlist_manager(ctx, playlist_id):
    """Manager of the project of the playlist."""
    require_manager(ctx, ctx.db.get(Playlist, playlist_id)["project_id"])


def require_playlist(ctx, playlist_id, supervisors=False):
    """Manager of the project; a client where the playlist is for clients; supervisors where they are meant."""
    playlist = ctx.db.get(Playlist, playlist_id)
    require_member(ctx, playlist["project_id"])
    roles = {"client"} if playlist["for_client"] else set()
    roles |= {"supervisor"} if supervisors else set()
    ctx.require(ctx.is_manager or ctx.role in roles)


def require_status(ctx, status):
    """A task status that the caller's role may set: artists and clients only some."""
    ctx.require(ctx.role != "user" or status["is_artist_allowed"])
    ctx.require(ctx.role != "client" or status["is_client_allowed"])


def may_supervise_task(ctx, task, columns):
    """Manager, or a supervisor of its department who changes nothing but planning columns."""
    if is_manager(ctx, task["project_id"]):
        return True
    supervises = ctx.project_role == "supervisor" and set(columns) <= SUPERVISED_COLUMNS
    return supervises and leads_task_type(ctx, task["task_type_id"])


def require_self(ctx, person_id):
    """Admin, or the person."""
    ctx.require(ctx.is_admin or ctx.person_id == str(person_id).lower())


def require_human(ctx, person_id, project_id=None):
    """A person who is no bot, or a bot on a project that bots work on; unknown: NotFound."""
    is_bot = ctx.db.get(Person, person_id)["is_bot"]
    ctx.require(not is_bot or welcomes_bots(ctx, project_id))


def welcomes_bots(ctx, project_id):
    """Whether bots work on the project."""
    return bool(ctx.db.value("SELECT is_bot_collaboration_enabled FROM project WHERE id = ?", [project_id]))


def require_time_spent(ctx, task, person_id):
    """An assignee of the task: the caller himself, or one whose time an admin or manager of the project keeps."""
    sql = "SELECT 1 FROM task_person_link WHERE task_id = ? AND person_id = ?"
    ctx.require(ctx.db.value(sql, [task["id"], person_id]) is not None)
    ctx.require(is_manager(ctx, task["project_id"]) or ctx.person_id == person_id)


def require_human_on_task(ctx, task_id, person_id):
    """A person who is no bot, or a bot where the production of the task welcomes bots."""
    require_human(ctx, person_id, ctx.db.get(Task, task_id)["project_id"])


def require_time_reader(ctx, person_id):
    """The person, an admin, or one who leads productions: of him time is seen in these alone."""
    ctx.require(ctx.person_id == person_id or ctx.global_role in ("admin", "manager", "supervisor"))


def require_quota_reader(ctx, person_id, project_id):
    """The person, or an admin or manager of the project, which may be missing."""
    if project_id is not None:
        belongs_to(ctx, project_id)
    if ctx.is_manager:
        require_manager(ctx, project_id)
    else:
        ctx.require(ctx.person_id == person_id)


def project_role(ctx, person_id, project_id):
    """The role of a person on a project: that of the team link, else the global one."""
    sql = (
        "SELECT COALESCE(NULLIF(l.role, 'admin'), p.role) FROM person p LEFT JOIN project_person_link l"
        " ON l.person_id = p.id AND l.project_id = ? WHERE p.id = ?"
    )
    return ctx.db.value(sql, [project_id, person_id])


#: SQL conditions on a project id: the project is open and the caller, one parameter, is in its team; it is open,
#: whoever is in its team; it is open in the sense of the lists of admins
IN_RELATED_PROJECT = (
    "IN (SELECT p.id FROM project p JOIN project_person_link l ON l.project_id = p.id"
    f" WHERE l.person_id = ? AND {IS_OPEN})"
)
IN_OPEN_PROJECT = f"IN (SELECT p.id FROM project p WHERE {IS_OPEN})"
IN_ADMINS_PROJECT = f"IN (SELECT p.id FROM project p WHERE {IS_WIDELY_OPEN})"


def in_open_projects(ctx):
    """SQL condition on a project id with its parameters: an open project of the caller, for admins any."""
    return (IN_ADMINS_PROJECT, []) if ctx.is_admin else (IN_RELATED_PROJECT, [ctx.person_id])
