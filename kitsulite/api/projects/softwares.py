"""The software for the task types of a production."""

from kitsulite.api.policies import inside, member_of
from kitsulite.domain import access
from kitsulite.domain.projects import softwares
from kitsulite.web.fields import Str
from kitsulite.web.route import delete, get, post

SOFTWARES = "/data/projects/<project_id>/task-types/<task_type_id>/softwares"
HEADS = inside("manager of the project, or its supervisor of the task type's department")


def require_head(ctx, project_id, task_type_id):
    ctx.require(access.is_supervisor_of_task_type(ctx, project_id, task_type_id))


@get("/data/projects/<project_id>/task-type-softwares", allow=member_of("project_id"))
def get_softwares(ctx, project_id):
    """List the software of the task types of a project."""
    return softwares.of_project(ctx, project_id)


@post(SOFTWARES, allow=HEADS, status=201, body={"software_id": Str(required=True)})
def add_software(ctx, project_id, task_type_id, software_id):
    """Add a software to a task type of a project."""
    require_head(ctx, project_id, task_type_id)
    return softwares.add(ctx, project_id, task_type_id, software_id)


@delete(f"{SOFTWARES}/<software_id>", allow=HEADS)
def remove_software(ctx, project_id, task_type_id, software_id):
    """Remove a software from a task type of a project."""
    require_head(ctx, project_id, task_type_id)
    softwares.remove(ctx, project_id, task_type_id, software_id)
