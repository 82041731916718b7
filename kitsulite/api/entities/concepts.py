"""Concepts of a production. Clients see none."""

from kitsulite.api.entities import with_tasks
from kitsulite.api.policies import member_of, member_of_query, no_client, no_vendor, owner_of_entity, reader_of_entity
from kitsulite.domain.deletion import entities as entity_deletion
from kitsulite.domain.entities import concepts
from kitsulite.domain.tasks import of_entities as entity_tasks
from kitsulite.web.fields import List, Nested, Object, Str, Uuid
from kitsulite.web.route import delete, get, post

READER = reader_of_entity("concept_id", "Concept") & no_client
STUDIO_OF_QUERY = member_of_query() & no_vendor & no_client
STUDIO = member_of("project_id") & no_vendor & no_client


@get("/data/concepts", allow=STUDIO_OF_QUERY)
def all_concepts(ctx):
    """List concepts, filtered by columns and relations."""
    return concepts.listing(ctx, ctx.request.query)


@get("/data/concepts/with-tasks", allow=STUDIO_OF_QUERY, args=with_tasks.BY_PROJECT)
def concepts_with_tasks(ctx, **filters):
    """List concepts with their tasks."""
    return concepts.listing_with_tasks(ctx, **filters)


@get("/data/projects/<project_id>/concepts", allow=STUDIO)
def project_concepts(ctx, project_id):
    """List the concepts of a project."""
    return concepts.of_project(ctx, project_id)


@post(
    "/data/projects/<project_id>/concepts",
    allow=STUDIO,
    status=201,
    body={
        "name": Str(required=True, max=160),
        "data": Object(default=dict, optional=True),
        "description": Str(),
        "entity_concept_links": List(Nested({"id": Str(required=True)}), default=list),
        "parent_id": Uuid(),
    },
)
def create_concept(ctx, project_id, entity_concept_links, **concept):
    """Create a concept in a project, or return the existing one with the same name."""
    return concepts.create(ctx, project_id, links=[link["id"] for link in entity_concept_links], **concept)


@get("/data/concepts/<concept_id>", allow=READER)
def get_concept(ctx, concept_id):
    """Get a concept with its tasks."""
    return concepts.single(ctx, concept_id)


@get("/data/concepts/<concept_id>/tasks", allow=READER)
def concept_tasks(ctx, concept_id):
    """List the tasks of a concept."""
    return entity_tasks.listing(ctx, entity_tasks.OF_ENTITY, concept_id, ctx.request.flag("relations"))


@get("/data/concepts/<concept_id>/task-types", allow=READER)
def concept_task_types(ctx, concept_id):
    """List the task types of a concept's tasks."""
    return entity_tasks.task_types(ctx, entity_tasks.OF_ENTITY, concept_id)


@delete("/data/concepts/<concept_id>", allow=owner_of_entity("concept_id", "Concept"))
def delete_concept(ctx, concept_id):
    """Delete a concept, or cancel it if it has tasks and is not `force`d."""
    entity_deletion.delete(ctx, ctx.row, ctx.request.flag("force"))
