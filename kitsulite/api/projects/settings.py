"""The settings of a production: linked rows, with their priorities and boards."""

from kitsulite.api.policies import inside, manager_of, member_of
from kitsulite.domain import access
from kitsulite.domain.projects import bitrates
from kitsulite.domain.projects import settings as project_settings
from kitsulite.models.choices import ROLES
from kitsulite.web.fields import Bool, Int, List, Nested, Str
from kitsulite.web.route import declare, post, put

PROJECT = "/data/projects/<project_id>"
RowId = Str(required=True, min=1)
#: columns of the link of a task type to a project or template, in addition to its priority
TASK_TYPE_LINK = {**{name: Int(ge=1) for name in bitrates.NAMES}, "is_client_visible": Bool()}


def declare_setting(path, setting, column):
    """Declare the routes that link and unlink the rows of a setting."""

    def add(ctx, project_id, **body):
        return project_settings.add(ctx, project_id, setting, body[column])

    def remove(ctx, project_id, **path):
        project_settings.remove(ctx, project_id, setting, path[column])

    name = path.replace("-", " ")
    add.__doc__ = f"Add to the {name} of a project."
    remove.__doc__ = f"Take from the {name} of a project."
    rule, allow = f"{PROJECT}/settings/{path}", manager_of("project_id")
    if setting != "task_types":
        declare("POST", rule, allow, status=201, body={column: RowId})(add)
    declare("DELETE", f"{rule}/<{column}>", allow, status=204)(remove)


declare_setting("asset-types", "asset_types", "asset_type_id")
declare_setting("task-types", "task_types", "task_type_id")
declare_setting("task-status", "task_statuses", "task_status_id")
declare_setting("status-automations", "status_automations", "status_automation_id")
declare_setting("preview-background-files", "preview_background_files", "preview_background_file_id")


@post(
    f"{PROJECT}/settings/task-types",
    allow=manager_of("project_id"),
    status=201,
    body={"task_type_id": RowId, "priority": Int(), **TASK_TYPE_LINK},
)
def add_task_type(ctx, project_id, task_type_id, priority, **link):
    """Add a task type to a project, or change its bit rates and visibility there."""
    columns = bitrates.of_body(ctx.request.fields(), link)
    return project_settings.add_task_type(ctx, project_id, task_type_id, priority, columns)


@put(
    f"{PROJECT}/settings/task-status/<task_status_id>",
    allow=manager_of("project_id"),
    body={"is_client_allowed": Bool(required=True, optional=True)},
)
def set_client_status(ctx, project_id, task_status_id, is_client_allowed):
    """Set whether clients may set a task status in a project; null for the default of the status."""
    return project_settings.set_client_status(ctx, project_id, task_status_id, is_client_allowed)


def declare_list(path, setting, allow):
    """Declare the route that lists the rows of a setting."""

    def get_rows(ctx, project_id):
        return project_settings.rows(ctx, project_id, setting)

    get_rows.__doc__ = f"List the {setting.replace('_', ' ')} of a project."
    declare("GET", f"{PROJECT}/{path}", allow)(get_rows)


declare_list("task-types", "task_types", member_of("project_id"))
# used by gazu
declare_list("settings/task-types", "task_types", member_of("project_id"))
declare_list("settings/task-status", "task_statuses", member_of("project_id"))
declare_list("settings/status-automations", "status_automations", manager_of("project_id"))
declare_list("settings/preview-background-files", "preview_background_files", member_of("project_id"))


@post(
    f"{PROJECT}/settings/batch",
    allow=manager_of("project_id"),
    body={
        "task_types": List(
            Nested({"task_type_id": Str(required=True), "priority": Int(), "is_client_visible": Bool()}), default=[]
        ),
        "task_status_ids": List(Str(required=True), default=[]),
        "asset_type_ids": List(Str(required=True), default=[]),
        "replace_task_types": Bool(default=False),
    },
)
def add_settings(ctx, project_id, **settings):
    """Add task types, task statuses and asset types to a project at once."""
    return project_settings.add_batch(ctx, project_id, **settings)


@post(
    "/data/task-type-links",
    allow=inside("manager of the project"),
    status=201,
    args={
        "project_id": Str(required=True),
        "task_type_id": Str(required=True),
        "priority": Int(default=1, optional=True),
    },
)
def put_task_type_link(ctx, project_id, task_type_id, priority):
    """Link a task type to a project with a priority, or change the priority of its link."""
    ctx = access.require_manager(ctx, project_id)
    return project_settings.put_link(ctx, project_id, "task_types", task_type_id, priority=priority)


@post(
    "/data/task-status-links",
    allow=inside("manager of the project"),
    status=201,
    args={
        "project_id": Str(required=True),
        "task_status_id": Str(required=True),
        "priority": Int(default=1, optional=True),
        "roles_for_board": List(Str(required=True, choices=ROLES), default=[]),
    },
)
def put_task_status_link(ctx, project_id, task_status_id, **columns):
    """Link a task status to a project with a priority and the roles of its board, or change the link."""
    ctx = access.require_manager(ctx, project_id)
    return project_settings.put_link(ctx, project_id, "task_statuses", task_status_id, **columns)


@post(
    "/actions/projects/<project_id>/task-type-links/reorder",
    allow=manager_of("project_id"),
    body={"task_type_ids": List(Str(required=True), required=True)},
)
def reorder_task_type_links(ctx, project_id, task_type_ids):
    """Set the priorities of the task types of a project by their order."""
    return project_settings.reorder(ctx, project_id, "task_types", task_type_ids)


@post(
    "/actions/projects/<project_id>/task-status-links/reorder",
    allow=manager_of("project_id"),
    body={"task_status_ids": List(Str(required=True), required=True)},
)
def reorder_task_status_links(ctx, project_id, task_status_ids):
    """Set the priorities of the task statuses of a project by their order."""
    return project_settings.reorder(ctx, project_id, "task_statuses", task_status_ids)
