"""Metadata descriptors: the studio's own columns for assets, shots, tasks and projects.

The values are stored in the `data` of the described row, under the `field_name`.
"""

import json

from kitsulite.domain.kinds import of_kind
from kitsulite.domain.project_status import IS_WIDELY_OPEN
from kitsulite.domain.slugs import slug
from kitsulite.errors import BadParameter, NotFound
from kitsulite.events.bus import emit
from kitsulite.models.base import json_object
from kitsulite.models.choices import DESCRIPTOR_TYPES
from kitsulite.models.entities import Entity
from kitsulite.models.fields import is_id
from kitsulite.models.people import Department
from kitsulite.models.projects import MetadataDescriptor, Project
from kitsulite.models.tasks import Task, TaskType
from kitsulite.store.conditions import quoted

#: kinds of rows with descriptors; those of tasks belong to a task type
ENTITY_TYPES = ("Asset", "Shot", "Edit", "Episode", "Sequence", "Project", "Task")
#: order of descriptors in lists
ORDER = "position IS NULL, position, name COLLATE NOCASE"
#: columns to copy to a copy of a descriptor
COPIED = ("entity_type", "task_type_id", "name", "field_name", "data_type", "choices", "for_client", "departments")
#: SQL condition: a vendor is in one of the descriptor's departments, or it has none
_OF_VENDOR = (
    "(NOT EXISTS (SELECT 1 FROM department_metadata_descriptor_link l WHERE l.metadata_descriptor_id = {d}.id)"
    " OR EXISTS (SELECT 1 FROM department_metadata_descriptor_link l"
    " JOIN department_link m ON m.department_id = l.department_id"
    " WHERE l.metadata_descriptor_id = {d}.id AND m.person_id = {person}))"
)
#: the role of a person on the project of a descriptor
_ROLE = (
    "COALESCE((SELECT NULLIF(l.role, 'admin') FROM project_person_link l"
    " WHERE l.project_id = {d}.project_id AND l.person_id = {person}), {role})"
)
_SEEN = f"({{role}} = 'admin' OR CASE {_ROLE} WHEN 'client' THEN {{d}}.for_client = 1 WHEN 'vendor' THEN {_OF_VENDOR}"
#: the parts of a descriptor `d` in a project: name -> SQL
PARTS = {
    **{name: f"d.{name}" for name in ("id", "name", "field_name", "data_type")},
    "choices": "json(d.choices)",
    "for_client": "json(CASE d.for_client WHEN 1 THEN 'true' ELSE 'false' END)",
    **{name: f"d.{name}" for name in ("entity_type", "task_type_id", "position")},
    "departments": MetadataDescriptor.relations["departments"].ids("d.id"),
}


def seen(alias="d", person=":person", role=":role"):
    """SQL condition: a person with this id and global role sees a descriptor, by their role on its project."""
    return f"{_SEEN} ELSE 1 END)".format(d=alias, person=person, role=role)


def seen_by(ctx, alias):
    """SQL condition without parameters: the caller sees a descriptor."""
    return seen(alias, quoted(ctx.person_id), quoted(ctx.global_role))


def of_project(condition="1"):
    """SQL of the descriptors `d` of the project `p` that meet a condition, as a JSON list."""
    return (
        f"(SELECT json_group_array({json_object(PARTS)}) FROM (SELECT * FROM metadata_descriptor d"
        f" WHERE d.project_id = p.id AND {condition} ORDER BY {ORDER}) d)"
    )


#: longest name and field name
LONGEST = MetadataDescriptor.field_name.max_length


def field_name_of(name, longest=LONGEST):
    """The key for a descriptor's name: ASCII in lower case, with `_` between words; `longest` 0 means no limit."""
    return slug(name, max_length=longest)


def required_field_name(name, longest=LONGEST):
    """The field name for a descriptor's name; raises BadParameter if there is none."""
    field_name = field_name_of(name, longest)
    if not field_name:
        raise BadParameter("The name of a metadata descriptor needs a letter or a digit.")
    return field_name


def checked(columns):
    """The columns of a descriptor; raises BadParameter if the data type is unknown."""
    if columns.get("data_type") is not None and columns["data_type"] not in DESCRIPTOR_TYPES:
        raise BadParameter("Invalid data_type")
    return columns


