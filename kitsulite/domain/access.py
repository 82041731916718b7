"""Who may see and do what with the rows of a project; the rules of reviews are in `review_access.py`.

`is_...`, `may_...` and `sees_...` return whether. `require_...` raise Forbidden, or return the context of the project
in question, in which `ctx.role` is the caller's role there and `ctx.row` the row that was read.
"""

from kitsulite.context import Context, Membership
from kitsulite.domain.kinds import get_of_kind
from kitsulite.domain.project_status import IS_OPEN, IS_WIDELY_OPEN
from kitsulite.domain.visibility import CONCEPT_KINDS
from kitsulite.errors import NotFound
from kitsulite.models.choices import SUPERVISORS
from kitsulite.models.entities import Entity
from kitsulite.models.fields import is_id
from kitsulite.models.people import Person
from kitsulite.models.projects import Project
from kitsulite.models.tasks import Task, TaskType

#: columns of tasks that supervisors of their department may change
SUPERVISED_COLUMNS = {"priority", "start_date", "due_date", "estimation", "difficulty", "data"}


def membership(ctx: Context, project_id: str | None) -> Membership:
    """The caller's membership in a project, read once per request; raises NotFound if unknown, except for admins."""
    if ctx.is_admin or project_id is None:
        return Membership(project_id, ctx.global_role)
    if not is_id(project_id):
        raise NotFound("Project not found.")
    project_id = project_id.lower()
    if project_id not in ctx.memberships:
        ctx.memberships[project_id] = read_membership(ctx, project_id)
    return ctx.memberships[project_id]


def read_membership(ctx: Context, project_id: str) -> Membership:
    sql = (
        "SELECT l.person_id, l.role FROM project p LEFT JOIN project_person_link l"
        " ON l.project_id = p.id AND l.person_id = ? WHERE p.id = ?"
    )
    row = ctx.db.row(sql, [ctx.person_id, project_id])
    if row is None:
        raise NotFound("Project not found.")
    member, role = row
    # nobody is an admin of a single project
    return Membership(project_id, role if role not in (None, "admin") else ctx.global_role, member is not None)


def on_project(ctx: Context, project_id: str | None) -> Context:
    """The context of a project, whether the caller is a member or not."""
    return ctx.on(membership(ctx, project_id))


def is_member(ctx, project_id):
    return membership(ctx, project_id).is_member


def is_manager(ctx, project_id):
    return membership(ctx, project_id).is_manager


def require_member(ctx, project_id):
    scoped = on_project(ctx, project_id)
    ctx.require(scoped.membership.is_member)
    return scoped


def require_manager(ctx, project_id):
    scoped = on_project(ctx, project_id)
    ctx.require(scoped.membership.is_manager)
    return scoped


def require_supervisor(ctx, project_id):
    scoped = on_project(ctx, project_id)
    ctx.require(scoped.membership.is_supervisor)
    return scoped


def in_department(ctx, department_id):
    """Whether a supervisor leads this department; those without a department lead all."""
    return not ctx.departments or department_id in ctx.departments


def leads_task_type(ctx, task_type_id):
    """Whether a supervisor leads the department of a task type; those without a department lead all."""
    sql = "SELECT department_id FROM task_type WHERE id = ?"
    return in_department(ctx, ctx.db.value(sql, [task_type_id]))


def is_supervisor_of_task_type(ctx, project_id, task_type_id):
    """Whether the caller is a manager of the project, or a supervisor there who leads the task type's department."""
    member = membership(ctx, project_id)
    return member.is_manager or (member.is_supervisor and leads_task_type(ctx, task_type_id))


def require_supervisor_of_task_type(ctx, project_id, task_type_id):
    """Require a manager of the project, or a supervisor there who leads the task type's department."""
    scoped = on_project(ctx, project_id)
    task_type = ctx.db.get(TaskType, task_type_id)
    ctx.require(is_supervisor_of_task_type(ctx, project_id, task_type["id"]))
    return scoped.on(scoped.membership, task_type)


def require_departments(ctx, project_id, departments):
    """Require a manager, or a supervisor whose departments are all in `departments`."""
    scoped = require_supervisor(ctx, project_id)
    if not scoped.membership.is_manager:
        ctx.require(departments and ctx.departments <= {row_id.lower() for row_id in departments})
    return scoped


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
    """Whether the caller sees an entity of the context's project: vendors need a task on it, clients see no concept."""
    if ctx.role == "client":
        of_kind = f"SELECT et.name IN {CONCEPT_KINDS} FROM entity e JOIN entity_type et ON et.id = e.entity_type_id"
        return not ctx.db.value(f"{of_kind} WHERE e.id = ?", [entity_id])
    return ctx.role != "vendor" or works_on(ctx, entity_id)


