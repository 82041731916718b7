"""Concepts: pictures that illustrate other entities, linked to them."""

from kitsulite.domain import belonging
from kitsulite.domain.entities import entities, vendor_view, with_tasks
from kitsulite.domain.kinds import temporal_id
from kitsulite.errors import NotFound
from kitsulite.events.bus import emit
from kitsulite.models.base import chosen
from kitsulite.models.entities import Entity
from kitsulite.models.fields import is_id
from kitsulite.store.conditions import Condition

FIELDS = (
    *("canceled", "data", "description", "entity_type_id", "fps", "frame_in", "frame_out", "id", "name", "nb_frames"),
    *("parent_id", "preview_file_id", "project_id", "project_name", "source_id", "nb_entities_out"),
    *("is_casting_standby", "entity_concept_links", "type", "updated_at", "created_at", "created_by"),
)
TASK_FIELDS = (
    *("id", "duration", "due_date", "entity_id", "end_date", "estimation", "last_comment_date", "nb_assets_ready"),
    *("priority", "real_start_date", "retake_count", "start_date", "task_status_id", "task_type_id", "data"),
    *("is_subscribed", "assignees"),
)
LINKED_TASK_FIELDS = (
    *("id", "duration", "due_date", "end_date", "entity_id", "estimation", "last_comment_date", "nb_assets_ready"),
    *("priority", "real_start_date", "retake_count", "start_date", "task_status_id", "task_type_id", "assigner_id"),
    "assignees",
)
LINKS = Entity.relations["entity_concept_links"]
#: ids of the entities that a concept illustrates
LINKED = {"entity_concept_links": LINKS.ids("e.id")}
STATUS = {"preview_file_status": "(SELECT f.status FROM preview_file f WHERE f.id = e.preview_file_id)"}


def create(ctx, project_id, name, links=(), parent_id=None, **columns):
    """Create a concept, or return the existing one with the same name, as entity row with its links.

    `links` are ids of the entities that it illustrates; unknown ones are dropped, malformed ones raise NotFound.
    `parent_id` is the folder of a new concept.
    """
    if not all(map(is_id, links)):
        raise NotFound("Entity not found.")
    entities.parent_of(ctx, "ConceptFolder", project_id, parent_id)
    like = {"name": name, "project_id": project_id, "entity_type_id": temporal_id(ctx, "Concept")}
    existing = ctx.db.find(Entity, **like)
    folder_id = existing["parent_id"] if existing else parent_id
    concept, is_new = entities.create(ctx, "Concept", project_id, name, folder_id, **columns)
    if is_new:
        illustrated = [link.lower() for link in links if ctx.db.exists(Entity, id=link.lower())]
        belonging.check(ctx, Entity, concept, {}, {"entity_concept_links": illustrated})
        ctx.db.relate(Entity, concept["id"], "entity_concept_links", illustrated)
        emit(ctx, "concept:new", {"concept_id": concept["id"]}, concept["project_id"])
    return {**concept, "entity_concept_links": ctx.db.related(Entity, concept["id"], "entity_concept_links")}


def listing(ctx, criteria):
    """Concepts by name."""
    shown = {**entities.shown(ctx, "Concept"), **LINKED, "project_name": "project.name"}
    return entities.listing(ctx, shown, entities.of("Concept", criteria, ctx), entities.BY_NAME)


def of_project(ctx, project_id):
    """The concepts of a project by name."""
    return entities.in_project(ctx, "Concept", project_id, LINKED)


def fields(ctx, kind="Concept"):
    """The parts of a concept without its tasks: name -> SQL."""
    return chosen({**with_tasks.entity_values(ctx, kind), **LINKED}, FIELDS)


def listing_with_tasks(ctx, **filters):
    """Concepts with their tasks."""
    tasks = with_tasks.Tasks(ctx, TASK_FIELDS, filters["project_id"])
    condition = with_tasks.requested(ctx, "Concept", **filters)
    return with_tasks.listing(ctx, {**fields(ctx), **STATUS}, tasks, condition).json()


def single(ctx, concept_id):
    """A concept with its relations and tasks."""
    values = {**fields(ctx), **STATUS, **entities.shown(ctx, "Concept", relations=True)}
    task = chosen(with_tasks.task_values(ctx), TASK_FIELDS)
    return with_tasks.single(ctx, values, task, with_tasks.with_id("Concept", concept_id))


def linked_to(ctx, entity_id):
    """The entities (mostly concepts) that illustrate an entity, with their tasks."""
    condition = Condition("e.id IN (SELECT entity_in_id FROM entity_concept_link WHERE entity_out_id = ?)", [entity_id])
    vendor_view.narrow(ctx, condition)
    tasks = with_tasks.Tasks(ctx, LINKED_TASK_FIELDS)
    return with_tasks.listing(ctx, fields(ctx, kind=None), tasks, condition).json()
