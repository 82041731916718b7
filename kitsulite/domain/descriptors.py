"""Metadata descriptors: the studio's own columns on assets, shots, tasks and productions.

The values stand in the `data` of the row that they describe, under the `field_name`.
"""

from kitsulite.events.bus import emit
from kitsulite.models.base import json_object
from kitsulite.models.projects import MetadataDescriptor

#: SQL of the order in which the descriptors `d` are listed
ORDER = "d.position IS NULL, d.position, d.name"
#: what the lists of productions show of the descriptors `d` to a global role; others see all
VISIBLE = {
    "client": "d.for_client = 1",
    "vendor": (
        "(NOT EXISTS (SELECT 1 FROM department_metadata_descriptor_link l WHERE l.metadata_descriptor_id = d.id)"
        " OR EXISTS (SELECT 1 FROM department_metadata_descriptor_link l"
        " JOIN department_link m ON m.department_id = l.department_id"
        " WHERE l.metadata_descriptor_id = d.id AND m.person_id = :person))"
    ),
}
#: what a production shows of a descriptor `d`: name -> SQL
PARTS = {
    **{name: f"d.{name}" for name in ("id", "name", "field_name", "data_type")},
    "choices": "json(d.choices)",
    "for_client": "json(CASE d.for_client WHEN 1 THEN 'true' ELSE 'false' END)",
    **{name: f"d.{name}" for name in ("entity_type", "task_type_id", "position")},
    "departments": f"json({MetadataDescriptor.relations['departments'].ids('d.id')})",
}


def of_project(condition="1"):
    """SQL of the descriptors `d` of the production `p` as a JSON list, as far as `condition` holds."""
    return (
        f"(SELECT json_group_array({json_object(PARTS)}) FROM (SELECT * FROM metadata_descriptor d"
        f" WHERE d.project_id = p.id AND {condition} ORDER BY {ORDER}) d)"
    )


def add(ctx, project_id, departments=(), **columns):
    """Create a descriptor, which is new to the production, and return it."""
    descriptor = ctx.db.insert(MetadataDescriptor, project_id=project_id, **columns)
    ctx.db.relate(MetadataDescriptor, descriptor["id"], "departments", departments)
    tell(ctx, "new", descriptor)
    return descriptor


def copy_of_projects(ctx, project_id):
    """Give a new production the descriptors of productions that the other open ones have."""
    sql = (
        "SELECT d.id FROM metadata_descriptor d JOIN project p ON p.id = d.project_id"
        " JOIN project_status s ON s.id = p.project_status_id"
        " WHERE d.entity_type = 'Project' AND p.id <> ? AND s.name IN ('Active', 'open', 'Open')"
        f" ORDER BY {ORDER}, d.created_at"
    )
    for descriptor_id in ctx.db.column(sql, [project_id]):
        source = ctx.db.get(MetadataDescriptor, descriptor_id, relations=True)
        copied = {
            key: source[key] for key in ("name", "field_name", "data_type", "choices", "for_client", "departments")
        }
        if not is_taken(ctx, project_id, "Project", None, source["name"], source["field_name"]):
            add(ctx, project_id, entity_type="Project", **copied)


def is_taken(ctx, project_id, entity_type, task_type_id, name, field_name, but=None):
    """Whether the production has a descriptor of this kind with this name or field name, `but` one."""
    sql = (
        "SELECT 1 FROM metadata_descriptor WHERE project_id = ? AND entity_type = ? AND task_type_id IS ?"
        " AND (name = ? OR field_name = ?) AND id IS NOT ?"
    )
    return ctx.db.value(sql, [project_id, entity_type, task_type_id, name, field_name, but]) is not None


def tell(ctx, action, descriptor):
    payload = {"metadata_descriptor_id": descriptor["id"]}
    emit(ctx, f"metadata-descriptor:{action}", payload, descriptor["project_id"])
