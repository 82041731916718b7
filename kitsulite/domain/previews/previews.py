"""Previews: the revisions of a task's work, attached to its comments."""

from kitsulite.domain import access, comment_events, playlist_entries, review_access
from kitsulite.domain.entities import entities
from kitsulite.domain.entities.names import full_name
from kitsulite.domain.files import places, stored_files
from kitsulite.domain.kinds import key_of, kind_of
from kitsulite.errors import BadParameter, NotFound, Refused
from kitsulite.events.bus import emit
from kitsulite.models.base import json_object, parts
from kitsulite.models.entities import Entity
from kitsulite.models.fields import dump, new_id
from kitsulite.models.previews import PreviewFile
from kitsulite.models.projects import Project
from kitsulite.models.tasks import Comment, CommentPreviewLink, Task

#: (bucket, prefix) of the possible files of a preview, by kind
GENERIC = (places.PREVIEW_FILE, *places.PREVIEW_PICTURES)
STORED = {"mp4": (*places.PREVIEW_MOVIES, *places.PREVIEW_PICTURES, places.PREVIEW_TILES)}
#: the kind of job that converts a movie
MOVIE_JOB = "movie"
OLDEST = "created_at, rowid"


def places_of(extension):
    """(bucket, prefix) of all possible files of a preview with this extension."""
    return STORED.get(extension, GENERIC)


def project_id_of(ctx, preview):
    """The id of the project of a preview."""
    return ctx.db.value("SELECT project_id FROM task WHERE id = ?", [preview["task_id"]])


def unfinished(ctx, limit=None, after=None):
    """Previews of open projects whose file is missing, broken or being processed, newest first, as JSON.

    With `after`, the id of a preview, only older ones; raises BadParameter if it is unknown.
    """
    if after and not ctx.db.exists(PreviewFile, id=after):
        raise BadParameter("There is no preview with the id of the cursor.")
    shown = {
        **parts(PreviewFile, "f"),
        "project_id": "t.project_id",
        "task_type_id": "t.task_type_id",
        "full_entity_name": full_name("e"),
    }
    return ctx.db.json_list(
        f"SELECT {json_object(shown)} FROM preview_file f CROSS JOIN task t ON t.id = f.task_id"
        " JOIN entity e ON e.id = t.entity_id"
        f" WHERE t.project_id {access.IN_ADMINS_PROJECT} AND f.status <> 'ready'"
        " AND (:after IS NULL OR f.created_at < (SELECT created_at FROM preview_file WHERE id = :after))"
        " ORDER BY f.created_at DESC, f.rowid DESC LIMIT :limit",
        {"after": after, "limit": -1 if limit is None else limit},
    )


def of_task(ctx, preview_id, task_id):
    """The preview with an id on this task; raises NotFound."""
    preview = ctx.db.get(PreviewFile, preview_id)
    if preview["task_id"] != task_id:
        raise NotFound("PreviewFile not found.")
    return preview


def add_to_comment(ctx, comment, task_id, revision=None):
    """Add a preview without a file to a comment; returns it with its comments.

    Without `revision`, it gets that of the comment's other previews, or the next one of the task.
    """
    project = ctx.db.get(Project, ctx.db.get(Task, comment["object_id"])["project_id"])
    revision, position = next_place(ctx, comment, task_id, revision)
    if position > 1 and project["is_single_preview_per_revision"]:
        raise Refused("Only one preview file is allowed per revision in this production.")
    preview_id = ctx.db.add(
        PreviewFile,
        name=new_id()[:13],
        revision=revision,
        position=position,
        source="webgui",
        extension="mp4",
        task_id=task_id,
        person_id=ctx.person_id,
    )
    ctx.db.add(CommentPreviewLink, comment=comment["id"], preview_file=preview_id)
    ctx.db.execute("UPDATE news SET preview_file_id = ? WHERE comment_id = ?", [preview_id, comment["id"]])
    ids = {"preview_file_id": preview_id, "comment_id": comment["id"]}
    emit(ctx, "preview-file:new", ids, project["id"])
    announce_comment(ctx, comment["id"], project["id"])
    return ctx.db.get(PreviewFile, preview_id, relations=True)


def next_place(ctx, comment, task_id, revision):
    """(revision, position) of a new preview of a comment."""
    first = ctx.db.value(
        "SELECT f.revision FROM comment_preview_link l JOIN preview_file f ON f.id = l.preview_file"
        " WHERE l.comment = ? ORDER BY l.rowid LIMIT 1",
        [comment["id"]],
    )
    if revision is None and first is None:
        return (ctx.db.value("SELECT max(revision) FROM preview_file WHERE task_id = ?", [task_id]) or 0) + 1, 1
    if revision is None:
        revision = first
    elif first is None and ctx.db.exists(PreviewFile, task_id=task_id, revision=revision, position=1):
        raise Refused(f"Revision {revision} already exists for this task. Choose another one.")
    count = "SELECT count(*) FROM preview_file WHERE task_id = ? AND revision = ?"
    return revision, ctx.db.value(count, [task_id, revision]) + 1


