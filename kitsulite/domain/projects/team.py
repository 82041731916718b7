"""The team of a project, and the roles of its members there."""

from kitsulite.domain.ids import path_id
from kitsulite.domain.people import persons
from kitsulite.domain.projects import preview_accounts, projects
from kitsulite.errors import BadParameter
from kitsulite.models.activity import Subscription
from kitsulite.models.base import json_object
from kitsulite.models.fields import is_id
from kitsulite.models.people import Person
from kitsulite.models.projects import Project, ProjectPersonLink

#: SQL condition with two parameters: a subscription is to something in a project
IN_PROJECT = " OR ".join(f"{name}_id IN (SELECT id FROM {name} WHERE project_id = ?)" for name in ("task", "entity"))


def members(ctx, project_id):
    """The team as JSON text with `project_role`; managers see whole persons, others the minimum."""
    values = {**persons.visible_parts(ctx, relations=ctx.is_manager), "project_role": "l.role"}
    sql = (
        f"SELECT {json_object(values)} FROM project_person_link l JOIN person ON person.id = l.person_id"
        " WHERE l.project_id = ? ORDER BY l.rowid"
    )
    return ctx.db.json_list(sql, [ctx.db.require(Project, project_id)])


def add(ctx, project_id, person_id, role=None):
    """Add a person to the team, optionally with a role, and return the project."""
    project_id = ctx.db.require(Project, project_id)
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
    """Set the role of a member on the project, None for their global role; returns the three values."""
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
    """Remove a person from the team and their subscriptions in the project; tasks stay assigned.

    Emits the event even if the person was no member.
    """
    project_id = ctx.db.require(Project, project_id)
    ctx.db.delete(ProjectPersonLink, project_id=project_id, person_id=person_id)
    ctx.db.delete(Subscription, f"person_id = ? AND ({IN_PROJECT})", [person_id, project_id, project_id])
    projects.changed(ctx, project_id)
