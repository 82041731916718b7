"""What a project works with: task types, statuses, asset types, automations, preview backgrounds."""

from kitsulite.domain.projects import projects
from kitsulite.domain.projects.links import Links
from kitsulite.models.fields import clean_ids
from kitsulite.models.projects import Project

#: the settings by the name of their relation
SETTINGS = {relation: Links(Project, relation) for relation in Project.relations if relation != "team"}


def add(ctx, project_id, setting, row_id, **columns):
    """Link a row to a project and return the project; a link that is there stays as it is."""
    project_id = ctx.db.get(Project, project_id)["id"]
    links = SETTINGS[setting]
    links.known(ctx, row_id)
    # linking a task type again emits an event, although nothing changes
    if links.add(ctx, project_id, row_id, **columns) or setting == "task_types":
        projects.changed(ctx, project_id)
    return ctx.db.get(Project, project_id)


def remove(ctx, project_id, setting, row_id):
    """Unlink a row; what was made with it stays. Emits the event even if nothing was linked."""
    project_id = ctx.db.get(Project, project_id)["id"]
    SETTINGS[setting].remove(ctx, project_id, row_id)
    projects.changed(ctx, project_id)


def rows(ctx, project_id, setting):
    """The rows of a setting as JSON text."""
    return SETTINGS[setting].rows(ctx, ctx.db.get(Project, project_id)["id"])


def add_batch(ctx, project_id, task_types, task_status_ids, asset_type_ids, replace_task_types):
    """Link many rows at once, unknown ones skipped, and return the project.

    `task_types` holds `{task_type_id, priority}`; with `replace_task_types` all others are unlinked.
    """
    project_id = ctx.db.get(Project, project_id)["id"]
    priorities = {item["task_type_id"]: item["priority"] for item in task_types}
    clean_ids(*priorities, *task_status_ids, *asset_type_ids)
    for task_type_id in known(ctx, "task_types", priorities):
        columns = {"priority": priorities[task_type_id]} if priorities[task_type_id] is not None else {}
        SETTINGS["task_types"].put(ctx, project_id, task_type_id, **columns)
    if replace_task_types:
        keep = {task_type_id.lower() for task_type_id in priorities}
        for task_type_id in set(ctx.db.related(Project, project_id, "task_types")) - keep:
            SETTINGS["task_types"].remove(ctx, project_id, task_type_id)
    for setting, ids in (("task_statuses", task_status_ids), ("asset_types", asset_type_ids)):
        for row_id in known(ctx, setting, ids):
            SETTINGS[setting].add(ctx, project_id, row_id)
    projects.changed(ctx, project_id)
    return ctx.db.get(Project, project_id)


def known(ctx, setting, ids):
    """Those of the ids that are ids of rows, in their order."""
    return [row_id for row_id in ids if ctx.db.exists(SETTINGS[setting].kind, id=row_id.lower())]


def put_link(ctx, project_id, setting, row_id, **columns):
    """Link a row with these columns, or change those of its link; returns the link."""
    links = SETTINGS[setting]
    row_id = links.known(ctx, row_id)["id"]
    link = links.put(ctx, ctx.db.get(Project, project_id)["id"], row_id, **columns)
    projects.changed(ctx, link["project_id"])
    return link


def reorder(ctx, project_id, setting, ids):
    """Number the links by the place of their rows in `ids`, from 1; returns the ones that are there."""
    project_id = ctx.db.get(Project, project_id)["id"]
    links = SETTINGS[setting]
    places = {row_id: place for place, row_id in enumerate(clean_ids(*ids), 1) if links.has(ctx, project_id, row_id)}
    reordered = [links.put(ctx, project_id, row_id, priority=place) for row_id, place in places.items()]
    projects.changed(ctx, project_id)
    return reordered
