"""What goes with a production that is deleted by force: everything that was made in it."""

from kitsulite.domain.deletion.tasks import remove_task
from kitsulite.domain.playlists import playlists
from kitsulite.domain.previews import previews
from kitsulite.domain.rows import remove_row
from kitsulite.events.bus import emit
from kitsulite.models.previews import Playlist, PreviewFile
from kitsulite.models.projects import Project
from kitsulite.models.tasks import Task

ENTITIES = "(SELECT id FROM entity WHERE project_id = :project)"
TASKS = f"(SELECT id FROM task WHERE project_id = :project OR entity_id IN {ENTITIES})"
PREVIEWS = f"(SELECT id FROM preview_file WHERE task_id IN {TASKS})"
INSTANCES = (
    f"(SELECT id FROM asset_instance WHERE asset_id IN {ENTITIES} OR scene_id IN {ENTITIES}"
    f" OR target_asset_id IN {ENTITIES} OR entity_id IN {ENTITIES})"
)
OUTPUT_FILES = (
    f"(SELECT id FROM output_file WHERE entity_id IN {ENTITIES} OR temporal_entity_id IN {ENTITIES}"
    f" OR asset_instance_id IN {INSTANCES})"
)
WORKING_FILES = f"(SELECT id FROM working_file WHERE entity_id IN {ENTITIES})"
BUDGETS = "(SELECT id FROM budget WHERE project_id = :project)"
VERSIONS = "(SELECT id FROM production_schedule_version WHERE project_id = :project)"
DESCRIPTORS = "(SELECT id FROM metadata_descriptor WHERE project_id = :project)"
FILTER_GROUPS = "(SELECT id FROM search_filter_group WHERE project_id = :project)"

#: what points at previews and would keep them, or would make another one take their place
BEFORE_PREVIEWS = (
    f"UPDATE task SET last_preview_file_id = NULL WHERE id IN {TASKS}",
    f"UPDATE comment SET preview_file_id = NULL WHERE preview_file_id IN {PREVIEWS}",
)
#: what is left once previews, tasks and playlists are gone, in an order that leaves nothing pointing at a missing row
THE_REST = (
    f"DELETE FROM budget_entry WHERE budget_id IN {BUDGETS}",
    "DELETE FROM budget WHERE project_id = :project",
    f"DELETE FROM entity_link WHERE entity_in_id IN {ENTITIES} OR entity_out_id IN {ENTITIES}",
    f"DELETE FROM entity_concept_link WHERE entity_in_id IN {ENTITIES} OR entity_out_id IN {ENTITIES}",
    f"DELETE FROM entity_version WHERE entity_id IN {ENTITIES}",
    f"DELETE FROM subscription WHERE entity_id IN {ENTITIES}",
    "DELETE FROM api_event WHERE project_id = :project",
    f"UPDATE preview_file SET source_file_id = NULL WHERE source_file_id IN {OUTPUT_FILES}",
    f"DELETE FROM output_file WHERE id IN {OUTPUT_FILES}",
    f"UPDATE output_file SET source_file_id = NULL WHERE source_file_id IN {WORKING_FILES}",
    f"DELETE FROM working_file WHERE entity_id IN {ENTITIES}",
    f"DELETE FROM asset_instance_link WHERE entity_id IN {ENTITIES} OR asset_instance_id IN {INSTANCES}",
    f"DELETE FROM asset_instance WHERE id IN {INSTANCES}",
    "DELETE FROM entity WHERE project_id = :project",
    f"DELETE FROM department_metadata_descriptor_link WHERE metadata_descriptor_id IN {DESCRIPTORS}",
    "DELETE FROM metadata_descriptor WHERE project_id = :project",
    "DELETE FROM milestone WHERE project_id = :project",
    "DELETE FROM schedule_item WHERE project_id = :project",
    f"UPDATE project SET from_schedule_version_id = NULL WHERE from_schedule_version_id IN {VERSIONS}",
    f"UPDATE production_schedule_version SET production_schedule_from = NULL"
    f" WHERE production_schedule_from IN {VERSIONS}",
    f"DELETE FROM production_schedule_version_task_link WHERE production_schedule_version_id IN {VERSIONS}",
    "DELETE FROM production_schedule_version WHERE project_id = :project",
    f"DELETE FROM search_filter WHERE project_id = :project OR search_filter_group_id IN {FILTER_GROUPS}",
    "DELETE FROM search_filter_group WHERE project_id = :project",
)


def remove(ctx, project, force=False):
    """Delete a production; without force only if nothing but its own links refers to it."""
    if force:
        empty(ctx, project)
    remove_row(ctx.db, Project, project["id"])


def empty(ctx, project):
    """Remove all that was made in a production, the files of its previews included."""
    params = {"project": project["id"]}
    run(ctx, BEFORE_PREVIEWS, params)
    for preview in ctx.db.all(PreviewFile, f"id IN {PREVIEWS}", params):
        previews.remove_preview(ctx, preview, force=True, elect=False)
    for task in ctx.db.all(Task, f"id IN {TASKS}", params):
        remove_task(ctx, task)
    for playlist in ctx.db.all(Playlist, "project_id = ?", [project["id"]]):
        playlists.remove(ctx, playlist)
        emit(ctx, "playlist:delete", {"playlist_id": playlist["id"]}, project["id"])
    run(ctx, THE_REST, params)


def run(ctx, statements, params):
    for statement in statements:
        ctx.db.execute(statement, params)
