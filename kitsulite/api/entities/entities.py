"""Routes for all kinds of entities: their news, tasks and concepts, and deleting several."""

from kitsulite.api.policies import inside, no_client, no_vendor, reader_of_entity
from kitsulite.domain import access
from kitsulite.domain.comments import news_rows
from kitsulite.domain.deletion import entities as entity_deletion
from kitsulite.domain.entities import concepts
from kitsulite.domain.tasks import creation as task_creation
from kitsulite.models.entities import Entity
from kitsulite.models.projects import Project
from kitsulite.web.fields import List, Str
from kitsulite.web.route import get, post

READER = reader_of_entity("entity_id")
NEWS_LIMIT = 2000


@get("/data/entities/<entity_id>/news", allow=READER)
def entity_news(ctx, entity_id):
    """List the newest news of an entity; none for clients."""
    return news_rows.of_entity(ctx, entity_id, NEWS_LIMIT)


@get("/data/entities/<entity_id>/entities-linked/with-tasks", allow=READER)
def linked_entities(ctx, entity_id):
    """List the concepts that illustrate an entity, with their tasks; none for clients."""
    return concepts.linked_to(ctx, entity_id)


@post(
    "/data/entities/<entity_id>/tasks",
    allow=READER & no_vendor & no_client,
    status=201,
    body={"task_type_ids": List(Str(required=True), default=list)},
)
def create_entity_tasks(ctx, entity_id, task_type_ids):
    """Create the missing tasks of an entity, of these types or of all that its project uses for it."""
    return task_creation.create_for_entity(ctx, ctx.row, task_type_ids)


@post(
    "/actions/projects/<project_id>/delete-entities", allow=inside("creator of each entity or manager of the project")
)
def delete_entities(ctx, project_id):
    """Cancel or delete assets, shots, edits and concepts of a project; returns their ids."""
    project_id = ctx.db.require(Project, project_id)
    entity_ids = ctx.request.id_list()
    existing = [entity_id for entity_id in entity_ids if ctx.db.exists(Entity, id=entity_id)]
    if not all(access.created(ctx, entity_id) for entity_id in existing):
        access.require_manager(ctx, project_id)
    return entity_deletion.delete_several(ctx, project_id, entity_ids, ctx.request.flag("force"))