def known_departments(ctx, ids):
    """The ids among these that are departments; raises NotFound for a malformed id."""
    if not all(map(is_id, ids)):
        raise NotFound("Department not found.")
    return [row_id.lower() for row_id in ids if ctx.db.exists(Department, id=row_id.lower())]


def listed(ctx, project_id):
    """The descriptors of a project that the caller sees, with their departments, as JSON text."""
    where = f"project_id = ? AND {seen_by(ctx, 'metadata_descriptor')}"
    return ctx.db.all_json(MetadataDescriptor, where, [project_id], ORDER, relations=True)


def get(ctx, project_id, descriptor_id):
    """The descriptor with an id in a project, with its departments; raises NotFound."""
    descriptor = ctx.db.get(MetadataDescriptor, descriptor_id, relations=True)
    if descriptor["project_id"] != project_id:
        raise NotFound("Metadata descriptor not found in this project.")
    return descriptor


def get_seen(ctx, project_id, descriptor_id):
    """The descriptor with an id in a project; raises Forbidden if the caller does not see it."""
    descriptor = get(ctx, project_id, descriptor_id)
    sql = f"SELECT 1 FROM metadata_descriptor d WHERE d.id = ? AND {seen_by(ctx, 'd')}"
    ctx.require(ctx.db.value(sql, [descriptor["id"]]))
    return descriptor


def create(ctx, project_id, name, entity_type, task_type_id=None, departments=(), **columns):
    """Create a descriptor, with a field name from its name; raises BadParameter if that is taken."""
    check_task_type(ctx, entity_type, task_type_id)
    task_type_id = task_type_id.lower() if task_type_id else None
    field_name = required_field_name(name)
    if is_taken(ctx, project_id, entity_type, task_type_id, name, field_name):
        raise BadParameter("Metadata descriptor already exists.")
    key = {"entity_type": entity_type, "task_type_id": task_type_id, "name": name, "field_name": field_name}
    return add(ctx, project_id, known_departments(ctx, departments), **key, **checked(columns))


def check_task_type(ctx, entity_type, task_type_id):
    """Refuse a descriptor of tasks without a task type, and other ones with one."""
    if entity_type != "Task" and task_type_id:
        raise BadParameter("task_type_id only applies to Task metadata descriptors.")
    if entity_type == "Task" and not task_type_id:
        raise BadParameter("Task metadata descriptors require a task_type_id.")
    if task_type_id and not (is_id(task_type_id) and ctx.db.exists(TaskType, id=task_type_id.lower())):
        raise BadParameter("Task type not found.")


def add(ctx, project_id, departments=(), **columns):
    """Insert a descriptor, emit the event, and return its row."""
    descriptor = ctx.db.insert(MetadataDescriptor, project_id=project_id, **columns)
    ctx.db.relate(MetadataDescriptor, descriptor["id"], "departments", departments)
    emit_descriptor(ctx, "new", descriptor)
    return ctx.db.get(MetadataDescriptor, descriptor["id"], relations=True)


def renamed(ctx, descriptor, name):
    """The new name and field name of a descriptor, whose new name may be None; raises BadParameter if it is taken."""
    if not name or name == descriptor["name"]:
        return descriptor["name"], descriptor["field_name"]
    field_name = required_field_name(name, longest=0)
    if max(len(name), len(field_name)) > LONGEST:
        raise BadParameter("Metadata descriptor name is too long.")
    project_id, entity_type, task_type_id = (descriptor[key] for key in ("project_id", "entity_type", "task_type_id"))
    if is_taken(ctx, project_id, entity_type, task_type_id, name, field_name, but=descriptor["id"]):
        raise BadParameter("Metadata descriptor already exists.")
    return name, field_name


def update(ctx, descriptor, name=None, departments=(), **columns):
    """Replace the columns of a descriptor; with a new name, values move to the new field name. Returns the row."""
    name, field_name = renamed(ctx, descriptor, name)
    departments = known_departments(ctx, departments)
    if field_name != descriptor["field_name"]:
        move_values(ctx, descriptor, field_name)
    ctx.db.update(MetadataDescriptor, descriptor["id"], name=name, field_name=field_name, **checked(columns))
    ctx.db.relate(MetadataDescriptor, descriptor["id"], "departments", departments)
    emit_descriptor(ctx, "update", descriptor)
    return ctx.db.get(MetadataDescriptor, descriptor["id"], relations=True)


