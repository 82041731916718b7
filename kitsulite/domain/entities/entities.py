"""What the seven kinds of entities share: how they are shown, listed, found and created.

In every statement, `e` is the entity table; `PLACE` joins its project, parent and grandparent.
"""

import functools

from kitsulite.domain import kinds, visibility
from kitsulite.domain.entities import vendor_view
from kitsulite.domain.kinds import of_kind, temporal_id
from kitsulite.errors import NotFound
from kitsulite.models.base import Parts, json_object, parts
from kitsulite.models.entities import Entity
from kitsulite.models.projects import Project
from kitsulite.store.conditions import Condition, add_filter, beside_name
from kitsulite.store.database import JsonText
from kitsulite.store.statements import in_order

PLACE = (
    " LEFT JOIN project ON project.id = e.project_id LEFT JOIN entity parent ON parent.id = e.parent_id"
    " LEFT JOIN entity grand ON grand.id = parent.parent_id"
)
BY_NAME = "e.name, e.created_at"
BY_CREATION = "e.created_at, e.rowid"


def shown(ctx, kind=None, relations=False):
    """An entity of a kind, or of any, as the caller sees it: name -> SQL. Not to be changed by callers."""
    return shown_with(metadata(ctx, kind), kind, relations, ctx.membership.is_glimpse)


@functools.lru_cache(maxsize=200)
def shown_with(metadata, kind, relations=False, is_glimpse=False):
    """The same with this SQL of its metadata."""
    values = {**parts(Entity, "e", relations), "data": f"json({metadata})", "type": type_name(kind)}
    return Parts(without_relations(values) if is_glimpse else values)


def without_relations(shown):
    """The parts of an entity, with empty lists instead of relations."""
    return {name: "json('[]')" if name in Entity.relations else sql for name, sql in shown.items()}


def row(ctx, entity_id):
    """The row of an entity, with the metadata that the caller may see; raises NotFound."""
    plain = {**parts(Entity, "e"), "data": vendor_view.metadata_or_null(ctx, type_name())}
    rows = ctx.db.objects(f"SELECT {json_object(plain)} FROM entity e WHERE e.id = ?", [entity_id])
    if not rows:
        raise NotFound("Entity not found.")
    return rows[0]


def type_name(kind=None):
    """SQL of the `type` of an entity: its kind."""
    return f"'{kind}'" if kind else kinds.kind()


def metadata(ctx, kind=None):
    """SQL of the text of the metadata that the caller may see."""
    return vendor_view.metadata(ctx, type_name(kind))


def of(kind, criteria=None, ctx=None):
    """The condition for the entities of a kind, narrowed by the parameters of a query.

    A column or relation filters by its value; `assigned_to`, with any value, selects the entities with a task of the
    caller; other names are ignored.
    """
    condition, criteria = Condition(of_kind(kind)), criteria or {}
    others = beside_name(Entity, "e", criteria.get("name"))
    for name, value in criteria.items():
        if name == "assigned_to":
            condition.add(f"e.id IN {visibility.assigned_entities(ctx)}")
        else:
            add_filter(Entity, condition, name, value, "e" if name == "name" else others)
    return condition


def listing(ctx, shown, condition, order=BY_CREATION):
    """Entities as a JSON list, in bytes."""
    return ctx.db.json_array(json_object(shown), in_order("entity e", condition.sql, order, PLACE), condition.params)


def single(ctx, shown, condition, joins=""):
    """One entity as a JSON object; raises NotFound if none meets the condition."""
    return read(ctx, single_sql(shown, condition.sql, joins), condition.params)


def single_sql(shown, where, joins=""):
    """The statement of one entity as a JSON object."""
    return f"SELECT {json_object(shown)} FROM entity e {PLACE} {joins} WHERE {where}"


def read(ctx, sql, params):
    """The entity that a statement selects, as JSON text; raises NotFound if there is none."""
    text = ctx.db.value(sql, params)
    if text is None:
        raise NotFound("Entity not found.")
    return JsonText(text)


def bare(ctx, entity_id):
    """An entity as the caller sees it, of whatever kind: its `type` is `Entity`."""
    return single(ctx, {**shown(ctx), "type": "'Entity'"}, Condition("e.id = ?", [entity_id]))


def in_project(ctx, kind, project_id, more=None):
    """The entities of a kind in a project by name; vendors see those they work on.

    `more` adds parts: name -> SQL. Raises NotFound for an unknown project.
    """
    condition = of(kind)
    condition.add("e.project_id = ?", [ctx.db.require(Project, project_id)])
    vendor_view.narrow(ctx, condition)
    return listing(ctx, {**shown(ctx, kind), **(more or {})}, condition, BY_NAME)


def create(ctx, kind, project_id, name, parent_id=None, **columns):
    """Create an entity of a temporal kind, or find the existing one with the same name and parent.

    Returns (the row as it is shown, whether it is new).
    """
    project_id = ctx.db.require(Project, project_id)
    kind_id = temporal_id(ctx, kind)
    identity = {"name": name, "project_id": project_id, "entity_type_id": kind_id, "parent_id": parent_id}
    entity = ctx.db.find(Entity, **identity)
    is_new = entity is None
    if is_new:
        entity = ctx.db.insert(Entity, **identity, created_by=ctx.person_id, **columns)
    return {**entity, "type": kind}, is_new


def require_in_project(ctx, project_id, entity_id):
    """Raise NotFound if an id, which may be None, does not belong to an entity of the project."""
    if entity_id is not None and not ctx.db.exists(Entity, id=entity_id, project_id=project_id):
        raise NotFound("Entity not found in this project.")


def parent_of(ctx, kind, project_id, parent_id):
    """The parent with an id, of this kind and project; None without an id. Raises NotFound."""
    if parent_id is None:
        return None
    parent = ctx.db.find(Entity, id=parent_id, entity_type_id=temporal_id(ctx, kind), project_id=project_id)
    if parent is None:
        raise NotFound(f"{kind} not found in this project.")
    return parent
