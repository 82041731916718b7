"""Working files: the files that artists save for a task, one row per name and revision."""

from kitsulite.domain.files import default_rows, file_trees, stored_files
from kitsulite.errors import Answer
from kitsulite.events.bus import emit
from kitsulite.models.base import shown
from kitsulite.models.fields import is_id
from kitsulite.models.files import WorkingFile
from kitsulite.models.people import Person, Software
from kitsulite.models.tasks import Task, TaskPersonLink
from kitsulite.store.files import spool

#: where contents are stored
CONTENT = ("files", "working")
HIGHEST_FIRST = "revision DESC, created_at DESC, rowid DESC"


def of_task(ctx, task_id):
    """The working files of a task, highest revision first."""
    return ctx.db.all_json(WorkingFile, "task_id = ? AND revision >= 0", [task_id], HIGHEST_FIRST)


def last_of_task(ctx, task_id):
    """The working file with the highest revision for each name: `{name: file}`."""
    sql = (
        f"SELECT {shown(WorkingFile, 'w')} FROM working_file w WHERE w.task_id = ? AND w.revision >= 0"
        " AND w.name IS NOT NULL ORDER BY w.revision, w.rowid"
    )
    return {row["name"]: row for row in ctx.db.objects(sql, [task_id])}


def of_entity(ctx, entity_id, task_id, name, relations):
    """The working files of an entity, optionally of a task or name; highest revision first."""
    where, params = "entity_id = ? AND revision >= 0", [entity_id]
    for column, value in (("task_id", task_id), ("name", name)):
        if value:
            where += f" AND {column} = ?"
            params.append(value)
    return ctx.db.all_json(WorkingFile, where, params, HIGHEST_FIRST, relations)


def next_revision(ctx, task_id, name):
    sql = "SELECT max(revision) FROM working_file WHERE task_id = ? AND name = ?"
    return (ctx.db.value(sql, [task_id, name]) or 0) + 1


def path(ctx, task, name, mode, software_id, revision, sep):
    """(folder, file name) of a working file; creates nothing but the default software."""
    default = default_rows.default_software(ctx)
    software = default if software_id is None else ctx.db.get(Software, software_id)
    place = file_trees.Place(task, name, revision or next_revision(ctx, task["id"], name), software=software)
    return file_trees.folder_and_name(ctx, place, mode, sep)


def create(ctx, task, name, mode, comment, person_id, software_id, revision, sep):
    """Create a working file of a task and assign the caller to the task."""
    default = default_rows.software_of_new_files(ctx)
    software = default if software_id is None else ctx.db.get(Software, software_id)
    revision = revision or next_revision(ctx, task["id"], name)
    try:
        place = file_trees.Place(task, name, revision, software=software)
        folder, file_name = file_trees.folder_and_name(ctx, place, mode)
    except file_trees.MalformedTree as error:
        raise Answer(400, {"error": str(error)}) from None
    key = {"name": name, "task_id": task["id"], "entity_id": task["entity_id"], "revision": revision}
    ctx.db.link(TaskPersonLink, task_id=task["id"], person_id=ctx.person_id)
    ctx.db.update(Task, task["id"])
    emit(ctx, "task:assign", {"task_id": task["id"], "person_id": ctx.person_id}, task["project_id"])
    emit(ctx, "task:update", {"task_id": task["id"]}, task["project_id"])
    person_id = ctx.person_id if person_id is None else person_id.lower()
    check_new(ctx, key, person_id)
    columns = {"comment": comment, "person_id": person_id, "software_id": software["id"]}
    row = ctx.db.insert(WorkingFile, **key, **columns, path=f"{folder}{sep}{file_name}")
    emit(ctx, "working-file:new", {"working_file_id": row["id"]}, task["project_id"])
    return row


def check_new(ctx, key, person_id):
    is_person = is_id(person_id) and ctx.db.exists(Person, id=person_id)
    if not is_person or ctx.db.exists(WorkingFile, **key):
        raise Answer(400, {"error": "The given working file already exists."})


def change(ctx, file_id, **columns):
    """Change columns of a working file, always including `updated_at`; returns it."""
    ctx.db.update(WorkingFile, file_id, **columns)
    return ctx.db.get(WorkingFile, file_id)


def store(ctx, file_id, stream):
    """Store or replace the content of a working file. Must be called outside of a transaction."""
    with ctx.app.files.workspace() as folder:
        file = spool(stream, folder)
        with ctx.db.write():
            row = ctx.db.get(WorkingFile, file_id, relations=True)
            stored_files.place(ctx, file, *CONTENT, row["id"])
    return row


def remove_contents(ctx, where, params):
    """Remove the contents of working files that are being deleted, if the server removes files."""
    if ctx.settings.remove_files:
        for file_id in ctx.db.column(f"SELECT id FROM working_file WHERE {where}", params):
            stored_files.remove(ctx, (CONTENT,), file_id)


def content(ctx, file_id):
    """The path of the stored content of a working file; raises NotFound."""
    stored = ctx.app.files.find(*CONTENT, file_id)
    if stored is None:
        raise Answer(404, {"error": True, "message": f"Working file not found for: {file_id}"})
    return stored
