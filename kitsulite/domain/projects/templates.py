"""Templates of projects: settings and descriptors kept for the projects to come."""

from kitsulite.domain.projects import bitrates, projects
from kitsulite.domain.projects.links import Links
from kitsulite.domain.projects.template_descriptors import add_to_project, snapshot
from kitsulite.errors import Answer, BadParameter, NotFound, RowRejected
from kitsulite.events.bus import emit
from kitsulite.models.base import json_object, parts
from kitsulite.models.fields import is_id
from kitsulite.models.projects import Project
from kitsulite.models.templates import ProjectTemplate

#: columns that a template and a project have in common and that are taken over
COPIED = (
    *("fps", "ratio", "resolution", "production_type", "production_style", "max_retakes", "is_clients_isolated"),
    *("is_preview_download_allowed", "is_set_preview_automated", "is_publish_default_for_artists", "homepage"),
    *("is_client_stats_visible", "is_client_task_list_visible", "is_client_task_panel_visible", *bitrates.NAMES),
)
#: columns of JSON that are taken over as a whole
COPIED_WHOLE = ("file_tree", "data")
#: columns that a new template takes from a body
CREATED = ("name", "description", *COPIED, *COPIED_WHOLE, "metadata_descriptors")
DEFAULT_BACKGROUND = "default_preview_background_file_id"

LINKS = {relation: Links(ProjectTemplate, relation) for relation in ProjectTemplate.relations}
PROJECT_LINKS = {relation: Links(Project, relation) for relation in ProjectTemplate.relations}


def get(ctx, template_id):
    """A template; an unknown or malformed id is answered by 404 and a message alone."""
    return found(ctx, ProjectTemplate, template_id, "Project template not found")


def found(ctx, model, row_id, message):
    row = ctx.db.find(model, id=row_id.lower()) if is_id(row_id) else None
    if row is None:
        raise Answer(404, {"message": message})
    return row


def emit_update(ctx, template):
    emit(ctx, "project-template:update", {"project_template_id": template["id"]})


def changed(ctx, template):
    """Emit a change and return the template as it is now."""
    emit_update(ctx, template)
    return ctx.db.get(ProjectTemplate, template["id"])


# What a template links


def link_columns(relation):
    """What a listing shows of the link `l` to a task type or status: name -> SQL."""
    columns = parts(LINKS[relation].table, "l")
    if relation == "task_types":
        names = ("priority", "hd_bitrate_compression", "ld_bitrate_compression", "is_client_visible")
        return {name: columns[name] for name in names}
    shown = {name: columns[name] for name in ("priority", "roles_for_board")}
    return {**shown, "link_is_client_allowed": columns["is_client_allowed"]}


def ordered_rows(ctx, template_id, relation):
    """The linked task types or statuses by priority, as JSON text, with what their links say."""
    links = LINKS[relation]
    kind, table = links.kind, links.table.table()
    values = {**parts(kind, "k"), **link_columns(relation)}
    sql = (
        f"SELECT {json_object(values)} FROM {table} l JOIN {kind.table()} k ON k.id = l.{links.there}"
        " WHERE l.project_template_id = ? ORDER BY COALESCE(l.priority, 0), k.name"
    )
    return ctx.db.json_list(sql, [get(ctx, template_id)["id"]])


def known(ctx, relation, row_id):
    """The row that a body names, or a refusal of the shape that templates have."""
    try:
        return LINKS[relation].known(ctx, row_id)
    except BadParameter as error:
        raise RowRejected(error.message) from None


def put(ctx, template_id, relation, row_id, also=None, **columns):
    """Link a row, or change the columns of its link that are given, and `also` those; returns the link."""
    row = known(ctx, relation, row_id)
    template = get(ctx, template_id)
    given = {name: value for name, value in columns.items() if value not in (None, [])}
    links = LINKS[relation]
    bitrates.check(ctx.settings, links.find(ctx, template["id"], row["id"]) or {}, also or {}, template)
    link = links.put(ctx, template["id"], row["id"], **given, **(also or {}))
    emit_update(ctx, template)
    return link


def add(ctx, template_id, relation, row_id):
    """Link a row and return it."""
    row = known(ctx, relation, row_id)
    template = get(ctx, template_id)
    LINKS[relation].add(ctx, template["id"], row["id"])
    ctx.db.update(ProjectTemplate, template["id"])
    emit_update(ctx, template)
    return row


