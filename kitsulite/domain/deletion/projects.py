"""Deletes projects, with force including everything in them."""

import functools

from kitsulite.context import Deletion
from kitsulite.domain import playlist_entries
from kitsulite.domain.comments import chats
from kitsulite.domain.deletion import persons, references
from kitsulite.domain.deletion import tasks as task_deletion
from kitsulite.domain.files import places, stored_files, working_files
from kitsulite.domain.playlists import playlists
from kitsulite.domain.previews import previews
from kitsulite.domain.removal import remove_row
from kitsulite.events.bus import emit
from kitsulite.models.previews import Playlist
from kitsulite.models.projects import Project
from kitsulite.store.postponed import Postponed

ENTITIES = "(SELECT id FROM entity WHERE project_id = :project)"
#: the tasks of a project, and those of other projects on its entities, which imports may leave behind
OF_PROJECT = ("project_id = :project", f"entity_id IN {ENTITIES}")
TASKS = f"(SELECT id FROM task WHERE {' OR '.join(OF_PROJECT)})"
#: tasks that are deleted together: what is held in memory meanwhile must not grow with the project
AT_ONCE = 500
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
    params, files = {"project": project["id"]}, ctx.app.files
    ctx.deletion = Deletion(
        project["id"],
        Postponed(ctx.db, files.scratch(), ctx.app.bus.publish),
        Postponed(ctx.db, files.scratch(), functools.partial(stored_files.remove_now, files)),
    )
    for statement in BEFORE_PREVIEWS:
        ctx.db.execute(statement, params)
    # first, or their entries would be searched for each preview
    for playlist_id in ctx.db.column("SELECT id FROM playlist WHERE project_id = ?", [project["id"]]):
        playlists.remove(ctx, ctx.db.get(Playlist, playlist_id))
        emit(ctx, "playlist:delete", {"playlist_id": playlist_id}, project["id"])
    playlist_entries.forget_all(ctx, PREVIEWS, params)
    for which in OF_PROJECT:
        remove_tasks(ctx, which, params)
    chats.remove_of(ctx, ENTITIES, params)
    working_files.remove_contents(ctx, f"entity_id IN {ENTITIES}", params)
    references.release(ctx.db, Project, "SELECT :project", params)


def remove_tasks(ctx, which, params):
    """Delete the tasks that an SQL condition selects, and their previews with their files."""
    # what was made together lies together, so that few pages are changed by more than one portion
    oldest = f"SELECT rowid FROM task WHERE {which} ORDER BY +rowid LIMIT {AT_ONCE}"
    some = f"SELECT id, project_id, entity_id, task_type_id FROM task WHERE rowid IN ({oldest})"
    while tasks := ctx.db.rows(some, params):
        of_tasks = task_deletion.previews_of(ctx, task_deletion.keys(tasks))
        previews.remove_rows_and_files(ctx, of_tasks, force=True)
        task_deletion.remove_all(ctx, tasks)
