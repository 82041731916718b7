"""The project of a row: in its own column, or that of the row it is part of.

A row of a project refers only to rows of the same project, or to shared ones if the reference allows it.
"""

import functools

from kitsulite.models import TABLES
from kitsulite.models.fields import Pointer

#: table -> the columns that refer to the row it is part of; the first one that is not null counts
HOMES = {
    "asset_instance": ("scene_id", "target_asset_id", "entity_id", "asset_id"),
    "asset_instance_link": ("entity_id",),
    "attachment_file": ("comment_id", "chat_message_id"),
    "budget_entry": ("budget_id",),
    "build_job": ("playlist_id",),
    "chat": ("object_id",),
    "chat_message": ("chat_id",),
    "chat_participant": ("chat_id",),
    "comment": ("object_id",),
    "comment_acknoledgments": ("comment",),
    "comment_department_mentions": ("comment",),
    "comment_mentions": ("comment",),
    "comment_preview_link": ("comment",),
    "department_metadata_descriptor_link": ("metadata_descriptor_id",),
    "entity_concept_link": ("entity_in_id",),
    "entity_link": ("entity_in_id",),
    "entity_version": ("entity_id",),
    "news": ("task_id",),
    "notification": ("task_id", "comment_id", "playlist_id"),
    "output_file": ("temporal_entity_id", "entity_id"),
    "playlist_share_link": ("playlist_id",),
    "preview_file": ("task_id",),
    "production_schedule_version_task_link": ("production_schedule_version_id",),
    "production_schedule_version_task_link_person_link": ("production_schedule_version_task_link_id",),
    "subscription": ("task_id", "entity_id"),
    "task_person_link": ("task_id",),
    "time_spent": ("task_id",),
    "working_file": ("task_id", "entity_id"),
}


def is_owned(table):
    """Whether rows of a table belong to a project."""
    return table in HOMES or table == "project" or "project_id" in TABLES[table].columns()


@functools.cache
def references(model):
    """The references of a table to rows that belong to projects: column -> field."""
    return {
        name: field
        for name, field in model.columns().items()
        if isinstance(field, Pointer) and is_owned(field.table) and field.table != "project"
    }


@functools.cache
def project_of(table, row_id, depth=0):
    """SQL of the project of a row, null if there is none; `row_id` is the SQL of its id."""
    if table == "project":
        return row_id
    alias, columns = f"home{depth}", TABLES[table].columns()
    if "project_id" in columns:
        return f'(SELECT {alias}.project_id FROM "{table}" {alias} WHERE {alias}.id = {row_id})'
    homes = [project_of(columns[name].table, f"{alias}.{name}", depth + 1) for name in HOMES[table]]
    project_id = homes[0] if len(homes) == 1 else f"COALESCE({', '.join(homes)})"
    return f'(SELECT {project_id} FROM "{table}" {alias} WHERE {alias}.id = {row_id})'
