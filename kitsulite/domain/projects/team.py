"""The team of a project and the roles that its members have there."""

from kitsulite.domain.ids import path_id
from kitsulite.domain.people import persons
from kitsulite.domain.projects import preview_accounts, projects
from kitsulite.errors import BadParameter
from kitsulite.models.activity import Subscription
from kitsulite.models.base import json_object
from kitsulite.models.fields import is_id
from kitsulite.models.people import Person
from kitsulite.models.projects import Project, ProjectPersonLink

#: SQL condition on a subscription with two parameters: it follows something of a project
IN_PROJECT = " OR ".join(f"{name}_id IN (SELECT id FROM {name} WHERE project_id = ?)" for name in ("task", "entity"))


def members(ctx, project_id):
    """The team as JSON text: whole persons for managers, the minimum for others, each with its `project_role`."""
    values = {**persons.visible_parts(ctx, relations=ctx.is_manager), "project_role": "l.role"}
    sql = (
        f"SELECT {json_object(values)} FROM project_person_link l JOIN person ON person.id = l.person_id"
        " WHERE l.project_id = ? ORDER BY l.rowid"
    )
    return ctx.db.json_list(sql, [ctx.db.get(Project, project_id)["id"]])


def add(ctx, project_id, person_id, role=None):
    """Take a person into the team, with a role if it is given, and return the project."""
    project_id = ctx.db.get(Project, project_id)["id"]
    person = ctx.db.find(Person, id=person_id.lower()) if is_id(person_id) else None
    if person is None:
        raise BadParameter(f"Person with id {person_id} not found")
    preview_accounts.check_member(person, project_id, role)
    if ctx.db.link(ProjectPersonLink, project_id=project_id, person_id=person["id"]):
        projects.changed(ctx, project_id)
    if role:
        set_role(ctx, project_id, person["id"], role)
    return ctx.db.get(Project, project_id)


def set_role(ctx, project_id, person_id, role):
    """Give a member a role on the project, None for the person's own; returns the three."""
    member = {"project_id": path_id(project_id), "person_id": path_id(person_id)}
    person = ctx.db.find(Person, id=member["person_id"])
    if person:
        preview_accounts.check_member(person, member["project_id"], role)
    sql = "UPDATE project_person_link SET role = ? WHERE project_id = ? AND person_id = ?"
    if not ctx.db.execute(sql, [role, *member.values()]).rowcount:
        raise BadParameter("The person is not in the team of the project.")
    projects.changed(ctx, member["project_id"])
    return {**member, "role": role}


def remove(ctx, project_id, person_id):
    """Take a person out of the team: tasks stay assigned, what they followed they follow no longer.

    Emits the event even if the person was no member.
    """
    project_id = ctx.db.get(Project, project_id)["id"]
    ctx.db.delete(ProjectPersonLink, project_id=project_id, person_id=person_id)
    ctx.db.delete(Subscription, f"person_id = ? AND ({IN_PROJECT})", [person_id, project_id, project_id])
    projects.changed(ctx, project_id)
