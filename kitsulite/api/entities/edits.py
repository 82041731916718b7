"""Edits of a production."""

from kitsulite.api.entities import with_tasks
from kitsulite.api.policies import manager_of, member_of, member_of_query, owner_of_entity, reader_of_entity
from kitsulite.domain.deletion import entities as entity_deletion
from kitsulite.domain.entities import changes, edits, entities
from kitsulite.domain.tasks import of_entities as entity_tasks
from kitsulite.web.fields import Object, Str, Uuid
from kitsulite.web.route import delete, get, post

READER = reader_of_entity("edit_id", "Edit")


@get("/data/edits", allow=member_of_query())
@get("/data/edits/all", allow=member_of_query())
def all_edits(ctx):
    """List edits, filtered by columns and relations."""
    return edits.listing(ctx, ctx.request.query)


@get("/data/edits/with-tasks", allow=member_of_query(), args=with_tasks.BY_EPISODE)
def edits_with_tasks(ctx, **filters):
    """List edits with their tasks."""
    return edits.listing_with_tasks(ctx, **filters)


@get("/data/projects/<project_id>/edits", allow=member_of("project_id"))
def project_edits(ctx, project_id):
    """List the edits of a project."""
    return entities.in_project(ctx, "Edit", project_id)


@post(
    "/data/projects/<project_id>/edits",
    allow=manager_of("project_id"),
    status=201,
    body={
        "name": Str(required=True, max=160),
        "description": Str(default="", optional=True),
        "data": Object(default=dict, optional=True),
        "episode_id": Uuid(),
    },
)
def create_edit(ctx, project_id, **edit):
    """Create an edit in a project, or return the existing one with the same name and episode."""
    return edits.create(ctx, project_id, **edit)


@get("/data/edits/<edit_id>", allow=READER)
def get_edit(ctx, edit_id):
    """Get an edit with its tasks."""
    return edits.single(ctx, edit_id)


@get("/data/edits/<edit_id>/tasks", allow=READER)
def edit_tasks(ctx, edit_id):
    """List the tasks of an edit."""
    return entity_tasks.listing(ctx, entity_tasks.OF_ENTITY, edit_id, ctx.request.flag("relations"))


@get("/data/edits/<edit_id>/task-types", allow=READER)
def edit_task_types(ctx, edit_id):
    """List the task types of an edit's tasks."""
    return entity_tasks.task_types(ctx, entity_tasks.OF_ENTITY, edit_id)


@delete("/data/edits/<edit_id>", allow=owner_of_entity("edit_id", "Edit"))
def delete_edit(ctx, edit_id):
    """Delete an edit, or cancel it if it has tasks and is not `force`d."""
    entity_deletion.delete(ctx, ctx.row, ctx.request.flag("force"))


@get("/data/edits/<edit_id>/versions", allow=READER)
def edit_versions(ctx, edit_id):
    """List the versions of an edit, newest first."""
    return changes.versions(ctx, edit_id, "Edit")