def delete(ctx, descriptor):
    """Delete a descriptor and its values."""
    for model, row_id, data in holders(ctx, descriptor):
        del data[descriptor["field_name"]]
        ctx.db.update(model, row_id, data=data)
    ctx.db.relate(MetadataDescriptor, descriptor["id"], "departments", ())
    ctx.db.delete(MetadataDescriptor, id=descriptor["id"])
    emit_descriptor(ctx, "delete", descriptor)


def move_values(ctx, descriptor, field_name):
    for model, row_id, data in holders(ctx, descriptor):
        if data[descriptor["field_name"]] is not None:
            data[field_name] = data.pop(descriptor["field_name"])
            ctx.db.update(model, row_id, data=data)


def holders(ctx, descriptor):
    """The rows with a value of a descriptor: (model, id, data)."""
    model, condition, params = described(descriptor)
    sql = (
        f'SELECT id, data FROM "{model.table()}" WHERE {condition}'
        " AND EXISTS (SELECT 1 FROM json_each(data) WHERE key = ?)"
    )
    rows = ctx.db.execute(sql, [*params, descriptor["field_name"]]).fetchall()
    return [(model, row_id, json.loads(data)) for row_id, data in rows]


def described(descriptor):
    """The rows that a descriptor applies to: (model, condition, parameters)."""
    project_id, kind = descriptor["project_id"], descriptor["entity_type"]
    if kind == "Project":
        return Project, "id = ?", [project_id]
    if kind == "Task":
        return Task, "project_id = ? AND task_type_id = ?", [project_id, descriptor["task_type_id"]]
    return Entity, f"project_id = ? AND {of_kind(kind, 'entity')}", [project_id]


def reorder(ctx, project_id, entity_type, ids):
    """Put these descriptors first, followed by the others of the kind by name; returns all of them."""
    kind = "project_id = ? AND entity_type = ?"
    params = [project_id, entity_type]
    by_name = "ORDER BY name COLLATE NOCASE"
    existing = ctx.db.column(f"SELECT id FROM metadata_descriptor WHERE {kind} {by_name}", params)
    ids = list(dict.fromkeys(row_id.lower() for row_id in ids))
    for row_id in ids:
        if row_id not in existing:
            raise BadParameter(f"Descriptor {row_id} not found for project {project_id} and entity type {entity_type}")
    for position, row_id in enumerate([*ids, *(row_id for row_id in existing if row_id not in ids)], 1):
        ctx.db.update(MetadataDescriptor, row_id, position=position)
    return ctx.db.all(MetadataDescriptor, kind, params, ORDER, relations=True)


def copy_of_projects(ctx, project_id):
    """Copy the descriptors of kind project, which the other open projects have, to a new project."""
    where = (
        f"entity_type = 'Project' AND project_id IN (SELECT p.id FROM project p WHERE p.id <> ? AND {IS_WIDELY_OPEN})"
    )
    for source in ctx.db.all(MetadataDescriptor, where, [project_id], f"{ORDER}, created_at", relations=True):
        if not is_taken(ctx, project_id, "Project", None, source["name"], source["field_name"]):
            add(ctx, project_id, **{key: source[key] for key in COPIED})


def is_taken(ctx, project_id, entity_type, task_type_id, name, field_name, but=None):
    """Whether the project has a descriptor of this kind, other than `but`, with this name or field name."""
    sql = (
        "SELECT 1 FROM metadata_descriptor WHERE project_id = ? AND entity_type = ? AND task_type_id IS ?"
        " AND (name = ? OR field_name = ?) AND id IS NOT ?"
    )
    return ctx.db.value(sql, [project_id, entity_type, task_type_id, name, field_name, but]) is not None


def emit_descriptor(ctx, action, descriptor):
    payload = {"metadata_descriptor_id": descriptor["id"]}
    emit(ctx, f"metadata-descriptor:{action}", payload, descriptor["project_id"])
