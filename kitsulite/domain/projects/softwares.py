"""The software for a task type in a project."""

from kitsulite.domain.projects import projects
from kitsulite.domain.projects.settings import SETTINGS
from kitsulite.errors import BadParameter
from kitsulite.models.fields import is_id
from kitsulite.models.people import Software
from kitsulite.models.projects import Project, ProjectTaskTypeSoftwareLink


def of_project(ctx, project_id):
    """The software of all task types of a project, as `{project_id, task_type_id, software_id}`."""
    sql = (
        "SELECT project_id, task_type_id, software_id FROM project_task_type_software_link"
        " WHERE project_id = ? ORDER BY task_type_id, software_id"
    )
    return ctx.db.rows(sql, [ctx.db.require(Project, project_id)])


def add(ctx, project_id, task_type_id, software_id):
    """Add a software to a task type of a project; returns the three ids."""
    link = checked_ids(project_id, task_type_id, software_id)
    project = ctx.db.get(Project, link["project_id"])
    if not SETTINGS["task_types"].has(ctx, project["id"], task_type_id):
        raise BadParameter("The task type is not a task type of the project.")
    if ctx.db.get(Software, software_id)["archived"]:
        raise BadParameter("The software is archived.")
    if ctx.db.link(ProjectTaskTypeSoftwareLink, **link):
        projects.changed(ctx, project["id"])
    return link


def remove(ctx, project_id, task_type_id, software_id):
    """Remove a software from a task type of a project, if it is there."""
    link = checked_ids(project_id, task_type_id, software_id)
    ctx.db.require(Project, project_id)
    if ctx.db.delete(ProjectTaskTypeSoftwareLink, **link):
        projects.changed(ctx, link["project_id"])


def checked_ids(project_id, task_type_id, software_id):
    if not is_id(task_type_id) or not is_id(software_id):
        raise BadParameter("task_type_id and software_id must be valid UUIDs.")
    return {
        "project_id": project_id.lower(),
        "task_type_id": task_type_id.lower(),
        "software_id": software_id.lower(),
    }