def follow_revision(ctx, before, after):
    """Move the other previews of a revision to the new revision of their main preview."""
    if before["position"] != 1 or before["revision"] == after["revision"]:
        return
    taken = "task_id = ? AND revision = ? AND position = 1 AND id <> ?"
    if ctx.db.first(PreviewFile, taken, [after["task_id"], after["revision"], after["id"]]):
        raise Refused(f"Revision {after['revision']} already exists for this task.")
    ctx.db.execute(
        "UPDATE preview_file SET revision = ? WHERE task_id = ? AND revision = ?",
        [after["revision"], before["task_id"], before["revision"]],
    )


def move(ctx, preview, position):
    """Change the position of a preview within its revision; returns the previews in order.

    A position that does not exist changes nothing.
    """
    in_revision = "task_id = ? AND revision = ?"
    params = [preview["task_id"], preview["revision"]]
    ids = ctx.db.column(f"SELECT id FROM preview_file WHERE {in_revision} ORDER BY position, {OLDEST}", params)
    if 1 <= position <= len(ids):
        ids.remove(preview["id"])
        ids.insert(position - 1, preview["id"])
        for number, preview_id in enumerate(ids, 1):
            ctx.db.update(PreviewFile, preview_id, position=number)
    return ctx.db.all(PreviewFile, in_revision, params, f"position, {OLDEST}")


def remove_preview(ctx, preview, force=False):
    """Delete a preview and what refers to it, see `remove_previews`; another one becomes the latest or main one."""
    entity_ids = ctx.db.column("SELECT id FROM entity WHERE preview_file_id = ?", [preview["id"]])
    remove_previews(ctx, [preview], force)
    elect_last_preview(ctx, preview)
    for entity_id in entity_ids:
        elect_entity_preview(ctx, entity_id)


def remove_previews(ctx, previews, force=False):
    """Delete previews and what refers to them, and their files if the server removes files or with `force`."""
    remove_rows_and_files(ctx, previews, force)
    playlist_entries.forget(ctx, [preview["id"] for preview in previews])


def remove_rows_and_files(ctx, previews, force=False):
    """The same, except that playlists keep their entries."""
    ids = [preview["id"] for preview in previews]
    these, params = "IN (SELECT value FROM json_each(?))", [dump(ids)]
    for table in ("entity", "news"):
        ctx.db.execute(f"UPDATE {table} SET preview_file_id = NULL WHERE preview_file_id {these}", params)
    ctx.db.delete(CommentPreviewLink, f"preview_file {these}", params)
    ctx.db.delete(PreviewFile, f"id {these}", params)
    for preview in previews:
        ctx.app.jobs.cancel_all(ctx, preview["id"])
        stored_files.remove(ctx, places_of(preview["extension"]), preview["id"], force)


def remove_from_comment(ctx, task_id, comment_id, preview_id, force=False):
    """Delete a preview of a comment on a task that the caller may act on; `force` is for managers."""
    access.require_task_action(ctx, task_id)
    comment = review_access.comment_of_task(ctx, comment_id, task_id)
    preview = of_task(ctx, preview_id, task_id)
    if not ctx.db.exists(CommentPreviewLink, comment=comment["id"], preview_file=preview["id"]):
        raise NotFound("PreviewFile not found.")
    review_access.require_comment_reader(ctx, comment)
    if force:
        access.require_manager(ctx, project_id_of(ctx, preview))
    remove_preview(ctx, preview, force)


#: SQL condition: the preview `f` may be the latest of a task or the main one of an entity
PRESENTABLE = "f.status = 'ready' AND f.position = 1 AND f.extension IN ('png', 'mp4')"


def elect_last_preview(ctx, preview):
    """Set the latest preview of a task whose latest one was deleted, or none if no other can be shown."""
    task = ctx.db.find(Task, id=preview["task_id"]) if preview["task_id"] else None
    if task is None or task["last_preview_file_id"] != preview["id"]:
        return
    newest = f"SELECT f.id FROM preview_file f WHERE f.task_id = ? AND {PRESENTABLE}"
    preview_id = ctx.db.value(f"{newest} ORDER BY f.created_at DESC, f.rowid DESC", [task["id"]])
    ctx.db.update(Task, task["id"], last_preview_file_id=preview_id)
    emit(ctx, "task:update", {"task_id": task["id"]}, task["project_id"])


