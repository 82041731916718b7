"""Edits: cuts of an episode or of a whole project."""

from kitsulite.domain.entities import entities, vendor_view, with_tasks
from kitsulite.events.bus import emit
from kitsulite.models.base import chosen

FIELDS = (
    *("canceled", "data", "description", "entity_type_id", "episode_id", "episode_name", "id", "name", "parent_id"),
    *("preview_file_id", "project_id", "project_name", "source_id", "nb_entities_out", "type"),
)
TASK_FIELDS = (
    *("id", "duration", "due_date", "entity_id", "end_date", "estimation", "last_comment_date"),
    *("last_preview_file_id", "nb_assets_ready", "priority", "real_start_date", "retake_count", "start_date"),
    *("task_status_id", "task_type_id", "data", "is_subscribed", "assignees"),
)
PLACE = {"episode_id": "parent.id", "episode_name": "COALESCE(parent.name, '')"}


def create(ctx, project_id, name, episode_id=None, **columns):
    """Create an edit, or return the existing one with the same name in the same episode, as entity row."""
    entities.require_in_project(ctx, project_id, episode_id)
    edit, is_new = entities.create(ctx, "Edit", project_id, name, episode_id, **columns)
    if is_new:
        emit(ctx, "edit:new", {"edit_id": edit["id"], "parent_id": episode_id}, edit["project_id"])
    return edit


def listing(ctx, criteria):
    """Edits by name; vendors see those they work on."""
    condition = entities.of("Edit", criteria, ctx)
    vendor_view.narrow(ctx, condition)
    shown = {**entities.shown(ctx, "Edit"), "project_name": "project.name"}
    return entities.listing(ctx, shown, condition, entities.BY_NAME)


def fields(ctx):
    """The parts of an edit without its tasks: name -> SQL."""
    return chosen({**with_tasks.entity_values(ctx, "Edit"), **PLACE}, FIELDS)


def listing_with_tasks(ctx, id=None, project_id=None, episode_id=None, assigned_to=None):
    """Edits with their tasks."""
    condition = with_tasks.requested(ctx, "Edit", id=id, project_id=project_id, assigned_to=assigned_to)
    if episode_id == "main":
        condition.add("e.parent_id IS NULL")
    elif episode_id not in (None, "all"):
        condition.add("e.parent_id = ?", [episode_id])
    return with_tasks.listing(ctx, fields(ctx), with_tasks.Tasks(ctx, TASK_FIELDS, project_id), condition).json()


def single(ctx, edit_id):
    """An edit with its tasks."""
    task = chosen(with_tasks.task_values(ctx), TASK_FIELDS)
    return with_tasks.single(ctx, fields(ctx), task, with_tasks.with_id("Edit", edit_id))


def of_episode(ctx, episode_id, relations=False):
    """The edits of an episode."""
    condition = entities.of("Edit", {"parent_id": episode_id})
    return entities.listing(ctx, entities.shown(ctx, "Edit", relations), condition)
