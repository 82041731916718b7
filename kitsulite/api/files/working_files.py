"""Working files of tasks."""

from kitsulite.api.files.policies import actor_on_working_file, reader_of_working_file
from kitsulite.api.policies import inside, no_client, reader_of_entity, reader_of_task
from kitsulite.domain import access
from kitsulite.domain.files import file_trees, output_files, working_files
from kitsulite.errors import Answer, NotFound
from kitsulite.models.files import OutputFile, WorkingFile
from kitsulite.web import reply
from kitsulite.web.fields import Int, Str, Uuid
from kitsulite.web.route import get, post, put

TASK = reader_of_task("task_id")


def no_path(ctx, error):
    """The refusal if the file tree yields no path; created default rows stay."""
    received = ctx.request.loose_json
    body = {"message": str(error), "received_data": {} if received is None else received}
    return Answer(400, body, keeps_changes=True)


@get("/data/files/<file_id>", allow=inside("reader of the task of a working file or of the entity of an output file"))
def get_file(ctx, file_id):
    """Get the working file or output file with an id."""
    working_file = output_files.find(ctx, WorkingFile, file_id)
    if working_file:
        access.require_task(ctx, working_file["task_id"])
        return ctx.db.get(WorkingFile, file_id, relations=True)
    output_file = output_files.find(ctx, OutputFile, file_id)
    if output_file is None:
        raise NotFound("File not found.")
    access.require_entity(ctx, output_file["entity_id"])
    return output_files.single(ctx, output_file["id"])


@get("/data/tasks/<task_id>/working-files", allow=TASK)
def task_working_files(ctx, task_id):
    """List the working files of a task, highest revision first."""
    return working_files.of_task(ctx, task_id)


@get("/data/tasks/<task_id>/working-files/last-revisions", allow=TASK)
def last_working_files(ctx, task_id):
    """Get the last working file of a task for each name."""
    return working_files.last_of_task(ctx, task_id)


@get(
    "/data/entities/<entity_id>/working-files",
    allow=reader_of_entity("entity_id"),
    args={"task_id": Uuid(blank=True), "name": Str()},
)
def entity_working_files(ctx, entity_id, task_id, name):
    """List the working files of an entity, highest revision first."""
    return working_files.of_entity(ctx, entity_id, task_id, name, ctx.request.flag("relations"))


@post(
    "/data/tasks/<task_id>/working-file-path",
    allow=TASK,
    body={
        "name": Str(default="main"),
        "mode": Str(default="working"),
        "software_id": Str(),
        "comment": Str(),
        "revision": Int(default=0),
        "sep": Str(default="/"),
    },
)
def working_file_path(ctx, task_id, comment, **file):
    """Compute the folder and the name of a working file; nothing is stored."""
    try:
        folder, name = working_files.path(ctx, ctx.row, **file)
    except file_trees.MalformedTree as error:
        raise no_path(ctx, error) from None
    return {"path": folder, "name": name}


@post(
    "/data/tasks/<task_id>/working-files/new",
    allow=TASK & no_client,
    status=201,
    body={
        "name": Str(required=True, min=1, max=250),
        "description": Str(),
        "mode": Str(default="working"),
        "comment": Str(default=""),
        "person_id": Str(),
        "software_id": Str(),
        "revision": Int(default=0),
        "sep": Str(default="/"),
    },
)
def create_working_file(ctx, task_id, description, **file):
    """Create a working file and assign the caller to its task."""
    return working_files.create(ctx, ctx.row, **file)


@put(
    "/actions/working-files/<working_file_id>/comment",
    allow=actor_on_working_file & no_client,
    body={"comment": Str(required=True, min=1)},
)
def comment_working_file(ctx, working_file_id, comment):
    """Change the comment of a working file."""
    return working_files.change(ctx, working_file_id, comment=comment)


@put("/actions/working-files/<working_file_id>/modified", allow=actor_on_working_file & no_client)
def touch_working_file(ctx, working_file_id):
    """Mark a working file as changed now."""
    return working_files.change(ctx, working_file_id)


@post(
    "/data/working-files/<working_file_id>/file",
    allow=reader_of_working_file & no_client,
    status=201,
    transaction=False,
)
def upload_working_file(ctx, working_file_id):
    """Upload the content of a working file."""
    return working_files.store(ctx, working_file_id, ctx.request.file().file)


@get("/data/working-files/<working_file_id>/file", allow=reader_of_working_file)
def download_working_file(ctx, working_file_id):
    """Download the content of a working file."""
    return reply.stored(ctx, working_files.content(ctx, working_file_id), "application/octet-stream", ctx.row)