def remove(ctx, template_id, relation, row_id):
    """Unlink a row; a background that was the default one is so no longer."""
    template = get(ctx, template_id)
    LINKS[relation].remove(ctx, template["id"], row_id)
    cleared = {DEFAULT_BACKGROUND: None} if template[DEFAULT_BACKGROUND] == row_id else {}
    ctx.db.update(ProjectTemplate, template["id"], **cleared)
    emit_update(ctx, template)


def rows(ctx, template_id, relation, columns=None):
    """The linked rows as JSON text, or these columns of them."""
    return LINKS[relation].rows(ctx, get(ctx, template_id)["id"], columns)


def reorder(ctx, template_id, relation, ids):
    """Number the links by the place of their rows from 1; rows that are not linked become so. Returns the links."""
    rows = [LINKS[relation].known(ctx, row_id) for row_id in ids]
    template = ctx.db.get(ProjectTemplate, template_id)
    links = []
    for priority, row in enumerate(rows, 1):
        links.append(LINKS[relation].put(ctx, template["id"], row["id"], priority=priority))
        emit_update(ctx, template)
    return links


def set_default_background(ctx, template_id, background_id):
    """Make a linked background the default one, or None; returns the template."""
    template = get(ctx, template_id)
    if background_id:
        background_id = known(ctx, "preview_background_files", background_id)["id"]
        if not LINKS["preview_background_files"].has(ctx, template["id"], background_id):
            raise RowRejected("The preview background file is not linked to the template.")
    ctx.db.update(ProjectTemplate, template["id"], **{DEFAULT_BACKGROUND: background_id or None})
    return changed(ctx, template)


def set_descriptors(ctx, template_id, stored):
    """Replace the descriptors that a template holds; returns the template."""
    template = get(ctx, template_id)
    ctx.db.update(ProjectTemplate, template["id"], metadata_descriptors=stored)
    return changed(ctx, template)


# From a project and back


def create_from_project(ctx, project_id, name, description=None):
    """Keep the settings and descriptors of a project as a new template."""
    project = found(ctx, Project, project_id, "Project not found")
    check_name(ctx, name)
    columns = {column: project[column] for column in (*COPIED, *COPIED_WHOLE, DEFAULT_BACKGROUND)}
    descriptors = snapshot(ctx, project["id"])
    template = ctx.db.insert(
        ProjectTemplate, name=name, description=description, metadata_descriptors=descriptors, **columns
    )
    for relation, links in LINKS.items():
        links.copy(ctx, template["id"], PROJECT_LINKS[relation], project["id"])
    emit(ctx, "project-template:new", {"project_template_id": template["id"]})
    return template


def check_name(ctx, name):
    if not name:
        raise RowRejected("name is required")
    if ctx.db.exists(ProjectTemplate, name=name):
        raise RowRejected("A project template with this name already exists")


def apply_to_project(ctx, project_id, template_id):
    """Set a project up as a template says; links are only added. Returns the project."""
    project = found(ctx, Project, project_id, "Project not found")
    apply(ctx, project, get(ctx, template_id), {})
    return ctx.db.get(Project, project["id"])


def apply_to_new(ctx, project, template_id, given):
    """Set a new project up as a template says, but for what the body that made it gives.

    An unknown template is NotFound, and the project stays all the same.
    """
    template = ctx.db.find(ProjectTemplate, id=str(template_id).lower())
    if template is None:
        raise NotFound("Project template not found.", keeps_changes=True)
    apply(ctx, project, template, given)


def apply(ctx, project, template, given):
    """Give a project what a template holds, as far as the body that made it does not say otherwise."""
    taken = [name for name in COPIED if given.get(name) is None]
    taken += [name for name in COPIED_WHOLE if not given.get(name)]
    if DEFAULT_BACKGROUND not in given and project[DEFAULT_BACKGROUND] is None:
        taken.append(DEFAULT_BACKGROUND)
    columns = {name: template[name] for name in taken if template[name] is not None}
    ctx.db.update(Project, project["id"], **columns)
    for relation, links in PROJECT_LINKS.items():
        links.copy(ctx, project["id"], LINKS[relation], template["id"])
    add_to_project(ctx, project["id"], template["metadata_descriptors"] or [])
    projects.changed(ctx, project["id"])
