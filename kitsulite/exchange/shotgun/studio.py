"""Imports what productions of a Shotgun site share (persons, statuses, steps), and the productions themselves."""

from kitsulite.domain.files import shipped_trees
from kitsulite.domain.people import persons
from kitsulite.domain.projects import projects
from kitsulite.events.bus import emit
from kitsulite.exchange.shotgun.reading import (
    BLACK,
    Skipped,
    cleaned,
    color,
    custom,
    find,
    find_id,
    need,
    part,
    store,
)
from kitsulite.models.people import Department, Person
from kitsulite.models.projects import Project, ProjectPersonLink, ProjectStatus
from kitsulite.models.tasks import TaskStatus, TaskType

#: the email address of accounts that nobody uses
UNUSED = "changeme@email.com"
ROLES = {"Manager": "manager", "Admin": "admin"}


def import_project(ctx, entry):
    columns = {
        "name": need(entry, "name"),
        "shotgun_id": need(entry, "id"),
        "project_status_id": status_named(ctx, need(entry, "sg_status")),
        "data": custom(entry, "sg_status"),
    }
    project = find(ctx, Project, entry["id"])
    return store(ctx, Project, project, columns, file_tree=shipped_trees.TREES["default"])


def status_named(ctx, name):
    """The id of the project status with a name, which is created if it is missing."""
    if name is None:
        return None
    status = ctx.db.find(ProjectStatus, **cleaned(ProjectStatus, {"name": name}))
    return status["id"] if status else ctx.db.add(ProjectStatus, name=name, color=BLACK)


def import_person(ctx, entry):
    email = need(entry, "email")
    if email == UNUSED:
        raise Skipped
    columns = {
        "first_name": need(entry, "firstname"),
        "last_name": need(entry, "lastname"),
        "email": persons.well_formed(email) if email else None,
        "desktop_login": need(entry, "login"),
        "shotgun_id": need(entry, "id"),
        "active": entry.get("sg_status_list", "act") == "act",
        "role": ROLES.get(part(entry, "permission_rule_set", "name"), "user"),
    }
    columns = cleaned(Person, columns)
    person = find(ctx, Person, entry["id"]) or ctx.db.find(Person, email=columns["email"], is_bot=False)
    if person is None and columns["active"]:
        persons.require_place(ctx)
    person_id = person["id"] if person else ctx.db.add(Person, **persons.prepare_new(ctx, columns))
    department = part(entry, "department", "name")
    if department:
        ctx.db.relate(Person, person_id, "departments", [department_named(ctx, department, BLACK, emits=True)])
    return person_id


def department_named(ctx, name, new_color, emits=False):
    """The id of the department with a name, which is created if it is missing."""
    name = cleaned(Department, {"name": name})["name"]
    department = ctx.db.find(Department, name=name)
    if department:
        return department["id"]
    department_id = ctx.db.add(Department, name=name, color=new_color)
    if emits:
        emit(ctx, "department:new", {"department_id": department_id})
    return department_id


def import_connection(ctx, entry):
    """Add a person to the team of a project; returns the project's id."""
    project_id = find_id(ctx, Project, need(entry, "project", "id"))
    person_id = find_id(ctx, Person, need(entry, "user", "id"))
    if project_id is None:
        raise Skipped
    columns = cleaned(ProjectPersonLink, {"shotgun_id": need(entry, "id")})
    link = {"project_id": project_id, "person_id": person_id}
    is_known = ctx.db.exists(ProjectPersonLink, project_id=project_id, **columns)
    if person_id and not is_known and not ctx.db.exists(ProjectPersonLink, **link):
        ctx.db.add(ProjectPersonLink, **link, **columns)
        projects.changed(ctx, project_id)
    return project_id


def import_step(ctx, entry):
    """Import a step as a task type, whose department is named like the first word."""
    name = need(entry, "code")
    if not isinstance(name, str) or not name.split():
        raise Skipped
    own_color = color(entry["color"]) if entry.get("color") else BLACK
    columns = {"short_name": entry.get("short_name") or "", "shotgun_id": need(entry, "id"), "color": own_color}
    identity = {
        "for_entity": entry.get("entity_type") or "Asset",
        "department_id": department_named(ctx, name.split()[0], own_color),
    }
    identity = cleaned(TaskType, identity)
    same = "folded(name) = ? AND for_entity = ?"
    params = [name.casefold(), identity["for_entity"]]
    alike = ctx.db.first(TaskType, f"{same} AND department_id = ?", [*params, identity["department_id"]])
    task_type = find(ctx, TaskType, entry["id"]) or ctx.db.first(TaskType, same, params)
    # an existing one keeps its name, since name, entity and department must be unique
    return store(ctx, TaskType, task_type, columns if alike else {"name": name, **identity, **columns})


def import_status(ctx, entry):
    columns = {
        "name": need(entry, "name"),
        "short_name": need(entry, "code"),
        "color": color(entry["bg_color"]) if need(entry, "bg_color") else BLACK,
        "shotgun_id": need(entry, "id"),
    }
    columns = cleaned(TaskStatus, columns)
    status = find(ctx, TaskStatus, entry["id"]) or ctx.db.find(TaskStatus, short_name=columns["short_name"])
    return store(ctx, TaskStatus, status, columns)