#: entities around those of the caller's tasks: their parents, the parents of these, and what they cast
_AROUND_WORK = (
    "SELECT 1 FROM task_person_link l JOIN task t ON t.id = l.task_id JOIN entity e ON e.id = t.entity_id"
    " LEFT JOIN entity parent ON parent.id = e.parent_id"
    " LEFT JOIN entity_link casting ON casting.entity_in_id = e.id AND casting.entity_out_id = :entity"
    " WHERE l.person_id = :person AND t.project_id = :project"
    " AND (:entity IN (e.parent_id, e.source_id, parent.parent_id) OR casting.id IS NOT NULL) LIMIT 1"
)
_CASTING_PROJECTS = (
    "SELECT DISTINCT caster.project_id FROM entity_link l JOIN entity caster ON caster.id = l.entity_in_id"
    " JOIN project_person_link m ON m.project_id = caster.project_id AND m.person_id = ? WHERE l.entity_out_id = ?"
)


def glimpse(ctx, entity):
    """The membership with which a caller sees an entity only because lists show it beside their work, or None.

    Vendors see the parents and the casting of their shots and assets; members of a project that casts a shared asset
    see that asset.
    """
    member = membership(ctx, entity["project_id"])
    keys = {"person": ctx.person_id, "entity": entity["id"], "project": entity["project_id"]}
    if member.in_team:
        return member if member.role == "vendor" and ctx.db.value(_AROUND_WORK, keys) else None
    casting = ctx.db.column(_CASTING_PROJECTS, [ctx.person_id, entity["id"]]) if entity["is_shared"] else []
    for project_id in casting:
        role = membership(ctx, project_id).role
        if role != "vendor" or ctx.db.value(_AROUND_WORK, {**keys, "project": project_id}):
            return Membership(entity["project_id"], role)
    return None


def require_entity_view(ctx, entity_id, kind=None):
    """Require a person who sees the entity, at least as a `glimpse`."""
    return require_view(ctx, entity_of(ctx, entity_id, kind))


def require_view(ctx, entity):
    """Require a person who sees an entity that has been read, at least as a `glimpse`."""
    scoped = on_project(ctx, entity["project_id"])
    if not (scoped.membership.is_member and sees_entity(scoped, entity["id"])):
        member = glimpse(ctx, entity)
        ctx.require(member)
        scoped = ctx.on(member._replace(is_glimpse=True))
    return with_row(scoped, entity)


def entity_of(ctx, entity_id, kind=None):
    """The entity with an id and, if given, of a kind; raises NotFound."""
    return get_of_kind(ctx, kind, entity_id) if kind else ctx.db.get(Entity, entity_id)


def require_entity_member(ctx, entity_id, kind=None):
    """Require a member of the entity's project."""
    entity = entity_of(ctx, entity_id, kind)
    return with_row(require_member(ctx, entity["project_id"]), entity)


def require_entity(ctx, entity_id, kind=None):
    """Require a member of the entity's project who sees the entity."""
    entity = entity_of(ctx, entity_id, kind)
    scoped = require_member(ctx, entity["project_id"])
    ctx.require(sees_entity(scoped, entity["id"]))
    return with_row(scoped, entity)


def with_row(scoped, row):
    """The context of the project of a row, made just now, with the row."""
    scoped.row = row
    return scoped


def require_entity_manager(ctx, entity_id, kind=None):
    """Require a manager of the entity's project."""
    entity = entity_of(ctx, entity_id, kind)
    return with_row(require_manager(ctx, entity["project_id"]), entity)


def require_entity_supervisor(ctx, entity_id, kind=None):
    """Require a manager or supervisor of the entity's project."""
    entity = entity_of(ctx, entity_id, kind)
    return with_row(require_supervisor(ctx, entity["project_id"]), entity)


def require_entity_owner(ctx, entity_id, kind=None):
    """Require the creator of the entity, if a team member who sees it, or a manager of its project."""
    entity = entity_of(ctx, entity_id, kind)
    scoped = require_member(ctx, entity["project_id"])
    owns = entity["created_by"] == ctx.person_id and sees_entity(scoped, entity["id"])
    ctx.require(owns or scoped.membership.is_manager)
    return with_row(scoped, entity)


def require_task(ctx, task_id):
    """Require a member of the task's project who sees its entity; `row` is the task."""
    return require_task_reader(ctx, ctx.db.get(Task, task_id))


def require_task_reader(ctx, task):
    """Require a member of the task's project who sees its entity."""
    scoped = require_member(ctx, task["project_id"])
    ctx.require(sees_entity(scoped, task["entity_id"]))
    return with_row(scoped, task)


