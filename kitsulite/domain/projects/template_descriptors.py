"""Metadata descriptors in project templates: a JSON list, from which those of a project are created."""

from kitsulite.domain.projects import descriptors
from kitsulite.errors import RowRejected
from kitsulite.models.choices import DESCRIPTOR_TYPES
from kitsulite.models.fields import is_id
from kitsulite.models.projects import MetadataDescriptor
from kitsulite.models.tasks import TaskType


def stored(items):
    """The stored form of a template's descriptors; values are not checked."""
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise RowRejected("metadata_descriptors must be a list of objects.")
    return [
        {
            "name": item.get("name"),
            "field_name": item.get("field_name") or descriptors.field_name_of(str(item.get("name") or "")),
            "entity_type": item.get("entity_type"),
            "task_type_id": item.get("task_type_id"),
            "data_type": item.get("data_type"),
            "choices": item.get("choices") or [],
            "for_client": bool(item.get("for_client")),
            "departments": [one for one in listed(item.get("departments")) if one is not None],
            "position": item.get("position"),
        }
        for item in items
    ]


def listed(value):
    return value if isinstance(value, list) else []


def snapshot(ctx, project_id):
    """All descriptors of a project, in the stored form of a template."""
    rows = ctx.db.all(MetadataDescriptor, "project_id = ?", [project_id], descriptors.ORDER, relations=True)
    return stored(rows)


def add_to_project(ctx, project_id, items):
    """Create the usable descriptors that a project lacks."""
    for item in items:
        if is_usable(ctx, item):
            add_missing(ctx, project_id, item)


def is_usable(ctx, item):
    """Whether a stored descriptor has a name, a valid kind, and the task type that its kind needs."""
    texts = (item["name"], item["field_name"], item["entity_type"])
    if not all(isinstance(text, str) and 0 < len(text) <= 120 for text in texts):
        return False
    if item["entity_type"] not in descriptors.ENTITY_TYPES or item["data_type"] not in (None, *DESCRIPTOR_TYPES):
        return False
    if item["entity_type"] != "Task":
        return not item["task_type_id"]
    return is_id(item["task_type_id"]) and ctx.db.exists(TaskType, id=item["task_type_id"].lower())


def add_missing(ctx, project_id, item):
    """Create a usable descriptor unless its name or field name is taken."""
    key = {name: item[name] for name in ("entity_type", "name", "field_name")}
    key["task_type_id"] = item["task_type_id"].lower() if item["task_type_id"] else None
    if descriptors.is_taken(ctx, project_id, **key):
        return
    departments = descriptors.known_departments(ctx, [one for one in item["departments"] if is_id(one)])
    values = {"data_type": item["data_type"] or "string", "choices": listed(item["choices"])}
    descriptors.add(ctx, project_id, departments, for_client=item["for_client"], **values, **key)
