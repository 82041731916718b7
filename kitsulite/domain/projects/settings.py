"""The settings of a project: task types, statuses, asset types, automations, preview backgrounds."""

from kitsulite.domain.ids import path_id
from kitsulite.domain.projects import bitrates, projects
from kitsulite.domain.projects.links import Links
from kitsulite.errors import NotFound
from kitsulite.models.fields import clean_ids
from kitsulite.models.projects import Project, ProjectTaskTypeSoftwareLink

#: name of a relation -> its links
SETTINGS = {relation: Links(Project, relation) for relation in Project.relations if relation != "team"}


def add(ctx, project_id, setting, row_id):
    """Link a row to a project and return the project; an existing link stays as it is."""
    project_id = ctx.db.require(Project, project_id)
    links = SETTINGS[setting]
    links.existing(ctx, row_id)
    if links.add(ctx, project_id, row_id):
        projects.changed(ctx, project_id)
    return ctx.db.get(Project, project_id)


def add_task_type(ctx, project_id, task_type_id, priority, columns):
    """Link a task type to a project, or change these columns of its link; returns the project."""
    project = ctx.db.get(Project, project_id)
    links = SETTINGS["task_types"]
    task_type_id = links.existing(ctx, task_type_id)["id"]
    link = links.find(ctx, project["id"], task_type_id)
    bitrates.check(ctx.settings, link or {}, columns, project)
    links.put(ctx, project["id"], task_type_id, **columns, **({} if link else {"priority": priority}))
    projects.changed(ctx, project["id"])
    return ctx.db.get(Project, project["id"])


def set_client_status(ctx, project_id, task_status_id, is_client_allowed):
    """Set whether clients may set a status in a project, None for the default of the status; returns the link."""
    links = SETTINGS["task_statuses"]
    link = links.find(ctx, ctx.db.require(Project, project_id), path_id(task_status_id))
    if link is None:
        raise NotFound("Task status not found in this project.")
    ctx.db.update(links.table, link["id"], is_client_allowed=is_client_allowed)
    projects.changed(ctx, link["project_id"])
    return ctx.db.get(links.table, link["id"])


def remove(ctx, project_id, setting, row_id):
    """Unlink a row, without deleting what uses it; emits the event even if it was not linked."""
    project_id = ctx.db.require(Project, project_id)
    unlink(ctx, project_id, setting, row_id)
    projects.changed(ctx, project_id)


def unlink(ctx, project_id, setting, row_id):
    """Unlink a row, and the software of a task type."""
    SETTINGS[setting].remove(ctx, project_id, row_id)
    if setting == "task_types":
        ctx.db.delete(ProjectTaskTypeSoftwareLink, project_id=project_id, task_type_id=row_id.lower())


def rows(ctx, project_id, setting):
    """The rows of a setting as JSON text."""
    return SETTINGS[setting].rows(ctx, ctx.db.require(Project, project_id))


def add_batch(ctx, project_id, task_types, task_status_ids, asset_type_ids, replace_task_types):
    """Link many rows at once, except unknown ones, and return the project.

    `task_types` are `{task_type_id, priority, is_client_visible}`; with `replace_task_types` all others are unlinked.
    """
    project_id = ctx.db.require(Project, project_id)
    links = {item.pop("task_type_id"): item for item in task_types}
    clean_ids(*links, *task_status_ids, *asset_type_ids)
    for task_type_id in existing_ids(ctx, "task_types", links):
        columns = {name: value for name, value in links[task_type_id].items() if value is not None}
        SETTINGS["task_types"].put(ctx, project_id, task_type_id, **columns)
    if replace_task_types:
        keep = {task_type_id.lower() for task_type_id in links}
        for task_type_id in set(ctx.db.related(Project, project_id, "task_types")) - keep:
            unlink(ctx, project_id, "task_types", task_type_id)
    for setting, ids in (("task_statuses", task_status_ids), ("asset_types", asset_type_ids)):
        for row_id in existing_ids(ctx, setting, ids):
            SETTINGS[setting].add(ctx, project_id, row_id)
    projects.changed(ctx, project_id)
    return ctx.db.get(Project, project_id)


def existing_ids(ctx, setting, ids):
    """The ids among these that exist, in order."""
    return [row_id for row_id in ids if ctx.db.exists(SETTINGS[setting].kind, id=row_id.lower())]


def put_link(ctx, project_id, setting, row_id, **columns):
    """Link a row with these columns, or change those of its link; returns the link."""
    links = SETTINGS[setting]
    row_id = links.existing(ctx, row_id)["id"]
    link = links.put(ctx, ctx.db.require(Project, project_id), row_id, **columns)
    projects.changed(ctx, link["project_id"])
    return link


def reorder(ctx, project_id, setting, ids):
    """Number the links from 1 in the order of `ids`; returns the existing ones."""
    project_id = ctx.db.require(Project, project_id)
    links = SETTINGS[setting]
    numbered = enumerate(clean_ids(*ids), 1)
    priorities = {row_id: priority for priority, row_id in numbered if links.has(ctx, project_id, row_id)}
    reordered = [links.put(ctx, project_id, row_id, priority=priority) for row_id, priority in priorities.items()]
    projects.changed(ctx, project_id)
    return reordered
