"""Creating and deleting many tasks."""

from kitsulite.api.policies import admin, manager_of, member_of, no_client, no_vendor
from kitsulite.domain.deletion import tasks as task_deletion
from kitsulite.domain.ids import path_id
from kitsulite.domain.kinds import of_kind
from kitsulite.domain.tasks import creation
from kitsulite.models.projects import Project
from kitsulite.models.tasks import Task
from kitsulite.web.route import delete, post

TYPE = "/actions/projects/<project_id>/task-types/<task_type_id>"


def create(ctx, project_id, task_type_id, kind):
    """Create tasks for the entities in the body, else for all of a kind that match the query."""
    ctx.db.require(Project, project_id)
    ids = ctx.request.id_list(optional=True)
    if ids:
        entities = creation.of_ids(ctx, project_id, of_kind(kind), ids)
    else:
        entities = creation.requested(ctx, project_id, kind, ctx.request.query)
    return creation.create(ctx, task_type_id, entities)


@post(f"{TYPE}/assets/create-tasks", allow=manager_of("project_id"), status=201, transaction=False)
def create_asset_tasks(ctx, project_id, task_type_id):
    """Create the missing tasks of a type for assets: those in the body, else those matching the query."""
    return create(ctx, project_id, task_type_id, "Asset")


@post(f"{TYPE}/shots/create-tasks", allow=manager_of("project_id"), status=201, transaction=False)
def create_shot_tasks(ctx, project_id, task_type_id):
    """Create the missing tasks of a type for shots: those in the body, else those matching the query."""
    return create(ctx, project_id, task_type_id, "Shot")


@post(f"{TYPE}/edits/create-tasks", allow=manager_of("project_id"), status=201, transaction=False)
def create_edit_tasks(ctx, project_id, task_type_id):
    """Create the missing tasks of a type for edits: those in the body, else those matching the query."""
    return create(ctx, project_id, task_type_id, "Edit")


@post(
    f"{TYPE}/concepts/create-tasks",
    allow=member_of("project_id") & no_client & no_vendor,
    status=201,
    transaction=False,
)
def create_concept_tasks(ctx, project_id, task_type_id):
    """Create the missing tasks of a type for concepts: those in the body, else those matching the query."""
    return create(ctx, project_id, task_type_id, "Concept")


@post(f"{TYPE}/create-tasks/<entity_type>", allow=manager_of("project_id"), status=201, transaction=False)
def create_entity_tasks(ctx, project_id, task_type_id, entity_type):
    """Create the missing tasks of a type for entities of a type: those in the body, else all."""
    ctx.db.require(Project, project_id)
    type_id = creation.of_type(ctx, entity_type)["id"]
    ids = ctx.request.id_list(optional=True)
    if ids:
        entities = creation.of_ids(ctx, project_id, f"e.entity_type_id = '{type_id}'", ids)
    else:
        entities = creation.typed(ctx, project_id, type_id, ctx.request.query.get("episode_id"))
    return creation.create(ctx, task_type_id, entities)


@delete(f"{TYPE}/delete-tasks", allow=admin)
def delete_tasks_of_type(ctx, project_id, task_type_id):
    """Delete all tasks of a type in a project, with everything that belongs to them."""
    project = ctx.db.get(Project, project_id)
    tasks = ctx.db.all(Task, "project_id = ? AND task_type_id = ?", [project["id"], path_id(task_type_id)])
    task_deletion.remove_tasks(ctx, tasks)


@post("/actions/projects/<project_id>/delete-tasks", allow=manager_of("project_id"))
def delete_tasks(ctx, project_id):
    """Delete tasks of a project, given as a list of ids; returns the list."""
    ids = ctx.request.id_list()
    tasks = [ctx.db.find(Task, id=task_id, project_id=project_id) for task_id in dict.fromkeys(ids)]
    task_deletion.remove_tasks(ctx, [task for task in tasks if task])
    return ids
