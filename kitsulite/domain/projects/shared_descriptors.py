"""Changing metadata descriptors with the same field name together, in all projects that the caller manages."""

from kitsulite.domain.project_status import IS_OPEN, IS_WIDELY_OPEN
from kitsulite.domain.projects import descriptors
from kitsulite.models.projects import MetadataDescriptor

#: SQL: the caller `?` manages the project `p`, by their role there, else their global one
IS_MANAGED = (
    "EXISTS (SELECT 1 FROM project_person_link l JOIN person m ON m.id = l.person_id WHERE l.project_id = p.id"
    " AND m.id = ? AND COALESCE(NULLIF(l.role, 'admin'), m.role) = 'manager')"
)


def scope(ctx):
    """Ids of the affected projects: for an admin all open ones, for others the open ones they manage."""
    if ctx.is_admin:
        return ctx.db.column(f"SELECT p.id FROM project p WHERE {IS_WIDELY_OPEN} ORDER BY p.name")
    return ctx.db.column(
        f"SELECT p.id FROM project p WHERE {IS_OPEN} AND {IS_MANAGED} ORDER BY p.name", [ctx.person_id]
    )


def create(ctx, name, entity_type, **columns):
    """Create a descriptor in each project without one of its field name; returns the created ones."""
    descriptors.checked(columns)
    field_name = descriptors.required_field_name(name)
    return [
        descriptors.create(ctx, project_id, name, entity_type, **columns)
        for project_id in scope(ctx)
        if not descriptors.is_taken(ctx, project_id, entity_type, None, name, field_name)
    ]


def update(ctx, field_name, entity_type, **changes):
    """Change the descriptor in each project; returns the changed ones."""
    descriptors.checked(changes)
    matching = named(ctx, entity_type, field_name)
    for descriptor in matching:
        descriptors.renamed(ctx, descriptor, changes.get("name"))
    return [descriptors.update(ctx, descriptor, **changes) for descriptor in matching]


def delete(ctx, field_name, entity_type):
    """Delete the descriptor in each project, with its values; returns the ids of the deleted ones."""
    matching = named(ctx, entity_type, field_name)
    for descriptor in matching:
        descriptors.delete(ctx, descriptor)
    return [descriptor["id"] for descriptor in matching]


def reorder(ctx, entity_type, field_order):
    """Put the descriptors with these field names first in each project that has one; returns all."""
    reordered = []
    for project_id in scope(ctx):
        in_order = [
            ctx.db.find(MetadataDescriptor, project_id=project_id, entity_type=entity_type, field_name=field_name)
            for field_name in field_order
        ]
        ids = [descriptor["id"] for descriptor in in_order if descriptor]
        if ids:
            reordered += descriptors.reorder(ctx, project_id, entity_type, ids)
    return reordered


def named(ctx, entity_type, field_name):
    """The descriptors with a kind and field name in all affected projects."""
    key = {"entity_type": entity_type, "field_name": field_name}
    rows = [ctx.db.find(MetadataDescriptor, project_id=project_id, **key) for project_id in scope(ctx)]
    return [descriptor for descriptor in rows if descriptor]
