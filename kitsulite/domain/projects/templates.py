"""Project templates: settings and descriptors for new projects."""

from kitsulite.domain.projects import bitrates, projects
from kitsulite.domain.projects.links import Links
from kitsulite.domain.projects.template_descriptors import add_to_project, snapshot
from kitsulite.errors import Answer, BadParameter, NotFound, RowRejected
from kitsulite.events.bus import emit
from kitsulite.models.base import json_object, parts
from kitsulite.models.fields import is_id
from kitsulite.models.projects import Project
from kitsulite.models.templates import ProjectTemplate

#: columns of both templates and projects that are copied
COPIED = (
    *("fps", "ratio", "resolution", "production_type", "production_style", "max_retakes", "is_clients_isolated"),
    *("is_preview_download_allowed", "is_set_preview_automated", "is_publish_default_for_artists", "homepage"),
    *("is_client_stats_visible", "is_client_task_list_visible", "is_client_task_panel_visible", *bitrates.NAMES),
)
#: JSON columns that are copied as a whole
COPIED_WHOLE = ("file_tree", "data")
#: columns of a new template in a body
CREATED = ("name", "description", *COPIED, *COPIED_WHOLE, "metadata_descriptors")
DEFAULT_BACKGROUND = "default_preview_background_file_id"

LINKS = {relation: Links(ProjectTemplate, relation) for relation in ProjectTemplate.relations}
PROJECT_LINKS = {relation: Links(Project, relation) for relation in ProjectTemplate.relations}


def get(ctx, template_id):
    """A template; for an unknown or malformed id the answer is a 404 with only a message."""
    return row_or_404(ctx, ProjectTemplate, template_id, "Project template not found")


def row_or_404(ctx, model, row_id, message):
    row = ctx.db.find(model, id=row_id.lower()) if is_id(row_id) else None
    if row is None:
        raise Answer(404, {"message": message})
    return row


def emit_update(ctx, template):
    emit(ctx, "project-template:update", {"project_template_id": template["id"]})


def changed(ctx, template):
    """Emit the change of a template and return it."""
    emit_update(ctx, template)
    return ctx.db.get(ProjectTemplate, template["id"])


# The links of a template


def link_columns(relation):
    """The parts of the link `l` to a task type or status in a listing: name -> SQL."""
    columns = parts(LINKS[relation].table, "l")
    if relation == "task_types":
        names = ("priority", "hd_bitrate_compression", "ld_bitrate_compression", "is_client_visible")
        return {name: columns[name] for name in names}
    shown = {name: columns[name] for name in ("priority", "roles_for_board")}
    return {**shown, "link_is_client_allowed": columns["is_client_allowed"]}


def ordered_rows(ctx, template_id, relation):
    """The linked task types or statuses by priority with the columns of their links, as JSON text."""
    links = LINKS[relation]
    kind, table = links.kind, links.table.table()
    values = {**parts(kind, "k"), **link_columns(relation)}
    sql = (
        f"SELECT {json_object(values)} FROM {table} l JOIN {kind.table()} k ON k.id = l.{links.there}"
        " WHERE l.project_template_id = ? ORDER BY COALESCE(l.priority, 0), k.name"
    )
    return ctx.db.json_list(sql, [get(ctx, template_id)["id"]])


def existing_row(ctx, relation, row_id):
    """The row with an id in a body, or a refusal in the form of the template routes."""
    try:
        return LINKS[relation].existing(ctx, row_id)
    except BadParameter as error:
        raise RowRejected(error.message) from None


def put(ctx, template_id, relation, row_id, also=None, **columns):
    """Link a row, or change the given columns of its link, and those in `also`; returns the link."""
    row = existing_row(ctx, relation, row_id)
    template = get(ctx, template_id)
    changes = {name: value for name, value in columns.items() if value not in (None, [])}
    links = LINKS[relation]
    bitrates.check(ctx.settings, links.find(ctx, template["id"], row["id"]) or {}, also or {}, template)
    link = links.put(ctx, template["id"], row["id"], **changes, **(also or {}))
    emit_update(ctx, template)
    return link


