"""Deletes projects, with force including everything in them."""

from kitsulite.domain.comments import chats
from kitsulite.domain.deletion import persons, references
from kitsulite.domain.deletion.tasks import remove_all
from kitsulite.domain.files import places, stored_files, working_files
from kitsulite.domain.playlists import playlists
from kitsulite.domain.previews import previews
from kitsulite.domain.removal import remove_row
from kitsulite.events.bus import emit
from kitsulite.models.previews import Playlist, PreviewFile
from kitsulite.models.projects import Project
from kitsulite.models.tasks import Task

ENTITIES = "(SELECT id FROM entity WHERE project_id = :project)"
TASKS = f"(SELECT id FROM task WHERE project_id = :project OR entity_id IN {ENTITIES})"
PREVIEWS = f"(SELECT id FROM preview_file WHERE task_id IN {TASKS})"

#: references to previews that would keep them, or be replaced by another preview
BEFORE_PREVIEWS = (
    f"UPDATE task SET last_preview_file_id = NULL WHERE id IN {TASKS}",
    f"UPDATE comment SET preview_file_id = NULL WHERE preview_file_id IN {PREVIEWS}",
)


def remove(ctx, project, force=False):
    """Delete a project; without force, only if nothing but its own links refers to it."""
    if force:
        empty(ctx, project)
    persons.remove_preview_account(ctx, project["id"])
    remove_row(ctx.db, Project, project["id"])
    stored_files.remove(ctx, (places.AVATAR,), project["id"], force)


def empty(ctx, project):
    """Delete everything in a project, including the files of its previews."""
    params = {"project": project["id"]}
    ctx.deleted_project_id = project["id"]
    for statement in BEFORE_PREVIEWS:
        ctx.db.execute(statement, params)
    # first, or their entries would be searched for each preview
    for playlist in ctx.db.all(Playlist, "project_id = ?", [project["id"]]):
        playlists.remove(ctx, playlist)
        emit(ctx, "playlist:delete", {"playlist_id": playlist["id"]}, project["id"])
    previews.remove_previews(ctx, ctx.db.all(PreviewFile, f"id IN {PREVIEWS}", params), force=True)
    remove_all(ctx, ctx.db.all(Task, f"id IN {TASKS}", params))
    chats.remove_of(ctx, ENTITIES, params)
    working_files.remove_contents(ctx, f"entity_id IN {ENTITIES}", params)
    references.release(ctx.db, Project, "SELECT :project", params)