def may_act_on_task(ctx, task):
    """Whether the caller is an admin, or a team member who sees the entity and is manager, client, assignee, creator
    of the entity, or supervisor of the department.
    """
    member = membership(ctx, task["project_id"])
    if not (member.is_member and sees_entity(ctx.on(member), task["entity_id"])):
        return False
    if member.is_manager or member.role == "client" or is_assigned(ctx, task["id"]):
        return True
    if member.is_supervisor and leads_task_type(ctx, task["task_type_id"]):
        return True
    return created(ctx, task["entity_id"])


def created(ctx, entity_id):
    """Whether the caller created the entity."""
    return ctx.db.value("SELECT created_by FROM entity WHERE id = ?", [entity_id]) == ctx.person_id


def require_task_action(ctx, task_id):
    """Require a person who may act on the task; `row` is the task."""
    task = ctx.db.get(Task, task_id)
    ctx.require(may_act_on_task(ctx, task))
    return with_row(on_project(ctx, task["project_id"]), task)


def may_supervise_task(ctx, task, columns):
    """Whether the caller manages the project, or supervises the department and changes only planning columns."""
    member = membership(ctx, task["project_id"])
    if member.is_manager:
        return True
    return member.is_supervisor and set(columns) <= SUPERVISED_COLUMNS and leads_task_type(ctx, task["task_type_id"])


def require_self(ctx, person_id):
    """Require the person, or an admin."""
    ctx.require(ctx.is_admin or ctx.person_id == str(person_id).lower())


def require_human(ctx, person_id, project_id=None):
    """Require that a person is human, or a bot on a project that allows bots; raises NotFound if unknown."""
    is_bot = ctx.db.get(Person, person_id)["is_bot"]
    ctx.require(not is_bot or welcomes_bots(ctx, project_id))


def welcomes_bots(ctx, project_id):
    """Whether the project allows bots."""
    return bool(ctx.db.value("SELECT is_bot_collaboration_enabled FROM project WHERE id = ?", [project_id]))


def require_time_spent(ctx, task, person_id):
    """Require that the person is assigned, and that the caller is that person or manages the project."""
    sql = "SELECT 1 FROM task_person_link WHERE task_id = ? AND person_id = ?"
    ctx.require(ctx.db.value(sql, [task["id"], person_id]) is not None)
    ctx.require(is_manager(ctx, task["project_id"]) or ctx.person_id == person_id)


def require_human_on_task(ctx, task_id, person_id):
    """Require that a person is human, or a bot if the project of the task allows bots."""
    task = ctx.db.get(Task, task_id)
    require_human(ctx, person_id, task["project_id"])
    return with_row(on_project(ctx, task["project_id"]), task)


def require_time_reader(ctx, person_id):
    """Require the person, or somebody who leads projects, who then sees only the time spent on these."""
    ctx.require(ctx.person_id == person_id or ctx.global_role in SUPERVISORS)


def require_quota_reader(ctx, person_id, project_id):
    """Require the person, an admin, or somebody who leads the project, if one is given."""
    if project_id is not None:
        ctx.db.require(Project, project_id)
    scoped = on_project(ctx, project_id)
    leads = project_id is not None and scoped.membership.is_supervisor
    ctx.require(ctx.is_admin or leads or ctx.person_id == person_id)
    return scoped


def effective_role(project, person="person.id", role="person.role"):
    """SQL of the role of a person on a project; `person` and `role` are SQL of their id and global role."""
    own = f"SELECT NULLIF(m.role, 'admin') FROM project_person_link m WHERE m.project_id = {project}"
    return f"COALESCE(({own} AND m.person_id = {person}), {role})"


def project_role(ctx, person_id, project_id):
    """The role of a person on a project: that of the team link, else the global one."""
    sql = (
        "SELECT COALESCE(NULLIF(l.role, 'admin'), p.role) FROM person p LEFT JOIN project_person_link l"
        " ON l.person_id = p.id AND l.project_id = ? WHERE p.id = ?"
    )
    return ctx.db.value(sql, [project_id, person_id])


#: SQL conditions on a project id: the project is open and the caller (one parameter) is in its team; it is open; it
#: is open in the sense of the lists for admins
IN_RELATED_PROJECT = (
    "IN (SELECT p.id FROM project p JOIN project_person_link l ON l.project_id = p.id"
    f" WHERE l.person_id = ? AND {IS_OPEN})"
)
IN_OPEN_PROJECT = f"IN (SELECT p.id FROM project p WHERE {IS_OPEN})"
IN_ADMINS_PROJECT = f"IN (SELECT p.id FROM project p WHERE {IS_WIDELY_OPEN})"


def in_open_projects(ctx):
    """SQL condition on a project id with its parameters: an open project of the caller, for admins any open one."""
    return (IN_ADMINS_PROJECT, []) if ctx.is_admin else (IN_RELATED_PROJECT, [ctx.person_id])