def elect_entity_preview(ctx, entity_id):
    """Set the main preview of an entity that lost it to the newest of its tasks if its project says so, or to none."""
    preview_id = ctx.db.value(
        "SELECT f.id FROM preview_file f JOIN task t ON t.id = f.task_id JOIN project p ON p.id = t.project_id"
        f" WHERE t.entity_id = ? AND p.is_set_preview_automated AND {PRESENTABLE}"
        " ORDER BY f.created_at DESC, f.rowid DESC",
        [entity_id],
    )
    set_entity_preview(ctx, entity_id, preview_id)


def refresh_task(ctx, preview):
    """Set a preview as the latest of its task, and as the main one of its entity if the project says so."""
    if preview["position"] != 1 or not preview["task_id"]:
        return
    ctx.db.update(Task, preview["task_id"], last_preview_file_id=preview["id"])
    entity_id = ctx.db.value(
        "SELECT t.entity_id FROM task t JOIN project p ON p.id = t.project_id"
        " WHERE t.id = ? AND p.is_set_preview_automated",
        [preview["task_id"]],
    )
    if entity_id:
        set_entity_preview(ctx, entity_id, preview["id"])


def set_main(ctx, preview):
    """Set a preview as the main one of its task's entity; returns the entity's row."""
    return set_entity_preview(ctx, ctx.db.get(Task, preview["task_id"])["entity_id"], preview["id"])


def set_entity_preview(ctx, entity_id, preview_file_id):
    """Set a preview as the main one of an entity; returns the entity's row."""
    entity = ctx.db.get(Entity, entity_id)
    kind = kind_of(ctx, entity)
    ctx.db.update(Entity, entity["id"], preview_file_id=preview_file_id)
    status = ctx.db.value("SELECT status FROM preview_file WHERE id = ?", [preview_file_id])
    ids = {"entity_id": entity["id"], "preview_file_id": preview_file_id, "preview_file_status": status}
    emit(ctx, "preview-file:set-main", ids, entity["project_id"])
    emit(ctx, f"{kind}:update", {key_of(kind): entity["id"]}, entity["project_id"])
    return {**entities.row(ctx, entity["id"]), "preview_file_status": status}


def announce_file(ctx, preview, project_id):
    """Emit the events of a stored file, if the preview belongs to a comment."""
    sql = "SELECT comment FROM comment_preview_link WHERE preview_file = ? ORDER BY rowid LIMIT 1"
    comment_id = ctx.db.value(sql, [preview["id"]])
    if comment_id is None:
        return
    announce_comment(ctx, comment_id, project_id)
    facts = {key: preview[key] for key in ("task_id", "revision", "extension", "status")}
    ids = {"comment_id": comment_id, "preview_file_id": preview["id"]}
    emit(ctx, "preview-file:add-file", {**ids, **facts}, project_id)


def announce_comment(ctx, comment_id, project_id):
    """Emit that a comment has changed."""
    comment_events.emit_update(ctx, ctx.db.get(Comment, comment_id), project_id)


def copy_last_revision(ctx, task_id, comment):
    """Add the previews of a task's last revision, as many as may be, to a comment of another task, files included."""
    last = "task_id = :task AND revision = (SELECT max(revision) FROM preview_file WHERE task_id = :task)"
    single = "SELECT p.is_single_preview_per_revision FROM project p JOIN task t ON t.project_id = p.id WHERE t.id = ?"
    limit = 1 if ctx.db.value(single, [task_id]) else None
    for source in ctx.db.all(PreviewFile, last, {"task": task_id}, f"position, {OLDEST}")[:limit]:
        copy_file(ctx, source, add_to_comment(ctx, comment, comment["object_id"]))


def copy_file(ctx, source, target):
    """Copy the files of a preview, and the columns about them, to another one."""
    for bucket, prefix in places_of(source["extension"]):
        stored_files.duplicate(ctx, bucket, prefix, source["id"], target["id"])
    names = ("extension", "original_name", "status", "file_size", "width", "height", "duration")
    ctx.db.update(PreviewFile, target["id"], **{key: source[key] for key in names})
    project_id = project_id_of(ctx, target)
    copied = ctx.db.get(PreviewFile, target["id"])
    ids = {"preview_file_id": copied["id"], "status": copied["status"]}
    emit(ctx, "preview-file:update", ids, project_id)
    if copied["status"] == "processing" and copied["extension"] == "mp4":
        ctx.app.jobs.add(ctx, MOVIE_JOB, copied["id"], project_id, now=False, normalize=True)
    else:
        refresh_task(ctx, copied)
    announce_file(ctx, copied, project_id)