def add(ctx, template_id, relation, row_id):
    """Link a row and return it."""
    row = existing_row(ctx, relation, row_id)
    template = get(ctx, template_id)
    LINKS[relation].add(ctx, template["id"], row["id"])
    ctx.db.update(ProjectTemplate, template["id"])
    emit_update(ctx, template)
    return row


def remove(ctx, template_id, relation, row_id):
    """Unlink a row; a default background is then no longer the default."""
    template = get(ctx, template_id)
    LINKS[relation].remove(ctx, template["id"], row_id)
    cleared = {DEFAULT_BACKGROUND: None} if template[DEFAULT_BACKGROUND] == row_id else {}
    ctx.db.update(ProjectTemplate, template["id"], **cleared)
    emit_update(ctx, template)


def rows(ctx, template_id, relation, columns=None):
    """The linked rows, or these columns of them, as JSON text."""
    return LINKS[relation].rows(ctx, get(ctx, template_id)["id"], columns)


def reorder(ctx, template_id, relation, ids):
    """Number the links from 1 in the order of `ids`, linking rows that are not linked yet; returns the links."""
    rows = [LINKS[relation].existing(ctx, row_id) for row_id in ids]
    template = ctx.db.get(ProjectTemplate, template_id)
    links = []
    for priority, row in enumerate(rows, 1):
        links.append(LINKS[relation].put(ctx, template["id"], row["id"], priority=priority))
        emit_update(ctx, template)
    return links


def set_default_background(ctx, template_id, background_id):
    """Set a linked background, or None, as the default; returns the template."""
    template = get(ctx, template_id)
    if background_id:
        background_id = existing_row(ctx, "preview_background_files", background_id)["id"]
        if not LINKS["preview_background_files"].has(ctx, template["id"], background_id):
            raise RowRejected("The preview background file is not linked to the template.")
    ctx.db.update(ProjectTemplate, template["id"], **{DEFAULT_BACKGROUND: background_id or None})
    return changed(ctx, template)


def set_descriptors(ctx, template_id, stored):
    """Replace the descriptors of a template; returns the template."""
    template = get(ctx, template_id)
    ctx.db.update(ProjectTemplate, template["id"], metadata_descriptors=stored)
    return changed(ctx, template)


# From a project and back


def create_from_project(ctx, project_id, name, description=None):
    """Create a template from the settings and descriptors of a project."""
    project = row_or_404(ctx, Project, project_id, "Project not found")
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
    """Apply a template to a project, whose existing links stay; returns the project."""
    project = row_or_404(ctx, Project, project_id, "Project not found")
    apply(ctx, project, get(ctx, template_id), {})
    return ctx.db.get(Project, project["id"])


def apply_to_new(ctx, project, template_id, body):
    """Apply a template to a new project, except for the columns in the body that created it.

    Raises NotFound for an unknown template; the project stays nevertheless.
    """
    template = ctx.db.find(ProjectTemplate, id=str(template_id).lower())
    if template is None:
        raise NotFound("Project template not found.", keeps_changes=True)
    apply(ctx, project, template, body)


def apply(ctx, project, template, body):
    """Copy the content of a template to a project, except for `given` columns."""
    copied = [name for name in COPIED if body.get(name) is None]
    copied += [name for name in COPIED_WHOLE if not body.get(name)]
    if DEFAULT_BACKGROUND not in body and project[DEFAULT_BACKGROUND] is None:
        copied.append(DEFAULT_BACKGROUND)
    columns = {name: template[name] for name in copied if template[name] is not None}
    ctx.db.update(Project, project["id"], **columns)
    for relation, links in PROJECT_LINKS.items():
        links.copy(ctx, project["id"], LINKS[relation], template["id"])
    add_to_project(ctx, project["id"], template["metadata_descriptors"] or [])
    projects.changed(ctx, project["id"])
