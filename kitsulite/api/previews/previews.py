"""Previews of tasks: adding, ordering, annotating and uploading them."""

from kitsulite.api.policies import (
    actor_on_preview,
    actor_on_task,
    admin,
    annotator_of_preview,
    inside,
    no_client,
    reader_of_entity,
    reader_of_preview,
)
from kitsulite.domain import access, review_access
from kitsulite.domain.previews import annotations, frames, previews, uploads
from kitsulite.domain.previews import of_entities as by_entity
from kitsulite.errors import BadParameter
from kitsulite.models.fields import is_id
from kitsulite.models.previews import PreviewFile
from kitsulite.web.fields import Int, List, Object
from kitsulite.web.route import delete, get, post, put


@post(
    "/actions/tasks/<task_id>/comments/<comment_id>/add-preview",
    allow=actor_on_task("task_id"),
    status=201,
    body={"revision": Int(ge=0)},
)
def add_preview(ctx, task_id, comment_id, revision):
    """Add a preview to a comment; its file is uploaded next."""
    return previews.add_to_comment(ctx, review_access.comment_of_task(ctx, comment_id, task_id), task_id, revision)


@post(
    "/actions/tasks/<task_id>/comments/<comment_id>/preview-files/<preview_file_id>",
    allow=actor_on_task("task_id"),
    status=201,
)
def add_extra_preview(ctx, task_id, comment_id, preview_file_id):
    """Add a preview to a comment, with the revision of another preview of the task."""
    comment = review_access.comment_of_task(ctx, comment_id, task_id)
    revision = previews.of_task(ctx, preview_file_id, task_id)["revision"]
    return previews.add_to_comment(ctx, comment, task_id, revision)


@delete(
    "/actions/tasks/<task_id>/comments/<comment_id>/preview-files/<preview_file_id>",
    allow=inside("a person who works on the task or leads it, and reads the comment"),
)
def remove_preview(ctx, task_id, comment_id, preview_file_id):
    """Delete a preview of a comment; `force=true`, for managers, deletes its files too."""
    if not all(map(is_id, (task_id, comment_id, preview_file_id))):
        raise BadParameter("Wrong UUID format.")
    previews.remove_from_comment(ctx, task_id, comment_id, preview_file_id, force=ctx.request.flag("force"))


@put(
    "/actions/preview-files/<preview_file_id>/set-main-preview",
    allow=reader_of_preview("preview_file_id") & no_client,
    body={"frame_number": Int()},
    transaction=False,
)
def set_main_preview(ctx, preview_file_id, frame_number):
    """Set a preview as the main one of its entity, optionally with a frame of a movie."""
    preview = ctx.row
    if frame_number is not None:
        if preview["extension"] != "mp4":
            raise BadParameter("Can't use a given frame on non movie preview")
        frames.show_frame(ctx, preview, frame_number)
    with ctx.db.write():
        return previews.set_main(ctx, preview)


@put(
    "/actions/preview-files/<preview_file_id>/update-position",
    allow=actor_on_preview("preview_file_id"),
    body={"position": Int(ge=0, default=0)},
)
def update_position(ctx, preview_file_id, position):
    """Change the position of a preview within its revision."""
    return previews.move(ctx, ctx.row, position)


@put(
    "/actions/preview-files/<preview_file_id>/update-annotations",
    allow=annotator_of_preview("preview_file_id"),
    allow_first=True,
    body={
        "additions": List(Object(), default=list),
        "updates": List(Object(), default=list),
        "deletions": List(Object(), default=list),
    },
)
def update_annotations(ctx, preview_file_id, additions, updates, deletions):
    """Add, replace and delete annotations of a preview."""
    preview = ctx.row
    return annotations.update(ctx, preview, ctx.person_id, additions, updates, deletions)


@get("/data/entities/<entity_id>/preview-files", allow=reader_of_entity("entity_id"))
def entity_previews(ctx, entity_id):
    """List the previews of an entity in short form."""
    return by_entity.short_list(ctx, entity_id)


@get("/data/playlists/entities/<entity_id>/preview-files", allow=reader_of_entity("entity_id"))
@get("/data/shots/<entity_id>/preview-files", allow=reader_of_entity("entity_id", "Shot"))
@get("/data/edits/<entity_id>/preview-files", allow=reader_of_entity("entity_id", "Edit"))
@get("/data/concepts/<entity_id>/preview-files", allow=reader_of_entity("entity_id", "Concept") & no_client)
def previews_by_task_type(ctx, entity_id):
    """List the previews of an entity by task type and revision."""
    return by_entity.by_task_type(ctx, [entity_id])[entity_id]


@get("/data/playlists/preview-files/running", allow=admin)
def unfinished_previews(ctx):
    """List the previews of open productions that are missing, broken or being processed."""
    cursor = ctx.request.query.get("cursor_preview_file_id")
    if cursor is not None and not is_id(cursor):
        raise BadParameter("cursor_preview_file_id must be a UUID.")
    return previews.unfinished(ctx, ctx.request.integer("limit"), cursor and cursor.lower())


@post(
    "/pictures/preview-files/<instance_id>",
    allow=inside("a person who works on the task of the preview or leads it"),
    status=201,
    transaction=False,
)
def upload_preview(ctx, instance_id):
    """Upload the file of a preview: a picture, a movie or another file.

    `normalize=false` keeps a movie as it is; `no_job=true` answers once it is converted.
    """
    preview = ctx.db.get(PreviewFile, instance_id)
    uploads.refuse_second(preview)
    access.require_task_action(ctx, preview["task_id"])
    upload = ctx.request.file()
    normalize = ctx.request.query.get("normalize", "true").lower() == "true"
    return uploads.store(ctx, preview, upload.filename, upload.file, normalize, wait=ctx.request.flag("no_job"))
