"""Templates of productions: their links and descriptors, creating one from a production, and applying it."""

from kitsulite.api.policies import admin, manager
from kitsulite.api.projects.settings import TASK_TYPE_LINK
from kitsulite.domain.projects import bitrates, template_descriptors, templates
from kitsulite.models.choices import ROLES
from kitsulite.web.fields import Bool, Int, List, Str
from kitsulite.web.route import declare, get, post, put

TEMPLATE = "/data/project-templates/<project_template_id>"
CHANGE = {"allow": admin, "allow_first": True}
RowId = Str(required=True, min=1)


@get(f"{TEMPLATE}/task-types", allow=manager)
def get_template_task_types(ctx, project_template_id):
    """List the task types of a template with their priorities."""
    return templates.ordered_rows(ctx, project_template_id, "task_types")


@post(
    f"{TEMPLATE}/task-types",
    **CHANGE,
    status=201,
    body={"task_type_id": RowId, "priority": Int(), **TASK_TYPE_LINK},
)
def put_template_task_type(ctx, project_template_id, task_type_id, priority, **link):
    """Link a task type to a template, or change its priority, bit rates and visibility there."""
    also = bitrates.of_body(ctx.request.fields(), link)
    return templates.put(ctx, project_template_id, "task_types", task_type_id, also, priority=priority)


@get(f"{TEMPLATE}/task-statuses", allow=manager)
def get_template_task_statuses(ctx, project_template_id):
    """List the task statuses of a template with priority and boards."""
    return templates.ordered_rows(ctx, project_template_id, "task_statuses")


@post(
    f"{TEMPLATE}/task-statuses",
    **CHANGE,
    status=201,
    body={
        "task_status_id": RowId,
        "priority": Int(),
        "roles_for_board": List(Str(required=True, choices=ROLES), default=[]),
        "is_client_allowed": Bool(),
    },
)
def put_template_task_status(ctx, project_template_id, task_status_id, is_client_allowed, **columns):
    """Link a task status to a template, or change its priority, boards and whether clients may set it there."""
    also = {"is_client_allowed": is_client_allowed} if "is_client_allowed" in ctx.request.fields() else None
    return templates.put(ctx, project_template_id, "task_statuses", task_status_id, also, **columns)


def declare_removal(path, relation, column):
    """Declare the route that removes a row from a template."""

    def remove(ctx, project_template_id, **row):
        templates.remove(ctx, project_template_id, relation, row[column])

    remove.__doc__ = f"Take from the {path.replace('-', ' ')} of a template."
    declare("DELETE", f"{TEMPLATE}/{path}/<{column}>", admin, status=204)(remove)


def declare_plain(path, relation, column, shown=None):
    """Declare the routes of a setting without priority; `shown` are the columns of its rows, by default all."""

    def get_rows(ctx, project_template_id):
        return templates.rows(ctx, project_template_id, relation, shown)

    def add(ctx, project_template_id, **row):
        added = templates.add(ctx, project_template_id, relation, row[column])
        return {name: added[name] for name in shown or added}

    name = path.replace("-", " ")
    get_rows.__doc__ = f"List the {name} of a template."
    add.__doc__ = f"Add to the {name} of a template."
    declare("GET", f"{TEMPLATE}/{path}", manager)(get_rows)
    declare("POST", f"{TEMPLATE}/{path}", **CHANGE, status=201, body={column: RowId})(add)
    declare_removal(path, relation, column)


declare_removal("task-types", "task_types", "task_type_id")
declare_removal("task-statuses", "task_statuses", "task_status_id")
declare_plain("asset-types", "asset_types", "asset_type_id", ("id", "name"))
declare_plain("status-automations", "status_automations", "status_automation_id")
declare_plain(
    "preview-background-files", "preview_background_files", "preview_background_file_id", ("id", "name", "is_default")
)


@put(f"{TEMPLATE}/default-preview-background-file", **CHANGE, body={"default_preview_background_file_id": Str()})
def set_template_default_background(ctx, project_template_id, default_preview_background_file_id):
    """Set a background of a template, or none, as its default."""
    return templates.set_default_background(ctx, project_template_id, default_preview_background_file_id)


@put(f"{TEMPLATE}/metadata-descriptors", allow=admin)
def set_template_descriptors(ctx, project_template_id):
    """Replace the metadata descriptors of a template: a list, or an object with the list."""
    body = ctx.request.strict_json()
    items = body.get("metadata_descriptors") if isinstance(body, dict) else body
    stored = template_descriptors.stored([] if items is None else items)
    return templates.set_descriptors(ctx, project_template_id, stored)


@post(
    "/actions/project-templates/<project_template_id>/task-types/reorder",
    **CHANGE,
    body={"task_type_ids": List(Str(required=True), required=True)},
)
def reorder_template_task_types(ctx, project_template_id, task_type_ids):
    """Set the priorities of the task types of a template by the order of `task_type_ids`."""
    return templates.reorder(ctx, project_template_id, "task_types", task_type_ids)


@post(
    "/actions/project-templates/<project_template_id>/task-statuses/reorder",
    **CHANGE,
    body={"task_status_ids": List(Str(required=True), required=True)},
)
def reorder_template_task_statuses(ctx, project_template_id, task_status_ids):
    """Set the priorities of the task statuses of a template by the order of `task_status_ids`."""
    return templates.reorder(ctx, project_template_id, "task_statuses", task_status_ids)


@post(
    "/data/project-templates/from-project/<project_id>",
    **CHANGE,
    status=201,
    body={"name": Str(required=True, min=1, max=80), "description": Str()},
)
def create_template_from_project(ctx, project_id, name, description):
    """Create a template from the settings and metadata descriptors of a project."""
    return templates.create_from_project(ctx, project_id, name, description)


@post("/data/projects/<project_id>/apply-template/<project_template_id>", allow=admin)
def apply_template(ctx, project_id, project_template_id):
    """Apply a template to a project."""
    return templates.apply_to_project(ctx, project_id, project_template_id)
